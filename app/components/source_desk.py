"""The page Sources: health of each feed in words, coverage per country and day."""

from typing import Any

import pandas as pd
import streamlit as st

from app import ailing, catalogue, filters, health, onscreen, repository, words
from app.access import Desk
from app.components import columns, header, markup, plot
from app.figures import coverage as figure
from app.rows import records
from app.theme import Theme
from tension.model import Query
from tension.tongue import N_, _, ngettext, pgettext

STATE = "state"
#: A table of feeds is no higher than this, nor than its rows.
_TABLE_PX, _ROW_PX = 560, 31
_ARCHIVE = N_(
    "The replay archive has no feeds: its items were written down once, each with the address of its report where one is known."
)
_COLUMNS = (
    "state", "outlet", "country", "language", "kind", "last_success_at", "next_due_at", "n_1d", "n_7d", "n_28d",
    "expected_per_day", "said", "url",
)  # fmt: skip


def summary(desk: Desk) -> None:
    """Say in one sentence how the sources are."""
    st.subheader(_("Sources") if desk.is_replay else health.sentence(repository.feeds(desk), desk.now), anchor=False)
    if desk.is_replay:
        st.write(_(_ARCHIVE))
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
        rows, hide_index=True, height=560, key="outlets",
        alt=ngettext("Table of {n} outlet in the archive", "Table of {n} outlets in the archive", len(rows)),
        column_config={
            "outlet": _("Outlet"), "languages": _("Languages"), "n_items": _("Items"), "n_signals": _("Signals"),
            "first": columns.day(_("First")), "last": columns.day(_("Last")),
        },
    )  # fmt: skip


def coverage(desk: Desk, query: Query, look: Theme) -> None:
    """Draw articles per country and day of the window."""
    since, until = query.since, min(query.until, desk.now.date())
    if desk.is_replay or since > until:
        return
    found = repository.coverage(desk, since, until)
    st.markdown(f"**{_('Articles per country and day of first sight')}**")
    # A figure of gaps alone would be a patch of one tone without a name.
    if not (found["n_articles"].any() or found["n_feeds_answered"].any()):
        none = _("No feed was asked and no article seen from {days}.", days=words.days(since, until))
        st.info(none, icon=":material/hourglass_empty:")
        return
    st.caption(_("Stronger colour: more articles. Sand-coloured: no feed of the country answered, which is a gap, not a calm."))
    drawn = found.assign(day=pd.to_datetime(found["day"]))
    plot.draw(figure.build(drawn, look), key="coverage", alt=figure.alt(drawn))


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
        _("State"), present, key=STATE, selection_mode="multi", persist_state="session",
        format_func=lambda s: f"{_(s)} ({counts[s]})",
    )  # fmt: skip
    filters.publish(STATE, picked or None)
    rows = feeds[feeds["state"].isin(picked or present)].copy()
    rows["state"] = pd.Categorical(rows["state"], categories=health.STATES, ordered=True)
    rows["said"] = [_said(row) for row in records(rows[["outcome", "status", "reason", "grade"]])]
    rows["country"], rows["language"] = rows["country"].map(words.country), rows["language"].map(words.language)
    rows["url"] = rows["url"].where(rows["url"].map(markup.is_web_address))
    ordered = rows.sort_values(["state", "country", "outlet"], kind="stable")[list(_COLUMNS)]
    header.show(onscreen.OnScreen(name="feeds", frame=lambda: ordered))
    _draw(ordered)


def unwell(desk: Desk) -> None:
    """Draw, where it is asked for, what feeds suffer from by the record of four weeks: silence is told from calm here."""
    feeds = repository.feeds(desk)
    if desk.is_replay or feeds.empty:
        return
    asked = _("Look for feeds that are not well: silent, degraded, moved, with a wrong clock, losing entries")
    if not st.toggle(asked, key="unwell", persist_state="session"):
        return
    paused = {feed_id for feed_id, change in catalogue.overlay().changes.items() if change.paused}
    rows = ailing.unwell(desk, feeds[~feeds["retired"] & ~feeds["feed_id"].isin(paused)])
    if rows.empty:
        st.success(_("By the record of the last four weeks every feed is well."), icon=":material/check:")
        return
    st.dataframe(
        rows.drop(columns="feed_id"), hide_index=True, key="unwell-feeds",
        alt=ngettext("Table of {n} ailment of feeds", "Table of {n} ailments of feeds", len(rows)),
        column_config={
            "state": _("State"), "outlet": _("Outlet"), "since": columns.instant(_("Since (UTC)")),
            "words": st.column_config.TextColumn(_("What"), width="large"),
            "advice": st.column_config.TextColumn(_("What to do"), width="large"),
        },
    )  # fmt: skip


def _said(row: dict[str, Any]) -> str:
    """Return what the last attempt brought, in words."""
    if row["outcome"] in health.ANSWERING:
        return _("unchanged") if row["outcome"] == "not_modified" else _("answered")
    if not isinstance(row["outcome"], str) or not row["outcome"]:
        return _("not asked yet")
    status = "" if pd.isna(row["status"]) else f" (HTTP {row['status']})"
    grade = f"; {_('{grade} failure', grade=_(row['grade']))}" if row["grade"] else ""
    return f"{row['reason'] or _('failed')}{status}{grade}"


def _draw(rows: pd.DataFrame) -> None:
    number = st.column_config.NumberColumn
    shown = rows.assign(state=rows["state"].astype(object).map(_), kind=rows["kind"].map(kind_of, na_action="ignore"))
    st.dataframe(
        shown, hide_index=True, placeholder="–", height=min(_TABLE_PX, _ROW_PX * (len(shown) + 1) + 4), key="feeds",
        alt=ngettext("Table of {n} feed with its state", "Table of {n} feeds with their state", len(rows)),
        column_config={
            "state": _("State"), "outlet": _("Outlet"), "country": st.column_config.TextColumn(_("Country"), width=160),
            "language": st.column_config.TextColumn(_("Language"), width=100), "kind": _("Kind"),
            "last_success_at": columns.instant(_("Last success (UTC)")), "next_due_at": columns.instant(_("Next due (UTC)")),
            "n_1d": number(_("1 day")), "n_7d": number(_("7 days")), "n_28d": number(_("28 days")),
            "expected_per_day": number(_("Expected a day"), format="%.1f"),
            "said": st.column_config.TextColumn(_("Last attempt"), width="large"),
            "url": st.column_config.LinkColumn(_("Feed"), display_text=pgettext("link", "open")),
        },
    )  # fmt: skip


def kind_of(kind: str) -> str:
    """Return what a kind of outlet is called."""
    return _(str(kind).replace("_", " "))
