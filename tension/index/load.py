"""Load of a scope on a day: decayed weights of its events, and the list that sums to it (METHOD §8).

    load(s, d) = sum over events e in s dated <= d of  w(e) * 2^(-(d - date(e)) / half-life)

Standing situations are not part of this version's load. A past day's value depends only on events dated up to it,
never on the window that is looked at.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from tension.index.method import HALF_LIFE_DAYS, HORIZON_DAYS, PARTS, REGION_SCOPE
from tension.places.municipalities import municipality_of

__all__ = [
    "HALF_LIFE_DAYS", "HORIZON_DAYS", "PARTS", "REGION_SCOPE", "contributions", "daily_load", "first_day_needed", "in_scope",
]  # fmt: skip


def in_scope(events: pd.DataFrame, scope: str) -> pd.DataFrame:
    """Return the dated events of a scope.

    A country code; two of them (`RS-XK`): what reports tell of both; `place:<id>`; `municipality:<id>`; or `region` (all,
    unplaced ones too).
    """
    dated = events[events["day"].notna()]
    if scope == REGION_SCOPE:
        return dated
    if scope.startswith("place:"):
        return dated[dated["place_id"].astype(object) == scope.removeprefix("place:")]
    if scope.startswith("municipality:"):
        within = [municipality_of().get(place) for place in dated["place_id"].astype(object)]
        return dated[np.array([found == scope.removeprefix("municipality:") for found in within], dtype=bool)]
    if "-" in scope:
        both = frozenset(scope.split("-"))
        return dated[np.array([both.issubset(named) for named in dated["countries"]], dtype=bool)]
    return dated[dated["country"].astype(object) == scope]


def _decay(ages: np.ndarray) -> np.ndarray:
    return np.where((ages >= 0) & (ages <= HORIZON_DAYS), 2.0 ** (-ages / HALF_LIFE_DAYS), 0.0)


def daily_load(events: pd.DataFrame, scope: str, since: date, until: date) -> pd.DataFrame:
    """Return acts, threats and stabilising load of each day, and `value` (acts + threats).

    Args:
        events: as `tension.events.table.events` returns them, reaching back `HORIZON_DAYS` before `since`.
        scope: see `in_scope`.
        since: first day.
        until: last day, included.
    """
    days = pd.date_range(since, until, freq="D")
    chosen = in_scope(events, scope)
    when = pd.to_datetime(chosen["day"]).to_numpy(dtype="datetime64[D]").astype("int64")
    weight = chosen["weight"].to_numpy(dtype=float)
    at = days.to_numpy(dtype="datetime64[D]").astype("int64")
    result = pd.DataFrame(index=days)
    for part in PARTS:
        mine = (chosen["part"] == part).to_numpy()
        result[part] = _decayed_sum(when[mine], weight[mine], at[0], len(at))
    result["value"] = result["acts"] + result["threats"]
    return result


def _decayed_sum(when: np.ndarray, weight: np.ndarray, first: int, n_days: int) -> np.ndarray:
    """Return the decayed sum of weights on each of `n_days` days from day number `first`."""
    position = when - first + HORIZON_DAYS
    inside = (position >= 0) & (position < n_days + HORIZON_DAYS)
    sums = np.bincount(position[inside], weights=weight[inside], minlength=n_days + HORIZON_DAYS)
    kernel = 2.0 ** (-np.arange(HORIZON_DAYS + 1) / HALF_LIFE_DAYS)
    return np.convolve(sums, kernel)[HORIZON_DAYS : HORIZON_DAYS + n_days]


def contributions(events: pd.DataFrame, scope: str, day: date) -> pd.DataFrame:
    """Return the events that make up a day's load, each with its `contribution`, largest first; they sum to it."""
    chosen = in_scope(events, scope)
    ages = np.array([(day - d.date()).days for d in pd.to_datetime(chosen["day"])], dtype=float)
    value = chosen["weight"].to_numpy(dtype=float) * _decay(ages)
    listed = chosen.assign(contribution=value)
    return listed[listed["contribution"] > 0].sort_values(["contribution", "event"], ascending=[False, True])


def first_day_needed(since: date) -> date:
    """Return the first day whose events can still weigh on `since`."""
    return since - timedelta(days=HORIZON_DAYS)
