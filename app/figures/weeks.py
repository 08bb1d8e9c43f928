"""Small multiples: one map a week, drawn alike so that weeks can be compared. Pure: frames in, HTML out."""

import math
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

import pandas as pd

from app import tally, words
from app.rows import records
from app.theme import Theme
from tension.taxonomy import FAMILIES
from tension.tongue import _, ngettext

_WIDTH, _HEIGHT = 232, 190
_WEEK = timedelta(days=7)
#: Points of an outline closer than this (pixels) are one.
_COARSE_PX = 1.2
_SMALLEST, _LARGEST = 2.2, 15.0
#: Pixels that the opening view of the large map is laid out for, and degrees of a whole turn.
_LARGE_PX, _TURN = 540, 360.0
#: A week's disc is never drawn at full size for less weight than this.
_FULL_WEIGHT = 30.0
_TILE_PX = 512
_FEWEST = 4

Span = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a small map shows of the world: its middle, and pixels a degree."""

    lat: float
    lon: float
    scale: float

    @classmethod
    def around(cls, lat: float, lon: float, zoom: float) -> "Frame":
        """Return the frame that shows about what a large map shows at a zoom."""
        return cls(lat=lat, lon=lon, scale=_TILE_PX * 2**zoom / _TURN * _HEIGHT / _LARGE_PX)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the pixel of a place (longitudes shortened as at the middle)."""
        high = self.scale / math.cos(math.radians(self.lat))
        return _WIDTH / 2 + (lon - self.lon) * self.scale, _HEIGHT / 2 - (lat - self.lat) * high


def weeks(since: date, until: date) -> list[Span]:
    """Return the weeks of a window, the last one ending with it; an odd rest of days is the first."""
    found: list[Span] = []
    last = until
    while last >= since:
        found.append((max(since, last - _WEEK + timedelta(days=1)), last))
        last -= _WEEK
    return found[::-1]


def ground(countries: Mapping[str, Any], frame: Frame) -> str:
    """Return the outlines of countries as one path, for every week the same."""
    rings = [
        ring
        for feature in countries["features"]
        for polygon in _polygons(feature["geometry"])
        for ring in polygon
        if (drawn := _coarse([frame.at(lon, lat) for lon, lat in ring])) and _is_in(drawn)
    ]
    return "".join(_path(_coarse([frame.at(lon, lat) for lon, lat in ring])) for ring in rings)


def _polygons(geometry: Mapping[str, Any]) -> Sequence[Any]:
    coordinates: Sequence[Any] = geometry["coordinates"]
    return coordinates if geometry["type"] == "MultiPolygon" else [coordinates]


def _coarse(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for x, y in points:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= _COARSE_PX:
            kept.append((x, y))
    return kept if len(kept) >= _FEWEST else []


def _is_in(points: Sequence[tuple[float, float]]) -> bool:
    xs, ys = zip(*points, strict=True)
    return bool(max(xs) > 0 and min(xs) < _WIDTH and max(ys) > 0 and min(ys) < _HEIGHT)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z"


def cell(events: pd.DataFrame, span: Span, frame: Frame, land: str, theme: Theme) -> str:
    """Return one week: its days, its map with a disc a place, and how many events it had."""
    mine = tally.between(events, *span)
    placed = tally.places(mine)
    discs = "".join(_disc(row, mine, frame, theme) for row in records(placed[placed["exact"]]))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{theme.water}"/>'
        f'<path d="{land}" fill="{theme.land}" stroke="{theme.border}" stroke-width="0.6"/>{discs}</svg>'
    )
    said = f"{words.days(*span)}: {_counted(mine)}"
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    image = f'<img src="{source}" alt="{escape(alt(placed, said))}" width="{_WIDTH}" height="{_HEIGHT}">'
    return (
        f'<figure class="k-week">{image}<figcaption><b>{escape(_short(span))}</b> {escape(_counted(mine))}</figcaption></figure>'
    )


def _short(span: Span) -> str:
    return _("{first} to {last}", first=words.day(span[0], year=False), last=words.day(span[1]))


def _counted(events: pd.DataFrame) -> str:
    return ngettext("{n} event", "{n} events", len(events)) if len(events) else _("no event")


def _disc(row: Mapping[str, Any], events: pd.DataFrame, frame: Frame, theme: Theme) -> str:
    """Return a place as rings of its families, largest first."""
    x, y = frame.at(float(row["lon"]), float(row["lat"]))
    if not (0 <= x <= _WIDTH and 0 <= y <= _HEIGHT):
        return ""
    sums = events[events["place_id"] == row["place_id"]].groupby("family", observed=True)["weight"].sum()
    parts = [(theme.family[f], float(sums[f])) for f in FAMILIES if f in sums.index]
    total, circles = 0.0, []
    for colour, weight in parts:
        total += weight
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(min(1.0, total / _FULL_WEIGHT))
        circles.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>')
    return "".join(reversed(circles))


def alt(places: pd.DataFrame, said: str) -> str:
    """Say in words what a week's map shows."""
    top = words.listed([str(name) for name in places["place_name"].head(2)])
    return _("Map, {said}; heaviest at {places}.", said=said, places=top) if top else _("Map, {said}.", said=said)
