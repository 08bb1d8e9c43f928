# ruff: noqa: E501 - documents are written as they come
"""Hostile and broken documents, made by families: no crash, no hang, bounded memory, and never fewer items than feedparser.

Run as a script it parses all of them once and prints how many there were and how much memory that took.
"""

import gzip
import io
import json
import random
import resource
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import feedparser
import pytest

from ingest.bodies import BodyError, unpack
from ingest.parse import OUR_FAULT, parse
from tension.errors import ParseError
from tension.model import CachingInfo, Feed, RetrievedFeed

#: Nothing may take longer; an alarm ends it.
HANG_S = 5
MEMORY_MB = 300

TITLES = {
    "sr": "Саобраћај преко прелаза Јариње поново успостављен",
    "hr": "Čekanje na graničnom prijelazu šest sati, kažu vozači",
    "sq": "Vendimi për targat hyn në fuqi, thotë policia e kufirit",
    "mk": "Ќе се отвори нов граничен премин кај Струга",
    "bg": "Нов граничен пункт ще бъде открит догодина",
    "el": "Ένταση στα σύνορα ύστερα από επεισόδιο",
    "tr": "Sınır kapısında geçişler yeniden başladı, şoförler bekliyor",
    "ro": "Șoferii așteaptă la graniță, spun autoritățile",
    "hu": "Őszi ülésszak: bővül a határátkelő",
    "sl": "Čakalna doba na meji: šest ur, pravijo vozniki",
    "en": "Lorries wait at the crossing – “six hours”, drivers say",
}
ENCODINGS = {
    "sr": "windows-1251", "hr": "windows-1250", "sq": "windows-1252", "mk": "windows-1251", "bg": "windows-1251",
    "el": "windows-1253", "tr": "windows-1254", "ro": "iso-8859-16", "hu": "windows-1250", "sl": "windows-1250",
    "en": "windows-1252",
}  # fmt: skip
DATES = [
    "Mon, 23 Nov 2026 14:30:00 +0100", "Mon, 23 Nov 2026 14:30 CET", "23.11.2026. 14:30", "23. 11. 2026.", "23 Νοε 2026",
    "Δευτέρα, 23 Νοεμβρίου 2026", "23 Kasım 2026 14:30", "23 kas 2026", "23 studenoga 2026.", "23. новембар 2026. 14:30",
    "23 ноември 2026 г.", "23 nëntor 2026", "23 noiembrie 2026, 14:30", "2026. november 23.", "23. november 2026 ob 14.30",
    "2026-11-23T14:30:00Z", "2026-11-23", "1795444200", "23/11/2026", "11/23/2026 2:30 PM", "99.99.9999", "31.02.2026",
    "Mon, 23 Nov 2126 14:30:00 +0100", "Mon, 01 Jan 0001 00:00:00 +0000", "0000-00-00T00:00:00Z", "", " ", "juče", "\u0000",
    "Mon, 23 Nov 2026 24:61:99 +9999", "9" * 5000, "-" * 5000, "2026-11-23T14:30:00+25:00", "١٢/١١/٢٠٢٦", "²³.¹¹.²⁰²⁶",
]  # fmt: skip


def item(title: str = "Vest", rest: str = "") -> str:
    return f"<item><title>{title}</title>{rest}</item>"


def rss(items: str, declared: str = "utf-8", attributes: str = ' version="2.0"', head: str = "") -> str:
    return f'<?xml version="1.0" encoding="{declared}"?>\n<rss{attributes}><channel><title>T</title>{head}{items}</channel></rss>'


def atom(entries: str, attributes: str = ' xmlns="http://www.w3.org/2005/Atom"') -> str:
    return f'<?xml version="1.0"?><feed{attributes}><title>T</title><id>urn:t</id>{entries}</feed>'


def entry(title: str = "Vest", rest: str = "") -> str:
    return f"<entry><title>{title}</title><id>urn:1</id>{rest}</entry>"


def full(n: int = 6) -> str:
    """Return a good document with texts of several languages."""
    rows = list(TITLES.values())
    return rss("".join(
        item(escape(rows[k % len(rows)]), f"<link>https://primer.example/{k}?a=1&amp;b=2</link><guid>{k}</guid>"
             f"<pubDate>{DATES[0]}</pubDate><description><![CDATA[<p>Opis <b>{k}</b> &amp; još</p>]]></description>")
        for k in range(n)
    ))  # fmt: skip


def good_atom(n: int = 4) -> str:
    rows = list(TITLES.values())
    more = '<link href="{0}"/><updated>2026-11-23T14:30:00Z</updated><content type="html">&lt;p&gt;{0}&lt;/p&gt;</content>'
    return atom("".join(entry(escape(rows[k]), more.format(k)) for k in range(n)))


def good_rdf(n: int = 4) -> str:
    spaces = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    rows = "".join(
        f'<item rdf:about="u{k}"><title>Vest {k}</title><link>https://primer.example/{k}</link></item>' for k in range(n)
    )
    return f'<?xml version="1.0"?><rdf:RDF {spaces}><channel rdf:about="u"><title>T</title></channel>{rows}</rdf:RDF>'


def good_json(n: int = 3) -> dict[str, object]:
    items = [
        {"id": str(k), "url": f"https://primer.example/{k}", "title": f"Vest {k}", "content_html": "<p>x</p>"} for k in range(n)
    ]
    return {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items}


Documents = Iterator[bytes]


def truncated() -> Documents:
    for text in (full(), good_atom(), good_rdf(), json.dumps(good_json())):
        data = text.encode()
        yield from (data[: len(data) * k // 13] for k in range(1, 13))


def bits_flipped() -> Documents:
    for text in (full(), good_atom(), good_rdf()):
        for seed in range(16):
            chance, data = random.Random(seed), bytearray(text.encode())
            for _ in range(1 + seed * 2):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            yield bytes(data)


def bytes_moved() -> Documents:
    data = full().encode()
    for seed in range(24):
        chance = random.Random(seed)
        a, b = sorted(chance.sample(range(len(data)), 2))
        yield from (data[:a] + data[b:], data[:a] + data[a:b] * 2 + data[b:])


def encodings_declared_or_not() -> Documents:
    for language, encoding in ENCODINGS.items():
        for declared in (encoding, "utf-8", "iso-8859-1", "no-such-encoding"):
            yield rss(item(TITLES[language]) * 3, declared).encode(encoding, "replace")


def wide_encodings() -> Documents:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32", "utf-7"):
        for declared in ("utf-8", "utf-16", "windows-1250"):
            yield rss(item(TITLES["sr"]) * 2, declared).encode(encoding)
    yield b"\xff\xfe" + full().encode()
    yield b"\xef\xbb\xbf\xef\xbb\xbf" + full().encode()
    yield b"\xfe\xff" + full().encode("utf-16-le")


def mixed_encodings() -> Documents:
    for one, other in (
        ("utf-8", "windows-1250"),
        ("windows-1251", "utf-8"),
        ("utf-8", "utf-16-le"),
        ("windows-1253", "iso-8859-7"),
    ):
        yield rss("@").encode().replace(b"@", b"".join(
            item(t).encode(e, "replace") for t in (TITLES["hr"], TITLES["sr"]) for e in (one, other)
        ))  # fmt: skip
    yield rss(item(TITLES["hr"].encode().decode("latin-1"))).encode()
    yield rss(item("a\udcffb")).encode("utf-8", "surrogatepass")
    yield rss(item("\ud800")).encode("utf-8", "surrogatepass")


def entities() -> Documents:
    for text in ("&nbsp;", "&scaron;", "&nepoznat;", "&", "&&&", "A & B", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999;", "&#;",
                 "&amp;amp;nbsp;", "&lt", "&ldquo;x&rdquo;", "&#8222;x&#8221;", "&;", "&#x;", "&é;"):  # fmt: skip
        yield rss(
            item(f"Vest {text} kraj", f"<description>{text}</description><link>https://a.example/?a=1{text}b=2</link>") * 2
        ).encode()


def entity_bombs() -> Documents:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    for inside in (
        f'<!ENTITY l0 "ha">{levels}', '<!ENTITY x SYSTEM "file:///etc/passwd">', '<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;',
        '<!ENTITY a "&b;"><!ENTITY b "&a;">', "<!ELEMENT rss ANY>" * 500, "[" * 2000, f'<!ENTITY l0 "{"x" * 100_000}">',
        "<!ENTITY q '\"'><!ENTITY r \"]>\">", "<![INCLUDE[" * 100, "<!--" * 100, '<!ATTLIST item x CDATA "y">',
    ):  # fmt: skip
        yield (f'<?xml version="1.0"?><!DOCTYPE rss [{inside}]>' + rss(item("A &x; &l19; &a; B") * 2).partition("\n")[2]).encode()
    yield b"<!DOCTYPE rss PUBLIC 'x' 'http://127.0.0.1:1/x.dtd'>" + full().partition("\n")[2].encode()
    yield full().replace("<channel>", "<channel><!DOCTYPE x [<!ENTITY y 'z'>]>").encode()


def markup_in_texts() -> Documents:
    for inside in ("<b>x</b>", "<br>", "<p>a<p>b", "<img src=x>", "<a href='x'>y", "</b>", "<", ">", "3 < 4", "<!-- x -->", "<!-- x",
                   "<script>alert('</title>')</script>", "<?php echo 1 ?>", "<svg onload=x>", "a</title><title>b", "<item>", "</item>",
                   "<![CDATA[x", "]]>", "<![CDATA[<![CDATA[x]]>]]>", "<![CDATA[a]]>b<![CDATA[c]]>", "<![cdata[x]]>", "<![CDATA[]]>",
                   "&lt;![CDATA[x]]&gt;", "<![CDATA[&lt;b&gt;x]]>", "<![CDATA[</title>]]>", "<![CDATA[</item>]]>"):  # fmt: skip
        rest = f"<description>{inside} opis</description>"
        yield rss(item("Prva") + item(f"Vest {inside} kraj", rest) + item("Treća")).encode()


def deep() -> Documents:
    for n in (100, 300, 2_000, 50_000):
        yield rss(item("Vest", f"<description>{'<div>' * n}x</description>") + item("Druga")).encode()
        yield rss(item("Vest", f"<description>{'<div>' * n}x{'</div>' * n}</description>") + item("Druga")).encode()
        yield rss("<x>" * n + item() + "</x>" * n).encode()
        yield atom("<x>" * n + entry() + "</x>" * n).encode()
        yield ("<rss><channel>" * n + item()).encode()
        yield rss(item("Vest", f"<description>{'&lt;div&gt;' * n}x</description>")).encode()


def large() -> Documents:
    for n in (10_000, 1_000_000, 8_000_000):
        yield rss(item("a" * n) + item()).encode()
        yield rss(item("Vest", f"<description>{'a ' * (n // 2)}</description>") + item()).encode()
        yield rss(item("Vest", f'<link a="{"x" * n}">https://a.example/</link>') + item()).encode()
        yield rss(item() + f"<x y='{'&' * (n // 10)}'/>" + item()).encode()
        yield rss(item() + f"<!--{'-x' * (n // 2)}-->" + item()).encode()
        yield rss(item("Vest", f"<description><![CDATA[{'<p>ž' * (n // 5)}]]></description>") + item()).encode()
        yield b" " * n + full().encode()
        yield full().encode() + b"\x00" * n
    yield rss(item("Vest", " ".join(f'<x a{k}="1"/>' for k in range(50_000)))).encode()
    yield rss("".join(item(str(k)) for k in range(4_900))).encode()
    yield rss("😀" * 2_000_000 + item()).encode()
    yield rss(item("Vest", f"<guid>{'g' * 1_000_000}</guid>")).encode()


def nothing_in_it() -> Documents:
    yield from (b"", b" ", b"\n\n", b"\x00", b"\x00" * 5000, b"<", b"<?xml", b"<?xml version='1.0'?>", b"<rss", b"<rss>", b"<rss/>",
                b"<feed/>", b"<channel/>", b"<html>", b"{", b"[]", b"null", b"{}", b'"x"', b"\xff\xfe", b"\xef\xbb\xbf", b"&", b"]]>",
                b"<!DOCTYPE", b"<!DOCTYPE html><html><body><item><title>x</title></item></body></html>", b"%PDF-1.7", b"\x89PNG\r\n",
                b"GIF89a", b"PK\x03\x04", b"Not found", b"<opml><body><outline text='x'/></body></opml>",
                b"<urlset><url><loc>x</loc></url></urlset>", b"<soap:Envelope><soap:Body/></soap:Envelope>")  # fmt: skip


def identifiers() -> Documents:
    for guid in ("", "<guid/>", "<guid>same</guid>", "<guid isPermaLink='true'>https://a.example/1</guid>", "<guid> \n </guid>",
                 "<guid>javascript:alert(1)</guid>", "<guid isPermaLink='maybe'>x</guid>", "<guid><b>x</b></guid>"):  # fmt: skip
        yield rss("".join(item(f"Vest {k}", guid) for k in range(3))).encode()
    for link in ("", "/a", "a/b", "../../x", "//b.example/x", "?q=1", "#top", "http://", "http://[", "http://[::1", "javascript:x", "data:,x",
                 "mailto:a@b.example", "https://a.example:99999/", "https://a.example/ a b", "https://a.example/\u0430", "feed:x", "\\\\x\\y",
                 "https://пример.срб/вест", "https://a.example/%zz", "h" * 10_000):  # fmt: skip
        yield rss(item("Vest", f"<link>{link}</link>") * 2, head="<link>https://site.example/lat/</link>").encode()
        yield atom(entry("Vest", f"<link href='{link}'/>"), ' xmlns="http://www.w3.org/2005/Atom" xml:base="x:/["').encode()


def dates() -> Documents:
    for text in DATES:
        yield rss(item("Vest", f"<pubDate>{text}</pubDate>") + item("Druga", f"<dc:date>{text}</dc:date>")).encode()
        yield atom(entry("Vest", f"<updated>{text}</updated><published>{text}</published>")).encode()


def cousins() -> Documents:
    for version in ("0.90", "0.91", "0.92", "0.93", "0.94", "1.0", "2.0", "2.0.1", "3", "", "x"):
        yield rss(item("Vest", "<link>https://a.example/</link>") * 2, attributes=f' version="{version}"').encode()
    yield good_rdf().encode()
    yield good_rdf().replace("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/").encode()
    yield good_rdf().replace(' xmlns="http://purl.org/rss/1.0/"', "").encode()
    yield good_rdf().replace("rdf:", "r:").encode()
    yield atom(entry() * 2, ' version="0.3" xmlns="http://purl.org/atom/ns#"').encode()
    yield atom(entry() * 2, "").encode()
    yield atom(entry() * 2, ' xmlns="http://www.w3.org/2005/atom"').encode()
    yield good_atom().replace("<feed", "<a:feed xmlns:a='http://www.w3.org/2005/Atom'").replace("</feed", "</a:feed").encode()
    yield f"<channel><title>T</title>{item() * 2}</channel>".encode()
    yield f"<rss>{item() * 2}</rss>".encode()
    yield f"<rss><channel/>{item() * 2}</rss>".encode()
    yield f"<rss><channel><items>{item() * 2}</items></channel></rss>".encode()
    yield full().upper().replace("CDATA", "CDATA").encode()
    yield full().replace("<item>", "<Item>").replace("</item>", "</Item>").encode()
    yield full().replace("<rss", "<RSS").replace("</rss>", "</RSS>").encode()
    yield rss(entry() * 2).encode()
    yield atom(item() * 2).encode()
    yield (full() + full()).encode()
    yield (full() + good_atom()).encode()
    yield rss(item() + "</channel></rss>" + item()).encode()
    yield rss(item() + "</channel><channel>" + item()).encode()
    yield rss(item("Vest", item("Unutra"))).encode()
    yield f"<html><body><rss><channel>{item() * 2}</channel></rss></body></html>".encode()
    yield f"<div>{full().partition(chr(10))[2]}</div>".encode()
    yield entry().encode()
    yield item().encode()


def names_and_prefixes() -> Documents:
    for rest in ("<content:encoded>x</content:encoded>", "<dc:title>x</dc:title>", "<media:title>x</media:title>", "<a:b:c>x</a:b:c>",
                 "<:x>x</:x>", "<x:>x</x:>", "<1x>x</1x>", "<x y>x</x>", "<x y=z>x</x>", "<x y='a' y='b'>x</x>", "<x xmlns=''>x</x>",
                 "<xml:x>x</xml:x>", "<x xmlns:xml='y'>x</x>", "<x xmlns:a=''>x</x>", "<новост>x</новост>", "<x", "</>", "< x>x</ x>",
                 "<itunes:duration>1</itunes:duration>", "<georss:point>1 2</georss:point>", "<x\x00y>x</x>"):  # fmt: skip
        yield rss(item("Vest", rest) + item("Druga")).encode()
        yield atom(entry("Vest", rest) + entry("Druga")).encode()
    for prefix in ("rss:", "x:", "content:"):
        yield rss(f"<{prefix}item><{prefix}title>Vest</{prefix}title></{prefix}item>" * 2).encode()


def control_signs() -> Documents:
    for sign in (
        "\x00",
        "\x01",
        "\x0b",
        "\x1f",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\uffff",
        "\u202e",
        "\u200b",
        "\r",
    ):
        yield rss(item(f"Vest{sign} kraj") + sign + item(sign) + item("Druga")).encode()
        yield (sign + full().replace("</item>", sign + "</item>")).encode()


def before_and_after() -> Documents:
    for before in ("\n\n", "Warning: mysql_connect() in <b>/x.php</b> on line 3<br />\n", "<!-- x -->", "<?php ?>", "x" * 30_000,
                   "<!DOCTYPE html>\n", '<?xml version="1.0"?>\n', "HTTP/1.1 200 OK\r\n\r\n", "callback(", "<br>" * 9000, "﻿", "<script></script>"):  # fmt: skip
        yield (before + full()).encode()
        yield (before + good_atom()).encode()
        yield (full() + before).encode()


def json_feeds() -> Documents:
    whole = json.dumps(good_json())
    yield from (whole[: len(whole) * k // 9].encode() for k in range(1, 10))
    for key, value in (("items", None), ("items", {}), ("items", [1, None, "x", []]), ("items", "x"), ("version", 1), ("version", ""),
                       ("title", None), ("title", ["x"]), ("home_page_url", 3)):  # fmt: skip
        yield json.dumps(good_json() | {key: value}).encode()
    for fields in ({"title": None}, {"title": 5}, {"id": 7}, {"url": "http://["}, {"date_published": 3}, {"date_published": "x"}, {"tags": {}},
                   {"content_text": "<b>"}, {"title": "\ud800"}, {"title": "\u0000"}, {"title": "a" * 3_000_000}, {"authors": [[[]]]}):  # fmt: skip
        yield json.dumps(good_json() | {"items": [good_json()["items"][0] | fields]}).encode()
    yield from (b"[" * 100_000, b'{"a":' * 100_000, b'{"version":"https://jsonfeed.org/version/1","items":[' + b"[" * 50_000)
    yield from (b"\xef\xbb\xbf" + whole.encode(), whole.encode("utf-16"), whole.replace(",", ",,").encode(), b"1" * 100_000)
    yield whole.replace('"Vest 0"', "NaN").encode()


def attributes() -> Documents:
    for kind in ("text", "html", "xhtml", "text/html", "image/png", "application/octet-stream", "base64", "", "x"):
        yield atom(
            entry("Vest", f"<content type='{kind}'>&lt;p&gt;x&lt;/p&gt;</content><summary type='{kind}'>x</summary>") * 2
        ).encode()
        yield atom(f"<entry><title type='{kind}'>&lt;b&gt;Vest&lt;/b&gt;</title></entry>" * 2).encode()
    yield atom(
        "<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Vest <b>x</b></div></title></entry>"
    ).encode()
    yield atom(entry("Vest", "<content type='application/xml' mode='base64'>####</content>")).encode()
    yield atom(entry("Vest", "<content src='https://a.example/x' type='text/html'/>")).encode()


#: What is put into documents, taken out of them and put for something else: signs that decide where things begin and end.
TOKENS = [
    b"<", b">", b"&", b'"', b"<![CDATA[", b"]]>", b"<!--", b"<?", b"<item>", b"</item>", b"<title>", b"</title>", b"</channel>", b"\x00",
    b"\xff\xfe", b"&nbsp;", b"&#0;", b"&x;", b"<b>" * 300, b'<x y="' + b"&lt;" * 500 + b'">', b' xmlns=""', b"<link/>", b"<Item ",
    b"<rss:item>", b"<!DOCTYPE rss [<!ENTITY a 'b'>]>", b"<content:encoded>", b"</", b"<items>", b'xml:base="http://["', b"{", b"]", b"\\",
]  # fmt: skip
SWAPS = [
    (b"</title>", b"<title>"), (b"</item>", b"<item>"), (b"<item>", b"<item "), (b'"', b""), (b"<channel>", b"<channel/>"),
    (b"item>", b"rss:item>"), (b"<", b"\xff<"), (b"<title>", b"<title>\x0b"), (b"</", b"<\\/"), (b"<description>", b"<dc:description>"),
    (b"<item>", b"<item><![CDATA["), (b"</item", b"</x:item"), (b"<![CDATA[", b"<!SCDATA["), (b"]]>", b""), (b'"', b'\\"'), (b",", b",,"),
]  # fmt: skip


def _spoilt(data: bytes, chance: random.Random) -> bytes:
    """Return a document with one thing wrong."""
    a, b = sorted(chance.sample(range(len(data) + 1), 2))
    match chance.randrange(6):
        case 0:
            return data[:a] + chance.choice(TOKENS) + data[a:]
        case 1:
            return data.replace(*chance.choice(SWAPS))
        case 2:
            gone = chance.choice(TOKENS[:18])
            return data.replace(gone, b"", chance.choice([1, -1]))
        case 3:
            return data[:a] + data[b:] + data[a:b]
        case 4:
            return data[:a] + bytes(chance.randrange(256) for _ in range(3)) + data[a + 3 :]
        case _:
            return data[: max(a, 20)] if chance.random() < 0.5 else data[:a] + data[min(b, a + 40) :]


def spoilt_by_chance() -> Documents:
    """Yield good documents of every kind with up to four things wrong, in the encodings of the region."""
    texts = [full(), good_atom(), good_rdf(), json.dumps(good_json(), ensure_ascii=False)]
    for seed in range(160):
        chance = random.Random(seed)
        data = chance.choice(texts).encode(chance.choice(["utf-8", "utf-8", *ENCODINGS.values()]), "xmlcharrefreplace")
        for _ in range(chance.randint(1, 4)):
            data = _spoilt(data, chance) if len(data) > 20 else data
        yield data


def signs_of_control_by_number() -> Documents:
    """Yield texts whose markup names signs that no tree takes back."""
    for number in ("1", "x1", "8", "x0b", "31", "127", "xFFFE", "55296"):
        for inside in (f"<p>a&#{number};b</p>", f"<p>a</p>&#{number};b", f"<div>&#{number};<br>x</div>"):
            yield rss(item("Prva") + item("Druga", f"<description><![CDATA[{inside}]]></description>")).encode()


def only_an_address() -> Documents:
    """Yield entries that say no more than where their text is."""
    for link in (
        "https://a.example/vesti/most-je-opet-otvoren-4711.html",
        "https://a.example/?p=1",
        "https://a.example/%d0%b0-b-c",
    ):
        yield rss(f"<item><link>{link}</link></item>" + item()).encode()
        yield rss(f"<item><title>  </title><link>{link}</link></item>" + item()).encode()
        yield atom(f"<entry><link href='{link}'/></entry>" + entry()).encode()


def root_tag_broken() -> Documents:
    """Yield documents whose very first tag is damaged, and some that lost a byte of a letter of two."""
    for whole in (full(), good_atom(), good_rdf()):
        start = whole.index("<", 2)
        for old, new in ((">", ""), ('"', ""), ("=", ""), (" ", " =x "), ('"', "\x02"), (" ", ' a="1" a="2" ')):
            tag, behind = whole[start : start + 30], whole[start + 30 :]
            yield (whole[:start] + tag.replace(old, new, 1) + behind).encode()
            yield (whole[:start] + whole[start:].replace(old, new, 1)).encode()
    for encoding in ("utf-16-le", "utf-16-be"):
        data = full().encode(encoding)
        yield from (data[:at] + data[at + 1 :] for at in (501, 1_001))


FAMILIES: tuple[Callable[[], Documents], ...] = (
    truncated, bits_flipped, bytes_moved, encodings_declared_or_not, wide_encodings, mixed_encodings, entities, entity_bombs,
    markup_in_texts, deep, large, nothing_in_it, identifiers, dates, cousins, names_and_prefixes, control_signs, before_and_after,
    json_feeds, attributes, spoilt_by_chance, signs_of_control_by_number, only_an_address,
    root_tag_broken,
)  # fmt: skip


def ours(content: bytes) -> int:
    """Return how many entries we read; 0 where the document is refused."""
    feed = Feed(
        id="hostile", outlet="O", url="https://primer.example/feed.xml", language="sr", script=None, country="RS", family="f", side="s",
        kind="daily",
    )  # fmt: skip
    retrieved = RetrievedFeed(
        feed_id="hostile", url=feed.url, status=200, content=content, media_type=None, charset=None, caching=CachingInfo(),
        retrieved_at=datetime(2026, 11, 24, tzinfo=UTC),
    )  # fmt: skip
    try:
        return len(parse(retrieved, feed).entries)
    except ParseError as e:
        if OUR_FAULT in e.reason:
            raise
        return 0


def theirs(content: bytes) -> int:
    """Return how many entries with anything to read feedparser finds; 0 where it gives up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = feedparser.parse(io.BytesIO(content), response_headers={"content-type": "application/xml"})
        except Exception:  # noqa: BLE001 - whatever it raises, it found nothing
            return 0
    return sum(
        any(_says_something(e.get(k) or "") for k in ("title", "summary")) or bool(e.get("content")) for e in found.entries
    )


def _says_something(text: str) -> bool:
    return any(c.isprintable() and not c.isspace() for c in text)


@pytest.fixture
def _no_hang() -> Iterator[None]:
    """End what hangs."""

    def end(_number: int, _frame: object) -> None:
        raise TimeoutError(f"longer than {HANG_S} s")

    before = signal.signal(signal.SIGALRM, end)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("_no_hang")
@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_hostile_documents_cost_neither_a_crash_nor_an_item(family: Callable[[], Documents]) -> None:
    """Every document of a family is read or refused in words, none hangs, and none gives fewer items than feedparser's."""
    lost = []
    for n, content in enumerate(family()):
        signal.setitimer(signal.ITIMER_REAL, HANG_S)
        got = ours(content)
        signal.setitimer(signal.ITIMER_REAL, 0)
        # Where the comparison itself would take minutes, it is left out.
        wanted = theirs(content) if len(content) < 500_000 else 0
        if got < wanted:
            lost.append((n, got, wanted, content[:120]))
    assert lost == []


def test_there_are_enough_of_them() -> None:
    """The suite is as large as it is said to be, and its documents differ."""
    found = [content for family in FAMILIES for content in family()]
    assert len(found) >= 800
    assert len(set(found)) >= 750


def _peak_mb() -> float:
    """Return the most memory that this process has held, in MB.

    From Linux's own record of the address space: `ru_maxrss` survives an exec, and so would tell of the test runner.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return float(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_memory_stays_bounded() -> None:
    """A process that reads all of them in a row never holds more than the limit."""
    printed = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=True, timeout=100).stdout
    found = json.loads(printed)
    assert found["documents"] >= 600
    assert found["peak_mb"] < MEMORY_MB


def test_gzip_in_gzip_is_opened_within_bounds() -> None:
    """A packed document in a packed answer is read; a bomb in it is refused before it bursts."""
    data = full().encode()
    assert unpack(gzip.compress(gzip.compress(data)), ["gzip"], max_bytes=10**7, max_ratio=200) == data
    bomb = gzip.compress(gzip.compress(b"0" * 50_000_000))
    with pytest.raises(BodyError):
        unpack(bomb, ["gzip"], max_bytes=10**7, max_ratio=200)


def main() -> None:
    """Parse all documents and print the peak memory."""
    n = 0
    for family in FAMILIES:
        for content in family():
            ours(content)
            n += 1
    print(json.dumps({"documents": n, "peak_mb": _peak_mb()}))


if __name__ == "__main__":
    main()
