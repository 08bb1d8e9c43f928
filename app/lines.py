"""The index for the page Index: the same days and contributions as `karaula index`, for several scopes beside each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import pandas as pd
import streamlit as st

from app import lasting, naming, repository, words
from app.access import Desk
from tension import assets
from tension.events.asof import is_of as is_of
from tension.events.situations import Situation
from tension.index.method import REGION_SCOPE
from tension.index.reading import index_of
from tension.index.series import Day
from tension.index.unread import countries_of, coverage_since, unread
from tension.model import REGION, Precision, Query
from tension.places.gazetteer import gazetteer
from tension.store import StoreReader
from tension.tongue import Later, _, spoken

#: So many can be read beside each other.
MOST = 5
_PLACE = "place:"
#: Places that are offered; an address may name any.
_MOST_PLACES = 200
#: A dyad has two.
_PARTIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The index of one scope over the days of a window."""

    scope: str
    name: str
    days: tuple[Day, ...]
    #: The same days from the fixed panel of feeds alone; empty where the store knows no panel.
    panel: tuple[Day, ...]
    #: What stood at some time in these days, one act once.
    episodes: tuple[Situation, ...]

    def on(self, day: date) -> Day | None:
        """Return a day, or None where it lies outside."""
        return next((d for d in self.days if d.day == day), None)

    def panel_on(self, day: date) -> Day | None:
        """Return a day of the fixed panel, or None."""
        return next((d for d in self.panel if d.day == day), None)


@lru_cache(maxsize=1)
def dyads() -> tuple[str, ...]:
    """Return the pairs of countries that are followed, as scopes, in the order of their list."""
    rows = assets.read_toml("actors.toml")["dyad"]
    pairs = [(_state(row["one"]), _state(row["other"])) for row in rows]
    return tuple("-".join(sorted(filter(None, pair))) for pair in pairs if all(pair))


def _state(parties: Sequence[str]) -> str | None:
    return next((party for party in parties if party in REGION), None)


def name_of(scope: str) -> str:
    """Return what a scope is called."""
    if scope == REGION_SCOPE:
        return _("The whole region")
    if scope.startswith(_PLACE):
        place_id = scope.removeprefix(_PLACE)
        found = repository.place(place_id)
        return where_is(place_id, *found, None) if found else place_id
    return "–".join(sorted(words.country(code) for code in scope.split("-")))


def where_is(place_id: str | None, name: str | None, country: str | None, precision: str | None) -> str:
    """Return where something is in the parties' names, with its country; empty where no place is known."""
    if precision == Precision.COUNTRY:
        return words.country(country or "")
    return words.place(naming.forms(place_id, name)[0], country or "") if place_id and name else ""


def options(found: pd.DataFrame, since: date, until: date) -> list[str]:
    """Return the scopes that can be chosen: the region, dyads, countries, and the places of the window, heaviest first.

    Args:
        found: events, as `tension.events.table.events` returns them.
        since: first day.
        until: last day, included.
    """
    inside = found[(found["day"] >= pd.Timestamp(since)) & (found["day"] <= pd.Timestamp(until)) & found["place_id"].notna()]
    weights = inside.groupby(inside["place_id"].astype(object))["weight"].sum().sort_values(ascending=False, kind="stable")
    countries = sorted(REGION, key=words.country)
    return [REGION_SCOPE, *dyads(), *countries, *(f"{_PLACE}{place}" for place in weights.index[:_MOST_PLACES])]


def is_scope(scope: str) -> bool:
    """Tell whether a scope can be computed, listed or not: of an address anything may come."""
    if scope.startswith(_PLACE):
        return repository.place(scope.removeprefix(_PLACE)) is not None
    parties = scope.split("-")
    return scope == REGION_SCOPE or (REGION.issuperset(parties) and len(set(parties)) == len(parties) <= _PARTIES)


def asked(desk: Desk, query: Query) -> Query:
    """Return what the index of a window is computed from: every signal, whatever the filters, so that a number is one number."""
    until = max(query.since, min(query.until, desk.last_day))
    return Query(since=query.since, until=until, as_known_at=query.as_known_at)


def places(desk: Desk, query: Query) -> dict[str, str]:
    """Return the scopes that can be chosen for a window, each with its name."""
    found = repository.events(desk, asked(desk, query))
    # Of the places of these events their events know the names: the whole gazetteer takes a second to build.
    rows = found.drop_duplicates("place_id")[["place_id", "place_name", "country"]].itertuples(index=False)
    known = {f"{_PLACE}{place}": where_is(str(place), str(name), str(country), None) for place, name, country in rows}
    return {scope: known.get(scope) or name_of(scope) for scope in options(found, query.since, query.until)}


def usual(query: Query, known: Sequence[str]) -> list[str]:
    """Return the scopes that are shown when nothing is chosen: the countries of the filter, else the region and a dyad."""
    wanted = [code for code in query.countries if code in known][:MOST]
    return wanted or list(known[:2])


def last_read(found: Sequence[Line]) -> date:
    """Return the last day that the first line with any reading has a reading of; without one the last of all."""
    days = (max(read) for line in found if (read := [d.day for d in line.days if d.value is not None]))
    return next(days, found[0].days[-1].day)


def load(desk: Desk, query: Query, scope: str) -> Line:
    """Return the index of a scope over the days of a query's window."""
    found = standing(desk, query)
    return _line(repository.reader(desk.url), desk.url, desk.freshness, asked(desk, query), scope, found, spoken())


def standing(desk: Desk, query: Query) -> tuple[Situation, ...]:
    """Return the situations that an index of a window tells of."""
    whole = asked(desk, query)
    return tuple(lasting.spans(desk, whole.since, whole.until))


# Names and the causes of days without a reading are said in a language.
@st.cache_resource(ttl=timedelta(hours=1), max_entries=32, show_spinner=Later("Computing the index …"))
def _line(
    _reader: StoreReader, url: str, freshness: str, query: Query, scope: str, _found: Sequence[Situation], tongue: str  # noqa: ARG001
) -> Line:  # fmt: skip
    silent = _unread(_reader, url, freshness, query, scope)
    span = _reader.span()
    first = span[0] if span else query.since

    def days(*, panel: bool) -> tuple[Day, ...]:
        found = index_of(
            _reader, scope, query.since, query.until, first=first, unread=silent, panel=panel, as_known_at=query.as_known_at
        )
        return tuple(found)

    fixed = days(panel=True) if _reader.panel() else ()
    episodes = tuple(_once(s for s in _found if is_of(s, scope) and s.since <= query.until and s.last >= query.since))
    return Line(scope=scope, name=name_of(scope), days=days(panel=False), panel=fixed, episodes=episodes)


def _once(found: Iterable[Situation]) -> list[Situation]:
    """Return one situation for each kind and opening event, the one that stands longest: one act at three crossings is one."""
    kept: dict[tuple[str, str], Situation] = {}
    for s in sorted(found, key=lambda s: s.id):
        rival = kept.get((s.kind, s.changes[0].event))
        if rival is None or s.last > rival.last:
            kept[s.kind, s.changes[0].event] = s
    return list(kept.values())


def unread_on(desk: Desk, query: Query) -> dict[str, str]:
    """Return the countries without a reading on the last day of a window, each with the cause."""
    whole = asked(desk, query)
    reader, key = repository.reader(desk.url), (desk.url, desk.freshness, whole)
    frame, heard = _coverage(reader, *key), _heard(reader, *key)
    causes = {code: unread(frame, (code,), whole.until, whole.until, heard) for code in sorted(REGION)}
    return {code: found[whole.until] for code, found in causes.items() if found}


def _unread(reader: StoreReader, url: str, freshness: str, query: Query, scope: str) -> Mapping[date, str]:
    frame = _coverage(reader, url, freshness, query)
    countries = {place.id: place.country for place in gazetteer().places} if scope.startswith(_PLACE) else {}
    heard = _heard(reader, url, freshness, query)
    return unread(frame, countries_of(scope, REGION, countries), query.since, query.until, heard)


@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _coverage(_reader: StoreReader, url: str, freshness: str, query: Query) -> pd.DataFrame:  # noqa: ARG001 - the key
    return _reader.coverage(coverage_since(query.since), query.until)


@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _heard(_reader: StoreReader, url: str, freshness: str, query: Query) -> Sequence[date]:  # noqa: ARG001 - the key
    return _reader.days(query)
