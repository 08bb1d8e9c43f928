"""The map in the browser: one element that holds the data and plays it, and a small one that turns its switches.

The drawing library is the one inside the plotly package, served by this server; nothing is fetched from elsewhere.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from app.components import plot, speech

_FOLDER = Path(__file__).with_name("map")
#: Keys of the two elements.
MAP, VIEW = "map", "map-view"


@lru_cache(maxsize=1)
def _scripts() -> tuple[str, str, str]:
    """Return the page of the map, its script in the order of its parts, and the script of the switches."""
    html, view = (_FOLDER.joinpath(name).read_text(encoding="utf-8") for name in ("map.html", "view.js"))
    return html, plot.script("map/time.js", "map/ground.js", "map/layers.js", "map/overlay.js", "map/map.js"), view


def draw(data: Mapping[str, Any], *, on_picked: Callable[[], None], on_shown: Callable[[], None]) -> None:
    """Draw the map of a window.

    Args:
        data: see `app.figures.dots`; with a `token` that is the same as long as the rest is.
        on_picked: called after a click: `value(MAP, "picked")` has `place` and `event`.
        on_shown: called once the days shown have settled: `value(MAP, "shown")` has first and last day, or none for all.
    """
    html, script, _ = _scripts()
    mount = st.components.v2.component("karaula_map", html=html, js=script, isolate_styles=False)
    said = {**data, "library": plot.library_url(), "say": speech.of_map()}
    mount(key=MAP, data=said, on_picked_change=on_picked, on_shown_change=on_shown)


def turn(view: Mapping[str, Any]) -> None:
    """Turn the switches: days shown, chosen place, names, lines, density, situations, crossings."""
    mount = st.components.v2.component("karaula_map_view", html="<span></span>", js=_scripts()[2], isolate_styles=False)
    mount(key=VIEW, data=dict(view))


value = plot.value
