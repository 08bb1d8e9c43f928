"""Understand the bytes of a feed: RSS, RDF, Atom and JSON Feed, and their broken cousins.

decode | prepare | mend | read fields | entries as stated

feedparser gets prepared text and never an address. A bad entry costs only itself; if all are bad, the feed fails.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from ingest.dates import When, read_when
from ingest.decoding import Decoded, decode, spaced
from ingest.document import FEED_ROOTS, prepare, readings
from ingest.fields import PARSER_ERRORS, may_hold_more, read_fields, readable, second_opinion
from ingest.jsonfeed import MARK, RawEntry, RawFeed, read_json_feed
from ingest.mending import as_xml, bounded, mend
from ingest.plaintext import to_line, to_plain
from ingest.strict import read_plain_rss
from ingest.strict_atom import read_plain_atom
from ingest.titles import MAX_TITLE, title_of
from ingest.urls import is_plain
from tension.errors import ParseError
from tension.model import Entry, Feed, RetrievedFeed

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,200})", re.IGNORECASE)
#: Longer texts are cut; no headline or lead is longer, and the original is at its address.
_MAX_SUMMARY, _MAX_BODY = 10_000, 50_000
_MAX_ISSUES = 20
#: How a failure begins that is ours and not the document's.
OUR_FAULT = "the document could not be read, which is a fault of Karaula"
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
        ParseError: the document is not a feed, or not one of its entries can be used, or reading it fails; the text says why.
    """
    try:
        return _parse(retrieved, feed)
    except PARSER_ERRORS as e:
        # A fault of ours, which costs this one document and is told by its name: no feed may stop the round of the others.
        raise ParseError(feed.id, f"{OUR_FAULT}: {type(e).__name__}: {e}"[:300]) from e


def _parse(retrieved: RetrievedFeed, feed: Feed) -> ParsedFeed:
    decoded = decode(retrieved.content, charset=retrieved.charset, language=feed.language)
    raw = _raw_feed(decoded, retrieved, feed.id)
    issues = _Issues(n for n in (decoded.issue, *raw.issues) if n)
    base_url = raw.site if _is_address(raw.site) else retrieved.url
    entries = tuple(_entries(raw.entries, retrieved, base_url, feed, issues))
    if raw.entries and not entries:
        raise ParseError(feed.id, f"none of its {len(raw.entries)} entries can be used: {issues.first}")
    if not raw.entries:
        issues.add("the feed has no entries")
    return ParsedFeed(
        feed_id=feed.id,
        title=to_line(raw.title)[:MAX_TITLE],
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


def _raw_feed(decoded: Decoded, retrieved: RetrievedFeed, feed_id: str) -> RawFeed:
    text = decoded.text.lstrip()
    if not text:
        raise ParseError(feed_id, "the answer is empty")
    if text[0] in "{[" or _begins_later(text):
        found = read_json_feed(text[text.find("{") :] if text[0] != "[" else text)
        if isinstance(found, str):
            raise ParseError(feed_id, f"the answer is {found}")
        return found
    text, cut = bounded(text)
    raw = _markup_feed(text, retrieved.url)
    if may_hold_more(text, raw):
        n_read = readable(raw) if isinstance(raw, RawFeed) else 0
        texts = (text, spaced(retrieved.content, decoded.encoding))
        more = second_opinion([t for some in texts for t in readings(some)], retrieved.url, n_read)
        if more is not None:
            raw = replace(more, issues=("malformed: read by guesses where entries begin and end",))
    if isinstance(raw, str):
        raise ParseError(feed_id, raw)
    return replace(raw, issues=(*([cut] if cut else []), *raw.issues))


def _begins_later(text: str) -> bool:
    """Tell whether a JSON Feed stands behind signs that a server puts before it."""
    return text[0] != "<" and MARK in text[:2_000]


def _markup_feed(text: str, url: str) -> RawFeed | str:
    """Read a document by its own structure, or say in words why that is not possible."""
    document = prepare(text)
    if document.root not in FEED_ROOTS:
        return f"the answer is {_what_it_is(text, document.root)}, not a feed"
    mended = mend(document.text)
    if mended is None:
        return "the document is broken beyond repair"
    base_url = mended.site if _is_address(mended.site) else url
    plain = None if mended.issues else read_plain_rss(mended.root, base_url) or read_plain_atom(mended.root, base_url)
    raw = plain or read_fields(as_xml(mended), base_url)
    if isinstance(raw, str):
        return raw
    return replace(raw, issues=(*([document.issue] if document.issue else []), *mended.issues))


def _what_it_is(text: str, root: str) -> str:
    if root == "html" or "<html" in text[:5_000].lower():
        title = _TITLE.search(text[:200_000])
        return f"a web page titled {to_line(title[1])!r}" if title and title[1].strip() else "a web page"
    if root:
        return f"an XML document of type <{root[:40]}>"
    return "plain text" if text.isprintable() or "\n" in text[:2_000] else "not text"


def _entries(rows: Iterable[RawEntry], retrieved: RetrievedFeed, base_url: str, feed: Feed, issues: _Issues) -> Iterator[Entry]:
    for row in rows:
        link = _link(row.link, base_url)
        title, odd = title_of(row, link)
        if odd is not None:
            issues.add(odd)
        if not title:
            continue
        when = _when(row, feed, issues)
        if when.at and when.at - retrieved.retrieved_at > _TOO_EARLY:
            issues.add("an entry is dated more than a day ahead")
        yield Entry(
            feed_id=feed.id,
            guid=row.guid.strip()[:MAX_TITLE] or None,
            link=link,
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
    if is_plain(link):
        return link
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
