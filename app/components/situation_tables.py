"""The twin of the page Situations: the same situations and crossings as tables, and as files."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from app import standing
from app.components import columns, situation_rows
from app.standing import Board, Standing
from tension.events.crossings import crossing_table
from tension.events.situations import CLOSED, OPEN, situation_table
from tension.events.situations import UNCONFIRMED as SILENT
from tension.tongue import _, ngettext


def draw(found: Board, rows: Sequence[Standing], since: date) -> None:
    """Draw situations and crossings as tables; reports are counted from a day on."""
    st.markdown(f"**{_('Situations')}**")
    rows = [s for status in (OPEN, SILENT, CLOSED) for s in Board(day=found.day, standing=tuple(rows), crossings=()).of(status)]
    table = frame(rows, found.day)
    shown = table.assign(
        where=[situation_rows.place_of(s.situation) for s in rows], kind=table["name"].map(_), status=table["status"].map(_),
        n_reports=[situation_rows.reports_since(s, since) for s in rows],
    )[["status", "where", "since", "confirmed", "unconfirmed_since", "until", "n_reports", "kind"]]  # fmt: skip
    st.dataframe(
        shown, hide_index=True, key="situation-table",
        alt=ngettext("Table of {n} situation", "Table of {n} situations", len(shown)),
        column_config={
            "status": _("State"), "where": _("Where"), "kind": _("Kind"), "since": columns.day(_("Since")),
            "until": columns.day(_("Closed")), "confirmed": columns.day(_("Last confirmed")),
            "unconfirmed_since": columns.day(_("Unconfirmed since")), "n_reports": _("Reports in these days"),
        },
    )  # fmt: skip
    st.markdown(f"**{_('Crossings')}**")
    gates = board_frame(found)[["border", "place_name", "state", "since", "confirmed"]]
    gates["state"] = gates["state"].map(_)
    st.dataframe(
        gates, hide_index=True, key="crossing-table", alt=ngettext("Table of {n} crossing", "Table of {n} crossings", len(gates)),
        column_config={
            "border": _("Border"), "place_name": _("Crossing"), "state": _("State"), "since": columns.day(_("Since")),
            "confirmed": columns.day(_("Last report")),
        },
    )  # fmt: skip


def frame(rows: Sequence[Standing], day: date) -> pd.DataFrame:
    """Return situations as `karaula export situations` does, as known on the day."""
    table = situation_table((s.situation for s in rows), day)
    confirmed = pd.to_datetime(pd.Series([s.confirmed for s in rows], dtype=object, index=table.index))
    silent = pd.to_datetime(pd.Series([s.unconfirmed_since for s in rows], dtype=object, index=table.index))
    articles = pd.Series([s.article_ids for s in rows], dtype=object, index=table.index)
    closed = pd.Series([s.status == CLOSED for s in rows], dtype=bool, index=table.index)
    return table.assign(
        confirmed=confirmed.astype("datetime64[us]"), unconfirmed_since=silent.astype("datetime64[us]"),
        until=table["until"].where(closed), n_reports=[len(s.article_ids) for s in rows],
        closed_by=table["closed_by"].where(closed), article_ids=articles,
    )  # fmt: skip


def board_frame(found: Board) -> pd.DataFrame:
    """Return the crossings board as a frame, with border and state as on the page."""
    table = crossing_table(found.crossings)
    table["state"] = table["state"].map(standing.STATES)
    table.insert(0, "border", [situation_rows.border_name(standing.border_of(c.place.id)) for c in found.crossings])
    table["n_reports"] = [len(c.article_ids) for c in found.crossings]
    return table
