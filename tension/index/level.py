"""How a day's load stands in the scope's own trailing year: level in words, percentile, robust z, highest since when."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

#: A level is told from so many days before, never from days after, so that it stands still.
YEAR_DAYS = 365
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
        load: by day, reaching back a year where there is one.
        day: to be judged.
        first: first day that the store has anything of; what lies before is no history.
    """
    at = pd.Timestamp(day)
    last = float(load.loc[at])
    past = load[(load.index < at) & (load.index >= at - pd.Timedelta(days=YEAR_DAYS)) & (load.index >= pd.Timestamp(first))]
    if len(past) < ENOUGH_DAYS:
        return Level(word=TOO_LITTLE, percentile=None, robust_z=None, highest_since=None, reference=None, n_days=len(past))
    before = past.to_numpy(dtype=float)
    share = float(np.mean(before < last))
    deviation = _MAD * float(np.median(np.abs(before - np.median(before))))
    higher = np.flatnonzero(before >= last)
    mean = float(before.mean())
    return Level(
        word="low" if last < _LEAST else next(word for floor, word in _LEVELS if share >= floor),
        percentile=share,
        robust_z=(last - float(np.median(before))) / deviation if deviation > 0 else None,
        highest_since=past.index[higher[-1]].date() if len(higher) else None,
        reference=mean if mean > 0 else None,
        n_days=len(past),
    )
