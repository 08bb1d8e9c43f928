"""Situations over time: one row a kind and place, a bar while it stood, hatched while nothing confirms it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any

import plotly.graph_objects as go

from app import words
from app.figures.basemap import hover_label
from app.theme import FONT, Theme, blend
from tension.tongue import _

_ROW_PX, _EDGE_PX = 38, 34
_BAR = 0.26
_UNCONFIRMED_SHARE = 0.35
_SYMBOLS = {"opened": "triangle-right", "confirmed": "line-ns", "closed": "square"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A situation as it is drawn."""

    id: str
    #: Rows of one name and kind are one row.
    name: str
    kind: str
    family: str
    since: date
    #: Last day of which it stood a part, confirmed or not.
    last: date
    #: From when on it is unconfirmed, or None.
    unconfirmed_since: date | None
    #: Day and what it did, of each event.
    changes: tuple[tuple[date, str], ...]
    #: In words: open, unconfirmed, closed.
    status: str


def rows_of(spans: Sequence[Span]) -> list[tuple[str, str]]:
    """Return the rows in the order of the spans, each once."""
    return list(dict.fromkeys((span.name, span.kind) for span in spans))


def build(spans: Sequence[Span], *, window: tuple[date, date], theme: Theme, selected: str | None = None) -> go.Figure:
    """Draw the rows.

    Args:
        spans: those of the first row first.
        window: first and last day that are drawn.
        theme: the tokens of the appearance.
        selected: id of the situation whose evidence is open.
    """
    rows = rows_of(spans)
    number = {row: at for at, row in enumerate(rows)}
    placed = [(span, number[span.name, span.kind]) for span in spans]
    layout = {**_layout(len(rows), window, theme), "annotations": [_name(at, *row, theme) for at, row in enumerate(rows)]}
    # One trace for all bars and one a kind of mark: plotly takes as long for a trace as for a hundred bars of one.
    return go.Figure(data=[_bars(placed, window, theme, selected), *_marks(placed, window, theme)], layout=layout)


def _name(at: int, name: str, kind: str, theme: Theme) -> dict[str, Any]:
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": at - 0.36, "yref": "y", "yanchor": "middle", "showarrow": False,
        "text": f"<b>{escape(name)}</b>  {escape(kind)}", "align": "left",
        "font": {"family": FONT, "size": 12, "color": theme.ink},
    }  # fmt: skip


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _pieces(span: Span, window: tuple[date, date]) -> Iterator[tuple[date, date, bool]]:
    """Yield what of a span lies in the window: first day, the day after the last, and whether nothing confirms it."""
    end, until = (day + timedelta(days=1) for day in (window[1], span.last))
    firm_until = min(span.unconfirmed_since or until, until)
    for first, after, hatched in ((span.since, firm_until, False), (firm_until, until, True)):
        left, right = max(first, window[0]), min(after, end)
        if left < right:
            yield left, right, hatched


def _bars(placed: Sequence[tuple[Span, int]], window: tuple[date, date], theme: Theme, selected: str | None) -> go.Bar:
    found = [(span, at, *piece) for span, at in placed for piece in _pieces(span, window)]
    tones = [
        blend(theme.family[span.family], theme.page, _UNCONFIRMED_SHARE) if hatched else theme.family[span.family]
        for span, _at, _left, _right, hatched in found
    ]
    chosen = [span.id == selected for span, *_rest in found]
    pattern = {"shape": ["/" if hatched else "" for *_rest, hatched in found], "fgcolor": tones, "bgcolor": theme.page,
               "size": 6, "solidity": 0.4}  # fmt: skip
    edge = {"color": [theme.ink if one else tone for one, tone in zip(chosen, tones, strict=True)],
            "width": [2 if one else 1 for one in chosen]}  # fmt: skip
    return go.Bar(
        y=[at for _span, at, *_rest in found], x=[(right - left).days * 86_400_000 for *_rest, left, right, _hatched in found],
        base=[_start(left) for *_rest, left, _right, _hatched in found], orientation="h", width=_BAR,
        customdata=[[span.id] for span, *_rest in found], hoverinfo="text",
        hovertext=[_said(span, hatched=hatched) for span, *_rest, hatched in found],
        marker={"color": tones, "pattern": pattern, "line": edge},
    )  # fmt: skip


def _said(span: Span, *, hatched: bool) -> str:
    since = _("since {day}", day=words.day(span.since))
    lines = [f"<b>{escape(span.name)}</b>", escape(span.kind), f"{since}; {_(span.status)}"]
    if hatched and span.unconfirmed_since:
        lines.append(_("unconfirmed since {day}", day=words.day(span.unconfirmed_since)))
    return "<br>".join(lines)


def _marks(placed: Sequence[tuple[Span, int]], window: tuple[date, date], theme: Theme) -> Iterator[go.Scatter]:
    """Yield the marks of what was reported, one a row, day and kind of change: on one spot more could not be told apart."""
    seen: dict[str, dict[tuple[int, date], tuple[str, str]]] = {}
    for span, at in placed:
        for day, what in span.changes:
            if window[0] <= day <= window[1]:
                seen.setdefault(_SYMBOLS.get(what, "circle"), {})[at, day] = (span.id, what)
    for symbol, of_rows in sorted(seen.items()):
        yield go.Scatter(
            x=[_start(day) + timedelta(hours=12) for _at, day in of_rows], y=[at for at, _day in of_rows], mode="markers",
            customdata=[[name] for name, _what in of_rows.values()],
            marker={"symbol": symbol, "size": 7, "color": theme.page, "line": {"color": theme.page, "width": 1.5}},
            hovertext=[f"{_(what)} {words.day(day)}" for (_at, day), (_name, what) in of_rows.items()], hoverinfo="text",
        )  # fmt: skip


def _layout(n_rows: int, window: tuple[date, date], theme: Theme) -> dict[str, Any]:
    return {
        "height": max(1, n_rows) * _ROW_PX + _EDGE_PX,
        "barmode": "overlay",
        "margin": {"l": 0, "r": 4, "t": 6, "b": 26},
        "paper_bgcolor": theme.page,
        "plot_bgcolor": theme.page,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "font": {"family": FONT, "size": 12, "color": theme.muted},
        "hoverlabel": hover_label(theme),
        "xaxis": {
            "type": "date", "range": [_start(window[0]), _start(window[1] + timedelta(days=1))], "fixedrange": True,
            "tickformat": "%-d %b", "nticks": 6, "tickangle": 0, "gridcolor": theme.line, "zeroline": False,
        },
        "yaxis": {"range": [n_rows - 0.5, -0.75], "visible": False, "fixedrange": True},
    }  # fmt: skip


def alt(spans: Sequence[Span], window: tuple[date, date]) -> str:
    """Say in words what the rows show."""
    counts: dict[str, int] = {}
    for span in spans:
        counts[span.status] = counts.get(span.status, 0) + 1
    said = words.listed([f"{n} {_(status)}" for status, n in counts.items()])
    oldest = min(spans, key=lambda s: s.since, default=None)
    since = "; " + _("the oldest, {place}, since {day}", place=oldest.name, day=words.day(oldest.since)) if oldest else ""
    return _("Situations, {days}: {counts}", days=words.days(*window), counts=said or _("none")) + f"{since}."
