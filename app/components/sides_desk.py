"""The page Sides: who tells what, in which words, from which agency; and what is denied."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from app import filters, lines, onscreen, repository, sides, words
from app.access import Desk
from app.components import header, markup, picks, sides_rows, states
from app.rows import records
from app.theme import Theme
from tension.events.provenance import BOTH, DISPUTED, UNKNOWN
from tension.model import Query
from tension.tongue import _, ngettext

PAIR, TOLD, EVENT = "pair", "told", "event"
ALL = ""
_MOST_EVENTS, _MOST_REPORTS = 40, 80
_LIST_PX = 520
#: How the families of the archive's own headlines begin, of which each stands for one report.
_WRITTEN = "chronicle:"
_PLACE = ("place_id", "place_name", "country", "precision")


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page."""
    events = repository.events(desk, query)
    signals = repository.facets(desk, query)
    if events.empty:
        header.show(onscreen.OnScreen(name="sides", frame=lambda: events))
        states.empty_window(words.days(query.since, query.until), filtered=filters.is_filtered(query))
        return
    unheard = sides.silent_parties(desk, query.since, query.until)
    placed = sides.placed(events)
    header.show(onscreen.OnScreen(name="sides", frame=lambda: table(events), has_places=True))
    with st.container(gap=None):
        picks.listen({sides_rows.PAIRS: _choose_pair, sides_rows.EVENTS: _choose_event})
        st.html(f"{markup.style(look)}{picks.style(look)}{sides_rows.style(look)}{_title(events, desk, query)}")
    listed, beside = st.columns([4, 5], gap="medium")
    with listed:
        scope = _pairs(placed, unheard, query, look)
    with beside:
        shown = _events(desk, placed, scope, look)
    # Right below the list, on the whole width: what is chosen there must be seen without a way down the page.
    _wording(desk, placed, signals, shown, look)
    _voices(signals)


def _where(row: Mapping[str, Any]) -> str:
    place, name, country, precision = (None if pd.isna(row[key]) else str(row[key]) for key in _PLACE)
    return lines.where_is(place, name, country, precision)


def table(events: pd.DataFrame) -> pd.DataFrame:
    """Return events with who tells them, for a file."""
    columns = [
        "event", "day", "code", "place_id", "place_name", "country", "lat", "lon", "precision", "countries", "told", "sides",
        "origins", "n_reports", "n_independent", "languages", "denied_by", "weight", "article_ids",
    ]  # fmt: skip
    return events[columns]


def _title(events: pd.DataFrame, desk: Desk, query: Query) -> str:
    counts = {str(told): int(n) for told, n in events["told"].value_counts().items()}
    note = [_("With the filters on the left: what they leave out may tell otherwise.")] if filters.is_filtered(query) else []
    note += [
        _("Told by both: publics of at least two parties that it concerns. Disputed: a report of it denies an act."),
        _("It says who tells, never who is right."),
    ]
    if desk.is_replay:
        note.append(_("The archive’s items carry no public, so its events are told by sides unknown; denials are known."))
    elif counts.get(UNKNOWN, 0) == len(events):
        note.append(_("No outlet of these events addresses a party’s own public, as far as the catalogue knows."))
    said, told = sides_rows.summary(counts, query.since, query.until), markup.text(" ".join(note))
    return f'<div class="k-card"><div class="k-title">{markup.text(said)}</div><div class="k-muted">{told}</div></div>'


def _pairs(placed: pd.DataFrame, unheard: Mapping[str, int], query: Query, look: Theme) -> str:
    """Draw the pairs, and return the one whose events are listed."""
    found = sides.pairs(placed, unheard)
    names = {pair.scope: pair.name for pair in found}
    filters.adopt(PAIR, [ALL, *names], default=ALL)
    picked = st.selectbox(
        _("Between"), [ALL, *names], key=PAIR, persist_state="session",
        format_func=lambda scope: names.get(scope, _("All events")),
    )  # fmt: skip
    filters.publish(PAIR, picked or None)
    n_days = (query.until - query.since).days + 1
    st.html(sides_rows.pairs(found, look, chosen=str(picked) or None, n_days=n_days))
    if unheard:
        st.caption(
            _("Not heard: days on which none of a party’s publics had a reading. One side only may then mean a gap, not silence.")
        )
    return str(picked)


def _events(desk: Desk, placed: pd.DataFrame, scope: str, look: Theme) -> pd.DataFrame:
    """Draw the events of a pair, and return them."""
    mine = placed[placed["scope"] == scope] if scope else placed.drop_duplicates("event")
    present = [told for told in sides.TOLD if (mine["told"] == told).any()]
    filters.adopt_several(TOLD, present)
    wanted = st.pills(_("Told"), present, key=TOLD, selection_mode="multi", persist_state="session", format_func=_)
    filters.publish(TOLD, list(wanted) or None)
    shown = mine[mine["told"].isin(wanted or present)]
    top = shown.head(_MOST_EVENTS)
    ids = tuple(dict.fromkeys(articles[0] for articles in top["article_ids"]))
    texts = {row["article_id"]: row for row in records(repository.evidence(desk, ids))}
    counted, more = ngettext("{n} event", "{n} events", len(shown)), _("the heaviest {n} are listed", n=len(top))
    st.caption(f"{counted}; {more}" if len(shown) > len(top) else counted)
    with st.container(border=True, height=_LIST_PX):
        rows = [{**row, "where": _where(row)} for row in records(top)]
        st.html(sides_rows.events(rows, texts, look, chosen=_stated()))
    return shown


def _choose_pair(scope: str) -> None:
    st.session_state[PAIR] = scope


def _choose_event(event: str) -> None:
    st.session_state[EVENT] = event


def _stated() -> str | None:
    found = st.session_state[EVENT] if EVENT in st.session_state else st.query_params.get(EVENT)
    return str(found) if found else None


def _usual(shown: pd.DataFrame) -> str:
    """Return the event that is open when none is chosen: the heaviest that several sides tell or dispute, else the heaviest."""
    several = shown[shown["told"].isin([BOTH, DISPUTED])]
    first = several if len(several) else shown
    return str(first["event"].iloc[0]) if len(first) else ALL


def _wording(desk: Desk, placed: pd.DataFrame, signals: pd.DataFrame, shown: pd.DataFrame, look: Theme) -> None:
    st.subheader(_("One event, in the words of each side"), anchor=False)
    known = placed.drop_duplicates("event").set_index("event", drop=False)
    listed = list(dict.fromkeys(shown["event"].head(_MOST_EVENTS)))
    stated = _stated()
    options = listed if stated in listed or stated not in known.index else [str(stated), *listed]
    if not options:
        st.info(_("No event is told in the way that is chosen above."), icon=":material/search_off:")
        return
    filters.adopt(EVENT, options, default=_usual(shown))
    names = {str(row["event"]): _named(row) for row in records(known.loc[options])}
    picked = st.selectbox(
        _("Event"), options, key=EVENT, persist_state="session", label_visibility="collapsed",
        format_func=lambda event: names.get(event, event),
    )  # fmt: skip
    filters.publish(EVENT, str(picked))
    row: dict[str, Any] = {str(key): value for key, value in known.loc[picked].to_dict().items()}
    row["where"] = _where(row)
    ids = tuple(dict.fromkeys((*row["article_ids"], *row["denied_by"])))
    reports = sorted(records(repository.evidence(desk, ids[:_MOST_REPORTS])), key=_published)
    mine = signals[signals["article_id"].isin(ids)]
    origins = dict(zip(mine["article_id"].astype(str), mine["origin"].astype(str), strict=True))
    with st.container(border=True):
        st.html(sides_rows.wording(row, reports, origins, look))


def _named(row: Mapping[str, Any]) -> str:
    what = f"{words.signal(str(row['code']))}, {_where(row) or _('no place')} ({_(str(row['told']))})"
    return f"{words.day(row['day'].date())}: {what}"


def _published(row: Mapping[str, Any]) -> tuple[str, str]:
    stated = row["published_at"] if pd.notna(row["published_at"]) else row["published_date"]
    return (str(stated) if pd.notna(stated) else "~", str(row["article_id"]))


def _voices(signals: pd.DataFrame) -> None:
    """Draw publishers and agencies as tables."""
    publishers, agencies = st.columns(2, gap="medium")
    share = st.column_config.ProgressColumn(_("Agency texts"), width="small", format="%.0f %%", min_value=0, max_value=100)
    with publishers:
        st.subheader(_("Publisher families"), anchor=False)
        st.caption(_("An owner’s outlets are one voice. Reports: those with a signal in this window."))
        found = sides.families(signals)
        written = found["family"].str.startswith(_WRITTEN)
        if written.any():
            st.caption(ngettext(
                "{n} headline that Karaula wrote is a voice of its own; it is not listed.",
                "{n} headlines that Karaula wrote are a voice each; they are not listed.", int(written.sum()),
            ))  # fmt: skip
            found = found[~written]
        shown = found.assign(name=_owned(found), wire_share=found["wire_share"] * 100)[
            ["name", "n_articles", "wire_share", "n_signals", "n_events", "outlets"]
        ]
        st.dataframe(
            shown, hide_index=True, height=420, key="families",
            alt=ngettext("Table of {n} publisher family", "Table of {n} publisher families", len(found)),
            column_config={
                "name": st.column_config.TextColumn(_("Family of outlets"), width="medium"),
                "outlets": st.column_config.ListColumn(_("Outlets"), width="medium"),
                "n_articles": _("Reports"), "n_signals": _("Signals"),
                "n_events": _("Events"), "wire_share": share,
            },
        )  # fmt: skip
    with agencies:
        st.subheader(_("Wire origins"), anchor=False)
        st.caption(_("An agency’s text in twenty outlets is one report of it."))
        wired = sides.wires(signals)
        if wired.empty:
            none = _("No report of this window names an agency as its source in what the feeds carry.")
            st.info(none, icon=":material/search_off:")
            return
        st.dataframe(
            wired[["agency", "country", "n_articles", "n_outlets", "n_families", "n_events"]], hide_index=True, key="wires",
            alt=ngettext("Table of {n} agency", "Table of {n} agencies", len(wired)),
            column_config={
                "agency": _("Agency"), "country": _("Country"), "n_articles": _("Reports"), "n_outlets": _("Outlets"),
                "n_families": _("Families of outlets"), "n_events": _("Events"),
            },
        )  # fmt: skip


def _owned(found: pd.DataFrame) -> list[str]:
    return [f"{name} ({owner})" if owner else name for name, owner in zip(found["name"], found["owner"], strict=True)]
