"""Addresses of articles: one to follow, one to compare. Pure and idempotent.

The address to follow is tidied only where that cannot break it. The address to compare goes further: `www.`, `m.` and
AMP variants of one page are one page. (courlan is not used for this: its tracker patterns also drop parameters that
name the article on sites of the region, and its repair of doubled addresses follows addresses inside a query.)
"""

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from tension import assets

_PORTS = {"http": 80, "https": 443}
_ESCAPED = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE_PATH = "/!$&'()*+,;=:@~%"
_SAFE_QUERY = "/!$'()*+,;=:@~%?"
_SLASHES = re.compile(r"/{2,}")
_DOTS = re.compile(r"/\.(?=/|$)")
_AMP_PATH = re.compile(r"/amp(?=/|$)|(?<=\.)amp\.(?=html?$)", re.IGNORECASE)
_VARIANTS = ("www.", "m.", "amp.", "mobile.")
_MAX_LENGTH = 2_000
#: What most addresses are: nothing to tidy in them. Host, and path without escapes, empty or dotted parts.
_SEGMENT = "[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_PLAIN = re.compile(rf"https?://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(/(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?)")


def is_plain(link: str) -> bool:
    """Tell whether an address is absolute and already as `tidy_url` would return it, at a glance."""
    return len(link) <= _MAX_LENGTH and _PLAIN.fullmatch(link) is not None


def tidy_url(link: str, base: str = "") -> str | None:
    """Return an address to follow: absolute, without fragment, tracking parameters and `..`; None if it is none.

    >>> tidy_url("../a?utm_source=rss&id=7#top", "https://www.Example.com/x/y")
    'https://www.example.com/a?id=7'
    """
    if is_plain(link):
        return link
    stated = "".join(c for c in link.strip() if c.isprintable())
    try:
        parts = urlsplit(urljoin(base, stated))
        host, port = _host(parts), parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    netloc = host if port in {None, _PORTS[parts.scheme]} else f"{host}:{port}"
    url = urlunsplit((parts.scheme, netloc, _path(parts.path), _query(parts.query), ""))
    return url if len(url) <= _MAX_LENGTH else None


def canonical_url(link: str, base: str = "") -> str | None:
    """Return the address under which sightings of one page meet; for comparing, not for following.

    >>> canonical_url("http://m.example.com/a/amp/?fbclid=1")
    'https://example.com/a'
    """
    tidy = tidy_url(link, base)
    if tidy is None:
        return None
    netloc, path, query = _parts(tidy)
    while (prefix := next((v for v in _VARIANTS if netloc.startswith(v)), None)) and "." in netloc.removeprefix(prefix):
        netloc = netloc.removeprefix(prefix)
    path = path.rstrip("/")
    while _AMP_PATH.search(path):
        path = _path(_AMP_PATH.sub("", path)).rstrip("/")
    query = "&".join(sorted(query.split("&"))) if query else ""
    return urlunsplit(("https", netloc, path, query, ""))


def _parts(tidy: str) -> tuple[str, str, str]:
    """Return host, path and query of a tidy address."""
    if match := _PLAIN.fullmatch(tidy):
        return match[1], match[2], ""
    parts = urlsplit(tidy)
    return parts.netloc, parts.path, parts.query


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    if ":" in host:
        return f"[{host}]"
    try:
        ascii_host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return ""
    # What is left must look like a host: `urlsplit` lets anything through.
    return ascii_host if re.fullmatch(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", ascii_host) else ""


def _path(path: str) -> str:
    """Return a path without `.`, `..` and doubled slashes, with escapes in one notation."""
    kept: list[str] = []
    plain = _SLASHES.sub("/", _same_escapes(path, _SAFE_PATH))
    for part in plain.split("/"):
        if part == "..":
            kept = kept[:-1] if len(kept) > 1 else kept
        elif part != ".":
            kept.append(part)
    ended = plain.endswith(("/", "/.", "/.."))
    return "/" + "/".join(p for p in kept if p) + ("/" if ended and any(kept) else "")


def _same_escapes(text: str, safe: str) -> str:
    def normal(match: re.Match[str]) -> str:
        char = unquote(match[0], errors="replace")
        return char if char in _UNRESERVED else match[0].upper()

    return re.sub(r"%(?![0-9a-fA-F]{2})", "%25", _ESCAPED.sub(normal, quote(text, safe=safe)))


def _query(query: str) -> str:
    kept = [p for p in query.replace("&amp;", "&").split("&") if p and not _is_tracking(p)]
    return _same_escapes("&".join(kept), _SAFE_QUERY + "&")


def _is_tracking(parameter: str) -> bool:
    name, _, value = unquote(parameter).lower().partition("=")
    prefixes, names, values = _tracking()
    return name in names or name.startswith(prefixes) or value in values.get(name, ())


@lru_cache(maxsize=1)
def _tracking() -> tuple[tuple[str, ...], frozenset[str], dict[str, list[str]]]:
    data = assets.read_toml("feeds", "tracking.toml")
    return tuple(data["prefixes"]), frozenset(data["names"]), data["values"]
