"""What a day's value is the sum of, from facts and situations. Pure, without frames."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np

from tension.events.facts import Fact
from tension.index.method import HALF_LIFE_DAYS, HORIZON_DAYS
from tension.index.sums import Standing
from tension.taxonomy import signal_types


class Listing:
    """The contributions to each day of a scope."""

    def __init__(self, facts: Iterable[Fact], standing: Iterable[Standing]) -> None:
        """Take what the scope is made of.

        Args:
            facts: its events, from `HORIZON_DAYS` before the first day on.
            standing: what situations add to it.
        """
        self._facts = list(facts)
        self._standing = list(standing)
        self._ordinals = np.array([fact.day.toordinal() for fact in self._facts], dtype=np.int64)

    @property
    def facts(self) -> list[Fact]:
        """Return the events that it lists."""
        return self._facts

    def listed(self, day: date) -> list[dict[str, Any]]:
        """Return what makes up a day, largest first."""
        ages = day.toordinal() - self._ordinals
        rows = [_row(self._facts[at], int(ages[at])) for at in np.flatnonzero((ages >= 0) & (ages <= HORIZON_DAYS))]
        rows += [
            {"event": s.event, "code": s.code, "part": signal_types()[s.code].part, "articles": list(s.article_ids),
             "situation": s.situation, "contribution": s.weight}
            for s in self._standing
            if s.since <= day <= s.last
        ]  # fmt: skip
        return sorted(rows, key=lambda r: (-r["contribution"], r["event"], "situation" in r))


def _row(fact: Fact, age: int) -> dict[str, Any]:
    return {
        "event": fact.event, "code": fact.code, "part": fact.part, "articles": list(fact.article_ids),
        "contribution": float(fact.weight * 2.0 ** (-age / HALF_LIFE_DAYS)),
    }  # fmt: skip
