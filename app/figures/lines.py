"""Lines of the index, one panel a scope over the same days: acts and threats stacked, stabilising below, gaps as gaps. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from math import ceil
from typing import Any

import plotly.graph_objects as go

from app import words
from app.figures.basemap import hover_label
from app.theme import FONT, Theme, blend
from tension.index.series import Day
from tension.tongue import _, ngettext, number

_PANEL_PX, _GAP_PX, _EDGE_PX = 210, 40, 30
_AREA_SHARE, _BAND_SHARE = 0.38, 0.13
#: Width that the names of episodes are set apart for, and that of a letter.
_WIDE_PX, _LETTER_PX = 300, 6.0
_HALF_DAY = timedelta(hours=12)
#: Episodes that are named above a line.
_LANES = 3
#: Room above the highest value, for the names of episodes.
_HEADROOM = 1.45
_LEAST = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What stood for some days, as it is annotated."""

    name: str
    family: str
    since: date
    #: Last day on which it stood.
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One line as it is drawn."""

    name: str
    days: Sequence[Day]
    fixed: Sequence[Day]
    episodes: Sequence[Episode]


def build(panels: Sequence[Panel], *, chosen: date | None, theme: Theme) -> go.Figure:
    """Draw the lines below each other, all on the same scale.

    Args:
        panels: the first one on top.
        chosen: the day that is worked through.
        theme: the tokens of the appearance.
    """
    top, bottom = _scale(panels)
    figure = go.Figure(layout=_layout(panels, (bottom, top * _HEADROOM), theme))
    for n, panel in enumerate(panels, start=1):
        for trace in (*_areas(panel, theme), *_strokes(panel, theme), _causes(panel, theme)):
            figure.add_trace(trace.update(xaxis="x", yaxis="y" if n == 1 else f"y{n}"))
        _gaps(figure, panel, n, theme)
        _episodes(figure, panel, n, theme)
        _title(figure, panel, n, theme)
    if chosen is not None:
        figure.add_shape(
            type="line", x0=chosen, x1=chosen, y0=0, y1=1, yref="paper", line={"color": theme.ink, "width": 1, "dash": "dot"}
        )
    return figure


def _scale(panels: Sequence[Panel]) -> tuple[float, float]:
    read = [day for panel in panels for day in panel.days if day.value is not None]
    highest = max([max(day.value or 0.0, day.band[1] if day.band else 0.0) for day in read], default=0.0)
    lowest = max([day.parts["stabilising"] or 0.0 for day in read], default=0.0)
    return max(highest, _LEAST), -max(lowest, 0.1 * max(highest, _LEAST)) * 1.1


def _domain(n: int, count: int) -> tuple[float, float]:
    height = count * (_PANEL_PX + _GAP_PX)
    upper = 1 - ((n - 1) * (_PANEL_PX + _GAP_PX) + _GAP_PX) / height
    return upper - _PANEL_PX / height, upper


def _layout(panels: Sequence[Panel], scale: tuple[float, float], theme: Theme) -> dict[str, Any]:
    count = max(1, len(panels))
    layout: dict[str, Any] = {
        "height": count * (_PANEL_PX + _GAP_PX) + _EDGE_PX,
        "margin": {"l": 36, "r": 6, "t": 0, "b": _EDGE_PX},
        "paper_bgcolor": theme.page,
        "plot_bgcolor": theme.page,
        "showlegend": False,
        "hovermode": "x",
        "dragmode": False,
        "font": {"family": FONT, "size": 12, "color": theme.muted},
        "hoverlabel": hover_label(theme),
        "xaxis": {
            "type": "date", "fixedrange": True, "showgrid": False, "tickformat": "%-d %b %y", "nticks": 7, "tickangle": 0,
            "anchor": "y" if count == 1 else f"y{count}", "zeroline": False,
        },
    }  # fmt: skip
    for n in range(1, count + 1):
        layout["yaxis" if n == 1 else f"yaxis{n}"] = {
            "domain": _domain(n, count), "range": scale, "fixedrange": True, "gridcolor": theme.line, "nticks": 5,
            "zeroline": True, "zerolinecolor": theme.ink, "zerolinewidth": 1, "anchor": "x",
        }  # fmt: skip
    return layout


def _runs(days: Sequence[Day]) -> list[list[Day]]:
    """Return the days with a reading in unbroken runs."""
    runs: list[list[Day]] = [[]]
    for day in days:
        if day.value is None:
            runs.append([])
        else:
            runs[-1].append(day)
    return [run for run in runs if run]


def _polygon(name: str, runs: Iterable[Sequence[tuple[date, float, float]]], colour: str) -> go.Scatter:
    """Fill between a lower and an upper value, run by run, so that nothing is drawn across a gap."""
    xs: list[date | None] = []
    ys: list[float | None] = []
    for run in runs:
        xs += [*(day for day, _, _ in run), *(day for day, _, _ in reversed(run)), None]
        ys += [*(upper for _, _, upper in run), *(lower for _, lower, _ in reversed(run)), None]
    return go.Scatter(
        name=name, x=xs, y=ys, mode="lines", fill="toself", fillcolor=colour, line={"width": 0}, hoverinfo="skip"
    )  # fmt: skip


def _part(day: Day, part: str) -> float:
    return day.parts[part] or 0.0


def tone(theme: Theme, family: str) -> str:
    """Return the tone of an area: softer than the family's colour, so that lines stand out on it."""
    return blend(theme.family[family], theme.page, _AREA_SHARE)


def _areas(panel: Panel, theme: Theme) -> list[go.Scatter]:
    runs = _runs(panel.days)
    acts = [[(d.day, 0.0, _part(d, "acts")) for d in run] for run in runs]
    threats = [[(d.day, _part(d, "acts"), d.value or 0.0) for d in run] for run in runs]
    below = [[(d.day, -_part(d, "stabilising"), 0.0) for d in run] for run in runs]
    band = [[(d.day, d.band[0], d.band[1]) for d in run if d.band] for run in runs]
    return [
        _polygon("acts", acts, tone(theme, "violence")),
        _polygon("threats", threats, tone(theme, "political")),
        _polygon("stabilising", below, tone(theme, "stabilising")),
        _polygon("90 % band", band, _see_through(theme.ink, _BAND_SHARE)),
    ]


def _see_through(colour: str, share: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def _strokes(panel: Panel, theme: Theme) -> list[go.Scatter]:
    xs = [day.day for day in panel.days]
    # A lone day between gaps has no line: a dot shows that there is a value.
    alone = {run[0].day for run in _runs(panel.days) if len(run) == 1}
    found = [
        go.Scatter(
            name="stabilising", x=xs, y=[None if d.value is None else -_part(d, "stabilising") for d in panel.days], mode="lines",
            line={"color": theme.family["stabilising"], "width": 1.5}, connectgaps=False, hoverinfo="skip",
        ),
        go.Scatter(
            name="acts and threats", x=xs, y=[d.value for d in panel.days], mode="lines+markers", connectgaps=False,
            line={"color": theme.ink, "width": 2}, marker={"size": [5 if d.day in alone else 0.1 for d in panel.days]},
            customdata=[[d.day.isoformat()] for d in panel.days], hovertext=[_said(d) for d in panel.days], hoverinfo="text",
        ),
    ]  # fmt: skip
    if panel.fixed:
        fixed = go.Scatter(
            name="fixed panel", x=[d.day for d in panel.fixed], y=[d.value for d in panel.fixed], mode="lines", connectgaps=False,
            line={"color": theme.muted, "width": 1.5, "dash": "dot"}, hoverinfo="skip",
        )  # fmt: skip
        found.insert(1, fixed)
    return found


def _said(day: Day) -> str:
    if day.value is None:
        return ""
    band = ""
    if day.band:
        reach = _("{low} to {high}", low=number(day.band[0], 1), high=number(day.band[1], 1))
        band = f", {_('90 % band: {band}', band=reach)}"
    level = f"<br>{escape(_(day.level.word))}" if day.level else ""
    shares = {part: number(_part(day, part), 1) for part in ("acts", "threats", "stabilising")}
    made = _("acts {acts}, threats {threats}; stabilising {stabilising}", **shares)
    return f"<b>{words.day(day.day)}: {number(day.value, 1)}</b>{band}{level}<br>{made}"


def _causes(panel: Panel, theme: Theme) -> go.Scatter:
    """Marks without a look of their own, so that the cause of a gap is said under the pointer."""
    silent = [day for day in panel.days if day.value is None]
    return go.Scatter(
        name="no reading", x=[d.day for d in silent], y=[0.0] * len(silent), mode="markers",
        marker={"size": 9, "opacity": 0, "color": theme.muted}, customdata=[[d.day.isoformat()] for d in silent],
        hovertext=[f"<b>{words.day(d.day)}: {_('no reading')}</b><br>{escape(d.cause or '')}" for d in silent], hoverinfo="text",
    )  # fmt: skip


def _axis(n: int) -> str:
    return "y" if n == 1 else f"y{n}"


def _gaps(figure: go.Figure, panel: Panel, n: int, theme: Theme) -> None:
    silent = [day.day for day in panel.days if day.value is None]
    for first, last in words.runs(silent):
        figure.add_shape(
            type="rect", xref="x", yref=f"{_axis(n)} domain", x0=_start(first) - _HALF_DAY,
            x1=_start(last) + _HALF_DAY, y0=0, y1=1,
            fillcolor=blend(theme.warning, theme.page, 0.16), line_width=0, layer="below", name="no reading",
        )  # fmt: skip


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _episodes(figure: go.Figure, panel: Panel, n: int, theme: Theme) -> None:
    """Draw the heaviest episodes as spans above the line, each in the first lane that is free, with its name."""
    free: list[date] = []
    per_letter, end = len(panel.days) * _LETTER_PX / _WIDE_PX, panel.days[-1].day
    for episode in sorted(panel.episodes, key=lambda e: (e.since, e.name)):
        long = timedelta(days=ceil(len(episode.name) * per_letter))
        # A name that would run out of the figure ends with its span instead of beginning with it.
        late = episode.since + long > end
        begins = min(episode.since, episode.until - long) if late else episode.since
        ends = episode.until if late else episode.since + long
        lane = next((at for at, until in enumerate(free) if until < begins), len(free))
        if lane >= _LANES:
            continue
        free[lane : lane + 1] = [max(episode.until, ends)]
        side = ("end", "right") if late else ("start", "left")
        y = 0.97 - 0.09 * lane
        figure.add_shape(
            type="line", xref="x", yref=f"{_axis(n)} domain", x0=episode.since, x1=episode.until, y0=y, y1=y,
            line={"color": theme.family[episode.family], "width": 3},
            label={"text": escape(episode.name), "textposition": side[0], "xanchor": side[1], "yanchor": "top", "padding": 2,
                   "font": {"size": 10, "family": FONT, "color": theme.muted}},
        )  # fmt: skip


def _title(figure: go.Figure, panel: Panel, n: int, theme: Theme) -> None:
    figure.add_annotation(
        text=f"<b>{escape(panel.name)}</b>", xref="paper", x=0, xanchor="left", yref=f"{_axis(n)} domain", y=1, yanchor="bottom",
        yshift=4, showarrow=False, font={"family": FONT, "size": 13, "color": theme.ink},
    )  # fmt: skip


def alt(panels: Sequence[Panel]) -> str:
    """Say in words what the lines show."""
    said = []
    for panel in panels:
        read = [day for day in panel.days if day.value is not None]
        gaps = len(panel.days) - len(read)
        if read:
            peak = max(read, key=lambda d: d.value or 0.0)
            last, highest = number(read[-1].value or 0.0, 1), number(peak.value or 0.0, 1)
            known = {"scope": panel.name, "last": last, "highest": highest, "day": words.day(peak.day)}
            text = _("{scope}: last {last}, highest {highest} on {day}", **known)
        else:
            text = f"{panel.name}: {_('no reading')}"
        missing = ngettext("{n} day without a reading", "{n} days without a reading", gaps)
        said.append(f"{text}; {missing}" if gaps else text)
    return f"{_('Load by day.')} {'. '.join(said)}."
