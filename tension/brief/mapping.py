"""The map of a brief: boundaries and dots as vectors, without a browser. No state's map is *the* map."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from tension import assets, words
from tension.brief.model import Brief, Spot
from tension.brief.paper import BORDER, FAMILY, INK, LAND, MUTED, WATER, Paper, shown
from tension.events.crossings import BLOCKED, UNCONFIRMED
from tension.model import REGION
from tension.places.boundaries import lines, polygons
from tension.places.gazetteer import gazetteer
from tension.places.view import Box, Point, View, meets
from tension.taxonomy import FAMILIES

HEIGHT = 96.0
#: Degrees of the view where nothing is drawn, and the least that is shown: west, south, east, north.
_WHOLE = (13.0, 34.5, 34.0, 47.0)
_WORLD = (11.0, 33.0, 46.0, 49.0)
_LEAST = 2.2
#: Points nearer to each other than this (mm) are one.
_FINE = 0.12
_MOST_LABELS = 10
#: Millimetres that a dot keeps free of names of countries.
_ROOM = 4.0
#: Share of a family's colour in the shade of a country.
_SHADE = 0.14
_COUNTRY = "country-"
#: Smallest and largest radius of a dot, in mm.
_RADII = (1.0, 4.2)
FOOTNOTE = (
    "Made with Natural Earth. Boundaries are a drawing aid and no statement on sovereignty; dashed where the parties dispute "
    "their status. Dots: places of the week, by weight, in the colour of their heaviest event; shaded: countries that events are "
    "known of only as a whole; squares: crossings closed, hollow where unconfirmed."
)


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(assets.path("boundaries", "countries.geojson").read_text(encoding="utf-8"))
    return found


def _positions(brief: Brief) -> list[Point]:
    closed = [g.crossing.place for g in brief.gates if g.crossing.state == BLOCKED]
    dots = [(s.lon, s.lat) for s in brief.spots] + [(place.lon, place.lat) for place in closed]
    return [(lon, lat) for lon, lat in dots if lon is not None and lat is not None]


def view_of(brief: Brief, left: float, top: float, width: float) -> View:
    """Return a view that holds all that is drawn, in true proportions at its middle."""
    found = _positions(brief)
    west, south, east, north = _WHOLE
    if found:
        west, south = min(x for x, _ in found), min(y for _, y in found)
        east, north = max(x for x, _ in found), max(y for _, y in found)
    lon, lat = (west + east) / 2, (south + north) / 2
    narrow = math.cos(math.radians(lat))
    high = max(1.25 * (north - south), 1.25 * (east - west) * narrow * HEIGHT / width, _LEAST)
    high = min(high, _WORLD[3] - _WORLD[1], (_WORLD[2] - _WORLD[0]) * narrow * HEIGHT / width)
    scale = HEIGHT / high
    wide = width / (scale * narrow)
    middle = _inside(lon, wide, _WORLD[0], _WORLD[2]), _inside(lat, high, _WORLD[1], _WORLD[3])
    return View(
        west=middle[0] - wide / 2, north=middle[1] + high / 2, x_scale=scale * narrow, y_scale=scale, left=left, top=top,
        width=width, height=HEIGHT, fine=_FINE,
    )  # fmt: skip


def _inside(middle: float, span: float, low: float, high: float) -> float:
    """Move a middle so that its span stays where boundaries are known."""
    return min(max(middle, low + span / 2), high - span / 2)


def draw(paper: Paper, brief: Brief) -> None:
    """Draw the map at the pen, in the full width of the page, with its legend."""
    paper.room(HEIGHT + 18)
    left, top, width = paper.l_margin, paper.get_y(), paper.epw
    view = view_of(brief, left, top, width)
    with paper.rect_clip(left, top, width, HEIGHT):
        _ground(paper, view, _tints(brief.spots))
        _names(paper, view, [(x, y) for _, x, y in _placed(view, brief.spots)])
        _gates(paper, view, brief)
        _dots(paper, view, brief.spots)
    paper.set_draw_color(BORDER)
    paper.set_line_width(0.2)
    paper.rect(left, top, width, HEIGHT)
    paper.set_xy(left, top + HEIGHT + 1.5)
    _legend(paper, {spot.family for spot in brief.spots if spot.exact})
    paper.paragraph(FOOTNOTE, 7.0, colour=MUTED)


def _tints(spots: Iterable[Spot]) -> dict[str, str]:
    """Return the shade of each country that events are known of only as a whole, in the family of the heaviest."""
    found: dict[str, str] = {}
    for spot in spots:
        if spot.place_id.startswith(_COUNTRY):
            found.setdefault(spot.place_id.removeprefix(_COUNTRY).upper(), _mixed(FAMILY[spot.family], LAND))
    return found


def _mixed(front: str, back: str) -> str:
    """Return the opaque colour that a thin layer of one makes on the other."""
    pairs = zip(bytes.fromhex(front[1:]), bytes.fromhex(back[1:]), strict=True)
    return "#" + "".join(f"{round(_SHADE * f + (1 - _SHADE) * b):02X}" for f, b in pairs)


def _ground(paper: Paper, view: View, tints: Mapping[str, str]) -> None:
    paper.set_fill_color(WATER)
    paper.rect(view.left, view.top, view.width, view.height, style="F")
    for feature in _countries()["features"]:
        for outer, *holes in polygons(feature["geometry"]):
            _fill(paper, view, outer, tints.get(feature["properties"]["code"], LAND))
            for hole in holes:
                _fill(paper, view, hole, WATER)
    disputed = [frozenset(pair) for pair in assets.read_toml("boundaries", "disputed.toml")["pairs"]]
    plain, contested = lines(_countries(), disputed)
    paper.set_draw_color(BORDER)
    paper.set_line_width(0.25)
    _stroke(paper, view, plain)
    paper.set_dash_pattern(dash=1.2, gap=0.9)
    _stroke(paper, view, contested)
    paper.set_dash_pattern()


def _fill(paper: Paper, view: View, ring: Sequence[Sequence[float]], colour: str) -> None:
    path = view.path(ring)
    if len(path) > 2 and view.sees(path):  # noqa: PLR2004 - an area has three corners
        paper.set_fill_color(colour)
        paper.polygon(path, style="F")


def _stroke(paper: Paper, view: View, collection: Mapping[str, Any]) -> None:
    for feature in collection["features"]:
        for line in feature["geometry"]["coordinates"]:
            path = view.path(line)
            if len(path) > 1 and view.sees(path):
                paper.polyline(path)


def _names(paper: Paper, view: View, dots: Sequence[Point]) -> None:
    """Write the names of the countries that are followed, where they lie in the frame; above a dot that is in the way."""
    known = gazetteer()
    paper.face(7.5, colour=MUTED)
    for code in sorted(REGION):
        place, name = known.places[known.countries[code]], words.country(code)
        if place.lon is None or place.lat is None:
            continue
        x, y = view.at(place.lon, place.lat)
        wide = paper.get_string_width(name)
        if any(abs(x - at) < wide / 2 + _ROOM and abs(y - down) < _ROOM for at, down in dots):
            y -= 2 * _ROOM
        if view.left < x - wide / 2 and x + wide / 2 < view.left + view.width and view.top + 3 < y < view.top + view.height:
            paper.text(x - wide / 2, y, name)


def _gates(paper: Paper, view: View, brief: Brief) -> None:
    """Draw the crossings that are reported closed; hollow where nothing confirms it any more."""
    paper.set_line_width(0.4)
    for gate in brief.gates:
        place = gate.crossing.place
        if place.lon is None or place.lat is None or gate.crossing.state not in {BLOCKED, UNCONFIRMED}:
            continue
        x, y = view.at(place.lon, place.lat)
        paper.set_draw_color(FAMILY["obstruction"])
        paper.set_fill_color(FAMILY["obstruction"] if gate.crossing.state == BLOCKED else LAND)
        paper.rect(x - 1.3, y - 1.3, 2.6, 2.6, style="DF")


def _radius(spot: Spot, top: float) -> float:
    least, most = _RADII
    return least + (most - least) * math.sqrt(spot.weight / top) if top > 0 else least


def _placed(view: View, spots: Iterable[Spot]) -> list[tuple[Spot, float, float]]:
    """Return the exact places, each with where it lies on the paper."""
    return [(spot, *view.at(spot.lon, spot.lat)) for spot in spots if spot.lon is not None and spot.lat is not None]


def _dots(paper: Paper, view: View, spots: Sequence[Spot]) -> None:
    """Draw the dots, the heaviest below, then the names of those that have room for one."""
    top = max((spot.weight for spot in spots), default=0.0)
    placed = _placed(view, spots)
    paper.set_draw_color(LAND)
    paper.set_line_width(0.25)
    for spot, x, y in placed:
        paper.set_fill_color(FAMILY[spot.family])
        with paper.local_context(fill_opacity=0.8):
            paper.circle(x, y, _radius(spot, top), style="DF")
    paper.face(7.0, colour=INK)
    for x, y, text in _labels(paper, view, [(spot.label, x, y, _radius(spot, top)) for spot, x, y in placed]):
        paper.text(x, y, text)


def _labels(
    paper: Paper, view: View, marks: Sequence[tuple[str, float, float, float]]
) -> Iterator[tuple[float, float, str]]:  # fmt: skip
    """Yield the names that overlap no other, beside their dots and inside the frame."""
    taken: list[Box] = []
    for label, x, y, radius in marks[:_MOST_LABELS]:
        text = shown(label)
        wide = paper.get_string_width(text) + 1
        right = x + radius + 0.8
        begins = right if right + wide <= view.left + view.width else x - radius - 0.8 - wide
        box = (begins, y - 1.6, begins + wide, y + 1.6)
        if not meets(box, taken):
            taken.append(box)
            yield begins, y + 0.9, text


def _legend(paper: Paper, present: set[str]) -> None:
    """Say which colour is which family: of those that are drawn."""
    families = [family for family in FAMILIES if family in present]
    if not families:
        return
    for family in families:
        x, y = paper.get_x(), paper.get_y()
        paper.set_fill_color(FAMILY[family])
        paper.circle(x + 1.2, y + 2, 1.1, style="F")
        paper.face(7.5)
        paper.set_x(x + 3.2)
        paper.cell(paper.get_string_width(family) + 6, 4, family)
    paper.ln(5)
