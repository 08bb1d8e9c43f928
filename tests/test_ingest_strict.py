"""The fast reader of plain RSS reads exactly what feedparser reads, and leaves everything unusual to it."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import prepare
from ingest.fields import read_fields
from ingest.jsonfeed import RawFeed
from ingest.mending import as_xml, bounded, mend
from ingest.strict import read_plain_rss

BASE = "https://primer.example/feed.xml"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
GOLDEN = sorted((Path(__file__).parent / "golden").glob("rss*.xml"))


def both(text: str) -> tuple[RawFeed | None, RawFeed | str]:
    """Return what the two readers make of a well-formed document."""
    mended = mend(prepare(bounded(text)[0]).text)
    assert mended is not None
    assert mended.issues == ()
    return read_plain_rss(mended.root, BASE), read_fields(as_xml(mended), BASE)


def rss(items: str, head: str = "<title>T</title><link>https://site.example/</link>") -> str:
    return f'<rss version="2.0" xmlns:content="{CONTENT}"><channel>{head}{items}</channel></rss>'


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40).map(
    lambda t: "".join(c for c in t if c in "\t\n" or 0x20 <= ord(c) < 0xFDD0)
)
ADDRESSES = st.builds("{}{}".format, st.sampled_from(["https://a.example/", "http://b.example", "HTTP://C.example/x?"]), TEXTS)


@st.composite
def items(draw: st.DrawFn) -> str:
    """Make an entry of fields in any order, some of them left out."""
    fields = {
        "title": st.just("<title>{}</title>"),
        "link": st.just("<link>{}</link>"),
        "guid": st.sampled_from(["<guid>{}</guid>", "<guid isPermaLink=" + quoteattr("false") + ">{}</guid>"]),
        "description": st.just("<description>{}</description>"),
        "content:encoded": st.just("<content:encoded>{}</content:encoded>"),
        "pubDate": st.just("<pubDate>{}</pubDate>"),
    }
    chosen = draw(st.permutations(sorted(fields)))[: draw(st.integers(1, len(fields)))]
    parts = [draw(fields[name]).format(escape(draw(ADDRESSES if name == "link" else TEXTS))) for name in chosen]
    return f"<item>{''.join(parts)}</item>"


@given(st.lists(items(), max_size=4))
def test_the_two_readers_agree(rows: list[str]) -> None:
    """Whatever stands in the fields and in whatever order they come: what the fast one reads is the other's, letter by letter."""
    fast, slow = both(rss("".join(rows)))
    assert fast is None or fast == slow


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_they_agree_on_the_golden_feeds(path: Path) -> None:
    """The documents with known results are read alike, as far as they are plain."""
    text = path.read_text(encoding="utf-8", errors="replace")
    mended = mend(prepare(bounded(text)[0]).text)
    assert mended is not None
    fast = None if mended.issues else read_plain_rss(mended.root, BASE)
    assert fast is None or fast == read_fields(as_xml(mended), BASE)


PLAIN = (
    "<item><title>A</title><link>https://a.example/1</link><guid>1</guid><pubDate>Mon, 23 Nov 2026 14:30 +0100</pubDate></item>"
)


def test_a_plain_feed_is_read_fast() -> None:
    """The usual document does not need feedparser."""
    fast, slow = both(rss(PLAIN * 3))
    assert fast is not None
    assert fast == slow


@pytest.mark.parametrize(
    "unusual",
    [
        "<item><title>A</title><title>B</title></item>",
        "<item><title>A <b>c</b></title></item>",
        '<item xml:base="https://x.example/"><title>A</title></item>',
        "<item><title>A</title><link>/relative</link></item>",
        '<item><title type="html">A</title></item>',
        '<item><title>A</title><dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">2026-11-23</dc:date></item>',
        '<item><title>A</title><link xmlns="http://www.w3.org/2005/Atom" href="https://a.example/"/></item>',
        "<entry><title>A</title></entry>",
    ],
)
def test_what_is_unusual_is_left_to_feedparser(unusual: str) -> None:
    """Doubled, nested, relative, foreign and attributed fields are not guessed at."""
    assert both(rss(PLAIN + unusual))[0] is None
