"""How a day's load stands in the scope's own trailing year: level in words, percentile, robust z, highest since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

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
    return levels_at(load.to_numpy(dtype=float), [(day - begins).days], begins, first)[0]


def levels_at(load: np.ndarray, days: Sequence[int], begins: date, first: date) -> list[Level]:
    """Return the level of each of some days among the days before it.

    Args:
        load: by day without a gap.
        days: the days to be judged, counted from the first day of `load`.
        begins: first day of `load`.
        first: first day that the store has anything of.
    """
    oldest = max(0, (first - begins).days)
    # Nearly all days of a year look back on as many days as each other: those are judged in one go.
    alike: dict[int, list[int]] = {}
    for at in days:
        alike.setdefault(at - max(oldest, at - YEAR_DAYS), []).append(at)
    found: dict[int, Level] = {}
    for n, some in alike.items():
        judged = _among(load, some, n, begins) if n >= ENOUGH_DAYS else [_unknown(max(0, n))] * len(some)
        found |= zip(some, judged, strict=True)
    return [found[at] for at in days]


def _unknown(n_days: int) -> Level:
    return Level(word=TOO_LITTLE, percentile=None, robust_z=None, highest_since=None, reference=None, n_days=n_days)


def _among(load: np.ndarray, days: Sequence[int], n: int, begins: date) -> list[Level]:
    """Return the level of each of some days among the `n` days before it."""
    at = np.asarray(days)
    before, last = sliding_window_view(load, n)[at - n], load[at]
    share = np.mean(before < last[:, None], axis=1)
    middle = _median(before)
    deviation = _MAD * _median(np.abs(before - middle[:, None]))
    higher = before >= last[:, None]
    newest = np.where(higher.any(axis=1), at - 1 - np.argmax(higher[:, ::-1], axis=1), -1)
    columns = (share, middle, deviation, before.mean(axis=1), newest)
    figures = zip(last.tolist(), *(column.tolist() for column in columns), strict=True)
    return [
        Level(
            word="low" if load_of < _LEAST else next(word for floor, word in _LEVELS if below >= floor), percentile=below,
            robust_z=(load_of - usual) / spread if spread > 0 else None,
            highest_since=None if higher < 0 else begins + timedelta(days=higher), reference=mean if mean > 0 else None, n_days=n,
        )
        for load_of, below, usual, spread, mean, higher in figures
    ]  # fmt: skip


def _median(values: np.ndarray) -> np.ndarray:
    """Return the middle value of each row; `np.median` prepares for what does not occur."""
    n = values.shape[1]
    middle = sorted({(n - 1) // 2, n // 2})
    ordered = np.partition(values, middle, axis=1)[:, middle]
    result: np.ndarray = ordered.sum(axis=1) / len(middle)
    return result
