"""What a watch is held against, from a store: no more of it than the watch asks for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from tension.events.facts import Fact, by_weight, fact
from tension.events.table import events
from tension.index.load import in_scope
from tension.index.reading import index_of
from tension.index.series import Day
from tension.index.unread import countries_of, coverage_since, unread
from tension.model import REGION, Query
from tension.places.gazetteer import gazetteer
from tension.text.normal import fold
from tension.watches.firing import LATE_DAYS, MOST_REPORTS, Firing, Found, Report, Seen
from tension.watches.watch import Trigger, Watch

if TYPE_CHECKING:
    from tension.store import StoreReader

#: Reports may be published so many days around the day of their event.
_AROUND = timedelta(days=30)


def gather(reader: "StoreReader", watch: Watch, since: date, until: date, as_known_at: datetime | None = None) -> Found:
    """Return what a watch is held against.

    Args:
        reader: of the store.
        watch: what is looked out for.
        since: first day.
        until: last day, included.
        as_known_at: as known then; None is now.
    """
    asked = Query(since=since, until=until, as_known_at=as_known_at)
    if watch.trigger is Trigger.EVENTS:
        facts = facts_of(reader, watch.scope, asked)
        folded = _folded(reader, watch.phrase, facts, asked) if watch.phrase else {}
        return Found(facts=facts, folded=folded, unread=tuple(_silent(reader, watch.scope, asked)))
    asked = replace(asked, since=since - timedelta(days=LATE_DAYS))
    silent = _silent(reader, watch.scope, asked)
    days = _days(reader, watch.scope, asked, silent)
    return Found(facts=facts_of(reader, watch.scope, asked), days=days, unread=tuple(silent))


def facts_of(reader: "StoreReader", scope: str, asked: Query) -> Sequence[Fact]:
    """Return the events of a scope that are dated in some days, from the roll-ups where they are there."""
    if reader.rolled_up():
        return tuple(reader.facts(scope, asked.since, asked.until, as_known_at=asked.as_known_at))
    signals = reader.event_signals(asked)
    if signals.empty:
        return ()
    wanted = set(in_scope(events(signals), scope)["event"])
    rows: dict[str, list[dict[str, object]]] = {}
    plain = signals.astype(object).where(signals.notna(), None)
    for row in plain.to_dict("records"):
        if row["event"] in wanted:
            day = pd.Timestamp(row["event_day"]).date()
            rows.setdefault(str(row["event"]), []).append({str(k): v for k, v in row.items()} | {"event_day": day})
    return tuple(fact(by_weight(some)) for some in rows.values())


def _silent(reader: "StoreReader", scope: str, asked: Query) -> Mapping[date, str]:
    """Return the days without a reading, each with its cause."""
    places = {place.id: place.country for place in gazetteer().places} if scope.startswith("place:") else {}
    coverage = reader.coverage(coverage_since(asked.since), asked.until)
    return unread(coverage, countries_of(scope, REGION, places), asked.since, asked.until, reader.days(asked))


def _days(reader: "StoreReader", scope: str, asked: Query, silent: Mapping[date, str]) -> list[Day]:
    span = reader.span()
    first = span[0] if span else asked.since
    return index_of(
        reader, scope, asked.since, asked.until, first=first, unread=silent, as_known_at=asked.as_known_at
    )  # fmt: skip


def _folded(reader: "StoreReader", phrase: str, facts: Sequence[Fact], asked: Query) -> Mapping[str, str]:
    """Return the folded texts of the events' articles that have every word of a phrase."""
    of_events = {a for one in facts for a in one.article_ids}
    if not of_events:
        return {}
    around = replace(asked, since=asked.since - _AROUND, until=asked.until + _AROUND)
    wanted = sorted(of_events & set(reader.search(phrase, around)["article_id"]))
    rows = reader.evidence(wanted)[["article_id", "title", "summary", "body"]].itertuples(index=False)
    return {str(row.article_id): fold(f"{row.title}\n{row.summary}\n{row.body}") for row in rows}


def with_reports(reader: "StoreReader", firings: Iterable[Firing]) -> list[Firing]:
    """Return firings with the reports of their events."""
    made = list(firings)
    ids = [a for f in made for seen in f.events for a in seen.article_ids[:MOST_REPORTS]]
    found = reader.evidence(ids)
    known: dict[str, Report] = {}
    for article, title, outlet, language, url in zip(
        *(found[n].tolist() for n in ("article_id", "title", "outlet", "language", "url")), strict=True
    ):
        known[str(article)] = Report(title=title, outlet=outlet, language=language, url=url if isinstance(url, str) else None)
    return [replace(f, events=tuple(_told(seen, known) for seen in f.events)) for f in made]


def _told(seen: Seen, known: Mapping[str, Report]) -> Seen:
    return replace(seen, reports=tuple(known[a] for a in seen.article_ids[:MOST_REPORTS] if a in known))
