"""The days that the map shows, as the address and the session know them; the browser plays them by itself."""

from datetime import date

import streamlit as st

from app import filters
from app.components import map_plot

SHOWN = "shown"
Days = tuple[date, date]


def clamped(shown: Days | None, window: Days) -> Days:
    """Return the shown days as far as they lie in the window; the whole window where none does."""
    if shown is None or shown[0] > window[1] or shown[1] < window[0] or shown[0] > shown[1]:
        return window
    return max(shown[0], window[0]), min(shown[1], window[1])


def _stated() -> Days | None:
    found = st.session_state.get(SHOWN)
    return (found[0], found[1]) if isinstance(found, (tuple, list)) and len(found) > 1 else None


def days(window: Days) -> Days:
    """Return the days shown, taken from the address on the first run, and write them to it."""
    filters.adopt_days(SHOWN)
    shown = clamped(_stated(), window)
    filters.publish(SHOWN, None if shown == window else [day.isoformat() for day in shown])
    return shown


def show(shown: Days | None) -> None:
    """Show these days; None shows the whole window."""
    st.session_state[SHOWN] = shown


def settled() -> None:
    """Take over the days that the browser came to rest on; nonsense from it is the whole window."""
    stated = map_plot.value(map_plot.MAP, "shown") or []
    try:
        found = sorted(date.fromisoformat(str(day)) for day in stated)
    except ValueError:
        found = []
    show((found[0], found[-1]) if found else None)
