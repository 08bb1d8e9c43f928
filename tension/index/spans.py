"""What situations add to each day of a scope, in columns: a year of a large region is made of ten thousand of them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from tension.index.method import PARTS
from tension.index.sums import UNIT, Standing, once
from tension.taxonomy import signal_types


def laid(found: Iterable[Standing], begins: date, n_days: int) -> np.ndarray:
    """Return by day and part what stands, in units.

    Args:
        found: what counts, as `tension.index.sums.once` returns it.
        begins: the first day.
        n_days: how many days from it on.
    """
    rows = list(found)
    part, units = _weighed([one.code for one in rows], [one.weight for one in rows])
    since, last = _ordinals([one.since for one in rows]), _ordinals([one.last for one in rows])
    return _stacked(part, units, since, last, begins, n_days)


def _weighed(codes: Sequence[str], weights: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return the part that each code counts in, and the weights in units."""
    column = {code: PARTS.index(kind.part) for code, kind in signal_types().items()}
    part = np.array([column[code] for code in codes], dtype=np.int64)
    # In whole units, so that the order plays no part and nothing is left of what was added and taken away again.
    return part, np.rint(np.array(weights, dtype=float) * UNIT).astype(np.int64)


def _stacked(
    part: np.ndarray, units: np.ndarray, since: np.ndarray, last: np.ndarray, begins: date, n_days: int
) -> np.ndarray:  # fmt: skip
    first = begins.toordinal()
    start = np.clip(since - first, 0, n_days)
    end = np.clip(last - first + 1, start, n_days)
    steps = np.zeros((n_days + 1, len(PARTS)), dtype=np.int64)
    np.add.at(steps, (start, part), units)
    np.subtract.at(steps, (end, part), units)
    return np.cumsum(steps, axis=0)[:-1]


@dataclass(frozen=True, kw_only=True)
class Spans:
    """Situations as columns of one length; see `tension.index.sums.Standing`."""

    kind: Sequence[str]
    event: Sequence[str]
    code: Sequence[str]
    weight: Sequence[float]
    since: Sequence[date]
    last: Sequence[date]
    situation: Sequence[str]

    def laid(self, mine: np.ndarray, begins: date, n_days: int) -> np.ndarray:
        """Return what `laid(once(...))` says of some of the situations.

        Args:
            mine: which, a flag each.
            begins: the first day.
            n_days: how many days from it on.
        """
        n_alike = np.bincount(self._act[mine], minlength=len(self._act))[self._act]
        alone = mine & (n_alike == 1)
        part, units = self._weighed
        result = _stacked(part[alone], units[alone], self._since[alone], self._last[alone], begins, n_days)
        shared = [self._record(at) for at in np.flatnonzero(mine & (n_alike > 1)).tolist()]
        return result + laid(once(shared), begins, n_days) if shared else result

    def _record(self, at: int) -> Standing:
        return Standing(
            self.kind[at], self.event[at], self.code[at], self.weight[at], self.since[at], self.last[at], self.situation[at]
        )  # fmt: skip

    @cached_property
    def _act(self) -> np.ndarray:
        """Return a number by which those are told that one event opened as one kind."""
        numbers: dict[tuple[str, str], int] = {}
        pairs = zip(self.kind, self.event, strict=True)
        return np.array([numbers.setdefault(pair, len(numbers)) for pair in pairs], dtype=np.int64)

    @cached_property
    def _weighed(self) -> tuple[np.ndarray, np.ndarray]:
        return _weighed(self.code, self.weight)

    @cached_property
    def _since(self) -> np.ndarray:
        return _ordinals(self.since)

    @cached_property
    def _last(self) -> np.ndarray:
        return _ordinals(self.last)


def _ordinals(days: Sequence[date]) -> np.ndarray:
    """Return the numbers of days; thousands of situations begin on a few hundred."""
    numbers = {day: day.toordinal() for day in set(days)}
    return np.array([numbers[day] for day in days], dtype=np.int64)
