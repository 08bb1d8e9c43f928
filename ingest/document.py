"""Make a decoded feed document safe and well-formed enough to be parsed, in one linear pass, losing no item.

Document types go (no entity is ever resolved), named entities of HTML become characters, stray ampersands are
escaped, and what a server printed before the document is cut off.
"""

import html
import re
from dataclasses import dataclass

#: Local names of the elements that feeds begin with.
FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_FEED_START = re.compile(r"<\?xml[\s?]|<(?:[A-Za-z][\w.-]{0,20}:)?(?:rss|feed|RDF|channel)[\s>]")
_ROOT = re.compile(r"<((?:[^\W\d]|_)[\w.:-]{0,80})")
#: Ampersands that are not one of the five that XML knows.
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{0,31};)?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: What a server may print before the document begins: warnings, blank lines, comments.
_MAX_JUNK = 20_000
_CDATA, _CDATA_END = "<![CDATA[", "]]>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document ready for the parser."""

    #: Without declaration and document type.
    text: str
    #: Name of the first element without prefix, lower case; empty where there is none.
    root: str
    issue: str | None = None


def prepare(text: str) -> Document:
    """Return a document without prolog, with every entity opened or escaped."""
    body, issue = _without_junk(text)
    start = _skip_prolog(body)
    match = _ROOT.match(body, start)
    root = match[1].rpartition(":")[2].lower() if match else ""
    if root not in FEED_ROOTS:
        return Document(text="", root=root, issue=issue)
    return Document(text=_escape(body[start:]), root=root, issue=issue)


def readings(text: str) -> tuple[str, str, str]:
    """Return a document without prolog, its entities opened or escaped; the same as it came; and with its prolog.

    None of them declares entities.
    """
    body = text.lstrip()
    start = _skip_prolog(body)
    return _escape(body[start:]), _disarmed(body[start:]), _disarmed(body)


def _without_junk(text: str) -> tuple[str, str | None]:
    body = text.lstrip()
    start = _skip_prolog(body)
    match = _ROOT.match(body, start)
    if (match and match[1].lower() == "html") or (match and match[1].rpartition(":")[2].lower() in FEED_ROOTS):
        return body, None
    found = _FEED_START.search(body, 0, _MAX_JUNK)
    if found and found.start():
        return body[found.start() :], "text stands before the feed"
    return body, None


def _skip_prolog(text: str) -> int:
    """Return where the first element should begin: behind declarations, comments and document types."""
    at = 0
    while True:
        at += len(text[at : at + _MAX_JUNK]) - len(text[at : at + _MAX_JUNK].lstrip())
        if text.startswith("<?", at):
            end = text.find("?>", at) + 2
            # A declaration has no tag in it: where one begins, its own end was lost.
            tag = text.find("<", at + 2, max(end, 0))
            end = tag if tag > 0 else end
        elif text.startswith("<!--", at):
            end = text.find("-->", at) + 3
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            end = _doctype_end(text, at)
        else:
            return at
        if end <= at:
            return at
        at = end


def _doctype_end(text: str, at: int) -> int:
    """Return the position behind a document type with its internal subset; 0 where it never ends."""
    depth, quote = 0, ""
    for position in range(at, len(text)):
        c = text[position]
        if quote:
            quote = "" if c == quote else quote
        elif c in "\"'":
            quote = c
        elif c == "[":
            depth += 1
        elif c == "]":
            depth -= 1
        elif c == ">" and depth <= 0:
            return position + 1
    return 0


def _escape(text: str) -> str:
    """Escape ampersands outside CDATA sections; close a section that never ends."""
    parts: list[str] = []
    at = 0
    while True:
        start = text.find(_CDATA, at)
        if start < 0:
            parts.append(_escape_plain(text[at:]))
            return "".join(parts)
        end = text.find(_CDATA_END, start)
        parts.append(_escape_plain(text[at:start]))
        if end < 0:
            parts.append(_escape_plain(text[start + len(_CDATA) :]))
            return "".join(parts)
        at = end + len(_CDATA_END)
        parts.append(text[start:at])


def _escape_plain(text: str) -> str:
    return _disarmed(_AMPERSAND.sub(_opened, text))


def _disarmed(text: str) -> str:
    # A document type or entity declaration behind the prolog is no XML; parsers that mend markup still heed it.
    return text.replace("<!ENTITY", "&lt;!ENTITY").replace("<!DOCTYPE", "&lt;!DOCTYPE")


def _opened(match: re.Match[str]) -> str:
    if not match[1]:
        return "&amp;"
    opened = html.unescape(match[0])
    if opened == match[0]:
        return "&amp;" + match[1]
    return html.escape(_FORBIDDEN.sub("", opened), quote=True)
