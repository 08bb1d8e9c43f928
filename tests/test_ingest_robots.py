"""robots.txt over a real server: what is forbidden is not asked, what cannot be read is not asked past."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stamina

from ingest.outcomes import Failure, FeedRequest, Grade, Retrieval
from ingest.retrieve import RetrieveOptions, retrieve_all, user_agent
from ingest.robots import RobotsMemory
from ingest.turns import Turns
from tension.model import RetrievedFeed

NOW = datetime(2026, 11, 24, tzinfo=UTC)
RSS = b"<rss><channel><title>T</title></channel></rss>"
TLS = ssl.create_default_context()


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    stamina.instrumentation.set_on_retry_hooks([])
    yield
    stamina.instrumentation.set_on_retry_hooks(None)


def ask(urls: Sequence[str], memory: RobotsMemory | None = None, now: datetime = NOW, **more: Any) -> list[Retrieval]:
    """Ask for feeds in one round; return what came of each, in the order of the addresses."""
    options = RetrieveOptions(
        clock=lambda: now,
        user_agent=user_agent("mailto:desk@example.org", "1"),
        allow_hosts=frozenset({"127.0.0.1"}),
        robots=memory or RobotsMemory(),
        tls=TLS,
        n_tries=1,
        read_s=1.0,
    )

    async def run() -> list[Retrieval]:
        requests = [FeedRequest(feed_id=url, url=url) for url in urls]
        return [r async for r in retrieve_all(requests, options=replace(options, **more))]

    return sorted(asyncio.run(run()), key=lambda r: urls.index(r.request.feed_id))


def asked(feed_server: Any) -> list[str]:
    return [path for path, _ in feed_server.seen]


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /private", True),
        ("User-agent: *\nDisallow: /feed", False),
        ("User-agent: *\nDisallow: /\nAllow: /feed", True),
        ("User-agent: Karaula\nDisallow: /\n\nUser-agent: *\nDisallow:", False),
        ("User-agent: karaula\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: OtherBot\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*.xml$", False),
        ("", True),
        ("<html><body>Not a file of rules</body></html>", True),
        ("\ufeffUser-agent: *\r\nDisallow: /feed.xml\r\n", False),
        ("User-agent: *\nDisallow: /" + "*f" * 5_000 + "$", True),
    ],
)
def test_the_rules_of_a_host_are_kept(feed_server: Any, rules: str, *, allowed: bool) -> None:
    """The group of our name comes before that of everybody; what is forbidden is never asked for."""
    feed_server.answer("/robots.txt", rules.encode())
    url = feed_server.answer("/feed.xml", RSS)
    result = ask([url])[0].result

    assert isinstance(result, RetrievedFeed) is allowed
    assert asked(feed_server) == ["/robots.txt", "/feed.xml"][: 1 + allowed]
    if isinstance(result, Failure):
        assert result.reason == "robots.txt of 127.0.0.1 does not allow it"
        assert result.grade is Grade.HARD


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_host_without_rules_forbids_nothing(feed_server: Any, status: int) -> None:
    """RFC 9309, 2.3.1.3: unavailable means that all may be asked."""
    feed_server.answer("/robots.txt", b"User-agent: *\nDisallow: /", status)
    assert isinstance(ask([feed_server.answer("/feed.xml", RSS)])[0].result, RetrievedFeed)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_host_that_cannot_show_its_rules_is_left_alone_for_now(feed_server: Any, status: int) -> None:
    """RFC 9309, 2.3.1.4: unreachable means that nothing may be asked; it is tried again soon."""
    memory = RobotsMemory()
    url = feed_server.answer("/feed.xml", RSS)
    feed_server.answer("/robots.txt", b"", status)
    result = ask([url], memory)[0].result
    feed_server.answer("/robots.txt", b"", 404)

    assert isinstance(result, Failure)
    assert result.grade is Grade.TEMPORARY
    assert str(status) in result.reason
    assert "/feed.xml" not in asked(feed_server)
    assert isinstance(ask([url], memory, NOW + timedelta(minutes=9))[0].result, Failure)
    assert isinstance(ask([url], memory, NOW + timedelta(minutes=11))[0].result, RetrievedFeed)


def test_rules_are_read_once_a_day_and_host(feed_server: Any) -> None:
    """Many feeds of a host in many rounds ask for its rules once; after a day again."""
    memory = RobotsMemory()
    feed_server.answer("/robots.txt", b"User-agent: *\nDisallow:")
    urls = [feed_server.answer(f"/{n}", RSS) for n in range(5)]
    ask(urls, memory)
    ask(urls, memory, NOW + timedelta(hours=23))
    assert asked(feed_server).count("/robots.txt") == 1
    ask(urls, memory, NOW + timedelta(hours=25))
    assert asked(feed_server).count("/robots.txt") == 2


def test_rules_are_found_through_redirects(feed_server: Any) -> None:
    """At least five are followed; a circle counts as no rules."""
    feed_server.answer("/robots.txt", status=301, Location="/r1")
    feed_server.answer("/r1", status=302, Location=feed_server.url("/r2"))
    feed_server.answer("/r2", b"User-agent: *\nDisallow: /feed")
    url = feed_server.answer("/feed.xml", RSS)
    assert isinstance(ask([url])[0].result, Failure)
    feed_server.answer("/r2", status=301, Location="/r1")
    assert isinstance(ask([url])[0].result, RetrievedFeed)


def test_a_redirect_into_forbidden_ground_is_not_followed(feed_server: Any) -> None:
    """Each address on the way is held against the rules, not only the first."""
    feed_server.answer("/robots.txt", b"User-agent: *\nDisallow: /private")
    feed_server.answer("/private/feed.xml", RSS)
    url = feed_server.answer("/feed.xml", status=302, Location="/private/feed.xml")
    assert isinstance(ask([url])[0].result, Failure)
    assert "/private/feed.xml" not in asked(feed_server)


def test_rules_without_end_are_read_so_far(feed_server: Any) -> None:
    """A file of many megabytes is cut at half of one; what stands there counts."""
    feed_server.answer("/robots.txt", b"User-agent: *\nDisallow: /feed\n" + b"# x\n" * 1_000_000)
    assert isinstance(ask([feed_server.answer("/feed.xml", RSS)])[0].result, Failure)


@pytest.mark.parametrize(("stated", "heard"), [("0.2", 0.2), ("3", 3.0), ("600", 5.0), ("soon", 0.0)])
def test_a_wish_for_pauses_is_heard(feed_server: Any, stated: str, heard: float) -> None:
    """Crawl-delay is read up to a bound."""
    memory = RobotsMemory()
    feed_server.answer("/robots.txt", f"User-agent: *\nCrawl-delay: {stated}\nDisallow:".encode())
    ask([feed_server.answer("/feed.xml", RSS)], memory)
    assert [rules.delay_s for rules in memory.rules.values()] == [heard]


def test_a_host_that_wishes_for_pauses_gets_them() -> None:
    """Its questions are parted by what it wished, where that is longer than our own manners."""
    turns = Turns(RetrieveOptions(clock=lambda: NOW, user_agent="t", per_host_per_second=2.0))
    turns.slow_down("slow.example", 3.0)
    turns.slow_down("fast.example", 0.1)
    pace = {host: (turns.pace[host].max_rate, turns.pace[host].time_period) for host in ("slow.example", "fast.example")}
    assert pace == {"slow.example": (1, 3.0), "fast.example": (2.0, 1.0)}


def test_an_own_host_without_an_answer_is_asked_all_the_same(feed_server: Any) -> None:
    """Where the operator allowed a host by name, a broken connection for its rules stops nothing."""
    feed_server.routes["/robots.txt"] = lambda handler: handler.connection.close()
    results = ask([feed_server.answer(f"/{n}.xml", RSS) for n in range(20)])
    assert all(isinstance(r.result, RetrievedFeed) for r in results)
    # It is not asked for its rules again and again.
    assert asked(feed_server).count("/robots.txt") == 1
