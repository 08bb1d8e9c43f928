"""Reports of one incident become one event: incrementally, in order of first sight, with reasons.

A report joins the event that it is most like, or founds one; nothing is moved afterwards. An event's id is the hash of
its first report, so that a later one never changes it. Candidates come from an index by day and shared features, so
that the cost of one more report depends on how much happened on its days, not on how much is stored.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tension.events.likeness import STANDING, explain, is_vague, points_of, shared_by
from tension.events.report import Report

#: Raised by hand when the same reports would merge otherwise; what was merged before stays as it was.
MERGER_VERSION = "3"
#: A report may join an event whose first report is of a day at most so far off.
MOST_DAYS_APART = 2
#: Points that a report must reach to join.
THRESHOLD = 2.1
_DAYS_APART = {0: 0.0, 1: -1.5, 2: -3.9}
#: Further points off where what is reported stands for days: each day's report of it is an event of its own.
_STANDING_APART = -1.5
#: From so many reports of its own day on an event of what stands takes none of another day: the ninth day of a blockade is told
#: in the words of the eighth, at the same place, by the same people.
_TOLD_ENOUGH = 3
#: Points off where the event is known to be at other places.
_ELSEWHERE = -2.0
#: The more other events there were, the surer a report must be; a vague one needs less, a large event draws.
_CROWD, _VAGUE, _DRAW = 0.2, 0.57, 0.15
_LARGE = 5
#: A key that so many events of the days share tells nothing.
_COMMON = 250
#: Up to so many events that share a feature it counts in full; from so many on, not at all.
_FEW, _MANY = 8, 150
#: Candidates that are compared, and reports of each.
_CANDIDATES, MEMBERS = 12, 8
#: Fewer for reports without a signal, which are in no number.
_FEWER = 6


def event_id(article_id: str) -> str:
    """Return the id of the event that an article founds."""
    return "e1" + hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


@dataclass(slots=True)
class Event:
    """An event as the merger holds it: the first distinct reports stand for all."""

    id: str
    day: date
    members: list[Report]
    #: Headlines of the members, and whether the member has a signal.
    titles: set[tuple[str, bool]] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    signal_keys: set[str] = field(default_factory=set)

    def known_to(self, report: Report) -> list[Report]:
        """Return the members that a report is compared with: one with a signal only with its like."""
        return [m for m in self.members if m.codes] if report.codes else self.members


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """That an article is of an event, and why."""

    article_id: str
    event_id: str
    #: First day of the event; None for an article without a date, which is in no day's number.
    day: date | None
    #: {"as": "first" | "joined" | "undated", "like": article id, "points": ..., "shared": {...}}
    reasons: dict[str, Any]


def held_day(report: Report) -> tuple[date | None, bool]:
    """Return the day that a report counts on, and whether it is dated in the future and held at first sight."""
    seen = report.first_seen_at.date()
    if report.day is not None and report.day > seen + timedelta(days=1):
        return seen, True
    return report.day, False


def keys_of(report: Report) -> Iterator[str]:
    """Yield what a report may share with others of its event."""
    yield f"t:{report.title}"
    yield from (f"p:{place}" for place in report.places)
    about = (*report.codes, *(report.hints - report.codes), *report.concepts)
    for country in report.countries:
        yield f"c:{country}"
        yield from (f"c:{country}:{what}" for what in about)
    yield from (f"k:{what}" for what in about)
    yield from (f"w:{stem}" for stem in report.stems)


def order(reports: Iterable[Report]) -> list[Report]:
    """Return reports in the order in which they are merged: first sight, day, what says most, id."""

    def rank(r: Report) -> tuple[Any, ...]:
        said = 2 * len(r.codes) + len(r.places) + len(r.countries) + len(r.concepts)
        return (r.first_seen_at, r.day or date.min, -said, r.article_id)

    return sorted(reports, key=rank)


class Book:
    """The events of some days, by what their reports share."""

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}
        #: By day and key: the events of reports with a signal; and all events, which only reports without one look at.
        self._signals: dict[date, defaultdict[str, list[str]]] = {}
        self._index: dict[date, defaultdict[str, list[str]]] = {}

    def __len__(self) -> int:
        return len(self.events)

    def days(self) -> frozenset[date]:
        """Return the days that were made known, also those without an event."""
        return frozenset(self._index)

    def open_day(self, day: date) -> None:
        """Make known that all events of a day are here."""
        self._index.setdefault(day, defaultdict(list))
        self._signals.setdefault(day, defaultdict(list))

    def forget_before(self, day: date) -> None:
        """Let go of what lies before a day."""
        for old in [d for d in self._index if d < day]:
            del self._index[old]
            del self._signals[old]
        self.events = {i: e for i, e in self.events.items() if e.day >= day}

    def put(self, report: Report, event: str, day: date) -> None:
        """Make a report known as a member of an event."""
        found = self.events.get(event)
        if found is None:
            found = self.events[event] = Event(event, day, [])
        title = (report.title, bool(report.codes))
        if title in found.titles or sum(has == title[1] for _, has in found.titles) >= MEMBERS:
            # A copy adds nothing by which others could be recognised; neither does the ninth voice.
            return
        found.members.append(report)
        found.titles.add(title)
        self.open_day(found.day)
        for index in (self._index, self._signals) if report.codes else (self._index,):
            known = found.keys if index is self._index else found.signal_keys
            for key in keys_of(report):
                if key not in known:
                    known.add(key)
                    index[found.day][key].append(found.id)

    def _candidates(self, report: Report, day: date) -> tuple[list[Event], dict[str, float]]:
        """Return the events that share most with a report, and what each of its features is worth in these days."""
        shared: Counter[str] = Counter()
        worth: dict[str, float] = {}
        indexes = self._signals if report.codes else self._index
        days = [indexes[d] for d in _around(day) if d in indexes]
        for key in keys_of(report):
            lists = [index[key] for index in days if key in index]
            n = sum(map(len, lists))
            worth[key] = _worth(n)
            if n <= _COMMON or key.startswith("t:"):
                for ids in lists:
                    shared.update(ids)
        worth["crowd"] = float(len(shared))
        most = _CANDIDATES if report.codes else _FEWER
        return [self.events[i] for i in _first(shared, most)], worth

    def assign(self, report: Report) -> Membership:
        """Put a report where it belongs, and say why."""
        day, future = held_day(report)
        if day is None:
            return Membership(article_id=report.article_id, event_id=event_id(report.article_id), day=None,
                              reasons={"as": "undated"})  # fmt: skip
        candidates, worth = self._candidates(report, day)
        crowd = worth.pop("crowd")
        needed = THRESHOLD - _VAGUE * is_vague(report) * _worth(int(crowd)) + _CROWD * math.log1p(crowd)
        farthest = _farthest(report)
        near = (e for e in candidates if abs((day - e.day).days) <= farthest and not _is_complete(e, report, day))
        best = max((_judge(report, day, e, worth) for e in near), key=lambda j: (j.points, j.event.id), default=None)
        if best is not None and best.points >= needed:
            found, why = best.event, _joined(best, needed)
        else:
            found, why = Event(event_id(report.article_id), day, []), {"as": "first"}
        if future:
            why["dated in the future"] = str(report.day)
        self.put(replace(report, day=day), found.id, found.day)
        return Membership(article_id=report.article_id, event_id=found.id, day=found.day, reasons=why)


def _first(shared: Mapping[str, int], most: int) -> list[str]:
    """Return the events that share most, the most first, then by id; of hundreds only what comes into question is sorted."""
    if len(shared) > most:
        least = sorted(shared.values(), reverse=True)[most - 1]
        shared = {i: n for i, n in shared.items() if n >= least}
    return sorted(shared, key=lambda i: (-shared[i], i))[:most]


@dataclass(frozen=True, slots=True)
class _Judgement:
    event: Event
    points: float
    like: Report
    found: dict[str, float]
    apart: int


def _is_elsewhere(report: Report, members: Iterable[Report], found: Mapping[str, float]) -> bool:
    """Tell whether an event has places, and none of them is the report's: a member without a place is no bridge."""
    if not report.places or "other place" in found:
        return False
    places = frozenset[str]().union(*(m.places for m in members))
    return bool(places) and places.isdisjoint(report.places)


def _stands(report: Report) -> bool:
    return not STANDING.isdisjoint(report.codes | report.hints)


def _farthest(report: Report) -> int:
    """Return how many days off an event may be: of what stands, the second day after is surely another report."""
    return 1 if _stands(report) else MOST_DAYS_APART


def _is_complete(event: Event, report: Report, day: date) -> bool:
    """Tell whether enough told of what stands on the event's own day for a report of another day to be of that other day."""
    if day == event.day or not _stands(report):
        return False
    return sum(member.day == event.day for member in event.known_to(report)) >= _TOLD_ENOUGH


_Compared = tuple[float, str, Report, dict[str, float]]


def _against(report: Report, members: Iterable[Report], worth: Mapping[str, float]) -> Iterator[_Compared]:
    for member in members:
        found = shared_by(report, member, worth)
        yield points_of(found), member.article_id, member, found


def _by_points(compared: _Compared) -> tuple[float, str]:
    return compared[:2]


def _around(day: date) -> list[date]:
    return [day + timedelta(days=n) for n in range(-MOST_DAYS_APART, MOST_DAYS_APART + 1)]


def _worth(n_events: int) -> float:
    """Return what a feature says that so many events share: 1 where it is rare, 0 where it is everywhere."""
    if n_events <= _FEW:
        return 1.0
    return max(0.0, 1.0 - math.log(n_events / _FEW) / math.log(_MANY / _FEW))


def _judge(report: Report, day: date, event: Event, worth: Mapping[str, float]) -> _Judgement:
    """Compare a report with an event's reports; the likest decides."""
    members = event.known_to(report)
    points, _, like, found = max(_against(report, members, worth), key=_by_points)
    apart = abs((day - event.day).days)
    points += _DAYS_APART[apart] + _DRAW * math.log(min(len(members), _LARGE))
    if _is_elsewhere(report, members, found):
        points += _ELSEWHERE
    if apart:
        # What says little of its own is told by its company of the same day; of another day it must say as much as any.
        points -= _VAGUE * is_vague(report)
        if _stands(report) or _stands(like):
            points += _STANDING_APART
    return _Judgement(event, points, like, found, apart)


def _joined(found: _Judgement, needed: float) -> dict[str, Any]:
    return {
        "as": "joined",
        "like": found.like.article_id,
        "points": round(found.points, 2),
        "needed": round(needed, 2),
        "shared": dict(explain(found.found).reasons),
        "days_apart": found.apart,
    }


def merge(reports: Iterable[Report], book: Book | None = None) -> list[Membership]:
    """Assign reports to events, in their own order; the order in which they are given plays no part."""
    book = Book() if book is None else book
    return [book.assign(report) for report in order(reports)]
