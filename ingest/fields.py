"""The fields of a markup feed's entries, by feedparser: of the mended document, and as a second opinion of a broken one."""

import io
import re
from collections.abc import Sequence
from typing import Any
from xml.sax import SAXException

import feedparser

from ingest.jsonfeed import RawEntry, RawFeed

#: What feedparser is known to raise on documents that are beyond it.
PARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    SAXException,
)
#: Something that may be the start of an entry, however it is written or prefixed.
_MAYBE_ENTRY = re.compile(r"<(?:[^\s<>/]{1,20}:)?(?:item|entry)(?!s\b)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,500}>")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
#: A second reading of a longer document would cost more time than it may bring entries.
_MAX_SECOND = 400_000
#: Nor is one of very many tags worth it, or so many in all readings: feedparser's loose reading is slow.
_MAX_SECOND_TAGS = 20_000


def read_fields(xml: bytes, base_url: str) -> RawFeed | str:
    """Read a well-formed document, or say in words why that is not possible."""
    headers = {"content-location": base_url, "content-type": "application/xml; charset=utf-8"}
    try:
        # A stream, for feedparser would take plain bytes for a file name.
        found = feedparser.parse(io.BytesIO(xml), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except PARSER_ERRORS as e:
        return f"the document is broken beyond repair ({type(e).__name__})"
    if not found.version and not found.entries:
        return "the document looks like a feed but has no channel and no entries"
    return RawFeed(
        title=_field(found.feed, "title"),
        site=_field(found.feed, "link"),
        version=found.version or "unknown",
        entries=tuple(map(_raw_entry, found.entries)),
    )


def may_hold_more(text: str, raw: RawFeed | str) -> bool:
    """Tell whether a document seems to have more to read than was read of it, and is short enough to be read again."""
    if len(text) > _MAX_SECOND or text.count("<") > _MAX_SECOND_TAGS:
        return False
    if isinstance(raw, str):
        return _MAYBE_ENTRY.search(text) is not None
    n_read = readable(raw)
    # An entry of a malformed document of which nothing came may say something to a looser reader.
    return len(_MAYBE_ENTRY.findall(text)) > n_read or (bool(raw.issues) and len(raw.entries) > n_read)


def second_opinion(texts: Sequence[str], base_url: str, n_read: int) -> RawFeed | None:
    """Return what feedparser alone makes of a document, if that is more than the entries that were read; else None.

    Args:
        texts: readings of the document, none with a document type.
        base_url: what relative links are meant against.
        n_read: how many entries with anything to read were found in it otherwise.
    """
    # Damaged letters within tags make feedparser overlook them; no name of a feed's elements has any.
    plain = _TAG.sub(lambda tag: _NOT_ASCII.sub("_", tag[0]), texts[0])
    best: RawFeed | None = None
    room = _MAX_SECOND_TAGS
    for reading in dict.fromkeys((texts[0], plain, *texts[1:])):
        room -= reading.count("<")
        if room < 0:
            break
        found = read_fields(reading.encode("utf-8", "ignore"), base_url)
        if isinstance(found, RawFeed) and readable(found) > n_read:
            best, n_read = found, readable(found)
    return best


def readable(raw: RawFeed) -> int:
    """Return how many entries have anything to read."""
    return sum(bool(e.title.strip() or e.summary.strip() or e.body.strip()) for e in raw.entries)


def _field(row: dict[str, Any], key: str) -> str:
    # dict.get, for the mapping of feedparser answers for keys that are not there.
    value = dict.get(row, key)
    return value if isinstance(value, str) else ""


def _raw_entry(row: dict[str, Any]) -> RawEntry:
    contents = dict.get(row, "content") or []
    body = max((_field(c, "value") for c in contents if isinstance(c, dict)), key=len, default="")
    summary = _field(row, "summary")
    return RawEntry(
        guid=_field(row, "id"),
        link=_field(row, "feedburner_origlink") or _field(row, "link"),
        title=_field(row, "title"),
        # feedparser repeats the content as summary where there is none.
        summary="" if summary == body else summary,
        body=body,
        dates=tuple(d for d in (_field(row, k) for k in ("published", "updated", "created")) if d),
    )
