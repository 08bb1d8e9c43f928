"""The index of a year from daily roll-ups: a few hundred rows instead of every signal. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tension.index.band import band, kernel
from tension.index.level import levels_at
from tension.index.method import HEADLINE, HORIZON_DAYS, PARTS, YEAR_DAYS
from tension.index.series import Day, silent
from tension.index.sums import UNIT, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """The roll-ups of a scope over some days without a gap."""

    begins: date
    #: By day and part, in units.
    parts: np.ndarray
    #: By day and replicate, in units; nothing before the day from which on they were asked for.
    draws: np.ndarray
    #: What stands, by day and part, in units.
    standing: np.ndarray
    #: The same one by one, where the reports behind it were asked for.
    listed: Sequence[Standing] = ()


def needed_since(since: date) -> date:
    """Return the first day whose roll-ups a series from `since` on depends on."""
    return since - timedelta(days=YEAR_DAYS + HORIZON_DAYS)


def redrawn_since(since: date) -> date:
    """Return the first day whose replicates a series from `since` on depends on: its band, not its level, is made of them."""
    return since - timedelta(days=HORIZON_DAYS)


def series(rolled: Rolled, since: date, until: date, *, first: date, unread: Mapping[date, str]) -> list[Day]:
    """Return the index of every day without its contributions: what `tension.index.series.series` says of the same store.

    Args:
        rolled: from `needed_since(since)` to `until`, its replicates from `redrawn_since(since)` on.
        since: first day.
        until: last day, included.
        first: the first day that the store has anything of.
        unread: the days without a reading, each with its cause.
    """
    begins = rolled.begins + timedelta(days=HORIZON_DAYS)
    loads = kernel(len(rolled.parts) - HORIZON_DAYS) @ (rolled.parts / UNIT)
    standing = rolled.standing[HORIZON_DAYS:] / UNIT
    loads += standing
    escalatory = [PARTS.index(part) for part in HEADLINE]
    value = loads[:, escalatory].sum(axis=1)
    offset = (since - begins).days
    low, high = band(rolled.draws[offset:], standing[offset:, escalatory].sum(axis=1))
    days = [(n, begins + timedelta(days=n)) for n in range(offset, (until - begins).days + 1)]
    levels = levels_at(value, [at for at, day in days if day not in unread], begins, first)
    judged = iter(levels)
    return [
        silent(day, unread[day]) if day in unread else Day(
            day=day, value=float(value[at]), cause=None, parts=dict(zip(PARTS, map(float, loads[at]), strict=True)),
            band=(float(low[at - offset]), float(high[at - offset])), level=next(judged), contributions=(), stabilising=(),
        )
        for at, day in days
    ]  # fmt: skip
