"""The first view of Now and Map as HTML of its own, in the place and the look of the page that follows.

Nothing in it can be operated but its links; what asks for anything comes with the page. It is drawn before it is known in which
appearance it is looked at: its colours are variables, which the browser fills, and the map is there in both.
"""

import tomllib
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import streamlit as st

from app import addresses, passing, repository
from app.access import Desk
from app.components import freshness, map_desk, map_file, markup, now_desk
from app.contents import PAGES
from app.figures import basemap, map_svg, raster
from app.theme import DARK, EITHER, LIGHT, declared
from tension.model import Query
from tension.tongue import _, spoken

_HERE = Path(__file__).parent
#: Pixels of the map: as wide as a screen shows of it and more, cut evenly on both sides.
_WIDE, _HIGH = 1000, 540


@lru_cache(maxsize=1)
def _frame() -> tuple[str, str]:
    """Return style and script."""
    css, script = (_HERE.joinpath(f"first_view.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    looks = (
        f"#k-first{{{declared(LIGHT)}}}@media (prefers-color-scheme:dark){{#k-first{{{declared(DARK)}}}}}"
        f"#k-first[data-look=light]{{{declared(LIGHT)}}}#k-first[data-look=dark]{{{declared(DARK)}}}"
    )
    return _fonts() + looks + css, script


def _fonts() -> str:
    """Return the typeface as the page below declares it."""
    with _HERE.parent.joinpath(".streamlit", "config.toml").open("rb") as source:
        faces = tomllib.load(source)["theme"]["fontFaces"]
    return "".join(
        f"@font-face{{font-family:{face['family']};src:url(./{face['url']}) format('woff2');font-weight:{face['weight']};"
        f"unicode-range:{face['unicodeRange']}}}"
        for face in faces
    )


def document(page: str, desk: Desk, body: str) -> str:
    """Return what the document of a page shows.

    Args:
        page: one of `BODIES`.
        desk: the open store at this moment.
        body: what lies below the strip.
    """
    css, script = _frame()
    return (
        f'<div id="k-first" lang="{spoken()}"><style>{css}</style><script>{script}</script>{markup.style(EITHER)}{_side(page)}'
        f'<main aria-busy="true"><div class="k-head">{freshness.strip(desk, EITHER)}</div>{body}</main></div>'
    )


def _side(page: str) -> str:
    entries = "".join(
        f'<a href="./{markup.text(addresses.of(path, {}).rstrip("?"))}"{" aria-current=page" if path == page else ""}>'
        f"{markup.text(_(title))}</a>"
        for _script, path, title in PAGES
    )
    return f'<header><b class="k-brand" role="img" aria-label="Karaula"></b></header><nav>{entries}</nav>'


def _now(desk: Desk, query: Query) -> str:
    said = now_desk.told(desk, query)
    return f'{now_desk.card(desk, query, said)}<div class="k-rows">{now_desk.leading(said, EITHER, inline=True)}</div>'


def _map(desk: Desk, query: Query) -> str:
    sheet, places = _sheet(desk, query), repository.shown(desk, query, query.since, query.until)[1]
    meant = map_desk.marks(places, dense=False)
    names = "".join(
        f'<span style="left:{x:.0f}px;top:{y:.0f}px">{markup.text(name)}</span>'
        for x, y, name in map_svg.names(sheet, _WIDE, _HIGH)
    )
    drawn = "".join(
        f'<img class="k-{look}" src="data:image/webp;base64,{b64encode(image).decode("ascii")}" alt="" '
        f'width="{_WIDE}" height="{_HIGH}">'
        for look, image in _images(desk, desk.url, desk.watermark, query).items()
    )
    return (
        f'<div class="k-card"><div class="k-legend">{markup.legend(EITHER)}<span class="k-wide">{meant}</span></div></div>'
        f'<div class="k-said">{markup.text(sheet.title)}</div>'
        f'<div class="k-frame" role="img" aria-label="{markup.text(sheet.title)}"><div>{drawn}{names}</div></div>'
    )


def _sheet(desk: Desk, query: Query) -> map_svg.Sheet:
    places = repository.shown(desk, query, query.since, query.until)[1]
    shown = query.since, query.until
    return map_file.sheet(desk, query, shown, basemap.opening(places), "", map_desk.usual_switches())


# Without a word in it: one for all languages.
@passing.of_state
@st.cache_resource(max_entries=2, show_spinner=False)
def _images(_desk: Desk, url: str, watermark: str, query: Query) -> Mapping[str, bytes]:  # noqa: ARG001 - the key
    sheet = _sheet(_desk, query)
    return {look.name: raster.webp(map_svg.frame(sheet, look, _WIDE, _HIGH)) for look in (LIGHT, DARK)}


#: By path of the page, what it shows below the strip.
BODIES: Mapping[str, Callable[[Desk, Query], str]] = {"": _now, "map": _map}
