"""Multiply a store that `million` filled: copies of its articles and events, on the same days, made by the database itself.

What is copied weighs what the first weighs, so that the sums of a day are a multiple; what stands is folded anew.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa

from tension.store.bulk import insert
from tension.store.daily_codec import sums_of_row, sums_row
from tension.store.daily_schema import daily_sum, event_fact, event_said, standing, standing_change
from tension.store.event_schema import event_report, membership
from tension.store.rollups import recount
from tension.store.schema import article, score, signal
from tension.store.standing_rows import refold

#: Ids of articles in a JSON list begin so.
_IN_LIST = '"m0'


def _changed(n: int) -> Mapping[sa.Table, Mapping[str, sa.ColumnElement[Any]]]:
    """Return what the n-th copy has of its own; `n` columns that the database counts are left to it."""

    def named(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        return sa.literal(f"c{n}") + column

    def event(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        return column + sa.literal(f"-{n}")

    def listed(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        return sa.func.replace(column, _IN_LIST, f'"c{n}m0')

    a, end = article.c, sa.literal(f" {n}")
    texts = {name: a[name] + end for name in ("title", "title_folded", "folded")}
    return {
        article: {"id": named(a.id), "url": a.url + sa.literal(f"?{n}"), **texts},
        score: {"article_id": named(score.c.article_id)},
        signal: {"id": named(signal.c.id), "article_id": named(signal.c.article_id)},
        event_report: {"article_id": named(event_report.c.article_id)},
        membership: {"article_id": named(membership.c.article_id), "event_id": event(membership.c.event_id)},
        event_fact: {"event_id": event(event_fact.c.event_id), "details": listed(event_fact.c.details)},
        event_said: {"event_id": event(event_said.c.event_id), "details": listed(event_said.c.details)},
    }


def multiply(connection: sa.Connection, times: int) -> None:
    """Copy everything so often that there is `times` of it.

    Args:
        connection: of a store that has its roll-ups and nothing but what `million` filled in.
        times: at least one.
    """
    with _without_indexes(connection):
        _copy(connection, times)
    rows = connection.execute(sa.select(daily_sum)).mappings().all()
    connection.execute(sa.delete(daily_sum))
    insert(connection, daily_sum, [_times(row, times) for row in rows])
    _fold(connection)
    recount(connection)


@contextmanager
def _without_indexes(connection: sa.Connection) -> Iterator[None]:
    """Take the indexes of a SQLite store away for as long as rows are copied: made at the end they cost a tenth."""
    if connection.dialect.name != "sqlite":
        yield
        return
    made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").all()
    for name, _ in made:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, sql in made:
        connection.exec_driver_sql(sql)


def _copy(connection: sa.Connection, times: int) -> None:
    """Copy the rows of every table."""
    first = {table: connection.scalar(sa.select(sa.func.max(table.c.n))) for table in (article, membership)}
    for n in range(1, times):
        for table, changed in _changed(n).items():
            counted = {"n"} if table in first else set()
            columns = {c.name: changed.get(c.name, c) for c in table.columns if c.name not in counted}
            rows = sa.select(*columns.values())
            rows = rows.where(table.c.n <= first[table]).order_by(table.c.n) if table in first else rows.where(_is_first(table))
            connection.execute(sa.insert(table).from_select(list(columns), rows))


def _is_first(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition of a row that is no copy."""
    if table in (event_fact, event_said):
        return ~table.c.event_id.contains("-")
    return ~table.c[table.primary_key.columns.keys()[0]].startswith("c")


def _times(row: Mapping[Any, Any], times: int) -> dict[str, Any]:
    sums = sums_of_row(row)
    sums.parts = {part: units * times for part, units in sums.parts.items()}
    sums.n_events *= times
    sums.draws *= times
    return sums_row(row["series"], row["scope"], row["day"], sums)


def _fold(connection: sa.Connection) -> None:
    """Fold what stands from all that is said."""
    parts = connection.execute(sa.select(standing.c.series, standing.c.kind, standing.c.country).distinct()).all()
    for table in (standing, standing_change):
        connection.execute(sa.delete(table))
    refold(connection, dict.fromkeys(map(tuple, parts), date.min))
