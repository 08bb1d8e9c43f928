"""The fast reader of plain Atom reads exactly what feedparser reads, and leaves everything unusual to it."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import prepare
from ingest.fields import read_fields
from ingest.jsonfeed import RawFeed
from ingest.mending import as_xml, bounded, mend
from ingest.strict_atom import read_plain_atom

BASE = "https://primer.example/feed.xml"
GOLDEN = sorted(p for p in (Path(__file__).parent / "golden").glob("*.xml") if "<feed" in p.read_text("utf-8", "replace"))


def both(text: str) -> tuple[RawFeed | None, RawFeed | str]:
    """Return what the two readers make of a well-formed document."""
    mended = mend(prepare(bounded(text)[0]).text)
    assert mended is not None
    assert mended.issues == ()
    return read_plain_atom(mended.root, BASE), read_fields(as_xml(mended), BASE)


def atom(entries: str, head: str = '<title>T</title><link href="https://site.example/"/>') -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40).map(
    lambda t: "".join(c for c in t if c in "\t\n" or 0x20 <= ord(c) < 0xFDD0)
)
MARKUP = st.builds("{}{}".format, TEXTS, st.sampled_from(["", "<p>a &amp; b</p>", " &lt;x&gt;", "<b>"]))
ADDRESSES = st.builds("{}{}".format, st.sampled_from(["https://a.example/", "HTTP://C.example/x?a=1&b=", "/r", "x:", ""]), TEXTS)
TYPES = st.sampled_from(["", ' type="text"', ' type="html"', ' type="xhtml"', ' type="text/html"'])


@st.composite
def entries(draw: st.DrawFn) -> str:
    """Make an entry of fields in any order, some of them left out."""
    rel = draw(st.sampled_from(["", ' rel="alternate"', ' rel="self"', ' rel="enclosure"', ' type="text/html"']))
    fields = {
        "title": f"<title{draw(TYPES)}>{escape(draw(MARKUP))}</title>",
        "link": f"<link{rel} href={quoteattr(draw(ADDRESSES))}/>",
        "other": f'<link rel="replies" href={quoteattr(draw(ADDRESSES))}/>',
        "id": f"<id>{escape(draw(ADDRESSES))}</id>",
        "summary": f"<summary{draw(TYPES)}>{escape(draw(MARKUP))}</summary>",
        "content": f"<content{draw(TYPES)}>{escape(draw(MARKUP))}</content>",
        "published": f"<published>{escape(draw(TEXTS))}</published>",
        "updated": f"<updated>{draw(st.sampled_from(['2026-11-23T12:00:00Z', '', ' 23.11.2026 ']))}</updated>",
    }
    chosen = draw(st.permutations(sorted(fields)))[: draw(st.integers(1, len(fields)))]
    return f"<entry>{''.join(fields[name] for name in chosen)}</entry>"


@given(st.lists(entries(), max_size=4))
def test_the_two_readers_agree(rows: list[str]) -> None:
    """Whatever stands in the fields and in whatever order they come: what the fast one reads is the other's, letter by letter."""
    fast, slow = both(atom("".join(rows)))
    assert fast is None or fast == slow


@given(TEXTS, ADDRESSES)
def test_they_agree_on_the_head(title: str, site: str) -> None:
    """Title and site of the feed are read alike."""
    fast, slow = both(atom(PLAIN, f"<title>{escape(title)}</title><link href={quoteattr(site)}/>"))
    assert fast is None or fast == slow


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_they_agree_on_the_golden_feeds(path: Path) -> None:
    """The documents with known results are read alike, as far as they are plain."""
    mended = mend(prepare(bounded(path.read_text(encoding="utf-8", errors="replace"))[0]).text)
    assert mended is not None
    fast = None if mended.issues else read_plain_atom(mended.root, BASE)
    assert fast is None or fast == read_fields(as_xml(mended), BASE)


PLAIN = (
    '<entry><title>A</title><link href="https://a.example/1"/><id>tag:a.example,2026:1</id>'
    '<updated>2026-11-23T14:30:00+01:00</updated><summary type="html">&lt;p&gt;b&lt;/p&gt;</summary></entry>'
)


def test_a_plain_feed_is_read_fast() -> None:
    """The usual document does not need feedparser."""
    fast, slow = both(atom(PLAIN * 3))
    assert fast is not None
    assert len(fast.entries) == 3
    assert fast == slow


@pytest.mark.parametrize(
    "unusual",
    [
        "<entry><title>A</title><id>https://a.example/1</id></entry>",
        '<entry><title>A</title><title>B</title><link href="https://a.example/1"/></entry>',
        '<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A</div></title><link href="https://a.example/1"/></entry>',
        '<entry xml:base="https://x.example/"><title>A</title><link href="https://a.example/1"/></entry>',
        '<entry><title>A</title><link href="/relative"/></entry>',
        '<entry><title>A</title><link href="https://a.example/1"/><content src="https://a.example/2"/></entry>',
        '<entry><title>A</title><link href="https://a.example/1"/><link href="https://a.example/2"/></entry>',
    ],
)
def test_what_is_unusual_is_left_to_feedparser(unusual: str) -> None:
    """Missing, doubled, nested, relative and attributed fields are not guessed at."""
    assert both(atom(PLAIN + unusual))[0] is None
