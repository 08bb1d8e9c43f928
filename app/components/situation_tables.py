"""The twin of the page Situations: the same situations and crossings as tables, and as files."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from app import standing, words
from app.components import situation_rows
from app.standing import Board, Standing
from tension.events.crossings import crossing_table
from tension.events.situations import CLOSED, OPEN, situation_table
from tension.events.situations import UNCONFIRMED as SILENT


def draw(found: Board, rows: Sequence[Standing]) -> None:
    """Draw situations and crossings as tables."""
    st.markdown("**Situations**")
    rows = [s for status in (OPEN, SILENT, CLOSED) for s in Board(day=found.day, standing=tuple(rows), crossings=()).of(status)]
    table = frame(rows, found.day)
    shown = table.assign(
        where=[situation_rows.place_of(s.situation) for s in rows], kind=table["name"],
    )[["status", "where", "since", "confirmed", "unconfirmed_since", "until", "n_reports", "kind"]]  # fmt: skip
    day = st.column_config.DateColumn
    st.dataframe(
        shown, hide_index=True, key="situation-table", alt=f"Table of {words.plural(len(shown), 'situation')}",
        column_config={
            "status": "State", "where": "Where", "kind": "Kind", "since": day("Since", format="D MMM YYYY"),
            "until": day("Closed", format="D MMM YYYY"), "confirmed": day("Last confirmed", format="D MMM YYYY"),
            "unconfirmed_since": day("Unconfirmed since", format="D MMM YYYY"), "n_reports": "Reports",
        },
    )  # fmt: skip
    st.markdown("**Crossings**")
    gates = board_frame(found)[["border", "place_name", "state", "since", "confirmed", "n_reports"]]
    st.dataframe(
        gates, hide_index=True, key="crossing-table", alt=f"Table of {words.plural(len(gates), 'crossing')}",
        column_config={
            "border": "Border", "place_name": "Crossing", "state": "State", "since": day("Since", format="D MMM YYYY"),
            "confirmed": day("Last report", format="D MMM YYYY"), "n_reports": "Reports",
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
