"""Marks of crossings and of what stands as SVG, and the legend that says what each mark of a map means. Pure."""

from collections.abc import Callable
from html import escape

from app.figures import density as thick
from app.theme import Theme
from tension.events.asof import RESTRICTED, STATES
from tension.events.crossings import BLOCKED, NO_REPORT, REOPENED, UNCONFIRMED
from tension.taxonomy import FAMILIES
from tension.tongue import _

_FONT_PX, _LETTER_PX, _ROW_PX = 11, 5.9, 20
#: From the left edge of a mark to its word, and from the end of a word to the next mark.
_WORD, _GAP = 18, 16

#: Draws a mark around its middle.
Shape = Callable[[float, float], str]


def rhombus(x: float, y: float, state: str, theme: Theme) -> str:
    """Return a crossing: barred where it is blocked, dashed where that is unconfirmed, half full where a measure is in force."""
    half = 4.5 if state == NO_REPORT else 8.0
    tone = {BLOCKED: theme.ink, UNCONFIRMED: theme.family["obstruction"], REOPENED: theme.family["stabilising"],
            NO_REPORT: theme.muted, RESTRICTED: theme.family["obstruction"]}[state]  # fmt: skip
    fill, width = (theme.land, 1.2) if state == NO_REPORT else (theme.panel, 2.0)
    dashes = ' stroke-dasharray="2.5 2"' if state == UNCONFIRMED else ""
    shape = f"M{x:.1f} {y - half:.1f}L{x + half:.1f} {y:.1f}L{x:.1f} {y + half:.1f}L{x - half:.1f} {y:.1f}Z"
    drawn = f'<path d="{shape}" fill="{fill}" stroke="{tone}" stroke-width="{width}"{dashes}/>'
    if state == RESTRICTED:
        drawn += f'<path d="M{x - half:.1f} {y:.1f}L{x + half:.1f} {y:.1f}L{x:.1f} {y + half:.1f}Z" fill="{tone}"/>'
    if state in {BLOCKED, UNCONFIRMED}:
        drawn += f'<path d="M{x - 4:.1f} {y:.1f}L{x + 4:.1f} {y:.1f}" stroke="{tone}" stroke-width="2"/>'
    return drawn


def square(x: float, y: float, theme: Theme, *, open_: bool) -> str:
    """Return what stands: a square, dashed where nothing confirms it any more."""
    tone, dashes = (theme.family["obstruction"], "") if open_ else (theme.muted, ' stroke-dasharray="2.5 2"')
    at = f'x="{x - 5.5:.1f}" y="{y - 5.5:.1f}" width="11" height="11"'
    return f'<rect {at} fill="{theme.panel}" stroke="{tone}" stroke-width="2"{dashes}/>'


def legend(theme: Theme, left: float, top: float, right: float, *, density: bool = False) -> tuple[str, float]:
    """Return the legend and where it ends.

    Args:
        theme: the tokens of the appearance.
        left: its left edge.
        top: the middle of its first row.
        right: its right edge; what would reach beyond it goes on in the next row.
        density: whether how thick events lie is drawn in place of discs.
    """
    drawn, y = [], top
    for entries in (_dense(theme) if density else _events(theme), _lasting(theme)):
        x = left
        for shape, word in entries:
            wide = _WORD + len(word) * _LETTER_PX
            if x > left and x + wide > right:
                x, y = left, y + _ROW_PX
            drawn.append(f'{shape(x + 6, y)}<text x="{x + _WORD:.1f}" y="{y + 4:.1f}">{escape(word)}</text>')
            x += wide + _GAP
        y += _ROW_PX
    return f'<g class="legend" font-size="{_FONT_PX}" fill="{theme.ink}">{"".join(drawn)}</g>', y


def _swatch(tone: str, opacity: float, edge: str = "") -> Shape:
    def drawn(x: float, y: float) -> str:
        at = f'x="{x - 6:.1f}" y="{y - 5:.1f}" width="12" height="10"'
        return f'<rect {at} fill="{tone}" fill-opacity="{opacity}" stroke="{edge or tone}"/>'

    return drawn


def _dense(theme: Theme) -> list[tuple[Shape, str]]:
    """Return the steps from thin to thick, with a word for the first and the last, and what areas mean."""
    first, *between, last = (_swatch(tone, thick.OPACITY, theme.border) for tone in thick.tones(theme))
    steps = [(first, _("density of events by weight: thin")), *((tone, "") for tone in between), (last, _("thick"))]
    families = [(_swatch(theme.family[family], 0.2), _(family)) for family in FAMILIES]
    return [*steps, *families, (_swatch(theme.muted, 0.2), _("shaded: known only to an area"))]


def _events(theme: Theme) -> list[tuple[Shape, str]]:
    def disc(tone: str) -> Shape:
        return lambda x, y: f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{tone}"/>'

    def ringed(x: float, y: float) -> str:
        ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="none" stroke="{theme.muted}" stroke-width="1.5"/>'
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{theme.muted}"/>{ring}'

    families = [(disc(theme.family[family]), _(family)) for family in FAMILIES]
    return [*families, (ringed, _("ring: independent reports")),
            (_swatch(theme.muted, 0.2), _("shaded: known only to an area"))]  # fmt: skip


def _lasting(theme: Theme) -> list[tuple[Shape, str]]:
    def gate(state: str) -> Shape:
        return lambda x, y: rhombus(x, y, state, theme)

    def stands(x: float, y: float) -> str:
        return square(x, y, theme, open_=True)

    crossings = [(gate(state), _("crossing: {state}", state=_(said))) for state, said in STATES.items()]
    return [(stands, _("square: stands")), *crossings]
