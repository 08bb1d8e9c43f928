"""A window of the world on a frame of paper or of a picture: where positions lie in it, and which names have room. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
#: Left, top, right, bottom.
Box = tuple[float, float, float, float]
_TILE_PX, _TURN = 512, 360.0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A window of the world in true proportions at its middle; lengths are in the unit of the frame."""

    west: float
    north: float
    #: Units a degree.
    x_scale: float
    y_scale: float
    left: float
    top: float
    width: float
    height: float
    #: Points nearer to each other than this are one.
    fine: float

    def at(self, lon: float, lat: float) -> Point:
        """Return where a position lies in the frame."""
        return self.left + (lon - self.west) * self.x_scale, self.top + (self.north - lat) * self.y_scale

    def path(self, ring: Iterable[Sequence[float]]) -> list[Point]:
        """Return a ring or line in the frame, without points that would fall on one another."""
        found: list[Point] = []
        for lon, lat in ring:
            point = self.at(lon, lat)
            if not found or math.dist(point, found[-1]) >= self.fine:
                found.append(point)
        return found

    def sees(self, path: Sequence[Point]) -> bool:
        """Tell whether a path may lie in the frame."""
        xs, ys = [x for x, _ in path], [y for _, y in path]
        across = max(xs) >= self.left and min(xs) <= self.left + self.width
        return across and max(ys) >= self.top and min(ys) <= self.top + self.height


class Mercator(View):
    """The same in the projection of maps on a screen; `north` and the scales are of it."""

    __slots__ = ()

    @classmethod
    def around(cls, centre: tuple[float, float, float], frame: Box, fine: float) -> "Mercator":
        """Return what a map on a screen shows.

        Args:
            centre: latitude, longitude and zoom.
            frame: left and top edge, width and height.
            fine: points nearer to each other than this are one.
        """
        lat, lon, zoom = centre
        left, top, width, height = frame
        scale = _TILE_PX * 2**zoom / _TURN
        return cls(
            west=lon - width / 2 / scale, north=_stretched(lat) + height / 2 / scale, x_scale=scale, y_scale=scale, left=left,
            top=top, width=width, height=height, fine=fine,
        )  # fmt: skip

    def at(self, lon: float, lat: float) -> Point:
        """Return where a position lies in the frame."""
        return self.left + (lon - self.west) * self.x_scale, self.top + (self.north - _stretched(lat)) * self.y_scale


def _stretched(lat: float) -> float:
    """Return a latitude as Mercator draws it, in degrees at the equator."""
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


def meets(box: Box, others: Iterable[Box]) -> bool:
    """Tell whether a box runs into another."""
    return any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in others)
