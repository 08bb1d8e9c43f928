"""The changes of situations that a window needs: what opened each, and what was reported from shortly before it on.

A thing that lasts for years has reports by the thousand; how it stands on a day is told by the newest of them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from tension.events.standing import OPENED, SAID_OVER, Change, Course
from tension.store.daily_codec import changes_of
from tension.store.daily_schema import standing, standing_change
from tension.store.spanning import columns_of, days_of

#: Ids in one `IN (...)`.
_CHUNK = 2_000
_TEXTS = ("change", "detail", "event_id", "article_ids")


def trimmed(changes: Sequence[Change], since: date) -> list[Change]:
    """Return of changes in order: the opening, the last that held before a day, and all that come after that one.

    >>> days = [Change(day=date(2026, 1, n), change=c, event=str(n), article_ids=()) for n, c in ((1, "opened"), (2, "confirmed"),
    ...     (3, "confirmed"), (5, "confirmed"))]
    >>> [c.event for c in trimmed(days, date(2026, 1, 4))]
    ['1', '3', '5']
    """
    before = [n for n, change in enumerate(changes) if change.day < since and change.holds]
    return [*changes[:1], *changes[max(before[-1] if before else 0, 1) :]]


def tell(connection: sa.Connection, series: str, courses: Sequence[Course], since: date) -> None:
    """Give courses as known now the changes that `trimmed` would leave them, without reading the others.

    Args:
        connection: of the store.
        series: of the sums.
        courses: as they are stored, without changes.
        since: first day of the window.
    """
    named = {course.id: course for course in courses}
    found: dict[str, list[Change]] = {name: [] for name in named}
    ids = sorted(named)
    for at in range(0, len(ids), _CHUNK):
        situations, _n, days, *told = columns_of(connection, _walked_back(series, ids[at : at + _CHUNK], since))
        for name, change in zip(situations, changes_of(days_of(days), *told), strict=True):
            found[name].append(change)
    for name, course in named.items():
        course.changes = [opened(course), *found[name]]


def opened(course: Course) -> Change:
    """Return the first change of a course, which its opening says."""
    opening = course.opening
    return Change(day=opening.day, change=OPENED, event=opening.event, article_ids=opening.article_ids)


def _walked_back(series: str, ids: Sequence[str], since: date) -> sa.Select[Any]:
    """Select changes after the opening, from the newest back to the first that held before a day, in order."""
    c, count, s = standing_change.c, standing_change.alias("count").c, standing.c
    newest = sa.select(sa.func.max(count.n)).where(count.series == series, count.situation == s.id).scalar_subquery()
    # It begins behind the newest, so that every change is found by its key.
    behind = (s.id.label("situation"), (newest + 1).label("n"), sa.literal(date.max, sa.Date).label("day"))
    nothing = (sa.literal("", sa.Text).label(name) for name in _TEXTS)
    back = sa.select(*behind, *nothing).where(s.series == series, s.id.in_(ids)).cte("back", recursive=True)
    one_before = (c.series == series) & (c.situation == back.c.situation) & (c.n == back.c.n - 1)
    goes_on = sa.or_(back.c.day >= since, back.c.detail == SAID_OVER)
    columns = (c.situation, c.n, c.day, *(c[name] for name in _TEXTS))
    back = back.union_all(sa.select(*columns).join_from(back, standing_change, one_before).where(goes_on))
    return sa.select(back).where(back.c.n > 0, back.c.change != "").order_by(back.c.situation, back.c.n)
