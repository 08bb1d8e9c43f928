"""The days that the map shows: a slider, steps, play. The state is the slider's; the address carries it."""

from datetime import date, timedelta

import streamlit as st

from app import filters, words

SHOWN, PLAYING, STEP, SPEED = "shown", "playing", "step", "speed"
_STEPS = {"1d": 1, "7d": 7}
#: Seconds between two steps.
_SPEEDS = {"slow": 2.0, "normal": 1.0, "fast": 0.5}
#: Length of what moves when playing begins with the whole window in view.
_MOVING_DAYS = 7

Days = tuple[date, date]


def pace() -> float | None:
    """Return the seconds between two steps, or None while nothing plays."""
    return _SPEEDS[st.session_state.get(SPEED) or "normal"] if st.session_state.get(PLAYING) else None


def moved(shown: Days, window: Days, n_days: int) -> Days:
    """Return the shown days moved within the window; all of it shrinks to its first or last week first."""
    length = shown[1] - shown[0]
    if shown == window:
        length = min(timedelta(days=_MOVING_DAYS - 1), length)
        return (window[0], window[0] + length) if n_days > 0 else (window[1] - length, window[1])
    start = min(max(shown[0] + timedelta(days=n_days), window[0]), window[1] - length)
    return start, start + length


def clamped(shown: Days | None, window: Days) -> Days:
    """Return the shown days as far as they lie in the window; the whole window where none does."""
    if shown is None or shown[0] > window[1] or shown[1] < window[0] or shown[0] > shown[1]:
        return window
    return max(shown[0], window[0]), min(shown[1], window[1])


def _stated() -> Days | None:
    found = st.session_state.get(SHOWN)
    return (found[0], found[1]) if isinstance(found, (tuple, list)) and len(found) > 1 else None


def advance(window: Days) -> None:
    """Take the step that is due while playing; at the last day, stop."""
    if not st.session_state.get(PLAYING):
        return
    before = clamped(_stated(), window)
    after = moved(before, window, _step())
    st.session_state[SHOWN] = after
    if after[1] == window[1]:
        st.session_state[PLAYING] = False
        st.session_state["stopped"] = True


def _step() -> int:
    return _STEPS[st.session_state.get(STEP) or "1d"]


def show(days: Days, window: Days) -> None:
    """Show these days; for handlers."""
    st.session_state[SHOWN] = clamped((min(days), max(days)), window)


def _take_step(window: Days, direction: int) -> None:
    show(moved(clamped(_stated(), window), window, direction * _step()), window)


def _toggle(window: Days) -> None:
    st.session_state[PLAYING] = not st.session_state.get(PLAYING, False)
    shown = clamped(_stated(), window)
    if st.session_state[PLAYING] and shown != window and shown[1] == window[1]:
        show((window[0], window[0] + (shown[1] - shown[0])), window)


def slider(window: Days) -> Days:
    """Draw the slider over the window, and return the days shown."""
    if window[0] == window[1]:
        return window
    filters.adopt_days(SHOWN)
    if SHOWN in st.session_state:
        st.session_state[SHOWN] = clamped(_stated(), window)
    picked = st.slider(
        "Days shown", min_value=window[0], max_value=window[1], value=window, key=SHOWN, format="D MMM YYYY",
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    shown = picked[0], picked[1]
    # Not bound: a bound slider writes days as microseconds.
    filters.publish(SHOWN, None if shown == window else [day.isoformat() for day in shown])
    return shown


def controls(window: Days) -> None:
    """Draw play, the two steps, their length and the speed."""
    playing = st.session_state.get(PLAYING, False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        word, icon = ("Pause", ":material/pause:") if playing else ("Play", ":material/play_arrow:")
        if st.button(word, icon=icon, key="play", on_click=_toggle, args=(window,)):
            # Only a run of the whole page changes how often the map is drawn by itself.
            st.rerun()
        st.button("Back", icon=":material/chevron_left:", key="back", on_click=_take_step, args=(window, -1))
        st.button("Forward", icon=":material/chevron_right:", key="forward", on_click=_take_step, args=(window, 1))
        st.segmented_control(
            "Step", list(_STEPS), key=STEP, default="1d", required=True, label_visibility="collapsed", persist_state="session",
            format_func=lambda step: words.plural(_STEPS[step], "day"),
        )  # fmt: skip
        st.segmented_control(
            "Speed",
            list(_SPEEDS),
            key=SPEED,
            default="normal",
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
        st.button("All days", key="whole", on_click=show, args=(window, window), type="tertiary")
