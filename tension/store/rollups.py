"""When the roll-ups are there, and how they are made anew; coverage counted by day."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tension import assets
from tension.events.report import FEATURES_VERSION
from tension.index.sums import ROLLUP_VERSION
from tension.store.bulk import insert, insert_new
from tension.store.codec import Row
from tension.store.daily import COUNTS_IN, Entries, computed, deltas, redo, row_of, stored
from tension.store.daily_codec import said_row, sums_row
from tension.store.daily_schema import (
    COVERAGE,
    EVENTS,
    daily_answer,
    daily_articles,
    daily_sum,
    event_fact,
    event_said,
    rollup_state,
)  # fmt: skip
from tension.store.event_schema import membership
from tension.store.schema import article, feed, fetch, pruned, signal
from tension.store.selects import distinct, ever_held
from tension.store.standing_rows import refold, wrong

#: A store of at most so many articles with an event gets its roll-ups with the next batch; a larger one is told to wait
#: for `karaula rescore`, for it takes minutes.
SMALL = 20_000
#: Events that are redone in one go.
_AT_ONCE = 5_000
_KNOWLEDGE = (("taxonomy.toml",), ("situations.toml",), ("gazetteer", "municipalities.csv"))
ANSWERED = ("ok", "not_modified")


@lru_cache(maxsize=1)
def rollup_version() -> str:
    """Return what the roll-ups follow from: the code's versions and a digest of weights, kinds and municipalities."""
    digest = hashlib.blake2b(digest_size=6)
    for parts in _KNOWLEDGE:
        digest.update(assets.path(*parts).read_bytes())
    return f"{ROLLUP_VERSION}-{FEATURES_VERSION}-{digest.hexdigest()}"


def are_current(connection: sa.Connection) -> bool:
    """Tell whether the roll-ups are there and were made by the present method."""
    return connection.scalar(sa.select(rollup_state.c.version)) == rollup_version()


def make_ready(connection: sa.Connection) -> bool:
    """Make the roll-ups of a store that has none, where that takes no time; return whether they are there."""
    if are_current(connection):
        return True
    some = sa.select(membership.c.n).limit(SMALL + 1).subquery()
    n = connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0
    if n > SMALL:
        return False
    rebuild(connection)
    return True


def rebuild(connection: sa.Connection) -> int:
    """Make all roll-ups anew; return the number of events."""
    for table in (rollup_state, *EVENTS):
        connection.execute(sa.delete(table))
    touched: dict[tuple[str, str, str], date] = {}
    n = 0
    for events in _events(connection):
        after = computed(connection, events)
        n += len(events)
        _insert(connection, after)
        touched |= dict.fromkeys(_parts(after), date.min)
    refold(connection, touched)
    recount(connection)
    connection.execute(sa.insert(rollup_state).values(id=1, version=rollup_version()))
    return n


def _events(connection: sa.Connection) -> Iterator[list[str]]:
    """Yield the events that have signals, some whole days at a time."""
    m = membership.c
    has = sa.exists().where(signal.c.article_id == m.article_id, ever_held())
    dated = sa.select(m.event_id).where(has).distinct()
    gathered: list[str] = []
    for day in connection.scalars(distinct(m.day)).all():
        gathered += connection.scalars(dated.where(m.day == day).order_by(m.event_id))
        if len(gathered) >= _AT_ONCE:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def _insert(connection: sa.Connection, after: Entries) -> None:
    """Insert what follows from all events of some days."""
    rows = sorted(after.items())
    insert(connection, event_fact, [row_of(key, entry) for key, entry in rows])
    insert(connection, event_said, [said_row(one, key[1]) for key, entry in rows for one in entry.said])
    sums = deltas((key[1], None, entry) for key, entry in rows)
    insert(connection, daily_sum, [sums_row(*key, sums[key]) for key in sorted(sums)])


def _parts(entries: Entries) -> Iterator[tuple[str, str, str]]:
    """Yield series, kind and country of the situations that entries speak of."""
    for (_, name), entry in entries.items():
        yield from ((series, one.kind, one.country) for one in entry.said for series in COUNTS_IN[name])


def recount(connection: sa.Connection) -> None:
    """Count coverage anew."""
    # Of days that were pruned the numbers are all that is left.
    since = connection.scalar(sa.select(pruned.c.before)) or date.min
    for table in COVERAGE:
        connection.execute(sa.delete(table).where(table.c.day >= since))
    news = article.c.flag.is_distinct_from("archive") & (article.c.seen_day >= since)
    names = (article.c.seen_day, article.c.country, article.c.side)
    counted = sa.select(*names, sa.func.count()).where(news).group_by(*names)
    connection.execute(sa.insert(daily_articles).from_select(["day", "country", "side", "n"], counted))
    mine = fetch.c.outcome.in_(ANSWERED) & (fetch.c.day >= since)
    answered = sa.select(fetch.c.day, fetch.c.feed_id).where(mine).distinct()
    connection.execute(sa.insert(daily_answer).from_select(["day", "feed_id"], answered))


def count_articles(connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Count new articles into the days of their first sight.

    Args:
        connection: inside the batch's transaction.
        rows: of the articles that were not stored before.
    """
    n: dict[tuple[date, str, str], int] = {}
    for row in rows:
        if row["flag"] != "archive":
            key = (row["seen_day"], row["country"], row["side"])
            n[key] = n.get(key, 0) + 1
    c = daily_articles.c
    for key, more in sorted(n.items()):
        mine = (c.day == key[0]) & (c.country == key[1]) & (c.side == key[2])
        if not connection.execute(sa.update(daily_articles).where(mine).values(n=c.n + more)).rowcount:
            insert(connection, daily_articles, [dict(zip(("day", "country", "side"), key, strict=True)) | {"n": more}])


def note_answers(connection: sa.Connection, rows: Iterable[Row]) -> None:
    """Note which feeds answered on which day."""
    answered = {(row["day"], row["feed_id"]) for row in rows if row["outcome"] in ANSWERED}
    insert_new(connection, daily_answer, [{"day": d, "feed_id": i} for d, i in sorted(answered)], "feed_id")


def follow_panel(connection: sa.Connection, before: frozenset[str], after: frozenset[str]) -> None:
    """Redo the events of outlets that joined or left the fixed panel."""
    outlets = sorted(before ^ after)
    if not outlets or not are_current(connection):
        return
    m = membership.c
    mine = signal.c.outlet.in_(outlets) & signal.c.current
    events = connection.scalars(
        sa.select(m.event_id).join_from(signal, membership, m.article_id == signal.c.article_id).where(mine).distinct()
    ).all()
    for at in range(0, len(events), _AT_ONCE):
        redo(connection, events[at : at + _AT_ONCE])


def differences(connection: sa.Connection) -> Iterator[str]:
    """Yield where the roll-ups are not what the signals say, in words; nothing where they were not made yet."""
    if not are_current(connection):
        return
    n = 0
    for events in _events(connection):
        kept, made = stored(connection, events), computed(connection, events)
        n += sum(kept.get(key) != made.get(key) for key in kept.keys() | made.keys())
        sums = deltas((key[1], None, entry) for key, entry in sorted(made.items()))
        n += _wrong_sums(connection, {day for _, _, day in sums}, sums)
    if n:
        yield f"{n} daily roll-ups are not what the signals say; `karaula rescore --rollups` makes them anew"
    n = wrong(connection)
    if n:
        yield f"{n} situations are not what the events say; `karaula rescore --rollups` makes them anew"


def _wrong_sums(connection: sa.Connection, days: set[date], sums: Mapping[tuple[str, str, date], Any]) -> int:
    """Return how many stored sums of some days differ."""
    stored_rows = connection.execute(sa.select(daily_sum).where(daily_sum.c.day.in_(sorted(days)))).mappings()
    kept = {(row["series"], row["scope"], row["day"]): dict(row) for row in stored_rows}
    made = {key: sums_row(*key, found) for key, found in sums.items()}
    return sum(kept.get(key) != made.get(key) for key in kept.keys() | made.keys())


def articles_per_day(since: date, until: date, by: str = "country") -> sa.Select[Any]:
    """Select country (or side), day of first sight, number of articles that were news."""
    c = daily_articles.c
    counted = sa.select(c[by], c.day, sa.func.sum(c.n, type_=sa.Integer)).where(c.day.between(since, until))
    # Day first, as the rows are kept: so they need not be sorted.
    return counted.group_by(c.day, c[by])


def answers_per_day(since: date, until: date, by: str = "country") -> sa.Select[Any]:
    """Select country (or side), day, number of feeds that answered at least once."""
    c = daily_answer.c
    counted = sa.select(feed.c[by], c.day, sa.func.count()).join_from(daily_answer, feed, feed.c.id == c.feed_id)
    return counted.where(c.day.between(since, until)).group_by(feed.c[by], c.day)
