"""How a day's load stands in the scope's own trailing year: level in words, percentile, robust z, highest since when."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from tension.index.method import YEAR_DAYS

#: With less history there is a load, and no level.
ENOUGH_DAYS = 60
_LEVELS = ((0.98, "very high"), (0.90, "high"), (0.75, "elevated"), (0.25, "usual"), (0.0, "low"))
#: Turns a median absolute deviation into what a standard deviation would be.
_MAD = 1.4826
TOO_LITTLE = "too little history"
#: A load below this is what is left of old events.
_LEAST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How a day stands among the days before it."""

    word: str
    #: Share of days below, 0..1, or None with too little history.
    percentile: float | None
    #: Distance from the median in robust standard deviations, or None where the year was flat.
    robust_z: float | None
    #: The last day as high or higher; None: none in the year.
    highest_since: date | None
    #: Mean load of the reference period, or None; the index is 100 at this load.
    reference: float | None
    n_days: int


def level(load: "pd.Series[float]", day: date, first: date) -> Level:
    """Return the level of a day.

    Args:
        load: by day without a gap, reaching back a year where there is one.
        day: to be judged.
        first: first day that the store has anything of; what lies before is no history.
    """
    begins = load.index[0].date()
    return level_at(load.to_numpy(dtype=float), (day - begins).days, begins, first)


def level_at(load: np.ndarray, at: int, begins: date, first: date) -> Level:
    """Return the level of a day among the days before it.

    Args:
        load: by day without a gap.
        at: the day to be judged, counted from the first day of `load`.
        begins: first day of `load`.
        first: first day that the store has anything of.
    """
    since = max(0, at - YEAR_DAYS, (first - begins).days)
    before, last = load[since:at], float(load[at])
    if len(before) < ENOUGH_DAYS:
        return Level(word=TOO_LITTLE, percentile=None, robust_z=None, highest_since=None, reference=None, n_days=len(before))
    share = float(np.mean(before < last))
    middle = _median(before)
    deviation = _MAD * _median(np.abs(before - middle))
    higher = np.flatnonzero(before >= last)
    mean = float(before.mean())
    return Level(
        word="low" if last < _LEAST else next(word for floor, word in _LEVELS if share >= floor),
        percentile=share,
        robust_z=(last - middle) / deviation if deviation > 0 else None,
        highest_since=begins + timedelta(days=since + int(higher[-1])) if len(higher) else None,
        reference=mean if mean > 0 else None,
        n_days=len(before),
    )


def _median(values: np.ndarray) -> float:
    """Return the middle value; a year of days asks for it twice a day, and `np.median` prepares for what does not occur."""
    n = len(values)
    ordered = np.partition(values, (n - 1) // 2) if n % 2 else np.partition(values, (n // 2 - 1, n // 2))
    return float(ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2.0)
