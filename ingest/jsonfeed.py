"""JSON Feed 1.1 as fields, for those feeds that come without markup."""

import json
from dataclasses import dataclass, field
from typing import Any

#: Deeper nesting is no feed and would exhaust the interpreter's stack.
_MAX_DEPTH_SIGNS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """The fields of one entry as the document states them, markup and all."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    body: str = ""
    #: Texts that may state when it was published, the best first.
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """What a document states, before anything is cleaned or read."""

    title: str = ""
    #: Address of the site, against which relative links are meant.
    site: str = ""
    #: As the format calls itself: `rss20`, `atom10`, `json11`, ...
    version: str = ""
    entries: tuple[RawEntry, ...] = ()
    #: What is wrong with the document, in words.
    issues: tuple[str, ...] = field(default=())


def read_json_feed(text: str) -> RawFeed | str:
    """Read a JSON Feed, or say in words why the document is none."""
    if text.count("[") + text.count("{") > _MAX_DEPTH_SIGNS:
        return "a JSON document too deep or too large to be a feed"
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return "a broken JSON document"
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version:
        return "a JSON document that is no JSON Feed"
    items = data.get("items")
    rows = [row for row in items if isinstance(row, dict)] if isinstance(items, list) else []
    return RawFeed(
        title=_text(data, "title"),
        site=_text(data, "home_page_url"),
        version="json" + version.rpartition("/")[2].replace(".", "")[:4],
        entries=tuple(map(_entry, rows)),
    )


def _entry(row: dict[str, Any]) -> RawEntry:
    # content_text is plain by definition: its signs must not be taken for markup.
    plain = _text(row, "content_text").replace("&", "&amp;").replace("<", "&lt;")
    return RawEntry(
        guid=_text(row, "id"),
        link=_text(row, "url") or _text(row, "external_url"),
        title=_text(row, "title"),
        summary=_text(row, "summary"),
        body=_text(row, "content_html") or plain,
        dates=tuple(d for d in (_text(row, "date_published"), _text(row, "date_modified")) if d),
    )


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
