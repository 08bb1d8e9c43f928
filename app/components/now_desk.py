"""The page Now: one sentence, then one row a scope."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from app import filters, health, onscreen, repository, scopes, tally, words
from app.access import Desk
from app.components import header, markup, scope_rows
from app.rows import records
from app.theme import Theme
from tension.model import REGION, Query

_MOVERS = 2
_WEEK = timedelta(days=7)


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page as of the last day of the window."""
    day = min(query.until, desk.last_day)
    asked = replace(query, since=scopes.history_start(day), until=day)
    signals, events = repository.signals(desk, asked), repository.events(desk, asked)
    codes = [code for code in sorted(REGION) if not query.countries or code in query.countries]
    first = desk.span[0] if desk.span else None
    rows = scopes.scopes(events, signals, codes, day, first=first, unread=_unread(desk, day))
    header.show(onscreen.OnScreen(name="scopes", frame=lambda: scopes.table(rows, day), days=(day.isoformat(), day.isoformat())))
    note = "With the filters on the left. " if filters.is_filtered(query) else ""
    st.html(
        f'{markup.style(look)}<div class="k-card"><div class="k-title">{markup.text(scopes.headline(rows, day))}</div>'
        f'<div class="k-muted">{markup.text(note + _explained(desk, day))}</div></div>'
    )
    told = [row for row in rows if row.level != scopes.QUIET]
    quiet = [row.name for row in rows if row.level == scopes.QUIET]
    if told:
        st.html(scope_rows.table(told, _movers(desk, signals, told, day), look))
    if quiet:
        st.caption(f"Nothing lately, and fewer than {scopes.ENOUGH_EVENTS} events in their year: {words.listed(sorted(quiet))}.")


def _explained(desk: Desk, day: date) -> str:
    said = f"On {words.day(day)}. Load: events weighed by kind and independent reports, halved every seven days."
    if desk.is_replay:
        said += " The archive is a selection: its levels compare days of the archive, not days of the region."
    return said


def _unread(desk: Desk, day: date) -> Mapping[str, str]:
    """Return the countries without a reading on a day, each with the cause."""
    if desk.is_replay:
        return {}
    if day < desk.now.date():
        found = repository.coverage(desk, day, day)
        silent = found[(found["n_feeds"] > 0) & (found["n_feeds_answered"] == 0) & (found["n_articles"] == 0)]
        return {str(code): f"no feed answered on {words.day(day)}" for code in silent["country"]}
    return health.health(repository.feeds(desk), desk.now).below_floor


def _movers(desk: Desk, signals: pd.DataFrame, rows: list[scopes.Scope], day: date) -> dict[str, list[scope_rows.Mover]]:
    """Return the headlines that moved each scope in a week: the heaviest, one for each place and family."""
    recent = tally.between(signals, day - _WEEK + timedelta(days=1), day)
    recent = recent[recent["country"].isin([s.code for s in rows])].sort_values(
        ["base", "day", "confidence", "signal_id"], ascending=[False, False, False, True], kind="stable"
    )
    top = recent.drop_duplicates("article_id").drop_duplicates(["country", "place_id", "group"])
    top = top.groupby("country", observed=True).head(_MOVERS)
    texts = {row["article_id"]: row for row in records(repository.evidence(desk, tuple(top["article_id"])))}
    movers: dict[str, list[scope_rows.Mover]] = {}
    for row in records(top[["article_id", "country"]]):
        text = texts[row["article_id"]]
        codes = tuple(recent.loc[recent["article_id"] == row["article_id"], "code"].astype(str))
        movers.setdefault(row["country"], []).append((text["title"], codes, text["url"]))
    return movers
