"""The fields of a plain and well-formed Atom 1.0 document, straight from its tree, as `ingest.strict` reads those of RSS.

Anything unusual in a document sends the whole of it to feedparser. What is read here is what feedparser would read.
"""

from lxml import etree

from ingest.jsonfeed import RawEntry, RawFeed
from ingest.strict import Unusual, absolute, joined, mended

_ATOM = "{http://www.w3.org/2005/Atom}"
_TEXTS = frozenset({"title", "id", "summary", "content", "published", "updated"})
#: Elements that say how they are written; plain text has no type.
_TYPED = frozenset({"title", "summary", "content"})
_TYPES = frozenset({None, "text", "html"})
#: Links that do not lead to the text.
_OTHER_LINKS = frozenset({"self", "hub", "next", "prev", "first", "last", "search", "license", "edit", "replies"})


def read_plain_atom(root: etree._Element, base_url: str) -> RawFeed | None:
    """Read a pruned document, or return None where it is not plain enough.

    Args:
        root: of a well-formed document with nothing in it but what a feed reader needs.
        base_url: what an id without a scheme is meant against.
    """
    if root.tag != f"{_ATOM}feed" or root.attrib:
        return None
    try:
        head = [e for e in root if e.tag != f"{_ATOM}entry"]
        stated, site = _fields(head, frozenset({"title", "id", "updated"}), base_url)
        return RawFeed(
            title=stated.get("title", ""),
            site=site,
            version="atom10",
            entries=tuple(_entry(e, base_url) for e in root if e.tag == f"{_ATOM}entry"),
        )
    except Unusual:
        return None


def _entry(entry: etree._Element, base_url: str) -> RawEntry:
    if entry.attrib:
        raise Unusual
    stated, link = _fields(list(entry), _TEXTS, base_url)
    if not link:
        raise Unusual
    body = stated.get("content", "")
    summary = stated.get("summary", body)
    dates = tuple(stated[name] for name in ("published", "updated") if stated.get(name))
    return RawEntry(
        guid=joined(base_url, stated["id"]) if stated.get("id") else "",
        link=link,
        title=stated.get("title", ""),
        summary="" if summary == body else summary,
        body=body,
        dates=dates,
    )


def _fields(elements: list[etree._Element], known: frozenset[str], base_url: str) -> tuple[dict[str, str], str]:
    """Return the text of each element by its name, and the one link that leads to the text; each may come once."""
    found: dict[str, str] = {}
    link = ""
    for element in elements:
        name = element.tag.removeprefix(_ATOM) if isinstance(element.tag, str) else ""
        if name == "link":
            link = _link(element, link, base_url)
            continue
        if name not in known or name in found or len(element):
            raise Unusual
        if set(element.attrib) - {"type"} or (element.attrib and name not in _TYPED) or element.get("type") not in _TYPES:
            raise Unusual
        found[name] = mended((element.text or "").strip())
    return found, link


def _link(element: etree._Element, before: str, base_url: str) -> str:
    if element.get("rel") in _OTHER_LINKS:
        return before
    href = element.get("href", "")
    if before or element.get("rel") not in {None, "alternate"} or element.get("type") not in {None, "text/html"}:
        raise Unusual
    if set(element.attrib) - {"rel", "href", "type"} or not absolute(href) or "&" in href or href != href.strip():
        raise Unusual
    return joined(base_url, href)
