"""What somebody looks out for, and what may be asked."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tension.errors import SettingsError
from tension.index.method import REGION_SCOPE, YEAR_DAYS
from tension.model import REGION
from tension.taxonomy import signal_types
from tension.text.normal import fold

#: Longest name and phrase.
LONGEST = 200
#: Most messages a day, and most places a watch delivers to.
MOST_A_DAY, MOST_TARGETS = 100, 10
_PARTIES = 2
_PLACED = ("place:", "municipality:")
_WEEK = 7


class Trigger(StrEnum):
    """What makes a watch fire."""

    #: Events of its scope, signals and phrase.
    EVENTS = "events"
    #: The load of its scope rises to a threshold.
    LOAD = "load"
    #: The index of its scope (100 at the mean of its year) rises to a threshold.
    INDEX = "index"
    #: The load of its scope is higher than on any of so many days before.
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours in which nothing is sent, by the clock of the watch's zone; they may go over midnight."""

    begins: time
    ends: time

    def holds(self, local: time) -> bool:
        """Tell whether a time of day is quiet; the hour it ends at is not."""
        if self.begins < self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What somebody looks out for, and how it is told."""

    id: str
    name: str
    #: region, a country, two of them (`RS-XK`), `place:ID` (crossings are places), `municipality:ID`.
    scope: str = REGION_SCOPE
    trigger: Trigger = Trigger.EVENTS
    #: Only events of one of these codes; empty is all of them.
    codes: tuple[str, ...] = ()
    #: Only events of which a report says this, in any script; each word also finds what begins with it.
    phrase: str = ""
    #: Only events that so many independent voices report.
    min_independent: int = 1
    #: Events of one day (EVENTS; above 1 it fires once a day), or the value to rise to (LOAD, INDEX).
    threshold: float = 1.0
    #: Days among which there is none as high (HIGHEST).
    highest_days: int = 30
    #: IANA name of the zone that quiet hours, digest and days of the budget are told in.
    zone: str = "UTC"
    quiet: Quiet | None = None
    #: Messages a day; what is more waits, and comes in one message.
    budget: int = 20
    #: Time of day at which all is sent in one message, or None: at once.
    digest: time | None = None
    paused: bool = False
    #: First day that it looks at.
    since: date
    made_at: datetime
    #: Apprise addresses: secrets, see `tension.watches.targets`.
    targets: tuple[str, ...] = ()
    #: What its private feed is found under; nobody can guess it.
    token: str

    @property
    def counts_events(self) -> bool:
        """Tell whether it looks at events rather than at the index."""
        return self.trigger is Trigger.EVENTS


def is_scope(scope: str) -> bool:
    """Tell whether a scope has the form of one."""
    if scope == REGION_SCOPE:
        return True
    if scope.startswith(_PLACED):
        return bool(re.fullmatch(r"[a-z]+:[\w.-]{1,80}", scope))
    parties = scope.split("-")
    return REGION.issuperset(parties) and len(set(parties)) == len(parties) <= _PARTIES and parties == sorted(parties)


def checked(watch: Watch) -> Watch:
    """Return a watch that makes sense.

    Raises:
        SettingsError: something in it cannot be watched; the sentence says what.
    """
    for wrong, said in _objections(watch):
        if wrong:
            raise SettingsError(f"watch {watch.name!r}: {said}")
    return watch


def _objections(watch: Watch) -> tuple[tuple[bool, str], ...]:
    unknown = sorted(set(watch.codes) - set(signal_types()))
    narrowed = bool(watch.codes or watch.phrase or watch.min_independent > 1)
    return (
        (not watch.name.strip() or len(watch.name) > LONGEST, f"needs a name of up to {LONGEST} letters"),
        (not is_scope(watch.scope), f"{watch.scope!r} is no scope: region, RS, RS-XK, place:ID or municipality:ID"),
        (bool(unknown), f"unknown signals {', '.join(unknown)}"),
        (len(watch.phrase) > LONGEST, f"the phrase is longer than {LONGEST} letters"),
        (bool(watch.phrase.strip()) and not fold(watch.phrase), "the phrase has no word"),
        (not watch.counts_events and narrowed,
         "signals, phrase and voices choose events; the index of a scope is one number for all who look"),
        (watch.min_independent < 1, "at least one voice reports an event"),
        (not 0 < watch.threshold < float("inf"), "the threshold is above 0"),
        (watch.counts_events and watch.threshold % 1 != 0, "a number of events is a whole number"),
        (not _WEEK <= watch.highest_days <= YEAR_DAYS, f"“highest since” looks back {_WEEK} to {YEAR_DAYS} days"),
        (not 1 <= watch.budget <= MOST_A_DAY, f"the budget is 1 to {MOST_A_DAY} messages a day"),
        (watch.quiet is not None and watch.quiet.begins == watch.quiet.ends,
         "quiet hours begin and end at the same time; pause the watch instead"),
        (not _is_zone(watch.zone), f"{watch.zone!r} is no time zone, e.g. Europe/Belgrade"),
        (len(watch.targets) > MOST_TARGETS, f"more than {MOST_TARGETS} places to deliver to"),
    )  # fmt: skip


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
