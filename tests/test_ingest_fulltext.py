"""Articles' own pages, over a real server: only where the operator chose, within the site's rules, at no cost when they fail."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import fulltext, pipeline
from ingest.fulltext import text_of
from ingest.report import RoundReport
from ingest.retrieve import RetrieveOptions
from tension.model import Feed, Query
from tension.store import open_reader, open_writer

NOW = datetime(2021, 9, 27, 12, tzinfo=UTC)
TODAY = Query(since=NOW.date(), until=NOW.date())
#: Sentences of ours, long enough to be an article.
SENTENCES = (
    "Kolona kamiona stoji na magistralnom putu od ranog jutra, a vozači čekaju da se otvori prelaz.",
    "Srbi su blokirali put ka Jarinju i postavili šatore pored puta.",
    "Meštani kažu da će ostati dok se ne donese odluka koja im je obećana prošle nedelje.",
    "Policija je na mestu događaja i usmerava saobraćaj prema drugom putu.",
)
ARTICLE = (
    "<html><head><title>x</title>{head}</head><body><nav><a href='/'>Naslovna</a><a href='/s'>Sport</a></nav>"
    "<article><h1>Dan na putu</h1>"
    + "".join(f"<p>{s}</p>" for s in SENTENCES)
    + "</article><footer>Sva prava zadržana. <script>alert(1)</script></footer></body></html>"
)


def page(head: str = "") -> bytes:
    """Return an article's page."""
    return ARTICLE.replace("{head}", head).encode()


def rss(links: list[str]) -> bytes:
    """Return a feed with a headline that says nothing for each address."""
    items = "".join(
        f"<item><title>Dan na putu, broj {n}</title><link>{link}</link>"
        f"<pubDate>{format_datetime(NOW - timedelta(minutes=n))}</pubDate></item>"
        for n, link in enumerate(links, start=1)
    )
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


@pytest.fixture
def ask(sqlite_url: str) -> Callable[..., RoundReport]:
    """Run one round over feeds."""

    def run(*feeds: Feed, now: datetime = NOW) -> RoundReport:
        how = RetrieveOptions(clock=lambda: now, user_agent="test", allow_hosts=frozenset({"127.0.0.1"}), read_s=2.0, n_tries=1)
        with closing(open_writer(sqlite_url)) as writer:
            return asyncio.run(pipeline.run(feeds, writer, options=how, now=now))

    return run


@pytest.fixture
def stored(sqlite_url: str) -> Callable[[], Any]:
    """Return what is stored of today: (bodies by address, codes of signals)."""

    def read() -> Any:
        with closing(open_reader(sqlite_url)) as reader:
            articles = reader.evidence(list(reader.articles(TODAY)["article_id"]))
            return dict(zip(articles["url"], articles["body"], strict=True)), set(reader.signals(TODAY)["code"])

    return read


def test_a_page_is_read_where_the_operator_chose_so(feed_server: Any, records: Any, ask: Any, stored: Any) -> None:
    """The article's text is stored and read: the blockade that only the page tells is found; menus and scripts are not."""
    feed_server.answer("/robots.txt", status=404)
    link = feed_server.answer("/a", page(), Content_Type="text/html; charset=utf-8")
    feed = records.feed(url=feed_server.answer("/f", rss([link])), fulltext=True)
    report = ask(feed)
    bodies, codes = stored()

    assert report.articles_new == 1
    assert all(sentence in bodies[link] for sentence in SENTENCES)
    assert not any(word in bodies[link] for word in ("Naslovna", "alert", "prava"))
    assert "border_blockade" in codes
    assert "text/html" in next(headers["accept"] for path, headers in feed_server.seen if path == "/a")


def test_no_page_is_asked_for_unless_chosen(feed_server: Any, records: Any, ask: Any, stored: Any) -> None:
    """A feed brings headlines; pages are another matter."""
    feed_server.answer("/robots.txt", status=404)
    link = feed_server.answer("/a", page())
    ask(records.feed(url=feed_server.answer("/f", rss([link]))))
    assert stored() == ({link: ""}, set())
    assert "/a" not in {path for path, _ in feed_server.seen}


def test_a_stored_article_is_not_asked_for_again(feed_server: Any, records: Any, ask: Any) -> None:
    """The second round asks for the page of the new article alone; a body that the feed brings needs no page."""
    feed_server.answer("/robots.txt", status=404)
    links = [feed_server.answer(f"/{n}", page(), Content_Type="text/html") for n in range(2)]
    feed = records.feed(url=feed_server.answer("/f", rss(links[:1])), fulltext=True)
    ask(feed)
    feed_server.answer("/f", rss(links))
    ask(feed, now=NOW + timedelta(hours=1))
    assert [path for path, _ in feed_server.seen if path in {"/0", "/1"}] == ["/0", "/1"]


def test_robots_are_respected(feed_server: Any, records: Any, ask: Any, stored: Any) -> None:
    """A page that robots.txt forbids is not asked for, and the remark says so, although the feed itself may be."""
    feed_server.answer("/robots.txt", b"User-agent: *\nDisallow: /a")
    link = feed_server.answer("/a", page())
    report = ask(records.feed(url=feed_server.answer("/f", rss([link])), fulltext=True))
    assert stored() == ({link: ""}, set())
    assert "/a" not in {path for path, _ in feed_server.seen}
    assert any("robots.txt" in i.issue and "full text: 1 pages gave none" in i.issue for i in report.issues)


@pytest.mark.parametrize("head", ['<meta name="tdm-reservation" content="1">', '<META NAME="Robots" CONTENT="index, NOARCHIVE">'])
def test_a_page_that_reserves_its_text_keeps_it(head: str) -> None:
    """What the publisher says on the page counts like robots.txt."""
    got = text_of(page(head), "utf-8", "https://a.example/")
    assert not got.body
    assert "reserves its text" in got.reason


def dead(handler: BaseHTTPRequestHandler) -> None:
    """Hang up."""
    handler.connection.close()


def test_a_page_that_fails_costs_nothing(feed_server: Any, records: Any, ask: Any, stored: Any) -> None:
    """Gone, hanging up, too large, a picture, leading inside: each article is stored by its headline, the good one in full."""
    feed_server.answer("/robots.txt", status=404)
    links = [
        feed_server.answer("/good", page(), Content_Type="text/html"), feed_server.answer("/gone", status=410),
        feed_server.answer("/large", b"<p>" * 800_000), feed_server.answer("/png", b"x", Content_Type="image/png"),
        feed_server.answer("/in", status=302, Location="http://169.254.169.254/"), feed_server.url("/dead"),
        feed_server.answer("/short", b"<html><body><p>Kratko.</p></body></html>"),
    ]  # fmt: skip
    feed_server.routes["/dead"] = dead
    report = ask(records.feed(url=feed_server.answer("/f", rss(links)), fulltext=True))
    bodies, _ = stored()
    assert report.articles_new == 7
    assert {link for link, body in bodies.items() if body} == {links[0]}
    assert any("full text: 6 pages gave none" in i.issue for i in report.issues)


def test_a_feed_costs_few_pages_a_round(feed_server: Any, records: Any, ask: Any) -> None:
    """Of many new articles the newest are read in full; the rest by their headlines."""
    feed_server.answer("/robots.txt", status=404)
    links = [feed_server.answer(f"/p{n}", page(), Content_Type="text/html") for n in range(fulltext.MOST_PAGES + 15)]
    report = ask(records.feed(url=feed_server.answer("/f", rss(links)), fulltext=True))
    asked = {path for path, _ in feed_server.seen if path.startswith("/p")}
    assert report.articles_new == fulltext.MOST_PAGES + 15
    assert asked == {f"/p{n}" for n in range(fulltext.MOST_PAGES)}


def test_pages_that_take_too_long_end_with_the_time(
    feed_server: Any, records: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the time of a feed is up, the articles are stored all the same."""
    monkeypatch.setattr(fulltext, "BUDGET_S", 0.0)
    feed_server.answer("/robots.txt", status=404)
    feed = records.feed(url=feed_server.answer("/f", rss([feed_server.answer("/a", page())])), fulltext=True)
    report = ask(feed)
    assert report.articles_new == 1
    assert any("no time left" in i.issue for i in report.issues)


def test_without_the_extra_headlines_are_read_and_it_is_said(
    feed_server: Any, records: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator learns what to install."""
    monkeypatch.setattr(fulltext.importlib.util, "find_spec", lambda _: None)
    feed_server.answer("/robots.txt", status=404)
    feed = records.feed(url=feed_server.answer("/f", rss([feed_server.answer("/a", page())])), fulltext=True)
    assert any("karaula[fulltext]" in i.issue for i in ask(feed).issues)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 5_000, b"<" * 100_000, b"<div>" * 50_000, b"<p>" + b"a " * 500_000,
        b"<!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
        b"<table>" * 3_000 + b"x", b"<a href='" + b"x" * 100_000, b"<html><body>" + b"<p>x</p>" * 30_000,
        b"\xff\xfe<\x00p\x00>\x00",
        b"<?xml version='1.0' encoding='utf-8'?><html><body><p>x</p></body></html>", b"<frameset>", b"<svg>" * 500,
    ],
)  # fmt: skip
@pytest.mark.parametrize("charset", [None, "utf-8", "no-such"])
def test_hostile_pages_give_no_text_and_do_no_harm(content: bytes, charset: str | None) -> None:
    """Deep, endless, empty, mis-declared: a reason in words, never an accident."""
    got = text_of(content, charset, "https://a.example/")
    assert "passwd" not in got.body
    assert bool(got.body) != bool(got.reason)


@given(st.binary(max_size=600))
def test_no_page_breaks_the_reading(data: bytes) -> None:
    """Any bytes give a text or a reason."""
    got = text_of(page().replace(b"<p>", b"<p>" + data), None, "https://a.example/")
    assert bool(got.body) != bool(got.reason)


def test_a_declared_encoding_is_believed() -> None:
    """A page in windows-1250 whose server says so keeps its letters."""
    got = text_of(page().decode().encode("windows-1250"), "windows-1250", "https://a.example/")
    assert SENTENCES[1] in got.body


def test_the_choice_is_no_part_of_the_stored_feed(sqlite_url: str, records: Any) -> None:
    """How a feed is asked does not change what it is: nothing is written anew when it is chosen."""
    with closing(open_writer(sqlite_url)) as writer:
        writer.put_feeds([records.feed()], NOW)
        writer.put_feeds([replace(records.feed(), fulltext=True)], NOW)
    with closing(open_reader(sqlite_url)) as reader:
        assert list(reader.feeds(NOW)["feed_id"]) == ["rs-outlet"]
