"""Where a site says its feeds are: links of its page's head, else the usual paths. Pure; nothing here asks anybody.

The page is a stranger's: it is parsed up to a limit, no entity or script of it is heeded, and of what it names only
web addresses are kept, few of them. Whether they may be asked is decided where they are asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml import etree, html

from ingest.plaintext import to_line

#: So many feeds of one page are looked at.
MOST = 12
#: Heads are short; what stands behind this is no head any more.
_MAX_BYTES = 1024 * 1024
_MAX_TITLE, _MAX_ADDRESS = 120, 2_000
_TYPES = frozenset({
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json",
    "application/x.atom+xml", "application/x-atom+xml", "text/xml", "application/xml",
})  # fmt: skip
#: Where feeds are when nobody says so, the commonest first.
USUAL_PATHS = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that may be a feed's."""

    url: str
    #: What the page calls it; empty for a usual path.
    title: str = ""


def links(page: bytes, url: str) -> tuple[Link, ...]:
    """Return the feeds that a page names in its head, in its order, each address once.

    Args:
        page: as it came.
        url: address that answered.
    """
    try:
        root = html.document_fromstring(page[:_MAX_BYTES], parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    base = _base(root, url)
    found: dict[str, Link] = {}
    for element in root.iter("link"):
        if len(found) == MOST:
            break
        relations = (element.get("rel") or "").lower().split()
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if ("alternate" in relations and kind in _TYPES) or "feed" in relations:
            address = _address(base, element.get("href") or "")
            if address:
                title = to_line(element.get("title") or "")[:_MAX_TITLE]
                found.setdefault(address, Link(url=address, title=title))
    return tuple(found.values())


def _base(root: html.HtmlElement, url: str) -> str:
    for element in root.iter("base"):
        return _address(url, element.get("href") or "") or url
    return url


def _address(base: str, href: str) -> str:
    """Return a link as a web address, or nothing."""
    stated = "".join(c for c in href.strip() if c.isprintable())
    if not stated or len(stated) > _MAX_ADDRESS:
        return ""
    try:
        joined = urlsplit(urljoin(base, stated))
        good = joined.scheme in {"http", "https"} and bool(joined.hostname) and not joined.username
        return urlunsplit(joined._replace(fragment="")) if good else ""
    except ValueError:
        return ""


def usual(url: str) -> Iterator[Link]:
    """Yield the usual places of a site's feed: at the address itself, where it is a folder, and at the site's root."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    folder = root + parts.path.strip("/") + "/" if parts.path.strip("/") else root
    bases = [root] if folder == root else [folder, root]
    yield from (Link(url=base + path) for base in bases for path in (USUAL_PATHS if base == root else USUAL_PATHS[:2]))


def site_address(text: str) -> str:
    """Return what somebody typed as a web address.

    >>> site_address("primer.example"), site_address(" http://primer.example/a ")
    ('https://primer.example', 'http://primer.example/a')

    Raises:
        ValueError: it is none.
    """
    stated = text.strip()
    address = stated if "://" in stated else f"https://{stated}"
    parts = urlsplit(address)
    # Reading the port is what finds it to be none.
    odd = parts.username or " " in address or parts.port == 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or odd:
        raise ValueError(f"{stated[:200]!r} is not the address of a site")
    return address
