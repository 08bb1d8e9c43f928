"""Sessions of the desk without a browser: websockets that speak to the server as a page does, and stay open as a tab does.

A browser of twenty tabs with maps would take this machine for itself; the server cannot tell these from them: each has its own
session, asks for a page with its address, gets every message, and asks again as soon as a widget is touched.
"""

import threading
from queue import Empty, Queue
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

_PATIENCE_S = 600


class Session:
    """One open tab."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._socket: ClientConnection = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], origin=self._address, max_size=None,
            ping_interval=None, open_timeout=_PATIENCE_S,
        )  # fmt: skip
        self._ended: Queue[str] = Queue()
        self._said = 0
        self.bytes = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the tab."""
        self._socket.close()

    def _listen(self) -> None:
        """Take what the server sends, as a browser does that is looked at: nothing may wait in the server."""
        try:
            for message in self._socket:
                self.bytes += len(message)
                told = ForwardMsg.FromString(message if isinstance(message, bytes) else message.encode())
                if told.WhichOneof("type") == "script_finished":
                    self._ended.put(ForwardMsg.ScriptFinishedStatus.Name(told.script_finished))
                elif told.WhichOneof("type") == "delta" and told.delta.new_element.WhichOneof("type") == "exception":
                    self._ended.put(told.delta.new_element.exception.message)
        except ConnectionClosed:
            self._ended.put("closed")

    def open(self, page: str, **asked: str) -> None:
        """Open a page by its address, and wait until it is whole.

        Raises:
            SystemExit: it ended in anything but success.
        """
        asked_for = BackMsg()
        state = asked_for.rerun_script
        state.query_string, state.page_name = urlencode(asked), page
        state.context_info.timezone, state.context_info.locale = "Europe/Belgrade", "en-GB"
        state.context_info.url = f"{self._address}/{page}"
        self._socket.send(asked_for.SerializeToString())
        try:
            found = self._ended.get(timeout=_PATIENCE_S)
        except Empty as e:
            raise SystemExit(f"{page}: no answer within {_PATIENCE_S} s") from e
        if found != "FINISHED_SUCCESSFULLY":
            raise SystemExit(f"{page}: {found}")
