"""How crossings stood on the days of a window, measures in force among them: the board of Situations, for Now and Map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from app import repository
from app.access import Desk
from app.passing import of_state
from tension.events.asof import MEASURE, RESTRICTED, STATES, Standing, as_of, measure_code, measures
from tension.events.crossings import BLOCKED, Crossing, board
from tension.events.situations import OPEN, Situation
from tension.model import Place, Precision, Query
from tension.store import StoreReader

#: By situation: the day on which it was told, the day of the event, crossing, article; in this order.
Told = Mapping[str, Sequence[tuple[date, date, str, str]]]


def told(desk: Desk, since: date, until: date) -> Told:
    """Return the reports at crossings of the measures that stand, or are spoken of, on some days."""
    reader = repository.reader(desk.url)
    if desk.as_known_at is None and reader.rolled_up():
        ids = tuple(s.id for s in repository.standing_on(desk, since, until) if s.kind == MEASURE)
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
    found = repository.standing(_desk, read.until)
    signals = _reader.event_signals(measures(as_of(found, read.until), read))
    here = signals[signals["precision"].astype(object) == Precision.CROSSING]
    rows: dict[str, list[tuple[date, str, str]]] = {}
    for event, day, place, article in zip(here["event"], here["event_day"], here["place_id"], here["article_id"], strict=True):
        if not pd.isna(day):
            rows.setdefault(str(event), []).append((pd.Timestamp(day).date(), str(place), str(article)))
    mine = {s.id: sorted((c.day, *row) for c in s.changes for row in rows.get(c.event, ())) for s in found if s.kind == MEASURE}
    return {name: reports for name, reports in mine.items() if reports}


def crossings(found: Sequence[Situation], told_of: Told, places: Iterable[Place], day: date) -> list[Crossing]:
    """Return every crossing as it stood on a day, as `tension.events.asof.crossings` tells it.

    Args:
        found: situations that stand, or are spoken of, on the day.
        told_of: as `told` returns it.
        places: the crossings.
        day: the day.
    """
    limited = _limited(found, told_of, day)
    rows = [_row(row, limited.get(row.place.id)) for row in board(found, places, day)]
    order = list(STATES)
    return sorted(rows, key=lambda c: (order.index(c.state), -(c.since or date.min).toordinal(), c.place.name))


def _limited(found: Iterable[Situation], told_of: Told, day: date) -> dict[str, tuple[Standing, date, tuple[str, ...]]]:
    """Return by crossing the measure in force there, since when it is told of, and the reports, the newest first."""
    limited = {}
    for s in as_of((one for one in found if one.id in told_of), day):
        if s.status != OPEN:
            continue
        known = [(of, place, article) for told_on, of, place, article in told_of[s.id] if told_on <= day]
        for crossing in dict.fromkeys(place for _, place, _ in known):
            mine = [(of, article) for of, place, article in known if place == crossing]
            limited[crossing] = (s, min(mine)[0], tuple(dict.fromkeys(article for _, article in sorted(mine, reverse=True))))
    return limited


def _row(row: Crossing, measure: tuple[Standing, date, tuple[str, ...]] | None) -> Crossing:
    if measure is None or row.state == BLOCKED:
        return row
    s, since, articles = measure
    return replace(row, state=RESTRICTED, since=since, confirmed=s.confirmed, situation=s.id, article_ids=articles)
