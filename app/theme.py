"""The look, in one place: every colour that is drawn, in light and in dark.

Streamlit's own elements take theirs from `.streamlit/config.toml`; a test keeps the two equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: The one typeface; its files lie in `static/`.
FONT = "Inter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The tokens of one appearance."""

    name: str
    page: str
    panel: str
    line: str
    ink: str
    muted: str
    land: str
    border: str
    water: str
    #: Words that warn: below its floor, stale, no reading.
    warning: str
    #: What a window or an active entry of a list lies on.
    shade: str
    #: Colour of each family of signals, as area.
    family: Mapping[str, str]
    #: The same where it colours words.
    family_text: Mapping[str, str]


_LIGHT_FAMILIES = {
    "violence": "#A50F15",
    "military": "#0B3C6F",
    "obstruction": "#B87400",
    "political": "#8856A7",
    "stabilising": "#11846A",
}
_DARK_FAMILIES = {
    "violence": "#FF6B6B",
    "military": "#4C8DFF",
    "obstruction": "#FFD166",
    "political": "#F09AE0",
    "stabilising": "#3CCFA6",
}

LIGHT = Theme(
    name="light",
    page="#FAFAF7",
    panel="#FFFFFF",
    line="#E3E1DA",
    ink="#1C2126",
    muted="#5D666E",
    land="#EFEDE6",
    border="#B9B4A7",
    water="#DDE6EA",
    warning="#8A5700",
    shade="#F0EEE7",
    family=MappingProxyType(_LIGHT_FAMILIES),
    family_text=MappingProxyType(_LIGHT_FAMILIES | {"obstruction": "#8A5700", "stabilising": "#0E7760"}),
)
DARK = Theme(
    name="dark",
    page="#14181D",
    panel="#1B2027",
    line="#2C333B",
    ink="#E8EAEC",
    muted="#9AA4AD",
    land="#20262E",
    border="#48525C",
    water="#0F1317",
    warning="#FFD166",
    shade="#222931",
    family=MappingProxyType(_DARK_FAMILIES),
    family_text=MappingProxyType(_DARK_FAMILIES),
)

#: Names of the tokens that are one colour each.
_SINGLE = ("page", "panel", "line", "ink", "muted", "land", "border", "water", "warning", "shade")
_FAMILIES = tuple(_LIGHT_FAMILIES)
#: For a document that is drawn before it is known in which appearance it is looked at: each token is a variable of the document.
EITHER = Theme(
    name="either",
    **{name: f"var(--k-{name})" for name in _SINGLE},
    family=MappingProxyType({family: f"var(--k-{family})" for family in _FAMILIES}),
    family_text=MappingProxyType({family: f"var(--k-{family}-text)" for family in _FAMILIES}),
)


def declared(theme: Theme) -> str:
    """Return the tokens of an appearance as declarations of the variables of `EITHER`."""
    single = {name: getattr(theme, name) for name in _SINGLE}
    words = {f"{family}-text": colour for family, colour in theme.family_text.items()}
    return "".join(f"--k-{name}:{colour};" for name, colour in {**single, **theme.family, **words}.items())


def themed(appearance: str | None) -> Theme:
    """Return the tokens of an appearance as the browser names it; light where it says nothing."""
    return DARK if appearance == "dark" else LIGHT


def blend(front: str, back: str, share: float) -> str:
    """Return the opaque colour that `front` makes when laid over `back` with an opacity of `share`."""
    pairs = zip(_channels(front), _channels(back), strict=True)
    return "#" + "".join(f"{round(f * share + b * (1 - share)):02X}" for f, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
