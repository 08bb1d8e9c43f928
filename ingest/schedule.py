"""When to ask a feed again. Pure: the moment is an argument, and chance has no part in it.

A feed that brings news is asked at its cadence, and sooner where its entries run through faster than that, so that none
comes and goes between two questions; one that brings none, less and less often, within the bounds of its kind; one that
fails, by the grade of its failure, each time twice as late. What the server asks for comes first.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.outcomes import Grade
from tension.model import Feed
from tension.store.protocol import FetchRecord

#: Shortest and longest time between two questions, in minutes, by kind of outlet.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "wire": (5, 60),
    "public_service": (10, 120),
    "broadcaster": (10, 120),
    "portal": (10, 120),
    "daily": (10, 180),
    "international": (10, 240),
    "institution": (15, 360),
    "investigative": (30, 720),
}
_ANY_KIND = (10, 180)
#: First and longest wait after a failure, in minutes, by grade; the first is at least the cadence.
BACK_OFF: Mapping[Grade, tuple[int, int]] = {
    Grade.TEMPORARY: (10, 6 * 60),
    Grade.SOFT: (60, 24 * 60),
    Grade.HARD: (12 * 60, 3 * 24 * 60),
    Grade.GONE: (7 * 24 * 60, 7 * 24 * 60),
}
#: However much a server asks for, nobody is left alone for longer; a typing error of theirs must not be our silence.
LONGEST_WISH = timedelta(days=1)
#: Clocks of processes that share a store may differ by so much; what was written further ahead, a wrong clock wrote.
CLOCKS_APART = timedelta(hours=1)
_SLOWER = 1.5
#: Documents of fewer entries tell nothing about a pace; of others no more than one in so many entries should be new.
_TELLING, _SAFE = 5, 3.0
_WORSE = 2.0
#: Due times spread over this share of the wait, so that feeds of one cadence do not come all at once.
_SPREAD = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What the schedule needs to know of the attempt that just ended."""

    #: ok | not_modified | failed
    outcome: str
    grade: Grade | None = None
    n_new: int = 0
    #: Entries of the document in all.
    n_entries: int = 0
    max_age_s: int | None = None
    retry_after_s: int | None = None


def next_fetch_at(now: datetime, feed: Feed, attempt: Attempt, last: FetchRecord | None) -> datetime:
    """Return when to ask again.

    Args:
        now: end of this attempt.
        feed: its row in the catalogue.
        attempt: what came of this attempt.
        last: the attempt before this one, or None; its wait is what back-off builds on.
    """
    shortest, longest = (timedelta(minutes=m) for m in BOUNDS.get(feed.kind, _ANY_KIND))
    cadence = min(max(timedelta(minutes=feed.cadence_minutes), shortest), longest)
    if attempt.outcome == "failed":
        wait = _after_failure(cadence, attempt.grade or Grade.TEMPORARY, last)
    elif attempt.n_new:
        wait = max(min(cadence, _runs_through(now, attempt, last)), shortest)
    else:
        wait = min(max(cadence, _waited(last, "ok", "not_modified") * _SLOWER), longest)
    if attempt.max_age_s is not None and attempt.outcome != "failed":
        wait = max(wait, min(timedelta(seconds=attempt.max_age_s), longest))
    if attempt.retry_after_s is not None:
        wait = max(wait, min(timedelta(seconds=attempt.retry_after_s), LONGEST_WISH))
    return now + wait * (1 + _SPREAD * share(feed.id))


def _runs_through(now: datetime, attempt: Attempt, last: FetchRecord | None) -> timedelta:
    """Return after which time a third of a feed's entries will be new, by what came since it was last asked."""
    if last is None or last.outcome == "failed" or attempt.n_entries < _TELLING:
        return timedelta.max
    return (now - last.fetched_at) * (attempt.n_entries / attempt.n_new / _SAFE)


def _after_failure(cadence: timedelta, grade: Grade, last: FetchRecord | None) -> timedelta:
    first, longest = (timedelta(minutes=m) for m in BACK_OFF[grade])
    wait = max(first, cadence)
    if last is not None and last.outcome == "failed" and last.grade == grade:
        wait = max(wait, _waited(last, "failed") * _WORSE)
    return min(wait, longest)


def _waited(last: FetchRecord | None, *outcomes: str) -> timedelta:
    """Return the wait that the attempt before had been given, without its share of the spread."""
    if last is None or last.next_due_at is None or last.outcome not in outcomes:
        return timedelta(0)
    return max((last.next_due_at - last.fetched_at) / (1 + _SPREAD * share(last.feed_id)), timedelta(0))


def share(feed_id: str) -> float:
    """Return a number from 0 up to 1 that is always the same for a feed and evenly spread over feeds."""
    return int.from_bytes(hashlib.sha256(feed_id.encode()).digest()[:4], "big") / 2**32


def due(now: datetime, feeds: Iterable[Feed], last: Mapping[str, FetchRecord]) -> tuple[Feed, ...]:
    """Return the feeds that should be asked now, the longest overdue first, those never asked before all."""
    waiting = [(_due_at(now, last.get(feed.id)), feed) for feed in feeds]
    ready = [(at, feed.id, feed) for at, feed in waiting if at <= now]
    return tuple(feed for _, _, feed in sorted(ready, key=lambda row: row[:2]))


def _due_at(now: datetime, last: FetchRecord | None) -> datetime:
    # A record from the future means that the clock was set back: its due time cannot be trusted.
    if last is None or last.next_due_at is None or last.fetched_at > now + CLOCKS_APART:
        return datetime.min.replace(tzinfo=now.tzinfo)
    return last.next_due_at
