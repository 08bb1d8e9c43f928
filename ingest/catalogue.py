"""The feeds that Karaula asks: the reviewed catalogue under `assets/feeds/`, checked row by row."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tomli

from tension import assets
from tension.errors import AssetError
from tension.model import Expectation, Feed

#: Feed files are named by country, `int` for organisations; other names in the folder are other tables.
_FEED_FILE = re.compile(r"[a-z]{2,3}\.toml")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SCRIPT = re.compile(r"[A-Z][a-z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}|INT")
KINDS = frozenset({"wire", "public_service", "daily", "portal", "broadcaster", "institution", "international", "investigative"})
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "id": str,
    "outlet": str,
    "url": str,
    "site": str,
    "language": str,
    "script": str,
    "country": str,
    "family": str,
    "side": str,
    "kind": str,
    "cadence_minutes": int,
    "panel": bool,
    "expects": dict,
    "standing": str,
    "fulltext": bool,
}
_OPTIONAL = frozenset({"script", "site", "standing", "cadence_minutes", "panel", "expects", "fulltext"})
_PATTERNS = {"id": _ID, "language": _LANGUAGE, "script": _SCRIPT, "country": _COUNTRY}


def load_catalogue(folder: Path | None = None) -> tuple[Feed, ...]:
    """Load every feed of the catalogue, sorted by id.

    Raises:
        AssetError: a file or a row is malformed, or two rows share an id or an address; the message names both.
    """
    root = folder or assets.path("feeds")
    feeds: dict[str, Feed] = {}
    urls: dict[str, str] = {}
    for path in sorted(p for p in root.glob("*.toml") if _FEED_FILE.fullmatch(p.name)):
        for feed in read_feeds(path):
            if feed.id in feeds:
                raise AssetError(path, f"{feed.id}: this id is used twice")
            if feed.url in urls:
                raise AssetError(path, f"{feed.id}: has the same address as {urls[feed.url]}")
            feeds[feed.id] = feed
            urls[feed.url] = feed.id
    if not feeds:
        raise AssetError(root, "holds no feeds")
    return tuple(feeds[i] for i in sorted(feeds))


def read_feeds(path: Path) -> Iterator[Feed]:
    """Read the feeds of one file.

    Raises:
        AssetError: the file or a row is malformed; the message names the file and the feed.
    """
    rows = _table(path).get("feed")
    if not isinstance(rows, list):
        raise AssetError(path, "has no [[feed]] rows")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise AssetError(path, f"row {number} is not a table")
        name = str(row.get("id") or f"row {number}")
        try:
            yield feed_of(row)
        except ValueError as e:
            raise AssetError(path, f"{name}: {e}") from e


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomli.TOMLDecodeError, UnicodeDecodeError) as e:
        raise AssetError(path, str(e)) from e


def feed_of(row: Mapping[str, Any]) -> Feed:
    """Return a row of the catalogue as a feed.

    Raises:
        ValueError: a field is missing, unknown or malformed; the message names the field.
    """
    _check_fields(row)
    kind, url = row["kind"], row["url"]
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is none of {', '.join(sorted(KINDS))}")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"url {url!r} is not an http or https address")
    cadence = row.get("cadence_minutes", 30)
    if cadence < 1:
        raise ValueError("cadence_minutes is less than 1")
    return Feed(
        id=row["id"],
        outlet=row["outlet"],
        url=url,
        language=row["language"],
        script=row.get("script"),
        country=row["country"],
        family=row["family"],
        side=row["side"],
        kind=kind,
        cadence_minutes=cadence,
        panel=row.get("panel", True),
        expects=_expectation(row.get("expects", {})),
        fulltext=row.get("fulltext", False),
    )


def _check_fields(row: Mapping[str, Any]) -> None:
    for name, kind in _TYPES.items():
        if name not in row:
            if name not in _OPTIONAL:
                raise ValueError(f"{name} is missing")
            continue
        value: Any = row[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"{name} is not of the right type")
        if isinstance(value, str) and name not in _OPTIONAL and not value.strip():
            raise ValueError(f"{name} is empty")
        if name in _PATTERNS and not _PATTERNS[name].fullmatch(str(value)):
            raise ValueError(f"{name} {value!r} is malformed")
    if unknown := sorted(set(row) - set(_TYPES)):
        raise ValueError(f"{unknown[0]} is not a field of feeds")


def _expectation(row: Mapping[str, Any]) -> Expectation:
    if unknown := sorted(set(row) - {"min_per_day", "max_per_day"}):
        raise ValueError(f"expects.{unknown[0]} is not a field of feeds")
    low, high = row.get("min_per_day", 0.0), row.get("max_per_day")
    for value in (low, 0.0 if high is None else high):
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ValueError("expects is not a pair of numbers from 0 up")
    if high is not None and high < low:
        raise ValueError("expects.max_per_day is less than min_per_day")
    return Expectation(min_per_day=float(low), max_per_day=None if high is None else float(high))
