"""What stands before every address: the name of this server, and headers that keep other sites' pages out."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import MISDIRECTED, Problem

#: Names by which this API is asked. A page elsewhere that has its own name lead here (DNS rebinding) is turned away.
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
}


class Guard:
    """Middleware: refuses requests for another server's name, and adds headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        if _name(Headers(scope=scope).get("host", "")) in NAMES:
            await self._app(scope, receive, guarded)
        else:
            refused = Problem(MISDIRECTED, f"ask for one of {', '.join(sorted(NAMES))}")
            await refused.response(scope["path"])(scope, receive, guarded)


def _name(host: str) -> str:
    """Return the host without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()
