"""The tools above every page: as known on, the link to this view, and what is on screen as a file."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import filters, onscreen, tongue, words
from app.access import Desk
from app.components import brief_menu
from app.onscreen import OnScreen
from tension.model import Query
from tension.tongue import N_, _

_SHOWN = "on-screen"
#: What the rows on screen are: names of files, and words here.
_TABLES = {
    "scopes": N_("The scopes on screen, all of them:"), "events": N_("The events on screen, all of them:"),
    "signals": N_("The signals on screen, all of them:"), "reports": N_("The reports on screen, all of them:"),
    "situations": N_("The situations on screen, all of them:"), "crossings": N_("The crossings on screen, all of them:"),
    "index": N_("The index on screen, all of it:"), "sides": N_("The sides on screen, all of them:"),
    "reviewed": N_("What was reviewed, all of it:"), "outlets": N_("The outlets on screen, all of them:"),
    "feeds": N_("The feeds on screen, all of them:"), "firings": N_("The firings on screen, all of them:"),
    "weights": N_("The weights on screen, all of them:"),
}  # fmt: skip


def tools() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Return the places of the day looked back to, of link and files, and of the switch between the stores, asked first.

    The last two stay in one row on a narrow screen.
    """
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small", key="tools")
    known = row.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content")
    acts = row.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content")
    return known, acts.container(width="content"), acts.container(width="content")


def known_on(desk: Desk, picked: date | None) -> None:
    """Draw the choice of the day that is looked back to; None is now."""
    if desk.span is None:
        return
    st.caption(_("As known on"), width="content")
    filters.draw_known_on(desk)
    if picked:
        said = _("As known on {day}: nothing seen later is shown", day=words.day(picked))
        st.markdown(f":orange[**{said}**]", width="content")


def show(table: OnScreen) -> None:
    """Say what is on screen; the last one said is offered."""
    st.session_state[_SHOWN] = table


def forget() -> None:
    """Take back what another page had on screen."""
    st.session_state.pop(_SHOWN, None)


# A fragment of its own: opening link or files tells where the map is now, and redraws nothing else.
@st.fragment
def take_away(desk: Desk, query: Query) -> None:
    """Draw the link and the files."""
    tongue.speak()
    with st.container(horizontal=True, width="content", gap="xsmall"):
        _link(desk, query)
        _export(desk, query)


def _link(desk: Desk, query: Query) -> None:
    opened = st.popover(_("Link"), icon=":material/link:", key="link", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.markdown(_("This view, with its filters and days:"))
        parameters = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
        st.code(permalink(st.context.url or "", parameters, desk.store, query), language=None, wrap_lines=True)
        still, moving = _("Its numbers stand still."), _("Choose a day under “As known on” to hold its numbers still.")
        st.caption(still if query.as_known_at else moving)


def permalink(address: str, parameters: Iterable[tuple[str, str]], store: str, query: Query) -> str:
    """Return the address of a view with store and days stated, which the browser leaves out where they are the usual ones.

    Args:
        address: of the page, without parameters.
        parameters: of the address as they stand.
        store: that is open.
        query: that is drawn.
    """
    days = [(filters.WINDOW, query.since.isoformat()), (filters.WINDOW, query.until.isoformat())]
    others = [pair for pair in parameters if pair[0] not in {filters.STORE, filters.WINDOW}]
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([(filters.STORE, store), *days, *others]), ""))


def _export(desk: Desk, query: Query) -> None:
    opened = st.popover(_("Export"), icon=":material/download:", key="export", on_change="rerun")
    if not opened.open:
        return
    with opened:
        if _SHOWN in st.session_state:
            _table(st.session_state[_SHOWN], query)
        brief_menu.draw(desk, query)


def _table(table: OnScreen, query: Query) -> None:
    st.markdown(_(_TABLES[table.name]))
    for form in table.formats:
        name, media_type = onscreen.FORMATS[form]
        st.download_button(
            name, data=partial(table.content, form), file_name=table.file_name(query, form), mime=media_type,
            key=f"export-{form}", on_click="ignore", width="stretch",
        )  # fmt: skip
    if not table.has_places:
        st.caption(_("No GeoJSON, no GeoPackage: these rows have no places of their own."))
