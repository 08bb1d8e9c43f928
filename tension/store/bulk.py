"""Insert many rows at the speed that each engine allows."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import postgresql, sqlite

from tension.store.codec import Row

#: Rows in one statement of PostgreSQL.
_CHUNK = 10_000
#: Rows in one statement of SQLite that returns what it inserted: more cost as much each, and values are limited.
_SQLITE_ROWS = 50


def insert(connection: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    """Insert rows that are not there yet."""
    if connection.dialect.name == "postgresql":
        for i in range(0, len(rows), _CHUNK):
            connection.execute(_from_arrays(table, rows[i : i + _CHUNK]))
    elif rows:
        connection.exec_driver_sql(_sqlite_insert(table, tuple(rows[0])), _sqlite_values(table, rows))


def insert_new(connection: sa.Connection, table: sa.Table, rows: list[Row], returned: str) -> list[str]:
    """Insert what is not there yet; return a column of what really was inserted."""
    if connection.dialect.name == "postgresql":
        return [
            value
            for i in range(0, len(rows), _CHUNK)
            for value in connection.scalars(
                _from_arrays(table, rows[i : i + _CHUNK]).on_conflict_do_nothing().returning(table.c[returned])
            )
        ]
    if not rows:
        return []
    values = _sqlite_values(table, rows)
    cursor = connection.connection.cursor()
    found: list[str] = []
    try:
        for i in range(0, len(values), _SQLITE_ROWS):
            some = values[i : i + _SQLITE_ROWS]
            statement = _sqlite_insert(table, tuple(rows[0]), len(some)) + f" ON CONFLICT DO NOTHING RETURNING {returned}"
            found += [value for (value,) in cursor.execute(statement, [*chain.from_iterable(some)])]
    finally:
        cursor.close()
    return found


#: The engine's own names and types of values, as SQLAlchemy gives them to the driver.
_SQLITE = sqlite.dialect()


@lru_cache(maxsize=256)
def _sqlite_insert(table: sa.Table, names: tuple[str, ...], n_rows: int = 1) -> str:
    quote = _SQLITE.identifier_preparer.quote
    columns, places = ", ".join(map(quote, names)), ", ".join("?" * len(names))
    rows = ", ".join([f"({places})"] * n_rows)
    return f"INSERT INTO {quote(table.name)} ({columns}) VALUES {rows}"  # noqa: S608 - names are those of the schema


@lru_cache(maxsize=512)
def _sqlite_bound(column: sa.Column[Any]) -> Callable[[Any], Any] | None:
    """Return what turns a value of a column into the driver's, or None where nothing has to be done."""
    found: Callable[[Any], Any] | None = column.type.dialect_impl(_SQLITE).bind_processor(_SQLITE)
    return found


def _sqlite_values(table: sa.Table, rows: list[Row]) -> list[tuple[Any, ...]]:
    """Return rows as the driver takes them, column by column: a statement's usual way costs twice as much."""
    columns = []
    for name in rows[0]:
        bound = _sqlite_bound(table.c[name])
        values = [row[name] for row in rows]
        try:
            columns.append(values if bound is None else _bound(bound, values))
        except (TypeError, ValueError) as e:
            raise exc.StatementError(f"{table.name}.{name}: {e}", None, None, e) from e
    return list(zip(*columns, strict=True))


def _bound(bound: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    """Return values as the driver takes them; instants and days, which many rows share, are turned once."""
    if not isinstance(values[0], date):
        return [bound(value) for value in values]
    once = {value: bound(value) for value in set(values)}
    return [once[value] for value in values]


def _from_arrays(table: sa.Table, rows: list[Row]) -> postgresql.Insert:
    """Return an insert with one array a column, not one parameter a value: ten times faster over psycopg."""
    names = list(rows[0])
    columns: list[sa.ColumnElement[Any]] = [
        sa.func.unnest(
            sa.bindparam(name, _alike(table.c[name], [row[name] for row in rows]), postgresql.ARRAY(table.c[name].type))
        )
        for name in names
    ]
    return postgresql.insert(table).from_select(names, sa.select(*columns))


def _alike(column: sa.Column[Any], values: list[Any]) -> list[Any]:
    """Return the values in one type: psycopg takes no array of whole and broken numbers."""
    if isinstance(column.type, sa.Double):
        return [None if value is None else float(value) for value in values]
    return values
