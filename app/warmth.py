"""What the first view of Now and Map needs, read before somebody asks: once the server is up, and whenever the store has changed.

Pages share what was read (`app.repository`, `app.outlook`, `app.atlas`); without this the first reader of the morning, and the
first after each round of the scheduler, would wait for it.
"""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import structlog
from anyio import to_thread

from app import atlas, filters, limits, outlook, repository
from app.access import Desk
from app.components import now_desk
from app.figures import basemap
from app.theme import DARK, LIGHT
from tension.errors import KaraulaError
from tension.model import Query

_LOG = structlog.get_logger(__name__)
#: Between two looks at the store, which cost a few milliseconds each.
_LOOK_S = 5.0
_WARNS = "streamlit.runtime.scriptrunner_utils.script_run_context"


@asynccontextmanager
async def kept(_app: object) -> AsyncIterator[None]:
    """Keep it read while a server runs."""
    logging.getLogger(_WARNS).addFilter(_is_of_a_session)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_keep)
        yield
        tasks.cancel_scope.cancel()


async def _keep() -> None:
    before = ""
    while True:
        before = await to_thread.run_sync(read, before, abandon_on_cancel=True)
        await anyio.sleep(_LOOK_S)


def read(before: str) -> str:
    """Read what the store that opens by itself shows first; return the state it was read in.

    Args:
        before: the state it was last read in; nothing is read again while it stands still.
    """
    _reading.here = True
    store = filters.opened()
    try:
        desk = repository.desk(store)
        stands = f"{store} {desk.watermark} {desk.freshness} {desk.last_day}"
        if stands != before and desk.span is not None:
            _now(desk)
            _map(desk)
    except KaraulaError as error:
        # No store yet, or one that is being changed: a page says so itself; the next look tries again.
        _LOG.debug("not read ahead", store=store, error=str(error))
        return ""
    finally:
        _reading.here = False
    return stands


def _usual(desk: Desk) -> Query:
    """Return what a page asks for when its address says nothing."""
    since, until = desk.window
    return Query(since=since, until=until)


def _now(desk: Desk) -> None:
    query = _usual(desk)
    day = now_desk.judged(desk, query)
    outlook.outlook(desk, query, day)
    repository.standing_on(desk, day)
    limits.told(desk, day, day)
    repository.options(desk)


def _map(desk: Desk) -> None:
    query = _usual(desk)
    opening = basemap.opening(repository.shown(desk, query, query.since, query.until)[1])
    for look in (LIGHT, DARK):
        atlas.atlas(desk, query, look, opening)


#: Marks the thread that reads ahead.
_reading = threading.local()


def _is_of_a_session(_record: logging.LogRecord) -> bool:
    """Leave out what Streamlit says of reading without a session, where that is meant."""
    return not getattr(_reading, "here", False)
