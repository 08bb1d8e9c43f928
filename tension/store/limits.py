"""At which crossings the measures in force are reported: what makes a crossing *restricted*, for a window of days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from tension.model import Precision
from tension.store.daily_schema import standing_change
from tension.store.event_schema import membership
from tension.store.merging import newest
from tension.store.schema import signal
from tension.store.selects import holding

#: By situation: the day on which it was told, the day of the event, crossing, article; in this order.
Told = dict[str, list[tuple[date, date, str, str]]]


def limits(connection: sa.Connection, series: str, situations: Sequence[str], code: str) -> Told:
    """Return of some situations the reports that tell of them at a crossing itself, as known now.

    Args:
        connection: of the store.
        series: of the sums.
        situations: ids.
        code: of the signals that they are made of.
    """
    found: Told = {}
    if situations:
        for name, *told in connection.execute(_told(series, situations, code)):
            found.setdefault(name, []).append((told[0], told[1], told[2], told[3]))
    return {name: sorted(rows) for name, rows in found.items()}


def _told(series: str, situations: Sequence[str], code: str) -> sa.Select[Any]:
    """Select (situation, day told, day of the event, place, article), from the signals at crossings: there are few."""
    c, m = standing_change.c, membership.c
    # Letter by letter as the index of them has it: a value that is bound is not seen to be of it.
    at_crossing = signal.c.precision == sa.literal_column(f"'{Precision.CROSSING}'")
    few = sa.select(signal.c.article_id, signal.c.place_id).where(signal.c.code == code, at_crossing, holding(None))
    there = few.cte("there").prefix_with("MATERIALIZED")
    first = sa.func.min(c.day, type_=sa.Date).label("day")
    changes = sa.select(c.situation, c.event_id, first).where(c.series == series, c.situation.in_(situations))
    mine = changes.group_by(c.situation, c.event_id).cte("mine")
    rows = sa.select(mine.c.situation, mine.c.day, m.day, there.c.place_id, there.c.article_id)
    rows = rows.join_from(there, membership, m.article_id == there.c.article_id)
    return rows.join(mine, mine.c.event_id == m.event_id).where(newest(), m.day.is_not(None))
