"""Assign new articles to events inside the transaction that stores them.

The merger itself is pure; this module hands it the events of the days that a batch speaks of. What was handed over
stays in memory for the next batch for as long as nobody else wrote, so that one more article costs the same in a small
store and in a large one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tension.events.merge import MOST_DAYS_APART, Book, Membership, event_id, held_day, order
from tension.events.report import FEATURES_VERSION, Report
from tension.store.bulk import insert
from tension.store.event_codec import membership_row, report_of_row, report_row
from tension.store.event_schema import event_report, membership
from tension.store.schema import revision

#: Events that are kept in memory; beyond it the book is begun anew.
_MOST_EVENTS = 30_000
_CHUNK = 5_000


def newest(until: datetime | None = None) -> sa.ColumnElement[bool]:
    """Return the condition of the row that holds for its article, as known at an instant."""
    later = membership.alias("later")
    beaten = (later.c.article_id == membership.c.article_id) & (later.c.n > membership.c.n)
    if until is None:
        return ~sa.exists().where(beaten)
    return (membership.c.assigned_at <= until) & ~sa.exists().where(beaten & (later.c.assigned_at <= until))


class Merging:
    """The merger of one writer."""

    def __init__(self) -> None:
        self._book = Book()
        #: The store's revision that the book stands for.
        self._stands_for: int | None = None

    def assign(self, connection: sa.Connection, reports: Mapping[str, tuple[Report, datetime]]) -> int:
        """Give every report without an event its event; return how many there were.

        Args:
            connection: inside the batch's transaction.
            reports: report and instant of the batch by article.
        """
        assigned = _assigned(connection, reports)
        new = {i: pair for i, pair in reports.items() if i not in assigned}
        if not new:
            return 0
        self._prepare(connection, [r for r, _ in new.values()])
        found: list[tuple[Membership, datetime]] = [
            (self._book.assign(report), new[report.article_id][1]) for report in order(r for r, _ in new.values())
        ]
        insert(connection, event_report, [report_row(r) for r, _ in new.values()])
        insert(connection, membership, [membership_row(m, at) for m, at in found])
        return len(found)

    def undo(self, connection: sa.Connection, article_id: str, at: datetime, why: str) -> bool:
        """Take an article out of its event: it stands alone from now on. Return whether it was in company."""
        rows = connection.execute(sa.select(membership).where(membership.c.article_id == article_id, newest())).mappings().all()
        if not rows:
            return False
        was = rows[0]
        alone = event_id(article_id)
        others = sa.select(sa.func.count()).where(membership.c.event_id == was["event_id"], newest())
        if was["event_id"] == alone and (connection.scalar(others) or 0) > 1:
            # The founder stays, the others leave it: the event is named after its first report.
            return False
        if was["event_id"] == alone:
            return False
        undone = Membership(
            article_id=article_id,
            event_id=alone,
            day=_own_day(connection, article_id) or was["day"],
            reasons={"as": "undone", "was": was["event_id"], "why": why},
        )
        insert(connection, membership, [membership_row(undone, at)])
        self._stands_for = None
        return True

    def written(self, connection: sa.Connection) -> None:
        """Note the revision that the batch leaves behind; call at its end."""
        self._stands_for = connection.scalar(sa.select(revision.c.data))

    def forget(self) -> None:
        """Drop what is in memory: the transaction that it belongs to was not committed."""
        self._stands_for = None

    def _prepare(self, connection: sa.Connection, reports: Iterable[Report]) -> None:
        """Bring the days of the reports into the book."""
        if self._stands_for != connection.scalar(sa.select(revision.c.data)) or len(self._book) > _MOST_EVENTS:
            self._book = Book()
        days = {day + timedelta(days=n) for r in reports if (day := held_day(r)[0])
                for n in range(-MOST_DAYS_APART, MOST_DAYS_APART + 1)}  # fmt: skip
        missing = sorted(days - self._book.days())
        for first, last in _runs(missing):
            for row in _members(connection, first, last):
                self._book.put(report_of_row(row), row["event_id"], row["event_day"])
        for day in missing:
            self._book.open_day(day)


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return days as stretches without a gap."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _members(connection: sa.Connection, first: date, last: date) -> Iterable[Mapping[str, Any]]:
    """Return the features of the reports of some days' events, in the order in which they joined."""
    mine = (event_report.c.article_id == membership.c.article_id) & (event_report.c.merger_version == FEATURES_VERSION)
    columns = sa.select(event_report, membership.c.event_id, membership.c.day.label("event_day"))
    rows = columns.join_from(membership, event_report, mine).where(membership.c.day.between(first, last), newest())
    return [dict(row) for row in connection.execute(rows.order_by(membership.c.n)).mappings()]


def _assigned(connection: sa.Connection, article_ids: Collection[str]) -> set[str]:
    ids = sorted(article_ids)
    found: set[str] = set()
    for at in range(0, len(ids), _CHUNK):
        some = sa.select(membership.c.article_id).where(membership.c.article_id.in_(ids[at : at + _CHUNK]))
        found.update(connection.scalars(some))
    return found


def _own_day(connection: sa.Connection, article_id: str) -> date | None:
    row = connection.execute(sa.select(event_report).where(event_report.c.article_id == article_id)).mappings().first()
    return None if row is None else held_day(report_of_row(dict(row)))[0]
