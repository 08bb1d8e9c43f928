"""What is remembered between questions and agreed on a connection: moves, freshness, TLS, HTTP/2, pace."""

import asyncio
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlsserver import EXPIRED, TlsServer, trusted

from ingest.moves import BELIEVED, Moves
from ingest.outcomes import Failure, Grade, max_age_of
from ingest.retrieve import FeedRequest, Retrieval, RetrieveOptions, retrieve_all, user_agent
from ingest.robots import RobotsMemory
from ingest.turns import Turns
from tension.model import RetrievedFeed

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BODY = b'<rss version="2.0"><channel><title>T</title></channel></rss>'
OPTIONS = RetrieveOptions(
    clock=lambda: NOW, user_agent=user_agent("mailto:desk@example.org", "1"), allow_hosts=frozenset({"127.0.0.1"}), n_tries=1
)


def ask(*urls: str, **changes: Any) -> list[Retrieval]:
    """Ask for addresses at once; return what came, in their order."""

    async def run() -> list[Retrieval]:
        asked = [FeedRequest(feed_id=f"f{i}", url=url) for i, url in enumerate(urls)]
        return [r async for r in retrieve_all(asked, options=replace(OPTIONS, **changes))]

    return sorted(asyncio.run(run()), key=lambda r: r.request.feed_id)


def paths(feed_server: Any) -> list[str]:
    """Return what the server was asked for since the last time."""
    found = [path for path, _ in feed_server.seen]
    feed_server.seen.clear()
    return found


def test_a_permanent_move_is_remembered_and_told_each_time(feed_server: Any) -> None:
    """The old address is spared from then on; the move stays a remark, for the catalogue is the operator's."""
    feed_server.answer("/new", BODY)
    old, moves = feed_server.answer("/old", status=301, Location="/new"), Moves()
    told = [ask(old, moves=moves)[0] for _ in range(3)]
    assert {r.moved_to for r in told} == {feed_server.url("/new")}
    assert all(isinstance(r.result, RetrievedFeed) for r in told)
    assert paths(feed_server) == ["/old", "/new", "/new", "/new"]


def test_the_old_address_is_asked_again_some_times_a_day(feed_server: Any) -> None:
    """A redirect that was a mistake ends with its cause; a clock that was set back believes no longer either."""
    feed_server.answer("/new", BODY)
    old, moves = feed_server.answer("/old", status=308, Location="/new"), Moves()
    ask(old, moves=moves)
    feed_server.answer("/old", BODY)
    paths(feed_server)
    for clock, expected in ((NOW, "/new"), (NOW + BELIEVED, "/old"), (NOW - timedelta(days=1), "/old")):
        (got,) = ask(old, moves=moves, clock=lambda clock=clock: clock)
        assert (paths(feed_server), got.moved_to is None) == ([expected], expected == "/old")


@pytest.mark.parametrize("status", [404, 410, 403])
def test_where_the_new_address_gives_nothing_the_old_one_is_asked_at_once(feed_server: Any, status: int) -> None:
    """Nobody is silent for days because of a redirect that he took back."""
    feed_server.answer("/new", BODY)
    old, moves = feed_server.answer("/old", status=301, Location="/new"), Moves()
    ask(old, moves=moves)
    feed_server.answer("/new", status=status)
    feed_server.answer("/old", BODY)
    paths(feed_server)
    (got,) = ask(old, moves=moves)
    assert isinstance(got.result, RetrievedFeed)
    assert (paths(feed_server), got.moved_to) == (["/new", "/old"], None)


def test_what_moves_for_now_or_to_nothing_is_not_remembered(feed_server: Any) -> None:
    """A temporary redirect is asked for each time; so is one that leads to an error."""
    feed_server.answer("/new", BODY)
    moves = Moves()
    for path, status, target in (("/a", 302, "/new"), ("/b", 301, "/nothing")):
        feed_server.answer("/nothing", status=404)
        url = feed_server.answer(path, status=status, Location=target)
        for _ in range(2):
            ask(url, moves=moves)
        assert paths(feed_server) == [path, target] * 2


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=60))
def test_moves_are_what_was_learnt_last(pairs: list[tuple[int, int]]) -> None:
    """Whatever is learnt and forgotten in whatever order."""
    moves, known = Moves(), dict[str, str]()
    for a, b in pairs:
        if a == b:
            moves.forget(str(a))
            known.pop(str(a), None)
        else:
            moves.learn(str(a), str(b), NOW)
            known[str(a)] = str(b)
    assert {str(n): moves.of(str(n), NOW) for n in range(51)} == {str(n): known.get(str(n)) for n in range(51)}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=900"}, 900),
        ({"cache-control": 'max-age="60"', "age": "20"}, 40),
        ({"cache-control": "max-age=60", "age": "3600"}, 0),
        ({"cache-control": "max-age=60", "expires": "Mon, 23 Nov 2026 18:00:00 GMT"}, 60),
        ({"expires": "Mon, 23 Nov 2026 12:30:00 GMT"}, 1_800),
        ({"expires": "Mon, 23 Nov 2026 12:30:00 GMT", "date": "Mon, 23 Nov 2026 12:10:00 GMT"}, 1_200),
        ({"expires": "Mon, 23 Nov 2020 12:30:00 GMT"}, 0),
        ({"expires": "0"}, None),
        ({"expires": "-1", "cache-control": "no-cache"}, None),
        ({"cache-control": "max-age=x", "age": "y"}, None),
        ({"cache-control": "max-age=9" + "9" * 50}, 9_999_999_999),
        ({}, None),
    ],
)
def test_freshness_is_read_as_the_standard_says(headers: dict[str, str], seconds: int | None) -> None:
    """RFC 9111: max-age less the age that the answer has already, else Expires against the server's own clock."""
    assert max_age_of(headers, NOW) == seconds


@pytest.fixture
def secure() -> Iterator[TlsServer]:
    """Return a server with a certificate of its own."""
    with closing(TlsServer(BODY)) as server:
        yield server


def test_http_2_is_spoken_where_the_server_does(secure: TlsServer) -> None:
    """Rules and feeds of a host share one connection of HTTP/2; body and validators come as over any other."""
    got = ask(secure.url("/a"), secure.url("/b"), tls=trusted(), robots=RobotsMemory(), n_at_once=1)
    results = [r.result for r in got]
    assert [r.content for r in results if isinstance(r, RetrievedFeed)] == [BODY, BODY]
    assert {r.caching.etag for r in results if isinstance(r, RetrievedFeed)} == {'"2"'}
    assert secure.spoken == ["h2"]
    assert sorted(secure.asked) == ["/a", "/b", "/robots.txt"]


@pytest.mark.parametrize(
    ("certificate", "trust", "host", "words"),
    [
        ("good", None, "127.0.0.1", "self-signed certificate"),
        ("expired", "expired", "127.0.0.1", "certificate has expired"),
        ("good", "good", "localhost", "Hostname mismatch"),
    ],
)
def test_a_certificate_that_is_not_good_is_no_secure_connection(
    certificate: str, trust: str | None, host: str, words: str
) -> None:
    """Unknown, over, of another name: nothing is asked, and the sentence says what is wrong with it."""
    files = {"good": TlsServer(BODY), "expired": TlsServer(BODY, EXPIRED)}
    server = files[certificate]
    try:
        tls = None if trust is None else trusted(EXPIRED) if trust == "expired" else trusted()
        (got,) = ask(
            server.url("/f").replace("127.0.0.1", host), tls=tls or ssl.create_default_context(), allow_hosts=frozenset({host})
        )
    finally:
        for each in files.values():
            each.close()
    assert isinstance(got.result, Failure)
    assert got.result.grade is Grade.SOFT
    assert got.result.reason.startswith(f"no secure connection to {host}: ")
    assert words.lower() in got.result.reason.lower()
    assert server.asked == []


def test_a_host_is_asked_at_its_pace() -> None:
    """Beyond the first two questions they follow one another no faster than a host is asked a second."""

    async def run() -> float:
        turns = Turns(replace(OPTIONS, per_host_per_second=20.0))
        begun = time.monotonic()

        async def one() -> None:
            async with turns.of("primer.example"):
                pass

        await asyncio.gather(*(one() for _ in range(8)))
        return time.monotonic() - begun

    # Eight questions, two of them at once: the other six take three tenths of a second at the least.
    assert asyncio.run(run()) >= 0.29
