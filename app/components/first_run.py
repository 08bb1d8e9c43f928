"""What is seen before anything was read: three sentences that explain the desk, and the way to the replay archive."""

import streamlit as st

from app import access, catalogue, repository, who
from app.access import LIVE, REPLAY
from tension.tongue import N_, _

_SENTENCES = (
    N_(
        "Karaula reads the region's news feeds in its own languages and shows where tension is rising, since when, and on "
        "what evidence."
    ),
    N_(
        "Every number leads to the words of the reports that it is made of; where nothing was read there is no reading, which "
        "is no calm."
    ),
    N_(
        "To look around before the first fetch, fill the replay archive: headlines that Karaula wrote about public record, of "
        "the crises of past years."
    ),
)


def is_due() -> bool:
    """Tell whether nobody has read anything here yet: no archive, and a live store that is not there or empty, not broken."""
    no_live = access.is_absent(LIVE) or repository.trouble(LIVE) is None
    return no_live and access.is_absent(REPLAY) and not repository.has_signals(LIVE)


def draw() -> None:
    """Draw the sentences, the button that fills the archive where it may be filled from here, and the commands."""
    st.subheader(_("Nothing has been read yet"), anchor=False)
    for sentence in _SENTENCES:
        st.write(_(sentence))
    if not access.settings().read_only and who.here().role == "operator":
        _fill()
    st.write(_("By hand: `karaula replay` fills the archive, `karaula refresh` fetches the feeds once, `karaula watch` goes on."))


def _fill() -> None:
    if not st.button(_("Fill the replay archive"), key="fill-archive", type="primary", icon=":material/history:"):
        return
    with st.spinner(_("Reading the archive; this takes some seconds …")):
        outcome = catalogue.run("replay")
    if outcome.done:
        st.session_state.pop("store", None)
        st.query_params["store"] = REPLAY
        st.rerun()
    st.error(_("Not done."), icon=":material/error:")
    # It may hold what a stranger wrote: plain text.
    st.text(outcome.said)
