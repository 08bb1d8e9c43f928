"""The page Events: search in any script, reports in time order with their evidence, and why not for any headline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from app import filters, onscreen, repository, words
from app.access import Desk
from app.components import evidence, evidence_context, header, markup, states, why_not
from app.rows import records
from app.theme import Theme
from tension.model import Query
from tension.text.language import GROUPS, LANGUAGES, UNKNOWN
from tension.tongue import N_, _, ngettext

TEXT, WHICH, ORDER, PAGE, HEADLINE, SUMMARY, SPOKEN = "q", "reports", "order", "page", "headline", "summary", "spoken"
WITH_SIGNAL, ALL = N_("with a signal"), N_("all")
NEWEST, OLDEST = N_("newest first"), N_("oldest first")
#: Reports on one page.
PER_PAGE = 25
_MOST_LETTERS = 600
#: Digits of a page's number that are worth reading.
_LONGEST_NUMBER = 9
#: What a pasted headline may be said to be in: the lexicons, and the names that one of them goes by.
_SPOKEN = (UNKNOWN, *sorted({*LANGUAGES, "sr", "hr", "bs", "cnr"} - set(GROUPS.values()), key=words.language))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search and the filters found."""

    #: Ids of the reports, newest first.
    ids: tuple[str, ...]
    #: How many more match without a signal, where only those with one are listed.
    n_without: int
    #: The signals that the filters leave, of these reports or others, in brief and the newest first.
    signals: pd.DataFrame


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page."""
    text, which, order = _controls()
    found = find(desk, query, text, which)
    ids = found.ids if order == NEWEST else found.ids[::-1]
    _offer(desk, query, found, text, which)
    title = markup.text(_title(found, query, text, which))
    st.html(f'{markup.style(look)}<div class="k-card"><div class="k-title">{title}</div></div>')
    if found.n_without:
        st.caption(ngettext(
            "{n} more report without a signal: choose “all” to read why not.",
            "{n} more reports without a signal: choose “all” to read why not.", found.n_without,
        ))  # fmt: skip
    if not ids:
        _nothing(query, text)
        return
    first = _page(len(ids))
    st.html(f"{markup.style(look)}{_reports(desk, found, ids[first : first + PER_PAGE], look)}")
    _turn(first, len(ids))


def _controls() -> tuple[str, str, str]:
    """Draw what the page is asked: words, which reports, in which order."""
    text = st.text_input(
        _("Search"), key=TEXT, bind="query-params", max_chars=200, icon=":material/search:", label_visibility="collapsed",
        placeholder=_("Search headlines and texts, in any script, with or without diacritics"), on_change=_first_page,
    )  # fmt: skip
    with st.container(horizontal=True, gap="medium"):
        which = _either(WHICH, _("Reports"), (WITH_SIGNAL, ALL))
        order = _either(ORDER, _("Order"), (NEWEST, OLDEST))
    return (text or "").strip(), which, order


def _either(key: str, label: str, options: tuple[str, str]) -> str:
    """Let one of two be chosen; the address carries the second, the first is the usual one."""
    filters.adopt(key, options, default=options[0])
    picked = st.segmented_control(
        label, options, key=key, required=True, label_visibility="collapsed", persist_state="session", on_change=_first_page,
        format_func=_,
    )  # fmt: skip
    filters.publish(key, picked if picked == options[1] else None)
    return str(picked)


def _first_page() -> None:
    st.session_state[PAGE] = 1


def find(desk: Desk, query: Query, text: str, which: str) -> Found:
    """Return the reports of a query that have every word of a text; without a text, all of them."""
    signals = repository.facets(desk, query)
    if not text and which == WITH_SIGNAL:
        return Found(ids=tuple(signals.drop_duplicates("report")["article_id"].tolist()), n_without=0, signals=signals)
    articles = _articles(desk, query, text)
    ids = articles["article_id"]
    told = ids[ids.isin(signals["article_id"])]
    if which == ALL:
        return Found(ids=tuple(ids), n_without=0, signals=signals)
    return Found(ids=tuple(told), n_without=len(ids) - len(told), signals=signals)


def _articles(desk: Desk, query: Query, text: str) -> pd.DataFrame:
    return repository.search(desk, text, query) if text else repository.articles(desk, query)


def _offer(desk: Desk, query: Query, found: Found, text: str, which: str) -> None:
    """Offer what is listed as a file: the signals of the reports, or all reports."""
    articles = partial(_articles, desk, query, text)
    if which == ALL:
        header.show(onscreen.OnScreen(name="reports", frame=articles))
        return

    def signals() -> pd.DataFrame:
        told = repository.signals(desk, query)
        return onscreen.signals(told[told["article_id"].isin(found.ids)] if text else told, articles())

    header.show(onscreen.OnScreen(name="signals", has_places=True, frame=signals))


def _title(found: Found, query: Query, text: str, which: str) -> str:
    n, days = len(found.ids), words.days(query.since, query.until)
    told = which == WITH_SIGNAL
    if n == 0:
        counted = _("No report with a signal") if told else _("No report")
    elif told:
        counted = ngettext("{n} report with a signal", "{n} reports with a signal", n)
    else:
        counted = ngettext("{n} report", "{n} reports", n)
    return f"{days}: {counted} {_('for “{text}”', text=text)}" if text else f"{days}: {counted}"


def _nothing(query: Query, text: str) -> None:
    if not text:
        states.empty_window(words.days(query.since, query.until), filtered=filters.is_filtered(query))
        return
    st.info(
        _("Every word must stand in the headline or the text; a word also finds its longer forms. "
          "Try fewer words, a wider window, or take a filter out."), icon=":material/search_off:",
    )  # fmt: skip


def _page(n: int) -> int:
    """Return the index of the first report of the page that is chosen, or that the address names on the first run."""
    stated = str(st.session_state[PAGE] if PAGE in st.session_state else st.query_params.get(PAGE))
    last = (n - 1) // PER_PAGE + 1
    number = min(max(int(stated), 1), last) if stated.isdecimal() and len(stated) < _LONGEST_NUMBER else 1
    st.session_state[PAGE] = number
    filters.publish(PAGE, str(number) if number > 1 else None)
    return (number - 1) * PER_PAGE


def _go(step: int) -> None:
    st.session_state[PAGE] += step


def _turn(first: int, n: int) -> None:
    """Draw the way to the next reports and back."""
    if n <= PER_PAGE:
        return
    last = min(first + PER_PAGE, n)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(_("Previous"), key="previous", icon=":material/chevron_left:", disabled=first == 0, on_click=_go, args=(-1,))
        st.button(_("Next"), key="next", icon=":material/chevron_right:", disabled=last == n, on_click=_go, args=(1,))
        st.caption(_("{first} to {last} of {all}", first=first + 1, last=last, all=n), width="content")


def _reports(desk: Desk, found: Found, ids: tuple[str, ...], look: Theme) -> str:
    """Return reports in the given order, those of one day under its name."""
    rows = {row["article_id"]: row for row in records(repository.evidence(desk, ids))}
    known = evidence_context.of(desk, list(rows.values()), found.signals)
    mine = found.signals[found.signals["article_id"].isin(ids)]
    wanted = set(mine["signal_id"])
    parts: list[str] = []
    last = None
    for article_id in ids:
        row = rows[article_id]
        day = stated_day(row)
        parts += [] if parts and day == last else [_day_head(day)]
        parts.append(evidence.report(row, wanted, look, placed=True, known=known) + _unsignalled(row, look))
        last = day
    return f'<div class="k-card">{"".join(parts)}</div>'


def stated_day(row: Mapping[str, Any]) -> date | None:
    """Return the day that a report states as that of its publication."""
    stated = row["published_date"] if pd.notna(row["published_date"]) else row["published_at"]
    return None if pd.isna(stated) else pd.Timestamp(stated).date()


def _day_head(day: date | None) -> str:
    return f'<div class="k-event"><b>{markup.text(words.day(day) if day else _("No date stated"))}</b></div>'


def _unsignalled(row: Mapping[str, Any], look: Theme) -> str:
    """Say of a report without a signal what was considered."""
    if row["signals"]:
        return ""
    considered = why_not.candidate_rows(row["candidates"], row["signals"], look)
    return f'<div class="k-indent"><div class="k-muted">{why_not.verdict((), row["candidates"])}</div>{considered}</div>'


def ask(look: Theme) -> None:
    """Draw the box that any headline can be pasted into, and the answer."""
    stated = bool(st.query_params.get(HEADLINE))
    with st.expander(_("Why not? Paste any headline"), expanded=stated, icon=":material/help:"):
        headline = st.text_area(
            _("Headline"), key=HEADLINE, max_chars=_MOST_LETTERS, height=68, bind="query-params",
            placeholder=_("A headline in any script"),
        )  # fmt: skip
        beside, spoken = st.columns([3, 1])
        summary = beside.text_input(_("Lead, if there is one"), key=SUMMARY, max_chars=_MOST_LETTERS)
        language = spoken.selectbox(_("Language"), _SPOKEN, key=SPOKEN, format_func=_spoken)
        if not (headline or "").strip():
            st.caption(_("It is read exactly as a feed's item is; nothing is stored or sent."))
            return
        article, reading = repository.pasted(headline or "", summary or "", language)
        st.html(f"{markup.style(look)}{why_not.explained(article, reading, repository.place, look)}")


def _spoken(code: str) -> str:
    return _("detect") if code == UNKNOWN else words.language(code)
