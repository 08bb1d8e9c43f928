"""Whether a day was covered well enough to be read: silence is no calm (METHOD §8, *no reading*). Pure.

A day of a country, or of a side, has no reading where nothing was received, where most of its feeds did not answer, or
where far less came than usually does. The cause is a sentence for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import pandas as pd

from tension.tongue import _

#: How far back the usual number of articles is looked for.
LOOK_BACK = timedelta(days=56)
#: A day below this share of what is usual has no reading.
FLOOR_SHARE = 0.25
#: Nor one on which fewer of the feeds answered than this share.
ANSWER_SHARE = 0.5
#: Fewer covered days before do not show what is usual.
ENOUGH_DAYS = 7
#: From so many days of one weekday on the usual is that weekday's.
_ENOUGH_WEEKDAYS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was received of one country or side on one day."""

    n_articles: int = 0
    n_feeds_answered: int = 0
    n_feeds: int = 0


#: Of a day that is not on record.
_NOTHING = Day()
_WEEK = 7


class Coverage:
    """Coverage of countries (or sides) by day of first sight."""

    def __init__(self, days: Mapping[tuple[str, date], Day]) -> None:
        self._days = days
        received: dict[str, dict[int, int]] = {}
        for (key, day), found in days.items():
            received.setdefault(key, {})[day.toordinal()] = found.n_articles
        #: By country the first day, and what was received on each from then on: the region asks a quarter of a million of them.
        self._numbers = {
            key: (min(of), [of.get(day, 0) for day in range(min(of), max(of) + 1)]) for key, of in received.items()
        }  # fmt: skip

    @classmethod
    def of(cls, frame: pd.DataFrame, by: str = "country") -> "Coverage":
        """Read the frame of `StoreReader.coverage`; it should begin `LOOK_BACK` before the first day in question."""
        rows = zip(
            frame[by].astype(str).tolist(), pd.to_datetime(frame["day"]).dt.date.tolist(),
            *(frame[name].tolist() for name in ("n_articles", "n_feeds_answered", "n_feeds")), strict=True,
        )  # fmt: skip
        return cls(
            {
                (key, day): Day(n_articles=int(n), n_feeds_answered=int(answered), n_feeds=int(feeds))
                for key, day, n, answered, feeds in rows
            }
        )

    def no_reading(self, country: str, day: date) -> str | None:
        """Return why a day of a country (or side) has no reading, or None where it has one."""
        found = self._days.get((country, day), _NOTHING)
        if not found.n_articles:
            answers = {"n": found.n_feeds_answered, "all": found.n_feeds}
            return _("no article was received; {n} of {all} feeds answered", **answers)
        # Where no feed is on record as answering, the articles came from a file: answers play no part.
        if found.n_feeds_answered and found.n_feeds_answered < ANSWER_SHARE * found.n_feeds:
            return _("only {n} of {all} feeds answered", n=found.n_feeds_answered, all=found.n_feeds)
        floor = self.floor(country, day)
        if floor is not None and found.n_articles < floor:
            expected = {"n": found.n_articles, "floor": round(floor)}
            return _("only {n} articles were received where at least {floor} were to be expected", **expected)
        return None

    def floor(self, country: str, day: date) -> float | None:
        """Return how many articles a day needs at least, from the covered days before it; None where they are too few."""
        before = self._before(country, day)
        if LOOK_BACK.days - before.count(0) < ENOUGH_DAYS:
            return None
        alike = [n for n in before[-_WEEK::-_WEEK] if n]
        return FLOOR_SHARE * float(median(alike if len(alike) >= _ENOUGH_WEEKDAYS else [n for n in before if n]))

    def _before(self, country: str, day: date) -> list[int]:
        """Return what was received on each day that is looked back to, the oldest first."""
        first, numbers = self._numbers.get(country, (day.toordinal(), []))
        end = day.toordinal() - first
        known = numbers[max(0, end - LOOK_BACK.days) : max(0, end)]
        known += [0] * min(LOOK_BACK.days, max(0, end - len(numbers)))
        return [0] * (LOOK_BACK.days - len(known)) + known
