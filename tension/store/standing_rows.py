"""Fold situations from the day on from which something else is said; what lies before stays as it is stored."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa

from tension.events.kinds import Kind, kinds, looks_back
from tension.events.standing import ALSO_AT, IN_FORCE, SAID_OVER, Course, Said, fold
from tension.model import Mode
from tension.store.bulk import insert
from tension.store.codec import Row
from tension.store.daily_codec import change_rows, opening_of, said_of, standing_row
from tension.store.daily_schema import ALL, BOTH, PANEL, event_said, is_noted, standing, standing_change

#: So many changes are gathered before they are inserted.
_AT_ONCE = 5_000


def refold(connection: sa.Connection, touched: Mapping[tuple[str, str, str], date]) -> None:
    """Fold anew what was touched.

    Args:
        connection: inside the batch's transaction.
        touched: first day by series, kind and country.
    """
    known = {kind.id: kind for kind in kinds()}
    rows: list[Row] = []
    changes: list[Row] = []
    for (series, kind, country), since in sorted(touched.items()):
        if kind not in known:
            continue
        begun, n_before = begun_before(connection, series, kind, country, since)
        _drop(connection, series, kind, country, since, [course.id for course in begun])
        told, before = told_from(connection, series, known[kind], country, since)
        courses = fold(known[kind], told, begun, before)
        rows += (standing_row(course, series) for course in courses)
        changes += (row for course in courses for row in change_rows(course, series, n_before.get(course.id, 0)))
        if len(changes) >= _AT_ONCE:
            _write(connection, rows, changes)
    _write(connection, rows, changes)


def _write(connection: sa.Connection, rows: list[Row], changes: list[Row]) -> None:
    """Insert situations and changes of several kinds and countries, none of which another one's fold reads; empty the lists."""
    insert(connection, standing, rows)
    insert(connection, standing_change, changes)
    rows.clear()
    changes.clear()


def wrong(connection: sa.Connection) -> int:
    """Return how many situations are not, with all their changes, what the events say when they are folded anew."""
    n = 0
    s, t = standing.c, event_said.c
    for series in (ALL, PANEL):
        stored = sa.select(s.kind, s.country).where(s.series == series)
        told = sa.select(t.kind, t.country).where(t.series.in_((BOTH, series)))
        for kind, country in sorted(connection.execute(stored.union(told)).all()):
            kept, made = _kept(connection, series, kind, country), _made(connection, series, kind, country)
            n += sum(kept.get(name) != made.get(name) for name in kept.keys() | made.keys())
    return n


def _made(connection: sa.Connection, series: str, kind: str, country: str) -> dict[str, list[Row]]:
    """Return the rows of situations and of their changes, by situation, as a fold of everything makes them."""
    known = next((k for k in kinds() if k.id == kind), None)
    courses = [] if known is None else fold(known, told_since(connection, series, kind, country, date.min))
    return {course.id: [standing_row(course, series), *change_rows(course, series, 0)] for course in courses}


def _kept(connection: sa.Connection, series: str, kind: str, country: str) -> dict[str, list[Row]]:
    """Return the rows of situations and of their changes, by situation, as they are stored."""
    s, c = standing.c, standing_change.c
    mine = (s.series == series) & (s.kind == kind) & (s.country == country)
    found = {row["id"]: [dict(row)] for row in connection.execute(sa.select(standing).where(mine)).mappings()}
    changes = sa.select(standing_change).where(c.series == series, c.situation.in_(sa.select(s.id).where(mine)))
    for row in connection.execute(changes.order_by(c.situation, c.n)).mappings():
        found[row["situation"]].append(dict(row))
    return found


def told_since(
    connection: sa.Connection, series: str, kind: str, country: str, since: date, *also: sa.ColumnElement[bool]
) -> list[Said]:
    """Return what is said of a kind and country from a day on, where some conditions hold, too."""
    asked = {"of": series, "kind": kind, "country": country, "day": since}
    statement = _told().where(*also) if also else _told()
    return [said_of(row) for row in connection.execute(statement, asked).mappings()]


def told_from(
    connection: sa.Connection, series: str, kind: Kind, country: str, since: date, *also: sa.ColumnElement[bool]
) -> tuple[list[Said], list[Said]]:
    """Return what is said from a day on, where some conditions hold, too; and before it what a fold must know of."""
    first = looks_back(kind, since)
    told = told_since(connection, series, kind.id, country, first, *also)
    return [one for one in told if one.day >= since], [one for one in told if one.day < since]


@cache
def _told() -> sa.Select[Any]:
    c = event_said.c
    mine = (c.kind == sa.bindparam("kind")) & (c.country == sa.bindparam("country")) & (c.day >= sa.bindparam("day"))
    return sa.select(event_said).where(mine, c.series.in_((BOTH, sa.bindparam("of"))))


@cache
def _open() -> sa.Select[Any]:
    c, day = standing.c, sa.bindparam("day", type_=sa.Date)
    part = (c.series == sa.bindparam("of")) & (c.kind == sa.bindparam("kind")) & (c.country == sa.bindparam("country"))
    return (
        sa.select(standing)
        .where(part, c.since < day, c.held >= day, c.until.is_(None) | (c.until >= day))
        .order_by(c.since, c.id)
    )


@cache
def _before() -> tuple[sa.Select[Any], sa.Select[Any]]:
    """Return what asks how situations stood before a day: number of the last change and last day that holds; what was noted.

    Changes follow each other in the order of their days, so that the last before a day is found from the end: a measure of
    a whole country is confirmed every day for years.
    """
    s, c, day = standing.c, standing_change.c, sa.bindparam("day", type_=sa.Date)
    named: Any = sa.bindparam("ids", expanding=True)
    backwards = sa.select(c.n).where(c.series == s.series, c.situation == s.id, c.day < day).order_by(c.n.desc()).limit(1)
    holds = backwards.with_only_columns(c.day).where(c.detail != SAID_OVER)
    columns = (s.id, backwards.scalar_subquery(), holds.scalar_subquery())
    last = sa.select(*columns).where(s.series == sa.bindparam("of"), s.id.in_(named))
    noted = sa.select(c.situation, c.detail).where(c.series == sa.bindparam("of"), c.situation.in_(named), c.day < day)
    return last, noted.where(is_noted(), c.detail != SAID_OVER)


@cache
def _drops() -> tuple[sa.Delete, sa.Delete, sa.Delete, sa.Delete]:
    """Return what takes away the changes of what opened from a day on, it itself, and the same of what went on."""
    s, c, day = standing.c, standing_change.c, sa.bindparam("day", type_=sa.Date)
    later = (s.series == sa.bindparam("of")) & (s.kind == sa.bindparam("kind")) & (s.country == sa.bindparam("country"))
    opened = sa.select(s.id).where(later, s.since >= day)
    begun: Any = sa.bindparam("ids", expanding=True)
    return (
        sa.delete(standing_change).where(c.series == sa.bindparam("of"), c.situation.in_(opened)),
        sa.delete(standing).where(later, s.since >= day),
        sa.delete(standing_change).where(c.series == sa.bindparam("of"), c.situation.in_(begun), c.day >= day),
        sa.delete(standing).where(s.series == sa.bindparam("of"), s.id.in_(begun)),
    )


def begun_before(
    connection: sa.Connection, series: str, kind: str, country: str, day: date
) -> tuple[list[Course], dict[str, int]]:
    """Return the situations that stood when a day began, as they were then, and how many changes each had."""
    asked = {"of": series, "kind": kind, "country": country, "day": day}
    rows = connection.execute(_open(), asked).mappings().all()
    courses = {row["id"]: _course(row["id"], kind, opening_of(row)) for row in rows}
    n_before: dict[str, int] = {}
    if courses:
        _as_it_was(connection, series, courses, day, n_before)
    return list(courses.values()), n_before


def _course(name: str, kind: str, opening: Said) -> Course:
    return Course(
        id=name, kind=kind, opening=opening, confirmed=opening.day, mode=opening.mode, places={opening.place_name}, changes=[]
    )


def _as_it_was(
    connection: sa.Connection, series: str, courses: Mapping[str, Course], day: date, n_before: dict[str, int]
) -> None:
    """Bring courses to where they stood when a day began."""
    asked = {"of": series, "ids": sorted(courses), "day": day}
    last, noted = _before()
    for name, n, confirmed in connection.execute(last, asked):
        n_before[name] = n + 1
        courses[name].confirmed = confirmed
    for name, detail in connection.execute(noted, asked):
        if detail == IN_FORCE:
            courses[name].mode = str(Mode.ACTUAL)
        else:
            courses[name].places.add(detail.removeprefix(f"{ALSO_AT} "))


def _drop(connection: sa.Connection, series: str, kind: str, country: str, since: date, begun: Sequence[str]) -> None:
    """Take away what follows from reports from a day on."""
    asked = {"of": series, "kind": kind, "country": country, "day": since, "ids": begun}
    changes_of_opened, opened, changes_of_begun, gone_on = _drops()
    connection.execute(changes_of_opened, asked)
    connection.execute(opened, asked)
    if begun:
        connection.execute(changes_of_begun, asked)
        connection.execute(gone_on, asked)
