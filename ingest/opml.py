"""Lists of feeds as other readers keep them: OPML in and out.

What OPML has no word for travels in attributes of Karaula's own namespace, so that a list comes back as it went.
(listparser is not used: it forgets attributes of other namespaces.)
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from tension.errors import InputError
from tension.model import Expectation, Feed

NAMESPACE = "urn:karaula:opml:1"
_TEXTS = ("id", "outlet", "language", "script", "country", "family", "side", "kind")
_MAX_BYTES = 20 * 1024 * 1024
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_TRUE = frozenset({"true", "1", "yes"})


def read_opml(path: Path, known: Mapping[str, Feed] | None = None) -> tuple[Feed, ...]:
    """Read the feeds of an OPML file, folders and all, sorted as in the file, each address once.

    A feed without Karaula's attributes gets the row of the same address in `known` (the catalogue), else what the
    file says: its title as outlet, an id from its address, and language and country left open.

    Raises:
        InputError: the file cannot be read as OPML, or names no feed; the message names the file.
    """
    try:
        data = path.read_bytes()
    except OSError as e:
        raise InputError(path, e.strerror or str(e)) from e
    return parse_opml(data, path, known)


def parse_opml(data: bytes, name: object, known: Mapping[str, Feed] | None = None) -> tuple[Feed, ...]:
    """Read the feeds of an OPML document; `name` is what errors call it.

    Raises:
        InputError: as `read_opml`.
    """
    by_url = {feed.url: feed for feed in (known or {}).values()}
    feeds: dict[str, Feed] = {}
    ids: set[str] = set()
    for outline in _root(data, name).iter("{*}outline", "outline"):
        url = _attribute(outline, "xmlUrl").strip()
        if not url or url in feeds:
            continue
        feed = _feed(outline, url, by_url.get(url), name)
        if feed.id in ids:
            feed = _renamed(feed, ids)
        ids.add(feed.id)
        feeds[url] = feed
    if not feeds:
        raise InputError(name, "names no feeds (no outline has an xmlUrl)")
    return tuple(feeds.values())


def _root(data: bytes, name: object) -> etree._Element:
    if len(data) > _MAX_BYTES:
        raise InputError(name, f"is larger than {_MAX_BYTES} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(data.lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise InputError(name, f"is not well-formed XML: {' '.join(str(e).split())[:200]}") from e
    if etree.QName(root).localname.lower() != "opml":
        raise InputError(name, f"is not OPML: it begins with <{etree.QName(root).localname[:40]}>")
    return root


def _attribute(outline: etree._Element, name: str) -> str:
    """Return an attribute whatever the case of its name, for readers disagree on that."""
    for key, value in outline.attrib.items():
        if str(key).lower() == name.lower():
            return str(value)
    return ""


def _own(outline: etree._Element, name: str) -> str:
    return str(outline.get(f"{{{NAMESPACE}}}{name}", "")).strip()


def _feed(outline: etree._Element, url: str, known: Feed | None, name: object) -> Feed:
    stated = {field: _own(outline, field) for field in _TEXTS}
    if known is not None and not any(stated.values()):
        return known
    title = _attribute(outline, "text").strip() or _attribute(outline, "title").strip() or (urlsplit(url).hostname or url)
    outlet = stated["outlet"] or title
    try:
        numbers = _numbers(outline)
    except ValueError as e:
        raise InputError(name, f"{url}: {e}") from e
    return Feed(
        id=stated["id"] or slug_of(url),
        outlet=outlet,
        url=url,
        language=stated["language"] or _attribute(outline, "language").strip()[:2].lower() or "und",
        script=stated["script"] or None,
        country=stated["country"],
        family=stated["family"] or slug(outlet) or slug_of(url),
        side=stated["side"],
        kind=stated["kind"] or "portal",
        **numbers,
    )


def _numbers(outline: etree._Element) -> dict[str, Any]:
    low, high, cadence = (_own(outline, n) for n in ("minPerDay", "maxPerDay", "cadenceMinutes"))
    expects = Expectation(min_per_day=float(low or 0), max_per_day=float(high) if high else None)
    panel = _own(outline, "panel")
    # A list that says nothing of the panel brings no member to it: membership is decided, not imported.
    fulltext = _own(outline, "fulltext").lower() in _TRUE
    return {
        "cadence_minutes": max(1, int(cadence or 30)), "panel": panel.lower() in _TRUE, "expects": expects, "fulltext": fulltext,
    }  # fmt: skip


def _renamed(feed: Feed, ids: set[str]) -> Feed:
    number = next(n for n in range(2, len(ids) + 3) if f"{feed.id}-{n}" not in ids)
    return Feed(**{field: getattr(feed, field) for field in Feed.__dataclass_fields__} | {"id": f"{feed.id}-{number}"})


def is_web_address(url: str) -> bool:
    """Tell whether an address can be asked at all: http or https, and a host.

    >>> is_web_address("https://a.example/f"), is_web_address("file:///a"), is_web_address("http://[")
    (True, False, False)
    """
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def slug_of(url: str) -> str:
    """Return an id made of host and path of an address.

    >>> slug_of("https://www.example.com/rss/world.xml?x=1")
    'example-com-rss-world-xml-x-1'
    """
    parts = urlsplit(url)
    return slug(f"{(parts.hostname or '').removeprefix('www.')} {parts.port or ''} {parts.path} {parts.query}") or "feed"


def slug(text: str) -> str:
    """Return a text as lower-case ASCII with hyphens; empty where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_SLUG.sub("-", plain).strip("-")[:80]


def write_opml(feeds: Iterable[Feed], *, title: str = "Karaula") -> bytes:
    """Return feeds as an OPML document with a folder for each country."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"karaula": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in sorted(feeds, key=lambda f: (f.country, f.id)):
        if feed.country not in folders:
            folders[feed.country] = etree.SubElement(body, "outline", {"text": feed.country or "no country stated"})
        etree.SubElement(folders[feed.country], "outline", dict(_attributes(feed)))
    etree.indent(root)
    document: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _attributes(feed: Feed) -> Iterator[tuple[str, str]]:
    yield from (("type", "rss"), ("text", feed.outlet), ("title", feed.outlet), ("xmlUrl", feed.url))
    values = {field: getattr(feed, field) for field in _TEXTS}
    values |= {"cadenceMinutes": feed.cadence_minutes, "panel": str(feed.panel).lower()}
    values |= {"fulltext": "true" if feed.fulltext else None}
    values |= {"minPerDay": feed.expects.min_per_day, "maxPerDay": feed.expects.max_per_day}
    for field, value in values.items():
        if value not in {None, ""}:
            yield f"{{{NAMESPACE}}}{field}", str(value)
