"""Situations and crossings as HTML: what stands in rows, the board in cards by border, the evidence change by change. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from app import lines, words
from app.components import evidence, markup, picks
from app.standing import RESTRICTED, STATES, Standing
from app.theme import Theme
from tension.events.crossings import BLOCKED, NO_REPORT, REOPENED, UNCONFIRMED, Crossing
from tension.events.situations import CLOSED, OPEN, Change, Situation, kinds
from tension.events.standing import ALSO_AT
from tension.taxonomy import signal_types
from tension.tongue import N_, _, ngettext

SITUATIONS, CROSSINGS = N_("situations"), N_("crossings")
#: Reports that are shown of one change; the others are counted.
_MOST_REPORTS = 6
#: Changes after the opening that are shown: the newest.
_MOST_CHANGES = 40
_HEAD = (N_("State"), N_("What and where"), N_("Since"), N_("Age"), N_("Last confirmed"), N_("Opened by"))
#: A mark of its own for each state of a crossing, so that colour is never alone.
_SHAPES = {BLOCKED: "full", UNCONFIRMED: "dashed", RESTRICTED: "half", REOPENED: "ring", NO_REPORT: "none"}
#: States whose days are counted: the others are not known to go on.
_LASTING = frozenset({BLOCKED, RESTRICTED})


def place_of(s: Situation) -> str:
    """Return where a situation is, in the names of the parties where the gazetteer has them."""
    return lines.where_is(s.place_id, s.place_name, s.country, s.precision)


def kind_of(s: Situation) -> str:
    """Return what lasts, in words."""
    return _(next((kind.name for kind in kinds() if kind.id == s.kind), s.name))


def family_of(s: Situation) -> str:
    """Return the family of the signal that opened a situation."""
    return signal_types()[s.code].family


def _state(s: Standing, theme: Theme) -> str:
    if s.status == OPEN:
        return f'<b style="color:{theme.family_text[family_of(s.situation)]}">{_(OPEN)}</b>'
    if s.status == CLOSED:
        until = s.situation.until
        return f'<b>{_(CLOSED)}</b><br><span class="k-muted">{words.day(until) if until else ""}</span>'
    since = _("since {day}", day=words.day(s.unconfirmed_since)) if s.unconfirmed_since else ""
    return f'<b class="k-unsure">{_(s.status)}</b><br><span class="k-muted">{since}</span>'


def table(
    found: Sequence[Standing], opening: Mapping[str, Mapping[str, Any]], theme: Theme, *, since: date, chosen: str | None,
    caption: str,
) -> str:  # fmt: skip
    """Return situations as rows; on a narrow screen each row becomes a block.

    Args:
        found: in the order of the rows.
        opening: a report of the opening of each, by situation, as a row of `evidence`.
        theme: the tokens of the appearance.
        since: first day of the window, whose reports are counted.
        chosen: id of the situation whose evidence is open.
        caption: what the rows are.
    """
    head = "".join(f"<th>{_(name)}</th>" for name in _HEAD)
    rows = "".join(_row(s, opening.get(s.id), theme, since, chosen=s.id == chosen) for s in found)
    return (
        f'<table class="k-card k-rows"><caption>{markup.text(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(s: Standing, opening: Mapping[str, Any] | None, theme: Theme, since: date, *, chosen: bool) -> str:
    name = picks.button(SITUATIONS, s.id, place_of(s.situation), beside=kind_of(s.situation), chosen=chosen)
    kind = f'<br><span class="k-muted">{markup.text(kind_of(s.situation))}</span>'
    cells = (
        ("", _state(s, theme)), ("", name + kind), (_("Since"), words.day(s.situation.since)),
        (_("Age"), ngettext("{n} day", "{n} days", s.n_days)), (_("Last confirmed"), _confirmed(s)),
        ("", _told(s, opening, theme, since)),
    )  # fmt: skip
    return "<tr>" + "".join(f"<td{_named(name)}>{cell}</td>" for name, cell in cells) + "</tr>"


def _named(name: str) -> str:
    return f' data-name="{name}"' if name else ""


def _confirmed(s: Standing) -> str:
    return words.day(s.confirmed) if s.confirmed != s.situation.since else _("not since it opened")


def reports_since(s: Standing, since: date) -> int:
    """Return how many reports changed or confirmed a situation from a day on."""
    return len({article for change in s.changes if change.day >= since for article in change.article_ids})


def _told(s: Standing, opening: Mapping[str, Any] | None, theme: Theme, since: date) -> str:
    n = reports_since(s, since)
    counted = markup.plural_reports(n)
    if s.situation.since < since:
        # What is older than the window is not counted, for it is not read: a measure of years has reports by the thousand.
        counted = ngettext("{n} report in these days", "{n} reports in these days", n) if n else _("no report in these days")
    if opening is None:
        return f'<span class="k-muted">{counted}</span>'
    return f'{headline(opening, s.situation, theme)}<br><span class="k-muted">{markup.text(opening["outlet"])} · {counted}</span>'


def codes_of(s: Situation) -> frozenset[str]:
    """Return the codes that open, confirm or close a situation of its kind."""
    kind = next(kind for kind in kinds() if kind.id == s.kind)
    return kind.codes | kind.closes


def headline(row: Mapping[str, Any], s: Situation, theme: Theme) -> str:
    """Return a headline with the words marked that speak of a situation."""
    mine = [signal for signal in row["signals"] if signal["code"] in codes_of(s)]
    return markup.highlighted(row["title"], markup.spans_of(mine, "title"), theme)


def panel(s: Standing, reports: Mapping[str, Mapping[str, Any]], theme: Theme) -> str:
    """Return the evidence of a situation: each change with its reports, the first one first.

    Args:
        s: as it stood on the day.
        reports: rows of `evidence` by article; those that are not there are counted.
        theme: the tokens of the appearance.
    """
    said = [markup.plural_reports(len(s.article_ids))]
    if len(reports) == len(s.article_ids):
        n = len({row["outlet"] for row in reports.values()})
        said.append(ngettext("{n} outlet", "{n} outlets", n))
    badge = markup.badge(family_of(s.situation), _(s.status), theme)
    return (
        f'<div class="k-card"><div class="k-title">{markup.text(place_of(s.situation))}</div>'
        f'<div class="k-muted">{markup.text(kind_of(s.situation))}</div><div>{badge}<b>{markup.text(_standing(s))}</b></div>'
        f'<div class="k-muted">{markup.text(", ".join(said))}. {markup.text(_term(s))}</div>{_changes(s, reports, theme)}</div>'
    )


def _standing(s: Standing) -> str:
    first = words.day(s.situation.since)
    if s.status == CLOSED and s.situation.until:
        return _("{first} to {last}", first=first, last=words.day(s.situation.until))
    said = _("since {day}, day {n}", day=first, n=s.n_days)
    if s.unconfirmed_since is None:
        return said
    return f"{said}; {_('unconfirmed since {day}', day=words.day(s.unconfirmed_since))}"


def _term(s: Standing) -> str:
    return ngettext(
        "Without a report for {n} day a situation of this kind counts as unconfirmed.",
        "Without a report for {n} days a situation of this kind counts as unconfirmed.", s.situation.term_days,
    )  # fmt: skip


def _changes(s: Standing, reports: Mapping[str, Mapping[str, Any]], theme: Theme) -> str:
    """Return the opening, then the newest changes: what confirmed a measure of years in between is counted."""
    first, later = s.changes[:1], s.changes[1:]
    kept = later[-_MOST_CHANGES:]
    parts = [_one(change, s.situation, reports, theme) for change in (*first, *kept)]
    n = len(later) - len(kept)
    if n:
        skipped = ngettext("{n} more change between these", "{n} more changes between these", n)
        parts.insert(1, f'<div class="k-muted k-small k-gap">{skipped}</div>')
    return "".join(parts)


def _one(change: Change, s: Situation, reports: Mapping[str, Mapping[str, Any]], theme: Theme) -> str:
    known = sorted((reports[i] for i in change.article_ids if i in reports), key=_published)[:_MOST_REPORTS]
    more = len(change.article_ids) - len(known)
    rest = ngettext("and {n} more report", "and {n} more reports", more)
    head = (
        f'<div class="k-event"><b>{markup.text(_change(change))}</b> {words.day(change.day)} '
        f'<span class="k-muted k-small">{markup.plural_reports(len(change.article_ids))}</span></div>'
    )
    told = "".join(evidence.report(row, _wanted(row, s), theme) for row in known)
    return f"{head}{told}" + (f'<div class="k-muted k-small">{rest}</div>' if more else "")


def _change(change: Change) -> str:
    detail = _(change.detail)
    if change.detail.startswith(ALSO_AT):
        detail = _("also at {place}", place=change.detail.removeprefix(ALSO_AT).strip())
    return f"{_(change.change)}: {detail}" if detail else _(change.change)


def _published(row: Mapping[str, Any]) -> tuple[str, str]:
    stated = row["published_at"] if pd.notna(row["published_at"]) else row["published_date"]
    return (pd.Timestamp(stated).strftime("%Y-%m-%d %H:%M") if pd.notna(stated) else "~", str(row["article_id"]))


def _wanted(row: Mapping[str, Any], s: Situation) -> set[str]:
    return {signal["signal_id"] for signal in row["signals"] if signal["code"] in codes_of(s)}


def board(found: Mapping[tuple[str, str], Sequence[Crossing]], day: date, *, chosen: str | None) -> str:
    """Return the crossings board: a card a border, a line a crossing.

    Args:
        found: crossings by border, as `app.standing.by_border` returns them.
        day: for their age.
        chosen: id of the situation whose evidence is open.
    """
    cards = "".join(_card(border, rows, day, chosen) for border, rows in found.items())
    return f'<div class="k-card k-board">{cards}</div>'


def border_name(border: tuple[str, str]) -> str:
    """Return a border in words; a crossing within one country has none."""
    one, other = border
    return f"{words.country(one)} – {words.country(other)}" if other else words.country(one)


def _card(border: tuple[str, str], rows: Sequence[Crossing], day: date, chosen: str | None) -> str:
    lines = "".join(_line(row, day, chosen) for row in rows)
    return f'<section class="k-border"><h3>{markup.text(border_name(border))}</h3><ul>{lines}</ul></section>'


def _line(row: Crossing, day: date, chosen: str | None) -> str:
    name = markup.text(row.place.name)
    if row.situation is not None:
        name = picks.button(CROSSINGS, f"{row.situation}", row.place.name, chosen=row.situation == chosen)
    aged = ""
    if row.since is not None:
        since = words.day(row.since)
        lasts = _("since {day}, day {n}", day=since, n=(day - row.since).days + 1)
        said = [lasts if row.state in _LASTING else _("since {day}", day=since)]
        said += [_("last report {day}", day=words.day(row.confirmed))] if row.confirmed else []
        aged = "".join(f'<br><span class="k-muted k-small">{one}</span>' for one in said)
    return f'<li><span class="k-name">{name}{aged}</span>{state_mark(row.state)}</li>'


def state_mark(state: str) -> str:
    """Return the state of a crossing as its mark and its word."""
    shape = _SHAPES[state]
    return f'<span class="k-gate k-gate-{shape}"><i></i>{markup.text(_(STATES[state]))}</span>'


def legend() -> str:
    """Return the states with their marks."""
    marks = "".join(f"<span>{state_mark(state)}</span>" for state in STATES)
    return f'<div class="k-card"><div class="k-legend">{marks}</div></div>'


def style(theme: Theme) -> str:
    """Return the style of rows and board."""
    closed, opened = theme.family_text["obstruction"], theme.family_text["stabilising"]
    area = theme.family["obstruction"]
    return f"""<style>
.k-rows {{ width: 100%; border-collapse: collapse; margin-bottom: 16px; }}
.k-rows caption {{ text-align: left; caption-side: top; font-weight: 600; font-size: 1rem; color: {theme.ink};
  padding: 8px 0 4px; }}
.k-rows th {{ text-align: left; font-weight: 500; font-size: 0.86rem; color: {theme.muted}; padding: 4px 8px 4px 0;
  white-space: nowrap; }}
.k-rows th, .k-rows td {{ border: 0; border-bottom: 1px solid {theme.line}; vertical-align: top; }}
.k-rows td {{ padding: 8px 12px 8px 0; overflow-wrap: anywhere; }}
.k-rows td[data-name], .k-rows td:first-child {{ white-space: nowrap; }}
.k-rows td:nth-child(2) {{ width: 26%; }}
.k-rows td:last-child {{ width: 38%; padding-right: 0; }}
.k-rows td:nth-child(5) {{ white-space: normal; max-width: 110px; }}
.k-unsure {{ color: {theme.muted}; border-bottom: 1px dashed {theme.muted}; }}
.k-board {{ columns: 250px; column-gap: 16px; }}
.k-board h3 {{ font-size: 0.93rem; font-weight: 600; margin: 0 0 4px; padding: 0; color: {theme.ink}; }}
.k-board .k-border {{ background: {theme.panel}; border: 1px solid {theme.line}; border-radius: 6px; padding: 8px 12px;
  break-inside: avoid; margin-bottom: 16px; }}
.k-board ul {{ list-style: none; margin: 0; padding: 0; }}
.k-board li {{ display: flex; justify-content: space-between; gap: 8px; border-top: 1px solid {theme.line}; padding: 5px 0;
  margin: 0; font-size: inherit; }}
.k-board .k-name {{ overflow-wrap: anywhere; }}
.k-gate {{ white-space: nowrap; color: {theme.muted}; }}
.k-gate i {{ display: inline-block; width: 10px; height: 10px; margin-right: 6px; box-sizing: border-box; border-radius: 2px; }}
.k-gate-full {{ color: {closed}; font-weight: 600; }}
.k-gate-full i {{ background: {area}; }}
.k-gate-dashed {{ color: {closed}; }}
.k-gate-dashed i {{ border: 2px dashed {area}; }}
.k-gate-half {{ color: {closed}; }}
.k-gate-half i {{ border: 2px solid {area}; background: linear-gradient(90deg, {area} 50%, transparent 50%); }}
.k-gate-ring {{ color: {opened}; font-weight: 600; }}
.k-gate-ring i {{ border: 2px solid {theme.family["stabilising"]}; border-radius: 50%; }}
.k-gate-none i {{ border-top: 2px solid {theme.border}; height: 2px; vertical-align: middle; }}
@media (max-width: 900px) {{
  .k-rows thead {{ display: none; }}
  .k-rows tr {{ display: block; border-bottom: 1px solid {theme.line}; padding: 8px 0; }}
  .k-rows td, .k-rows td:nth-child(n) {{ display: block; border: 0; padding: 2px 0; width: auto; max-width: none; }}
  .k-rows td[data-name]:nth-child(n) {{ display: inline-block; margin-right: 16px; }}
  .k-rows td[data-name]::before {{ content: attr(data-name) " "; color: {theme.muted}; }}
}}
</style>"""
