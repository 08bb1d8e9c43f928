"""What the map draws at a place, as the script of the map does: a disc of rings, the family of an area, names that have room.

Sizes are pixels of the map on the screen; `app/components/map/overlay.js` has the same numbers. Pure.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from app import naming
from app.rows import records
from tension.places.view import Box, Mercator, meets
from tension.taxonomy import FAMILIES

_SMALLEST, _LARGEST, _STEP = 5.0, 25.0, 1.6
#: Above so many events one place shows a ring a family instead of a ring an event.
_MOST_RINGS = 6
#: So that one lone report does not look like a crisis.
_LEAST_HEAVY = 60.0
_MOST_NAMES, _ALWAYS_NAMED = 40, 8
#: Mean width of a letter of the interface's typeface at the size of names, and half the height of a name.
_LETTER_PX, _HALF_LINE = 6.6, 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """The events of an exact place."""

    place_id: str
    name: str
    lon: float
    lat: float
    #: Family and radius, from the innermost out.
    rings: tuple[tuple[str, float], ...]
    n_events: int
    n_independent: int
    weight: float

    @property
    def radius(self) -> float:
        """Return the radius of the outermost ring."""
        return self.rings[-1][1]


def heaviest(places: pd.DataFrame) -> float:
    """Return the weight that is drawn at full size: of the heaviest place of a window, so that no day rescales the others."""
    exact = places.loc[places["exact"], "weight"]
    return max(_LEAST_HEAVY, float(exact.max()) if len(exact) else 0.0)


def discs(events: pd.DataFrame, places: pd.DataFrame, full: float, style: int) -> list[Disc]:
    """Return a disc for each exact place, heaviest first.

    Args:
        events: of the days shown.
        places: of these events, heaviest first.
        full: the weight that is drawn at full size.
        style: of the names, as numbered in `naming.STYLES`.
    """
    of_place = {str(place): mine for place, mine in events.groupby("place_id", sort=False, observed=True)}
    return [_disc(row, of_place[str(row["place_id"])], full, style) for row in records(places[places["exact"]])]


def _disc(row: Mapping[str, Any], mine: pd.DataFrame, full: float, style: int) -> Disc:
    place_id, name = str(row["place_id"]), str(row["place_name"])
    weights = zip(mine["family"].astype(str), mine["weight"].astype(float), strict=True)
    return Disc(
        place_id=place_id, name=naming.forms(place_id, name)[style], lon=float(row["lon"]), lat=float(row["lat"]),
        rings=tuple(rings(weights, full)), n_events=len(mine), n_independent=int(mine["n_independent"].max()),
        weight=float(mine["weight"].sum()),
    )  # fmt: skip


def rings(weights: Iterable[tuple[str, float]], full: float) -> Iterator[tuple[str, float]]:
    """Yield one ring an event, those of one family together: the area of the disc is the weight of its place.

    >>> [(family, round(r, 1)) for family, r in rings([("political", 15.0), ("violence", 15.0)], 60.0)]
    [('violence', 15.0), ('political', 19.1)]
    """
    order = list(FAMILIES)
    events = sorted(weights, key=lambda pair: (order.index(pair[0]), -pair[1]))
    if len(events) > _MOST_RINGS:
        sums: dict[str, float] = {}
        for family, weight in events:
            sums[family] = sums.get(family, 0.0) + weight
        events = list(sums.items())
    total, radius = 0.0, _SMALLEST - _STEP
    for family, weight in events:
        total += weight
        radius = max(radius + _STEP, _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(min(1.0, total / full)))
        yield family, radius


def family_of(mine: pd.DataFrame) -> str:
    """Return the family that weighs most among some events; of equals the first."""
    sums = mine.groupby(mine["family"].astype(str))["weight"].sum()
    return max(FAMILIES, key=lambda family: float(sums.get(family, -1.0)))


def names(found: Sequence[Disc], view: Mercator) -> Iterator[tuple[float, float, str]]:
    """Yield the names of the heaviest places, each on the side where it runs into no other: left edge, middle, text."""
    placed = [(disc, *view.at(disc.lon, disc.lat)) for disc in found]
    inside = [one for one in placed if view.sees([one[1:]])]
    heavy = [(x - d.radius, y - d.radius, x + d.radius, y + d.radius) for d, x, y in inside if d.radius > _SMALLEST + 2]
    taken: list[Box] = []
    for n, (disc, x, y) in enumerate(inside[:_MOST_NAMES]):
        wide, off = len(disc.name) * _LETTER_PX, disc.radius + 6
        sides = ((x + off, y), (x - off - wide, y), (x - wide / 2, y - off - 7), (x - wide / 2, y + off + 7))
        boxes = [(left, middle - _HALF_LINE, left + wide, middle + _HALF_LINE) for left, middle in sides]
        others = taken if n < _ALWAYS_NAMED else [*taken, *heavy]
        free = next((box for box in boxes if _is_in(box, view) and not meets(box, others)), None)
        if free is not None:
            taken.append(free)
            yield free[0], free[1] + _HALF_LINE, disc.name


def _is_in(box: Box, view: Mercator) -> bool:
    return box[0] > view.left + 2 and box[2] < view.left + view.width - 2
