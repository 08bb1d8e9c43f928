"""What is on screen, for whoever wants to take it away: each page says it once, the frame of the pages offers it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from app import words
from tension.export import tables
from tension.model import Query

#: Spreadsheets take a file without this mark for one in their own old alphabet.
_MARK = b"\xef\xbb\xbf"
#: Formats that need places.
_MAPPED = frozenset({"geojson", "gpkg"})
#: The format that is drawn, not written.
PICTURE = "svg"
#: Format, what it is called, and its media type.
FORMATS: Mapping[str, tuple[str, str]] = {
    "csv": ("CSV", "text/csv"),
    "geojson": ("GeoJSON", "application/geo+json"),
    "gpkg": ("GeoPackage", "application/geopackage+sqlite3"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
    PICTURE: ("SVG", "image/svg+xml"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnScreen:
    """A table that a page shows in one form or another."""

    #: What its rows are: signals, events, feeds.
    name: str
    #: Makes the table when somebody asks for it.
    frame: Callable[[], pd.DataFrame]
    #: Whether its rows have places to be drawn.
    has_places: bool = False
    #: Days shown, where they are not those of the window.
    days: tuple[str, str] | None = None
    #: Draws what is on screen, where that is not a table only.
    picture: Callable[[], bytes] | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        """Return the formats that the table can be had in."""
        without = {PICTURE} if self.picture is None else set()
        return tuple(form for form in FORMATS if form not in without and (form not in _MAPPED or self.has_places))

    def file_name(self, query: Query, form: str) -> str:
        """Return a name that says what is in the file: rows, days, and as known when."""
        since, until = self.days or (query.since.isoformat(), query.until.isoformat())
        known = f"_known-{query.as_known_at.date()}" if query.as_known_at else ""
        return f"karaula-{self.name}_{since}_{until}{known}.{form}"

    def content(self, form: str) -> bytes:
        """Return the table as a file.

        Raises:
            SettingsError: the format is unknown.
        """
        return self.picture() if form == PICTURE and self.picture is not None else as_file(self.frame(), form)


def as_file(frame: pd.DataFrame, form: str) -> bytes:
    """Return a frame as the bytes of a file in a format; in CSV no cell is a formula.

    Raises:
        SettingsError: the format is unknown, or the frame has no places to map.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, f"table.{form}")
        tables.write(frame, path, form)
        content = path.read_bytes()
    return _MARK + content if form == "csv" else content


def signals(found: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Return weighed signals with the headlines and addresses of their articles, in order of day."""
    renamed = found.rename(columns={"family": "publisher", "base": "weight"}).rename(columns={"group": "family"})
    texts = articles.drop_duplicates("article_id").set_index("article_id")[["title", "url"]]
    joined = renamed.join(texts, on="article_id")
    joined.insert(0, "signal", joined["code"].astype(object).map(words.signal))
    return joined.sort_values(["day", "signal_id"], kind="stable").reset_index(drop=True)


def events(found: pd.DataFrame) -> pd.DataFrame:
    """Return events in order of day, their lists as texts between bars, as `karaula export events` writes them."""
    named = found.assign(signal=found["code"].astype(object).map(words.signal))
    return named.sort_values(["day", "event"], kind="stable").reset_index(drop=True)
