"""When a watch would have fired: one bar a day, and the line that it is held against. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from app import words
from app.figures.basemap import hover_label
from app.theme import FONT, Theme, blend
from tension.index.series import Day
from tension.tongue import _
from tension.watches.firing import Preview

_HEIGHT = 200
_SHADE = 0.14
_HEADROOM = 1.15


def build(found: Preview, days: Sequence[Day], *, line: str | None, threshold: float | None, theme: Theme) -> go.Figure:
    """Draw a preview.

    Args:
        found: when the watch would have fired.
        days: the index of its scope; empty for a watch over events.
        line: `value` or `index`, which is drawn of each day; None for a watch over events.
        threshold: that the line is held against, or None.
        theme: the tokens of the appearance.
    """
    figure = go.Figure(layout=_layout(found, theme))
    per_day = found.per_day
    if line is None:
        figure.add_trace(_bars(list(per_day), list(per_day.values()), theme))
        figure.update_yaxes(title={"text": _("firings a day"), "font": {"size": 11}, "standoff": 4})
        return figure
    inside = [day for day in days if found.since <= day.day <= found.until]
    values = [getattr(day, line) for day in inside]
    figure.add_trace(
        go.Scatter(
            x=[day.day for day in inside], y=values, mode="lines", connectgaps=False, line={"color": theme.muted, "width": 1.5},
            hovertemplate="%{x|%-d %b %Y}: %{y:,.1f}<extra></extra>",
        )
    )  # fmt: skip
    fired = {day.day: getattr(day, line) for day in inside if day.day in per_day}
    figure.add_trace(
        go.Scatter(
            x=list(fired), y=list(fired.values()), mode="markers",
            hovertemplate=f"{_('fires')} %{{x|%-d %b %Y}}: %{{y:,.1f}}<extra></extra>",
            marker={"color": theme.family["violence"], "size": 10, "symbol": "diamond"},
        )
    )  # fmt: skip
    if threshold is not None:
        figure.add_hline(y=threshold, line={"color": theme.ink, "width": 1, "dash": "dot"})
    for first, last in words.runs([day.day for day in inside if day.value is None]):
        figure.add_vrect(
            x0=_at(first, -12), x1=_at(last, 12), line_width=0, layer="below", fillcolor=blend(theme.warning, theme.page, _SHADE)
        )
    highest = max([value for value in values if value is not None] + [threshold or 0.0, 1.0])
    figure.update_yaxes(range=[0, highest * _HEADROOM])
    return figure


def _bars(days: list[date], counts: list[int], theme: Theme) -> go.Bar:
    return go.Bar(
        x=days,
        y=counts,
        marker={"color": theme.family["violence"]},
        hovertemplate=f"%{{x|%-d %b %Y}}: {_('fires')} × %{{y:,d}}<extra></extra>",
    )


def _at(day: date, hours: int) -> pd.Timestamp:
    return pd.Timestamp(day) + pd.Timedelta(hours=hours)


def _layout(found: Preview, theme: Theme) -> dict[str, Any]:
    axis = {"color": theme.muted, "fixedrange": True, "gridcolor": theme.line}
    return {
        "height": _HEIGHT, "margin": {"l": 44, "r": 6, "t": 6, "b": 26}, "showlegend": False, "bargap": 0.3,
        "paper_bgcolor": theme.page, "plot_bgcolor": theme.page, "hoverlabel": hover_label(theme),
        "font": {"family": FONT, "size": 12, "color": theme.ink},
        "xaxis": axis | {"showgrid": False, "tickformat": "%-d %b", "range": [_at(found.since, -12), _at(found.until, 12)]},
        "yaxis": axis | {"rangemode": "tozero", "tickformat": ",d", "nticks": 5},
    }  # fmt: skip


def alt(found: Preview) -> str:
    """Say in words what the figure shows."""
    days = [f"{words.day(day)} ({n})" if n > 1 else words.day(day) for day, n in sorted(found.per_day.items())]
    newest = words.listed(days[-5:])
    return found.sentence + (" " + _("Newest: {days}.", days=newest) if days else "")
