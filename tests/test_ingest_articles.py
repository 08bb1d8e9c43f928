"""Identity: which addresses are one page, which entries are one article."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import urls
from ingest.articles import ID_VERSION, Recent, article_id, near_since, to_article
from ingest.plaintext import to_plain
from ingest.urls import canonical_url, tidy_url
from tension.model import Article, Entry
from tension.text.normal import fold

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG = "Ministar najavio pojačane kontrole na svim prelazima ka severu zemlje"


@pytest.mark.parametrize(
    ("link", "tidy"),
    [
        ("https://www.Example.com:443/a/../b//c/./d/?b=1&utm_source=rss&a=2#top", "https://www.example.com/b/c/d/?b=1&a=2"),
        ("  https://example.com/a?id=7&amp;fbclid=x \n", "https://example.com/a?id=7"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/naša vest", "https://example.com/na%C5%A1a%20vest"),
        ("https://example.com/%7ea/%c5%a1%2f", "https://example.com/~a/%C5%A1%2F"),
        ("https://пример.срб/вест", "https://xn--e1afmkfd.xn--90a3ac/%D0%B2%D0%B5%D1%81%D1%82"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("/a", "https://base.example/a"),
        ("../a", "https://base.example/a"),
        ("?id=3", "https://base.example/x/y?id=3"),
    ],
)
def test_an_address_to_follow_is_only_tidied(link: str, tidy: str) -> None:
    """It stays an address that leads to the same page: host, order and content parameters are kept."""
    assert tidy_url(link, "https://base.example/x/y") == tidy


@pytest.mark.parametrize(
    "link",
    ["mailto:a@b.example", "javascript:void(0)", "ftp://a.example/", "https://", "http://[::1", "http://a:99999/", "http://a b/"],
)
def test_what_is_no_web_address_is_none(link: str) -> None:
    """No address is better than a wrong one."""
    assert tidy_url(link) is None
    assert canonical_url(link) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com/a/b",
        "http://example.com/a/b/",
        "https://www.example.com/a/b?utm_campaign=x&utm_medium=rss",
        "https://m.example.com/a/b#comments",
        "https://www.m.example.com/a/b",
        "https://amp.example.com/a/b",
        "https://example.com/a/b/amp",
        "https://example.com/amp/a/b/",
        "https://example.com/a/b?amp=1",
        "https://example.com/a/b?outputType=amp&ref=rss",
        "https://example.com/a//c/../b",
        "https://EXAMPLE.com:443/a/b?",
    ],
)
def test_variants_of_one_page_are_one_page(link: str) -> None:
    """Mobile, AMP, tracked and untidy addresses meet in one canonical address."""
    assert canonical_url(link) == "https://example.com/a/b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/vest.php?id=1", "https://example.com/vest.php?id=2"),
        ("https://example.com/?eid=1", "https://example.com/?eid=2"),
        ("https://example.com/?source=3&gl=1", "https://example.com/?source=4&gl=1"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://sport.example.com/a", "https://example.com/a"),
        ("https://m.rs/a", "https://rs.rs/a"),
        ("https://example.com/lamp/a", "https://example.com/a"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    """A parameter or path that may name an article is never dropped."""
    assert canonical_url(one) != canonical_url(other)


def test_the_order_of_parameters_does_not_matter_for_identity() -> None:
    """Two orders of the same parameters are one page."""
    assert canonical_url("https://a.example/?b=1&a=2") == canonical_url("https://a.example/?a=2&b=1")


URLS = st.from_regex(
    r"https?://[a-zA-Z.]{1,12}(:\d{1,5})?(/[a-z%0-9. ~/&=A-FšЖ-]{0,12}){0,4}(\?[a-z_%=&;+A-F0-9 š]{0,20})?(#.*)?", fullmatch=True
)


@given(URLS | st.text(max_size=40).map("https://www.m.a.example/".__add__) | st.text(max_size=30))
def test_canonical_and_tidy_addresses_are_fixed_points(link: str) -> None:
    """Doing it twice changes nothing, and tidying first does not either."""
    tidy, canonical = tidy_url(link), canonical_url(link)
    assert (tidy is None) == (canonical is None)
    if tidy is not None and canonical is not None:
        assert tidy_url(tidy) == tidy
        assert canonical_url(canonical) == canonical
        assert canonical_url(tidy) == canonical


def test_the_identity_of_an_article_is_pinned() -> None:
    """Ids are in stores for years: this may only change together with the version."""
    known = article_id(url="https://example.com/a", title="Barikade na severu")
    assert (ID_VERSION, known) == ("a1", PINNED)
    assert len(known) == 32


PINNED = "a19d6191f1c7187be5734dffc8467c2e"


def test_the_same_text_under_the_same_page_is_the_same_article() -> None:
    """Neither script, case and spacing of the headline nor the variant of the address makes another article."""
    one = article_id(url="https://www.example.com/a?utm_source=x", title="Барикаде на северу!", outlet="A", guid="1")
    other = article_id(url="http://m.example.com/a/", title="  barikade na SEVERU", outlet="B", guid="2", published_at=NOW)
    assert one == other


@pytest.mark.parametrize(
    "change",
    [{"title": "Barikade na jugu"}, {"url": "https://example.com/b"}, {"url": None}],
)
def test_another_headline_or_page_is_another_article(change: dict[str, Any]) -> None:
    """Headline and page both count."""
    base: dict[str, Any] = {"url": "https://example.com/a", "title": "Barikade na severu", "outlet": "A"}
    assert article_id(**base) != article_id(**base | change)


def test_without_address_outlet_and_instant_identify() -> None:
    """The same headline of another outlet, or at another instant, is another article; the guid serves without a date."""
    base: dict[str, Any] = {"url": None, "title": "Saopštenje", "outlet": "A", "published_at": NOW, "guid": "1"}
    same = article_id(**base)
    assert article_id(**base | {"guid": "2"}) == same
    assert article_id(**base | {"outlet": "B"}) != same
    assert article_id(**base | {"published_at": NOW + timedelta(seconds=1)}) != same
    undated = base | {"published_at": None}
    assert article_id(**undated) != article_id(**undated | {"guid": "2"})


def test_empty_fields_do_not_take_part() -> None:
    """A field that is absent and one that is empty are the same."""
    assert article_id(url="", title="Naslov", outlet="", guid="") == article_id(url=None, title="Naslov")


@given(st.text(min_size=1), st.text(), st.none() | st.text())
def test_every_title_has_an_id(title: str, outlet: str, guid: str | None) -> None:
    """Titles of signs alone have an identity too."""
    assert article_id(url=None, title=title, outlet=outlet, guid=guid).startswith(ID_VERSION)


def test_an_entry_becomes_an_article_without_guesses(records: Any) -> None:
    """The catalogue gives outlet, family, side, country and language; what the entry lacks stays absent."""
    entry = Entry(feed_id="rs-outlet", guid="g", link="../vest?utm_source=rss", title="Naslov", summary="Naslov", body="Naslov")
    got = to_article(entry, records.feed(), seen_at=NOW, base_url="https://www.site.example/a/b")
    assert got == Article(
        id=article_id(url="https://www.site.example/vest", title="Naslov"),
        outlet="Outlet",
        url="https://www.site.example/vest",
        title="Naslov",
        language="sr",
        first_seen_at=NOW,
        family="publisher",
        side="rs",
        country="RS",
    )


def sighting(records: Any, title: str = LONG, **fields: Any) -> Article:
    article: Article = records.article("a1x", title=title, published_at=NOW, **fields)
    return article


def test_the_same_headline_under_another_address_is_a_sighting(records: Any) -> None:
    """Within a day, of one outlet."""
    first, again = sighting(records), sighting(records, title=LONG.upper() + "!")
    recent = Recent()
    assert recent.same_as(first) is None
    recent.add(first)
    assert recent.same_as(replace(again, id="a1y")) == "a1x"
    assert recent.same_as(first) is None
    assert recent.same_as(replace(again, id="a1y", outlet="Other")) is None


@pytest.mark.parametrize(("hours", "same"), [(23.9, True), (-23.9, True), (24.0, False), (-30.0, False)])
def test_a_day_later_it_is_news_again(records: Any, hours: float, *, same: bool) -> None:
    """A headline that comes every morning is a new article every morning."""
    recent = Recent()
    recent.add(sighting(records))
    again = replace(sighting(records), id="a1y", published_at=NOW + timedelta(hours=hours))
    assert (recent.same_as(again) == "a1x") is same


@pytest.mark.parametrize(
    ("title", "same"),
    [
        (LONG + ".", True),
        (LONG.replace("severu", "severvu"), True),
        (LONG.replace("severu", "jugu"), False),
        (LONG + " i dalje", False),
    ],
)
def test_nearly_the_same_headline_is_the_same_if_long_enough(records: Any, title: str, *, same: bool) -> None:
    """A corrected letter is no news; another word is."""
    recent = Recent()
    recent.add(sighting(records))
    assert (recent.same_as(replace(sighting(records), id="a1y", title=title)) == "a1x") is same


def test_other_numbers_are_other_news(records: Any) -> None:
    """However alike two headlines are, three wounded are not four wounded."""
    recent = Recent()
    recent.add(sighting(records, title=f"{LONG}, 3 povređena"))
    assert recent.same_as(replace(sighting(records), id="a1y", title=f"{LONG}, 4 povređena")) is None


def test_short_headlines_say_nothing_about_identity(records: Any) -> None:
    """Two items called "Vesti" are two items."""
    recent = Recent()
    recent.add(sighting(records, title="Vesti"))
    assert recent.same_as(replace(sighting(records), id="a1y", title="Vesti")) is None


def test_titles_of_the_store_are_known(records: Any) -> None:
    """What was stored in earlier rounds is recognised by the titles that the store gives."""
    recent = Recent({("Outlet", fold(LONG)): "a1old"})
    assert recent.same_as(sighting(records)) == "a1old"


def test_a_headline_of_every_day_meets_the_one_of_its_day(records: Any) -> None:
    """Of several stored articles with one headline, the one within a day is meant, in whatever order they are known."""
    week = [(f"a1day{n}", NOW - timedelta(days=n)) for n in range(7)]
    recent = Recent({("Outlet", fold(LONG)): week})
    at = NOW - timedelta(days=3, hours=-2)
    assert recent.same_as(replace(sighting(records), id="a1new", published_at=at + timedelta(hours=-1))) in {"a1day2", "a1day3"}
    assert recent.same_as(replace(sighting(records), id="a1new", published_at=NOW + timedelta(days=1))) is None
    assert recent.same_as(replace(sighting(records), id="a1day5", published_at=NOW)) is None


def test_the_store_is_asked_for_a_day_before_the_oldest(records: Any) -> None:
    """Future dates do not shorten the window; without dates it is the last day."""
    old, ahead = records.article(published_at=NOW - timedelta(days=3)), records.article(published_at=NOW + timedelta(days=9))
    assert near_since([old, ahead], NOW) == NOW - timedelta(days=4)
    assert near_since([ahead, records.article(published_at=None)], NOW) == NOW - timedelta(days=1)


PIECES = ["http", "https", "://", "/", "//", ".", "..", "a", "B", "-", "_", "~", "%41", "%", "?", "=", "&amp;", "#", ":80", " ",
          "www.", "m.", "example.com", "š", "amp", ".amp.html", "@", "\u200b"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.sampled_from(["", "https://example.com"]))
def test_what_is_plain_at_a_glance_is_tidy(pieces: str, before: str) -> None:
    """An address that is called plain comes out of the long way as it went in; the way to compare it agrees."""
    link = before + pieces
    plain = urls.is_plain(link)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "is_plain", lambda _: False)
        tidy = tidy_url(link, "https://base.example/x/y")
    assert not plain or tidy == link
    assert tidy_url(link, "https://base.example/x/y") == tidy
    if tidy is not None:
        again = canonical_url(tidy)
        assert again is not None
        assert canonical_url(again) == again


def test_no_address_takes_long_to_look_at() -> None:
    """The glance takes no time by the square, nor worse, on what is nearly plain."""
    link = "https://example.com/" + "a/" * 900 + "a" * 150 + "%"
    for _ in range(2_000):
        assert not urls.is_plain(link)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=40))
def test_text_without_markup_is_plain_the_short_way_and_the_long(text: str) -> None:
    """What has neither markup nor entities reads as inside of a tag that says nothing."""
    stated = text.replace("<", "").replace("&", "")

    assert to_plain(stated) == to_plain(f"<b>{stated}</b>")
