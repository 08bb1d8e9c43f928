"""Write a frame as CSV, JSON lines, Parquet, GeoJSON or GeoPackage."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

from tension.errors import SettingsError
from tension.model import EXACT

FORMATS = ("csv", "jsonl", "parquet", "geojson", "gpkg")
#: The formats that need places, each with the driver that writes it.
_MAPPED = {"geojson": "GeoJSON", "gpkg": "GPKG"}
#: A cell that begins so is run as a formula by spreadsheets; headlines are not to be trusted.
_DAYS = frozenset({"day", "published_date", "event_day", "since", "until", "confirmed", "unconfirmed_since"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _harmless(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def _plain(frame: pd.DataFrame, *, joined: bool = True) -> pd.DataFrame:
    """Return the frame with days as ISO text and categories as text, as text formats want them; lists by `|`."""
    plain = frame.copy()
    for name in [n for n in plain.columns if joined and plain[n].map(type).isin([tuple, list]).any()]:
        plain[name] = plain[name].map("|".join)
    for name in plain.columns:
        if pd.api.types.is_datetime64_any_dtype(plain[name]):
            form = "%Y-%m-%d" if name in _DAYS else "%Y-%m-%dT%H:%M:%SZ"
            plain[name] = plain[name].dt.strftime(form)
        elif isinstance(plain[name].dtype, pd.CategoricalDtype):
            plain[name] = plain[name].astype(object)
    return plain


def to_geodataframe(frame: pd.DataFrame) -> "gpd.GeoDataFrame":
    """Return the frame with points (EPSG:4326) for exact places; coarser or unknown places have no geometry."""
    import geopandas as gpd  # noqa: PLC0415 - takes a second to load; only this format needs it

    exact = frame["precision"].astype(object).isin([p.value for p in EXACT])
    points = gpd.GeoSeries(gpd.points_from_xy(frame["lon"], frame["lat"]), index=frame.index, crs="EPSG:4326")
    return gpd.GeoDataFrame(_plain(frame), geometry=points.where(exact), crs="EPSG:4326")


def _write_places(frame: pd.DataFrame, path: Path, form: str) -> None:
    """Write a layer; a GeoPackage that is there already is replaced, not added to."""
    places = to_geodataframe(frame)
    if form == "geojson":
        places.to_file(path, driver=_MAPPED[form], engine="pyogrio")
        return
    path.unlink(missing_ok=True)
    # The instant of writing would make two files of one table differ.
    with _undated():
        places.to_file(path, driver=_MAPPED[form], engine="pyogrio", layer="karaula", geometry_type="Point")


@contextmanager
def _undated() -> Iterator[None]:
    from pyogrio import set_gdal_config_options  # noqa: PLC0415 - loads GDAL; only these formats need it

    set_gdal_config_options({"OGR_CURRENT_DATE": "1970-01-01T00:00:00.000Z"})
    try:
        yield
    finally:
        set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write(frame: pd.DataFrame, path: Path, form: str) -> None:
    """Write a frame.

    Raises:
        SettingsError: the format is unknown, or the frame has no places to map.
    """
    if form == "csv":
        plain = _plain(frame)
        plain.apply(lambda column: column.map(_harmless) if column.dtype.kind == "O" else column).to_csv(path, index=False)
    elif form == "jsonl":
        _plain(frame, joined=False).to_json(path, orient="records", lines=True, force_ascii=False)
    elif form == "parquet":
        frame.to_parquet(path, index=False)
    elif form in _MAPPED:
        if "lat" not in frame:
            raise SettingsError(f"{form} needs places: export signals, events or situations")
        _write_places(frame, path, form)
    else:
        raise SettingsError(f"unknown format {form!r}; known are {', '.join(FORMATS)}")
