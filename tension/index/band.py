"""How far a load depends on who happens to publish: a 90 % band from resampling the voices.

Every voice (publisher family or agency) is drawn a number of times that a hash of its name decides, once a replicate
(the Poisson bootstrap): no voice's draw depends on which others are looked at, so that a past band stands still.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from tension.index.load import HALF_LIFE_DAYS, HORIZON_DAYS

REPLICATES = 200
_SHARES = (0.05, 0.95)
_SEED = b"karaula-band-1"


@lru_cache(maxsize=20_000)
def _draws(voice: str) -> np.ndarray:
    """Return how often a voice is drawn in each replicate."""
    digest = hashlib.blake2b(voice.encode("utf-8", "surrogatepass"), digest_size=8, key=_SEED).digest()
    return np.random.default_rng(int.from_bytes(digest, "big")).poisson(1.0, REPLICATES).astype(float)


def _weights(base: float, voices: Sequence[str]) -> np.ndarray:
    total = np.sum([_draws(voice) for voice in voices], axis=0)
    result: np.ndarray = base * (1.0 - 2.0**-total)
    return result


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
            sums[at] += _weights(weight / (1.0 - 2.0 ** -len(voices)), voices)
    decay = 2.0 ** (-np.arange(HORIZON_DAYS + 1) / HALF_LIFE_DAYS)
    load = np.stack([decay[::-1] @ sums[n : n + HORIZON_DAYS + 1] for n in range(len(days))]) + standing[:, None]
    low, high = np.quantile(load, _SHARES, axis=1)
    return pd.DataFrame({"low": low, "high": high}, index=days)
