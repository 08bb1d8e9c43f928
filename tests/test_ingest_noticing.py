"""What dates give away: archives that come again, entries dated ahead, a clock that is off. Nothing of it makes a spike."""

import asyncio
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from ingest import pipeline
from ingest.noticing import flag_of, remarks
from ingest.retrieve import RetrieveOptions
from tension.index.answer import rows_of
from tension.model import Query
from tension.store import open_reader, open_writer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "day", "flag"),
    [
        (NOW - HOUR, None, None),
        (NOW - 7 * DAY, None, None),
        (NOW - 7 * DAY - HOUR, None, "archive"),
        (NOW + 23 * HOUR, None, None),
        (NOW + 25 * HOUR, None, "future"),
        (None, date(2026, 11, 25), None),
        (None, date(2026, 11, 26), "future"),
        (None, date(2026, 11, 17), None),
        (None, date(2026, 11, 16), "archive"),
        (None, None, None),
    ],
)
def test_old_and_early_articles_are_told_from_news(records: Any, at: datetime | None, day: date | None, flag: str | None) -> None:
    """A week back and a day ahead are news; what states no date is left alone."""
    assert flag_of(records.article(published_at=at, published_date=day), NOW) == flag


def offset(records: Any, published: list[datetime], asked_at: datetime | None) -> str:
    articles = [records.article(str(n), published_at=at) for n, at in enumerate(published)]
    said = remarks(articles, articles, {a.id: flag_of(a, NOW) for a in articles}, NOW, asked_at)
    return said[0] if said else ""


@pytest.mark.parametrize(
    ("published", "asked_ago", "said"),
    [
        ([NOW - HOUR] * 3, HOUR, ""),
        ([NOW + HOUR, NOW - 3 * HOUR], HOUR, "dates are about 1 h ahead"),
        ([NOW + 2 * HOUR - timedelta(minutes=4)], None, "dates are about 2 h ahead"),
        ([NOW + timedelta(minutes=15)], HOUR, ""),
        ([NOW - 3 * HOUR, NOW - 3.5 * HOUR, NOW - 4 * HOUR], HOUR, "dates are about 2 h behind"),
        ([NOW - 3 * HOUR, NOW - 3.5 * HOUR], HOUR, ""),
        ([NOW - 3 * HOUR] * 3, None, ""),
        ([NOW - 3 * HOUR] * 3, 4 * HOUR, ""),
        ([NOW - 9 * DAY] * 3, HOUR, ""),
    ],
)
def test_a_clock_that_is_off_is_said(records: Any, published: list[datetime], asked_ago: timedelta | None, said: str) -> None:
    """Entries from the future show a clock ahead; entries that all came late, one behind. Few or old entries show nothing."""
    got = offset(records, published, NOW - asked_ago if asked_ago else None)
    assert got.startswith(said)
    assert bool(got) == bool(said)


@pytest.mark.parametrize(
    ("n", "n_new", "oldest", "told"),
    [(6, 6, HOUR, 1), (4, 4, HOUR, 0), (6, 5, HOUR, 0), (6, 6, 3 * HOUR, 0), (6, 6, None, 0)],
)
def test_a_feed_that_ran_through_is_said(records: Any, n: int, n_new: int, oldest: timedelta | None, told: int) -> None:
    """All entries new and younger than the last look: some may be lost. Old entries under new addresses lose nothing."""
    published = [NOW - HOUR] * (n - 1) + [None if oldest is None else NOW - oldest]
    articles = [records.article(str(k), published_at=at) for k, at in enumerate(published)]
    found = remarks(articles, articles[:n_new], {}, NOW, NOW - 2 * HOUR)

    assert sum(r.startswith("all entries are new since 2026-11-24 10:00 UTC") for r in found) == told
    assert not any("all entries" in r for r in remarks(articles, articles, {}, NOW, None))


def run(url: str, feed: Any, now: datetime) -> Any:
    options = RetrieveOptions(clock=lambda: now, user_agent="t", allow_hosts=frozenset({"127.0.0.1"}), n_tries=1)
    with closing(open_writer(url)) as writer:
        return asyncio.run(pipeline.run([feed], writer, options=options, now=now))


def rss(dates: list[datetime]) -> bytes:
    rows = "".join(
        f"<item><title>Blokiran put kod Jarinja, dan {n}</title><link>https://a.example/{n}</link>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
        for n, at in enumerate(dates)
    )
    return f'<rss version="2.0"><channel><title>T</title>{rows}</channel></rss>'.encode()


def test_an_archive_that_comes_again_is_no_spike(store_url: str, feed_server: Any, records: Any) -> None:
    """Three hundred old entries are stored on their own days; today has what was published today, and it is reported."""
    feed = records.feed(url=feed_server.answer("/f", rss([NOW - HOUR, *(NOW - (n + 8) * DAY for n in range(300))])))
    report = run(store_url, feed, NOW)
    with closing(open_reader(store_url)) as reader:
        today = reader.articles(Query(since=NOW.date(), until=NOW.date()))
        earlier = reader.articles(Query(since=NOW.date() - 3000 * DAY, until=NOW.date() - DAY))
        coverage = reader.coverage(NOW.date(), NOW.date())
        signals = reader.signals(Query(since=NOW.date(), until=NOW.date()))

    assert report.articles_new == 301
    assert (len(today), len(earlier)) == (1, 300)
    assert list(coverage["n_articles"]) == [1]
    assert len(signals) <= 3
    assert "brings its archive: 300 of 301 new entries" in report.issues[0].issue


def test_what_is_dated_ahead_counts_for_no_day_yet_is_kept(store_url: str, feed_server: Any, records: Any) -> None:
    """An entry of next month is stored with its date as stated, is found, and is on no day, today's included."""
    feed = records.feed(url=feed_server.answer("/f", rss([NOW - HOUR, NOW + 30 * DAY])))
    report = run(store_url, feed, NOW)
    with closing(open_reader(store_url)) as reader:
        dated = reader.articles(Query(since=NOW.date() - DAY, until=NOW.date() + 60 * DAY))
        undated = reader.undated(Query(since=NOW.date(), until=NOW.date()))
        kept = reader.evidence(list(undated["article_id"]))

    assert report.articles_new == 2
    assert len(dated) == 1
    assert {at.to_pydatetime() for at in kept["published_at"]} == {NOW + 30 * DAY}
    assert any("dated more than a day ahead; they are kept" in i.issue for i in report.issues)


def test_what_was_noticed_is_kept_with_the_attempt(store_url: str, feed_server: Any, records: Any) -> None:
    """Format, remarks and the new address of a feed are there for whoever looks later."""
    feed_server.answer("/new", rss([NOW + HOUR]))
    feed = records.feed(url=feed_server.answer("/f", status=301, Location="/new"))
    run(store_url, feed, NOW)
    with closing(open_writer(store_url)) as writer:
        last = writer.last_fetches()["rs-outlet"]

    assert (last.format, last.moved_to) == ("rss20", feed_server.url("/new"))
    assert last.remarks == ("dates are about 1 h ahead; is its time zone wrong?",)


def _today(url: str) -> list[list[dict[str, Any]]]:
    """Return the index of the last three days with all that it is made of, for the region and for one of its countries."""
    query = Query(since=NOW.date() - 2 * DAY, until=NOW.date())
    with closing(open_reader(url)) as reader:
        return [rows_of(reader, scope, query, full=True) for scope in ("region", "XK")]


def archive(n: int) -> bytes:
    """Return the two entries of today's document before an archive of n entries, a tenth of them blockades."""
    rows = "".join(
        f"<item><title>{'Blokiran put kod Jarinja' if k % 10 == 0 else 'Otvoren sajam knjiga'}, godina {k}</title>"
        f"<link>https://a.example/old/{k}</link><pubDate>{format_datetime(NOW - 400 * DAY - k * HOUR)}</pubDate></item>"
        for k in range(n)
    )
    return rss([NOW - HOUR, NOW - 30 * HOUR]).replace(b"</channel>", rows.encode() + b"</channel>")


def test_an_archive_of_thousands_moves_no_number_of_today(sqlite_url: str, feed_server: Any, records: Any) -> None:
    """Five thousand old entries, published again at once: the index of these days is what it was, to the last digit."""
    feed = records.feed(url=feed_server.answer("/f", rss([NOW - HOUR, NOW - 30 * HOUR])), country="XK")
    run(sqlite_url, feed, NOW)
    before = _today(sqlite_url)
    feed_server.answer("/f", archive(4_998))
    report = run(sqlite_url, feed, NOW + HOUR)
    with closing(open_reader(sqlite_url)) as reader:
        n_today, span = list(reader.coverage(NOW.date(), NOW.date())["n_articles"]), reader.span()

    assert report.articles_new == 4_998
    assert any("brings its archive: 4998 of 4998 new entries" in i.issue for i in report.issues)
    assert before[1][-1]["value"]
    assert before[1][-1]["contributions"]
    assert _today(sqlite_url) == before
    assert n_today == [2]
    # Days that nobody watched are no history: today would stand out among them.
    assert span == ((NOW - DAY).date(), NOW.date())
