"""What one attempt at one feed can come to, as values: in a round, a dead feed is a result and no accident."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from tension.errors import RetrieveError
from tension.model import CachingInfo, RetrievedFeed


class Grade(StrEnum):
    """How bad a failure is, which decides when to ask again."""

    #: Time-outs, resets, 429, 5xx: mends itself, ask again soon.
    TEMPORARY = "temporary"
    #: Refused, unknown name, bad certificate, unusable body: may mend itself, ask less often.
    SOFT = "soft"
    #: Not found, address forbidden, redirects without end: the catalogue is wrong, ask once a day.
    HARD = "hard"
    #: 410: the publisher says that it is over.
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """One feed to ask, with what its server gave us to send back."""

    feed_id: str
    url: str
    caching: CachingInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server says that nothing changed since the validators we sent."""

    feed_id: str
    url: str
    #: What to send next time: the old validators where the answer named no newer ones.
    caching: CachingInfo
    retrieved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """No usable answer. The error names the feed and says why in words."""

    error: RetrieveError
    grade: Grade
    #: HTTP status, or None where none was received.
    status: int | None = None
    #: Nothing answered at all: the name is unknown or no connection came about.
    unreachable: bool = False
    #: An immediate second try may help.
    again: bool = False

    @property
    def reason(self) -> str:
        """Return the cause in words, without the feed's id."""
        return self.error.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """One finished request: what came of it, how long it took, and what the server wishes."""

    request: FeedRequest
    result: RetrievedFeed | NotModified | Failure
    #: From the first byte sent to the last received, without waiting for a turn.
    seconds: float = 0.0
    #: `Cache-Control: max-age`.
    max_age_s: int | None = None
    #: `Retry-After`, as a distance from now.
    retry_after_s: int | None = None
    #: Where permanent redirects alone led, to be told to the operator.
    moved_to: str | None = None


def grade_of_status(status: int) -> Grade:
    """Return how bad an HTTP error status is."""
    match status:
        case 410:
            return Grade.GONE
        case 404 | 405 | 414:
            return Grade.HARD
        case 408 | 421 | 425 | 429:
            return Grade.TEMPORARY
        case _ if status >= 500:  # noqa: PLR2004 - RFC 9110: server errors
            return Grade.TEMPORARY
        case _:
            return Grade.SOFT


def max_age_of(headers: Mapping[str, str], now: datetime) -> int | None:
    """Return for how many seconds a response is fresh (RFC 9111, 4.2): by `max-age` less `Age`, else by `Expires`; or None."""
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and _is_number(value.strip('"')):
            age = headers.get("age", "").strip()
            return max(int(value.strip('"')[:10]) - (int(age[:10]) if _is_number(age) else 0), 0)
    expires = _instant(headers.get("expires", ""))
    if expires is None:
        return None
    return max(round((expires - (_instant(headers.get("date", "")) or now)).total_seconds()), 0)


def retry_after_of(headers: Mapping[str, str], now: datetime) -> int | None:
    """Return the `Retry-After` of a response in seconds from now, or None."""
    text = headers.get("retry-after", "").strip()
    if _is_number(text):
        return int(text[:10])
    at = _instant(text)
    return None if at is None else max(0, round((at - now).total_seconds()))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _instant(text: str) -> datetime | None:
    """Return the instant that a header states, or None."""
    try:
        at = parsedate_to_datetime(text.strip())
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def caching_of(headers: Mapping[str, str], before: CachingInfo | None = None) -> CachingInfo:
    """Return the validators of a response; those it leaves out stay as they were (`before`, after a 304)."""
    old = before or CachingInfo()
    return CachingInfo(
        etag=headers.get("etag") or old.etag,
        last_modified=headers.get("last-modified") or old.last_modified,
    )
