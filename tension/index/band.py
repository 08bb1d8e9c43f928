"""How far a load depends on who happens to publish: a 90 % band from resampling the voices."""

from datetime import date

import numpy as np
import pandas as pd

from tension.index.method import HALF_LIFE_DAYS, HORIZON_DAYS
from tension.index.voices import DRAW_UNIT, REPLICATES, drawn

_SHARES = (0.05, 0.95)


def kernel(n_days: int) -> np.ndarray:
    """Return by day and day before (the oldest first) what is left of a weight."""
    decay = 2.0 ** (-np.arange(HORIZON_DAYS, -1, -1) / HALF_LIFE_DAYS)
    matrix = np.zeros((n_days, n_days + HORIZON_DAYS))
    for n in range(n_days):
        matrix[n, n : n + HORIZON_DAYS + 1] = decay
    return matrix


def band(sums: np.ndarray, standing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return low and high of each day.

    Args:
        sums: by day, beginning `HORIZON_DAYS` before the first day, and replicate: what is dated on it, in units.
        standing: what open situations add on each day; it is not resampled.
    """
    load = kernel(len(standing)) @ (sums / DRAW_UNIT) + standing[:, None]
    low, high = np.quantile(load, _SHARES, axis=1)
    return low, high


def daily_band(events: pd.DataFrame, standing: np.ndarray, since: date, until: date) -> pd.DataFrame:
    """Return `low` and `high` of acts and threats for each day.

    Args:
        events: of the scope, as `tension.events.table.events` returns them.
        standing: what open situations add on each day; it is not resampled.
        since: first day.
        until: last day, included.
    """
    days = pd.date_range(since, until, freq="D")
    first = days[0].toordinal() - HORIZON_DAYS
    sums = np.zeros((len(days) + HORIZON_DAYS, REPLICATES))
    counted = events[events["part"] != "stabilising"]
    for day, weight, voices in zip(counted["day"], counted["weight"], counted["origins"], strict=True):
        at = day.toordinal() - first
        if 0 <= at < len(sums):
            sums[at] += drawn(weight / (1.0 - 2.0 ** -len(voices)), voices)
    low, high = band(sums, standing)
    return pd.DataFrame({"low": low, "high": high}, index=days)
