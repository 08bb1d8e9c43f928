"""The operator's part of the page Sources: find, test and add feeds; pause them, move them in and out of the panel; lists."""

from typing import Any

import pandas as pd
import streamlit as st

from app import catalogue, repository, words
from app.access import Desk
from app.catalogue import Outcome
from app.components import source_desk
from tension import assets
from tension.model import REGION
from tension.tongue import N_, _, ngettext

_TRIED, _SAID = "catalogue-tried", "catalogue-said"
#: As in the catalogue (assets/feeds/README.md).
KINDS = ("portal", "daily", "wire", "public_service", "broadcaster", "institution", "international", "investigative")
#: What an operator may decide: words on the button, command, and option.
_ACTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (N_("Pause"), "pause", ()), (N_("Resume"), "resume", ()),
    (N_("Into the panel"), "panel", ()), (N_("Out of the panel"), "panel", ("--leave",)),
    (N_("Read in full"), "fulltext", ()), (N_("Headlines only"), "fulltext", ("--off",)),
)  # fmt: skip


def draw(desk: Desk) -> None:
    """Draw the acts, or say why there are none."""
    if desk.is_replay:
        return
    with st.expander(_("Catalogue: find, test, add, pause, lists"), key="catalogue"):
        why = catalogue.objection(desk)
        if why is not None:
            st.caption(why)
            return
        _say()
        _find()
        _decide(desk)
        _lists()


def _say() -> None:
    """Say what the last act came to, as plain text: a stranger's words may be in it."""
    outcome: Outcome | None = st.session_state.pop(_SAID, None)
    if outcome is not None:
        (st.success if outcome.done else st.error)(_("Done.") if outcome.done else _("Not done."), icon=None)
        st.text(outcome.said)


def _done(outcome: Outcome) -> None:
    st.session_state[_SAID] = outcome
    st.rerun()


# --- find, test, add --------------------------------------------------------------------------------------------------


def _find() -> None:
    st.markdown(f"**{_('Find and test')}**")
    st.caption(_("Asks as politely as ever, and stores nothing. A site's address finds its feeds; a feed's address tests it."))
    with st.form("catalogue-find", border=False):
        address = st.text_input(_("Address of a site or a feed"), key="catalogue-address", max_chars=2_000)
        finding = st.form_submit_button(_("Find and test"), icon=":material/search:")
    if finding and address.strip():
        with st.spinner(_("Asking")):
            rows, trouble = catalogue.tried("find", address.strip())
        st.session_state[_TRIED] = rows
        if trouble:
            st.text(trouble)
    rows = st.session_state.get(_TRIED, [])
    if rows:
        _tried(rows)
        _add([row for row in rows if row["answers"]])


def _tried(rows: list[dict[str, Any]]) -> None:
    """Draw what was tried as a table: its cells are text, whatever strangers wrote."""
    table = pd.DataFrame({
        _("Answers"): [row["answers"] for row in rows],
        _("Address"): [row["url"] for row in rows],
        _("Title"): [row["title"] for row in rows],
        _("Format"): [row["format"] for row in rows],
        _("Entries"): [row["entries"] for row in rows],
        _("Dated"): [row["dated"] for row in rows],
        _("Newest"): [row["newest"] or "" for row in rows],
        _("Language"): [f"{row['language']} ({row['language_share']:.0%})" if row["answers"] else "" for row in rows],
        _("What is odd"): ["; ".join([row["reason"], *row["issues"]]).strip("; ") for row in rows],
        _("First headlines"): [" | ".join(row["titles"]) for row in rows],
    })  # fmt: skip
    alt = ngettext("Table of {n} address that was tried", "Table of {n} addresses that were tried", len(rows))
    st.dataframe(table, hide_index=True, key="catalogue-table", alt=alt)


def _add(answering: list[dict[str, Any]]) -> None:
    if not answering:
        return
    sides = {side["id"]: _(side["name"]) for side in assets.read_toml("feeds", "sides.toml")["side"]}
    with st.form("catalogue-add", border=False):
        url = st.selectbox(_("Feed to add"), [row["url"] for row in answering], key="catalogue-url")
        left, middle, right = st.columns(3)
        outlet = left.text_input(_("Outlet"), key="catalogue-outlet", max_chars=200, placeholder=_("as the feed calls itself"))
        country = middle.selectbox(_("Newsroom in"), [*sorted(REGION, key=words.country), "HU", "INT"], index=None,
                                   format_func=words.country, key="catalogue-country")  # fmt: skip
        side = right.selectbox(_("Whose public"), sorted(sides, key=lambda s: sides[s]), index=None,
                               format_func=lambda s: sides[s], key="catalogue-side")  # fmt: skip
        kind = left.selectbox(_("Kind"), KINDS, format_func=source_desk.kind_of, key="catalogue-kind")
        adding = st.form_submit_button(_("Add"), icon=":material/add:")
    if not adding:
        return
    if country is None or side is None:
        st.warning(_("Say where its newsroom is and whose public it addresses: both decide how it counts."))
        return
    with st.spinner(_("Testing once more, and adding")):
        _done(catalogue.add(url, outlet=outlet.strip(), country=country, side=side, kind=kind))


# --- pause, panel, full text ------------------------------------------------------------------------------------------


def _decide(desk: Desk) -> None:
    st.markdown(f"**{_('Decide about feeds')}**")
    feeds = repository.feeds(desk)
    overlay = catalogue.overlay()
    names = {str(i): f"{outlet} ({i})" for i, outlet in zip(feeds["feed_id"], feeds["outlet"], strict=True)}
    names |= {str(row["id"]): f"{row.get('outlet')} ({row['id']})" for row in overlay.added if "id" in row}
    chosen = st.multiselect(
        _("Feeds"), sorted(names), format_func=lambda i: names[i], key="catalogue-feeds", placeholder=_("Choose feeds")
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for label, command, more in _ACTS:
            if st.button(_(label), key=f"catalogue-{command}{''.join(more)}", disabled=not chosen):
                _done(catalogue.act(command, *more, "--", *chosen))
    st.caption(
        _("Kept beside the settings, never in the shipped catalogue. Paused: not asked, and no gap. Panel: coverage and the "
          "panel series are measured on it. Read in full: the articles' own pages, too, where the site's terms and robots.txt "
          "allow it.")
    )  # fmt: skip


# --- lists ------------------------------------------------------------------------------------------------------------


def _lists() -> None:
    st.markdown(f"**{_('Lists (OPML)')}**")
    given = st.file_uploader(_("Add the feeds of a list"), type=["opml", "xml"], key="catalogue-opml", max_upload_size=20)
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Import"), key="catalogue-import", disabled=given is None) and given is not None:
            _done(catalogue.bring_in(given.name, given.getvalue()))
        st.download_button(
            _("Export all feeds"), data=catalogue.take_out, file_name="karaula-feeds.opml", mime="text/x-opml",
            key="catalogue-export", on_click="ignore",
        )  # fmt: skip
