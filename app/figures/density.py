"""How thick events lie, as areas of a picture: the density that the map on the screen shows, in steps. Pure.

Each place spreads its weight around it as MapLibre's heat map does, with the radius and the limit of weight of
`app/components/map/layers.js`; what adds up is read off a fixed grid and cut at fixed steps, so the same events give the same
areas.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.figures.marks import Disc
from app.theme import Theme, blend
from tension.places.view import Mercator, Point

OPACITY = 0.75
#: Where a step begins; alone, a place of full weight reaches 0.4.
STEPS = (0.04, 0.12, 0.25, 0.45, 0.7)
_RADIUS, _CELL = 34.0, 6.0
_FULL = 20.0
_PEAK, _FALL = 1 / math.sqrt(2 * math.pi), 4.5
#: Of the ramp of the screen: density at which it has reached its first, second and last tone.
_FIRST, _SECOND = 0.25, 0.6

Grid = NDArray[np.float64]


def tones(theme: Theme) -> tuple[str, ...]:
    """Return the tone of each step: the ramp of the screen, at the middle of the step."""
    tone, last = theme.family["obstruction"], theme.family["violence"]
    first = blend(tone, theme.land, 0.35)

    def at(value: float) -> str:
        if value < _FIRST:
            return blend(first, theme.land, value / _FIRST)
        if value < _SECOND:
            return blend(tone, first, (value - _FIRST) / (_SECOND - _FIRST))
        return blend(last, tone, min(1.0, (value - _SECOND) / (1 - _SECOND)))

    return tuple(at((low + high) / 2) for low, high in zip(STEPS, (*STEPS[1:], 1.0), strict=True))


def areas(discs: Sequence[Disc], view: Mercator) -> list[str]:
    """Return the area of each step as a path, the lowest first; empty where no place reaches it."""
    field = _field(discs, view)
    return ["".join(_pieces(field, step, view)) for step in STEPS]


def _field(discs: Sequence[Disc], view: Mercator) -> Grid:
    """Return the density at the corners of the cells."""
    xs = np.arange(math.ceil(view.width / _CELL) + 1) * _CELL + view.left
    ys = np.arange(math.ceil(view.height / _CELL) + 1) * _CELL + view.top
    field: Grid = np.zeros((len(ys), len(xs)))
    for disc in discs:
        x, y = view.at(disc.lon, disc.lat)
        far = ((xs[None, :] - x) ** 2 + (ys[:, None] - y) ** 2) / _RADIUS**2
        field += np.where(far < 1, min(1.0, disc.weight / _FULL) * _PEAK * np.exp(-_FALL * far), 0.0)
    return field


def _pieces(field: Grid, step: float, view: Mercator) -> Iterator[str]:
    """Yield what of each cell lies above a step; whole cells of a row side by side are one."""
    above = field >= step
    corners = above[:-1, :-1].astype(int) + above[:-1, 1:] + above[1:, :-1] + above[1:, 1:]
    for row in np.flatnonzero(corners.any(axis=1)):
        y, begun = view.top + row * _CELL, -1
        for column in np.flatnonzero(corners[row]):
            whole = corners[row, column] == above[:2, :2].size
            x = view.left + column * _CELL
            if whole and begun < 0:
                begun = int(column)
            if not whole:
                yield _path(_cut(field[row : row + 2, column : column + 2], step, (x, y)))
            is_last = column + 1 == corners.shape[1] or corners[row, column + 1] != above[:2, :2].size
            if whole and is_last:
                left, right = view.left + begun * _CELL, x + _CELL
                yield _path([(left, y), (right, y), (right, y + _CELL), (left, y + _CELL)])
                begun = -1


def _cut(values: Grid, step: float, at: Point) -> list[Point]:
    """Return the part of a cell that lies above a step, its edge where the value between two corners reaches it."""
    x, y = at
    around = [
        (x, y, values[0, 0]),
        (x + _CELL, y, values[0, 1]),
        (x + _CELL, y + _CELL, values[1, 1]),
        (x, y + _CELL, values[1, 0]),
    ]
    found: list[Point] = []
    for (ax, ay, a), (bx, by, b) in zip(around, [*around[1:], around[0]], strict=True):
        if a >= step:
            found.append((ax, ay))
        if (a >= step) != (b >= step):
            share = (step - a) / (b - a)
            found.append((ax + (bx - ax) * share, ay + (by - ay) * share))
    return found


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
