"""What lasts: the situations that pages tell of, read for the days that are looked at; see `app.repository`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import streamlit as st

from app import repository
from app.access import Desk
from app.passing import of_state
from tension.events import situations
from tension.events.situations import Situation
from tension.model import Query
from tension.store import StoreReader


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _situations(
    _reader: StoreReader, url: str, watermark: str, known: datetime | None, since: date | None, until: date | None  # noqa: ARG001
) -> Sequence[Situation]:  # fmt: skip
    if _reader.rolled_up():
        return tuple(_reader.situations(as_known_at=known, since=since, until=until, briefly=since is not None))
    lasting = Query(since=date.min, until=date.max, codes=situations.standing_codes(), as_known_at=known)
    return tuple(situations.situations(_reader.event_signals(lasting)))


def standing(desk: Desk, until: date) -> Sequence[Situation]:
    """Return all situations that began up to a day, whatever the filters: what lasts began before any window."""
    found = _situations(repository.reader(desk.url), desk.url, desk.watermark, desk.as_known_at, None, None)
    return [s for s in found if s.since <= until]


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _spans(
    _reader: StoreReader, url: str, watermark: str, known: datetime | None, since: date, until: date
) -> Sequence[Situation]:  # fmt: skip
    if _reader.rolled_up():
        return tuple(_reader.situations(as_known_at=known, since=since, until=until, openings_only=True))
    found = _situations(_reader, url, watermark, known, None, None)
    return tuple(s for s in found if s.since <= until)


def spans(desk: Desk, since: date, until: date) -> Sequence[Situation]:
    """Return what `standing_on` does, for whoever asks how it stood on a day: changes after the opening may be missing."""
    return _spans(repository.reader(desk.url), desk.url, desk.watermark, desk.as_known_at, since, until)


def standing_on(desk: Desk, since: date, until: date | None = None) -> Sequence[Situation]:
    """Return of `standing` what stands, or is spoken of, on a day (or up to another), and the newest of each kind and place.

    That is all that a page of these days tells of, and does not grow with what was over long before: of what was reported
    before them each has its opening and the newest.
    """
    last = until or since
    found = _situations(repository.reader(desk.url), desk.url, desk.watermark, desk.as_known_at, since, last)
    return [s for s in found if s.since <= last]
