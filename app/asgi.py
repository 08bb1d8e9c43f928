"""The dashboard as it is served: Streamlit's application behind a shelf of the files that never change.

`streamlit run app/asgi.py`, or any server of ASGI applications: `uvicorn app.asgi:app`.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app import grounds, shelf
from app.components import plot

_STATIC = Path(st.__file__).parent / "static"
_FONT = Path(__file__).with_name("static") / "inter-latin.woff2"
_HISTORY = Path(__file__).with_name("components") / "history.js"
#: Parts of Streamlit's page that every page of ours shows. It fetches each only once it is to be drawn, one behind the other.
_DRAWN = (
    "Html", "DateInput", "Multiselect", "Slider", "ButtonGroup", "Selectbox", "Button", "Popover", "BidiComponent",
    "DownloadButton", "Expander",
)  # fmt: skip

#: What a host of Streamlit's page may tell it, so that it need not ask where its server is and who may speak to it: it connects
#: at once. Pages lie side by side, so the server is where the page is.
_TOLD = (
    "window.__streamlit={BACKEND_BASE_URL:new URL('./',document.baseURI).href,"
    "HOST_CONFIG:{allowedOrigins:[location.origin],useExternalAuthToken:false}};"
)
#: The page Map begins to read its ground while it still connects; what fails is asked for once more by the map itself.
_EARLY = (
    "if(location.pathname.endsWith('/map'))window.karaulaFiles=Object.fromEntries(%s.map((file)=>"
    "[file,fetch(file).then((answer)=>answer.ok?answer.json():null).catch(()=>null)]));"
)


def _ahead() -> list[str]:
    """Return what a page of ours will ask for, as fields of *Link*, relative to the document."""
    already = (_STATIC / "index.html").read_text(encoding="utf-8")
    drawn = [file.name for file in shelf.modules(_STATIC / "static" / "js", _DRAWN) if file.name not in already]
    links = [f"<./static/js/{name}>; rel=modulepreload; fetchpriority=low" for name in drawn]
    return [f"<./app/static/{_FONT.name}>; rel=preload; as=font; type=font/woff2; crossorigin", *links]


def _said() -> str:
    """Return the script that every page begins with."""
    early = _EARLY % json.dumps(list(grounds.addresses().values()))
    return f"{_TOLD}{_HISTORY.read_text(encoding='utf-8')}{early}"


def _files() -> dict[str, shelf.Reading]:
    path, library = plot.library()
    font = {f"/app/static/{_FONT.name}": _FONT.read_bytes}
    return {**shelf.digested(_STATIC / "static", "/static"), **font, **grounds.files(), path: library.read_bytes}


@asynccontextmanager
async def _kept_warm(served: object) -> AsyncIterator[None]:
    from app import warmth  # noqa: PLC0415 - what is cached asks for the cache of the server, which runs from here on

    async with warmth.kept(served):
        yield


async def _first(path: str, parameters: str) -> str:
    from app import prelude  # noqa: PLC0415 - as above

    return await prelude.of(path, parameters)


app = st.App(
    Path(__file__).with_name("main.py"),
    lifespan=_kept_warm,
    middleware=[
        Middleware(shelf.Shelf, files=_files(), ahead=_ahead(), said=_said(), first=_first),
    ],
)
