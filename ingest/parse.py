"""Understand the bytes of a feed: RSS, RDF, Atom and JSON Feed, and their broken cousins.

decode | prepare | mend | read fields | entries as stated

feedparser gets prepared bytes and never an address. A bad entry costs only itself; if all are bad, the feed fails.
"""

import asyncio
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.sax import SAXException

import feedparser

from ingest.dates import When, read_when
from ingest.decoding import decode
from ingest.document import FEED_ROOTS, prepare
from ingest.jsonfeed import RawEntry, RawFeed, read_json_feed
from ingest.mending import bounded, mend
from ingest.plaintext import to_line, to_plain
from tension.errors import ParseError
from tension.model import Entry, Feed, RetrievedFeed

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,200})", re.IGNORECASE)
#: What feedparser is known to raise on documents that are beyond it.
_PARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    SAXException,
)
#: Longer texts are cut; no headline or lead is longer, and the original is at its address.
_MAX_TITLE, _MAX_SUMMARY, _MAX_BODY = 1_000, 10_000, 50_000
_MAX_ISSUES = 20
_TOO_EARLY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What one document says, with what was wrong with it."""

    feed_id: str
    #: The feed's own title, for comparing with the catalogue.
    title: str
    #: Address that relative links are meant against.
    base_url: str
    #: As feedparser calls it: `rss20`, `atom10`, `rss10`, `json11`, ...
    version: str
    encoding: str
    entries: tuple[Entry, ...]
    #: In words, at most a handful; nothing of it stopped the other entries.
    issues: tuple[str, ...]


def parse(retrieved: RetrievedFeed, feed: Feed) -> ParsedFeed:
    """Parse one retrieved feed.

    Raises:
        ParseError: the document is not a feed, or not one of its entries can be used; the text says what it is.
    """
    decoded = decode(retrieved.content, charset=retrieved.charset, language=feed.language)
    raw = _raw_feed(decoded.text, retrieved, feed.id)
    issues = _Issues(n for n in (decoded.issue, *raw.issues) if n)
    base_url = raw.site if _is_address(raw.site) else retrieved.url
    entries = tuple(_entries(raw.entries, retrieved, base_url, feed, issues))
    if raw.entries and not entries:
        raise ParseError(feed.id, f"none of its {len(raw.entries)} entries can be used: {issues.first}")
    if not raw.entries:
        issues.add("the feed has no entries")
    return ParsedFeed(
        feed_id=feed.id,
        title=to_line(raw.title)[:_MAX_TITLE],
        base_url=base_url,
        version=raw.version,
        encoding=decoded.encoding,
        entries=entries,
        issues=issues.told(),
    )


async def parse_in_thread(retrieved: RetrievedFeed, feed: Feed) -> ParsedFeed:
    """Parse one retrieved feed without holding up the event loop.

    Raises:
        ParseError: as `parse`.
    """
    return await asyncio.to_thread(parse, retrieved, feed)


class _Issues:
    """Collects what is wrong, the same thing once."""

    def __init__(self, notes: Iterable[str] = ()) -> None:
        self._counts: dict[str, int] = {}
        for note in notes:
            self.add(note)

    def add(self, note: str) -> None:
        self._counts[note] = self._counts.get(note, 0) + 1

    @property
    def first(self) -> str:
        return next(iter(self._counts), "no reason noted")

    def told(self) -> tuple[str, ...]:
        notes = [note if n == 1 else f"{n} times: {note}" for note, n in self._counts.items()]
        return tuple(notes[:_MAX_ISSUES])


def _raw_feed(text: str, retrieved: RetrievedFeed, feed_id: str) -> RawFeed:
    start = text[:200].lstrip()
    if not start:
        raise ParseError(feed_id, "the answer is empty")
    if start[0] in "{[":
        found = read_json_feed(text)
        if isinstance(found, str):
            raise ParseError(feed_id, f"the answer is {found}")
        return found
    text, cut = bounded(text)
    document = prepare(text)
    if document.root not in FEED_ROOTS:
        raise ParseError(feed_id, f"the answer is {_what_it_is(text, document.root)}, not a feed")
    mended = mend(document.text)
    if mended is None:
        raise ParseError(feed_id, "the document is broken beyond repair")
    raw = _read_markup(mended.xml, mended.site if _is_address(mended.site) else retrieved.url, feed_id)
    return replace(raw, issues=(*(n for n in (cut, document.issue) if n), *mended.issues))


def _what_it_is(text: str, root: str) -> str:
    if root == "html" or "<html" in text[:5_000].lower():
        title = _TITLE.search(text[:200_000])
        return f"a web page titled {to_line(title[1])!r}" if title and title[1].strip() else "a web page"
    if root:
        return f"an XML document of type <{root[:40]}>"
    return "plain text" if text.isprintable() or "\n" in text[:2_000] else "not text"


def _read_markup(xml: bytes, base_url: str, feed_id: str) -> RawFeed:
    headers = {"content-location": base_url, "content-type": "application/xml; charset=utf-8"}
    try:
        # A stream, for feedparser would take plain bytes for a file name.
        found = feedparser.parse(io.BytesIO(xml), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except _PARSER_ERRORS as e:
        raise ParseError(feed_id, f"the document is broken beyond repair ({type(e).__name__})") from e
    if not found.version and not found.entries:
        raise ParseError(feed_id, "the document looks like a feed but has no channel and no entries")
    return RawFeed(
        title=_field(found.feed, "title"),
        site=_field(found.feed, "link"),
        version=found.version or "unknown",
        entries=tuple(map(_raw_entry, found.entries)),
    )


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


def _entries(rows: Iterable[RawEntry], retrieved: RetrievedFeed, base_url: str, feed: Feed, issues: _Issues) -> Iterator[Entry]:
    for row in rows:
        title = to_line(row.title)[:_MAX_TITLE]
        if not title:
            issues.add("an entry without a title was left out")
            continue
        when = _when(row, feed, issues)
        if when.at and when.at - retrieved.retrieved_at > _TOO_EARLY:
            issues.add("an entry is dated more than a day ahead")
        yield Entry(
            feed_id=feed.id,
            guid=row.guid.strip()[:_MAX_TITLE] or None,
            link=_link(row.link, base_url),
            title=title,
            summary=to_plain(row.summary)[:_MAX_SUMMARY],
            body=to_plain(row.body)[:_MAX_BODY],
            published_at=when.at,
            published_date=when.day,
        )


def _when(row: RawEntry, feed: Feed, issues: _Issues) -> When:
    for text in row.dates:
        when = read_when(text, language=feed.language, country=feed.country)
        if when.day is not None:
            return when
    if row.dates:
        issues.add("an entry has a date that cannot be read")
    return When()


def _link(link: str, base_url: str) -> str | None:
    """Return the address of an entry, relative ones joined to the site's; what is no web address is left out."""
    stated = "".join(c for c in link.strip() if c.isprintable())
    if not stated:
        return None
    try:
        joined = urljoin(base_url, stated)
    except ValueError:
        return None
    return joined if _is_address(joined) else None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
