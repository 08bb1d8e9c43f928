"""The private feed of a watch: RSS 2.0, one item a firing. Pure."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from tension.watches import names
from tension.watches.firing import Firing
from tension.watches.message import address, first_report, message, plain
from tension.watches.watch import Watch

#: Items that a feed holds.
MOST_ITEMS = 100


def rss(watch: Watch, fired: Sequence[tuple[datetime, Firing]], link: str) -> bytes:
    """Return the feed of a watch.

    Args:
        watch: whose it is.
        fired: when it fired, newest first.
        link: address of the dashboard.
    """
    root = etree.Element("rss", version="2.0")
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", f"Karaula: {plain(watch.name)}")
    _add(channel, "link", address(link) or "http://127.0.0.1/")
    _add(channel, "description", f"A watch over {names.scope(watch.scope)}; private, the address is a key to it.")
    _add(channel, "language", "en")
    _add(channel, "generator", "Karaula")
    if fired:
        _add(channel, "lastBuildDate", format_datetime(fired[0][0], usegmt=True))
    for at, firing in fired[:MOST_ITEMS]:
        item = etree.SubElement(channel, "item")
        _add(item, "title", plain(firing.cause))
        report = first_report(firing)
        if report is not None:
            _add(item, "link", str(report.url))
        _add(item, "description", _html(message(watch, [firing]).body))
        _add(item, "pubDate", format_datetime(at, usegmt=True))
        _add(item, "guid", f"karaula:{watch.id}:{firing.key}").set("isPermaLink", "false")
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return made


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, name)
    child.text = text
    return child


def _html(text: str) -> str:
    """Return plain text as the HTML that readers take a description for."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<br/>".join(escaped.splitlines())
