"""The page Sources: health of each feed in words, coverage per country and day."""

from typing import Any

import pandas as pd
import streamlit as st

from app import catalogue, filters, health, onscreen, repository, words
from app.access import Desk
from app.components import header, markup
from app.figures import coverage as figure
from app.rows import records
from app.theme import Theme
from tension.model import Query

STATE = "state"
_ARCHIVE = (
    "The replay archive has no feeds: its items were written down once, each with the address of its report where one is known."
)
_COLUMNS = (
    "state", "outlet", "country", "language", "kind", "last_success_at", "next_due_at", "n_1d", "n_7d", "n_28d",
    "expected_per_day", "said", "url",
)  # fmt: skip


def summary(desk: Desk) -> None:
    """Say in one sentence how the sources are."""
    st.subheader("Sources" if desk.is_replay else health.sentence(repository.feeds(desk), desk.now), anchor=False)
    if desk.is_replay:
        st.write(_ARCHIVE)
        _outlets(desk)


def _outlets(desk: Desk) -> None:
    if desk.span is None:
        return
    items = repository.articles(desk, Query(since=desk.span[0], until=desk.span[1], as_known_at=desk.as_known_at))
    by = items.assign(day=items["published_date"].fillna(items["published_at"].dt.tz_localize(None))).groupby("outlet")
    rows = by.agg(
        languages=("language", lambda s: ", ".join(sorted(set(s.map(words.language))))), n_items=("article_id", "size"),
        n_signals=("n_signals", "sum"), first=("day", "min"), last=("day", "max"),
    ).reset_index().sort_values(["n_items", "outlet"], ascending=[False, True])  # fmt: skip
    header.show(onscreen.OnScreen(name="outlets", frame=lambda: rows))
    st.dataframe(
        rows, hide_index=True, height=560, key="outlets", alt=f"Table of {len(rows)} outlets in the archive",
        column_config={
            "outlet": "Outlet", "languages": "Languages", "n_items": "Items", "n_signals": "Signals",
            "first": st.column_config.DateColumn("First", format="D MMM YYYY"),
            "last": st.column_config.DateColumn("Last", format="D MMM YYYY"),
        },
    )  # fmt: skip


def coverage(desk: Desk, query: Query, look: Theme) -> None:
    """Draw articles per country and day of the window."""
    since, until = query.since, min(query.until, desk.now.date())
    if desk.is_replay or since > until:
        return
    found = repository.coverage(desk, since, until)
    st.markdown("**Articles per country and day of first sight**")
    if found.empty:
        st.info(f"No feed was asked and no article seen from {words.days(since, until)}.", icon=":material/hourglass_empty:")
        return
    st.caption("Darker: more articles. Sand-coloured: no feed of the country answered, which is a gap, not a calm.")
    drawn = found.assign(day=pd.to_datetime(found["day"]))
    shown = figure.build(drawn, look)
    st.plotly_chart(shown, key="coverage", theme=None, alt=figure.alt(drawn), config={"displayModeBar": False})


def table(desk: Desk) -> None:
    """Draw every feed with its state, filtered by state."""
    feeds = repository.feeds(desk)
    if feeds.empty:
        return
    feeds = feeds.assign(state=health.states(feeds, desk.now))
    paused = [feed_id for feed_id, change in catalogue.overlay().changes.items() if change.paused]
    feeds.loc[feeds["feed_id"].isin(paused), "state"] = health.PAUSED
    counts = feeds["state"].value_counts()
    present = [state for state in health.STATES if counts.get(state)]
    filters.adopt_several(STATE, present)
    picked = st.pills(
        "State", present, key=STATE, selection_mode="multi", persist_state="session", format_func=lambda s: f"{s} ({counts[s]})"
    )
    filters.publish(STATE, picked or None)
    rows = feeds[feeds["state"].isin(picked or present)].copy()
    rows["state"] = pd.Categorical(rows["state"], categories=health.STATES, ordered=True)
    rows["said"] = [_said(row) for row in records(rows[["outcome", "status", "reason", "grade"]])]
    rows["country"], rows["language"] = rows["country"].map(words.country), rows["language"].map(words.language)
    rows["url"] = rows["url"].where(rows["url"].map(markup.is_web_address))
    ordered = rows.sort_values(["state", "country", "outlet"], kind="stable")[list(_COLUMNS)]
    header.show(onscreen.OnScreen(name="feeds", frame=lambda: ordered))
    _draw(ordered)


def _said(row: dict[str, Any]) -> str:
    """Return what the last attempt brought, in words."""
    if row["outcome"] in health.ANSWERING:
        return "unchanged" if row["outcome"] == "not_modified" else "answered"
    if not isinstance(row["outcome"], str) or not row["outcome"]:
        return "not asked yet"
    status = "" if pd.isna(row["status"]) else f" (HTTP {row['status']})"
    grade = f"; {row['grade']} failure" if row["grade"] else ""
    return f"{row['reason'] or 'failed'}{status}{grade}"


def _draw(rows: pd.DataFrame) -> None:
    at = st.column_config.DatetimeColumn
    number = st.column_config.NumberColumn
    st.dataframe(
        rows, hide_index=True, height=560, key="feeds", alt=f"Table of {len(rows)} feeds with their state",
        column_config={
            "state": "State", "outlet": "Outlet", "country": "Country", "language": "Language", "kind": "Kind",
            "last_success_at": at("Last success (UTC)", format="D MMM, HH:mm", timezone="UTC"),
            "next_due_at": at("Next due (UTC)", format="D MMM, HH:mm", timezone="UTC"),
            "n_1d": number("1 day"), "n_7d": number("7 days"), "n_28d": number("28 days"),
            "expected_per_day": number("Expected a day", format="%.1f"),
            "said": st.column_config.TextColumn("Last attempt", width="large"),
            "url": st.column_config.LinkColumn("Feed", display_text="open"),
        },
    )  # fmt: skip
