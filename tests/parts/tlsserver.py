"""A TLS server on loopback that speaks HTTP/2, or HTTP/1.1 where the client knows nothing newer."""

import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import h2.exceptions

#: A key and a certificate for 127.0.0.1 and loopback.example, good for a century; and one that is over. Made for these tests.
GOOD, EXPIRED = (Path(__file__).with_name(name) for name in ("loopback.pem", "loopback_expired.pem"))


def trusted(certificate: Path = GOOD) -> ssl.SSLContext:
    """Return what trusts the test's own certificate and nothing else."""
    return ssl.create_default_context(cafile=str(certificate))


class TlsServer:
    """Answers every request alike; remembers what was spoken."""

    def __init__(self, body: bytes, certificate: Path = GOOD) -> None:
        self.body = body
        #: What each connection agreed on: `h2` or `http/1.1`.
        self.spoken: list[str | None] = []
        #: Path of each request, in the order of arrival.
        self.asked: list[str] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._context.set_alpn_protocols(["h2", "http/1.1"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"https://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        """Stop serving."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._talk, args=(plain,), daemon=True).start()

    def _talk(self, plain: socket.socket) -> None:
        # A client that does not trust us hangs up: that is what is tested.
        with suppress(OSError, h2.exceptions.ProtocolError), self._context.wrap_socket(plain, server_side=True) as connection:
            connection.settimeout(10)
            self.spoken.append(connection.selected_alpn_protocol())
            if self.spoken[-1] == "h2":
                self._talk_h2(connection)
            else:
                self.asked.append(connection.recv(65_536).split()[1].decode())
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
                connection.sendall(head.encode() + self.body)

    def _talk_h2(self, connection: ssl.SSLSocket) -> None:
        h2c = h2.connection.H2Connection(config=h2.config.H2Configuration(client_side=False))
        h2c.initiate_connection()
        connection.sendall(h2c.data_to_send())
        while data := connection.recv(65_536):
            for event in h2c.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    self._answer(h2c, event)
            connection.sendall(h2c.data_to_send())

    def _answer(self, h2c: h2.connection.H2Connection, event: h2.events.RequestReceived) -> None:
        headers = {bytes(name): bytes(value) for name, value in event.headers or ()}
        path, stream = headers[b":path"].decode(), event.stream_id
        assert stream is not None
        self.asked.append(path)
        if path == "/robots.txt":
            h2c.send_headers(stream, [(":status", "404")], end_stream=True)
            return
        h2c.send_headers(stream, [(":status", "200"), ("content-length", str(len(self.body))), ("etag", '"2"')])
        h2c.send_data(stream, self.body, end_stream=True)
