"""What stands: situations as of a day, the crossings board by border, and what is read for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from app import repository
from app.access import Desk
from tension.events.asof import (
    RESTRICTED,
    STATES,
    Standing,
    as_of,
    border_of,
    borders,
    crossings,
    measures,
    restricted,
)
from tension.events.crossings import Crossing
from tension.events.situations import Situation, kinds, situations, standing_codes
from tension.model import Query
from tension.store import StoreReader
from tension.tongue import Later

__all__ = [
    "RESTRICTED",
    "STATES",
    "Board",
    "Standing",
    "as_of",
    "border_of",
    "borders",
    "by_border",
    "crossings",
    "load",
    "restricted",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that the page Situations draws."""

    day: date
    standing: tuple[Standing, ...]
    crossings: tuple[Crossing, ...]

    def of(self, status: str) -> list[Standing]:
        """Return the situations of a status, the youngest first."""
        found = [s for s in self.standing if s.status == status]
        return sorted(found, key=lambda s: (-s.situation.since.toordinal(), s.situation.place_name, s.id))

    def find(self, situation_id: str) -> Standing | None:
        """Return a situation by its id."""
        return next((s for s in self.standing if s.id == situation_id), None)


def by_border(rows: Iterable[Crossing]) -> dict[tuple[str, str], list[Crossing]]:
    """Return crossings by border; the borders with the worst state first, then those with most crossings."""
    found: dict[tuple[str, str], list[Crossing]] = {}
    for row in rows:
        found.setdefault(border_of(row.place.id), []).append(row)
    order = list(STATES)
    ranked = sorted(found.items(), key=lambda item: (min(order.index(c.state) for c in item[1]), -len(item[1]), item[0]))
    return dict(ranked)


def load(desk: Desk, query: Query) -> Board:
    """Return what stood on the last day of a query's window, by the reports that its filters leave."""
    read = replace(query, since=date.min, codes=standing_codes(), countries=())
    day = min(query.until, desk.last_day)
    standing = as_of(_situations(repository.reader(desk.url), desk.url, desk.watermark, read), day)
    rows = crossings(standing, _measures(desk, read, standing), day)
    return Board(
        day=day, standing=tuple(s for s in standing if _wanted(s, query)),
        crossings=tuple(c for c in rows if not query.countries or set(border_of(c.place.id)) & set(query.countries)),
    )  # fmt: skip


def _wanted(s: Standing, query: Query) -> bool:
    codes = next(kind.codes for kind in kinds() if kind.id == s.situation.kind)
    here = not query.countries or s.situation.country in query.countries
    return here and (not query.codes or bool(codes & set(query.codes)))


@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=Later("Reading what stands …"))
def _situations(_reader: StoreReader, url: str, watermark: str, query: Query) -> Sequence[Situation]:  # noqa: ARG001
    # The store keeps what everybody's reports make; of some of them it is folded anew.
    if not (query.languages or query.outlets or query.min_confidence) and _reader.rolled_up():
        return tuple(_reader.situations(as_known_at=query.as_known_at))
    return tuple(situations(_reader.event_signals(query)))


def _measures(desk: Desk, read: Query, standing: Sequence[Standing]) -> pd.DataFrame:
    """Return the signals of the measures that are in force."""
    return _signals(repository.reader(desk.url), desk.url, desk.watermark, measures(standing, read))


@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _signals(_reader: StoreReader, url: str, watermark: str, query: Query) -> pd.DataFrame:  # noqa: ARG001 - the key
    return _reader.event_signals(query)
