"""The map as an SVG file: the boundaries, areas, discs, marks and names of the screen as vectors, without a browser. Pure.

Whoever opens the file does not have the page beside it: it says its days, what they were known on, and what its marks mean.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import wrap
from typing import Any

from app.figures import density, dots, map_shapes, marks
from app.figures.marks import Disc
from app.theme import FONT, Theme
from tension.brief.sentences import plain
from tension.events.crossings import NO_REPORT
from tension.places.boundaries import polygons
from tension.places.view import Mercator, Point

WIDTH = 800
_HEIGHT = dots.HEIGHT_PX
#: Pixels that the file is larger than the map on the screen is laid out for; it can be drawn at any size.
_ENLARGED = 1.5
_EDGE, _FINE = 16, 0.4
_LINE, _SMALL_LINE = 20, 14
#: Letters of a line of the title, and of the small print.
_WIDE, _WIDER = 84, 138
_PART, _WHOLE = (0.14, 0.9), (0.05, 0.2)
_MARK_UP = 17
#: Where the interface's typeface is not installed, one without serifs that has all diacritics.
_FONTS = f"{FONT}, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An area that events are known of only as one."""

    place_id: str
    name: str
    geometry: Mapping[str, Any]
    family: str
    #: Whether it is a whole country, which is tinted faintly.
    whole: bool
    n_events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A crossing, or what stands at a place."""

    place_id: str
    name: str
    lon: float
    lat: float
    #: Of a crossing its state; of what stands whether it is open.
    state: str | bool
    #: The state in words, with since when.
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that is drawn, heaviest discs first."""

    title: str
    #: What the numbers are of: days known on, store, filters.
    notes: Sequence[str]
    footnote: str
    #: Countries, borders, and lines whose status is disputed, as `basemap.ground` returns them.
    ground: Mapping[str, Mapping[str, Any]]
    #: dashed | solid | none
    lines: str
    #: Latitude, longitude and zoom.
    centre: tuple[float, float, float]
    areas: Sequence[Area] = ()
    discs: Sequence[Disc] = ()
    gates: Sequence[Mark] = ()
    standing: Sequence[Mark] = ()
    #: Whether the discs are drawn as how thick they lie.
    density: bool = False
    language: str = field(default="en")


def draw(sheet: Sheet, theme: Theme) -> bytes:
    """Return the file; the same sheet gives the same bytes."""
    title, notes, foot = wrap(_text(sheet.title), _WIDE), _small(sheet.notes), _small([sheet.footnote])
    top = _EDGE + len(title) * _LINE + len(notes) * _SMALL_LINE + 6
    legend, bottom = map_shapes.legend(theme, _EDGE, top + _HEIGHT + 20, WIDTH - _EDGE, density=sheet.density)
    height = bottom + 8 + len(foot) * _SMALL_LINE + _EDGE
    view = Mercator.around(sheet.centre, (_EDGE, top, WIDTH - 2 * _EDGE, _HEIGHT), _FINE)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH * _ENLARGED:g}" '
        f'height="{height * _ENLARGED:g}" role="img" aria-labelledby="title" xml:lang="{escape(sheet.language)}" '
        f'font-family="{escape(_FONTS)}">'
    )
    parts = [
        head,
        f'<title id="title">{_told(sheet.title)}</title>',
        f'<defs><clipPath id="frame"><rect {_box(view)}/></clipPath></defs>',
        f'<rect width="{WIDTH}" height="{height:g}" fill="{theme.page}"/>',
        *_lines(title, _EDGE + 14, _LINE, f'font-size="17" font-weight="650" fill="{theme.ink}"'),
        *_lines(notes, _EDGE + 10 + len(title) * _LINE, _SMALL_LINE, f'font-size="11" fill="{theme.muted}"'),
        '<g clip-path="url(#frame)">', *_ground(sheet, view, theme), *_areas(sheet.areas, view, theme),
        *_marks(sheet, view, theme), *_names(sheet.discs, view, theme), "</g>",
        f'<rect {_box(view)} fill="none" stroke="{theme.line}"/>', legend,
        *_lines(foot, bottom + 12, _SMALL_LINE, f'font-size="10" fill="{theme.muted}"'),
        "</svg>\n",
    ]  # fmt: skip
    return "\n".join(parts).encode("utf-8")


def frame(sheet: Sheet, theme: Theme, width: int, height: int) -> str:
    """Return what lies in the frame as a drawing of its own: without names, and without words around it.

    Args:
        sheet: all that is drawn.
        theme: the tokens of the appearance.
        width: pixels; the map is laid out for them.
        height: the same.
    """
    view = _framed(sheet, width, height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        *_ground(sheet, view, theme), *_areas(sheet.areas, view, theme), *_marks(sheet, view, theme), "</svg>",
    ]  # fmt: skip
    return "".join(parts)


def names(sheet: Sheet, width: int, height: int) -> list[tuple[float, float, str]]:
    """Return the names of the same frame: left edge and middle in pixels, and the name as plain text."""
    return [(x, y, _text(name)) for x, y, name in marks.names(sheet.discs, _framed(sheet, width, height))]


def _framed(sheet: Sheet, width: int, height: int) -> Mercator:
    return Mercator.around(sheet.centre, (0, 0, width, height), _FINE)


def _text(value: str) -> str:
    """Return a text in one line, with nothing invisible in it that no XML may hold, or that would turn its direction."""
    return plain(value, 2_000)


def _told(value: str) -> str:
    return escape(_text(value))


def _small(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in wrap(_text(text), _WIDER)]


def _lines(texts: Sequence[str], y: float, step: float, look: str) -> Iterator[str]:
    for n, text in enumerate(texts):
        yield f'<text x="{_EDGE}" y="{y + n * step:g}" {look}>{escape(text)}</text>'


def _box(view: Mercator) -> str:
    return f'x="{view.left:g}" y="{view.top:g}" width="{view.width:g}" height="{view.height:g}"'


def _path(points: Sequence[Point], *, closed: bool) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def _shape(geometry: Mapping[str, Any], view: Mercator) -> str:
    """Return as one path what the frame shows of an area; empty where it shows nothing of it."""
    rings = (view.path(ring) for polygon in polygons(geometry) for ring in polygon)
    return "".join(_path(ring, closed=True) for ring in rings if len(ring) > 2 and view.sees(ring))  # noqa: PLR2004 - corners


def _strokes(collection: Mapping[str, Any], view: Mercator) -> str:
    found = (view.path(line) for feature in collection["features"] for line in feature["geometry"]["coordinates"])
    return "".join(_path(line, closed=False) for line in found if len(line) > 1 and view.sees(line))


def _ground(sheet: Sheet, view: Mercator, theme: Theme) -> Iterator[str]:
    yield f'<rect {_box(view)} fill="{theme.water}"/>'
    for feature in sheet.ground["countries"]["features"]:
        shape = _shape(feature["geometry"], view)
        if shape:
            yield f'<path class="land" d="{shape}" fill="{theme.land}" fill-rule="evenodd"/>'
    line = f'fill="none" stroke="{theme.border}"'
    yield f'<path class="border" d="{_strokes(sheet.ground["borders"], view)}" {line} stroke-width="1"/>'
    contested = _strokes(sheet.ground["disputed"], view)
    if sheet.lines != "none" and contested:
        dashes = 'stroke-width="1.2" stroke-dasharray="3.6 3"' if sheet.lines == "dashed" else 'stroke-width="1"'
        yield f'<path class="disputed" d="{contested}" {line} {dashes}/>'


def _areas(found: Iterable[Area], view: Mercator, theme: Theme) -> Iterator[str]:
    """Yield the areas, whole countries below parts of them."""
    for area in sorted(found, key=lambda area: not area.whole):
        fill, stroke = _WHOLE if area.whole else _PART
        tone, shape = theme.family[area.family], _shape(area.geometry, view)
        yield (
            f'<path class="area" d="{shape}" fill="{tone}" fill-opacity="{fill}" fill-rule="evenodd" stroke="{tone}" '
            f'stroke-opacity="{stroke}" stroke-width="1"><title>{_told(f"{area.name}: {area.n_events}")}</title></path>'
        )


def _marks(sheet: Sheet, view: Mercator, theme: Theme) -> Iterator[str]:
    """Yield crossings without a report, discs, the other crossings, and what stands: the last lies on top."""
    quiet = [gate for gate in sheet.gates if gate.state == NO_REPORT]
    yield from (_gate(gate, view, theme) for gate in quiet)
    yield from _heat(sheet, view, theme) if sheet.density else (_disc(disc, view, theme) for disc in sheet.discs)
    yield from (_gate(gate, view, theme) for gate in sheet.gates if gate.state != NO_REPORT)
    yield from (_square(one, view, theme) for one in sheet.standing)


def _heat(sheet: Sheet, view: Mercator, theme: Theme) -> Iterator[str]:
    """Yield how thick the events lie, as one layer: what is below shows through it evenly."""
    drawn = zip(density.areas(sheet.discs, view), density.tones(theme), strict=True)
    steps = "".join(f'<path class="heat" d="{shape}" fill="{tone}"/>' for shape, tone in drawn if shape)
    yield f'<g opacity="{density.OPACITY}">{steps}</g>'


def _disc(disc: Disc, view: Mercator, theme: Theme) -> str:
    x, y = view.at(disc.lon, disc.lat)
    at, outer = f'cx="{x:.1f}" cy="{y:.1f}"', disc.rings[-1]
    ring = ""
    if disc.n_independent > 1:
        width = min(3.0, 0.9 + disc.n_independent * 0.3)
        ring = f'<circle {at} r="{outer[1] + 3.5:.1f}" fill="{theme.land}" stroke="{theme.family[outer[0]]}" '
        ring += f'stroke-width="{width:.1f}"/>'
    circles = "".join(
        f'<circle class="ring" {at} r="{radius:.1f}" fill="{theme.family[family]}"/>' for family, radius in reversed(disc.rings)
    )
    said = f"<title>{_told(f'{disc.name}: {disc.n_events}')}</title>"
    return f'<g class="disc" stroke="{theme.land}" stroke-width="0.7">{said}{ring}{circles}</g>'


def _gate(gate: Mark, view: Mercator, theme: Theme) -> str:
    x, y = view.at(gate.lon, gate.lat)
    told = f"<title>{_told(f'{gate.name}: {gate.said}')}</title>"
    return f'<g class="gate" data-state="{escape(str(gate.state))}">{told}{map_shapes.rhombus(x, y, str(gate.state), theme)}</g>'


def _square(one: Mark, view: Mercator, theme: Theme) -> str:
    x, y = view.at(one.lon, one.lat)
    told = f"<title>{_told(f'{one.name}: {one.said}')}</title>"
    return f'<g class="stands">{told}{map_shapes.square(x, y - _MARK_UP, theme, open_=bool(one.state))}</g>'


def _names(found: Sequence[Disc], view: Mercator, theme: Theme) -> Iterator[str]:
    look = (
        f'font-size="12" fill="{theme.ink}" stroke="{theme.land}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"'
    )
    for x, y, name in marks.names(found, view):
        yield f'<text class="name" x="{x:.1f}" y="{y + 4:.1f}" {look}>{_told(name)}</text>'
