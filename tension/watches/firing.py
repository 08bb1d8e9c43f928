"""When a watch fires, on what evidence, and how often it would have fired. Pure: facts and days in, firings out."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tension.events.facts import Fact
from tension.text.normal import fold
from tension.tongue import _, ngettext, number
from tension.watches import names
from tension.watches.watch import Trigger, Watch

if TYPE_CHECKING:
    # It brings pandas, which a process that only keeps watches does without.
    from tension.index.series import Day

#: Days that a preview looks back over.
PREVIEW_DAYS = 90
#: An event may find its second voice, and a day its reports, so many days later.
LATE_DAYS = 7
#: Events that are shown as the evidence of a firing, and reports of each.
MOST_EVENTS, MOST_REPORTS = 5, 4
_LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One text that a firing stands on."""

    title: str
    outlet: str
    language: str
    #: Address of the text, or None where its feed gave none.
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An event as a watch tells of it."""

    event: str
    day: date
    code: str
    #: In the parties' names; empty where the reports name no place.
    where: str
    n_independent: int
    article_ids: tuple[str, ...]
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """A watch that fired. It does so once for a key, whenever and by whomever it is looked at."""

    watch_id: str
    #: `event:<id>` or `day:<YYYY-MM-DD>`.
    key: str
    day: date
    #: In one sentence.
    cause: str
    events: tuple[Seen, ...]
    #: For an event more than are listed: how many there are.
    n_events: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a watch is held against."""

    #: Events of its scope.
    facts: Sequence[Fact] = ()
    #: The index of its scope, without a gap between its days.
    days: "Sequence[Day]" = ()
    #: The texts of events' articles by article, folded; needed where the watch has a phrase.
    folded: Mapping[str, str] = field(default_factory=dict)
    #: Days without a reading.
    unread: Collection[date] = ()


def says(phrase: str, folded: str) -> bool:
    """Tell whether a folded text has the words of a phrase behind each other, each perhaps with an ending of its own.

    >>> says("Барикаде Јариње", fold("Nove barikade Jarinja")), says("rinje", fold("Jarinje"))
    (False, False)
    >>> says("barikad jarinj", fold("Nove barikade Jarinja"))
    True
    """
    words = fold(phrase).split()
    return bool(words) and re.search(r"(?:^| )" + r"\S* ".join(map(re.escape, words)), folded) is not None


def fires(watch: Watch, found: Found, since: date, until: date, fired: Collection[str] = ()) -> list[Firing]:
    """Return the firings of a watch, in order of day.

    Args:
        watch: what is looked out for.
        found: the events dated from `since` to `until`; the index from a day before `since` on.
        since: first day.
        until: last day, included.
        fired: keys that it fired on already.
    """
    if watch.trigger is not Trigger.EVENTS:
        made: Iterable[Firing] = _of_index(watch, found, since, until, frozenset(fired))
    else:
        mine = [fact for fact in _mine(watch, found) if since <= fact.day <= until]
        made = _of_days(watch, mine) if watch.threshold > 1 else [_of_event(watch, fact) for fact in mine]
    return sorted((f for f in made if f.key not in fired), key=lambda f: (f.day, f.key))


def _mine(watch: Watch, found: Found) -> list[Fact]:
    """Return the events that a watch looks at, heaviest first."""
    mine = [
        fact for fact in found.facts
        if (not watch.codes or set(watch.codes) & set(fact.codes))
        and len(fact.origins) >= watch.min_independent
        and (not watch.phrase or any(says(watch.phrase, found.folded.get(a, "")) for a in fact.article_ids))
    ]  # fmt: skip
    return sorted(mine, key=lambda fact: (-fact.weight, fact.event))


def _of_event(watch: Watch, fact: Fact) -> Firing:
    seen = _seen(fact)
    where = f", {seen.where}" if seen.where else ""
    told = ngettext("reported by {n} independent voice", "reported by {n} independent voices", seen.n_independent)
    cause = _upper(f"{names.signal(fact.code)}{where}, {names.day(fact.day)}: {told}")
    return Firing(watch_id=watch.id, key=f"event:{fact.event}", day=fact.day, cause=cause, events=(seen,))


def _of_days(watch: Watch, mine: Iterable[Fact]) -> Iterator[Firing]:
    by_day: dict[date, list[Fact]] = {}
    for fact in mine:
        by_day.setdefault(fact.day, []).append(fact)
    for day, facts in by_day.items():
        if len(facts) >= watch.threshold:
            cause = ngettext(
                "{n} event in {scope} on {day}, {asked} or more asked for",
                "{n} events in {scope} on {day}, {asked} or more asked for", len(facts),
                scope=names.scope(watch.scope), day=names.day(day), asked=round(watch.threshold),
            )  # fmt: skip
            yield _on_day(watch, day, cause, facts)


def _on_day(watch: Watch, day: date, cause: str, facts: Sequence[Fact]) -> Firing:
    events = tuple(map(_seen, facts[:MOST_EVENTS]))
    return Firing(watch_id=watch.id, key=f"day:{day}", day=day, cause=cause, events=events, n_events=len(facts))


def _of_index(watch: Watch, found: Found, since: date, until: date, fired: frozenset[str]) -> Iterator[Firing]:
    """Yield the days on which the index rose to what is asked for; while it stays there is one rise, told once."""
    for run in _runs(watch, found.days):
        first = run[0]
        if not since <= first.day <= until or any(f"day:{day.day}" in fired for day in run):
            continue
        behind = sorted(_behind(found.facts, first.day), key=lambda f: (-_left(f, first.day), f.event))
        yield _on_day(watch, first.day, _rise(watch, first), behind)


def _runs(watch: Watch, days: "Sequence[Day]") -> "list[list[Day]]":
    """Return the unbroken runs of days that are as high as asked for; a day without a reading neither ends nor begins one."""
    runs: list[list[Day]] = []
    going = False
    for day in days:
        if day.value is None:
            continue
        high = _is_high(watch, day)
        if high and going:
            runs[-1].append(day)
        elif high:
            runs.append([day])
        going = high
    return runs


def _is_high(watch: Watch, day: "Day") -> bool:
    if watch.trigger is Trigger.HIGHEST:
        level = day.level
        if level is None or level.percentile is None or level.word == _LOW or level.n_days < watch.highest_days:
            return False
        return level.highest_since is None or (day.day - level.highest_since).days > watch.highest_days
    value = day.index if watch.trigger is Trigger.INDEX else day.value
    return value is not None and value >= watch.threshold


def _rise(watch: Watch, day: "Day") -> str:
    digits, value = (0, day.index) if watch.trigger is Trigger.INDEX else (1, day.value)
    rose, asked = number(value or 0.0, digits), number(watch.threshold, digits)
    known = {"scope": names.scope(watch.scope), "day": names.day(day.day), "value": rose, "threshold": asked}
    if watch.trigger is Trigger.INDEX:
        return _upper(_("{scope} on {day}: the index rose to {value}, the threshold is {threshold}", **known))
    if watch.trigger is Trigger.LOAD:
        return _upper(_("{scope} on {day}: the load rose to {value}, the threshold is {threshold}", **known))
    since, n_days = (day.level.highest_since, day.level.n_days) if day.level else (None, 0)
    in_days = ngettext("highest in {n} day", "highest in {n} days", n_days)
    ago = _("highest since {day}", day=names.day(since)) if since else in_days
    return _upper(_("{scope} on {day}: load {value}, {ago}", ago=ago, **known))


def _behind(facts: Iterable[Fact], day: date) -> Iterator[Fact]:
    """Yield the events of the week to a day that count as acts or threats."""
    return (f for f in facts if day - timedelta(days=LATE_DAYS) < f.day <= day and f.part != "stabilising")


def _left(fact: Fact, day: date) -> float:
    return float(fact.weight * 2.0 ** (-(day - fact.day).days / LATE_DAYS))


def _seen(fact: Fact) -> Seen:
    where = ""
    if fact.precision == "country":
        where = names.country(fact.country or "")
    elif fact.place_id:
        where = names.place(fact.place_id, fact.place_name)
        where += f", {names.country(fact.country)}" if fact.country else ""
    return Seen(
        event=fact.event, day=fact.day, code=fact.code, where=where, n_independent=len(fact.origins), article_ids=fact.article_ids
    )  # fmt: skip


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How often a watch would have fired, by what is known now."""

    since: date
    until: date
    firings: tuple[Firing, ...]
    #: Days without a reading, which may hide something.
    n_unread: int

    @property
    def per_day(self) -> Mapping[date, int]:
        """Return the number of firings of each day that has one."""
        return Counter(f.day for f in self.firings)

    @property
    def sentence(self) -> str:
        """Say it."""
        n, days = len(self.firings), (self.until - self.since).days + 1
        times = ngettext("have fired {n} time", "have fired {n} times", n)
        times = {0: _("not have fired"), 1: _("have fired once")}.get(n, times)
        many = len(self.per_day)
        on = ngettext(", on {n} day", ", on {n} days", many) if n > many else ""
        gap = ngettext("; {n} of these days has no reading", "; {n} of these days have no reading", self.n_unread)
        what = f"{times}{on}{gap if self.n_unread else ''}"
        return _("In the {n} days to {day} this watch would {what}.", n=days, day=names.day(self.until), what=what)


def preview_window(until: date) -> date:
    """Return the first day of a preview."""
    return until - timedelta(days=PREVIEW_DAYS - 1)


def preview(watch: Watch, found: Found, until: date) -> Preview:
    """Return how often a watch would have fired in the 90 days to a day.

    Args:
        watch: what is looked out for; since when plays no part.
        found: of these days, and of the day before them.
        until: last day.
    """
    since = preview_window(until)
    unread = sum(since <= day <= until for day in found.unread)
    return Preview(since=since, until=until, firings=tuple(fires(watch, found, since, until)), n_unread=unread)
