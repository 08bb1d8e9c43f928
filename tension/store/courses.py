"""Read situations: those of a window or all, as known now or at an instant, and what they add to the index."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from tension.events.kinds import Kind, kinds
from tension.events.situations import Situation, in_order, situation_of
from tension.events.standing import Change, Course, Said, by_country, fold, last_of
from tension.index.sums import Standing
from tension.store import lately
from tension.store.daily_codec import change_of, course_of, openings, span_of
from tension.store.daily_schema import event_fact, event_said, standing, standing_change
from tension.store.known import AHEAD, Known
from tension.store.spanning import by_scope
from tension.store.standing_rows import begun_before, told_from

_DAY = timedelta(days=1)
#: Ids in one `IN (...)`.
_CHUNK = 5_000
#: From so many situations on all changes are read at once.
_MANY = 2_000


def spans_at(known: Known, scopes: Sequence[str], since: date, until: date, series: str) -> dict[str, list[Standing]]:
    """Return the same as known at an instant.

    Args:
        known: what differed then, whatever its day.
        scopes: which.
        since: first day.
        until: last day.
        series: of the sums.
    """
    found = [c for c in courses_at(known, series, since) if last_of(c) >= since and c.opening.day <= until]
    return by_scope(scopes, [(span_of(c), c.opening.at, c.opening.country, c.opening.countries) for c in found])


def situations(
    connection: sa.Connection, series: str, at: datetime | None, since: date | None = None, until: date | None = None, *,
    briefly: bool = False, openings_only: bool = False, ids: Collection[str] | None = None,
) -> list[Situation]:  # fmt: skip
    """Return situations with their changes, in the order of their opening.

    Args:
        connection: of the store.
        series: of the sums.
        at: as known then.
        since: leave out what neither stands nor is spoken of from this day on; of each kind at each place the newest that
            had begun by then stays. None: all.
        until: leave out what began later.
        briefly: of the changes before `since` give the opening and the newest that holds, as `lately.trimmed` does.
        openings_only: of the changes give the opening alone.
        ids: leave out what is not among these; None: all.
    """
    if at is None:
        found = courses_now(connection, series, since, until, ids=ids)
    else:
        found = courses_at(Known(connection, date.min, date.max, at), series)
    if at is not None and since is not None:
        found = _concerning(found, since)
    if at is not None and ids is not None:
        found = [course for course in found if course.id in ids]
    if until is not None:
        found = [course for course in found if course.opening.day <= until]
    if openings_only:
        for course in found:
            course.changes = [lately.opened(course)]
    elif not briefly or since is None:
        _with_changes(connection, series, found)
    elif at is None:
        lately.tell(connection, series, found, since)
    else:
        _with_changes(connection, series, found)
        for course in found:
            course.changes = lately.trimmed(course.changes, since)
    return in_order(map(situation_of, found))


def _concerning(found: Sequence[Course], since: date) -> list[Course]:
    """Return the courses that stand or are spoken of from a day on, and the newest before of each kind and place."""
    newest: dict[tuple[str, str], date] = {}
    for c in found:
        if c.opening.day <= since:
            key = (c.kind, c.opening.at)
            newest[key] = max(c.opening.day, newest.get(key, date.min))
    return [c for c in found if last_of(c) >= since - _DAY or newest.get((c.kind, c.opening.at)) == c.opening.day]


def courses_now(
    connection: sa.Connection, series: str, since: date | None = None, until: date | None = None, *, newest: bool = True,
    ids: Collection[str] | None = None,
) -> list[Course]:  # fmt: skip
    """Return courses as known now, without their changes: see `situations`."""
    c = standing.c
    conditions = [c.series == series]
    if until is not None:
        conditions.append(c.since <= until)
    if ids is not None:
        conditions.append(c.id.in_(ids))
    if since is not None:
        conditions.append(sa.or_(c.last >= since - _DAY, _is_newest(series, since)) if newest else c.last >= since - _DAY)
    rows = connection.execute(sa.select(standing).where(*conditions)).mappings().all()
    return [course_of(row, opening) for row, opening in zip(rows, openings(row["opening"] for row in rows), strict=True)]


def _is_newest(series: str, since: date) -> sa.ColumnElement[bool]:
    """Return the condition of the newest of each kind at each place that had begun by a day."""
    other = standing.alias("other").c
    youngest = sa.select(other.kind, other.place_id, sa.func.max(other.since))
    youngest = youngest.where(other.series == series, other.since <= since).group_by(other.kind, other.place_id)
    return sa.tuple_(standing.c.kind, standing.c.place_id, standing.c.since).in_(youngest)


def _with_changes(connection: sa.Connection, series: str, courses: Sequence[Course]) -> None:
    """Put before the changes that were folded those that are stored: as many as each course goes on from."""
    named = {course.id: course for course in courses}
    before: defaultdict[str, list[Change]] = defaultdict(list)
    for row in _changes(connection, series, sorted(named)):
        course = named.get(row["situation"])
        if course is not None and (course.stored is None or row["n"] < course.stored):
            before[course.id].append(change_of(row))
    for name, course in named.items():
        course.changes = [*before[name], *course.changes]


def _changes(connection: sa.Connection, series: str, ids: Sequence[str]) -> Iterable[sa.RowMapping]:
    c = standing_change.c
    rows = sa.select(standing_change).where(c.series == series).order_by(c.situation, c.n)
    if len(ids) > _MANY:
        yield from connection.execute(rows).mappings()
        return
    if ids:
        yield from connection.execute(rows.where(c.situation.in_(ids))).mappings()


def courses_at(known: Known, series: str, since: date | None = None) -> list[Course]:
    """Return courses as known at an instant, without the changes that are stored.

    Args:
        known: what differed then, whatever its day.
        series: of the sums.
        since: what neither stands nor is spoken of from this day on may be left out.
    """
    then, now = known.told(known.then, series), known.told(known.now, series)
    first: dict[tuple[str, str], date] = {}
    for one in (*then, *now):
        part = (one.kind, one.country)
        first[part] = min(one.day, first.get(part, one.day))
    rows: dict[tuple[str, str], list[Course]] = {}
    for course in courses_now(known.connection, series, since, newest=False):
        rows.setdefault((course.kind, course.opening.country), []).append(course)
    parts = by_country(then)
    found: list[Course] = []
    for part in sorted(rows.keys() | parts.keys()):
        begins = min(first.get(part, date.max), known.until + AHEAD)
        found += _refolded(known, series, part, begins, rows.get(part, ()), parts.get(part, ()))
    return found


def _refolded(
    known: Known, series: str, part: tuple[str, str], since: date, rows: Iterable[Course], told_then: Iterable[Said]
) -> list[Course]:
    """Return the courses of one kind and country: as they are stored up to a day, from it on as they were told of then."""
    kind, country = part
    begun, n_before = begun_before(known.connection, series, kind, country, since)
    for course in begun:
        course.stored = n_before[course.id]
    going = {course.id for course in begun}
    named = next(k for k in kinds() if k.id == kind)
    stored, before = _told(known.connection, series, named, country, since, known.until)
    told = [s for s in stored if s.event not in known.events] + [s for s in told_then if s.day >= since]
    over = [course for course in rows if course.opening.day < since and course.id not in going]
    return over + fold(named, told, begun, before)


def _told(
    connection: sa.Connection, series: str, kind: Kind, country: str, since: date, until: date
) -> tuple[list[Said], list[Said]]:
    """Return what events dated up to a day say from another day on, and before it what a fold must know of."""
    dated = sa.select(event_fact.c.event_id).where(event_fact.c.event_id == event_said.c.event_id, event_fact.c.day <= until)
    return told_from(connection, series, kind, country, since, dated.exists())
