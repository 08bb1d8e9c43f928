"""A store as an analyst opens it: `from tension import open_store`, then `store.frame("events", since=..., until=...)`.

Every table has the columns and types of `tension.frametypes`, and the numbers of the screen, the command line and the API:
all are made by the same functions. Nothing here reads the clock: what depends on the hour is told it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

import pandas as pd

from tension.errors import SettingsError
from tension.events.asof import as_of, borders, crossings, measures
from tension.events.choosing import chosen, chosen_events
from tension.events.crossings import crossing_table
from tension.events.situations import Situation, situation_table, situations, standing_codes
from tension.events.table import events, of_facts
from tension.frametypes import TABLES, typed
from tension.index.answer import rows_of
from tension.index.coverage import LOOK_BACK, Coverage
from tension.index.method import REGION_SCOPE
from tension.index.scopes import check_scope
from tension.model import Query
from tension.store import StoreReader, open_reader
from tension.taxonomy import signal_types

#: Days outside of these are mistyped; a year before the first must still be a day.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def open_store(url: str) -> "Store":
    """Open a store for reading.

    Args:
        url: `sqlite:///path/to/karaula.db` or `postgresql://user@host/name`.

    Raises:
        StoreError: it does not exist, cannot be opened, or is of another schema.
    """
    return Store(open_reader(url))


class Filters(TypedDict, total=False):
    """What a table may be narrowed to; several values of one filter are alternatives."""

    codes: str | Iterable[str]
    countries: str | Iterable[str]
    languages: str | Iterable[str]
    outlets: str | Iterable[str]
    min_confidence: float


class Store:
    """An open store; may be shared by threads. Use it in a `with` statement, or call `close`."""

    def __init__(self, reader: StoreReader) -> None:
        self.reader = reader

    def frame(
        self,
        name: str,
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        as_known_on: date | str | None = None,
        scope: str | None = None,
        panel: bool = False,
        **filters: Unpack[Filters],
    ) -> pd.DataFrame:
        """Return a table; days are dates or ISO 8601 texts, both ends included.

        Args:
            name: events | situations | crossings | index | coverage | feeds | articles.
            since: first day; None is the store's first.
            until: last day; None is the store's last.
            as_known_on: only what had been seen by the end of this day (UTC); None is now.
            scope: of the index, which needs it: `RS`, `RS-XK`, `region`, `place:ID`, `municipality:ID`, `crossing:NAME`.
            panel: of the index: count the fixed panel of feeds alone.
            filters: `codes`, `countries`, `languages`, `outlets` (each several texts) and `min_confidence`.

        Raises:
            SettingsError: there is no such table or scope, or a value cannot be used.
        """
        known = _day(as_known_on, "as_known_on")
        first, last = self.reader.span() or (FIRST_DAY, FIRST_DAY)
        asked = Query(
            since=_day(since, "since") or first,
            until=_day(until, "until") or last,
            as_known_at=None if known is None else datetime.combine(known, time.max, UTC),
            **_checked(filters),
        )
        if name == "index":
            return self.index(check_scope(scope or ""), asked, panel=panel)
        return self.table(name, asked)

    def table(self, name: str, query: Query) -> pd.DataFrame:
        """Return a table of a query.

        Raises:
            SettingsError: there is no such table, or it needs more than a query.
        """
        makers = {
            "events": self._events, "situations": self._situations, "crossings": self._crossings, "coverage": self._coverage,
            "articles": self._articles, "feeds": self._feeds,
        }  # fmt: skip
        if name not in makers:
            raise SettingsError(f"there is no table {name!r}; known are {', '.join(TABLES)}")
        return typed(makers[name](query), name)

    def index(self, scope: str, query: Query, *, panel: bool = False) -> pd.DataFrame:
        """Return the index of a scope, a row a day; a day without a reading has a cause and no numbers."""
        rows = rows_of(self.reader, scope, query, panel=panel)
        return typed(pd.DataFrame(rows, columns=list(TABLES["index"])), "index")

    def _events(self, query: Query) -> pd.DataFrame:
        """Return events, heaviest first. A filter leaves events out; it does not change what one weighs."""
        whole = Query(since=query.since, until=query.until, as_known_at=query.as_known_at)
        denied = self.reader.denials(whole)
        if self.reader.rolled_up():
            facts = self.reader.facts(REGION_SCOPE, whole.since, whole.until, as_known_at=whole.as_known_at)
            found = of_facts(facts, denied)
        else:
            found = events(self.reader.event_signals(whole), denied)
        if query == whole:
            return found
        told = chosen_events(found, query)
        if told is not None:
            return told
        left = chosen(self.reader.event_signals(whole), query)
        return found[found["event"].isin(set(left["event"].astype(str)))]

    def _standing(self, query: Query) -> list[Situation]:
        """Return the situations as they were reported up to a query's last day."""
        span = self.reader.span()
        if self.reader.rolled_up() and span is not None and query.until >= span[1]:
            return list(self.reader.situations(as_known_at=query.as_known_at))
        lasting = Query(since=date.min, until=query.until, codes=standing_codes(), as_known_at=query.as_known_at)
        return situations(self.reader.event_signals(lasting))

    def _situations(self, query: Query) -> pd.DataFrame:
        """Return what stood in some of a query's days, with its status on the last of them."""
        found = [
            s
            for s in self._standing(query)
            if s.since <= query.until and (s.until is None or s.until >= query.since)
            and (not query.countries or s.country in query.countries) and (not query.codes or s.code in query.codes)
        ]  # fmt: skip
        return situation_table(found, query.until)

    def _crossings(self, query: Query) -> pd.DataFrame:
        """Return every crossing as it stood on a query's last day; a country's are those on its borders."""
        wanted = frozenset(query.countries)
        stood = as_of(self._standing(query), query.until)
        signals = self.reader.event_signals(measures(stood, replace(query, codes=(), since=query.until)))
        rows = crossings(stood, signals, query.until)
        return crossing_table(
            row for row in rows if not wanted or wanted & {row.place.country, *borders().get(row.place.id, ())}
        )  # fmt: skip

    def _coverage(self, query: Query) -> pd.DataFrame:
        """Return what was received of each country and day, and why a day has no reading where it has none."""
        frame = self.reader.coverage(query.since - LOOK_BACK, query.until)
        judged = Coverage.of(frame)
        mine = frame[(frame["day"] >= pd.Timestamp(query.since)) & (frame["day"] <= pd.Timestamp(query.until))]
        if query.countries:
            mine = mine[mine["country"].isin(query.countries)]
        causes = [judged.no_reading(country, day.date()) for country, day in zip(mine["country"], mine["day"], strict=True)]
        return mine.assign(no_reading=pd.Series(causes, index=mine.index, dtype=object))

    def _articles(self, query: Query) -> pd.DataFrame:
        return self.reader.articles(query)

    def _feeds(self, query: Query) -> pd.DataFrame:
        """Return the feeds as they stood at `as_known_at`, else at the end of the query's last day."""
        at = query.as_known_at or datetime.combine(query.until, time.max, UTC)
        found = self.reader.feeds(at).rename(columns={"status": "status_code"})
        keep = found["country"].isin(query.countries) if query.countries else pd.Series(data=True, index=found.index)
        keep &= found["language"].isin(query.languages) if query.languages else True
        return found[keep & (found["outlet"].isin(query.outlets) if query.outlets else True)]

    def close(self) -> None:
        """Let go of the connection."""
        self.reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _day(stated: date | str | None, name: str) -> date | None:
    if stated is None:
        return None
    try:
        day = date.fromisoformat(stated) if isinstance(stated, str) else stated
    except ValueError as error:
        raise SettingsError(f"{name} {stated!r} is not a day, e.g. 2021-09-27") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise SettingsError(f"{name} {stated} does not lie between {FIRST_DAY} and {LAST_DAY}")
    return day


_SEVERAL = ("codes", "countries", "languages", "outlets")


def _checked(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filters as a `Query` takes them.

    Raises:
        SettingsError: a filter or a code is unknown.
    """
    unknown = sorted(filters.keys() - {*_SEVERAL, "min_confidence"})
    if unknown:
        raise SettingsError(f"there is no filter {unknown[0]!r}; known are {', '.join(_SEVERAL)} and min_confidence")
    lists = {name: _texts(filters[name]) for name in _SEVERAL if name in filters}
    strange = sorted(set(lists.get("codes", ())) - set(signal_types()))
    if strange:
        raise SettingsError(f"unknown signal type {strange[0]!r}; known are {', '.join(signal_types())}")
    return lists | ({"min_confidence": float(filters["min_confidence"])} if "min_confidence" in filters else {})


def _texts(stated: str | Iterable[str]) -> tuple[str, ...]:
    return (stated,) if isinstance(stated, str) else tuple(stated)
