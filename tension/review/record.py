"""The record of a review: who says what of a signal or of events, when and why."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tension.errors import ReviewError
from tension.model import Mode, Place, Span
from tension.taxonomy import signal_types

#: A reason that is no word is none.
_SHORTEST_REASON = 3


class Act(StrEnum):
    """What a reviewer does."""

    #: The signal (or the event) is right as it stands.
    CONFIRM = "confirm"
    #: The text reports something else: another code, or another mode.
    RETAG = "retag"
    #: It happened elsewhere, or at no place that is known.
    RELOCATE = "relocate"
    #: Two events are one.
    MERGE = "merge"
    #: Some reports of an event are of another.
    SPLIT = "split"
    #: The text reports nothing of the kind.
    RETRACT = "retract"
    #: The text reports what was not seen.
    ADD = "add"
    #: An earlier review holds no longer.
    UNDO = "undo"


#: What says of a signal whether it is one, and of which code; of each signal the latest holds.
VERDICTS = frozenset({Act.CONFIRM, Act.RETAG, Act.RETRACT, Act.ADD})
OF_EVENTS = frozenset({Act.MERGE, Act.SPLIT})
#: Rule of what a reviewer tagged; the code after it is the one that the reviews are filed under.
RULE = "review:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A signal as reviews see it."""

    #: Of the store, or empty where a reviewer added it.
    signal_id: str
    code: str
    mode: Mode
    confidence: float
    rule: str
    evidence: tuple[Span, ...]
    cue: Span | None
    place: Place | None
    day: date | None
    day_stated: str
    #: The code that its reviews are filed under: what the scorer said, whatever it is called since.
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One act of one reviewer. Nothing is overwritten: a change of mind is another record."""

    recorded_at: datetime
    #: E-mail or name of the profile.
    reviewer: str
    act: Act
    reason: str
    #: What it is of: a signal by article and code,
    article_id: str | None = None
    code: str | None = None
    #: or an event; of a merge, the one that stays.
    event_id: str | None = None
    #: The event that becomes part of the other.
    other_event: str | None = None
    #: The reports that are split off.
    articles: tuple[str, ...] = ()
    to_code: str | None = None
    to_mode: Mode | None = None
    #: Where it happened; None says that no place is known.
    place: Place | None = None
    #: The words that report what was missed.
    evidence: tuple[Span, ...] = ()
    #: Id of the review that holds no longer.
    supersedes: str | None = None
    #: The signals as they stood, noted by the store: they are kept when a later scorer finds them no more.
    facts: tuple[Fact, ...] = ()

    @property
    def id(self) -> str:
        """Return the content hash: the same review twice is one."""
        said = [
            self.recorded_at.isoformat(), self.reviewer, self.act, self.reason, self.article_id, self.code, self.event_id,
            self.other_event, sorted(self.articles), self.to_code, self.to_mode, self.place and self.place.id,
            [[s.field, s.start, s.end] for s in self.evidence], self.supersedes,
        ]  # fmt: skip
        return "v1" + hashlib.blake2b(json.dumps(said).encode(), digest_size=10).hexdigest()

    @property
    def item(self) -> tuple[str, str]:
        """Return what it is of: article and code, or event."""
        return (self.article_id, self.code or "") if self.article_id else ("event", self.event_id or "")

    @property
    def label(self) -> str:
        """Return the code that a verdict gives the text, empty for none."""
        if self.act is Act.RETRACT:
            return ""
        return self.to_code or self.code or ""


def in_order(reviews: Iterable[Review]) -> list[Review]:
    """Return reviews in the order in which they were made, whatever the order of arrival."""
    return sorted(reviews, key=lambda r: (r.recorded_at, r.id))


def standing(reviews: Iterable[Review], at: datetime | None = None) -> list[Review]:
    """Return the reviews that hold, as known at an instant: those that no later one that holds supersedes."""
    given = in_order({r.id: r for r in reviews if at is None or r.recorded_at <= at}.values())
    gone: set[str] = set()
    held: list[Review] = []
    for review in reversed(given):
        if review.id in gone:
            continue
        held.append(review)
        if review.supersedes is not None:
            gone.add(review.supersedes)
    return [r for r in reversed(held) if r.act is not Act.UNDO]


def checked(review: Review) -> Review:
    """Return a review that says all that its act needs.

    Raises:
        ReviewError: something is missing or unknown.
    """
    problem = next(_problems(review), None)
    if problem:
        raise ReviewError(f"{review.act}: {problem}")
    return review


def _problems(review: Review) -> Iterator[str]:
    if not review.reviewer.strip():
        yield "nobody is named as the reviewer"
    if len(review.reason.strip()) < _SHORTEST_REASON:
        yield "a reason is needed"
    for code in {review.code, review.to_code} - {None}:
        if code not in signal_types():
            yield f"unknown code {code!r}"
    yield from _of_act(review)


def _of_act(review: Review) -> Iterator[str]:
    signal = bool(review.article_id and review.code)
    match review.act:
        case Act.UNDO if not review.supersedes:
            yield "it does not say which review holds no longer"
        case Act.MERGE if not review.event_id or not review.other_event or review.event_id == review.other_event:
            yield "it needs two events"
        case Act.SPLIT if not review.event_id or not review.articles:
            yield "it needs an event and the reports that leave it"
        case Act.RETAG if signal and review.to_code is None and review.to_mode is None:
            yield "neither another code nor another mode is given"
        case Act.RETAG if review.to_mode not in {None, Mode.ACTUAL, Mode.ANNOUNCED, Mode.THREATENED}:
            yield "what is denied, historical or figurative is no signal: retract it"
        case Act.ADD if not review.evidence:
            yield "it needs the words that say so"
        case Act.CONFIRM if not signal and not review.event_id:
            yield "it needs a signal or an event"
        case Act.RETAG | Act.RELOCATE | Act.RETRACT | Act.ADD if not signal:
            yield "it needs an article and a code"
