"""Read a store: frames for whoever draws, each method one consistent look."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa

from tension.events.facts import Fact
from tension.events.situations import Situation
from tension.index.rollup import Rolled
from tension.model import CachingInfo, Mode, Query
from tension.review.queue import Waiting
from tension.review.record import Review
from tension.store import codec, courses, covering, event_selects, frames, limits, rolled, rollups, selects, version_selects
from tension.store.columns import as_frame, from_columns
from tension.store.daily_schema import ALL, PANEL
from tension.store.engines import plain_errors
from tension.store.moved import amended, moves
from tension.store.parties import parties_of
from tension.store.protocol import FetchRecord
from tension.store.review_schema import review
from tension.store.reviewing import reviews_of
from tension.store.schema import article, candidate, feed, mention, revision, signal
from tension.versions import Version, chain

#: Ids in one `IN (...)`.
_CHUNK = 5_000
#: Rows that are turned into columns at once, while they are still in the processor's cache.
_TURNED = 2_000


class SqlReader:
    """A `StoreReader` over SQLAlchemy Core; may be shared by threads."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self._engine = engine
        self._url = url

    def watermark(self) -> str:
        with self._look() as connection:
            row = connection.execute(sa.select(revision.c.store_id, revision.c.data)).one()
        return f"{row.store_id}-{row.data}"

    def freshness(self) -> str:
        with self._look() as connection:
            row = connection.execute(sa.select(revision)).one()
        return f"{row.store_id}-{row.data}-{row.freshness}"

    def span(self) -> tuple[date, date] | None:
        with self._look() as connection:
            *ends, news = connection.execute(selects.extremes()).one()
        days = [day for day in ends if day is not None]
        if not days:
            return None
        # What a feed brought of its archive is no history: nobody had watched those days, and all else of them is missing.
        return (min(days) if news is None or news == ends[2] else news), max(days)

    def signals(self, query: Query) -> pd.DataFrame:
        return self._compact(selects.signals(query), frames.SIGNALS)

    def undated(self, query: Query) -> pd.DataFrame:
        return self._compact(selects.undated(query), frames.SIGNALS)

    def event_facets(self, query: Query) -> pd.DataFrame:
        return self._compact(event_selects.event_facets(query), frames.EVENT_FACETS)

    def _compact(self, statement: sa.Select[Any], names: Sequence[str]) -> pd.DataFrame:
        with self._look() as connection:
            columns = _raw_columns(connection, statement, len(names))
        return from_columns(columns, names, compact=True)

    def event_signals(self, query: Query) -> pd.DataFrame:
        names = frames.EVENT_SIGNALS
        with self._look() as connection:
            columns = _raw_columns(connection, event_selects.event_signals(query), len(names))
            found = moves(connection)
        return from_columns(amended(columns, names, found), names, compact=True)

    def denials(self, query: Query) -> Mapping[str, Sequence[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        with self._look() as connection:
            for event, article_id in connection.execute(event_selects.denials(query)):
                found[event].append(article_id)
        return found

    def parties(self, article_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        with self._look() as connection:
            return parties_of(connection, article_ids)

    def memberships(self, as_known_at: datetime | None = None) -> pd.DataFrame:
        with self._look() as connection:
            rows = connection.execute(event_selects.memberships(as_known_at)).fetchall()
        return as_frame(rows, frames.MEMBERSHIPS)

    def reasons(self, article_ids: Sequence[str], as_known_at: datetime | None = None) -> Mapping[str, Mapping[str, Any]]:
        wanted = list(dict.fromkeys(article_ids))
        with self._look() as connection:
            rows = _in_chunks(connection, wanted, lambda some: event_selects.reasons(some, as_known_at))
            return {row.article_id: {"event": row.event_id, **json.loads(row.reasons)} for row in rows}

    def reviews(self, as_known_at: datetime | None = None) -> Sequence[Review]:
        known = [] if as_known_at is None else [review.c.recorded_at <= as_known_at]
        with self._look() as connection:
            return tuple(reviews_of(connection, *known))

    def waiting(self, query: Query) -> Sequence[Waiting]:
        with self._look() as connection:
            rows = connection.execute(event_selects.waiting(query))
            return tuple(Waiting(**row._asdict() | {"mode": Mode(row.mode)}, counts=False) for row in rows)

    def rolled_up(self) -> bool:
        with self._look() as connection:
            return rollups.are_current(connection)

    def daily(
        self,
        scope: str,
        since: date,
        until: date,
        *,
        panel: bool = False,
        as_known_at: datetime | None = None,
        evidence: bool = False,
        redrawn: date | None = None,
    ) -> Rolled:
        of = PANEL if panel else ALL
        with self._look() as connection:
            found = rolled.rolled(connection, (scope,), since, until, of, as_known_at, evidence=evidence, redrawn=redrawn)
        return found[scope]

    def dailies(
        self, scopes: Sequence[str], since: date, until: date, *, panel: bool = False, as_known_at: datetime | None = None,
        redrawn: date | None = None,
    ) -> Mapping[str, Rolled]:  # fmt: skip
        of = PANEL if panel else ALL
        with self._look() as connection:
            return rolled.rolled(connection, scopes, since, until, of, as_known_at, evidence=False, redrawn=redrawn)

    def facts(
        self, scope: str, since: date, until: date, *, panel: bool = False, as_known_at: datetime | None = None
    ) -> Sequence[Fact]:
        with self._look() as connection:
            return rolled.facts(connection, scope, since, until, PANEL if panel else ALL, as_known_at)

    def situations(
        self,
        *,
        panel: bool = False,
        as_known_at: datetime | None = None,
        since: date | None = None,
        until: date | None = None,
        briefly: bool = False,
        openings_only: bool = False,
        ids: Collection[str] | None = None,
    ) -> Sequence[Situation]:
        of, told = PANEL if panel else ALL, {"briefly": briefly, "openings_only": openings_only}
        with self._look() as connection:
            return courses.situations(connection, of, as_known_at, since, until, ids=ids, **told)

    def limits(self, situations: Sequence[str], code: str) -> Mapping[str, Sequence[tuple[date, date, str, str]]]:
        with self._look() as connection:
            return limits.limits(connection, ALL, situations, code)

    def days(self, query: Query) -> Sequence[date]:
        with self._look() as connection:
            return tuple(connection.scalars(event_selects.days(query)))

    def panel(self) -> frozenset[str]:
        with self._look() as connection:
            return frozenset(connection.scalars(sa.select(feed.c.outlet).where(feed.c.panel).distinct()))

    def articles(self, query: Query) -> pd.DataFrame:
        with self._look() as connection:
            rows = connection.execute(selects.articles(query)).fetchall()
        return as_frame(rows, frames.ARTICLES)

    def search(self, text: str, query: Query) -> pd.DataFrame:
        with self._look() as connection:
            rows = connection.execute(selects.search(text, query, connection.dialect.name)).fetchall()
        return as_frame(rows, frames.ARTICLES)

    def passing(self, article_ids: Collection[str], query: Query) -> frozenset[str]:
        with self._look() as connection:
            rows = _in_chunks(connection, sorted(article_ids), lambda some: selects.passing(some, query))
            return frozenset(row[0] for row in rows)

    def evidence(self, article_ids: Sequence[str]) -> pd.DataFrame:
        wanted = list(dict.fromkeys(article_ids))
        with self._look() as connection:
            found = {row[0]: row for row in _in_chunks(connection, wanted, selects.texts)}
            parts = [
                _by_article(connection, wanted, table, as_dict)
                for table, as_dict in (
                    (signal, codec.signal_dict),
                    (mention, codec.mention_dict),
                    (candidate, codec.candidate_dict),
                )
            ]
        rows = [(*found[i], *(part[i] for part in parts)) for i in wanted if i in found]
        return as_frame(rows, frames.EVIDENCE)

    def versions(self, article_id: str) -> Sequence[Version]:
        with self._look() as connection:
            found = version_selects.found(connection, article_id)
        return () if found is None else chain(*found)

    def feeds(self, at: datetime) -> pd.DataFrame:
        one, seven, twenty_eight = (at - timedelta(days=n) for n in (1, 7, 28))
        with self._look() as connection:
            rows = connection.execute(selects.feeds(at, (one, seven, twenty_eight))).fetchall()
        return as_frame([(*row[:-1], bool(row[-1])) for row in rows], frames.FEEDS)

    def coverage(self, since: date, until: date, by: Literal["country", "side"] = "country") -> pd.DataFrame:
        with self._look() as connection:
            return covering.coverage(connection, since, until, by)

    def history(self, since: datetime) -> Mapping[str, Sequence[FetchRecord]]:
        found: defaultdict[str, list[FetchRecord]] = defaultdict(list)
        with self._look() as connection:
            for row in connection.execute(selects.history(since)).mappings():
                found[row["feed_id"]].append(codec.fetch_of(dict(row), CachingInfo()))
        return found

    def options(self) -> Mapping[str, Sequence[Any]]:
        columns = {
            "countries": signal.c.place_country,
            "languages": article.c.language,
            "outlets": article.c.outlet,
            "codes": signal.c.code,
        }
        with self._look() as connection:
            return {name: tuple(connection.scalars(selects.distinct(column))) for name, column in columns.items()}

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _look(self) -> Iterator[sa.Connection]:
        with plain_errors(self._url), self._engine.connect() as connection:
            yield connection


def _raw_columns(connection: sa.Connection, statement: sa.Select[Any], n: int) -> list[list[Any]]:
    """Return columns as the driver gives them, turned a few rows at a time: a row object each would cost half as much again."""
    columns: list[list[Any]] = [[] for _ in range(n)]
    with connection.execute(statement) as result:
        while result.cursor is not None and (rows := result.cursor.fetchmany(_TURNED)):
            for column, values in zip(columns, zip(*rows, strict=True), strict=True):
                column.extend(values)
    return columns


def _in_chunks(connection: sa.Connection, ids: list[str], select: Callable[[list[str]], sa.Select[Any]]) -> Iterator[sa.Row[Any]]:
    for i in range(0, len(ids), _CHUNK):
        yield from connection.execute(select(ids[i : i + _CHUNK]))


def _by_article(
    connection: sa.Connection,
    ids: list[str],
    table: sa.Table,
    as_dict: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> dict[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _in_chunks(connection, ids, lambda some: selects.found_in(table, some)):
        found[row.article_id].append(as_dict(row._asdict()))
    return found
