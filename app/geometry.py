"""The shapes that maps are drawn from: boundaries, outlines and radii, read once a process."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.figures import basemap
from tension import assets
from tension.model import EXACT


@st.cache_resource(max_entries=4, show_spinner=False)
def boundaries(name: str) -> Mapping[str, Any]:
    """Return a collection of boundaries under `assets/boundaries/`, with every feature under its code or id.

    Raises:
        AssetError: the file is missing.
    """
    collection: dict[str, Any] = json.loads(assets.path("boundaries", name).read_text(encoding="utf-8"))
    return collection


@st.cache_resource(max_entries=1, show_spinner=False)
def area_outlines() -> Mapping[str, Any]:
    """Return the outlines of places that are known only as an area, under the ids of the gazetteer.

    Raises:
        AssetError: a file is missing.
    """
    rows = assets.read_toml("gazetteer", "flashpoints.toml")["place"]
    circles = {row["id"]: (row["lat"], row["lon"], float(row["radius_km"])) for row in rows if "radius_km" in row}
    features = [feature for name in ("areas.geojson", "countries.geojson") for feature in boundaries(name)["features"]]
    return basemap.joined(assets.read_toml("boundaries", "places.toml")["outline"], features, circles)


@st.cache_resource(max_entries=1, show_spinner=False)
def radii() -> Mapping[str, float]:
    """Return the radius in km to draw for each own place that may be known only as an area.

    Read from the list itself: the whole gazetteer takes a second to build, which the first view has not.
    """
    rows = [row for name in ("flashpoints", "spots") for row in assets.read_toml("gazetteer", f"{name}.toml")["place"]]
    stated = {row["id"]: row.get("accuracy_km" if row["kind"] in EXACT else "radius_km") for row in rows}
    return {place_id: float(radius) for place_id, radius in stated.items() if radius}
