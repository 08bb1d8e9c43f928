"""A round from feeds to the store, over a real server: nothing lost, nothing doubled, one bad feed costs only itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

import pytest

from ingest import pipeline
from ingest.articles import ID_VERSION, article_id
from ingest.retrieve import RetrieveOptions, user_agent
from ingest.schedule import due
from tension.model import Feed, Query
from tension.store import open_reader, open_writer
from tension.store.checking import problems

NOW = datetime(2021, 9, 27, 12, 0, tzinfo=UTC)
DAY = Query(since=NOW.date() - timedelta(days=30), until=NOW.date() + timedelta(days=1))
ITEMS = [
    ("Srbi drugi dan blokiraju put ka Jarinju", "https://example.org/1", NOW - timedelta(hours=3)),
    ("Војни авиони надлетали Јариње", "https://example.org/2", NOW - timedelta(hours=2)),
    ("Otvoren sajam knjiga u Beogradu", "https://example.org/3", NOW - timedelta(hours=1)),
]


def rss(items):
    """Return an RSS document of (title, link, instant or None)."""
    rows = "".join(
        f"<item><title>{escape(t)}</title><link>{escape(u)}</link>"
        + (f"<pubDate>{format_datetime(at)}</pubDate>" if at else "")
        + "</item>"
        for t, u, at in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{rows}</channel></rss>'.encode()


def feed(url, id_="rs-example", **more):
    """Return a feed of the catalogue."""
    values = {
        "outlet": "Example",
        "language": "sr",
        "script": None,
        "country": "RS",
        "family": "example",
        "side": "serbia",
        "kind": "portal",
    }
    return Feed(id=id_, url=url, **(values | more))


def run(url, feeds, now=NOW):
    """Run one round and close the store."""
    options = RetrieveOptions(
        clock=lambda: now,
        user_agent=user_agent("mailto:desk@example.org", "1"),
        allow_hosts=frozenset({"127.0.0.1"}),
        read_s=2.0,
        n_tries=1,
    )
    writer = open_writer(url)
    try:
        return asyncio.run(pipeline.run(feeds, writer, options=options, now=now))
    finally:
        writer.close()


@pytest.fixture
def articles(store_url):
    """Return a function that reads the stored articles."""

    def read():
        reader = open_reader(store_url)
        try:
            return reader.articles(DAY)
        finally:
            reader.close()

    return read


def test_a_round_stores_articles_with_signals_and_places(feed_server, store_url):
    """Headlines in both scripts become signals at their places, with the day that the feed states."""
    report = run(store_url, [feed(feed_server.answer("/f", rss(ITEMS)))])
    reader = open_reader(store_url)
    signals = reader.signals(DAY)
    reader.close()

    assert (report.feeds_answered, report.entries_seen, report.articles_new) == (1, 3, 3)
    assert {"border_blockade", "air_activity"} <= set(signals["code"])
    assert set(signals["place_id"]) == {"crossing-jarinje"}
    assert {d.date() for d in signals["day"]} == {NOW.date()}


def test_a_second_round_adds_nothing(feed_server, store_url, articles):
    """The same document again is only sightings; with validators it is not even sent."""
    url = feed_server.answer("/f", rss(ITEMS), ETag='"1"')
    run(store_url, [feed(url)])
    again = run(store_url, [feed(url)], NOW + timedelta(hours=1))
    feed_server.seen.clear()
    feed_server.answer("/f", status=304)
    unchanged = run(store_url, [feed(url)], NOW + timedelta(hours=2))

    assert (again.articles_new, again.sightings) == (0, 3)
    assert (unchanged.not_modified, unchanged.entries_seen) == (1, 0)
    assert feed_server.seen[0][1]["if-none-match"] == '"1"'
    assert len(articles()) == 3


def test_one_bad_feed_never_loses_a_round(feed_server, store_url, articles):
    """A web page, an error, an unknown host and a forbidden address are named with their reasons; the good feed is stored."""
    feeds = [
        feed(feed_server.answer("/good", rss(ITEMS))),
        feed(feed_server.answer("/page", b"<!doctype html><html><title>Moved</title></html>"), "rs-page"),
        feed(feed_server.answer("/gone", status=410), "rs-gone"),
        feed(feed_server.answer("/empty"), "rs-empty"),
        feed("http://10.0.0.1/feed", "rs-inside"),
        feed("http://does-not-exist.invalid/feed", "rs-nowhere"),
    ]
    report = run(store_url, feeds)
    failed = {f.feed: f for f in report.failed}

    assert set(failed) == {"rs-page", "rs-gone", "rs-empty", "rs-inside", "rs-nowhere"}
    assert failed["rs-gone"].grade == "gone"
    assert "web page" in failed["rs-page"].reason
    assert "empty" in failed["rs-empty"].reason
    assert all(f.reason for f in failed.values())
    assert len(articles()) == 3


def test_an_article_in_two_feeds_of_an_outlet_is_one_with_two_sightings(feed_server, store_url, articles):
    """The front page and the politics feed carry the same article: stored once, seen twice."""
    feeds = [feed(feed_server.answer("/a", rss(ITEMS))), feed(feed_server.answer("/b", rss(ITEMS[:1])), "rs-example-politics")]
    run(store_url, feeds)
    rows = articles().set_index("title")

    assert len(rows) == 3
    assert rows.loc[ITEMS[0][0], "n_sightings"] == 2


def test_a_headline_that_comes_again_under_another_address_is_the_same_article(feed_server, store_url, articles):
    """Within a day, one outlet's equal headline at a second address is a sighting; a different number is another report."""
    items = [
        ("Troje povređenih u sukobu kod Zubinog Potoka, saopštila policija", "https://example.org/a", NOW - timedelta(hours=2)),
        ("Troje povređenih u sukobu kod Zubinog Potoka, saopštila policija", "https://example.org/a-2", NOW - timedelta(hours=1)),
        ("U sukobu kod Zubinog Potoka 3 povređenih, saopštila je policija", "https://example.org/b", NOW - timedelta(hours=1)),
        ("U sukobu kod Zubinog Potoka 4 povređenih, saopštila je policija", "https://example.org/c", NOW - timedelta(hours=1)),
    ]
    run(store_url, [feed(feed_server.answer("/f", rss(items)))])

    assert len(articles()) == 3


def test_of_two_nearly_equal_headlines_the_stored_one_is_read(feed_server, store_url, articles):
    """A corrected headline in one document is a sighting; the words that a signal points at stand in what is stored."""
    title = "Jučee u Zubinom Potoku Srbi drugi dan blokiraju put ka prelazu Jarinje"
    items = [(title, "https://example.org/a", NOW), (title.replace("ee", "e"), "https://example.org/b", NOW)]
    run(store_url, [feed(feed_server.answer("/f", rss(items)))])

    assert list(articles()["title"]) == [title]
    assert list(problems(store_url, lambda url, title: article_id(url=url, title=title), ID_VERSION)) == []


def test_a_missing_date_stays_missing(feed_server, store_url):
    """An entry without a date is stored without one: it is in no day's number, and can be listed."""
    run(store_url, [feed(feed_server.answer("/f", rss([(*ITEMS[0][:2], None)])))])
    reader = open_reader(store_url)
    dated, undated = reader.signals(DAY), reader.undated(DAY)
    reader.close()

    assert len(dated) == 0
    assert len(undated) >= 1


def test_feeds_are_due_by_their_record(feed_server, store_url):
    """After a round a feed is not due at once, and is due again later."""
    feeds = [feed(feed_server.answer("/f", rss(ITEMS)))]
    run(store_url, feeds)
    writer = open_writer(store_url)
    last = writer.last_fetches()
    writer.close()

    assert due(NOW + timedelta(minutes=1), feeds, last) == ()
    assert due(NOW + timedelta(hours=3), feeds, last) == tuple(feeds)


def test_a_feed_that_is_not_due_is_not_retired(feed_server, store_url):
    """A round over some feeds of the catalogue leaves the others as they are; one that left the catalogue is retired."""
    some, other, gone = (
        feed(feed_server.answer("/f", rss(ITEMS))),
        feed("https://b.example/", "rs-b"),
        feed("https://c.example/", "rs-c"),
    )
    options = RetrieveOptions(clock=lambda: NOW, user_agent="t", allow_hosts=frozenset({"127.0.0.1"}), n_tries=1)
    writer = open_writer(store_url)
    try:
        writer.put_feeds([some, other, gone], NOW)
        asyncio.run(pipeline.run([some], writer, options=options, now=NOW, catalogue=[some, other]))
    finally:
        writer.close()
    reader = open_reader(store_url)
    feeds = reader.feeds(NOW).set_index("feed_id")
    reader.close()

    assert dict(feeds["retired"]) == {"rs-example": False, "rs-b": False, "rs-c": True}


def test_the_rest_of_a_document_that_was_cut_off_comes_with_the_next_round(feed_server, store_url, articles):
    """A server that stops in the middle of a headline, yet vouches for what it sent, costs no article and makes up none."""
    whole = rss(ITEMS)
    middle = whole.index(b"Otvoren sajam") + len("Otvoren")
    asked = []

    def reply(handler):
        asked.append(handler.headers.get("If-None-Match"))
        body = whole if len(asked) > 1 else whole[:middle]
        unchanged = asked[-1] == '"v1"'
        handler.send_response(304 if unchanged else 200)
        handler.send_header("ETag", '"v1"')
        handler.send_header("Content-Type", "application/rss+xml")
        handler.send_header("Content-Length", str(0 if unchanged else len(body)))
        handler.end_headers()
        if not unchanged:
            handler.wfile.write(body)

    feed_server.routes["/cut"] = reply
    url = feed_server.url("/cut")
    first = run(store_url, [feed(url)])
    second = run(store_url, [feed(url)], now=NOW + timedelta(hours=1))
    third = run(store_url, [feed(url)], now=NOW + timedelta(hours=2))

    assert (first.articles_new, second.articles_new, third.not_modified) == (2, 1, 1)
    assert any("cut off before its end" in issue.issue for issue in first.issues)
    assert asked == [None, None, '"v1"']
    assert sorted(articles()["title"]) == sorted(title for title, _, _ in ITEMS)
