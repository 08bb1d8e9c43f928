"""The states of a page that is not full: empty, broken, nothing chosen. Each says what is the matter and what to do."""

import streamlit as st

from app.access import LIVE, REPLAY
from app.components import first_run
from tension.errors import KaraulaError
from tension.tongue import _


def broken(error: KaraulaError, store: str) -> None:
    """Say why a store cannot be read, and what may be done; nothing else is drawn. Before anything was read, say what this is."""
    if first_run.is_due():
        first_run.draw()
        st.stop()
    said = _("The replay archive cannot be read.") if store == REPLAY else _("The live store cannot be read.")
    st.error(f"{said} {error}", icon=":material/error:")
    if store == LIVE:
        st.write(_("Fetch the feeds once with `karaula refresh`, or open the replay archive with the switch above."))
    else:
        st.write(_("Fill the archive with `karaula replay`, or open the live store with the switch above."))
    st.stop()


def empty_store(store: str) -> None:
    """Say that a store holds nothing yet; before anything was read anywhere, say what this is."""
    if store == LIVE:
        st.info(
            _("The live store holds no article yet. It fills as the scheduler fetches the feeds; an empty page is no calm."),
            icon=":material/hourglass_empty:",
        )  # fmt: skip
    else:
        st.info(_("The replay archive is empty. Fill it with `karaula replay`."), icon=":material/hourglass_empty:")
    if first_run.is_due():
        first_run.draw()
    st.stop()


def empty_window(days: str, *, filtered: bool) -> None:
    """Say that these days, or these filters, hold nothing."""
    said = _("No signal from {days}.", days=days)
    hint = _("Widen the window, or take a filter out.") if filtered else _("Widen the window.")
    calm = _("No signal does not mean calm: see Sources for what was read.")
    st.info(f"{said} {hint} {calm}", icon=":material/search_off:")
