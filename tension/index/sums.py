"""What is dated on each day of a scope, summed once. Pure, without frames.

Sums are whole numbers of small units, so that neither the order of arrival nor adding and taking away again can change a
bit of them: what was kept up batch by batch equals what is summed anew.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np

from tension.events.facts import Fact
from tension.index.method import HEADLINE, PARTS, REGION_SCOPE
from tension.index.voices import REPLICATES, drawn
from tension.model import REGION

#: Weights are counted in units of this share of one.
UNIT = 2.0**32
#: Raised by hand when what is summed, or how, changes.
ROLLUP_VERSION = 3
_DAY = timedelta(days=1)
_MUNICIPALITIES: Mapping[str, str] = {}


def dyad(one: str, other: str) -> str:
    """Return the name of the scope of two countries, whichever is named first."""
    return "-".join(sorted((one, other)))


def scopes_of(fact: Fact, municipalities: Mapping[str, str] = _MUNICIPALITIES) -> list[str]:
    """Return every scope that an event counts in.

    Args:
        fact: the event.
        municipalities: the municipality of each place that lies in one.
    """
    named = [country for country in fact.countries if country in REGION]
    found = [REGION_SCOPE, *(dyad(*pair) for pair in combinations(named, 2))]
    if fact.country in REGION:
        found.append(str(fact.country))
    if fact.place_id is not None:
        found.append(f"place:{fact.place_id}")
        if fact.place_id in municipalities:
            found.append(f"municipality:{municipalities[fact.place_id]}")
    return found


@dataclass(slots=True)
class Sums:
    """What is dated on one day of one scope, in units."""

    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    n_events: int = 0
    draws: np.ndarray = field(default_factory=lambda: np.zeros(REPLICATES, dtype=np.int64))

    def add(self, other: "Sums", sign: int = 1) -> None:
        """Add what another holds, or take it away."""
        for part, units in other.parts.items():
            self.parts[part] += sign * units
        self.n_events += sign * other.n_events
        self.draws += sign * other.draws


def sums_of(fact: Fact) -> Sums:
    """Return what one event adds to each of its scopes."""
    found = Sums(n_events=1)
    found.parts[fact.part] = round(fact.weight * UNIT)
    if fact.part in HEADLINE:
        found.draws = drawn(fact.base, fact.origins)
    return found


class Standing(NamedTuple):
    """What a situation adds to a scope: its opening weight on each day that it stands.

    A tuple, for a year of the region is made of ten thousand of them.
    """

    kind: str
    #: The event that opened it.
    event: str
    code: str
    weight: float
    since: date
    last: date
    situation: str
    article_ids: tuple[str, ...] = ()


def once(found: Iterable[Standing]) -> list[Standing]:
    """Return what counts on each day: of one kind and opening event the heaviest, so that one act at three crossings weighs once.

    Decided day by day: how long one of them goes on to stand changes no earlier day. What counts for a part of its time
    only comes back as that part.
    """
    spans = list(found)
    keys = [one[:2] for one in spans]
    shared = {key for key, n in Counter(keys).items() if n > 1}
    acts: dict[tuple[str, str], list[Standing]] = {key: [] for key in sorted(shared)}
    alone: list[Standing] = []
    for one, key in zip(spans, keys, strict=True):
        (acts[key] if key in shared else alone).append(one)
    return alone + [part for same in acts.values() for part in _heaviest(same)]


def _heaviest(same: list[Standing]) -> Iterator[Standing]:
    """Yield, for each run of days, the heaviest of those that stand then."""
    same = sorted(same, key=lambda s: (-s.weight, s.situation, s.since))
    bounds = sorted({one.since for one in same} | {one.last + _DAY for one in same})
    for begin, end in pairwise(bounds):
        first = next((one for one in same if one.since <= begin <= one.last), None)
        if first is not None:
            yield first._replace(since=begin, last=end - _DAY)
