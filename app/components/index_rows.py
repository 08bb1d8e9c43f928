"""The index in words and numbers: each line on one day, and the contributions that sum to it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app import words
from app.components import markup, picks
from app.figures.lines import tone
from app.lines import Line
from app.makeup import Part, Share
from app.theme import Theme
from tension.index.level import TOO_LITTLE
from tension.index.method import HEADLINE
from tension.index.series import Day
from tension.tongue import N_, _, ngettext, number

GROUP = "parts"
_ALARMING = ("very high", "high")
_NUMBER = ' class="k-num"'
_HEAD = (
    (N_("Scope"), ""), (N_("Level, against its own year"), ""), (N_("Acts"), _NUMBER), (N_("Threats"), _NUMBER),
    (N_("Load"), _NUMBER), (N_("90 % band"), _NUMBER), (N_("Stabilising"), _NUMBER), (N_("Index, year = 100"), _NUMBER),
    (N_("Fixed panel"), _NUMBER),
)  # fmt: skip
_NOTHING = "–"
#: "Highest since yesterday" says nothing.
_WORTH_SAYING_DAYS = 7
_NEARLY_ALL = 0.99


def summary(found: Sequence[Line], day: date, theme: Theme) -> str:
    """Return the lines on one day, one row each."""
    head = "".join(f"<th{kind}>{_(name)}</th>" for name, kind in _HEAD)
    rows = "".join(_row(line, day, theme) for line in found)
    return (
        f'<table class="k-card k-lines"><caption>{_("On {day}", day=words.day(day))}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(line: Line, day: date, theme: Theme) -> str:
    on = line.on(day)
    name = f"<td><b>{markup.text(line.name)}</b></td>"
    if on is None or on.value is None:
        cause = on.cause if on else _("the day lies outside the window")
        said = f'<b class="k-warn">{_("no reading")}</b><br><span class="k-muted">{markup.text(cause)}</span>'
        return f'<tr>{name}<td colspan="{len(_HEAD) - 1}">{said}</td></tr>'
    fixed = line.panel_on(day)
    band = _("{low} to {high}", low=number(on.band[0], 1), high=number(on.band[1], 1)) if on.band else _NOTHING
    index = _NOTHING if on.index is None else number(on.index)
    panel = _NOTHING if fixed is None or fixed.value is None else number(fixed.value, 1)
    acts, threats, calming = (number(on.parts[part] or 0.0, 1) for part in ("acts", "threats", "stabilising"))
    told = (acts, threats, f"<b>{number(on.value, 1)}</b>", band, calming, index, panel)
    labels = [_(label) for label, kind in _HEAD[2:]]
    cells = "".join(f'<td class="k-num" data-name="{label}">{cell}</td>' for label, cell in zip(labels, told, strict=True))
    return f"<tr>{name}<td>{_level(on, theme)}</td>{cells}</tr>"


def _level(day: Day, theme: Theme) -> str:
    if day.level is None:
        return ""
    colour = theme.family_text["violence"] if day.level.word in _ALARMING else theme.ink
    word, told = markup.text(_(day.level.word)), markup.text(against(day))
    return f'<b style="color:{colour}">{word}</b><br><span class="k-muted">{told}</span>'


def against(day: Day) -> str:
    """Say what a level is measured against."""
    level = day.level
    if level is None or level.word == TOO_LITTLE:
        n = level.n_days if level else 0
        return ngettext("{n} day before it; a level needs 60", "{n} days before it; a level needs 60", n)
    said = []
    if level.percentile is not None:
        # All of them only where it is the highest of all.
        share = f"{min(level.percentile, _NEARLY_ALL):.0%}"
        said.append(ngettext("above {share} of {n} day", "above {share} of {n} days", level.n_days, share=share))
    if level.highest_since is None and level.percentile:
        said = [_("highest of its year")]
    elif level.highest_since and (day.day - level.highest_since).days >= _WORTH_SAYING_DAYS:
        said.insert(0, _("highest since {day}", day=words.day(level.highest_since)))
    said += [_("robust z {z}", z=number(level.robust_z, 1, signed=True))] if level.robust_z is not None else []
    return "; ".join(said)


def total(counted: Share, on: Day) -> str:
    """Return the sum that the contributions make, written out."""
    acts, threats = (counted.sums.get(part, 0.0) for part in HEADLINE)
    said = ngettext(
        "{n} contribution: acts {acts} + threats {threats} =", "{n} contributions: acts {acts} + threats {threats} =", counted.n,
        acts=number(acts, 2), threats=number(threats, 2),
    )  # fmt: skip
    return f'<div class="k-card k-sum">{said} <b>{number(on.value or 0.0, 2)}</b></div>'


def contributions(
    share: Share, texts: Mapping[str, Mapping[str, Any]], theme: Theme, *, chosen: str | None, caption: str
) -> str:  # fmt: skip
    """Return contributions as rows, the largest first; those that are not shown are summed in the last row.

    Args:
        share: one side of the day, with at least one part.
        texts: rows of `evidence` by article.
        theme: the tokens of the appearance.
        chosen: id of the event whose reports are open.
        caption: what the rows are.
    """
    rows = "".join(_contribution(p, texts, share.whole, theme, chosen) for p in share.parts)
    n = share.n - len(share.parts)
    if n:
        left = share.whole - sum(p.contribution for p in share.parts)
        said = ngettext("{n} smaller one; the files have all", "{n} smaller ones; the files have all", n)
        rows += f'<tr><td class="k-num">{number(left, 2)}</td><td></td><td class="k-muted">{said}</td></tr>'
    rows += f'<tr class="k-whole"><td class="k-num"><b>{number(share.whole, 2)}</b></td><td></td><td><b>{_("sum")}</b></td></tr>'
    return f'<table class="k-card k-parts"><caption>{markup.text(caption)}</caption><tbody>{rows}</tbody></table>'


def _contribution(p: Part, texts: Mapping[str, Mapping[str, Any]], whole: float, theme: Theme, chosen: str | None) -> str:
    share = 100 * p.contribution / whole if whole else 0.0
    bar = f'<div class="k-bar"><i style="width:{share:.1f}%"></i></div>'
    text = texts.get(p.article_ids[0]) if p.article_ids else None
    label = str(text["title"]) if text else words.signal(p.code)
    said = [p.where or _("no place"), words.day(p.day), markup.plural_reports(len(p.article_ids))]
    said += [markup.plural_voices(p.n_independent)] if p.n_independent else []
    kind = f'<span class="k-badge">{_("stands, undecayed")}</span>' if p.situation else ""
    return (
        f'<tr><td class="k-num">{number(p.contribution, 2)}</td><td class="k-share" title="{share:.1f} %">{bar}</td>'
        f"<td>{picks.button(GROUP, _key(p), label, chosen=_key(p) == chosen)}<br>{markup.code_badge(p.code, theme)}{kind}"
        f'<span class="k-muted">{markup.text(" · ".join(said))}</span></td></tr>'
    )


def _key(p: Part) -> str:
    return p.event


def style(theme: Theme) -> str:
    """Return the style of the tables."""
    return f"""<style>
.k-lines, .k-parts {{ width: 100%; border-collapse: collapse; margin-bottom: 8px; }}
.k-lines caption, .k-parts caption {{ text-align: left; caption-side: top; font-weight: 600; font-size: 1rem; color: {theme.ink};
  padding: 8px 0 4px; }}
.k-lines th {{ text-align: left; font-weight: 500; font-size: 0.86rem; color: {theme.muted}; padding: 4px 8px 4px 0; }}
.k-lines th, .k-lines td, .k-parts td {{ border: 0; border-bottom: 1px solid {theme.line}; vertical-align: top; }}
.k-lines td, .k-parts td {{ padding: 8px 12px 8px 0; overflow-wrap: break-word; }}
.k-lines th:nth-child(2) {{ width: 26%; }}
.k-lines .k-num, .k-parts .k-num {{ text-align: right; white-space: nowrap; }}
.k-lines th.k-num {{ white-space: normal; }}
.k-lines td:last-child, .k-lines th:last-child {{ padding-right: 0; }}
.k-parts td:first-child {{ width: 64px; }}
.k-parts .k-share {{ width: 96px; padding-top: 14px; }}
.k-parts .k-bar {{ height: 6px; background: {theme.shade}; border-radius: 3px; }}
.k-parts .k-bar i {{ display: block; height: 6px; background: {theme.muted}; border-radius: 3px; }}
.k-parts .k-whole td {{ border-bottom: 0; }}
.k-sum {{ font-size: 1rem; padding: 4px 0; }}
.k-key i {{ display: inline-block; width: 14px; height: 10px; margin-right: 5px; border-radius: 2px; vertical-align: baseline; }}
@media (max-width: 900px) {{
  .k-lines thead {{ display: none; }}
  .k-lines tr {{ display: block; border-bottom: 1px solid {theme.line}; padding: 8px 0; }}
  .k-lines td {{ display: block; border: 0; padding: 2px 0; }}
  .k-lines td.k-num {{ display: inline-block; text-align: left; margin-right: 16px; }}
  .k-lines td[data-name]::before {{ content: attr(data-name) " "; color: {theme.muted}; }}
  .k-parts .k-share {{ display: none; }}
}}
</style>"""


def legend(theme: Theme, *, fixed: bool) -> str:
    """Return what the tones and strokes of the figure mean."""
    tones = {_("acts"): "violence", _("threats"): "political", _("stabilising, below the line"): "stabilising"}
    parts = [
        f'<span class="k-key"><i style="background:{tone(theme, family)}"></i>{name}</span>' for name, family in tones.items()
    ]
    said = [_("line: acts and threats"), _("grey: 90 % band"), *([_("dotted: fixed panel")] if fixed else [])]
    said += [_("sand: no reading"), _("bars above: what stands")]
    parts += [f'<span class="k-muted">{one}</span>' for one in said]
    return f'<div class="k-card"><div class="k-legend">{"".join(parts)}</div></div>'
