"""Read the roll-ups: sums of scopes and facts of events; as known now or at an instant."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np
import sqlalchemy as sa

from tension.events.facts import Facts
from tension.index.method import PARTS, REGION_SCOPE
from tension.index.rollup import Rolled
from tension.index.spans import laid
from tension.index.sums import Standing, once, scopes_of
from tension.index.voices import REPLICATES
from tension.places.municipalities import municipality_of
from tension.store.courses import spans_at
from tension.store.daily_codec import FACT_COLUMNS, unpacked
from tension.store.daily_schema import BOTH, daily_sum, event_fact
from tension.store.fact_columns import facts_of_columns, in_order
from tension.store.known import Known
from tension.store.spanning import columns_of, days_of, laid_now, spans_now


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
    redrawn: date | None = None,
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
        redrawn: the first day whose replicates are wanted; None: all.
    """
    # What stands is told of by events of any day; the sums need those of the window only.
    known = Known(connection, since if at is None else date.min, until if at is None else date.max, at)
    n_days = (until - since).days + 1
    found = {scope: _Days(n_days) for scope in scopes}
    _put_stored(connection, found, since, min(until, known.until), series, redrawn or since)
    for (scope, day), sums in known.sums(series).items() if at is not None else ():
        if scope in found and since <= day <= until:
            found[scope].parts[(day - since).days] += [sums.parts[part] for part in PARTS]
            found[scope].draws[(day - since).days] += sums.draws
    spans: dict[str, list[Standing]] = {scope: [] for scope in scopes}
    if at is None and not evidence:
        standing = laid_now(connection, scopes, since, until, series)
    else:
        every = spans_at(known, scopes, since, until, series) if at else spans_now(connection, scopes, since, until, series)
        spans = {scope: once(every[scope]) for scope in scopes}
        standing = {scope: laid(spans[scope], since, n_days) for scope in scopes}
    return {
        scope: Rolled(begins=since, parts=days.parts, draws=days.draws, standing=standing[scope], listed=spans[scope])
        for scope, days in found.items()
    }


class _Days:
    """Sums of a scope by day."""

    def __init__(self, n_days: int) -> None:
        self.parts = np.zeros((n_days, len(PARTS)), dtype=np.int64)
        self.draws = np.zeros((n_days, REPLICATES), dtype=np.int64)


def _put_stored(
    connection: sa.Connection, found: Mapping[str, _Days], since: date, until: date, series: str, redrawn: date
) -> None:
    """Put the stored sums of scopes into their days, replicates from a day on."""
    c = daily_sum.c
    mine = (c.series == series) & c.scope.in_(sorted(found)) & c.day.between(since, until)
    asked = sa.select(c.scope, c.day, *(c[part] for part in PARTS), c.draws).where(mine).order_by(c.scope, c.day)
    scopes, days, *parts, draws = columns_of(connection, asked)
    at = np.array([day.toordinal() for day in days_of(days)], dtype=np.int64) - since.toordinal()
    units = np.array(parts, dtype=np.int64).T
    begins = 0
    for scope, n in Counter(scopes).items():
        ends = begins + n
        found[scope].parts[at[begins:ends]] = units[begins:ends]
        drawn = begins + int(np.searchsorted(at[begins:ends], (redrawn - since).days))
        if drawn < ends:
            found[scope].draws[at[drawn:ends]] = unpacked(draws[drawn:ends])
        begins = ends


def facts(
    connection: sa.Connection, scope: str, since: date, until: date, series: str, at: datetime | None
) -> Facts:  # fmt: skip
    """Return the events of a scope that are dated in some days, by day and id."""
    known = Known(connection, since, until, at)
    c = event_fact.c
    mine = c.day.between(since, known.until) & c.series.in_((BOTH, series)) & c.base.is_not(None)
    # The instant is not needed, and reading fourteen thousand of them takes longer than finding their rows.
    asked = sa.select(*(c[name] for name in FACT_COLUMNS)).where(mine, *in_scope(scope))
    then = (entry.fact for (_, name), entry in known.then.items() if name in (BOTH, series))
    others = [one for one in then if one is not None and scope in scopes_of(one, municipality_of())]
    return in_order(facts_of_columns(columns_of(connection, asked)), known.events, others)
