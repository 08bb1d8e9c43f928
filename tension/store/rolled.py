"""Read the roll-ups: sums of scopes and facts of events; as known now or at an instant."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa

from tension.events.facts import Fact
from tension.index.method import PARTS, REGION_SCOPE
from tension.index.rollup import Rolled
from tension.index.sums import once, scopes_of
from tension.index.voices import REPLICATES
from tension.places.municipalities import municipality_of
from tension.store.courses import spans_at, spans_now
from tension.store.daily_codec import fact_of, unpacked
from tension.store.daily_schema import BOTH, daily_sum, event_fact
from tension.store.known import Known


def in_scope(scope: str) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of an event's row being in a scope."""
    c = event_fact.c
    if scope == REGION_SCOPE:
        return []
    kind, _, name = scope.partition(":")
    if kind == "place":
        return [c.place_id == name]
    if kind == "municipality":
        return [c.place_id.in_(sorted(place for place, found in municipality_of().items() if found == name))]
    if "-" in scope:
        return [c.countries.contains(country, autoescape=True) for country in scope.split("-")]
    return [c.country == scope]


def rolled(
    connection: sa.Connection,
    scopes: Sequence[str],
    since: date,
    until: date,
    series: str,
    at: datetime | None,
    *,
    evidence: bool,
) -> Mapping[str, Rolled]:
    """Return the roll-ups of scopes over some days: what several have in common is read once.

    Args:
        connection: of the store.
        scopes: which.
        since: first day.
        until: last day, included.
        series: of the sums.
        at: as known then; None is now.
        evidence: what stands with the reports that opened it.
    """
    # What stands is told of by events of any day; the sums need those of the window only.
    known = Known(connection, since if at is None else date.min, until if at is None else date.max, at)
    n_days = (until - since).days + 1
    found = {scope: _Days(n_days) for scope in scopes}
    for scope, rows in _stored_sums(connection, scopes, since, min(until, known.until), series).items():
        at_days = np.array([(row.day - since).days for row in rows])
        found[scope].parts[at_days] = [row[2:-1] for row in rows]
        found[scope].draws[at_days] = unpacked(row[-1] for row in rows)
    for (scope, day), sums in known.sums(series).items() if at is not None else ():
        if scope in found and since <= day <= until:
            found[scope].parts[(day - since).days] += [sums.parts[part] for part in PARTS]
            found[scope].draws[(day - since).days] += sums.draws
    if at is None:
        spans = spans_now(connection, scopes, since, until, series, evidence=evidence)
    else:
        spans = spans_at(known, scopes, since, until, series)
    return {
        scope: Rolled(begins=since, parts=days.parts, draws=days.draws, standing=once(spans[scope]))
        for scope, days in found.items()
    }  # fmt: skip


class _Days:
    """Sums of a scope by day."""

    def __init__(self, n_days: int) -> None:
        self.parts = np.zeros((n_days, len(PARTS)), dtype=np.int64)
        self.draws = np.zeros((n_days, REPLICATES), dtype=np.int64)


def _stored_sums(
    connection: sa.Connection, scopes: Sequence[str], since: date, until: date, series: str
) -> Mapping[str, list[sa.Row[Any]]]:
    """Return the stored sums by scope: scope, day, parts, draws."""
    c = daily_sum.c
    mine = (c.series == series) & c.scope.in_(scopes) & c.day.between(since, until)
    found: dict[str, list[sa.Row[Any]]] = {}
    statement: sa.Select[Any] = sa.select(c.scope, c.day, *(c[part] for part in PARTS), c.draws).where(mine)
    for row in connection.execute(statement).fetchall():
        found.setdefault(row.scope, []).append(row)
    return found


def facts(
    connection: sa.Connection, scope: str, since: date, until: date, series: str, at: datetime | None
) -> list[Fact]:  # fmt: skip
    """Return the events of a scope that are dated in some days, by day and id."""
    known = Known(connection, since, until, at)
    c = event_fact.c
    mine = c.day.between(since, known.until) & c.series.in_((BOTH, series)) & c.base.is_not(None)
    rows = connection.execute(sa.select(event_fact).where(mine, *in_scope(scope))).mappings()
    found = [fact_of(row) for row in rows if row["event_id"] not in known.events]
    then = (entry.fact for (_, name), entry in known.then.items() if name in (BOTH, series))
    found += [one for one in then if one is not None and scope in scopes_of(one, municipality_of())]
    return sorted(found, key=lambda f: (f.day, f.event))
