"""What stands: situations as of a day, the crossings board by border, and what is read for them.

Read is what a window tells of, not what was over long before it: see `lasting.standing_on`. All reports of a situation are
read when somebody opens it, or takes it away.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import streamlit as st

from app import lasting, limits, repository
from app.access import Desk
from app.passing import of_state
from tension.events import crossing_days
from tension.events.asof import RESTRICTED, STATES, Standing, as_of, border_of, borders, crossings, restricted
from tension.events.crossings import Crossing
from tension.events.situations import Situation, kinds
from tension.model import Query
from tension.places import gazetteer
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
    "in_full",
    "load",
    "one",
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
    """Return what stood on the last day of a query's window, of the changes before it the opening and the newest alone.

    A filter leaves situations and crossings out; how one stands is what all reports say, which is the same everywhere.
    """
    day = min(query.until, desk.last_day)
    whole = Query(since=query.since, until=query.until, as_known_at=query.as_known_at)
    return _left(desk, _board(desk, repository.reader(desk.url), desk.url, desk.watermark, whole, day), query)


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=16, show_spinner=Later("Reading what stands …"))
def _board(_desk: Desk, _reader: StoreReader, url: str, watermark: str, whole: Query, day: date) -> Board:  # noqa: ARG001
    some = lasting.standing_on(_desk, whole.since, whole.until)
    told = limits.told(_desk, whole.since, whole.until)
    gates = crossing_days.crossings([s for s in some if s.since <= day], told, gazetteer.crossings().values(), day)
    return Board(day=day, standing=tuple(as_of(some, day)), crossings=tuple(gates))


def _left(desk: Desk, found: Board, query: Query) -> Board:
    """Return what a query's filters leave of a board: what some report that passes them is of."""
    standing = [s for s in found.standing if _wanted(s, query)]
    gates = [c for c in found.crossings if not query.countries or set(border_of(c.place.id)) & set(query.countries)]
    if query.languages or query.outlets or query.min_confidence:
        asked = {article for s in standing for article in s.article_ids} | {article for c in gates for article in c.article_ids}
        facets = replace(query, codes=(), countries=())
        passing = _passing(repository.reader(desk.url), desk.url, desk.watermark, tuple(sorted(asked)), facets)
        standing = [s for s in standing if not passing.isdisjoint(s.article_ids)]
        gates = [c for c in gates if not passing.isdisjoint(c.article_ids)]
    return Board(day=found.day, standing=tuple(standing), crossings=tuple(gates))


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=16, show_spinner=False)
def _passing(_reader: StoreReader, url: str, watermark: str, ids: tuple[str, ...], facets: Query) -> frozenset[str]:  # noqa: ARG001
    return _reader.passing(ids, facets)


def _wanted(s: Standing, query: Query) -> bool:
    codes = next(kind.codes for kind in kinds() if kind.id == s.situation.kind)
    here = not query.countries or s.situation.country in query.countries
    return here and (not query.codes or bool(codes & set(query.codes)))


def one(desk: Desk, situation_id: str, day: date) -> Standing | None:
    """Return a situation as it stood on a day, with all its changes; None where there is none, or it began later."""
    return next(iter(as_of(_in_full(desk, {situation_id}), day)), None)


def in_full(desk: Desk, found: Board) -> Board:
    """Return what is on a board with all its changes and their reports, as files have them."""
    full = {s.id: s for s in as_of(_in_full(desk, {*(s.id for s in found.standing), *_named(found)}), found.day)}
    return replace(
        found, standing=tuple(full[s.id] for s in found.standing),
        crossings=tuple(_told(c, full.get(c.situation or "")) for c in found.crossings),
    )  # fmt: skip


def _named(found: Board) -> Iterable[str]:
    return (c.situation for c in found.crossings if c.situation and c.state != RESTRICTED)


def _told(row: Crossing, of: Standing | None) -> Crossing:
    """Return a row of the board with all reports of its situation; those of a measure are the ones told at the crossing."""
    return row if of is None or row.state == RESTRICTED else replace(row, article_ids=of.article_ids)


def _in_full(desk: Desk, ids: Collection[str]) -> Sequence[Situation]:
    reader = repository.reader(desk.url)
    if reader.rolled_up():
        return reader.situations(as_known_at=desk.as_known_at, ids=sorted(ids))
    return [s for s in lasting.standing(desk, desk.last_day) if s.id in ids]
