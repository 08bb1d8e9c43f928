"""The map: a dot where a place is exact, a shaded area where only an area is known, a ring where voices are independent.

A place with several families is one disc of rings: each ring's area is the share of its family, so nothing is hidden
and nothing is moved from where it happened.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from app import words
from app.figures import basemap
from app.theme import FONT, Theme, blend
from tension.taxonomy import FAMILIES

_SMALLEST_PX, _LARGEST_PX = 10.0, 46.0
#: Two rings of one disc must be told apart.
_STEP_PX = 4.0
_GAP_PX, _RING_PX = 5.0, 9.0
_AREA_SHARE = 0.13
_INDEPENDENT = 2
_MOST_LABELS = 14
#: Sum of weights below which no dot is drawn at full size, so that one lone report does not look like a crisis.
_FULL_WEIGHT = 60.0
#: Room that a name takes, and the sizes of discs that names are set off from.
_LINE_PX, _NAME_PX, _SIZE_CLASS_PX = 14.0, 130.0, 12
HEIGHT_PX = 540


def build(
    marks: pd.DataFrame,
    *,
    heaviest: float,
    outlines: Mapping[str, dict[str, Any]],
    countries: Mapping[str, Any],
    theme: Theme,
    selected: str | None = None,
    view: tuple[float, float, float] = basemap.WHOLE,
) -> go.Figure:
    """Draw the map.

    Args:
        marks: as `app.tally.marks` returns them.
        heaviest: the largest weight of one place over the whole window: sizes do not rescale from day to day.
        outlines: of the areas, by place id.
        countries: boundaries of all countries.
        theme: the tokens of the appearance.
        selected: id of the place whose evidence is open.
        view: latitude, longitude and zoom that the map opens with.
    """
    figure = go.Figure(layout={**basemap.layout(countries, theme, view), "height": HEIGHT_PX})
    texts = _hover_texts(marks)
    areas = marks[~marks["exact"] & marks["place_id"].isin(list(outlines))]
    for trace in _areas(areas, outlines, texts, theme, selected):
        figure.add_trace(trace)
    discs = _discs(marks[marks["exact"]], texts, max(heaviest, _FULL_WEIGHT))
    for trace in (*_rings(discs, theme, selected), _dots(discs, theme), *_labels(discs, theme, view[2])):
        figure.add_trace(trace)
    return figure


def undrawable(marks: pd.DataFrame, outlines: Mapping[str, Any]) -> pd.DataFrame:
    """Return the marks of areas whose extent is not known: they are listed, never drawn at a made-up spot."""
    return marks[~marks["exact"] & ~marks["place_id"].isin(list(outlines))]


def _areas(
    areas: pd.DataFrame, outlines: Mapping[str, Any], texts: Mapping[str, str], theme: Theme, selected: str | None
) -> list[go.Choroplethmap]:
    leading = areas.sort_values(["weight", "group"], ascending=[False, True]).drop_duplicates("place_id")
    traces = []
    for family in FAMILIES:
        ids = [str(i) for i in leading.loc[leading["group"] == family, "place_id"]]
        if ids:
            colour = theme.family[family]
            trace = go.Choroplethmap(
                name=f"areas: {family}", geojson=basemap.collection(outlines, ids), locations=ids, z=[1] * len(ids),
                colorscale=[[0, colour], [1, colour]], showscale=False, customdata=[[i] for i in ids],
                marker={"opacity": _AREA_SHARE, "line": {"color": colour, "width": [2.5 if i == selected else 1 for i in ids]}},
                text=[texts[i] for i in ids], hovertemplate="%{text}<extra></extra>",
            )  # fmt: skip
            traces.append(trace)
    return traces


def _discs(marks: pd.DataFrame, texts: Mapping[str, str], heaviest: float) -> pd.DataFrame:
    """Return one row a ring of a disc, with its diameter in pixels, large ones first."""
    order = pd.Categorical(marks["group"], categories=FAMILIES, ordered=True)
    rows = marks.assign(order=order.codes).sort_values(["place_id", "order"], kind="stable")
    by = rows.groupby("place_id", observed=True)["weight"]
    share = by.cumsum() / by.transform("sum")
    whole = _SMALLEST_PX + (_LARGEST_PX - _SMALLEST_PX) * np.sqrt((by.transform("sum") / heaviest).clip(upper=1.0))
    rank = rows.groupby("place_id", observed=True).cumcount()
    # Each ring at least a step wider than the one inside it, also where its share is small.
    rows["px"] = (whole * np.sqrt(share) - _STEP_PX * rank).groupby(rows["place_id"], observed=True).cummax() + _STEP_PX * rank
    rows["text"] = rows["place_id"].astype(object).map(texts)
    return rows.sort_values(["px", "place_id"], ascending=[False, True], kind="stable")


def _hover_texts(marks: pd.DataFrame) -> dict[str, str]:
    """Return what is said about each place under the pointer; names are escaped, plotly would read them as markup."""
    rows = marks.sort_values("weight", ascending=False)
    columns = ("place_id", "group", "n_events", "place_name", "country", "n_independent", "exact")
    texts: dict[str, list[str]] = {}
    ends: dict[str, str] = {}
    for place, group, n, name, country, n_independent, exact in zip(*(rows[c].tolist() for c in columns), strict=True):
        if place not in texts:
            texts[place] = [f"<b>{escape(name)}</b>, {escape(words.country(country))}"]
            voices = words.plural(int(n_independent), "publisher family", "publisher families")
            ends[place] = f"reported by {voices}{'' if exact else '<br>known only to the area'}"
        texts[place].append(f"{group}: {words.plural(n, 'event')}")
    return {place: "<br>".join([*lines, ends[place]]) for place, lines in texts.items()}


def _markers(rows: pd.DataFrame, name: str, sizes: pd.Series, colour: str | None = None) -> go.Scattermap:
    return go.Scattermap(
        name=name, lat=rows["lat"], lon=rows["lon"], mode="markers", customdata=rows[["place_id"]].astype(str),
        marker={"size": sizes, "color": colour, "opacity": 1}, hoverinfo="none",
    )  # fmt: skip


def _coloured(markers: go.Scattermap, rows: pd.DataFrame, colours: Mapping[str, str]) -> go.Scattermap:
    """Colour marks by family, as numbers on a scale of its own: plotly would look at each of many thousand colours by name."""
    last = len(FAMILIES) - 1
    numbers = pd.Categorical(rows["group"], categories=FAMILIES).codes.astype("int32")
    scale = [[n / last, colours[family]] for n, family in enumerate(FAMILIES)]
    return markers.update(marker={"color": numbers, "colorscale": scale, "cmin": 0, "cmax": last, "showscale": False})


def _rings(discs: pd.DataFrame, theme: Theme, selected: str | None) -> list[go.Scattermap]:
    outer = discs.drop_duplicates("place_id")
    several = outer[outer["n_independent"] >= _INDEPENDENT]
    chosen = outer[outer["place_id"] == selected]
    return [
        _markers(chosen, "selected", chosen["px"] + _RING_PX + 7, theme.ink),
        _markers(chosen, "selected gap", chosen["px"] + _RING_PX + 3, theme.land),
        _coloured(_markers(several, "ring: independent reports", several["px"] + _RING_PX), several, theme.family),
        _markers(several, "ring gap", several["px"] + _GAP_PX, theme.land),
    ]


def _dots(discs: pd.DataFrame, theme: Theme) -> go.Scattermap:
    # A thin edge of land would need another trace; a tone of the land in the colour keeps neighbours apart instead.
    softened = {family: blend(colour, theme.land, 0.92) for family, colour in theme.family.items()}
    dots = _coloured(_markers(discs, "dots", discs["px"]), discs, softened)
    return dots.update(text=discs["text"], hoverinfo=None, hovertemplate="%{text}<extra></extra>")


def _labels(discs: pd.DataFrame, theme: Theme, zoom: float) -> list[go.Scattermap]:
    """Name the heaviest places; all other names are under the pointer and in the list."""
    outer = _apart(discs.drop_duplicates("place_id"), zoom)
    sizes = (np.ceil(outer["px"] / _SIZE_CLASS_PX) * _SIZE_CLASS_PX).astype(int)
    return [_names(outer[sizes == size], size, theme) for size in sorted(sizes.unique())]


def _names(places: pd.DataFrame, size: int, theme: Theme) -> go.Scattermap:
    """Write names beside discs of one size; `meta` says how far off, in pixels, for the page to see to."""
    return go.Scattermap(
        name="labels", lat=places["lat"], lon=places["lon"], mode="markers+text", marker={"size": 1, "opacity": 0},
        meta=float(size / 2 + _RING_PX),
        text=places["place_name"].astype(str),
        textposition="middle right", textfont={"family": FONT, "size": 12, "color": theme.ink}, hoverinfo="skip",
    )  # fmt: skip


def _apart(outer: pd.DataFrame, zoom: float) -> pd.DataFrame:
    """Return the places whose names, heaviest first, would not run into one already written at the opening zoom."""
    px_per_degree = 512 * 2**zoom / 360
    kept: list[tuple[float, float]] = []
    rows = []
    spots = zip(outer["lat"] * px_per_degree, outer["lon"] * px_per_degree, strict=True)
    for index, spot in zip(outer.index, spots, strict=True):
        if all(abs(spot[0] - y) > _LINE_PX or abs(spot[1] - x) > _NAME_PX for y, x in kept):
            kept.append(spot)
            rows.append(index)
        if len(rows) == _MOST_LABELS:
            break
    return outer.loc[rows]


def alt(marks: pd.DataFrame, shown: str) -> str:
    """Say in words what the map shows, for who cannot see it."""
    if marks.empty:
        return f"Map, {shown}: no event at a known place."
    by_place = marks.groupby("place_name", observed=True)["weight"].sum().sort_values(ascending=False)
    top = words.listed([str(name) for name in by_place.index[:3]])
    families = marks.groupby("group", observed=True)["n_events"].sum()
    counts = words.listed([f"{n} {family}" for family, n in families.items() if n])
    return f"Map, {shown}: {counts} events at {words.plural(marks['place_id'].nunique(), 'place')}; heaviest at {top}."
