"""Reports of measures in force at crossings, read for pages and kept: of them `tension.events.crossing_days` makes the board."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from app import lasting, repository
from app.access import Desk
from app.passing import of_state
from tension.events.asof import MEASURE, as_of, measure_code, measures
from tension.events.crossing_days import Told
from tension.model import Precision, Query
from tension.store import StoreReader


def told(desk: Desk, since: date, until: date) -> Told:
    """Return the reports at crossings of the measures that stand, or are spoken of, on some days."""
    reader = repository.reader(desk.url)
    if desk.as_known_at is None and reader.rolled_up():
        ids = tuple(s.id for s in lasting.spans(desk, since, until) if s.kind == MEASURE)
        return _told(reader, desk.url, desk.watermark, ids)
    read = Query(since=date.min, until=until, as_known_at=desk.as_known_at)
    return _told_then(desk, reader, desk.url, desk.watermark, read)


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=16, show_spinner=False)
def _told(_reader: StoreReader, url: str, watermark: str, ids: tuple[str, ...]) -> Told:  # noqa: ARG001 - the key
    return _reader.limits(ids, measure_code())


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=16, show_spinner=False)
def _told_then(_desk: Desk, _reader: StoreReader, url: str, watermark: str, read: Query) -> Told:  # noqa: ARG001 - the key
    """Return the same as known at an instant, or of a store without roll-ups: from the signals themselves."""
    found = lasting.standing(_desk, read.until)
    signals = _reader.event_signals(measures(as_of(found, read.until), read))
    here = signals[signals["precision"].astype(object) == Precision.CROSSING]
    rows: dict[str, list[tuple[date, str, str]]] = {}
    for event, day, place, article in zip(here["event"], here["event_day"], here["place_id"], here["article_id"], strict=True):
        if not pd.isna(day):
            rows.setdefault(str(event), []).append((pd.Timestamp(day).date(), str(place), str(article)))
    mine = {s.id: sorted((c.day, *row) for c in s.changes for row in rows.get(c.event, ())) for s in found if s.kind == MEASURE}
    return {name: reports for name, reports in mine.items() if reports}
