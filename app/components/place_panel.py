"""Beside the map: the heaviest events, or those of the chosen place, down to the words of every report."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from app import filters, lasting, repository, words
from app.access import Desk
from app.components import evidence, evidence_context, markup
from app.rows import records
from app.theme import Theme
from tension.events.situations import OPEN
from tension.model import Query
from tension.tongue import _, ngettext

PLACE, EVENT = "place", "event"
#: In the address and in the list: nothing chosen, and what has no place.
NONE, UNPLACED = "", "unplaced"
_MOST_PLACES = 300
_MOST_EVENTS = 60
_MOST_REPORTS = 40
_STRONGEST = 8


def draw(
    desk: Desk, query: Query, shown: tuple[date, date], events: pd.DataFrame, places: pd.DataFrame, look: Theme
) -> None:  # fmt: skip
    """Draw the panel.

    Args:
        desk: the open store.
        query: of the window.
        shown: first and last day shown.
        events: of the days shown, heaviest first.
        places: of these events.
        look: the tokens of the appearance.
    """
    picked = _place(places, events)
    said = words.days(*shown)
    if picked == NONE:
        _strongest(events, look)
        return
    mine = events[events["place_id"].isna() if picked == UNPLACED else events["place_id"] == picked]
    _stands(desk, query, picked, shown[1], look)
    if mine.empty:
        st.write(_("No event at this place in {days}, with these filters.", days=said))
        return
    chosen = _event(mine)
    if chosen:
        event = records(mine[mine["event"] == chosen])[0]
        draw_event(desk, query, event, look)
    else:
        _list(mine, said, look)


def stated() -> str | None:
    """Return the place that is chosen, or that the address names on the first run."""
    found = st.session_state[PLACE] if PLACE in st.session_state else st.query_params.get(PLACE)
    return str(found) if found else None


def _place(places: pd.DataFrame, events: pd.DataFrame) -> str:
    # No counts in these names: Streamlit knows a choice again by what it is called.
    names = {row["place_id"]: words.place(row["place_name"], row["country"]) for row in records(places.head(_MOST_PLACES))}
    options = [NONE, *names]
    if events["place_id"].isna().any():
        names[UNPLACED] = _("Without a place")
        options.append(UNPLACED)
    asked = stated()
    known = repository.place(asked) if asked and asked not in options else None
    if asked and known:
        # The chosen place stays chosen while the days move, also where it has nothing.
        names[asked] = words.place(*known)
        options.append(asked)
    filters.adopt(PLACE, options, default=NONE)
    picked = st.selectbox(
        _("Place"), options, key=PLACE, persist_state="session", format_func=lambda i: names.get(i, _("Choose a place"))
    )
    filters.publish(PLACE, picked or None)
    return str(picked)


def _event(mine: pd.DataFrame) -> str:
    """Let one event of a place be chosen; where there is one only, it is."""
    names = {row["event"]: _said(row) for row in records(mine.head(_MOST_EVENTS))}
    if len(names) == 1:
        filters.publish(EVENT, None)
        return str(next(iter(names)))
    options = [NONE, *names]
    everything = ngettext("All of {n} event", "All {n} events", len(mine))
    filters.adopt(EVENT, options, default=NONE)
    picked = st.selectbox(_("Event"), options, key=EVENT, persist_state="session", format_func=lambda i: names.get(i, everything))
    filters.publish(EVENT, picked or None)
    return str(picked)


def _said(event: Mapping[str, Any]) -> str:
    reports = markup.plural_reports(event["n_reports"])
    return f"{words.day(event['day'].date())}: {words.signal(event['code'])}, {reports}"


def _strongest(events: pd.DataFrame, look: Theme) -> None:
    hint = _("Choose a ring, an area, or a place from the list to read its reports.")
    head = f'<div class="k-title">{_("Heaviest events")}</div>' if len(events) else ""
    lines = "".join(_line(event, look, named=True) for event in records(events.head(_STRONGEST)))
    st.html(f'{markup.style(look)}<div class="k-card">{head}<div class="k-muted">{hint}</div>{lines}</div>')


def _list(mine: pd.DataFrame, said: str, look: Theme) -> None:
    """List the events of a place, heaviest first."""
    shown = records(mine.head(_MOST_EVENTS))
    total = f"{ngettext('{n} event', '{n} events', len(mine))}, {markup.plural_reports(int(mine['n_reports'].sum()))}"
    voices = len(frozenset[str]().union(*mine["origins"]))
    head = (
        f'<div class="k-muted k-small">{markup.text(said)}</div><div class="k-title">{markup.text(_name(shown[0]))}</div>'
        f'<div class="k-muted">{markup.text(evidence.where(shown[0]))}</div>'
        f"<div><b>{total}, {evidence.voices(voices)}</b></div>"
    )
    lines = "".join(_line(event, look, named=False) for event in shown)
    st.html(f'{markup.style(look)}<div class="k-card">{head}{lines}</div>')


def _name(event: Mapping[str, Any]) -> str:
    return _("Without a place") if pd.isna(event["place_id"]) else str(event["place_name"])


def _line(event: Mapping[str, Any], look: Theme, *, named: bool) -> str:
    """Return one event in two lines: what and where, then when and who says so."""
    badges = "".join(markup.code_badge(code, look) for code in event["codes"])
    name = f"<b>{markup.text(_name(event))}</b> " if named else ""
    who = ", ".join([markup.plural_reports(event["n_reports"]), evidence.voices(event["n_independent"]), *evidence.told(event)])
    when = words.day(event["day"].date())
    return (
        f'<div class="k-report">{name}{badges}<div class="k-muted k-small">{markup.text(when)} · {markup.text(who)}</div></div>'
    )


def _stands(desk: Desk, query: Query, place: str, day: date, look: Theme) -> None:
    """Say what stands at a place on the last day shown, however long ago it began."""
    here = [s for s in lasting.spans(desk, query.since, query.until) if s.place_id == place and s.since <= day]
    lines = [_standing(_(s.name), (day - s.since).days + 1, s.since, open_=s.status_on(day) == OPEN)
             for s in here if s.until is None or s.until > day]  # fmt: skip
    if lines:
        st.html(f'{markup.style(look)}<div class="k-card">{"".join(lines)}</div>')


def _standing(name: str, n_days: int, since: date, *, open_: bool) -> str:
    known = {"name": name, "n": n_days, "day": words.day(since)}
    said = _("{name}: day {n}, since {day}", **known)
    unsure = _("{name}: day {n}, since {day}, unconfirmed", **known)
    return f'<div class="{"k-warn" if open_ else "k-muted"}">{markup.text(said if open_ else unsure)}</div>'


def draw_event(desk: Desk, query: Query, event: Mapping[str, Any], look: Theme) -> None:
    """Draw an event's evidence: heading, both sides next to each other, every report in order of time."""
    # All signals of an event count on its day: no more of the window is read.
    day = event["day"].date()
    signals = repository.signals(desk, Query(since=day, until=day, as_known_at=query.as_known_at))
    mine = signals[signals["event"] == event["event"]]
    ids = tuple(dict.fromkeys((*event["article_ids"], *event["denied_by"])))
    shown = ids[:_MOST_REPORTS]
    rows = records(repository.evidence(desk, shown))
    known = evidence_context.of(desk, rows, mine)
    told = evidence.reports(rows, set(mine["signal_id"]), known, look)
    st.html(f"{markup.style(look)}{evidence.heading(event, look)}{evidence.sides(rows, look)}{told}")
    st.html(f'<div class="k-card">{evidence.review_link(event, query, desk.store)}</div>')
    if len(ids) > len(shown):
        st.caption(_("{n} of {all} reports; the table has all.", n=len(shown), all=len(ids)))
