"""The page Situations: what stands and since when, the crossings board, and the reports that opened, confirmed and closed it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from app import filters, lines, onscreen, repository, standing, words
from app.access import Desk
from app.components import header, markup, picks, plot, situation_rows, situation_tables
from app.figures import spans
from app.rows import records
from app.standing import Board, Standing
from app.theme import Theme
from tension.events.crossings import BLOCKED, UNCONFIRMED
from tension.events.situations import CLOSED, OPEN, kinds
from tension.events.situations import UNCONFIRMED as SILENT
from tension.model import Query
from tension.tongue import N_, _, ngettext

KIND, VIEW, CHOSEN = "kind", "stand", "situation"
_VIEWS = (situation_rows.SITUATIONS, situation_rows.CROSSINGS, N_("table"))
NONE = ""
#: Rows of the figure; all are in the lists and in the table.
_MOST_ROWS = 24
#: Rows of one list; the table has all.
_MOST_LISTED = 60
_PANEL_PX = 860
#: Countries that are named before the others are counted.
_MOST_NAMES = 5
#: Reports of one situation that are fetched.
_MOST_REPORTS = 60


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page as of the last day of the window."""
    found = standing.load(desk, query)
    view, wanted = _controls(found)
    rows = [s for s in found.standing if not wanted or s.situation.kind in wanted]
    with st.container(gap=None):
        picks.listen(dict.fromkeys((situation_rows.SITUATIONS, situation_rows.CROSSINGS), _choose))
        st.html(f"{markup.style(look)}{picks.style(look)}{situation_rows.style(look)}{_title(found, rows, desk, query)}")
    _gaps(desk, query, found.day)
    main, side = st.columns([7, 3], gap="medium")
    listed = Listed.of(rows, query)
    with main:
        if view == situation_rows.CROSSINGS:
            _crossings(found)
        elif view == situation_rows.SITUATIONS:
            _situations(desk, query, listed, look)
        else:
            situation_tables.draw(found, rows, query.since)
    _offer(desk, replace(found, standing=tuple(rows)), view)
    with side, st.container(border=True, height=_PANEL_PX if _chosen() else "content"):
        _panel(desk, found, listed, look)


class Listed:
    """The situations of a page by where they are listed."""

    def __init__(self, opened: list[Standing], silent: list[Standing], closed: list[Standing], old: list[Standing]) -> None:
        self.open, self.unconfirmed, self.closed, self.old = opened, silent, closed, old

    @classmethod
    def of(cls, rows: Iterable[Standing], query: Query) -> "Listed":
        """Sort situations into open ones, those that fell silent or were closed in the window, and those silent since before."""
        found = Board(day=query.until, standing=tuple(rows), crossings=())
        silent = found.of(SILENT)
        lately = [s for s in silent if s.unconfirmed_since and s.unconfirmed_since >= query.since]
        closed = [s for s in found.of(CLOSED) if s.situation.until and s.situation.until >= query.since]
        return cls(found.of(OPEN), lately, closed, [s for s in silent if s not in lately])

    @property
    def lists(self) -> tuple[list[Standing], ...]:
        """Return the lists in the order of the page."""
        return self.open, self.unconfirmed, self.closed, self.old

    @property
    def shown(self) -> list[Standing]:
        """Return those that belong to the window."""
        return [*self.open, *self.unconfirmed, *self.closed]


def _controls(found: Board) -> tuple[str, tuple[str, ...]]:
    filters.adopt(VIEW, _VIEWS, default=_VIEWS[0])
    present = [kind.id for kind in kinds() if any(s.situation.kind == kind.id for s in found.standing)]
    filters.adopt_several(KIND, present)
    names = {kind.id: kind.name for kind in kinds()}
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        view = st.segmented_control(
            _("View"), _VIEWS, key=VIEW, required=True, label_visibility="collapsed", persist_state="session", format_func=_
        )
        wanted: Sequence[str] = ()
        if view != situation_rows.CROSSINGS and present:
            wanted = st.multiselect(
                _("Kind"), present, key=KIND, format_func=lambda kind: _(names[kind]), placeholder=_("all kinds"),
                persist_state="session", label_visibility="collapsed", width=320,
            )  # fmt: skip
    filters.publish(VIEW, None if view == _VIEWS[0] else view)
    filters.publish(KIND, list(wanted) or None)
    return str(view), tuple(wanted)


def _title(found: Board, rows: Sequence[Standing], desk: Desk, query: Query) -> str:
    n_open = sum(s.status == OPEN for s in rows)
    blocked = sum(c.state == BLOCKED for c in found.crossings)
    unsure = sum(c.state == UNCONFIRMED for c in found.crossings)
    gates = ngettext(
        "{closed} of {n} crossing reported closed",
        "{closed} of {n} crossings reported closed",
        len(found.crossings),
        closed=blocked,
    )
    gates += f", {ngettext('{n} unconfirmed', '{n} unconfirmed', unsure)}" if unsure else ""
    said = f"{words.day(found.day)}: {ngettext('{n} situation open', '{n} situations open', n_open)}; {gates}"
    note = [_("With the filters on the left.")] if filters.is_filtered(query) else []
    note.append(
        _("Opened, confirmed and closed by reports; without one for longer than its kind allows it is unconfirmed, never closed.")
    )
    if desk.is_replay:
        note.append(_("The archive is a selection: what it does not tell of may have stood, too."))
    told = markup.text(" ".join(note))
    return f'<div class="k-card"><div class="k-title">{markup.text(said)}</div><div class="k-muted">{told}</div></div>'


def _gaps(desk: Desk, query: Query, day: date) -> None:
    """Say of which countries nothing is known on the day: what stood there may have ended, or something new begun."""
    unread = {
        code: cause for code, cause in lines.unread_on(desk, query).items() if not query.countries or code in query.countries
    }
    if not unread or desk.is_replay:
        return
    names = [words.country(code) for code in unread]
    more = [ngettext("{n} more", "{n} more", len(names) - _MOST_NAMES)] if len(names) > _MOST_NAMES else []
    why = "; ".join(f"{words.country(code)}: {cause}" for code, cause in unread.items())
    where = words.listed([*names[:_MOST_NAMES], *more])
    said = _("No reading on {day}: {countries}. What stood there may have changed.", day=words.day(day), countries=where)
    st.html(f'<div class="k-card"><span class="k-warn" title="{markup.text(why)}">{markup.text(said)}</span></div>')


def _situations(desk: Desk, query: Query, listed: Listed, look: Theme) -> None:
    shown = listed.shown
    if not shown and not listed.old:
        _nothing(query)
        return
    if shown:
        _timeline(shown, query, look)
    window = words.days(query.since, query.until)
    for some, caption in (
        (listed.open, _("Open")), (listed.unconfirmed, _("Unconfirmed since {days}", days=window)),
        (listed.closed, _("Closed, {days}", days=window)),
    ):  # fmt: skip
        if some:
            _rows(desk, query, some, look, f"{caption}: {len(some)}")
    if listed.old:
        since = words.day(query.since)
        said = _("Unconfirmed since before {day}: {n}, never reported as ended", day=since, n=len(listed.old))
        opened = st.expander(said, key="old-ones", on_change="rerun")
        if opened.open:
            with opened:
                _rows(desk, query, listed.old, look, _("Nothing more was reported"))


def _rows(desk: Desk, query: Query, some: Sequence[Standing], look: Theme, caption: str) -> None:
    rows = some[:_MOST_LISTED]
    opening = _openings(desk, rows)
    st.html(situation_rows.table(rows, opening, look, since=query.since, chosen=_chosen(), caption=caption))
    if len(some) > _MOST_LISTED:
        st.caption(_("The youngest {n} of {all}; the table has all.", n=_MOST_LISTED, all=len(some)))


def _nothing(query: Query) -> None:
    hint = _("Nothing that lasts was reported up to the last day of the window.")
    if filters.is_filtered(query) or st.session_state.get(KIND):
        hint = _("Take a filter out, or choose other kinds.")
    calm = _("No report does not mean calm: see Sources for what was read.")
    st.info(f"{_('No situation.')} {hint} {calm}", icon=":material/search_off:")


def _openings(desk: Desk, found: Sequence[Standing]) -> Mapping[str, Mapping[str, Any]]:
    """Return a report of the opening of each situation, by situation."""
    first = {s.id: s.changes[0].article_ids[0] for s in found if s.changes[0].article_ids}
    rows = {row["article_id"]: row for row in records(repository.evidence(desk, tuple(sorted(set(first.values())))))}
    return {key: rows[article] for key, article in first.items() if article in rows}


def _timeline(shown: Sequence[Standing], query: Query, look: Theme) -> None:
    window = (query.since, query.until)
    drawn = [_span(s) for s in shown]
    rows = spans.rows_of(drawn)[:_MOST_ROWS]
    kept = [span for span in drawn if (span.name, span.kind) in rows]
    left_out = len(spans.rows_of(drawn)) - len(rows)
    more = " " + _("The first {n} are drawn, all are listed.", n=len(rows)) if left_out else ""
    told = _("Full: reported to stand. Hatched: nothing confirms it. Marks on it: what was reported. Click a bar.")
    st.caption(f"{told}{more}")
    plot.draw(spans.build(kept, window=window, theme=look, selected=_chosen()), key="stands", alt=spans.alt(kept, window),
              on_picked=_pick)  # fmt: skip


def _span(s: Standing) -> spans.Span:
    last = s.situation.until if s.status == CLOSED and s.situation.until else s.day
    return spans.Span(
        # The short word: on a narrow screen a label of two words more would be cut off.
        id=s.id, name=situation_rows.place_of(s.situation), kind=_(s.situation.kind),
        family=situation_rows.family_of(s.situation), since=s.situation.since, last=last,
        unconfirmed_since=s.unconfirmed_since, changes=tuple((c.day, c.change) for c in s.changes), status=s.status,
    )  # fmt: skip


def _pick() -> None:
    picked = plot.value("stands", "picked")
    if picked and picked["custom"]:
        _choose(str(picked["custom"][0] if isinstance(picked["custom"], list) else picked["custom"]))


def _choose(situation_id: str) -> None:
    st.session_state[CHOSEN] = situation_id


def _chosen() -> str | None:
    found = st.session_state[CHOSEN] if CHOSEN in st.session_state else st.query_params.get(CHOSEN)
    return str(found) if found else None


def _crossings(found: Board) -> None:
    if not found.crossings:
        none = _("No crossing of the gazetteer lies on a border of these countries. Take a country out, or choose another.")
        st.info(none, icon=":material/search_off:")
        return
    st.html(situation_rows.legend())
    st.caption(_("No report: nobody wrote about it, which says nothing about the road. Restricted: a measure is in force there."))
    st.html(situation_rows.board(standing.by_border(found.crossings), found.day, chosen=_chosen()))


def _offer(desk: Desk, found: Board, view: str) -> None:
    """Offer what is listed as a file, with all its reports: they are read when somebody asks for it."""
    days = (found.day.isoformat(), found.day.isoformat())
    name = "crossings" if view == situation_rows.CROSSINGS else "situations"

    def frame() -> pd.DataFrame:
        full = standing.in_full(desk, found)
        return situation_tables.board_frame(full) if name == "crossings" else situation_tables.frame(full.standing, full.day)

    header.show(onscreen.OnScreen(name=name, frame=frame, has_places=True, days=days))


def _panel(desk: Desk, found: Board, listed: Listed, look: Theme) -> None:
    named = {s.id: f"{_named(s)}: {situation_rows.kind_of(s.situation)}" for some in listed.lists for s in some[:_MOST_LISTED]}
    stated = _chosen()
    s = standing.one(desk, stated, found.day) if stated else None
    if s is not None:
        named.setdefault(s.id, f"{_named(s)}: {situation_rows.kind_of(s.situation)}")
    filters.adopt(CHOSEN, [NONE, *named], default=NONE)
    picked = st.selectbox(
        _("Situation"), [NONE, *named], key=CHOSEN, persist_state="session",
        format_func=lambda key: named.get(key, _("Choose a situation")),
    )  # fmt: skip
    filters.publish(CHOSEN, picked or None)
    if s is None or s.id != picked:
        s = standing.one(desk, str(picked), found.day) if picked else None
    if s is None:
        hint = _("Choose a bar, a name, or a situation from the list to read the reports that opened, confirmed and closed it.")
        st.html(f'<div class="k-card k-muted">{hint}</div>')
        return
    rows = records(repository.evidence(desk, s.article_ids[:_MOST_REPORTS]))
    st.html(situation_rows.panel(s, {row["article_id"]: row for row in rows}, look))


def _named(s: Standing) -> str:
    return f"{situation_rows.place_of(s.situation)}, {words.day(s.situation.since)}"
