"""What one round came to, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

#: Stages of a round, in their order.
STAGES = ("retrieve", "parse", "score", "store")
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedFeed:
    """A feed that gave nothing in this round, and why."""

    feed: str
    reason: str
    #: temporary | soft | hard | gone
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedIssue:
    """Something about a feed that did not stop it, in words."""

    feed: str
    issue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """One round over feeds."""

    started_at: datetime
    feeds_tried: int = 0
    not_modified: int = 0
    failed: Sequence[FailedFeed] = ()
    entries_seen: int = 0
    articles_new: int = 0
    #: Entries that were stored articles already, or came twice.
    sightings: int = 0
    signals: int = 0
    issues: Sequence[FeedIssue] = ()
    #: Seconds by stage; retrieval runs beside the others, so they do not add up to `total`.
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def feeds_answered(self) -> int:
        """Return how many feeds gave a usable answer."""
        return self.feeds_tried - len(self.failed)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, ready for JSON."""
        return {
            "started_at": self.started_at.isoformat(),
            "feeds_tried": self.feeds_tried,
            "feeds_answered": self.feeds_answered,
            "not_modified": self.not_modified,
            "failed": [asdict(f) for f in self.failed],
            "entries_seen": self.entries_seen,
            "articles_new": self.articles_new,
            "sightings": self.sightings,
            "signals": self.signals,
            "issues": [asdict(i) for i in self.issues],
            "seconds": {stage: round(s, 3) for stage, s in self.seconds.items()},
        }

    def as_text(self) -> str:
        """Return the report in words, a line each."""
        lines = [
            f"{self.feeds_answered} of {self.feeds_tried} feeds answered, {self.not_modified} of them unchanged.",
            f"{self.entries_seen} entries seen: {self.articles_new} new articles with {self.signals} signals.",
            f"{self.sightings} entries were known before.",
        ]
        if self.seconds:
            lines.append("Seconds: " + ", ".join(f"{stage} {s:.1f}" for stage, s in self.seconds.items()) + ".")
        if self.failed:
            lines.append(f"Failed feeds ({len(self.failed)}):")
            lines += _some([f"  {f.feed}: {f.reason} ({f.grade})" for f in self.failed])
        if self.issues:
            lines.append(f"Remarks ({len(self.issues)}):")
            lines += _some([f"  {i.feed}: {i.issue}" for i in self.issues])
        return "\n".join(lines)


def _some(lines: Sequence[str]) -> list[str]:
    left = len(lines) - _MOST_SHOWN
    return [*lines[:_MOST_SHOWN], *([f"  ... and {left} more"] if left > 0 else [])]
