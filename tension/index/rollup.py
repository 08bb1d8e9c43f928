"""The index of a year from daily roll-ups: a few hundred rows instead of every signal. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tension.index.band import band, kernel
from tension.index.level import level_at
from tension.index.method import HEADLINE, HORIZON_DAYS, PARTS, YEAR_DAYS
from tension.index.series import Day, silent
from tension.index.sums import UNIT, Standing
from tension.taxonomy import signal_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """The roll-ups of a scope over some days without a gap."""

    begins: date
    #: By day and part, in units.
    parts: np.ndarray
    #: By day and replicate, in units.
    draws: np.ndarray
    standing: Sequence[Standing]


def needed_since(since: date) -> date:
    """Return the first day whose roll-ups a series from `since` on depends on."""
    return since - timedelta(days=YEAR_DAYS + HORIZON_DAYS)


def series(rolled: Rolled, since: date, until: date, *, first: date, unread: Mapping[date, str]) -> list[Day]:
    """Return the index of every day without its contributions: what `tension.index.series.series` says of the same store.

    Args:
        rolled: from `needed_since(since)` to `until`.
        since: first day.
        until: last day, included.
        first: the first day that the store has anything of.
        unread: the days without a reading, each with its cause.
    """
    begins = rolled.begins + timedelta(days=HORIZON_DAYS)
    loads = kernel(len(rolled.parts) - HORIZON_DAYS) @ (rolled.parts / UNIT)
    standing = _standing(rolled.standing, begins, len(loads))
    loads += standing
    escalatory = [PARTS.index(part) for part in HEADLINE]
    value = loads[:, escalatory].sum(axis=1)
    offset = (since - begins).days
    low, high = band(rolled.draws[offset:], standing[offset:, escalatory].sum(axis=1))
    return [
        silent(day, unread[day]) if day in unread else Day(
            day=day, value=float(value[at]), cause=None, parts=dict(zip(PARTS, map(float, loads[at]), strict=True)),
            band=(float(low[at - offset]), float(high[at - offset])), level=level_at(value, at, begins, first),
            contributions=(), stabilising=(),
        )
        for at, day in ((n, begins + timedelta(days=n)) for n in range(offset, (until - begins).days + 1))
    ]  # fmt: skip


def _standing(found: Iterable[Standing], begins: date, n_days: int) -> np.ndarray:
    """Return by day and part what stands."""
    spans = list(found)
    column = {code: PARTS.index(kind.part) for code, kind in signal_types().items()}
    part = np.array([column[one.code] for one in spans], dtype=np.int64)
    # In whole units, so that the order plays no part and nothing is left of what was added and taken away again.
    units = np.rint(np.array([one.weight for one in spans]) * UNIT).astype(np.int64)
    first = begins.toordinal()
    start = np.clip(np.array([one.since.toordinal() for one in spans], dtype=np.int64) - first, 0, n_days)
    end = np.clip(np.array([one.last.toordinal() for one in spans], dtype=np.int64) - first + 1, start, n_days)
    steps = np.zeros((n_days + 1, len(PARTS)), dtype=np.int64)
    np.add.at(steps, (start, part), units)
    np.subtract.at(steps, (end, part), units)
    result: np.ndarray = np.cumsum(steps, axis=0)[:-1] / UNIT
    return result
