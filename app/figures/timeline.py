"""Time under the map: events a day, escalatory above the line, stabilising below, days without a reading as gaps."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app import words
from app.figures.basemap import hover_label
from app.theme import FONT, Theme, blend
from tension.taxonomy import FAMILIES

_BELOW = "stabilising"
_FADED_SHARE = 0.4
_HALF_DAY = timedelta(hours=12)
HEIGHT_PX = 150


def build(bars: pd.DataFrame, *, shown: tuple[date, date], silent: Sequence[date], gap_words: str, theme: Theme) -> go.Figure:
    """Draw the timeline.

    Args:
        bars: number of events by day (index) and family (columns).
        shown: first and last day that the map shows.
        silent: days on which nothing was read.
        gap_words: what such a day is called.
        theme: the tokens of the appearance.
    """
    figure = go.Figure(layout=_layout(theme))
    within = (bars.index >= pd.Timestamp(shown[0])) & (bars.index <= pd.Timestamp(shown[1]))
    for family in FAMILIES:
        figure.add_trace(_bars(bars, family, within, theme))
    _shade(figure, shown, theme)
    for first, last in words.runs(sorted(silent)):
        _gap(figure, first, last, gap_words, theme)
    return figure


def _bars(bars: pd.DataFrame, family: str, within: "np.ndarray[Any, Any]", theme: Theme) -> go.Bar:
    sign = -1 if family == _BELOW else 1
    full, faded = theme.family[family], blend(theme.family[family], theme.page, _FADED_SHARE)
    return go.Bar(
        name=family, x=bars.index, y=sign * bars[family], customdata=bars[family],
        marker={"color": [full if inside else faded for inside in within], "line": {"width": 0}},
        hovertemplate=f"%{{x|%-d %b %Y}}: %{{customdata}} {family}<extra></extra>",
    )  # fmt: skip


def _layout(theme: Theme) -> dict[str, Any]:
    return {
        "barmode": "relative",
        "bargap": 0.12,
        "height": HEIGHT_PX,
        "margin": {"l": 34, "r": 4, "t": 6, "b": 24},
        "paper_bgcolor": theme.page,
        "plot_bgcolor": theme.page,
        "showlegend": False,
        "dragmode": "select",
        "selectdirection": "h",
        "hovermode": "closest",
        "font": {"family": FONT, "size": 12, "color": theme.muted},
        "hoverlabel": hover_label(theme),
        # The window is shaded by ourselves; plotly's own box would stay behind when the days move on.
        "newselection": {"line": {"color": theme.muted, "width": 1}},
        "activeselection": {"fillcolor": theme.shade, "opacity": 0},
        "xaxis": {"showgrid": False, "fixedrange": True, "tickformat": "%-d %b", "nticks": 8, "tickangle": 0, "ticks": ""},
        "yaxis": {
            "showgrid": False, "fixedrange": True, "zeroline": True, "zerolinecolor": theme.ink, "zerolinewidth": 1,
            "tickformat": ",d", "nticks": 4, "rangemode": "tozero",
        },
    }  # fmt: skip


def _shade(figure: go.Figure, shown: tuple[date, date], theme: Theme) -> None:
    first, last = pd.Timestamp(shown[0]) - _HALF_DAY, pd.Timestamp(shown[1]) + _HALF_DAY
    figure.add_vrect(
        x0=first, x1=last, fillcolor=blend(theme.family["military"], theme.page, 0.1), opacity=1, line_width=0, layer="below"
    )
    figure.add_vline(x=pd.Timestamp(shown[1]), line={"color": theme.ink, "width": 1.5})


def _gap(figure: go.Figure, first: date, last: date, text: str, theme: Theme) -> None:
    figure.add_vrect(
        x0=pd.Timestamp(first) - _HALF_DAY, x1=pd.Timestamp(last) + _HALF_DAY, fillcolor=theme.line, opacity=0.8,
        line_width=0, layer="below", name=text,
    )  # fmt: skip


def alt(bars: pd.DataFrame, silent: Sequence[date], gap_words: str) -> str:
    """Say in words what the timeline shows."""
    total = bars.sum(axis=1)
    if not total.any():
        said = "no event"
    else:
        peak = pd.Timestamp(total.index[int(total.argmax())]).date()
        said = f"{words.plural(int(total.sum()), 'event')}, most on {words.day(peak)} ({int(total.max())})"
    gaps = f"; {words.plural(len(silent), 'day')} with {gap_words}" if silent else ""
    return f"Events per day, {words.days(bars.index[0].date(), bars.index[-1].date())}: {said}{gaps}."
