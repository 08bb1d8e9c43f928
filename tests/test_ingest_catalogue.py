"""The catalogue and OPML: every row checked, every list comes back as it went."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalogue import KINDS, load_catalogue
from ingest.opml import parse_opml, read_opml, slug_of, write_opml
from tension import assets
from tension.errors import AssetError, InputError
from tension.model import REGION, Expectation, Feed

ROW = {
    "id": '"rs-primer"',
    "outlet": '"Primer"',
    "url": '"https://primer.example/rss"',
    "language": '"sr"',
    "country": '"RS"',
    "family": '"primer"',
    "side": '"serbia"',
    "kind": '"daily"',
}


def catalogue(folder: Path, *rows: dict[str, str], name: str = "rs.toml") -> Path:
    """Write a catalogue of one file."""
    text = "".join("[[feed]]\n" + "".join(f"{k} = {v}\n" for k, v in row.items()) for row in rows)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_catalogue_covers_the_region() -> None:
    """At least 150 feeds, every country, twelve languages, every family and side explained, no row malformed."""
    feeds = load_catalogue()
    assert len(feeds) >= 150
    assert {f.country for f in feeds} >= REGION
    assert len({f.language for f in feeds} - {"und"}) >= 12
    assert [f.id for f in feeds] == sorted(f.id for f in feeds)
    assert {f.family for f in feeds} <= {r["id"] for r in assets.read_toml("feeds", "families.toml")["family"]}
    assert {f.side for f in feeds} <= {r["id"] for r in assets.read_toml("feeds", "sides.toml")["side"]}


def test_a_row_becomes_a_feed(tmp_path: Path) -> None:
    """Optional fields have the defaults of the model."""
    (got,) = load_catalogue(catalogue(tmp_path, ROW | {"expects": "{ min_per_day = 2, max_per_day = 90.5 }"}))
    assert got == Feed(
        id="rs-primer",
        outlet="Primer",
        url="https://primer.example/rss",
        language="sr",
        script=None,
        country="RS",
        family="primer",
        side="serbia",
        kind="daily",
        expects=Expectation(min_per_day=2.0, max_per_day=90.5),
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": '"blog"'}, "rs-primer: kind 'blog' is none of"),
        ({"url": '"ftp://primer.example"'}, "rs-primer: url 'ftp://primer.example' is not an http or https address"),
        ({"url": '"http://[::1"'}, "rs-primer: Invalid IPv6 URL"),
        ({"language": '"srp-Latn"'}, "rs-primer: language 'srp-Latn' is malformed"),
        ({"country": '"Serbia"'}, "rs-primer: country 'Serbia' is malformed"),
        ({"script": '"latin"'}, "rs-primer: script 'latin' is malformed"),
        ({"id": '"Primer"'}, "Primer: id 'Primer' is malformed"),
        ({"outlet": '" "'}, "rs-primer: outlet is empty"),
        ({"panel": '"yes"'}, "rs-primer: panel is not of the right type"),
        ({"cadence_minutes": "true"}, "rs-primer: cadence_minutes is not of the right type"),
        ({"cadence_minutes": "0"}, "rs-primer: cadence_minutes is less than 1"),
        ({"colour": '"red"'}, "rs-primer: colour is not a field of feeds"),
        ({"expects": "{ per_week = 3 }"}, "rs-primer: expects.per_week is not a field of feeds"),
        ({"expects": "{ min_per_day = -1 }"}, "rs-primer: expects is not a pair of numbers from 0 up"),
        ({"expects": "{ min_per_day = 3, max_per_day = 2 }"}, "rs-primer: expects.max_per_day is less than min_per_day"),
    ],
)
def test_a_malformed_row_is_named_with_file_and_feed(tmp_path: Path, change: dict[str, str], words: str) -> None:
    """The operator learns which file, which feed, which field."""
    with pytest.raises(AssetError) as caught:
        load_catalogue(catalogue(tmp_path, ROW | change))
    assert str(caught.value).startswith(f"{tmp_path / 'rs.toml'}: {words}")


@pytest.mark.parametrize("field", sorted(ROW))
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    """Every field without a default has to be there."""
    with pytest.raises(AssetError, match=f"{field} is missing"):
        load_catalogue(catalogue(tmp_path, {k: v for k, v in ROW.items() if k != field}))


@pytest.mark.parametrize(
    ("other", "words"),
    [({"url": '"https://b.example/"'}, "this id is used twice"), ({"id": '"rs-b"'}, "has the same address as rs-primer")],
)
def test_nothing_is_listed_twice(tmp_path: Path, other: dict[str, str], words: str) -> None:
    """Neither an id nor an address, across files."""
    catalogue(tmp_path, ROW, name="ba.toml")
    with pytest.raises(AssetError, match=words):
        load_catalogue(catalogue(tmp_path, ROW | other))


@pytest.mark.parametrize("text", ["[[feed", "feed = 3", "feed = [1]", "", "\xff"])
def test_a_file_that_is_no_catalogue_is_named(tmp_path: Path, text: str) -> None:
    """Broken TOML, other tables, other encodings."""
    (tmp_path / "rs.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(AssetError, match=r"rs\.toml: "):
        load_catalogue(tmp_path)


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    """Other tables beside the feeds are not feeds."""
    (tmp_path / "sides.toml").write_text("x = 1")
    with pytest.raises(AssetError, match="holds no feeds"):
        load_catalogue(tmp_path)


def test_assets_mean_what_the_standard_library_reads() -> None:
    """The compiled parser and Python's own agree on every asset, order of rows included."""
    for file in sorted(assets.ROOT.rglob("*.toml")):
        got = assets.read_toml(*file.relative_to(assets.ROOT).parts)
        assert repr(got) == repr(tomllib.loads(file.read_text(encoding="utf-8"))), file


# --- OPML -------------------------------------------------------------------------------------------------------------


def test_the_catalogue_survives_opml() -> None:
    """Out and in again, every field of every feed is the same."""
    feeds = load_catalogue()
    assert set(parse_opml(write_opml(feeds), "x")) == set(feeds)


TEXTS = st.text(st.characters(min_codepoint=33, exclude_categories=["Cs", "Cc", "Cn", "Zs", "Zl", "Zp"]), min_size=1, max_size=20)


@given(
    st.builds(
        Feed,
        id=st.from_regex(r"[a-z]{2}-[a-z0-9]{1,10}", fullmatch=True),
        outlet=TEXTS,
        url=st.from_regex(r"https://[a-z]{1,9}\.example/[a-z?&=<>\"']{0,9}", fullmatch=True),
        language=st.sampled_from(["sr", "sq", "und"]),
        script=st.none() | st.just("Latn"),
        country=st.sampled_from(["RS", "INT", ""]),
        family=TEXTS,
        side=st.just("") | TEXTS,
        kind=st.sampled_from(sorted(KINDS)),
        cadence_minutes=st.integers(1, 10_000),
        panel=st.booleans(),
        expects=st.builds(Expectation, min_per_day=st.floats(0, 1e6), max_per_day=st.none() | st.floats(0, 1e6)),
    )
)
def test_any_feed_survives_opml(feed: Feed) -> None:
    """Whatever signs its name and address are made of."""
    assert parse_opml(write_opml([feed]), "x") == (feed,)


FOREIGN = b"""<?xml version="1.0"?>
<opml version="1.0"><head><title>Mine</title></head><body>
 <outline text="News"><outline text="Deep"><outline type="rss" text="Primer &amp; sin" xmlUrl="https://www.primer.example/rss/vesti.xml"/></outline>
  <outline type="rss" title="Drugi" XMLURL="https://drugi.example/" language="sr-RS"/></outline>
 <outline type="rss" xmlUrl="https://drugi.example/feed"/><outline type="rss" text="Again" xmlUrl="https://drugi.example/feed"/>
 <outline type="rss" text="Known" xmlUrl="https://rs-outlet.example/rss"/><outline text="No feed" htmlUrl="https://x.example/"/>
</body></opml>"""


def test_lists_of_other_readers_are_read(tmp_path: Path, records: Any) -> None:
    """Folders, missing titles, other spellings, repeats; what the catalogue knows keeps its row."""
    path = tmp_path / "mine.opml"
    path.write_bytes(FOREIGN)
    known = records.feed()
    got = read_opml(path, {known.id: known})
    assert [(f.id, f.outlet, f.language, f.country) for f in got] == [
        ("primer-example-rss-vesti-xml", "Primer & sin", "und", ""),
        ("drugi-example", "Drugi", "sr", ""),
        ("drugi-example-feed", "drugi.example", "und", ""),
        ("rs-outlet", "Outlet", "sr", "RS"),
    ]
    assert got[3] == known
    assert [f.panel for f in got] == [False, False, False, True]


#: What other readers write beside the address, each in its own way: folders, pictures, settings, colours.
READERS = {
    "Feedly": """<opml version="1.0"><head><title>Subscriptions in feedly Cloud</title></head><body>
      <outline text="Balkan" title="Balkan"><outline type="rss" text="Primer" title="Primer" xmlUrl="https://primer.example/rss"
        htmlUrl="https://primer.example"/></outline></body></opml>""",
    "FreshRSS": """<?xml version="1.0" encoding="UTF-8"?><opml xmlns:frss="https://freshrss.org/opml" version="2.0">
      <head><title>FreshRSS</title><dateCreated>Mon, 23 Nov 2026 10:00:00 +0000</dateCreated></head><body>
      <outline text="Balkan"><outline text="Primer" type="rss" xmlUrl="https://primer.example/rss" htmlUrl="https://primer.example/"
        description="Vesti &lt;b&gt;dana&lt;/b&gt;" frss:priority="important" frss:cssFullContent="article"/></outline></body>
      </opml>""",
    "Thunderbird": """\ufeff<?xml version="1.0" encoding="UTF-8"?><opml version="1.0" xmlns:fz="urn:forumzilla:">
      <head><title>Thunderbird OPML Export - Feeds</title></head><body><outline title="Balkan"><outline type="rss" title="Primer"
        text="Primer" version="RSS" fz:quickMode="true" fz:options="{&quot;version&quot;:2}" xmlUrl="https://primer.example/rss"
        htmlUrl="https://primer.example/"/></outline></body></opml>""",
}


@pytest.mark.parametrize("reader", READERS)
def test_lists_as_three_readers_write_them(reader: str) -> None:
    """Whatever they add of their own, a list has its feed with its name, and no folder becomes one."""
    (feed,) = parse_opml(READERS[reader].encode(), reader)

    assert (feed.outlet, feed.url, feed.panel, feed.side) == ("Primer", "https://primer.example/rss", False, "")


def test_addresses_that_make_the_same_id_get_different_ones() -> None:
    """No feed hides another."""
    lines = "".join(f'<outline text="x" xmlUrl="https://a.example/{c}"/>' for c in ("b", "B", "b/"))
    got = parse_opml(f"<opml><body>{lines}</body></opml>".encode(), "x")
    assert [f.id for f in got] == ["a-example-b", "a-example-b-2", "a-example-b-3"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is not well-formed XML"),
        (b"<opml><body><outline", "is not well-formed XML"),
        (b"not XML", "is not well-formed XML"),
        (b"<rss><channel/></rss>", "is not OPML: it begins with <rss>"),
        (b"<opml><body/></opml>", "names no feeds"),
    ],
)
def test_a_broken_list_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    """The sentence begins with the file's name."""
    path = tmp_path / "mine.opml"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_opml(path)
    assert str(caught.value).startswith(f"{path}: {words}")


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    """A file that is not there is an input error, not a traceback."""
    with pytest.raises(InputError, match=r"none\.opml: No such file"):
        read_opml(tmp_path / "none.opml")


def test_a_number_that_is_none_is_named_with_its_feed() -> None:
    """Karaula's own attributes are checked too."""
    data = write_opml([load_catalogue()[0]]).replace(b'cadenceMinutes="15"', b'cadenceMinutes="often"')
    with pytest.raises(InputError, match=r"^list: https://abcnews\.al/feed/: invalid literal"):
        parse_opml(data, "list")


def test_entities_of_a_list_are_not_resolved(tmp_path: Path) -> None:
    """A list cannot bring in files of this machine."""
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    data = f'<!DOCTYPE o [<!ENTITY x SYSTEM "{secret.as_uri()}">]><opml><body>&x;<outline text="a" xmlUrl="https://a.example/"/></body></opml>'
    assert parse_opml(data.encode(), "x")[0].outlet == "a"


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://www.primer.example/rss/", "primer-example-rss"),
        ("http://a.example:8080/f.xml?x=1", "a-example-8080-f-xml-x-1"),
        ("https://ž.example/š", "z-example-s"),
    ],
)
def test_slugs_are_plain(url: str, slug: str) -> None:
    """Ids from addresses are lower-case ASCII."""
    assert slug_of(url) == slug
