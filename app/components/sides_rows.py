"""Who tells what, as HTML: pairs with how their events are told, events, and one event's wording on each side. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app import sides, words
from app.components import markup, picks
from app.sides import TOLD, Pair
from app.theme import Theme, blend
from tension.events.provenance import BOTH, DISPUTED, ONE, UNKNOWN
from tension.tongue import _, ngettext

PAIRS, EVENTS = "pairs", "events"
#: Reports of one public that are shown; the others are counted.
_MOST_REPORTS = 8
_TRACK = "denied"


def tones(theme: Theme) -> Mapping[str, str]:
    """Return the tone of each way of being told; the words stand beside them."""
    return {
        BOTH: theme.ink, DISPUTED: theme.family["obstruction"], ONE: theme.muted, UNKNOWN: blend(theme.muted, theme.page, 0.35),
    }  # fmt: skip


def pairs(found: Sequence[Pair], theme: Theme, *, chosen: str | None, n_days: int) -> str:
    """Return pairs as rows: how many of their events both sides tell, one side, disputed, not known."""
    head = "".join(f"<th>{name}</th>" for name in (_("Between"), _("Events"), _("How they are told"), _("Not heard")))
    rows = "".join(_pair(pair, theme, chosen, n_days) for pair in found)
    legend = "".join(
        f'<span><span class="k-dot" style="background:{tone}"></span>{markup.text(_(told))}</span>'
        for told, tone in tones(theme).items()
    )
    return (
        f'<div class="k-card"><div class="k-legend">{legend}</div></div>'
        f'<table class="k-card k-pairs"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _pair(pair: Pair, theme: Theme, chosen: str | None, n_days: int) -> str:
    tone = tones(theme)
    widths = {told: 100 * n / pair.n_events for told, n in pair.told.items() if n}
    bar = "".join(f'<i style="width:{width:.1f}%;background:{tone[told]}"></i>' for told, width in widths.items())
    silent = ", ".join(
        f"{sides.party_name(party)}: {ngettext('{silent} of {n} day', '{silent} of {n} days', n_days, silent=n)}"
        for party, n in pair.unheard.items()
    )
    label = f' data-name="{_("Not heard")}"' if silent else ""
    return (
        f"<tr><td>{picks.button(PAIRS, pair.scope, pair.name, chosen=pair.scope == chosen)}</td>"
        f'<td class="k-num" data-name="{_("Events")}">{pair.n_events:,}</td>'
        f'<td><div class="k-told">{bar}</div>{markup.text(said(pair))}</td>'
        f'<td{label}><span class="k-warn">{markup.text(silent)}</span></td></tr>'
    )


def said(pair: Pair) -> str:
    """Say how the events of a pair are told."""
    alone = words.listed([f"{sides.party_name(party)} {n}" for party, n in pair.alone.items()])
    parts = [f"{n} {_(told)}{f' ({alone})' if told == ONE and alone else ''}" for told, n in pair.told.items() if n]
    return ", ".join(parts)


def events(rows: Sequence[Mapping[str, Any]], texts: Mapping[str, Mapping[str, Any]], theme: Theme, *, chosen: str | None) -> str:
    """Return events as rows, each with how it is told and by whom.

    Args:
        rows: of the frame of events.
        texts: rows of `evidence` by article.
        theme: the tokens of the appearance.
        chosen: id of the event that is open.
    """
    return f'<div class="k-card k-list">{"".join(_event(row, texts, theme, chosen) for row in rows)}</div>'


def _event(row: Mapping[str, Any], texts: Mapping[str, Mapping[str, Any]], theme: Theme, chosen: str | None) -> str:
    text = texts.get(row["article_ids"][0])
    label = str(text["title"]) if text else words.signal(str(row["code"]))
    told_by = words.listed([sides.side_name(side) for side in row["sides"]]) or _("publics not known")
    denials = ngettext("{n} denial", "{n} denials", len(row["denied_by"]))
    said = [f"{markup.plural_reports(int(row['n_reports']))}: {told_by}", *([denials] if row["denied_by"] else [])]
    return (
        f'<div class="k-report"><div class="k-muted k-small">{words.day(row["day"].date())} · {markup.text(row["where"])}</div>'
        f"{picks.button(EVENTS, str(row['event']), label, chosen=row['event'] == chosen)}"
        f"<div>{markup.code_badge(str(row['code']), theme)}{told_badge(str(row['told']))}"
        f'<span class="k-muted">{markup.text("; ".join(said))}</span></div></div>'
    )


def told_badge(told: str) -> str:
    """Return how an event is told as a badge."""
    return f'<span class="k-badge k-told-{TOLD.index(told)}">{markup.text(_(told))}</span>'


def wording(row: Mapping[str, Any], reports: Sequence[Mapping[str, Any]], origins: Mapping[str, str], theme: Theme) -> str:
    """Return one event as its publics word it, next to each other.

    Args:
        row: of the frame of events.
        reports: rows of `evidence`, in order of time; denials are among them.
        origins: of the reports: the agency or the publisher, by article.
        theme: the tokens of the appearance.
    """
    columns = "".join(
        _column(side, mine, reports, row, origins, theme) for side, mine in sides.by_side(reports, row["countries"]).items()
    )
    title = f"{words.signal(str(row['code']))}, {row['where'] or _('no place')}, {words.day(row['day'].date())}"
    return (
        f'<div class="k-card"><div class="k-title">{markup.text(title)}</div>'
        f"<div>{markup.code_badge(str(row['code']), theme)}{told_badge(str(row['told']))}"
        f'<span class="k-muted">{markup.text(_voices(row, origins))}</span></div>{_unheard(row)}'
        f'<div class="k-publics">{columns}</div></div>'
    )


def _voices(row: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    agencies = sorted({name for origin in origins.values() if (name := sides.wire_name(origin))})
    behind = "; " + _("texts of {agencies} among them", agencies=words.listed(agencies)) if agencies else ""
    return f"{markup.plural_reports(int(row['n_reports']))}, {markup.plural_voices(len(row['origins']))}{behind}"


def _unheard(row: Mapping[str, Any]) -> str:
    """Say which of the parties concerned has no report of it."""
    heard = {sides.party_of(side) for side in row["sides"]}
    missing = [sides.party_name(party) for party in sides.parties_of(row["countries"]) if party not in heard]
    if not missing or not row["sides"]:
        return ""
    said = _("No report of it by: {parties} publics.", parties=words.listed(missing))
    return f'<div class="k-warn k-small">{markup.text(said)}</div>'


def _column(
    side: str, mine: Sequence[Mapping[str, Any]], everyone: Sequence[Mapping[str, Any]], event: Mapping[str, Any],
    origins: Mapping[str, str], theme: Theme,
) -> str:  # fmt: skip
    party = sides.party_of(side)
    concerned = party in sides.parties_of(event["countries"])
    whose = _("{party} side", party=sides.party_name(party)) if concerned else _("no party to it") if side else ""
    known = f'<span class="k-muted k-small">{markup.text(whose)}</span>'
    shown = "".join(_report(row, everyone, event, origins, theme) for row in mine[:_MOST_REPORTS])
    more = len(mine) - _MOST_REPORTS
    said = ngettext("and {n} more report", "and {n} more reports", more)
    rest = f'<div class="k-muted k-small">{said}</div>' if more > 0 else ""
    return f'<section class="k-public"><h3>{markup.text(sides.side_name(side))}</h3>{known}{shown}{rest}</section>'


def _report(
    row: Mapping[str, Any], everyone: Sequence[Mapping[str, Any]], event: Mapping[str, Any], origins: Mapping[str, str],
    theme: Theme,
) -> str:  # fmt: skip
    wanted = [signal for signal in row["signals"] if signal["code"] in event["codes"]] or list(row["signals"])
    denials = sides.denied(row) if row["article_id"] in event["denied_by"] else []
    spans = [*markup.spans_of(wanted, "title"), *markup.spans_of(denials, "title")]
    agency = sides.wire_name(origins.get(str(row["article_id"]), ""))
    named = [_("text of {agency}", agency=agency)] if agency else []
    source = " · ".join((str(row["outlet"]), words.language(str(row["language"])), *named))
    link = f" · {markup.link(row['url'], _('open the source'))}" if markup.is_web_address(row["url"]) else ""
    restated = f'<div class="k-muted k-small"><i>{_("headline restated by Karaula")}</i></div>' if row["restated"] else ""
    return (
        f'<div class="k-report{" k-denial" if denials else ""}" dir="auto">{_denial(row, denials, everyone)}'
        f"<div>{markup.highlighted(row['title'], spans, theme)}</div>{_lead(row, wanted, denials, theme)}"
        f'<div class="k-muted k-small">{markup.text(source)}{link}</div>{restated}</div>'
    )


def _lead(row: Mapping[str, Any], wanted: Sequence[Mapping[str, Any]], denials: Sequence[Mapping[str, Any]], theme: Theme) -> str:
    """Return the lead where trigger words stand in it: without them it adds nothing to the comparison."""
    spans = [*markup.spans_of(wanted, "summary"), *markup.spans_of(denials, "summary")]
    return f'<div class="k-muted">{markup.highlighted(row["summary"], spans, theme)}</div>' if spans and row["summary"] else ""


def _denial(row: Mapping[str, Any], denials: Sequence[Mapping[str, Any]], everyone: Sequence[Mapping[str, Any]]) -> str:
    """Say what a report denies, by which words, and whose report says so."""
    if not denials:
        return ""
    codes = words.listed(list(dict.fromkeys(words.signal(candidate["code"]) for candidate in denials)))
    cues = [f"“{candidate['cue']['text']}”" for candidate in denials if candidate["cue"]]
    denies = _("denies {signals}", signals=codes)
    if cues:
        denies = _("denies {signals}, by {cues}", signals=codes, cues=words.listed(list(dict.fromkeys(cues))))
    against = [f"{other['outlet']}: “{other['title']}”" for other in sides.contradicted(row, everyone)[:2]]
    said = _("said by {reports}", reports="; ".join(against)) if against else _("no report of this event says so")
    return f'<div class="k-warn k-small">{markup.text(denies)}</div><div class="k-small k-muted">{markup.text(said)}</div>'


def summary(found: Mapping[str, int], since: date, until: date) -> str:
    """Say in one sentence how the events of a window are told."""
    n = sum(found.values())
    if not n:
        return f"{words.days(since, until)}: {_('no event')}"
    parts = [
        ngettext("{n} are told by both sides", "{n} are told by both sides", found.get(BOTH, 0)),
        ngettext("{n} by one side only", "{n} by one side only", found.get(ONE, 0)),
        ngettext("{n} disputed", "{n} disputed", found.get(DISPUTED, 0)),
    ]
    unknown = found.get(UNKNOWN, 0)
    parts += [ngettext("{n} by nobody whose side is known", "{n} by nobody whose side is known", unknown)] if unknown else []
    told = ngettext("of {n} event {parts}", "of {n} events {parts}", n, parts=words.listed(parts))
    return f"{words.days(since, until)}: {told}"


def style(theme: Theme) -> str:
    """Return the style of pairs, events and columns."""
    return f"""<style>
.k-pairs {{ width: 100%; border-collapse: collapse; }}
.k-pairs th {{ text-align: left; font-weight: 500; font-size: 0.86rem; color: {theme.muted}; padding: 4px 8px 4px 0; }}
.k-pairs th, .k-pairs td {{ border: 0; border-bottom: 1px solid {theme.line}; vertical-align: top; }}
.k-pairs td {{ padding: 8px 12px 8px 0; overflow-wrap: break-word; }}
.k-card.k-pairs .k-pick {{ overflow-wrap: break-word; }}
.k-pairs th:nth-child(3) {{ width: 40%; }}
.k-pairs .k-num {{ text-align: right; }}
.k-told {{ display: flex; gap: 2px; height: 8px; margin: 5px 0 4px; min-width: 120px; }}
.k-told i {{ display: block; height: 8px; min-width: 3px; }}
.k-told-0 {{ color: {theme.ink}; font-weight: 600; }}
.k-told-1 {{ color: {theme.warning}; font-weight: 600; }}
.k-told-2, .k-told-3 {{ color: {theme.muted}; }}
.k-told-3 {{ border-style: dashed; }}
.k-publics {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 8px 24px; margin-top: 8px; }}
.k-publics h3 {{ font-size: 0.93rem; font-weight: 600; margin: 0; padding: 0; color: {theme.ink}; }}
.k-public {{ border-top: 2px solid {theme.border}; padding-top: 6px; min-width: 0; }}
.k-card .k-denial {{ background: {theme.shade}; padding-left: 8px; padding-right: 8px; }}
@media (max-width: 640px) {{
  .k-pairs thead {{ display: none; }}
  .k-pairs tr {{ display: block; border-bottom: 1px solid {theme.line}; padding: 8px 0; }}
  .k-pairs td {{ display: block; border: 0; padding: 2px 0; }}
  .k-pairs td.k-num {{ text-align: left; }}
  .k-pairs td[data-name]::before {{ content: attr(data-name) " "; color: {theme.muted}; }}
}}
</style>"""
