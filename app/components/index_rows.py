"""The index in words and numbers: each line on one day, and the contributions that sum to it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app import words
from app.components import markup, picks
from app.figures.lines import tone
from app.lines import Line, Part
from app.theme import Theme
from tension.index.level import TOO_LITTLE
from tension.index.method import HEADLINE
from tension.index.series import Day

GROUP = "parts"
_ALARMING = ("very high", "high")
_NUMBER = ' class="k-num"'
_HEAD = (
    ("Scope", ""), ("Level, against its own year", ""), ("Acts", _NUMBER), ("Threats", _NUMBER), ("Load", _NUMBER),
    ("90 % band", _NUMBER), ("Stabilising", _NUMBER), ("Index, year = 100", _NUMBER), ("Fixed panel", _NUMBER),
)  # fmt: skip
_NOTHING = "–"
#: "Highest since yesterday" says nothing.
_WORTH_SAYING_DAYS = 7


def summary(found: Sequence[Line], day: date, theme: Theme) -> str:
    """Return the lines on one day, one row each."""
    head = "".join(f"<th{kind}>{name}</th>" for name, kind in _HEAD)
    rows = "".join(_row(line, day, theme) for line in found)
    return (
        f'<table class="k-card k-lines"><caption>On {words.day(day)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(line: Line, day: date, theme: Theme) -> str:
    on = line.on(day)
    name = f"<td><b>{markup.text(line.name)}</b></td>"
    if on is None or on.value is None:
        cause = on.cause if on else "the day lies outside the window"
        said = f'<b class="k-warn">no reading</b><br><span class="k-muted">{markup.text(cause)}</span>'
        return f'<tr>{name}<td colspan="{len(_HEAD) - 1}">{said}</td></tr>'
    fixed = line.panel_on(day)
    band = f"{on.band[0]:,.1f} to {on.band[1]:,.1f}" if on.band else _NOTHING
    index = _NOTHING if on.index is None else f"{on.index:,.0f}"
    panel = _NOTHING if fixed is None or fixed.value is None else f"{fixed.value:,.1f}"
    numbers = (
        f"{on.parts['acts']:,.1f}", f"{on.parts['threats']:,.1f}", f"<b>{on.value:,.1f}</b>", band,
        f"{on.parts['stabilising']:,.1f}", index, panel,
    )  # fmt: skip
    cells = "".join(
        f'<td class="k-num" data-name="{label}">{number}</td>' for (label, _), number in zip(_HEAD[2:], numbers, strict=True)
    )
    return f"<tr>{name}<td>{_level(on, theme)}</td>{cells}</tr>"


def _level(day: Day, theme: Theme) -> str:
    if day.level is None:
        return ""
    colour = theme.family_text["violence"] if day.level.word in _ALARMING else theme.ink
    return (
        f'<b style="color:{colour}">{markup.text(day.level.word)}</b><br><span class="k-muted">{markup.text(against(day))}</span>'
    )


def against(day: Day) -> str:
    """Say what a level is measured against."""
    level = day.level
    if level is None or level.word == TOO_LITTLE:
        return f"{words.plural(level.n_days if level else 0, 'day')} before it; a level needs 60"
    said = [f"above {level.percentile:.0%} of {words.plural(level.n_days, 'day')}"] if level.percentile is not None else []
    if level.highest_since is None and level.percentile:
        said = ["highest of its year"]
    elif level.highest_since and (day.day - level.highest_since).days >= _WORTH_SAYING_DAYS:
        said.insert(0, f"highest since {words.day(level.highest_since)}")
    said += [f"robust z {level.robust_z:+.1f}"] if level.robust_z is not None else []
    return "; ".join(said)


def total(parts: Sequence[Part], on: Day) -> str:
    """Return the sum that the contributions make, written out."""
    acts, threats = (sum(p.contribution for p in parts if p.part == part) for part in HEADLINE)
    n = sum(p.part in HEADLINE for p in parts)
    return (
        f'<div class="k-card k-sum">{words.plural(n, "contribution")}: acts {acts:,.2f} + threats {threats:,.2f} = '
        f"<b>{on.value or 0.0:,.2f}</b></div>"
    )


def contributions(
    parts: Sequence[Part], texts: Mapping[str, Mapping[str, Any]], theme: Theme, *, most: int, chosen: str | None, caption: str
) -> str:
    """Return contributions as rows, the largest first; those that are not shown are summed in the last row.

    Args:
        parts: of one side of the line, at least one.
        texts: rows of `evidence` by article.
        theme: the tokens of the appearance.
        most: rows that are shown.
        chosen: id of the event whose reports are open.
        caption: what the rows are.
    """
    whole = sum(p.contribution for p in parts)
    rows = "".join(_contribution(p, texts, whole, theme, chosen) for p in parts[:most])
    rest = parts[most:]
    if rest:
        left = sum(p.contribution for p in rest)
        said = f"{len(rest):,} smaller ones; the files have all"
        rows += f'<tr><td class="k-num">{left:,.2f}</td><td></td><td class="k-muted">{said}</td></tr>'
    rows += f'<tr class="k-whole"><td class="k-num"><b>{whole:,.2f}</b></td><td></td><td><b>sum</b></td></tr>'
    return f'<table class="k-card k-parts"><caption>{markup.text(caption)}</caption><tbody>{rows}</tbody></table>'


def _contribution(p: Part, texts: Mapping[str, Mapping[str, Any]], whole: float, theme: Theme, chosen: str | None) -> str:
    share = 100 * p.contribution / whole if whole else 0.0
    bar = f'<div class="k-bar"><i style="width:{share:.1f}%"></i></div>'
    text = texts.get(p.article_ids[0]) if p.article_ids else None
    label = str(text["title"]) if text else words.signal(p.code)
    said = [p.where or "no place", words.day(p.day), markup.plural_reports(len(p.article_ids))]
    said += [words.plural(p.n_independent, "independent voice")] if p.n_independent else []
    kind = '<span class="k-badge">stands, undecayed</span>' if p.situation else ""
    return (
        f'<tr><td class="k-num">{p.contribution:,.2f}</td><td class="k-share" title="{share:.1f} %">{bar}</td>'
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
.k-lines td, .k-parts td {{ padding: 8px 12px 8px 0; overflow-wrap: anywhere; }}
.k-lines .k-num, .k-parts .k-num {{ text-align: right; white-space: nowrap; }}
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
    tones = {"acts": "violence", "threats": "political", "stabilising, below the line": "stabilising"}
    parts = [
        f'<span class="k-key"><i style="background:{tone(theme, family)}"></i>{name}</span>' for name, family in tones.items()
    ]
    parts.append('<span class="k-muted">line: acts and threats</span><span class="k-muted">grey: 90 % band</span>')
    parts += ['<span class="k-muted">dotted: fixed panel</span>'] if fixed else []
    parts.append('<span class="k-muted">sand: no reading</span><span class="k-muted">bars above: what stands</span>')
    return f'<div class="k-card"><div class="k-legend">{"".join(parts)}</div></div>'
