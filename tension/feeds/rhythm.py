"""What a feed usually yields by weekday and hour, learnt from its attempts; a holiday or a flood moves it little. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from tension.store import FetchRecord

#: How far back a rhythm is learnt.
LEARNT_FROM = timedelta(days=28)
#: Fewer days do not show a rhythm.
_ENOUGH_DAYS = 5
_HOURS = 24
#: So many entries an hour are added to each hour, so that a few days' chance leaves no hour empty.
_SMOOTHING = 0.5
#: A day with so many times the usual says nothing of the hours.
_FLOOD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How many new entries a feed brings: by weekday (Monday first), and how they spread over the hours (UTC)."""

    per_day: tuple[float, ...]
    share_of_hour: tuple[float, ...]

    def expected(self, since: datetime, until: datetime) -> float:
        """Return how many new entries are to be expected in a time."""
        total, at = 0.0, since.astimezone(UTC)
        while at < until:
            next_hour = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            part = (min(next_hour, until) - at) / timedelta(hours=1)
            total += part * self.per_day[at.weekday()] * self.share_of_hour[at.hour]
            at = next_hour
        return total


def rhythm_of(fetches: Sequence[FetchRecord], now: datetime) -> Rhythm | None:
    """Learn the rhythm of a feed from the whole days before today; None where there are too few of them.

    Args:
        fetches: its attempts, oldest first. The very first one is left out, for it brings what had gathered.
        now: the present moment.
    """
    first_day = max((now - LEARNT_FROM).date(), fetches[0].fetched_at.date() + timedelta(days=1)) if fetches else now.date()
    by_day: defaultdict[date, list[int]] = defaultdict(lambda: [0] * _HOURS)
    for fetch in fetches:
        at = fetch.fetched_at.astimezone(UTC)
        if first_day <= at.date() < now.date() and fetch.outcome != "failed":
            by_day[at.date()][at.hour] += fetch.n_new
    if len(by_day) < _ENOUGH_DAYS:
        return None
    days = {day: sum(hours) for day, hours in by_day.items()}
    most = _FLOOD * max(median(days.values()), 1)
    hours = [sum(column) for column in zip(*(by_day[day] for day, n in days.items() if n <= most), strict=True)]
    total = sum(hours)
    shares = tuple((h + _SMOOTHING) / (total + _SMOOTHING * _HOURS) for h in hours)
    return Rhythm(per_day=_per_weekday(days), share_of_hour=shares)


def _per_weekday(days: dict[date, int]) -> tuple[float, ...]:
    """Return the median of each weekday; where there are fewer than two of it, the median of all days."""
    by_weekday: defaultdict[int, list[int]] = defaultdict(list)
    for day, n in days.items():
        by_weekday[day.weekday()].append(n)
    usual = float(median(days.values()))
    return tuple(float(median(by_weekday[w])) if len(by_weekday[w]) > 1 else usual for w in range(7))
