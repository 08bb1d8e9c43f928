"""Beside the map: the list of places, and the reports of the one that is chosen."""

import pandas as pd
import streamlit as st

from app import filters, repository, tally, words
from app.access import Desk
from app.components import evidence, markup
from app.rows import records
from app.theme import Theme

PLACE = "place"
#: In the address and in the list: nothing chosen, and what has no place.
NONE, UNPLACED = "", "unplaced"
_MOST_PLACES = 300
_MOST_REPORTS = 40
_STRONGEST = 8


def draw(desk: Desk, signals: pd.DataFrame, marks: pd.DataFrame, said: str, look: Theme) -> None:
    """Draw the panel.

    Args:
        desk: the open store.
        signals: of the days shown.
        marks: the same on the map.
        said: the days in words.
        look: the tokens of the appearance.
    """
    places = tally.places(marks)
    picked = _pick(places, signals)
    if picked == NONE:
        _strongest(places, marks, look)
        return
    found = signals[signals["place_id"].isna() if picked == UNPLACED else signals["place_id"] == picked]
    if found.empty:
        st.write(f"No report of this place in {said}, with these filters.")
        return
    _reports(desk, found, said, look)


def stated() -> str | None:
    """Return the place that is chosen, or that the address names on the first run."""
    found = st.session_state[PLACE] if PLACE in st.session_state else st.query_params.get(PLACE)
    return str(found) if found else None


def _pick(places: pd.DataFrame, signals: pd.DataFrame) -> str:
    # No counts in these names: Streamlit knows a choice again by what it is called.
    names = {row["place_id"]: words.place(row["place_name"], row["country"]) for row in records(places.head(_MOST_PLACES))}
    options = [NONE, *names]
    n_unplaced = int(signals["place_id"].isna().sum())
    if n_unplaced:
        names[UNPLACED] = "Without a place"
        options.append(UNPLACED)
    asked = stated()
    known = repository.place(asked) if asked and asked not in options else None
    if asked and known:
        # The chosen place stays chosen while the days move, also where it has nothing.
        names[asked] = words.place(*known)
        options.append(asked)
    filters.adopt(PLACE, options, default=NONE)
    picked = st.selectbox(
        "Place", options, key=PLACE, persist_state="session", format_func=lambda i: names.get(i, "Choose a place")
    )
    filters.publish(PLACE, picked or None)
    return str(picked)


def _strongest(places: pd.DataFrame, marks: pd.DataFrame, look: Theme) -> None:
    lines = []
    for row in records(places.head(_STRONGEST)):
        families = marks.loc[marks["place_id"] == row["place_id"]].sort_values("weight", ascending=False)["group"]
        badges = "".join(markup.badge(str(family), str(family), look) for family in families)
        name, n_events = words.place(row["place_name"], row["country"]), words.plural(row["n_events"], "event")
        lines.append(
            f'<div class="k-report"><b>{markup.text(name)}</b> <span class="k-muted">{n_events}</span><br>{badges}</div>'
        )
    hint = "Choose a dot, an area, or a place from the list to read its reports."
    title = '<div class="k-title">Heaviest places</div>' if lines else ""
    st.html(f'{markup.style(look)}<div class="k-card">{title}<div class="k-muted">{hint}</div>{"".join(lines)}</div>')


def _reports(desk: Desk, found: pd.DataFrame, said: str, look: Theme) -> None:
    newest = found.sort_values(["day", "first_seen_at"], ascending=False, kind="stable")["article_id"].drop_duplicates()
    frame = repository.evidence(desk, tuple(newest.head(_MOST_REPORTS)))
    shown = evidence.reports(frame, found, look)
    st.html(f"{markup.style(look)}{evidence.heading(found, look, shown=said)}{shown}")
    if len(newest) > _MOST_REPORTS:
        st.caption(f"The newest {_MOST_REPORTS} of {len(newest):,} reports; the table has all.")
