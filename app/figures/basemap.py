"""What lies under the dots: our own map style over our own boundaries, and the outlines of places known only as an area."""

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from app.rows import records
from app.theme import FONT, Theme
from tension.places.boundaries import lines as lines
from tension.places.boundaries import polygons as polygons_of

#: Where the map opens when nothing says otherwise: the Western Balkans whole.
WHOLE = (42.6, 21.2, 5.4)
_NEAREST_ZOOM = 7.4
#: Share of the weight that the opening view holds, and pixels that it is laid out for.
_SHARE, _VIEW_PX = 0.85, 420
_TILE_PX = 512
_KM_PER_DEGREE = 111.32
_CORNERS = 48


def ground(countries: Mapping[str, Any], disputed: Iterable[frozenset[str]]) -> dict[str, Mapping[str, Any]]:
    """Return what every map is drawn on, as collections by name: countries, borders, and the lines whose status is disputed.

    Args:
        countries: the collection of boundaries.
        disputed: pairs of codes whose common line is disputed.
    """
    plain, contested = lines(countries, disputed)
    return {"countries": countries, "borders": plain, "disputed": contested}


def style(sources: Mapping[str, str], theme: Theme) -> dict[str, Any]:
    """Return a MapLibre style that needs no server but ours: water, land, borders, and the lines whose status is disputed.

    Args:
        sources: the addresses of what `ground` returns, by name.
        theme: the tokens of the appearance.
    """
    tone = {"line-color": theme.border}
    return {
        "version": 8,
        # The name makes the style of each appearance its own, so that the map is restyled when it changes.
        "name": f"karaula-{theme.name}",
        "sources": {name: {"type": "geojson", "data": address} for name, address in sources.items()},
        "layers": [
            # Not "water": plotly would put its traces right above a layer of that name, under the land.
            {"id": "sea", "type": "background", "paint": {"background-color": theme.water}},
            {"id": "land", "type": "fill", "source": "countries", "paint": {"fill-color": theme.land}},
            {"id": "borders", "type": "line", "source": "borders", "paint": {**tone, "line-width": 1}},
            {"id": "disputed-solid", "type": "line", "source": "disputed", "layout": {"visibility": "none"},
             "paint": {**tone, "line-width": 1}},
            {"id": "disputed-dashed", "type": "line", "source": "disputed",
             "paint": {**tone, "line-width": 1.2, "line-dasharray": [3, 2.5]}},
        ],
    }  # fmt: skip


def hover_label(theme: Theme) -> dict[str, Any]:
    """Return the look of what is said under the pointer."""
    font = {"family": FONT, "color": theme.ink}
    return {"align": "left", "bgcolor": theme.panel, "bordercolor": theme.line, "font": font}


def opening(places: pd.DataFrame) -> tuple[float, float, float]:
    """Return latitude, longitude and zoom of a view around the middle of the weight that holds nearly all of it.

    Args:
        places: as `app.tally.places` returns them.
    """
    exact = places[places["exact"]]
    if exact.empty:
        return WHOLE
    lat, high = _middle_and_reach(exact["lat"], exact["weight"])
    lon, wide = _middle_and_reach(exact["lon"], exact["weight"])
    reach = max(wide * math.cos(math.radians(lat)), high, 0.01)
    zoom = math.log2(_VIEW_PX / _TILE_PX * 360 / (2 * reach))
    return lat, lon, round(min(max(zoom, WHOLE[2]), _NEAREST_ZOOM), 2)


def _middle_and_reach(values: pd.Series, weights: pd.Series) -> tuple[float, float]:
    """Return the weighted median, and how far around it nearly all the weight lies."""
    middle = _quantile(values, weights, 0.5)
    return middle, _quantile((values - middle).abs(), weights, _SHARE)


def _quantile(values: pd.Series, weights: pd.Series, share: float) -> float:
    order = values.argsort()
    passed = weights.iloc[order].cumsum() >= share * weights.sum()
    return float(values.iloc[order][passed].iloc[0])


def layout(drawn: Mapping[str, Any], theme: Theme, view: tuple[float, float, float] = WHOLE) -> dict[str, Any]:
    """Return the layout of a map in a style; the constant `uirevision` keeps zoom and centre whatever is drawn."""
    lat, lon, zoom = view
    return {
        "map": {"style": drawn, "center": {"lat": lat, "lon": lon}, "zoom": zoom, "uirevision": "kept"},
        "uirevision": "kept",
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": theme.water,
        "showlegend": False,
        "dragmode": "pan",
        "font": {"family": FONT, "size": 13, "color": theme.ink},
        "hoverlabel": hover_label(theme),
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": theme.muted, "activecolor": theme.ink},
    }


def outlines(
    areas: pd.DataFrame, polygons: Mapping[str, Any], countries: Mapping[str, Any], radii: Mapping[str, float]
) -> dict[str, dict[str, Any]]:
    """Return the outline of each area that has one, by place id: its polygon, its country's, or a circle.

    Args:
        areas: places with `place_id`, `country`, `precision`, `lat`, `lon`.
        polygons: features with an `id`.
        countries: features with a property `code`.
        radii: km by place id.
    """
    by_id = {_id(feature): feature["geometry"] for feature in polygons["features"]}
    by_code = _by_code(countries)
    found = {}
    for area in records(areas[["place_id", "country", "precision", "lat", "lon"]]):
        place = area["place_id"]
        geometry = by_id.get(place)
        if geometry is None and area["precision"] == "country":
            geometry = by_code.get(area["country"])
        if geometry is None and place in radii:
            geometry = circle(area["lat"], area["lon"], radii[place])
        if geometry is not None:
            found[place] = geometry
    return found


def joined(
    rows: Iterable[Mapping[str, Any]], features: Iterable[Mapping[str, Any]], circles: Mapping[str, tuple[float, float, float]]
) -> dict[str, Any]:
    """Return a collection of the outlines of places, each feature under the id of its place.

    Args:
        rows: `place`, with the ids of the `areas` that make it up, and of the `circles`.
        features: with a property `id`.
        circles: latitude, longitude and radius in km by place id.
    """
    parts = {feature["properties"]["id"]: polygons_of(feature["geometry"]) for feature in features}
    outlined = []
    for row in rows:
        round_ones = [circle(*circles[place])["coordinates"] for place in row.get("circles", ())]
        polygons = [polygon for area in row["areas"] for polygon in parts[area]]
        geometry = {"type": "MultiPolygon", "coordinates": [*polygons, *round_ones]}
        outlined.append({"type": "Feature", "id": row["place"], "properties": {}, "geometry": geometry})
    return {"type": "FeatureCollection", "features": outlined}


def _by_code(countries: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return each country with all its features as one geometry: some are drawn in several parts."""
    polygons: dict[str, list[Any]] = {}
    for feature in countries["features"]:
        polygons.setdefault(feature["properties"]["code"], []).extend(polygons_of(feature["geometry"]))
    return {code: {"type": "MultiPolygon", "coordinates": parts} for code, parts in polygons.items()}


def _id(feature: Mapping[str, Any]) -> str:
    return str(feature.get("id") or feature["properties"].get("id"))


@lru_cache(maxsize=2_000)
def circle(lat: float, lon: float, radius_km: float) -> dict[str, Any]:
    """Return a circle on the ground as a polygon, counter-clockwise; treat as frozen."""
    high = radius_km / _KM_PER_DEGREE
    wide = high / math.cos(math.radians(lat))
    turns = [2 * math.pi * i / _CORNERS for i in range(_CORNERS)]
    ring = [[round(lon + wide * math.cos(t), 4), round(lat + high * math.sin(t), 4)] for t in turns]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def collection(outlines: Mapping[str, dict[str, Any]], ids: Iterable[str]) -> dict[str, Any]:
    """Return a feature collection of some of the outlines."""
    features = [{"type": "Feature", "id": i, "properties": {}, "geometry": outlines[i]} for i in ids]
    return {"type": "FeatureCollection", "features": features}
