"""The rows of the page Now: scope, level in words, thirty days, change, what moved it, who says so."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app import addresses, words
from app.components import markup
from app.scopes import ELEVATED, NO_READING, Scope
from app.theme import Theme
from tension.events.provenance import UNKNOWN
from tension.tongue import N_, _, ngettext, number

_WIDTH, _HEIGHT, _EDGE = 150, 34, 3
_MINUS = "−"
_ALARMING = ("very high", "high")

_NUMBER = ' class="k-num"'
_HEAD = (
    (N_("Scope"), ""), (N_("Level, against its own year"), ""), (N_("30 days"), ""), (N_("Value"), _NUMBER),
    (N_("24 h"), _NUMBER), (N_("7 days"), _NUMBER), (N_("What moved it"), ""), (N_("Reported by"), ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """An event that moved a scope."""

    #: Of its first report.
    title: str
    codes: tuple[str, ...]
    n_reports: int
    day: date
    told: str
    #: Whether the store has it since this reader looked last.
    is_new: bool = False
    #: Parameters of the page Map that open its evidence.
    link: Mapping[str, str | Sequence[str]]


def table(
    scopes: Sequence[Scope], movers: Mapping[str, Sequence[Mover]], theme: Theme, *, inline: bool = False
) -> str:  # fmt: skip
    """Return all rows as one table; on a narrow screen each row becomes a block.

    Args:
        scopes: one a row.
        movers: events that moved a scope, by its code.
        theme: the tokens of the appearance.
        inline: whether small drawings stand in the document itself; Streamlit takes such out of HTML.
    """
    head = "".join(f"<th{kind}>{_(name)}</th>" for name, kind in _HEAD)
    rows = "".join(row(scope, movers.get(scope.code, ()), theme, inline=inline) for scope in scopes)
    return f'{style(theme)}<table class="k-card k-scopes"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def row(scope: Scope, movers: Sequence[Mover], theme: Theme, *, inline: bool = False) -> str:
    """Return one row."""
    nothing = f'<span class="k-muted">{_("nothing reported in 7 days")}</span>'
    cells = (
        ("", f"<b>{markup.text(scope.name)}</b>"),
        ("", _level(scope, theme)),
        ("", sparkline(scope.spark, scope.name, theme, inline=inline)),
        _value(scope),
        _number(_("24 h"), scope.change_1d),
        _number(_("7 days"), scope.change_7d),
        ("", "".join(_mover(mover, theme) for mover in movers) or nothing),
        ("", f'<span class="k-muted">{markup.text(_reported_by(scope))}</span>'),
    )  # fmt: skip
    return "<tr>" + "".join(f"<td{kind}>{cell}</td>" for kind, cell in cells) + "</tr>"


def _level(scope: Scope, theme: Theme) -> str:
    warns = scope.level in ELEVATED or scope.level == NO_READING
    colour = theme.family_text["violence"] if scope.level in _ALARMING else theme.warning if warns else theme.ink
    against = f'<br><span class="k-muted">{markup.text(scope.against)}</span>'
    return f'<b style="color:{colour}">{markup.text(_(scope.level))}</b>{against}'


def _value(scope: Scope) -> tuple[str, str]:
    """Return the value with its 90 % band."""
    if scope.value is None or scope.band is None:
        return _NUMBER, ""
    reach = _("{low} to {high}", low=number(scope.band[0], 1), high=number(scope.band[1], 1))
    band = f'<br><span class="k-muted k-small">{reach}</span>'
    title = _("90 % band: {band}", band=reach)
    return f' class="k-num" data-name="{_("value")}" title="{title}"', f"{number(scope.value, 1)}{band}"


def _number(name: str, change: float | None) -> tuple[str, str]:
    return (_NUMBER, "") if change is None else (f' class="k-num" data-name="{name}"', _change(change))


def _change(change: float) -> str:
    rounded = round(change, 1)
    if not rounded:
        return "0"
    return f"+{number(rounded, 1)}" if rounded > 0 else f"{_MINUS}{number(-rounded, 1)}"


def _mover(mover: Mover, theme: Theme) -> str:
    badges = markup.new_mark(shown=mover.is_new)
    badges += "".join(markup.badge(family, _(family), theme) for family in markup.families_in(mover.codes))
    said = f"{words.day(mover.day, year=False)} · {markup.plural_reports(mover.n_reports)}"
    return (
        f'<div class="k-mover"><a href="{markup.text(addresses.of("map", mover.link))}" target="_self">'
        f'{markup.text(mover.title)}</a> {badges}<span class="k-muted k-small">{markup.text(said)}</span></div>'
    )


def _reported_by(scope: Scope) -> str:
    if not scope.is_read:
        last = scope.last_read
        return _("last reading {day}", day=words.day(last)) if last else _("no reading in 30 days")
    if not scope.voices.n:
        return ""
    languages = ngettext("{n} language", "{n} languages", len(scope.voices.languages))
    told = "" if scope.voices.told == UNKNOWN else f", {_(scope.voices.told)}"
    return f"{markup.plural_voices(scope.voices.n)}, {languages}{told}"


def sparkline(values: Sequence[float | None], name: str, theme: Theme, *, inline: bool = False) -> str:
    """Return thirty days as a small drawing: a line from zero to its own highest, dashed to the end where unread."""
    read = [v for v in values if v is not None]
    top = max(read, default=0.0) or 1.0
    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    points = [
        (round(_EDGE + i * step, 1), round(_HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * v / top, 1))
        for i, v in enumerate(values)
        if v is not None
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    drawn = f'<polyline points="{line}" fill="none" stroke="{theme.ink}" stroke-width="1.5"/>'
    if points and len(read) == len(values):
        drawn += f'<circle cx="{points[-1][0]}" cy="{points[-1][1]}" r="2.5" fill="{theme.ink}"/>'
    elif points:
        x, y = points[-1]
        drawn += f'<line x1="{x}" y1="{y}" x2="{_WIDTH}" y2="{y}" stroke="{theme.muted}" stroke-dasharray="2 4"/>'
    highest = number(top if read else 0.0, 1)
    said = _("{scope}, value over {n} days, highest {highest}", scope=name, n=len(values), highest=highest)
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    if inline:
        return f'<svg {size} role="img" aria-label="{markup.text(said)}">{drawn}</svg>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>'
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f'<img src="{source}" alt="{markup.text(said)}" width="{_WIDTH}" height="{_HEIGHT}">'


def style(theme: Theme) -> str:
    """Return the style of the table."""
    return f"""<style>
.k-scopes {{ width: 100%; border-collapse: collapse; }}
.k-scopes th {{ text-align: left; font-weight: 500; font-size: 0.86rem; color: {theme.muted}; padding: 6px 8px; }}
.k-scopes th, .k-scopes td {{ border: 0; border-bottom: 1px solid {theme.line}; vertical-align: top; }}
.k-scopes td {{ padding: 10px 8px; }}
.k-scopes .k-num {{ text-align: right; white-space: nowrap; }}
.k-scopes .k-mover {{ margin-bottom: 4px; overflow-wrap: anywhere; }}
.k-scopes .k-mover .k-small {{ white-space: nowrap; }}
.k-scopes th:nth-child(2) {{ width: 17%; }}
.k-scopes th:nth-child(3) {{ width: 166px; }}
.k-scopes th:nth-child(7) {{ width: 31%; }}
.k-scopes th:nth-child(8) {{ width: 14%; }}
.k-scopes .k-mover a {{ color: inherit; text-decoration-color: {theme.border}; }}
@media (max-width: 900px) {{
  .k-scopes thead {{ display: none; }}
  .k-scopes tr {{ display: block; border-bottom: 1px solid {theme.line}; padding: 8px 0; }}
  .k-scopes td {{ display: block; border: 0; padding: 2px 0; }}
  .k-scopes td.k-num {{ display: inline-block; text-align: left; margin-right: 16px; }}
  .k-scopes td.k-num[data-name]::before {{ content: attr(data-name) " "; color: {theme.muted}; }}
}}
</style>"""
