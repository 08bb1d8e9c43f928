"""Insert many rows at the speed that each engine allows."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tension.store.codec import Row

#: Rows in one statement of PostgreSQL.
_CHUNK = 10_000


def insert(connection: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    """Insert rows that are not there yet."""
    if connection.dialect.name == "postgresql":
        for i in range(0, len(rows), _CHUNK):
            connection.execute(_from_arrays(table, rows[i : i + _CHUNK]))
    elif rows:
        connection.execute(sa.insert(table), rows)


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
    statement = sqlite.insert(table).on_conflict_do_nothing().returning(table.c[returned])
    return list(connection.scalars(statement, rows))


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
