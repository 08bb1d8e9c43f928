"""Parsing: golden feeds with what they should come to, and documents that are no feeds."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.parse import ParsedFeed, parse, parse_in_thread
from tension.errors import ParseError
from tension.model import CachingInfo, Feed, RetrievedFeed

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(p for p in GOLDEN.iterdir() if not p.name.endswith(".expected.json"))
URL = "https://primer.example/feed.xml"


def feed(language: str = "sr", country: str = "RS") -> Feed:
    return Feed(
        id="golden-feed", outlet="O", url=URL, language=language, script=None, country=country, family="f", side="s", kind="daily"
    )


def retrieved(content: bytes, charset: str | None = None) -> RetrievedFeed:
    return RetrievedFeed(
        feed_id="golden-feed",
        url=URL,
        status=200,
        content=content,
        media_type=None,
        charset=charset,
        caching=CachingInfo(),
        retrieved_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


def read(content: bytes | str, language: str = "sr", country: str = "RS", charset: str | None = None) -> ParsedFeed:
    data = content.encode() if isinstance(content, str) else content
    return parse(retrieved(data, charset), feed(language, country))


def rss(items: str, head: str = "") -> str:
    return f'<rss version="2.0"><channel><title>T</title>{head}{items}</channel></rss>'


def item(title: str = "Naslov", rest: str = "") -> str:
    return f"<item><title>{title}</title>{rest}</item>"


def plain(entry: Any) -> dict[str, str]:
    """Return an entry as the golden files state it: without what it does not have."""
    rows = {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(entry).items()}
    return {k: v for k, v in rows.items() if v not in {None, ""} and k != "feed_id"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_golden_feed_comes_to_what_is_written_beside_it(path: Path) -> None:
    """Format, encoding, title, issues and every field of every entry are exactly as stated."""
    expected = json.loads((GOLDEN / f"{path.stem}.expected.json").read_text(encoding="utf-8"))
    got = read(path.read_bytes(), expected["language"], expected["country"], expected["charset"])
    assert {
        "language": expected["language"],
        "country": expected["country"],
        "charset": expected["charset"],
        "version": got.version,
        "encoding": got.encoding,
        "title": got.title,
        "base_url": got.base_url,
        "issues": list(got.issues),
        "entries": [plain(e) for e in got.entries],
    } == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the answer is empty"),
        (b" \r\n\t ", "the answer is empty"),
        (b"\xef\xbb\xbf", "the answer is empty"),
        (b"<!doctype html><html><head><title>Sa\xc4\x8dekajte &amp; dr.</title>", "a web page titled 'Sačekajte & dr.'"),
        (b"<!-- x --><HTML><body>rss</body></HTML>", "a web page, not a feed"),
        (b"Forbidden", "plain text, not a feed"),
        (b'{"error": "no"}', "a JSON document that is no JSON Feed"),
        (b"[1, 2]", "a JSON document that is no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/ver', "a broken JSON document"),
        (b'<?xml version="1.0"?><urlset><url/></urlset>', "an XML document of type <urlset>, not a feed"),
        (b"<opml><body/></opml>", "an XML document of type <opml>, not a feed"),
        (
            b"<rss><item><pubDate>23.11.2026.</pubDate></item></rss>",
            "none of its 1 entries can be used: an entry without a title",
        ),
    ],
)
def test_what_is_no_feed_is_called_by_its_name(content: bytes, words: str) -> None:
    """The operator learns what came instead of a feed."""
    with pytest.raises(ParseError) as caught:
        read(content)
    assert words in str(caught.value)
    assert caught.value.feed_id == "golden-feed"


def test_a_feed_without_entries_is_a_feed() -> None:
    """An empty channel is an answer, and it is remarked on."""
    got = read(rss(""))
    assert (got.entries, got.issues, got.title) == ((), ("the feed has no entries",), "T")


@pytest.mark.parametrize(
    ("language", "text", "encoding"),
    [
        ("sr", "Саобраћај преко прелаза Јариње поново је успостављен", "windows-1251"),
        ("sr", "Saobraćaj preko prelaza ponovo je uspostavljen, šta dalje", "windows-1250"),
        ("bs", "Žurka na trgu, čekanje na graničnom prijelazu šest sati", "iso-8859-2"),
        ("mk", "Ќе се отвори нов граничен премин кај Струга", "windows-1251"),
        ("bg", "Нов граничен пункт ще бъде открит", "iso-8859-5"),
        ("el", "Ένταση στα σύνορα ύστερα από επεισόδιο", "windows-1253"),
        ("el", "Ήρεμη ημέρα στο Αιγαίο, λένε οι ψαράδες", "iso-8859-7"),
        ("tr", "Sınır kapısında geçişler yeniden başladı, şoförler bekliyor", "windows-1254"),
        ("tr", "Işıklar söndü, görüşmeler sürüyor", "iso-8859-9"),
        ("hu", "Őszi ülésszak: bővül a határátkelő", "windows-1250"),
        ("sq", "Vendimi për targat hyn në fuqi, thotë policia e kufirit", "windows-1252"),
    ],
)
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", None])
def test_misdeclared_encodings_are_found_by_the_language(language: str, text: str, encoding: str, declared: str | None) -> None:
    """Text is decoded by what it is: the letters of the feed's language decide, not the declaration."""
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    got = read((head + rss(item(text))).encode(encoding), language)
    assert got.entries[0].title == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_all_widths_is_read(encoding: str) -> None:
    """With and without a byte order mark."""
    assert read(rss(item("Ђурђевдан у Нишу")).encode(encoding)).entries[0].title == "Ђурђевдан у Нишу"


def test_a_few_broken_characters_do_not_change_the_encoding() -> None:
    """A stray byte in good UTF-8 stays a stray byte."""
    got = read(rss(item("Шест особа лакше повређено у судару код Ћуприје" + "\x00")).encode().replace(b"\x00", b"\xe9"))
    assert got.entries[0].title == "Шест особа лакше повређено у судару код Ћуприје\ufffd"
    assert got.issues == ("broken characters: 1",)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A &amp;amp; B", "A & B"),
        ("3 &lt; 4 &amp; 5 &gt; 4", "3 < 4 & 5 > 4"),
        ("<![CDATA[<b>Bold</b> i <i>kosi</i>na]]>", "Bold i kosina"),
        ("<![CDATA[A & B &amp; C &#8211; D]]>", "A & B & C – D"),
        ("&lt;![CDATA[Dvostruko]]&gt;", "Dvostruko"),
        ("Red\n   u\tdva  dela\u00a0", "Red u dva dela"),
        ("&#150;&#x2013;&ndash;&nepoznat;", "–––&nepoznat;"),
        ("Meki\u00ad prelom\u0007", "Meki prelom"),
        ("<![CDATA[<script>alert(1)</script>Tekst<style>p{}</style>]]>", "Tekst"),
    ],
)
def test_titles_become_plain_text(title: str, text: str) -> None:
    """Markup goes, entities open, white space folds, scripts vanish; nothing else changes."""
    assert read(rss(item(title))).entries[0].title == text


def test_external_and_own_entities_are_never_resolved(tmp_path: Path) -> None:
    """Neither a file of this machine nor a growing entity gets into a text."""
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    kind = f'<!DOCTYPE rss [<!ENTITY l0 "ha"><!ENTITY x SYSTEM "{secret.as_uri()}">{bomb}]>'
    got = read(kind + rss(item("A &x; &l11; B")))
    assert got.entries[0].title == "A &x; &l11; B"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://a.example/x?a=1&amp;b=2", "https://a.example/x?a=1&b=2"),
        ("https://a.example/x?a=1&b=2", "https://a.example/x?a=1&b=2"),
        ("<![CDATA[ https://a.example/x?a=1&b=2 ]]>", "https://a.example/x?a=1&b=2"),
        ("/vest/1", "https://site.example/vest/1"),
        ("vest/1", "https://site.example/lat/vest/1"),
        ("//b.example/1", "https://b.example/1"),
        ("javascript:alert(1)", None),
        ("mailto:a@a.example", None),
        ("", None),
    ],
)
def test_links_are_absolute_web_addresses_or_nothing(link: str, expected: str | None) -> None:
    """Relative links are meant against the site of the channel."""
    got = read(rss(item(rest=f"<link>{link}</link>"), head="<link>https://site.example/lat/</link>"))
    assert got.entries[0].link == expected


def test_pictures_do_not_speak_for_the_entry() -> None:
    """Titles, descriptions and contents of media elements are not the entry's."""
    inside = "<m:title>Slika</m:title><m:description>Opis</m:description>"
    media = f'<m:content xmlns:m="http://search.yahoo.com/mrss/" url="x">{inside}</m:content>'
    got = read(rss(f"<item>{media}<title>Naslov</title>{media}<description>Tekst</description>{media}</item>"))
    assert plain(got.entries[0]) == {"title": "Naslov", "summary": "Tekst"}


def test_a_bad_entry_costs_only_itself() -> None:
    """Of a broken document every entry that can be read is read."""
    broken = "<item><title>Loš <b>naslov</title><description><p>a<p>b</description></item>"
    many = "".join(item(f"Vest {n}") + broken for n in range(300))
    got = read(rss(many))
    assert [e.title for e in got.entries[::2]] == [f"Vest {n}" for n in range(300)]
    assert {e.title for e in got.entries[1::2]} == {"Loš naslov"}
    assert any(i.startswith("malformed in line 1") for i in got.issues)


def test_undeclared_prefixes_are_understood() -> None:
    """A feed that uses content: and dc: without declaring them loses neither."""
    got = read(rss(item(rest="<content:encoded><![CDATA[<p>Telo</p>]]></content:encoded><dc:date>2026-11-23</dc:date>")))
    assert plain(got.entries[0]) == {"title": "Naslov", "body": "Telo", "published_date": "2026-11-23"}


def test_an_archive_is_bounded() -> None:
    """No document yields more than five thousand entries, and it is said that more were there."""
    got = read(rss("".join(item(str(n)) for n in range(5_003))))
    assert (len(got.entries), got.issues) == (5_000, ("only the first 5000 of 5003 entries were read",))


def test_repeated_issues_are_told_once() -> None:
    """Ten entries without title are one remark with a number."""
    assert read(rss(item() + item("") * 10)).issues == ("10 times: an entry without a title was left out",)


def test_parsing_in_a_thread_comes_to_the_same() -> None:
    """The event loop's way in differs in nothing."""
    data = retrieved(rss(item()).encode())
    assert asyncio.run(parse_in_thread(data, feed())) == parse(data, feed())


HOSTILE = {
    "less-than signs": b"<" * 1_000_000,
    "open tags": b"<a>" * 300_000,
    "open entries": b"<item>" * 150_000,
    "open sections": b"<![CDATA[" * 100_000,
    "ampersands": b"&" * 1_000_000,
    "comments": b"<!--" * 250_000,
    "instructions": b"<?x " * 250_000,
    "quotes": b'<a b="' * 150_000,
    "attributes": b"<a " + b" ".join(b'x%d="1"' % n for n in range(100_000)) + b"/>",
    "one long title": b"<item><title>" + b"a " * 500_000,
    "deep markup": b"<item><title>b</title><description>" + b"&lt;div&gt;" * 90_000 + b"</description></item>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_neither_hang_nor_hide_the_entry_before(name: str) -> None:
    """What was good before the flood began is still read."""
    got = read(b'<rss version="2.0"><channel>' + item("Vest").encode() + HOSTILE[name])
    assert got.entries[0].title == "Vest"


FRAGMENTS = [
    b'<?xml version="1.0" encoding="windows-1251"?>',
    b"<!DOCTYPE a [",
    b"]>",
    b"<rss version='2.0'><channel>",
    b"<feed xmlns='http://www.w3.org/2005/Atom'>",
    b"<rdf:RDF>",
    b"<item>",
    b"</item>",
    b"<entry><title type='xhtml'>",
    b"<title>",
    b"</title>",
    b"<link href='",
    b"<link>http://[",
    b"</link>",
    b"<pubDate>99.99.9999 99:99",
    b"<![CDATA[",
    b"]]>",
    b"&#xD800;",
    b"&#0;",
    b"&amp;nbsp;",
    b"\x00\xff\xfe",
    b'{"version":"https://jsonfeed.org/version/1.1","items":[',
    b'{"title":"x","url":"http://[","date_published":"0000-00-00"}',
    b"]}",
]


@given(st.binary(max_size=300) | st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=8), max_size=20).map(b"".join))
def test_no_bytes_raise_anything_but_parse_error(content: bytes) -> None:
    """Whatever arrives is a feed or a ParseError, and every entry has a title and dates that agree."""
    try:
        got = read(content)
    except ParseError:
        return
    for entry in got.entries:
        assert entry.title.strip()
        assert entry.published_at is None or entry.published_date is not None


def twice_encoded(text: str) -> bool:
    """Tell whether a text looks like UTF-8 that was taken for Latin-1, which is mended on purpose."""
    try:
        return text.encode("latin-1").decode() != text
    except UnicodeError:
        return False


def test_text_that_was_encoded_twice_is_mended() -> None:
    """UTF-8 that a publisher took for Latin-1 and encoded again is read as what it was."""
    assert read(rss(item("Niš čeka".encode().decode("latin-1")))).entries[0].title == "Niš čeka"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zs", "Zl", "Zp"]), min_size=1, max_size=60))
def test_an_escaped_title_comes_back_as_it_was(title: str) -> None:
    """What a publisher escapes once as XML and once as HTML is what the reader reads, letter by letter."""
    assume(not twice_encoded(title))
    assert read(rss(item(escape(escape(title))))).entries[0].title == title


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("<title>Vest</title>", "Vest"),
        ("<title></title><description>Prva rečenica.&lt;br/&gt;Druga.</description>", "Prva rečenica."),
        ("<title>&lt;!SCDATA[Most je zatvoren]]&gt;</title>", "SCDATA Most je zatvoren"),
        ("<link>https://a.example/vesti/2026/most-je-opet-otvoren-4711.html</link>", "most je opet otvoren"),
        ("<link>https://a.example/vesti/4711</link>", "a.example/vesti/4711"),
        ("<title> </title><link>/vesti/%D0%BC%D1%98-%D1%98%D0%B5-%D0%BD%D0%B0/</link>", "мј је на"),
    ],
)  # fmt: skip
def test_an_entry_goes_by_the_nearest_thing_to_a_headline(item: str, title: str) -> None:
    """Its title, else its first words, else the words of its address: what was published is not called silence."""
    assert [e.title for e in read(rss(f"<item>{item}</item>")).entries] == [title]


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_a_broken_json_feed_is_read_item_by_item(n: int) -> None:
    """What is cut off, doubled or out of place costs its own item alone, and is remarked on."""
    rows = [
        {"id": str(k), "url": f"https://a.example/{k}", "title": f"Vest {k}", "authors": [{"name": "A"}]} for k in range(n + 1)
    ]
    whole = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": rows})
    cut = whole[: whole.rindex('"title"')].encode()
    if n:
        got = read(cut)
        assert ([e.title for e in got.entries], got.version) == ([f"Vest {k}" for k in range(n)], "json11")
        assert got.issues == ("malformed: a broken JSON document, read item by item",)
        assert len(read(whole.replace('"authors"', ',"authors"', 1).encode()).entries) >= n
    else:
        with pytest.raises(ParseError, match="a broken JSON document"):
            read(cut)
    assert len(read(f"callback({whole});".encode()).entries) == n + 1


def test_a_fault_of_ours_costs_one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever our own code fails of, the feed fails in words that say so, and the round goes on."""

    def fail(*_: object) -> None:
        raise ValueError("no such sign")

    monkeypatch.setattr("ingest.parse._raw_feed", fail)
    with pytest.raises(ParseError, match="a fault of Karaula: ValueError: no such sign"):
        read(rss("<item><title>Vest</title></item>"))
