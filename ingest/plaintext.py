"""Markup to plain text: tags and scripts go, entities open, white space folds, words stay."""

import html
import re

from lxml import etree
from lxml.html import HTMLParser, fragments_fromstring

#: Something that is markup, not a stray sign: a tag, a comment, an entity.
_TAG = re.compile(r"<[a-zA-Z/!?]")
#: Without any of these there is neither markup nor an entity.
_MARKS = re.compile(r"[<&]|\]\]>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\s*\n\s*")
_BLOCK_NAMES = (
    # Block elements of HTML, which end a line.
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p"
    " pre section table td th tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
#: Elements whose text no reader sees.
_UNSEEN = ("script", "style", "template", "noscript", "iframe", "object", "svg", "head")
#: Markup beyond this is no summary of anything; what follows is cut before it costs time.
_MAX_MARKUP = 400_000
#: Nor has any summary more elements beside each other.
_MAX_PARTS = 20_000


def to_plain(markup: str) -> str:
    r"""Return the text of an HTML fragment, paragraphs on lines of their own.

    >>> to_plain("<p>Two&nbsp;words<script>x()</script></p><p>A &amp; B, 3 < 4</p>")
    'Two words\nA & B, 3 < 4'
    """
    # Printable text has no signs of control and no space but the plain one.
    if markup.isprintable() and len(markup) <= _MAX_MARKUP and not _MARKS.search(markup):
        return _SPACE.sub(" ", markup).strip()
    text = _CDATA.sub("", markup[:_MAX_MARKUP])
    if _TAG.search(text):
        text = _without_tags(text)
    # Twice escaped text is common: "&amp;quot;" in the feed is "&quot;" here.
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    text = _CONTROL.sub("", text).replace("\u00ad", "")
    return _BREAKS.sub("\n", _SPACE.sub(" ", text)).strip()


def to_line(markup: str) -> str:
    """Return the text of an HTML fragment on one line, as headlines are."""
    return to_plain(markup).replace("\n", " ")


def _without_tags(markup: str) -> str:
    # An own parser each time: they are cheap, and not to be shared between threads.
    parser = HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False, encoding="utf-8")
    try:
        parts = fragments_fromstring(markup.encode("utf-8", "ignore"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return re.sub(r"<[^>]{0,2000}>", " ", markup)
    return "".join(part if isinstance(part, str) else _text_of(part) for part in parts[:_MAX_PARTS])


def _text_of(root: etree._Element) -> str:
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    if root.tag in _UNSEEN:
        return root.tail or ""
    for element in root.iter(*_BLOCKS):
        # The tree gives signs of control that it was made with, and takes none back.
        element.text = "\n" + _CONTROL.sub("", element.text or "")
        element.tail = "\n" + _CONTROL.sub("", element.tail or "")
    return "".join(map(str, root.itertext())) + (root.tail or "")
