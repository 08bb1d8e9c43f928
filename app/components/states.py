"""The states of a page that is not full: empty, broken, nothing chosen. Each says what is the matter and what to do."""

import streamlit as st

from app.access import LIVE, REPLAY
from tension.errors import KaraulaError


def broken(error: KaraulaError, store: str) -> None:
    """Say why a store cannot be read, and what may be done; nothing else is drawn."""
    st.error(f"The {_named(store)} cannot be read. {error}", icon=":material/error:")
    if store == LIVE:
        st.write("Fetch the feeds once with `karaula refresh`, or open the replay archive with the switch above.")
    else:
        st.write("Fill the archive with `karaula replay`, or open the live store with the switch above.")
    st.stop()


def _named(store: str) -> str:
    return "replay archive" if store == REPLAY else "live store"


def empty_store(store: str) -> None:
    """Say that a store holds nothing yet."""
    if store == LIVE:
        st.info(
            "The live store holds no article yet. It fills as the scheduler fetches the feeds; an empty page does not mean calm.",
            icon=":material/hourglass_empty:",
        )  # fmt: skip
    else:
        st.info("The replay archive is empty. Fill it with `karaula replay`.", icon=":material/hourglass_empty:")
    st.stop()


def empty_window(said: str, *, filtered: bool) -> None:
    """Say that these days, or these filters, hold nothing."""
    hint = "Widen the window, or take a filter out." if filtered else "Widen the window."
    calm = "No signal does not mean calm: see Sources for what was read."
    st.info(f"No signal {said}. {hint} {calm}", icon=":material/search_off:")
