"""Read what situations add to the index of scopes: in columns where only the numbers count, one by one with evidence."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from tension.index.method import REGION_SCOPE
from tension.index.spans import Spans
from tension.index.sums import Standing
from tension.places.municipalities import municipality_of
from tension.store.daily_codec import openings
from tension.store.daily_schema import standing

_C = standing.c
#: The columns of `Standing`, in its order; all of them, and the places, are in the index that is read.
_FIELDS = (_C.kind, _C.event_id, _C.code, _C.weight, _C.since, _C.last, _C.id)
_PLACES = (_C.place_id, _C.country, _C.countries)


def _standing_on(series: str, since: date, until: date) -> sa.ColumnElement[bool]:
    return (_C.series == series) & (_C.last >= since) & (_C.since <= until)


def laid_now(
    connection: sa.Connection, scopes: Sequence[str], since: date, until: date, series: str
) -> dict[str, np.ndarray]:  # fmt: skip
    """Return by scope what stands on each day by part, in units.

    Args:
        connection: of the store.
        scopes: which.
        since: first day.
        until: last day, included.
        series: of the sums.
    """
    mine, n_days = _standing_on(series, since, until), (until - since).days + 1
    if len(scopes) == 1:
        fields = columns_of(connection, sa.select(*_FIELDS).where(mine, _of_scope(scopes[0])))
        return {scopes[0]: _spans(fields).laid(np.ones(len(fields[0]), dtype=bool), since, n_days)}
    *fields, at, country, named = columns_of(connection, sa.select(*_FIELDS, *_PLACES).where(mine))
    spans = _spans(fields)
    return {scope: spans.laid(_flags(scope, at, country, named), since, n_days) for scope in scopes}


def _spans(fields: Sequence[Sequence[Any]]) -> Spans:
    kind, event, code, weight, since, last, situation = fields
    return Spans(kind=kind, event=event, code=code, weight=weight, since=days_of(since), last=days_of(last), situation=situation)


def columns_of(connection: sa.Connection, statement: sa.Select[Any]) -> list[Sequence[Any]]:
    """Return columns as the driver gives them: a record for each of ten thousand rows would take longer than to read them."""
    with connection.execute(statement) as result:
        rows = result.cursor.fetchall() if result.cursor is not None else []
    return [*zip(*rows, strict=True)] if rows else [()] * len(statement.selected_columns)


def days_of(values: Sequence[Any]) -> list[date]:
    """Return days: SQLite gives texts, of which few are different."""
    known: dict[Any, date] = {v: v if isinstance(v, date) else date.fromisoformat(v) for v in set(values)}
    return [known[value] for value in values]


def _flags(scope: str, at: Sequence[str], country: Sequence[str], named: Sequence[str]) -> np.ndarray:
    """Return which situations are in a scope; what decides it is the same for many."""
    triples = [*zip(at, country, named, strict=True)]
    known = {(a, c, n): is_of(scope, a, c, n.split(",")) for a, c, n in set(triples)}
    return np.array([known[triple] for triple in triples], dtype=bool)


def spans_now(
    connection: sa.Connection, scopes: Sequence[str], since: date, until: date, series: str
) -> dict[str, list[Standing]]:  # fmt: skip
    """Return by scope the situations that stand on some days, with the reports that opened them; see `laid_now`."""
    rows = connection.execute(
        sa.select(*_FIELDS, *_PLACES, _C.opening).where(_standing_on(series, since, until), sa.or_(*map(_of_scope, scopes)))
    ).fetchall()
    placed = []
    for row, opening in zip(rows, openings(row.opening for row in rows), strict=True):
        one = Standing._make((*row[: len(_FIELDS)], tuple(opening["article_ids"])))
        placed.append((one, row.place_id, row.country, row.countries.split(",")))
    return by_scope(scopes, placed)


def by_scope(
    scopes: Sequence[str], placed: Sequence[tuple[Standing, str, str, Sequence[str]]]
) -> dict[str, list[Standing]]:  # fmt: skip
    """Return what situations add to each of some scopes, by their places, countries, and countries that are named."""
    return {scope: [one for one, at, country, named in placed if is_of(scope, at, country, named)] for scope in scopes}


def is_of(scope: str, at: str, country: str, countries: Collection[str]) -> bool:
    """Tell whether a situation at a place of a country, of which reports name countries, is in a scope."""
    if scope == REGION_SCOPE:
        return True
    kind, _, name = scope.partition(":")
    if kind == "place":
        return at == name
    if kind == "municipality":
        return municipality_of().get(at) == name
    return set(scope.split("-")) <= set(countries) if "-" in scope else country == scope


def _of_scope(scope: str) -> sa.ColumnElement[bool]:
    """Return the condition of a situation being in a scope: what `is_of` says."""
    kind, _, name = scope.partition(":")
    if kind == "place":
        return _C.place_id == name
    if kind == "municipality":
        return _C.place_id.in_(sorted(place for place, found in municipality_of().items() if found == name))
    if "-" in scope:
        # Countries are codes of two letters, so that none is found across a comma.
        return sa.and_(*(_C.countries.contains(country, autoescape=True) for country in scope.split("-")))
    return sa.true() if scope == REGION_SCOPE else _C.country == scope
