"""What a day of the index is made of: events and situations, the largest of them with their words, and what all sum to."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from app import lines, recall, repository
from app.access import Desk
from app.passing import of_state
from tension.events.facts import Fact
from tension.events.situations import Situation
from tension.index.listing import Listing, shared
from tension.index.listing import Share as DayShare
from tension.index.method import HEADLINE, PARTS, REGION_SCOPE
from tension.index.reading import contributions
from tension.index.series import Scope
from tension.model import Query
from tension.store import StoreReader
from tension.tongue import Later, spoken

#: Parts of a day that are shown of each side of it; the files have all.
MOST_PARTS = 25
_MONTH = timedelta(days=30)
_CALMING = tuple(part for part in PARTS if part not in HEADLINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an event is, as far as a list of contributions says it."""

    day: date
    #: In the parties' names; empty where the reports name no place.
    where: str
    n_independent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the days of a scope are made of."""

    listing: Listing | Scope
    #: Of an event.
    told: Callable[[str], Told]
    #: By situation.
    standing: Mapping[str, Situation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that a day's load is made of."""

    #: Id of the event; of the event that opened the situation, where one stands.
    event: str
    situation: str | None
    code: str
    part: str
    contribution: float
    article_ids: tuple[str, ...]
    day: date
    #: In the parties' names; empty where the reports name no place.
    where: str
    n_independent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One side of a day: what counts in its number, or what calms beside it."""

    #: The largest, largest first.
    parts: tuple[Part, ...]
    #: How many there are, and what all of them sum to by part of the index.
    n: int
    sums: Mapping[str, float]

    @property
    def whole(self) -> float:
        """Return what all of them sum to."""
        return sum(self.sums.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What makes up a day of a scope."""

    counted: Share
    calming: Share

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the largest of both sides, largest first."""
        return tuple(sorted((*self.counted.parts, *self.calming.parts), key=lambda part: -part.contribution))


def made(desk: Desk, query: Query, scope: str) -> Made:
    """Return what the days of a scope are made of."""
    return _of(desk, query, scope, lines.asked(desk, query))


def _of(desk: Desk, query: Query, scope: str, days: Query) -> Made:
    """Return what some of a window's days are made of."""
    found = {s.id: s for s in lines.standing(desk, query)}
    listing, told = _made(repository.reader(desk.url), desk.url, desk.watermark, days, scope)
    return Made(listing=listing, told=told, standing=found)


def _beside(desk: Desk, query: Query, day: date) -> Query:
    """Return the month of a window, counted from its end, that a day lies in: of a longer one the other days are not read."""
    whole = lines.asked(desk, query)
    until = whole.until - (whole.until - day) // _MONTH * _MONTH
    return replace(whole, since=max(whole.since, until - _MONTH + timedelta(days=1)), until=until)


# Few: the events of a hundred days of the region are tens of megabytes, and what is shown of them is kept by `shares`.
@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=3, show_spinner=Later("Taking the number apart …"))
def _made(
    _reader: StoreReader, url: str, watermark: str, query: Query, scope: str
) -> tuple[Listing | Scope, Callable[[str], Told]]:  # fmt: skip
    read = partial(recall.facts, _reader, url, watermark) if scope == REGION_SCOPE and query.as_known_at is None else None
    listing = contributions(_reader, scope, query.since, query.until, as_known_at=query.as_known_at, read=read)
    if isinstance(listing, Scope):
        return listing, _told_by(listing.events)
    facts = listing.facts
    number = {event: n for n, event in enumerate(facts.column("event"))}
    return listing, lambda event: _told(facts[number[event]])


def _told(fact: Fact) -> Told:
    where = lines.where_is(fact.place_id, fact.place_name, fact.country, fact.precision)
    return Told(day=fact.day, where=where, n_independent=len(fact.origins))


def _told_by(found: pd.DataFrame) -> Callable[[str], Told]:
    names = ["event", "place_id", "place_name", "country", "precision"]
    rows = found[names].astype(object).where(found[names].notna(), None).itertuples(index=False)
    days = zip(rows, found["day"], found["n_independent"], strict=True)
    known = {row[0]: (day.date(), row[1:], int(n)) for row, day, n in days}
    return lambda event: Told(day=known[event][0], where=lines.where_is(*known[event][1]), n_independent=known[event][2])


def shares(desk: Desk, query: Query, scope: str, day: date) -> Shares:
    """Return what makes up a day of a scope: the largest parts, and how many there are and what they sum to."""
    key = (desk.url, desk.watermark, lines.asked(desk, query), scope, day, spoken())
    return _shares(desk, repository.reader(desk.url), *key)


@st.cache_resource(ttl=timedelta(hours=1), max_entries=128, show_spinner=False)
def _shares(
    _desk: Desk, _reader: StoreReader, url: str, watermark: str, query: Query, scope: str, day: date, tongue: str  # noqa: ARG001
) -> Shares:  # fmt: skip
    found = _of(_desk, query, scope, _beside(_desk, query, day))
    counted, calming = (_share(_of_day(found.listing, day, parts), found) for parts in (HEADLINE, _CALMING))
    return Shares(counted=counted, calming=calming)


def _of_day(listing: Listing | Scope, day: date, parts: Collection[str]) -> DayShare:
    if isinstance(listing, Scope):
        return shared(listing.listed(day), parts, MOST_PARTS)
    return listing.share(day, parts, MOST_PARTS)


def _share(some: DayShare, found: Made) -> Share:
    return Share(parts=tuple(_part(row, found) for row in some.largest), n=some.n, sums=some.sums)


def part_of(desk: Desk, query: Query, scope: str, day: date, event: str) -> Part | None:
    """Return what an event adds to a day of a scope, however little; None where it adds nothing."""
    found = _of(desk, query, scope, _beside(desk, query, day))
    return next((_part(row, found) for row in found.listing.listed(day) if row["event"] == event), None)


def _part(row: Mapping[str, Any], found: Made) -> Part:
    situation = found.standing.get(str(row["situation"])) if "situation" in row else None
    if situation is None:
        told = found.told(str(row["event"]))
    else:
        where = lines.where_is(situation.place_id, situation.place_name, situation.country, situation.precision)
        told = Told(day=situation.since, where=where, n_independent=0)
    return Part(
        event=str(row["event"]), situation=row.get("situation"), code=str(row["code"]), part=str(row["part"]),
        contribution=float(row["contribution"]), article_ids=tuple(row["articles"]), day=told.day, where=told.where,
        n_independent=told.n_independent,
    )  # fmt: skip
