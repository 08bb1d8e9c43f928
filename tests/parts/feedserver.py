"""A real HTTP server on loopback that answers as a test tells it to."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FeedServer:
    """A real HTTP server on loopback; each path is answered by the function that a test gives it."""

    def __init__(self) -> None:
        #: Path -> function of the request's handler, which writes the whole answer.
        self.routes: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        #: Path and headers of each request, in the order of arrival.
        self.seen: list[tuple[str, dict[str, str]]] = []
        routes, seen = self.routes, self.seen

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def log_message(self, *args: object) -> None:
                del args

            def do_GET(self) -> None:
                seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                routes[self.path.partition("?")[0]](self)

            def do_POST(self) -> None:
                self.sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.do_GET()

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 256

            def handle_error(self, request: object, client_address: object) -> None:
                del request, client_address  # clients hang up on hostile answers: that is what is tested

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a path."""
        return f"http://{host}:{self.port}{path}"

    def answer(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Let a path be answered always alike; return its address."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.routes[path] = reply
        return self.url(path)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
