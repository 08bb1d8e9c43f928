"""Files that never change, answered from memory, and named to the browser before it asks for them.

Streamlit opens, stats and reads each of the hundred small files of its page anew for every reader, while the script of the
same reader computes beside it: by far the most of what a reader waited for. Their names hold a digest of what is in them, so
once read they can be kept, here and in the browser (RFC 8246, *immutable*).
"""

import gzip
import mimetypes
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from anyio import to_thread

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Reading = Callable[[], bytes]
#: Path and parameters of an address to HTML.
First = Callable[[str, str], Awaitable[str]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

_FOREVER = b"public, max-age=31536000, immutable"
#: `name.digest.js`, as the builder of Streamlit's page names what it writes.
_DIGESTED = re.compile(r"\.[\w-]{8}\.(?:js|css|woff2)$")
_HEAD, _BODY = b"<head>", b"<body>"
_NEAR = {"127.0.0.1", "::1"}
_IMPORTED = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")


class Shelf:
    """An ASGI middleware.

    Args:
        app: what answers all else.
        files: path of a request to what returns the bytes that are answered there for good; it is called once.
        ahead: fields of the header *Link* (RFC 8288) of every document: what a page will ask for.
        said: a script that every document begins with.
        first: what the document of an address shows until its scripts have drawn; empty where it shows nothing.
    """

    def __init__(
        self, app: Application, *, files: Mapping[str, Reading], ahead: Iterable[str] = (), said: str = "",
        first: First | None = None,
    ) -> None:  # fmt: skip
        self._app, self._files = app, files
        self._ahead = [(b"link", one.encode("ascii")) for one in ahead]
        self._said = f"<script>{said}</script>".encode() if said else b""
        self._first = first
        self._kept: dict[tuple[str, bool], bytes] = {}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
        elif scope["path"] in self._files:
            await self._answer(scope, send)
        else:
            await self._app(_plain(scope), receive, self._announcing(scope, send))

    async def _answer(self, scope: Mapping[str, Any], send: Send) -> None:
        path, packed = scope["path"], _is_far(scope) and _is_text(scope["path"])
        if (path, packed) not in self._kept:
            self._kept[path, packed] = await to_thread.run_sync(self._packed if packed else self._read, path)
        body = self._kept[path, packed]
        headers = [
            (b"content-type", _type(path).encode("ascii")),
            (b"content-length", str(len(body)).encode("ascii")),
            (b"cache-control", _FOREVER),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
            *([(b"content-encoding", b"gzip")] if packed else []),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _read(self, path: str) -> bytes:
        return self._files[path]()

    def _packed(self, path: str) -> bytes:
        return gzip.compress(self._read(path), mtime=0)

    def _announcing(self, scope: Mapping[str, Any], send: Send) -> Send:
        held: list[Message] = []

        async def announce(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_document(message["headers"]):
                held.append({**message, "headers": [*message["headers"], *self._ahead]})
                return
            if held and message["type"] == "http.response.body":
                body = message.get("body", b"")
                first = await self._first(scope["path"], scope["query_string"].decode("ascii")) if self._first else ""
                told = body.replace(_HEAD, _HEAD + self._said, 1).replace(_BODY, _BODY + first.encode(), 1)
                start = held.pop()
                await send({**start, "headers": _longer(start["headers"], len(told) - len(body))})
                message = {**message, "body": told}
            await send(message)

        return announce


def _longer(headers: Iterable[tuple[bytes, bytes]], by: int) -> list[tuple[bytes, bytes]]:
    return [(n, str(int(v) + by).encode("ascii") if n.lower() == b"content-length" else v) for n, v in headers]


def _plain(scope: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return a request as it is, but for a document of its own as one that takes no compressed bytes: we write into it."""
    headers = dict(scope["headers"])
    if b"text/html" not in headers.get(b"accept", b""):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}


def _is_document(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)


def _is_far(scope: Mapping[str, Any]) -> bool:
    """Tell whether a reader takes compressed bytes and is elsewhere: on one machine compressing costs more than it saves."""
    accepted = b",".join(value for name, value in scope["headers"] if name.lower() == b"accept-encoding")
    client = scope.get("client")
    return b"gzip" in accepted and not (client and client[0] in _NEAR)


def _is_text(path: str) -> bool:
    return path.endswith((".js", ".css", ".json"))


def _type(path: str) -> str:
    return mimetypes.guess_type(path)[0] or "application/octet-stream"


def digested(folder: Path, at: str) -> dict[str, Reading]:
    """Return what reads the files below a folder whose names hold a digest, by their path below `at`."""
    found = (file for file in folder.rglob("*") if _DIGESTED.search(file.name))
    return {f"{at}/{file.relative_to(folder).as_posix()}": file.read_bytes for file in found}


def modules(folder: Path, names: Iterable[str]) -> list[Path]:
    """Return the JavaScript modules `name.digest.js` of a folder, and all that they import, each once."""
    waiting = [file for name in names for file in sorted(folder.glob(f"{name}.????????.js"))]
    found: dict[Path, None] = {}
    while waiting:
        file = waiting.pop(0)
        if file not in found and file.is_file():
            found[file] = None
            waiting += [folder / name for name in _imports(file)]
    return list(found)


@lru_cache(maxsize=256)
def _imports(file: Path) -> tuple[str, ...]:
    # Imports stand at the beginning of a module; what is loaded on demand (`import("./x.js")`) has a parenthesis.
    return tuple(_IMPORTED.findall(file.read_text(encoding="utf-8")))
