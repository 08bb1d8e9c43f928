"""A brief from a store: the same index, events, situations and coverage as the desk shows of the day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from tension import words
from tension.brief import scopes, sentences
from tension.brief.model import Brief, Covered, Gate, Moved, Mover, Sentence, Spot, Stands
from tension.brief.reach import reach_of
from tension.brief.scopes import Scope
from tension.brief.sentences import Citations
from tension.events import table
from tension.events.asof import Standing, as_of, crossings, measures
from tension.events.crossings import NO_REPORT, Crossing
from tension.events.situations import CLOSED, OPEN, OPENED, Situation, situations, standing_codes
from tension.index.method import REGION_SCOPE
from tension.index.reading import index_of
from tension.index.unread import coverage_since, unread
from tension.model import EXACT, REGION, Query
from tension.places import labels
from tension.rows import records
from tension.taxonomy import method_version

if TYPE_CHECKING:
    from tension.store import StoreReader

#: Events that are told of each scope.
_MOST_EVENTS = 3
_WEEK = timedelta(days=6)
#: What nothing has confirmed for longer is counted, not listed.
_LONG_SILENT = timedelta(days=30)
_EXACT = frozenset(map(str, EXACT))


def brief_of(reader: "StoreReader", day: date, scope: str, *, as_known_at: datetime | None = None) -> Brief:
    """Return the brief of a day.

    Args:
        reader: of the store.
        day: that is told of.
        scope: as `tension.brief.reach.reach_of` knows it.
        as_known_at: only what had been seen by then; None is now.
    """
    reach = reach_of(scope)
    query = Query(since=day - _WEEK, until=day, as_known_at=as_known_at)
    recent = _events(reader, query)
    silent = _Unread(reader, day, as_known_at)
    rows = scopes.ranked([_row(reader, silent, code, name, recent) for code, name in reach.rows.items()])
    standing = as_of(_situations(reader, as_known_at), day)
    gates = [c for c in crossings(standing, _measures(reader, query, standing), day) if reach.has_crossing(c.place.id)]
    mine = [s for s in standing if reach.has(s.situation)]
    here = scopes.of_week(recent, scope, day)
    uncovered = [row for row in rows if not row.is_read and row.last_read is None and silent.has_no_feed(row.code)]
    told = [row for row in rows if row.level != scopes.QUIET and row not in uncovered]
    moved = {row.code: records(scopes.movers(scopes.of_week(recent, row.code, day), _MOST_EVENTS)) for row in told}
    cited = Citations(_texts(reader, moved, here, day, mine, gates))
    told_movers = _movers(told, moved, cited, day)
    leading = scopes.leader(rows)
    cites = next((m.sentence.cites for m in told_movers if m.row is leading), ())
    return Brief(
        day=day, scope=scope, scope_name=reach.name, as_known_at=as_known_at, method_version=method_version(),
        revision=reader.watermark(), headline=Sentence(text=f"{scopes.headline(rows, day)}.", cites=cites),
        since_yesterday=_since_yesterday(here, mine, day, cited), movers=told_movers,
        quiet=_named("Read, and at zero for a week", [row for row in rows if row.level == scopes.QUIET]),
        uncovered=_named("No reading, for no feed of this store covers them", uncovered),
        situations=tuple(Stands(standing=s, sentence=sentences.of_situation(s, cited)) for s in _listed(mine)),
        n_long_silent=sum(s.status != CLOSED and not _is_listed(s) for s in mine),
        gates=tuple(_gate(c, day, cited) for c in gates if c.state != NO_REPORT),
        n_silent_gates=sum(c.state == NO_REPORT for c in gates), coverage=silent.covered(reach.countries),
        spots=tuple(_spots(here)), n_events=len(here), n_unplaced=int(here["place_id"].isna().sum()) if len(here) else 0,
        sources=cited.sources(),
    )  # fmt: skip


class _Unread:
    """Which days of which scopes have no reading, by the coverage of the month."""

    def __init__(self, reader: "StoreReader", day: date, as_known_at: datetime | None) -> None:
        self.since, self.until, self.as_known_at = day - timedelta(days=scopes.SPARK_DAYS), day, as_known_at
        self._coverage = reader.coverage(coverage_since(self.since), day)
        self._heard = reader.days(Query(since=self.since, until=day, as_known_at=as_known_at))
        span = reader.span()
        self.first = span[0] if span else day

    def of(self, countries: Sequence[str]) -> Mapping[date, str]:
        """Return the days without a reading, with their causes."""
        return unread(self._coverage, countries, self.since, self.until, self._heard)

    def has_no_feed(self, code: str) -> bool:
        """Tell whether no feed of the store covers a country of a scope."""
        fed = set(self._coverage.loc[self._coverage["n_feeds"] > 0, "country"].astype(str))
        named = scopes.countries(code) & REGION
        return bool(named) and not named <= fed

    def covered(self, countries: Sequence[str]) -> tuple[Covered, ...]:
        """Return what was received of each country on the last day."""
        frame = self._coverage
        today = {str(row["country"]): row for row in records(frame[pd.to_datetime(frame["day"]) == pd.Timestamp(self.until)])}
        nothing = {"n_articles": 0, "n_feeds_answered": 0, "n_feeds": 0}
        found = [(code, today.get(code, nothing), self.of((code,)).get(self.until)) for code in countries]
        return tuple(
            Covered(
                country=words.country(code), n_articles=int(row["n_articles"]), n_answered=int(row["n_feeds_answered"]),
                n_feeds=int(row["n_feeds"]), cause=None if cause is None else cause.removeprefix(f"{code}: "),
            )
            for code, row, cause in sorted(found, key=lambda item: words.country(item[0]))
        )  # fmt: skip


def _row(reader: "StoreReader", silent: _Unread, code: str, name: str, recent: pd.DataFrame) -> Scope:
    """Return how a scope stands, as the page Now says it."""
    days = index_of(
        reader, code, silent.since, silent.until, first=silent.first, unread=silent.of(reach_of(code).countries),
        as_known_at=silent.as_known_at,
    )  # fmt: skip
    return scopes.scope(code, days, scopes.voices(scopes.of_week(recent, code, silent.until)), name)


def _events(reader: "StoreReader", query: Query) -> pd.DataFrame:
    denials = reader.denials(query)
    if not reader.rolled_up():
        return table.events(reader.event_signals(query), denials)
    return table.of_facts(reader.facts(REGION_SCOPE, query.since, query.until, as_known_at=query.as_known_at), denials)


def _situations(reader: "StoreReader", as_known_at: datetime | None) -> Sequence[Situation]:
    if reader.rolled_up():
        return reader.situations(as_known_at=as_known_at)
    lasting = Query(since=date.min, until=date.max, codes=standing_codes(), as_known_at=as_known_at)
    return situations(reader.event_signals(lasting))


def _measures(reader: "StoreReader", query: Query, standing: Sequence[Standing]) -> pd.DataFrame:
    """Return the signals of the measures that are in force."""
    whole = Query(since=query.until, until=query.until, as_known_at=query.as_known_at)
    return reader.event_signals(measures(standing, whole))


def _turned(found: Sequence[Standing], day: date) -> list[str]:
    """Return the reports of what began or ended on a day, one list a change."""
    return [c.article_ids[0] for s in found for c in s.changes if c.day == day and c.change in {OPENED, CLOSED}]


def _today(here: pd.DataFrame, day: date) -> pd.DataFrame:
    return here[here["day"] == pd.Timestamp(day)] if len(here) else here


def _since_yesterday(here: pd.DataFrame, mine: Sequence[Standing], day: date, cited: Citations) -> Sentence:
    today, turned = _today(here, day), _turned(mine, day)
    disputed = int(today["denied_by"].map(len).astype(bool).sum()) if len(today) else 0
    firsts = [ids[0] for ids in today["article_ids"].head(_MOST_EVENTS)] if len(today) else []
    return sentences.since_yesterday(len(today), len(turned), disputed, day, cited.cite(dict.fromkeys([*firsts, *turned[:3]])))


def _texts(
    reader: "StoreReader", moved: Mapping[str, list[dict[str, Any]]], here: pd.DataFrame, day: date,
    mine: Sequence[Standing], gates: Sequence[Crossing],
) -> Mapping[str, Mapping[str, Any]]:  # fmt: skip
    """Return the articles that may be cited, by id."""
    wanted = [a for events in moved.values() for event in events for a in (*event["article_ids"], *event["denied_by"])]
    wanted += [a for ids in _today(here, day)["article_ids"] for a in ids[:1]] if len(here) else []
    wanted += [a for s in mine for a in (*s.changes[0].article_ids, *s.article_ids)] + [a for c in gates for a in c.article_ids]
    ids = tuple(dict.fromkeys(wanted))
    return {str(row["article_id"]): row for row in records(reader.evidence(ids))} if ids else {}


def _movers(
    told: Sequence[Scope], moved: Mapping[str, list[dict[str, Any]]], cited: Citations, day: date
) -> tuple[Mover, ...]:  # fmt: skip
    numbers: dict[str, int] = {}
    found = []
    for row in told:
        events = []
        for event in moved[row.code]:
            repeated = event["event"] in numbers
            number = numbers.setdefault(event["event"], len(numbers) + 1)
            events.append(Moved(number=number, sentence=sentences.of_event(event, cited, day), repeated=repeated))
        cites = tuple(dict.fromkeys(number for event in events for number in event.sentence.cites[:1]))
        found.append(Mover(row=row, sentence=sentences.of_scope(row, cites), events=tuple(events)))
    return tuple(found)


def _named(said: str, rows: Sequence[Scope]) -> Sentence | None:
    return Sentence(text=f"{said}: {sentences.names(rows)}.") if rows else None


def _is_listed(s: Standing) -> bool:
    """Tell whether a situation is open, or has been unconfirmed for a short time only."""
    silent = s.unconfirmed_since
    return s.status != CLOSED and (silent is None or s.day - silent <= _LONG_SILENT)


def _listed(mine: Sequence[Standing]) -> list[Standing]:
    """Return what is listed, the open ones and the youngest first."""
    standing = [s for s in mine if _is_listed(s)]
    return sorted(standing, key=lambda s: (s.status != OPEN, -s.situation.since.toordinal(), s.situation.place_name, s.id))


def _gate(c: Crossing, day: date, cited: Citations) -> Gate:
    name = words.place(labels.forms(c.place.id, c.place.name)[0], c.place.country)
    return Gate(crossing=c, name=name, sentence=sentences.of_gate(c, day, cited))


def _spots(here: pd.DataFrame) -> list[Spot]:
    """Return the places of the week, heaviest first; the family is that of the heaviest event."""
    found: dict[str, list[dict[str, Any]]] = {}
    placed = here[here["place_id"].notna()] if len(here) else here
    for event in records(placed):
        found.setdefault(str(event["place_id"]), []).append(event)
    spots = [_spot(place_id, events) for place_id, events in found.items()]
    return sorted(spots, key=lambda s: (-s.weight, s.place_id))


def _spot(place_id: str, events: Sequence[Mapping[str, Any]]) -> Spot:
    top = max(events, key=lambda e: (e["weight"], e["event"]))
    name = str(top["place_name"])
    exact = str(top["precision"]) in _EXACT and not pd.isna(top["lat"])
    return Spot(
        place_id=place_id, name=sentences.where(place_id, name, top["country"], top["precision"]),
        label=labels.forms(place_id, name)[0], lat=float(top["lat"]) if exact else None, lon=float(top["lon"]) if exact else None,
        exact=exact, weight=float(sum(e["weight"] for e in events)), family=str(top["family"]), n_events=len(events),
        n_independent=len(frozenset[str]().union(*(e["origins"] for e in events))),
    )  # fmt: skip
