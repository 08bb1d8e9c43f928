"""What a reader sees before the browser has loaded the application: the first view, sent with the document.

The application is a megabyte of scripts, and takes a browser a second or two before it asks for the first number; on a slow
machine longer. So the document of Now and of Map carries what they show first, drawn from the same functions and caches as the
pages, which take its place as soon as they are drawn.

It is drawn once the store stands still, not when somebody asks: nobody waits for it. Until a new state is drawn, the one before
is shown for what it is, with the instant that it is as of.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

import anyio
import streamlit as st
import structlog
from anyio import to_thread

from app import access, passing, tongue
from app.access import Desk
from app.components import first_view
from tension.errors import KaraulaError
from tension.model import Query
from tension.tongue import LANGUAGES, speaking

_LOG = structlog.get_logger(__name__)
#: What an address may say besides its path. Whatever else it says, the page itself answers.
_UNDERSTOOD = {tongue.LANG, "seen"}
#: A document waits no longer for the strip above it.
_PATIENCE_S = 0.5
#: So long after a state of the store was last seen to be the present one, its first view is shown: a round over the feeds takes
#: less, and what it is as of stands above it.
_HOLDS_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    desk: Desk
    #: By page and language what lies below the strip.
    views: Mapping[tuple[str, str], str]


_KEPT: list[_Kept] = []
_SEEN = [float("-inf")]


def keep(desk: Desk) -> None:
    """Draw the first views of the store that opens by itself, in every language, and show them from now on."""
    since, until = desk.window
    query = Query(since=since, until=until)
    views: dict[tuple[str, str], str] = {}
    for language in LANGUAGES:
        with speaking(language):
            views |= {(page, language): body(desk, query) for page, body in first_view.BODIES.items()}
    _KEPT[:] = [_Kept(desk=desk, views=views)]
    confirm(desk.state)


def confirm(state: str) -> None:
    """Note what state the store is in; where none is to be known, nothing is shown until it is drawn anew."""
    if not state:
        forget()
    elif any(one.desk.state == state for one in _KEPT):
        _SEEN[0] = time.monotonic()


def forget() -> None:
    """Show nothing until it is drawn anew."""
    _KEPT.clear()


async def of(path: str, parameters: str) -> str:
    """Return the first view at an address as HTML; empty where there is none.

    Args:
        path: of the address.
        parameters: the part behind the question mark.
    """
    stated = dict(parse_qsl(parameters, keep_blank_values=True))
    language = stated.get(tongue.LANG, tongue.usual())
    if not stated.keys() <= _UNDERSTOOD or time.monotonic() - _SEEN[0] > _HOLDS_S:
        return ""
    page = path.removeprefix(_base())
    kept = next((one for one in _KEPT if (page, language) in one.views), None)
    if kept is None:
        return ""
    with anyio.move_on_after(_PATIENCE_S):
        return await to_thread.run_sync(_document, kept, page, language, abandon_on_cancel=True)
    return ""


def _base() -> str:
    """Return the path that all pages lie below, as an operator's proxy may want it."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/" if base else "/"


def _document(kept: _Kept, page: str, language: str) -> str:
    with passing.ahead(), speaking(language):
        try:
            return first_view.document(page, replace(kept.desk, now=access.now()), kept.views[page, language])
        except (KaraulaError, OSError) as error:
            # The page itself says what is wrong, where it can be read.
            _LOG.debug("no first view", page=page, error=str(error))
        except Exception:  # noqa: BLE001 - logged; whatever fails here, the page behind it is what the reader came for
            _LOG.exception("no first view", page=page)
        return ""
