"""The page Index: lines of chosen scopes, and for a day of one of them the contributions that sum to its number."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from app import filters, line_tables, lines, makeup, onscreen, repository, words
from app.access import Desk
from app.components import columns, evidence, header, index_rows, markup, picks, plot
from app.figures import lines as figure
from app.lines import Line
from app.makeup import Shares
from app.rows import records
from app.theme import Theme
from tension.index.series import Day
from tension.model import Query
from tension.taxonomy import method_version, signal_types
from tension.tongue import N_, _, ngettext, number

LINES, DAY, OF, EVENT, VIEW = "lines", "day", "of", "event", "as"
NONE = ""
_VIEWS = (N_("lines"), N_("table"))
_MOST_REPORTS, _MOST_EPISODES = 60, 6
_PANEL_PX = 860


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page."""
    chosen, view = _controls(desk, query)
    if not chosen:
        st.info(_("Choose one to five scopes above to see their lines."), icon=":material/show_chart:")
        return
    found = [lines.load(desk, query, scope) for scope in chosen]
    day = _day(found)
    header.show(onscreen.OnScreen(name="index", frame=lambda: line_tables.table(found)))
    with st.container(gap=None):
        picks.listen({index_rows.GROUP: _choose})
        st.html(f"{markup.style(look)}{picks.style(look)}{index_rows.style(look)}{_title(found, day, desk, query)}")
    main, side = st.columns([7, 3], gap="medium")
    with main:
        if view == "table":
            _table(found)
        else:
            _figure(found, day, look)
        _turn(found, day)
        st.html(index_rows.summary(found, day, look))
        of = _of(found)
        on = of.on(day)
        shares = makeup.shares(desk, query, of.scope, day) if on is not None and on.value is not None else None
        _contributions(desk, of, on, shares, look)
        _json(desk, query, found)
    with side, st.container(border=True, height=_PANEL_PX if _event() else "content"):
        _reports(desk, query, of.scope, day, shares, look)


def _controls(desk: Desk, query: Query) -> tuple[list[str], str]:
    known = lines.places(desk, query)
    stated = st.session_state.get(LINES, st.query_params.get_all(LINES) if LINES not in st.session_state else ())
    # In the reader's own order, which is that of the lines; what is no scope, or one too many, is dropped.
    wanted = list(dict.fromkeys(scope for scope in stated if scope in known or lines.is_scope(scope)))[: lines.MOST]
    st.session_state[LINES] = wanted or lines.usual(query, list(known))
    known |= {scope: lines.name_of(scope) for scope in wanted if scope not in known}
    filters.adopt(VIEW, _VIEWS, default=_VIEWS[0])
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        picked = st.multiselect(
            _("Scopes, up to five"), list(known), key=LINES, max_selections=lines.MOST,
            format_func=lambda scope: known.get(scope, scope),
            persist_state="session", placeholder=_("countries, dyads, places, the region"), width=640,
        )  # fmt: skip
        view = st.segmented_control(
            _("View"), _VIEWS, key=VIEW, required=True, label_visibility="collapsed", persist_state="session", format_func=_
        )
    filters.publish(LINES, picked or None)
    filters.publish(VIEW, None if view == _VIEWS[0] else view)
    return list(picked), str(view)


def _day(found: Sequence[Line]) -> date:
    """Return the day that is worked through: the chosen one, else the last that the first line has a reading of."""
    days = [d.day for d in found[0].days]
    usual = lines.last_read(found)
    stated = st.session_state.get(DAY, st.query_params.get(DAY))
    try:
        wanted = date.fromisoformat(str(stated)) if stated else usual
    except ValueError:
        wanted = usual
    st.session_state[DAY] = wanted if days[0] <= wanted <= days[-1] else usual
    return wanted if days[0] <= wanted <= days[-1] else usual


def _title(found: Sequence[Line], day: date, desk: Desk, query: Query) -> str:
    first, known = found[0].on(day), {"scope": found[0].name, "day": words.day(day)}
    if first is None or first.value is None:
        said = _("{scope} has no reading on {day}", **known)
    elif first.level is not None and first.level.percentile is not None:
        against = index_rows.against(first).split(";")[0]
        said = _("{scope} is {level} on {day}, {against}", level=_(first.level.word), against=against, **known)
    else:
        said = _("{scope}: load {value} on {day}; too little history to tell a level", value=number(first.value, 1), **known)
    note = [_("Every line is on the same scale. The number of a day is the sum of the contributions listed under it.")]
    if filters.is_filtered(query):
        note.append(
            _("The filters on the left change no number here: the index counts every signal, so that it is the same for all.")
        )
    if desk.is_replay:
        note.append(_("The archive is a selection: its levels compare days of the archive, not days of the region."))
    told = markup.text(" ".join(note))
    return f'<div class="k-card"><div class="k-title">{markup.text(said)}</div><div class="k-muted">{told}</div></div>'


def _figure(found: Sequence[Line], day: date, look: Theme) -> None:
    panels = [figure.Panel(name=line.name, days=line.days, fixed=line.panel, episodes=_episodes(line)) for line in found]
    st.html(index_rows.legend(look, fixed=any(line.panel for line in found)))
    plot.draw(figure.build(panels, chosen=day, theme=look), key="lines-figure", alt=figure.alt(panels), on_picked=_pick)


def _turn(found: Sequence[Line], day: date) -> None:
    """Draw the day that is worked through, and the steps to its neighbours."""
    days = [d.day for d in found[0].days]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.date_input(_("Day"), key=DAY, min_value=days[0], max_value=days[-1], format="YYYY-MM-DD", width=150)
        st.button(_("Day before"), key="day-before", icon=":material/chevron_left:", disabled=day == days[0], on_click=_step,
                  args=(-1,))  # fmt: skip
        st.button(_("Day after"), key="day-after", icon=":material/chevron_right:", disabled=day == days[-1], on_click=_step,
                  args=(1,))  # fmt: skip
    filters.publish(DAY, day.isoformat())


def _step(n_days: int) -> None:
    st.session_state[DAY] += timedelta(days=n_days)


def _pick() -> None:
    picked = plot.value("lines-figure", "picked")
    stated = picked and (picked["custom"] or [picked["x"]])
    if stated:
        try:
            st.session_state[DAY] = date.fromisoformat(str(stated[0] if isinstance(stated, list) else stated)[:10])
        except ValueError:
            return


def _episodes(line: Line) -> list[figure.Episode]:
    until = line.days[-1].day
    longest = sorted(line.episodes, key=lambda s: (-s.weight, s.since, s.id))[:_MOST_EPISODES]
    return [
        figure.Episode(
            name=f"{lines.where_is(s.place_id, s.place_name, s.country, s.precision).split(',')[0]}: {_(s.kind)}",
            family=signal_types()[s.code].family, since=max(s.since, line.days[0].day),
            until=min(until, s.last),
        )
        for s in longest
    ]  # fmt: skip


def _table(found: Sequence[Line]) -> None:
    table = line_tables.table(found)
    table["scope"] = [line.name for line in found for day in line.days]
    table["level"] = table["level"].map(_, na_action="ignore")
    figures = st.column_config.NumberColumn
    alt = ngettext("Table of {n} day of the index", "Table of {n} days of the index", len(table))
    st.dataframe(
        table, hide_index=True, height=460, key="index-table", alt=alt,
        column_config={
            "scope": _("Scope"), "day": columns.day(_("Day")), "cause": _("Why no reading"),
            "value": figures(_("Load"), format="%.2f"), "acts": figures(_("Acts"), format="%.2f"),
            "threats": figures(_("Threats"), format="%.2f"), "stabilising": figures(_("Stabilising"), format="%.2f"),
            "index": figures(_("Index, year = 100"), format="%.0f"), "low": figures(_("Band from"), format="%.2f"),
            "high": figures(_("Band to"), format="%.2f"), "level": _("Level"),
            "percentile": figures(_("Share of days below"), format="%.2f"),
            "robust_z": figures(_("Robust z"), format="%.1f"), "highest_since": _("Highest since"),
            "panel_value": figures(_("Fixed panel"), format="%.2f"),
        },
    )  # fmt: skip


def _of(found: Sequence[Line]) -> Line:
    """Let the reader say whose number is taken apart, where several lines are drawn."""
    names = {line.scope: line for line in found}
    if len(names) == 1:
        return found[0]
    filters.adopt(OF, list(names), default=found[0].scope)
    picked = st.segmented_control(
        _("Taken apart"), list(names), key=OF, required=True, format_func=lambda scope: names[scope].name, persist_state="session"
    )
    filters.publish(OF, None if picked == found[0].scope else picked)
    return names.get(str(picked), found[0])


def _contributions(desk: Desk, of: Line, on: Day | None, shares: Shares | None, look: Theme) -> None:
    if on is None or shares is None:
        cause = f" {on.cause[:1].upper()}{on.cause[1:]}." if on and on.cause else ""
        said = _("{scope} has no reading on this day, so there is nothing to add up.", scope=of.name)
        st.info(f"{said}{cause}", icon=":material/visibility_off:")
        return
    if not shares.parts:
        said = _(
            "Nothing is dated up to {day} that still weighs: the load of {scope} is 0.", day=words.day(on.day), scope=of.name
        )
        st.info(said, icon=":material/horizontal_rule:")
        return
    ids = tuple(dict.fromkeys(p.article_ids[0] for p in shares.parts if p.article_ids))
    texts = {row["article_id"]: row for row in records(repository.evidence(desk, ids))}
    st.html(index_rows.total(shares.counted, on))
    for share, caption in ((shares.counted, _("What the load is made of")), (shares.calming, _("Stabilising, beside it"))):
        if share.n:
            said = f"{of.name}: {caption}"
            st.html(index_rows.contributions(share, texts, look, chosen=_event(), caption=said))


def _json(desk: Desk, query: Query, found: Sequence[Line]) -> None:
    st.download_button(
        _("JSON with contributions"), data=lambda: as_json(desk, query, found), file_name="karaula-index.json",
        mime="application/json", icon=":material/download:", on_click="ignore", key="index-json",
    )  # fmt: skip


def as_json(desk: Desk, query: Query, found: Sequence[Line]) -> bytes:
    """Return the lines as the command line prints them, a list of scopes."""
    rows = [line_tables.as_json(line, makeup.made(desk, query, line.scope), method_version()) for line in found]
    return json.dumps(rows, ensure_ascii=False).encode()


def _choose(event: str) -> None:
    st.session_state[EVENT] = event


def _event() -> str | None:
    found = st.session_state[EVENT] if EVENT in st.session_state else st.query_params.get(EVENT)
    return str(found) if found else None


def _reports(desk: Desk, query: Query, scope: str, day: date, shares: Shares | None, look: Theme) -> None:
    """Draw the reports of the contribution that is chosen: of those shown, or a smaller one that the address names."""
    parts, stated = list(shares.parts) if shares else [], _event()
    if shares and stated and stated not in {p.event for p in parts}:
        smaller = makeup.part_of(desk, query, scope, day, stated)
        parts += [smaller] if smaller else []
    known = {p.event: p for p in reversed(parts)}
    names = {p.event: f"{number(p.contribution, 2)} {words.signal(p.code)}, {words.day(p.day)}" for p in parts}
    filters.adopt(EVENT, [NONE, *names], default=NONE)
    picked = st.selectbox(
        _("Contribution"), [NONE, *names], key=EVENT, persist_state="session",
        format_func=lambda event: names.get(event, _("Choose a contribution")),
    )  # fmt: skip
    filters.publish(EVENT, picked or None)
    part = known.get(str(picked))
    if part is None:
        hint = _("Choose a contribution to read the reports that it is made of.")
        st.html(f'<div class="k-card k-muted">{hint}</div>')
        return
    rows = sorted(records(repository.evidence(desk, part.article_ids[:_MOST_REPORTS])), key=_published)
    wanted = {signal["signal_id"] for row in rows for signal in row["signals"] if signal["code"] == part.code}
    shown = "".join(evidence.report(row, wanted, look) for row in rows)
    more = len(part.article_ids) - len(rows)
    st.html(f'<div class="k-card">{shown}</div>')
    if more > 0:
        st.caption(ngettext("and {n} more report", "and {n} more reports", more))


def _published(row: dict[str, object]) -> tuple[str, str]:
    stated = row["published_at"] if pd.notna(row["published_at"]) else row["published_date"]  # type: ignore[call-overload]
    return (str(stated) if pd.notna(stated) else "~", str(row["article_id"]))  # type: ignore[call-overload]
