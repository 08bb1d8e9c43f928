"""Whether a day was covered well enough to be read: silence is no calm (METHOD §8, *no reading*). Pure.

A day of a country, or of a side, has no reading where nothing was received, where most of its feeds did not answer, or
where far less came than usually does. The cause is a sentence for people.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

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


class Day(NamedTuple):
    """What was received of one country or side on one day; a year of the region is made of six thousand of them."""

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
        #: What is no less than this share of the most that ever was is above every floor, which need not be worked out.
        self._ample = {key: FLOOR_SHARE * max(of.values()) for key, of in received.items()}

    @classmethod
    def of(cls, frame: pd.DataFrame, by: str = "country") -> "Coverage":
        """Read the frame of `StoreReader.coverage`; it should begin `LOOK_BACK` before the first day in question."""
        days = pd.to_datetime(frame["day"]).to_numpy().astype("datetime64[D]").tolist()
        keys = zip(frame[by].astype(str).tolist(), days, strict=True)
        rows = zip(*(frame[name].tolist() for name in Day._fields), strict=True)
        return cls(dict(zip(keys, map(Day._make, rows), strict=True)))

    def no_reading(self, country: str, day: date) -> str | None:
        """Return why a day of a country (or side) has no reading, or None where it has one."""
        found = self._days.get((country, day), _NOTHING)
        if not found.n_articles:
            answers = {"n": found.n_feeds_answered, "all": found.n_feeds}
            return _("no article was received; {n} of {all} feeds answered", **answers)
        # Where no feed is on record as answering, the articles came from a file: answers play no part.
        if found.n_feeds_answered and found.n_feeds_answered < ANSWER_SHARE * found.n_feeds:
            return _("only {n} of {all} feeds answered", n=found.n_feeds_answered, all=found.n_feeds)
        if found.n_articles >= self._ample[country]:
            return None
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
