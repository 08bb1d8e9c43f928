"""When the schedule stood still, and attempts dated ahead: traces of a clock that was set or a machine that slept. Pure.

A jump of the clock is logged by the process that notices it. Here it is found afterwards, in the record of attempts,
whoever looks: nothing was asked although feeds were due, or something was asked at a time that has not come yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from tension.store import FetchRecord

#: The schedule is looked at every minute; a round may take some. What stands still for longer was stopped.
_SHORTEST = timedelta(minutes=15)
#: Who asks by hand or by cron leaves gaps as a rule; only much longer ones say something.
_UNUSUAL = 3
#: Clocks of machines differ a little.
_AHEAD = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """A stretch of time in which feeds were due and none was asked."""

    since: datetime
    until: datetime
    #: How many feeds were due.
    n_due: int

    @property
    def sentence(self) -> str:
        """Return all of it in one line."""
        hours = (self.until - self.since) / timedelta(hours=1)
        return f"{self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M} UTC ({hours:.1f} h, {self.n_due} feeds were due)"


def standstills(history: Mapping[str, Sequence[FetchRecord]], now: datetime) -> tuple[Standstill, ...]:
    """Return when feeds were due and nothing was asked, oldest first; what lasts until now is not among them.

    Args:
        history: attempts by feed, oldest first.
        now: the present moment; what is dated ahead of it says nothing.
    """
    attempts = sorted((f for fetches in history.values() for f in fetches if f.fetched_at <= now), key=lambda f: f.fetched_at)
    gaps = list(pairwise(sorted({f.fetched_at for f in attempts})))
    usual = median([(later - before).total_seconds() for before, later in gaps] or [0.0])
    longest = max(_SHORTEST, _UNUSUAL * timedelta(seconds=usual))
    # A feed that is never asked again was taken out of the catalogue, and waits for nothing.
    last = {f.feed_id: f.fetched_at for f in attempts}
    found: list[Standstill] = []
    due: dict[str, datetime] = {}
    at = 0
    for before, later in gaps:
        while attempts[at].fetched_at <= before:
            due[attempts[at].feed_id] = attempts[at].next_due_at or before
            at += 1
        waiting = sorted(max(d, before) for i, d in due.items() if last[i] >= later and later - max(d, before) > longest)
        if waiting:
            found.append(Standstill(since=waiting[0], until=later, n_due=len(waiting)))
    return tuple(found)


def ahead(history: Mapping[str, Sequence[FetchRecord]], now: datetime) -> tuple[int, timedelta]:
    """Return how many attempts are dated ahead of the present moment, and by how much the farthest."""
    by = [f.fetched_at - now for fetches in history.values() for f in fetches if f.fetched_at - now > _AHEAD]
    return len(by), max(by, default=timedelta(0))
