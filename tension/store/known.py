"""What differs at an instant from what is known now: the events that something was learnt of later."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from tension.events.standing import Said
from tension.index.sums import Sums
from tension.store.daily import Entries, computed, deltas, stored
from tension.store.daily_schema import BOTH, event_fact

#: What was reported by an instant may be dated so much later: the day after is the publisher's own day.
AHEAD = timedelta(days=1)


class Known:
    """What differs at an instant from what is known now: the events that something was learnt of later."""

    def __init__(self, connection: sa.Connection, since: date, until: date, at: datetime | None) -> None:
        self.connection = connection
        self.at = at
        #: Nothing that was known then is dated later.
        self.until = until if at is None else min(until, at.date() + AHEAD)
        self.now: Entries = {}
        self.then: Entries = {}
        if at is not None:
            c = event_fact.c
            later = c.day.between(since, self.until) & (c.changed_at > at)
            events = connection.scalars(sa.select(c.event_id).where(later).distinct()).all()
            self.now, self.then = stored(connection, events), computed(connection, events, at)
        self.events = {event for event, _ in self.now}

    def sums(self, series: str) -> dict[tuple[str, date], Sums]:
        """Return what sums differ by, by scope and day."""
        pairs = ((key[1], self.now.get(key), self.then.get(key)) for key in sorted(self.now.keys() | self.then.keys()))
        return {(scope, day): found for (name, scope, day), found in deltas(pairs).items() if name == series}

    def told(self, entries: Entries, series: str) -> list[Said]:
        """Return what events say in a series."""
        return [one for (_, name), entry in entries.items() if name in (BOTH, series) for one in entry.said]
