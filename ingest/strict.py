"""The fields of a plain and well-formed RSS 2.0 document, straight from its tree: what most feeds are, at a tenth of the cost.

Anything unusual in a document sends the whole of it to feedparser. What is read here is what feedparser would read.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urljoin

from lxml import etree

from ingest.jsonfeed import RawEntry, RawFeed
from ingest.urls import is_plain

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
_ITEM_TAGS = frozenset({"title", "link", "guid", "description", "pubDate", _CONTENT})
_HEAD_TAGS = frozenset({"title", "link"})
#: Links of a channel that do not lead to its site.
_OTHER_LINKS = frozenset({"self", "hub", "next", "prev", "first", "last", "search", "license"})
_ABSOLUTE = re.compile(r"https?://[^/\s]", re.IGNORECASE)
#: What is no reference in an address, however it looks: the sign behind it is not part of the parameter's name.
_REFERENCE = re.compile(r"&(\w+);", re.ASCII)
#: Signs of windows-1252 that stand where Unicode has control characters.
_CP1252 = {n: c for n in range(0x80, 0xA0) if (c := bytes([n]).decode("cp1252", "ignore"))}


class Unusual(Exception):  # noqa: N818 - no error: another reader is asked
    """The document has something that is not read here."""


def read_plain_rss(root: etree._Element, base_url: str) -> RawFeed | None:
    """Read a pruned document, or return None where it is not plain enough.

    Args:
        root: of a well-formed document with nothing in it but what a feed reader needs.
        base_url: what a guid without a scheme is meant against.
    """
    if root.tag != "rss" or dict(root.attrib) != {"version": "2.0"} or len(root) != 1 or root[0].tag != "channel":
        return None
    try:
        return _channel(root[0], base_url)
    except Unusual:
        return None


def _channel(channel: etree._Element, base_url: str) -> RawFeed:
    if channel.attrib:
        raise Unusual
    head = [e for e in channel if e.tag != "item" and not (e.tag == _ATOM_LINK and e.get("rel") in _OTHER_LINKS)]
    stated = _texts(head, _HEAD_TAGS)
    site = stated.get("link", "")
    if site and not _ABSOLUTE.match(site):
        raise Unusual
    return RawFeed(
        title=stated.get("title", ""),
        site=joined(base_url, site) if site else "",
        version="rss20",
        entries=tuple(_item(e, base_url) for e in channel if e.tag == "item"),
    )


def _item(item: etree._Element, base_url: str) -> RawEntry:
    if item.attrib:
        raise Unusual
    stated = _texts(item, _ITEM_TAGS)
    link, guid = stated.get("link"), stated.get("guid", "")
    if link and not _ABSOLUTE.match(link):
        raise Unusual
    if guid and _is_link(item):
        guid = joined(base_url, guid)
        link = guid if link is None else link
    body = stated.get(_CONTENT, "")
    summary = stated.get("description", body)
    when = stated.get("pubDate", "")
    return RawEntry(
        guid=guid,
        link=_REFERENCE.sub(r"&\1", joined(base_url, link).replace("&amp;", "&")) if link else "",
        title=stated.get("title", ""),
        summary="" if summary == body else summary,
        body=body,
        dates=(when,) if when else (),
    )


def _is_link(item: etree._Element) -> bool:
    """Tell whether a guid is an address, as it is unless it says otherwise."""
    stated = item.find("guid")
    return stated is not None and stated.get("isPermaLink", "true") == "true"


def _texts(elements: Iterable[etree._Element], known: frozenset[str]) -> dict[str, str]:
    """Return the text of each element by its tag; each may come once and may hold nothing but text."""
    found: dict[str, str] = {}
    for element in elements:
        tag = element.tag
        if not isinstance(tag, str) or tag not in known or tag in found or len(element):
            raise Unusual
        if element.attrib and (tag != "guid" or set(element.attrib) != {"isPermaLink"}):
            raise Unusual
        found[tag] = mended((element.text or "").strip())
    return found


def mended(text: str) -> str:
    """Mend what was encoded twice, and signs of windows-1252 among those of Unicode."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_CP1252)


def absolute(address: str) -> bool:
    """Tell whether an address needs no other to be read."""
    return bool(_ABSOLUTE.match(address))


def joined(base_url: str, address: str) -> str:
    """Return an address as meant against another.

    Raises:
        Unusual: it is none.
    """
    if is_plain(address):
        return address
    try:
        return urljoin(base_url, address)
    except ValueError as e:
        raise Unusual from e
