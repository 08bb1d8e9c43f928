"""Bring a feed document into a small well-formed tree: what is broken is mended entry by entry, so that it costs only itself.

A well-formed document is taken as it is. Any other is cut at its entries, and each entry is parsed on its own, its
text fields escaped where publishers forgot to. Only what a feed reader needs is kept, which bounds time and memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from lxml import etree

_ENTRY_START = re.compile(r"<((?:[\w.-]{1,20}:)?(?:item|entry))(?=[\s>/])")
_ROOT_START = re.compile(r"<[^\s>/]+[^>]{0,5000}>")
_NAMESPACE = re.compile(r"xmlns:([\w.-]{1,30})\s*=")
_UNFINISHED = re.compile(r"<[^<>]*$")
#: Prefixes that feeds use without declaring them.
_USUAL = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
#: Start tags, but for their ends, of documents whose own is beyond repair.
_PLAIN = {
    "rss": '<rss version="2.0"',
    "feed": '<feed xmlns="http://www.w3.org/2005/Atom"',
    "rdf": '<rdf:RDF xmlns="http://purl.org/rss/1.0/"',
}
#: Namespaces whose titles and descriptions are those of pictures and programmes.
_FOREIGN = ("http://search.yahoo.com/mrss", "http://www.itunes.com", "https://podcastindex.org")
_HEAD = frozenset({"channel", "title", "link", "item", "entry"})
_KEPT_NAMES = (
    "title link guid id description summary content encoded pubDate published updated date created issued modified origLink"
)
_ENTRY = frozenset(_KEPT_NAMES.split())
#: Fields that hold escaped markup; a tag standing in them openly was meant to be escaped.
_TEXT_FIELDS = ("title", "description", "content:encoded", "link", "guid", "pubDate")
_MAX_ENTRIES = 5_000
_MAX_TAGS = 300_000
_MAX_AMPERSANDS = 300_000
_MAX_TEXT = 400_000
_MAX_INSIDE = 5_000
#: Said of a document without its end: what is missing may come with the next request, so nothing vouches for this one.
CUT_OFF = "cut off before its end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A well-formed document as a tree, and what had to be done for it."""

    root: etree._Element
    #: Address of the site as an RSS channel states it, which its relative links are meant against; else empty.
    site: str
    issues: tuple[str, ...]


def bounded(text: str) -> tuple[str, str | None]:
    """Cut a document that is all signs and no content, before it costs time."""
    for sign, most in (("<", _MAX_TAGS), ("&", _MAX_AMPERSANDS)):
        if text.count(sign) > most:
            at = -1
            for _ in range(most):
                at = text.find(sign, at + 1)
            return text[:at], f"cut after {most} times the sign {sign}"
    return text, None


def mend(text: str) -> Mended | None:
    """Return a document as a well-formed one with what a feed reader needs, or None if there is nothing to keep."""
    issues: list[str] = []
    try:
        root = _parse(text, recover=False)
    except etree.XMLSyntaxError as e:
        issues.append(f"malformed in line {e.lineno}: {_words(e)}")
        if _is_cut_off(text):
            issues.append(CUT_OFF)
        root = _by_entries(text, issues)
    if root is None:
        return None
    n_entries = _prune(root)
    if n_entries > _MAX_ENTRIES:
        issues.append(f"only the first {_MAX_ENTRIES} of {n_entries} entries were read")
    site = root.findtext("channel/link") or "" if _local(root) == "rss" else ""
    return Mended(root=root, site=site.strip(), issues=tuple(issues))


def as_xml(mended: Mended) -> bytes:
    """Return a mended document as bytes of UTF-8."""
    xml: bytes = etree.tostring(mended.root, encoding="utf-8", xml_declaration=True)
    return xml


def _words(error: etree.XMLSyntaxError) -> str:
    return " ".join(str(error.msg or "no reason given").partition(", line ")[0].split())[:120]


def _parse(text: str, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        encoding="utf-8",
    )
    return etree.fromstring(text.encode("utf-8", "ignore"), parser=parser)


def _by_entries(text: str, issues: list[str]) -> etree._Element | None:
    """Parse head and entries of a broken document each on their own."""
    starts = [m.start() for m in _ENTRY_START.finditer(text)][: _MAX_ENTRIES + 1]
    opening = _opening(text)
    head = text[: starts[0]] if starts else text
    rest = head[match.end() :] if (match := _ROOT_START.match(head)) else ""
    root = _parse(opening + _UNFINISHED.sub("", rest), recover=True)
    if root is None:
        return None
    channel = root.find("{*}channel")
    parent = channel if channel is not None and _local(root) == "rss" else root
    for start, end in pairwise([*starts, len(text)]):
        entry = _one_entry(opening, text[start:end])
        if entry is None:
            issues.append("an entry is broken beyond repair")
        else:
            parent.append(entry)
    return root


def _is_cut_off(text: str) -> bool:
    """Tell whether the end tag of the document's root is missing."""
    match = _ROOT_START.match(text)
    name = match[0].strip("</>").split()[0] if match else ""
    return bool(name) and f"</{name}" not in text[-2_000:]


def _opening(text: str) -> str:
    """Return the start tag of the document with every usual prefix declared; where it is broken itself, one like it."""
    match = _ROOT_START.match(text)
    tag = match[0].rstrip("/>") if match else _PLAIN["rss"]
    opening = _with_prefixes(tag)
    try:
        _parse(opening + _closer(opening), recover=False)
    except etree.XMLSyntaxError:
        name = tag[1:].split()[0].rpartition(":")[2].lower()
        return _with_prefixes(_PLAIN.get(name, _PLAIN["rss"]))
    return opening


def _with_prefixes(tag: str) -> str:
    declared = set(_NAMESPACE.findall(tag))
    return tag + "".join(f' xmlns:{p}="{uri}"' for p, uri in _USUAL.items() if p not in declared) + ">"


def _closer(opening: str) -> str:
    return "</" + opening[1:].partition(" ")[0].rstrip(">") + ">"


def _one_entry(opening: str, chunk: str) -> etree._Element | None:
    match = _ENTRY_START.match(chunk)
    if match is None:
        return None
    closing = f"</{match[1]}>"
    end = chunk.rfind(closing)
    if end < 0 and "<title" in chunk and "</title" not in chunk:
        return None  # half a headline is another headline
    whole = chunk[:end] + closing if end >= 0 else _UNFINISHED.sub("", chunk) + closing
    closer = _closer(opening)
    for text, recover in ((whole, False), (_escaped_fields(whole), False), (_escaped_fields(whole), True)):
        try:
            root = _parse(opening + text + closer, recover=recover)
        except etree.XMLSyntaxError:
            continue
        found = next((e for e in root if _local(e) in {"item", "entry"}), None) if root is not None else None
        if found is not None:
            return found
    return None


def _escaped_fields(chunk: str) -> str:
    """Escape the markup that stands openly in text fields."""
    for name in _TEXT_FIELDS:
        start = re.search(rf"<{name}(?:\s[^<>]{{0,500}})?>", chunk)
        end = chunk.find(f"</{name}>", start.end()) if start else -1
        if start and end >= 0:
            inner = chunk[start.end() : end]
            if "<" in inner and not inner.lstrip().startswith("<![CDATA["):
                chunk = chunk[: start.end()] + escape(inner, quote=False).replace("&amp;", "&") + chunk[end:]
    return chunk


def _local(element: etree._Element) -> str:
    # Entity references and other nodes have a function as tag.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _prune(root: etree._Element) -> int:
    """Drop what a feed reader does not need; return how many entries there were."""
    n_entries = 0
    for parent in (root, *root.findall("{*}channel")):
        for child in list(parent):
            name = _local(child)
            n_entries += name in {"item", "entry"}
            if name not in _HEAD or _foreign(child) or (name in {"item", "entry"} and n_entries > _MAX_ENTRIES):
                parent.remove(child)
    for entry in root.iter("{*}item", "{*}entry"):
        for child in list(entry):
            if _local(child) not in _ENTRY or _foreign(child) or _oversized(child):
                entry.remove(child)
    return n_entries


def _foreign(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag[1:].startswith(_FOREIGN)


def _oversized(element: etree._Element) -> bool:
    """Shorten long texts; tell whether the element has more inside than any text would."""
    if element.text and len(element.text) > _MAX_TEXT:
        element.text = element.text[:_MAX_TEXT]
    return len(element) > 0 and sum(1 for _ in _first(element.iter(), _MAX_INSIDE + 1)) > _MAX_INSIDE


def _first(elements: Iterator[etree._Element], n: int) -> Iterator[etree._Element]:
    for _, element in zip(range(n), elements, strict=False):
        yield element
