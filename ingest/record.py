"""What is written down of an attempt at a feed, and when it is asked again. Pure."""

from dataclasses import dataclass
from datetime import datetime

from ingest.outcomes import Failure, Retrieval
from ingest.schedule import Attempt, next_fetch_at
from tension.model import CachingInfo, Feed
from tension.store import FetchRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of an attempt."""

    #: ok | not_modified | failed
    outcome: str
    status: int | None
    #: In words, and its grade; empty unless failed.
    reason: str = ""
    grade: str = ""
    n_entries: int = 0
    n_new: int = 0
    #: What to send the server next time; None where it said nothing new about it.
    caching: CachingInfo | None = None
    #: What the document calls itself.
    format: str | None = None
    remarks: tuple[str, ...] = ()


def record_of(feed: Feed, retrieval: Retrieval, came: Came, now: datetime, last: FetchRecord | None) -> FetchRecord:
    """Return the record of an attempt.

    Args:
        feed: its row in the catalogue.
        retrieval: how the server answered.
        came: what became of the answer.
        now: the moment of the round.
        last: the attempt before this one, or None.
    """
    result = retrieval.result
    attempt = Attempt(
        outcome=came.outcome,
        grade=result.grade if isinstance(result, Failure) else None,
        n_new=came.n_new,
        n_entries=came.n_entries,
        max_age_s=retrieval.max_age_s,
        retry_after_s=retrieval.retry_after_s,
    )
    return FetchRecord(
        feed_id=feed.id,
        fetched_at=now,
        outcome=came.outcome,
        status=came.status,
        reason=came.reason,
        grade=came.grade,
        n_entries=came.n_entries,
        n_new=came.n_new,
        seconds=retrieval.seconds,
        caching=came.caching or (last.caching if last else CachingInfo()),
        next_due_at=next_fetch_at(now, feed, attempt, last),
        moved_to=retrieval.moved_to,
        format=came.format,
        remarks=came.remarks,
    )
