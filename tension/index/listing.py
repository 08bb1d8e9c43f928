"""What a day's value is the sum of, from facts and situations. Pure, without frames."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tension.events.facts import Fact, Facts, part_of_code
from tension.index.method import HALF_LIFE_DAYS, HORIZON_DAYS
from tension.index.sums import Standing
from tension.taxonomy import signal_types

#: What is left of a weight, by days since: by the same arithmetic for one event and for thousands.
_LEFT = np.array([2.0 ** (-age / HALF_LIFE_DAYS) for age in range(HORIZON_DAYS + 1)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Some of what makes up a day."""

    #: The largest, largest first, as `Listing.listed` has them.
    largest: Sequence[Mapping[str, Any]]
    #: How many there are, and what all of them sum to by part of the index.
    n: int
    sums: Mapping[str, float]


def shared(rows: Sequence[Mapping[str, Any]], parts: Collection[str], most: int) -> Share:
    """Return what of a day's list counts in some parts.

    Args:
        rows: what makes up the day, largest first.
        parts: of the index.
        most: how many of the largest are told of.
    """
    mine = [row for row in rows if row["part"] in parts]
    sums: dict[str, float] = {}
    for row in mine:
        sums[row["part"]] = sums.get(row["part"], 0.0) + float(row["contribution"])
    return Share(largest=mine[:most], n=len(mine), sums=sums)


class Listing:
    """The contributions to each day of a scope."""

    def __init__(self, facts: Sequence[Fact], standing: Iterable[Standing]) -> None:
        """Take what the scope is made of.

        Args:
            facts: its events, from `HORIZON_DAYS` before the first day on.
            standing: what situations add to it.
        """
        self._facts = found = Facts.of(facts)
        self._standing = list(standing)
        self._ordinals = np.array([day.toordinal() for day in found.column("day")], dtype=np.int64)
        self._weights = np.array(found.weights(), dtype=float)

    @property
    def facts(self) -> Facts:
        """Return the events that it lists."""
        return self._facts

    def listed(self, day: date) -> list[dict[str, Any]]:
        """Return what makes up a day, largest first."""
        at, left = self._weighing(day)
        rows = [_row(self._facts[n], float(left[k])) for k, n in enumerate(at.tolist())]
        rows += map(_standing_row, self._standing_on(day))
        return sorted(rows, key=lambda r: (-r["contribution"], r["event"], "situation" in r))

    def share(self, day: date, parts: Collection[str], most: int) -> Share:
        """Return what of a day counts in some parts, as `shared` tells it of `listed`, without a record of each event."""
        at, left = self._weighing(day)
        codes, events, standing = self._facts.column("code"), self._facts.column("event"), self._standing_on(day)
        part_of = {code: part_of_code(code) for code in {*codes, *(s.code for s in standing)}}
        weighing = zip((-left).tolist(), at.tolist(), strict=True)
        rows = [(less, events[n], False, n, part) for less, n in weighing if (part := part_of[codes[n]]) in parts]
        rows += [(-s.weight, s.event, True, n, part) for n, s in enumerate(standing) if (part := part_of[s.code]) in parts]
        rows.sort()
        sums: dict[str, float] = {}
        for less, *_, part in rows:
            sums[part] = sums.get(part, 0.0) - less
        largest = [
            _standing_row(standing[n]) if stands else _row(self._facts[n], -less)
            for less, _event, stands, n, _part in rows[:most]
        ]
        return Share(largest=largest, n=len(rows), sums=sums)

    def _weighing(self, day: date) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of the events that still weigh on a day, and what is left of each."""
        ages = day.toordinal() - self._ordinals
        at = np.flatnonzero((ages >= 0) & (ages <= HORIZON_DAYS))
        return at, self._weights[at] * _LEFT[ages[at]]

    def _standing_on(self, day: date) -> list[Standing]:
        return [s for s in self._standing if s.since <= day <= s.last]


def _standing_row(s: Standing) -> dict[str, Any]:
    return {
        "event": s.event, "code": s.code, "part": signal_types()[s.code].part, "articles": list(s.article_ids),
        "situation": s.situation, "contribution": s.weight,
    }  # fmt: skip


def _row(fact: Fact, left: float) -> dict[str, Any]:
    return {
        "event": fact.event, "code": fact.code, "part": fact.part, "articles": list(fact.article_ids), "contribution": left,
    }  # fmt: skip
