"""Rows of our own HTML that can be chosen: real buttons, for pointer and keyboard alike, and what listens to them.

Every page that has such rows has a list of the same choices beside them, so nothing depends on this script.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import streamlit as st

from app.components import markup
from app.theme import Theme

_KEY = "picks"
_SCRIPT = Path(__file__).with_name("picks.js")


@lru_cache(maxsize=1)
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def button(group: str, value: str, label: str, *, beside: str = "", chosen: bool = False) -> str:
    """Return a label that can be chosen.

    Args:
        group: of rows on one page; `listen` of the same group hears it.
        value: what is told.
        label: what is read; it is escaped.
        beside: what a listener needs beside the label to tell it from another of the same name.
        chosen: whether it is the one that is open.
    """
    said = ' aria-pressed="true"' if chosen else ""
    if beside:
        said += f' aria-label="{markup.text(f"{label}, {beside}")}"'
    return (
        f'<button type="button" class="k-pick" data-pick="{markup.text(group)}" data-value="{markup.text(value)}"{said}>'
        f"{markup.text(label)}</button>"
    )


def listen(handlers: Mapping[str, Callable[[str], None]]) -> None:
    """Call the function of a group with the value of its row that is chosen; once on a page, before its rows."""

    def heard() -> None:
        state = st.session_state.get(_KEY)
        picked = state.get("picked") if state is not None else None
        if picked and picked["group"] in handlers:
            handlers[picked["group"]](str(picked["value"]))

    mount = st.components.v2.component("karaula_picks", html="<span></span>", js=_script())
    mount(key=_KEY, on_picked_change=heard, height=1)


def style(theme: Theme) -> str:
    """Return the style of the buttons: they read as the names that they are."""
    return f"""<style>
.k-card .k-pick {{ background: none; border: 0; padding: 0; margin: 0; font: inherit; font-weight: 600; color: inherit;
  text-align: left; cursor: pointer; text-decoration: underline; text-decoration-color: {theme.border};
  text-underline-offset: 3px; overflow-wrap: anywhere; }}
.k-card .k-pick:hover {{ text-decoration-color: {theme.ink}; }}
.k-card .k-pick:focus-visible {{ outline: 2px solid {theme.family_text["military"]}; outline-offset: 2px; border-radius: 3px; }}
.k-card .k-pick[aria-pressed="true"] {{ text-decoration-color: {theme.family_text["military"]}; text-decoration-thickness: 2px; }}
</style>"""
