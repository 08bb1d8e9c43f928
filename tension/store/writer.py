"""Write a store: every method is one transaction, repeats are no-ops."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from tension.errors import StoreError
from tension.events.provenance import wire_of
from tension.events.report import Report, report_of
from tension.model import Article, CachingInfo, Feed, Reading
from tension.review.record import Review
from tension.store import codec, daily, reviewing, rollups
from tension.store.attempts import newest_attempts
from tension.store.bulk import insert, insert_new
from tension.store.codec import Row
from tension.store.daily_selects import events_of
from tension.store.engines import looking, plain_errors, shown
from tension.store.event_schema import membership
from tension.store.leases import SqlLeases
from tension.store.merging import Merging
from tension.store.parties import party_rows
from tension.store.party_schema import party
from tension.store.protocol import Delivery, FetchRecord, Leases, Written
from tension.store.schema import article, candidate, feed, fetch, mention, revision, score, sighting, signal

#: Ids in one `IN (...)`; SQLite takes 32,766 values a statement.
_CHUNK = 5_000
_Readings = Mapping[str, tuple[Reading, datetime]]


class SqlWriter:
    """A `StoreWriter` over SQLAlchemy Core."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self._engine = engine
        self._url = url
        self.leases: Leases = SqlLeases(engine, url)
        self._merging = Merging()
        self._today: date | None = None

    def put_feeds(self, feeds: Iterable[Feed], at: datetime) -> None:
        if self._today != codec.day_of(at):
            # What the merger holds in memory would grow for as long as the process lives: each day begins it anew.
            self._today = codec.day_of(at)
            self._merging.forget()
        given = {f.id: codec.feed_row(f) for f in feeds}
        with self._batch() as connection:
            stored = {row["id"]: dict(row) for row in connection.execute(sa.select(feed)).mappings()}
            new = [row | {"known_since": codec.day_of(at), "retired_at": None} for i, row in given.items() if i not in stored]
            changed = [row | {"retired_at": None} for i, row in given.items() if i in stored and _differs(row, stored[i])]
            gone = [i for i, row in stored.items() if i not in given and row["retired_at"] is None]
            if new:
                connection.execute(sa.insert(feed), new)
            for row in changed:
                connection.execute(sa.update(feed).where(feed.c.id == row["id"]).values(row))
            if gone:
                connection.execute(sa.update(feed).where(feed.c.id.in_(gone)).values(retired_at=at))
            if new or changed or gone:
                panel = frozenset(row["outlet"] for row in stored.values() if row["panel"])
                rollups.follow_panel(connection, panel, daily.panel_of(connection))
                _count(connection, "freshness")

    def known(self, article_ids: Collection[str]) -> set[str]:
        with looking(self._engine, self._url) as connection:
            engine, ids = connection.dialect.name, sorted(set(article_ids))
            return set(connection.scalars(_known(engine), {"ids": json.dumps(ids) if engine == "sqlite" else ids}))

    def recent_titles(
        self, outlets: Collection[str], since: date
    ) -> Mapping[tuple[str, str], Sequence[tuple[str, datetime | None]]]:
        titles: dict[tuple[str, str], list[tuple[str, datetime | None]]] = {}
        columns = sa.select(article.c.outlet, article.c.title_folded, article.c.id, article.c.published_at)
        with looking(self._engine, self._url) as connection:
            for some in _chunks(outlets):
                recent = columns.where(article.c.outlet.in_(some), article.c.seen_day >= since)
                for outlet, title, found, at in connection.execute(recent.order_by(article.c.first_seen_at, article.c.n)):
                    titles.setdefault((outlet, title), []).append((found, at))
        return titles

    def add(self, deliveries: Sequence[Delivery], *, merge_silent: bool = False) -> Written:
        articles: dict[str, Row] = {}
        readings: dict[str, tuple[Reading, datetime]] = {}
        for d in deliveries:
            if d.article.id not in articles:
                articles[d.article.id] = codec.article_row(d.article, d.seen_at, d.flag)
            if d.reading is not None:
                readings.setdefault(d.article.id, (d.reading, d.seen_at))
        with self._batch() as connection:
            ready = rollups.make_ready(connection)
            new = set(insert_new(connection, article, list(articles.values()), "id"))
            sightings = insert_new(connection, sighting, [codec.sighting_row(d) for d in deliveries], "source")
            fresh = {i: row for i, row in articles.items() if i in new}
            first = {d.article.id: d for d in reversed(deliveries)}
            n_read, n_signals = _insert_readings(connection, readings, {i: d.article for i, d in first.items()}, fresh)
            merged = {i: pair for i, pair in readings.items() if merge_silent or pair[0].candidates}
            self._merging.assign(connection, {i: _report(first[i].article, *pair) for i, pair in merged.items()})
            reviewing.correct(connection, readings.keys() - new)
            if ready:
                daily.refresh(connection, merged)
                rollups.count_articles(connection, fresh.values())
            if new or sightings or n_read:
                _count(connection, "data")
            self._merging.written(connection)
        return Written(n_articles=len(new), n_sightings=len(sightings), n_signals=n_signals, new_ids=frozenset(new))

    def add_readings(self, readings: Mapping[str, Reading], at: datetime) -> int:
        missing = readings.keys() - self.known(readings)
        if missing:
            raise StoreError(shown(self._url), f"readings of articles that are not stored: {', '.join(sorted(missing)[:3])}")
        with self._batch() as connection:
            articles = _articles(connection, readings)
            n_read, n_signals = _insert_readings(connection, {i: (r, at) for i, r in readings.items()}, articles, {})
            ready = rollups.make_ready(connection)
            n_assigned = self._merging.assign(connection, {i: _report(a, readings[i], at) for i, a in articles.items()})
            reviewing.correct(connection, readings)
            if ready:
                daily.refresh(connection, readings)
            if n_read or n_assigned:
                _count(connection, "data")
            self._merging.written(connection)
        return n_signals

    def undo_merge(self, article_id: str, at: datetime, why: str) -> bool:
        with self._batch() as connection:
            was = connection.scalars(events_of(), {"articles": [article_id]}).all()
            undone = self._merging.undo(connection, article_id, at, why)
            if undone:
                if rollups.make_ready(connection):
                    daily.refresh(connection, [article_id], was)
                _count(connection, "data")
        return undone

    def review(self, reviews: Iterable[Review]) -> int:
        with self._batch() as connection:
            new = reviewing.record(connection, reviews)
            if not new:
                return 0
            ready = rollups.make_ready(connection)
            articles = reviewing.correct(connection, {r.article_id for r in new if r.article_id})
            self._merging.assign(connection, reviewing.reports(connection, articles))
            moved, touched = reviewing.regroup(connection, max(r.recorded_at for r in new))
            if ready:
                daily.refresh(connection, {*articles, *moved}, touched)
            _count(connection, "data")
            # The book in memory knows the groups as they were.
            self._merging.forget()
        return len(new)

    def roll_up(self, *, anew: bool = False) -> int:
        with self._batch() as connection:
            if not anew and rollups.are_current(connection):
                return 0
            n = rollups.rebuild(connection)
            _count(connection, "data")
        return n

    def unscored(self, scorer_version: str, limit: int, since: datetime | None = None) -> Sequence[Article]:
        done = sa.exists().where(score.c.article_id == article.c.id, score.c.scorer_version == scorer_version)
        waiting = sa.select(article).where(~done).order_by(article.c.first_seen_at, article.c.id).limit(limit)
        if since is not None:
            waiting = waiting.where(article.c.first_seen_at >= since)
        with looking(self._engine, self._url) as connection:
            return tuple(codec.article_of(dict(row)) for row in connection.execute(waiting).mappings())

    def unmerged(self, limit: int) -> Sequence[Article]:
        done = sa.exists().where(membership.c.article_id == article.c.id)
        read = sa.exists().where(score.c.article_id == article.c.id)
        waiting = sa.select(article).where(read, ~done).order_by(article.c.first_seen_at, article.c.id).limit(limit)
        with looking(self._engine, self._url) as connection:
            return tuple(codec.article_of(dict(row)) for row in connection.execute(waiting).mappings())

    def add_fetches(self, fetches: Sequence[FetchRecord]) -> None:
        rows = [codec.fetch_row(f) for f in fetches]
        with self._batch() as connection:
            if insert_new(connection, fetch, rows, "feed_id"):
                rollups.note_answers(connection, rows)
                _count(connection, "freshness")

    def last_fetches(self, until: datetime | None = None) -> Mapping[str, FetchRecord]:
        with looking(self._engine, self._url) as connection:
            asked = {} if until is None else {"until": until}
            by_then = until is not None
            newest = connection.execute(newest_attempts(validated=False, by_then=by_then), asked).mappings().all()
            validated = connection.execute(newest_attempts(validated=True, by_then=by_then), asked).mappings()
            caching = {row["feed_id"]: CachingInfo(etag=row["etag"], last_modified=row["last_modified"]) for row in validated}
        return {r["feed_id"]: codec.fetch_of(dict(r), caching.get(r["feed_id"], CachingInfo())) for r in newest}

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _batch(self) -> Iterator[sa.Connection]:
        """Give one transaction; writers queue for the counter, so revisions follow the order of commits."""
        with plain_errors(self._url), self._engine.begin() as connection:
            connection.execute(sa.select(revision.c.id).with_for_update())
            done = False
            try:
                yield connection
                done = True
            finally:
                if not done:
                    self._merging.forget()


@lru_cache(maxsize=2)
def _known(engine: str) -> sa.Select[str]:
    """Return the question which of many ids are stored: one statement whatever their number."""
    if engine == "sqlite":
        ids = sa.func.json_each(sa.bindparam("ids")).table_valued("value")
        return sa.select(article.c.id).where(article.c.id.in_(sa.select(ids.c.value)))
    return sa.select(article.c.id).where(article.c.id == sa.any_(sa.bindparam("ids", type_=postgresql.ARRAY(sa.Text))))


def _report(of: Article, reading: Reading, at: datetime) -> tuple[Report, datetime]:
    return report_of(of, reading, seen_at=at, origin=wire_of(of)), at


def _articles(connection: sa.Connection, article_ids: Collection[str]) -> dict[str, Article]:
    return {
        row["id"]: codec.article_of(dict(row))
        for ids in _chunks(article_ids)
        for row in connection.execute(sa.select(article).where(article.c.id.in_(ids))).mappings()
    }


def _differs(given: Row, stored: Mapping[str, Any]) -> bool:
    return stored["retired_at"] is not None or any(stored[name] != value for name, value in given.items())


def _chunks(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(set(values))
    return (ordered[i : i + _CHUNK] for i in range(0, len(ordered), _CHUNK))


def _count(connection: sa.Connection, counter: str) -> None:
    connection.execute(sa.update(revision).values({counter: revision.c[counter] + 1}))


def _insert_readings(
    connection: sa.Connection, readings: _Readings, articles: Mapping[str, Article], fresh: Mapping[str, Row]
) -> tuple[int, int]:
    """Store readings of scorer versions that have not read their article yet.

    Args:
        connection: inside the batch's transaction.
        readings: reading and instant by article.
        articles: what was read.
        fresh: rows of the articles that this batch inserted.

    Returns:
        The numbers of readings and of signals that were new.
    """
    scores = [
        {
            "article_id": i,
            "scorer_version": reading.scorer_version,
            "language": reading.language,
            "scored_at": at,
            "current": True,
        }
        for i, (reading, at) in readings.items()
    ]
    won = insert_new(connection, score, scores, "article_id")
    earlier = [i for i in won if i not in fresh]
    _supersede(connection, {i: readings[i][0].scorer_version for i in earlier})
    facts = {**fresh, **_facts(connection, earlier)}
    insert(connection, candidate, [row for i in won for row in codec.candidate_rows(i, readings[i][0])])
    insert(connection, mention, [row for i in won for row in codec.mention_rows(i, readings[i][0])])
    signals = [row for i in won for row in codec.signal_rows(facts[i], readings[i][0])]
    insert(connection, signal, signals)
    insert(connection, party, [row for i in won for row in party_rows(articles[i], readings[i][0])])
    return len(won), len(signals)


def _supersede(connection: sa.Connection, versions: Mapping[str, str]) -> None:
    """Mark older readings as no longer the newest; they stay."""
    for version in set(versions.values()):
        for ids in _chunks([i for i, v in versions.items() if v == version]):
            for table in (score, signal):
                older = table.c.article_id.in_(ids) & (table.c.scorer_version != version) & table.c.current
                connection.execute(sa.update(table).where(older).values(current=False))


def _facts(connection: sa.Connection, article_ids: Collection[str]) -> dict[str, Row]:
    """Return what signals repeat of their articles, as stored."""
    names = ("id", "day", "language", "outlet", "family", "side", "country", "first_seen_at")
    columns = sa.select(*(article.c[name] for name in names))
    return {
        row["id"]: dict(row)
        for ids in _chunks(article_ids)
        for row in connection.execute(columns.where(article.c.id.in_(ids))).mappings()
    }
