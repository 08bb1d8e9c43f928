"""What pages need, read before somebody asks: once the server is up, and whenever the store has changed.

Pages share what was read (`app.repository`, `app.outlook`, `app.atlas`); without this the first reader of the morning, and the
first after each round of the scheduler, would wait for it. First what the first view of Now and Map shows; then, once the store
stands still and so that nobody who just came waits for it, what their filters, longer windows and the other pages need.
"""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio
import structlog
from anyio import to_thread

from app import atlas, filters, lasting, limits, lines, makeup, outlook, passing, prelude, recall, repository, sides, standing
from app.access import Desk
from app.components import now_desk
from app.figures import basemap
from app.theme import DARK, LIGHT
from tension.errors import KaraulaError
from tension.model import Query

_LOG = structlog.get_logger(__name__)
#: Between two looks at the store, which cost a few milliseconds each.
_LOOK_S = 5.0
#: After so long without a reader's question the next part is read; after so long with readers at work between two of their runs.
_CALM_S, _PATIENCE_S = 2.0, 60.0
#: Between two looks at whether a page runs, while one does.
_PAUSE_S = 0.1
_WARNS = "streamlit.runtime.scriptrunner_utils.script_run_context"


@asynccontextmanager
async def kept(_app: object) -> AsyncIterator[None]:
    """Keep it read while a server runs.

    A task of its own, not one of a group: what fails in it is logged, and ends neither the server nor a page.
    """
    logging.getLogger(_WARNS).addFilter(_is_of_a_session)
    task = asyncio.create_task(_keep())
    task.add_done_callback(_ended)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def _ended(task: "asyncio.Task[None]") -> None:
    """Say it where reading ahead ended before the server did: pages read for themselves from here on."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        _LOG.error("nothing is read ahead any more", exc_info=error)


async def _keep() -> None:
    before, done = "", ""
    while True:
        await _let_run()
        stands = await to_thread.run_sync(read, before, abandon_on_cancel=True)
        # Not while feeds come in, each of which changes the store: what was read would not last until somebody asks for it.
        if stands == before != done:
            done = await _read_on(stands)
            await _settled()
        elif stands != before:
            await _settled()
        before = stands
        await anyio.sleep(_LOOK_S)


async def _let_run() -> None:
    """Wait until no page runs: whatever is read meanwhile would share the interpreter with it."""
    while not passing.is_idle():  # noqa: ASYNC110 - readers are threads, which know no event of this loop
        await anyio.sleep(_PAUSE_S)


async def _let_work() -> None:
    """Wait until nobody works with a page, or for as long as patience lasts; while a page runs, longer."""
    with anyio.move_on_after(_PATIENCE_S):
        while not passing.is_calm(_CALM_S):  # noqa: ASYNC110 - as above
            await anyio.sleep(_CALM_S / 4)
    await _let_run()


async def _settled() -> None:
    # Nothing else runs while the collector goes through all objects, which takes up to a second.
    await _let_work()
    await to_thread.run_sync(settle)


def settle() -> None:
    """Take what stays for long out of the collector's sight.

    Streamlit has it go through all objects after every run of a page: for half a million of them, nearly all of them there since
    the start or read ahead, that took longer than the page. What dies of them is freed all the same, cycles with the next call.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


async def _read_on(stands: str) -> str:
    """Read part after part while nobody works with a page; return the state of the store after the last."""
    found = stands
    for part in _MORE:
        await _let_work()
        found = await to_thread.run_sync(read_more, stands, (part,), abandon_on_cancel=True)
    return found


def read(before: str) -> str:
    """Read what the store that opens by itself shows first; return the state it was read in, empty where it shows nothing.

    Args:
        before: the state it was last read in; nothing is read again while it stands still.
    """
    found = _reading_ahead(lambda stands: stands != before, (_now, _map))
    prelude.confirm(found)
    return found


def read_more(before: str, parts: Iterable[Callable[[Desk], None]] | None = None) -> str:
    """Read what else the store that opens by itself is asked for; return the state that was found.

    Args:
        before: the state in which it was read first; in another one it is to be read first anew.
        parts: some of it; None: all.
    """
    return _reading_ahead(lambda stands: stands == before, _MORE if parts is None else parts)


def _reading_ahead(is_due: Callable[[str], bool], parts: Iterable[Callable[[Desk], None]]) -> str:
    """Read some parts where that is due by the state of the store that opens by itself, and return this state."""
    store = ""
    with passing.ahead():
        try:
            store = filters.opened()
            desk = repository.desk(store)
            stands = desk.state
            if desk.span is None:
                return ""
            if is_due(stands):
                for part in parts:
                    part(desk)
        except KaraulaError as error:
            # No store yet, or one that is being changed: a page says so itself; the next look tries again.
            _LOG.debug("not read ahead", store=store, error=str(error))
            return ""
        except OSError as error:
            # A file that went or a disk that fails; what the database says is a KaraulaError by now. The next look tries again.
            _LOG.warning("not read ahead", store=store, error=str(error))
            return ""
    return stands


def _usual(desk: Desk) -> Query:
    """Return what a page asks for when its address says nothing."""
    since, until = desk.window
    return Query(since=since, until=until)


def _now(desk: Desk) -> None:
    query = _usual(desk)
    day = now_desk.judged(desk, query)
    outlook.outlook(desk, query, day)
    lasting.standing_on(desk, day)
    limits.told(desk, day, day)
    repository.options(desk)


def _map(desk: Desk) -> None:
    query = _usual(desk)
    opening = basemap.opening(repository.shown(desk, query, query.since, query.until)[1])
    for look in (LIGHT, DARK):
        atlas.atlas(desk, query, look, opening)


def _quarter(desk: Desk) -> Query:
    """Return the longest of the windows that one click asks for."""
    until = _usual(desk).until
    return Query(since=until - timedelta(days=max(filters.PRESETS) - 1), until=until)


def _days(desk: Desk) -> None:
    """Read the days that filters, longer windows and the index look back to."""
    recall.read_ahead(repository.reader(desk.url), desk.url, desk.watermark, _usual(desk).until)


def _filters(desk: Desk) -> None:
    """Read what a filter of Map and Events is answered from."""
    repository.prepare(desk, _usual(desk))


def _now_filters(desk: Desk) -> None:
    """Read what a filter of Now is answered from."""
    query = _usual(desk)
    repository.prepare(desk, outlook.days(query, now_desk.judged(desk, query)))


def _long_filters(desk: Desk) -> None:
    repository.prepare(desk, _quarter(desk))


def _places(_desk: Desk) -> None:
    """Read which places there are: Events names them."""
    repository.place("")


def _situations(desk: Desk) -> None:
    standing.load(desk, _usual(desk))


def _lines(desk: Desk) -> None:
    """Read the places and the lines of Index."""
    query = _usual(desk)
    for scope in lines.usual(query, list(lines.places(desk, query))):
        lines.load(desk, query, scope)


def _makeup(desk: Desk) -> None:
    """Read what its first line is made of; the lines themselves are there by then."""
    query = _usual(desk)
    found = [lines.load(desk, query, scope) for scope in lines.usual(query, list(lines.places(desk, query)))]
    makeup.shares(desk, query, found[0].scope, lines.last_read(found))


def _sides(desk: Desk) -> None:
    query = _usual(desk)
    sides.silent_parties(desk, query.since, query.until)


def _longer(desk: Desk) -> None:
    """Read what Map shows of the longest of the usual windows."""
    query = _quarter(desk)
    repository.shown(desk, query, query.since, query.until)


def _long_situations(desk: Desk) -> None:
    standing.load(desk, _quarter(desk))


#: What is read once Now and Map are there, in this order; each takes up to a second, for which a page that opens just then shares
#: the interpreter with it.
_MORE: tuple[Callable[[Desk], None], ...] = (
    prelude.keep, _days, _filters, _now_filters, _long_filters, _places, _situations, _lines, _makeup, _sides, _longer,
    _long_situations,
)  # fmt: skip


def _is_of_a_session(_record: logging.LogRecord) -> bool:
    """Leave out what Streamlit says of reading without a session, where that is meant."""
    return not passing.is_ahead()
