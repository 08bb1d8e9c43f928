"""JSON Feed 1.1 as fields, for those feeds that come without markup."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

#: Deeper nesting is no feed and would exhaust the interpreter's stack.
_MAX_DEPTH_SIGNS = 200_000
#: What makes a document a JSON Feed.
MARK = "jsonfeed.org/version/"
#: How often a broken document may disappoint before the rest of it is left alone.
_MAX_BROKEN = 200
_VERSION = re.compile(re.escape(MARK) + r"([\d.]{1,4})")
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_OBJECT = re.compile(r'\{\s*"')
# Line breaks within texts are common, and harm nobody.
_DECODER = json.JSONDecoder(strict=False)


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
        data = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return _salvaged(text) or "a broken JSON document"
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(version, str) or MARK not in version:
        return "a JSON document that is no JSON Feed"
    items = data.get("items")
    rows = [row for row in items if isinstance(row, dict)] if isinstance(items, list) else []
    return RawFeed(
        title=_text(data, "title"),
        site=_text(data, "home_page_url"),
        version="json" + version.rpartition("/")[2].replace(".", "")[:4],
        entries=tuple(map(_entry, rows)),
    )


def _salvaged(text: str) -> RawFeed | None:
    """Return the items of a broken document that are whole, or None where there are none."""
    version = _VERSION.search(text)
    if version is None:
        return None
    entries = tuple(map(_entry, _whole_objects(text)))
    if not entries:
        return None
    issue = "malformed: a broken JSON document, read item by item"
    return RawFeed(version="json" + version[1].replace(".", ""), entries=entries, issues=(issue,))


def _whole_objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list of items that can be read, whatever stands between them."""
    begin = _ITEMS.search(text)
    # Without the list's own name, whatever stands inside of the document.
    at, n_broken = begin.end() if begin else 1, 0
    while n_broken < _MAX_BROKEN and (found := _OBJECT.search(text, at)):
        try:
            row, at = _DECODER.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            n_broken, at = n_broken + 1, found.end()
        else:
            yield row


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
