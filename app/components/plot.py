"""A plotly figure that keeps its zoom: Streamlit's own chart is built anew whenever its data changes.

The drawing library is the one inside the plotly package, served by this server; nothing is fetched from elsewhere.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import plotly.io
import streamlit as st

from app.components import speech

_NAME = "karaula_plot"
_FOLDER = Path(__file__).parent
_LIBRARY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@lru_cache(maxsize=4)
def script(*parts: str) -> str:
    """Return files of this folder as one script, behind what loads the drawing library."""
    return "\n".join(_FOLDER.joinpath(name).read_text(encoding="utf-8") for name in ("library.js", *parts))


def library_url() -> str:
    """Return where the browser finds the drawing library, relative to the page so that a base path does no harm.

    `app.asgi` answers there, for good: another version of the library has another address.
    """
    return f"plotly/{plotly.__version__}/{_LIBRARY.name}"


def library() -> tuple[str, Path]:
    """Return the path that the drawing library is asked for at, and its file."""
    return f"/{library_url()}", _LIBRARY


def _ignore() -> None:
    """Leave a trigger without a handler of its own."""


def draw(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    on_picked: Callable[[], None] = _ignore,
    on_brushed: Callable[[], None] = _ignore,
) -> None:
    """Draw a figure in place of what the same key drew before.

    Args:
        figure: with a height in its layout.
        key: of the element; `value` of the same key tells what the reader did.
        alt: the figure in words.
        on_picked: called after a click on a mark.
        on_brushed: called after a range of x was selected.
    """
    mount = st.components.v2.component(_NAME, html='<div class="karaula-plot"></div>', js=script("plot.js"), isolate_styles=False)
    mount(
        key=key,
        data={
            "figure": plotly.io.to_json(figure, validate=False),
            "library": library_url(),
            "alt": alt,
            "height": int(figure.layout.height),
            "say": speech.of_figures(),
        },
        on_picked_change=on_picked,
        on_brushed_change=on_brushed,
    )


def value(key: str, trigger: str) -> Any:  # noqa: ANN401 - what JavaScript sends
    """Return what the reader picked or brushed in the figure of a key, or None; for use in the handlers."""
    state = st.session_state.get(key)
    return None if state is None else state.get(trigger)
