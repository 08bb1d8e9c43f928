"""Boundaries as lines: those that nobody contests, and those whose status is disputed. Pure."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

_Edge = frozenset[tuple[float, float]]


def _edges(geometry: Mapping[str, Any]) -> dict[_Edge, tuple[Any, Any]]:
    """Return the edges of all rings, each under its two ends in no order: neighbours share theirs point by point."""
    rings = (ring for polygon in polygons(geometry) for ring in polygon)
    return {frozenset((tuple(a), tuple(b))): (a, b) for ring in rings for a, b in pairwise(ring)}


def lines(countries: Mapping[str, Any], disputed: Iterable[frozenset[str]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return borders as lines: those that nobody contests, and those whose status is disputed.

    A common line of two countries named as disputed is, and so is every line of an area of contested status.
    """
    edges: dict[_Edge, tuple[Any, Any]] = {}
    owners: dict[_Edge, set[str]] = {}
    contested: set[_Edge] = set()
    for feature in countries["features"]:
        for key, edge in _edges(feature["geometry"]).items():
            edges.setdefault(key, edge)
            owners.setdefault(key, set()).add(feature["properties"]["code"])
            if feature["properties"]["kind"] == "area":
                contested.add(key)
    pairs = set(disputed)
    contested |= {key for key, codes in owners.items() if any(pair <= codes for pair in pairs)}
    return _as_lines(e for k, e in edges.items() if k not in contested), _as_lines(e for k, e in edges.items() if k in contested)


def _as_lines(edges: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Join edges that follow on one another into lines."""
    joined_up: list[list[Any]] = []
    for a, b in edges:
        if joined_up and joined_up[-1][-1] == a:
            joined_up[-1].append(b)
        else:
            joined_up.append([a, b])
    geometry = {"type": "MultiLineString", "coordinates": joined_up}
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": geometry}]}


def polygons(geometry: Mapping[str, Any]) -> list[Any]:
    """Return the polygons of a geometry, each a list of rings."""
    return list(geometry["coordinates"]) if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
