"""The table below the map: the same events, those of the chosen place first; a row opens its evidence as a ring does."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from app import repository, words
from app.access import Desk
from app.components import columns, markup, place_panel
from app.rows import records
from tension.tongue import _, ngettext, pgettext

#: Rows that are shown at first, and how many more each time.
ROWS = 200
OPEN, _N_ROWS, _IDS = "below", "below-rows", "below-ids"
#: The place whose events stand first, and the one that was chosen in the table itself: that must not move its rows.
_FIRST, _OWN = "below-first", "below-own"


def draw(desk: Desk, events: pd.DataFrame, shown: tuple[date, date]) -> None:
    """Draw the table, closed until somebody opens it.

    Args:
        desk: the open store.
        events: of the days shown, heaviest first.
        shown: first and last day.
    """
    place = place_panel.stated()
    # Its name holds no number: Streamlit would take the next number for another one, and close it.
    opened = st.expander(_("The same as a table"), key=OPEN, on_change="rerun", icon=":material/table_rows:")
    if not opened.open:
        return
    with opened:
        _table(desk, ordered(events, _first(place)), shown, n_here=int(_here(events, place).sum()))


def _here(events: pd.DataFrame, place: str | None) -> pd.Series:
    """Tell of each event whether it is at a place, or has none where that is what was chosen."""
    return events["place_id"].isna() if place == place_panel.UNPLACED else events["place_id"].astype(object) == (place or "")


def _first(place: str | None) -> str | None:
    """Return the place whose events stand first: the chosen one, unless it was chosen in the table."""
    own = st.session_state.get(_OWN)
    if own is None or place != own:
        st.session_state[_FIRST], st.session_state[_OWN] = place, None
    found: str | None = st.session_state.get(_FIRST)
    return found


def ordered(events: pd.DataFrame, first: str | None) -> pd.DataFrame:
    """Return events with those of a place before the others, each part heaviest first."""
    here = _here(events, first)
    return pd.concat([events[here], events[~here]], ignore_index=True) if here.any() else events


def _table(desk: Desk, rows: pd.DataFrame, shown: tuple[date, date], *, n_here: int) -> None:
    n = max(ROWS, int(st.session_state.get(_N_ROWS, ROWS)))
    top = rows.head(n)
    st.session_state[_IDS] = [(str(row["event"]), _place_of(row)) for row in records(top[["event", "place_id"]])]
    said = [_("The heaviest {n} of {all}.", n=len(top), all=len(rows))]
    said += [_("{n} of {all} are at the chosen place.", n=n_here, all=len(rows))] if n_here else []
    st.caption(" ".join([*said, _("A row opens its reports.")]))
    # What was chosen belongs to these rows: of others, or in another order, its number would be that of another event.
    key = f"below-{desk.store}-{shown}-{st.session_state.get(_FIRST)}-{n}"
    st.dataframe(
        table(desk, top), hide_index=True, height=380, key=key, selection_mode="single-row", on_select=lambda: _pick(key),
        alt=ngettext("Table of {n} event, {days}", "Table of {n} events, {days}", len(top), days=words.days(*shown)),
        column_config={
            "day": columns.day(_("Day")), "signal": _("Signal"), "place": _("Place"),
            "title": st.column_config.TextColumn(_("Headline"), width="large"),
            "weight": st.column_config.NumberColumn(_("Weight"), format="%.1f"), "n_reports": _("Reports"),
            "n_independent": _("Independent voices"),
            "url": st.column_config.LinkColumn(_("Source"), display_text=pgettext("link", "open")),
        },
    )  # fmt: skip
    if len(rows) > n:
        st.button(ngettext("{n} more", "{n} more", min(ROWS, len(rows) - n)), key="below-more", on_click=_more, args=(n,))


def table(desk: Desk, events: pd.DataFrame) -> pd.DataFrame:
    """Return events as the table shows them, each with the headline of its first report."""
    first = [ids[0] if len(ids) else "" for ids in events["article_ids"]]
    found = repository.evidence(desk, tuple(sorted(filter(None, first))))
    texts = found.drop_duplicates("article_id").set_index("article_id")
    urls = texts["url"].where(texts["url"].map(markup.is_web_address)).reindex(first)
    return pd.DataFrame(
        {
            "day": events["day"].to_numpy(), "signal": [words.signal(str(code)) for code in events["code"]],
            "place": events["place_name"].astype(object).to_numpy(),
            "title": texts["title"].reindex(first).to_numpy(), "weight": events["weight"].to_numpy(),
            "n_reports": events["n_reports"].to_numpy(), "n_independent": events["n_independent"].to_numpy(),
            "url": urls.to_numpy(),
        }
    )  # fmt: skip


def _place_of(row: Mapping[str, Any]) -> str:
    return place_panel.UNPLACED if pd.isna(row["place_id"]) else str(row["place_id"])


def _more(n: int) -> None:
    st.session_state[_N_ROWS] = n + ROWS


def _pick(key: str) -> None:
    """Choose the event of a row, or nothing where the row was let go."""
    rows = st.session_state[key]["selection"]["rows"]
    known = st.session_state.get(_IDS, [])
    choose(*known[rows[0]] if rows and rows[0] < len(known) else (place_panel.NONE, place_panel.NONE))


def choose(event: str, place: str) -> None:
    """Open an event beside the map; the rows stay where they are."""
    st.session_state[place_panel.PLACE], st.session_state[place_panel.EVENT] = place, event
    st.session_state[_OWN] = place or None
