"""Retrieval against a real server that does everything wrong: failures are graded values, and nothing hangs."""

import asyncio
import gzip
import socket
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import brotli
import pytest
import stamina
import zstandard

from ingest.outcomes import Failure, FeedRequest, Grade, NotModified, Retrieval
from ingest.retrieve import RetrieveOptions, retrieve_all, user_agent
from tension.errors import ForbiddenAddress
from tension.model import CachingInfo, RetrievedFeed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BODY = b'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title></channel></rss>' + b" " * 2000
OPTIONS = RetrieveOptions(
    clock=lambda: NOW,
    user_agent=user_agent("mailto:desk@example.org", "1"),
    allow_hosts=frozenset({"127.0.0.1"}),
    read_s=0.5,
    total_s=5.0,
    first_wait_s=0.01,
    max_bytes=200_000,
)


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    """Repeats are not news."""
    stamina.instrumentation.set_on_retry_hooks([])
    yield
    stamina.instrumentation.set_on_retry_hooks(None)


def ask(*requests: FeedRequest | str, **changes: Any) -> list[Retrieval]:
    """Retrieve and return what came, in the order asked."""
    asked = [r if isinstance(r, FeedRequest) else FeedRequest(feed_id=f"f{i}", url=r) for i, r in enumerate(requests)]

    async def run() -> list[Retrieval]:
        return [r async for r in retrieve_all(asked, options=replace(OPTIONS, **changes))]

    order = {r.feed_id: i for i, r in enumerate(asked)}
    return sorted(asyncio.run(run()), key=lambda r: order[r.request.feed_id])


def failure(url: str, **changes: Any) -> Failure:
    """Return the failure that asking for an address comes to."""
    (retrieval,) = ask(url, **changes)
    assert isinstance(retrieval.result, Failure), retrieval.result
    return retrieval.result


def raw(feed_server: Any, path: str, *pieces: bytes, reset: bool = False, pause_s: float = 0.0) -> str:
    """Let a path be answered with these very bytes and a closed connection."""

    def reply(handler: Any) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause_s)
        if reset:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        handler.connection.close()
        handler.close_connection = True

    feed_server.routes[path] = reply
    return str(feed_server.url(path))


def test_a_feed_comes_with_what_the_server_said_about_it(feed_server: Any) -> None:
    """Bytes, media type, charset, validators and wishes are kept; the moment is the clock's."""
    url = feed_server.answer(
        "/f",
        BODY,
        Content_Type='Application/RSS+XML; charset="windows-1250"',
        ETag='"7"',
        Last_Modified="x",
        Cache_Control="max-age=900",
    )
    (got,) = ask(url)
    assert got.result == RetrievedFeed(
        feed_id="f0",
        url=url,
        status=200,
        content=BODY,
        media_type="application/rss+xml",
        charset="windows-1250",
        caching=CachingInfo(etag='"7"', last_modified="x"),
        retrieved_at=NOW,
    )
    assert (got.max_age_s, got.retry_after_s, got.moved_to) == (900, None, None)


def test_the_server_learns_who_asks(feed_server: Any) -> None:
    """The User-Agent is honest and names a contact; no cookie, no referrer, no pretence."""
    ask(feed_server.answer("/f", BODY))
    headers = feed_server.seen[0][1]
    assert headers["user-agent"] == "Karaula/1 (news feed monitor; mailto:desk@example.org)"
    assert set(headers) <= {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_what_did_not_change_is_not_sent_again(feed_server: Any) -> None:
    """Validators of the last success are sent back, and a 304 keeps those that it does not renew."""

    def reply(handler: Any) -> None:
        same = handler.headers.get("If-None-Match") == '"7"' and handler.headers.get("If-Modified-Since") == "then"
        handler.send_response(304 if same else 200)
        handler.send_header("ETag", '"8"')
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    feed_server.routes["/f"] = reply
    caching = CachingInfo(etag='"7"', last_modified="then")
    (got,) = ask(FeedRequest(feed_id="f", url=feed_server.url("/f"), caching=caching))
    assert got.result == NotModified(
        feed_id="f", url=feed_server.url("/f"), caching=CachingInfo(etag='"8"', last_modified="then"), retrieved_at=NOW
    )


@pytest.mark.parametrize("caching", [None, CachingInfo()])
def test_a_304_that_nobody_asked_for_is_a_failure(feed_server: Any, caching: CachingInfo | None) -> None:
    """Silence must not look like *nothing new*."""
    (got,) = ask(FeedRequest(feed_id="f", url=feed_server.answer("/f", status=304), caching=caching))
    assert isinstance(got.result, Failure)
    assert (got.result.grade, got.result.status) == (Grade.SOFT, 304)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("gzip", gzip.compress(BODY[:50], mtime=0) + gzip.compress(BODY[50:], mtime=0)),
        ("x-gzip", gzip.compress(BODY, mtime=0) + b"\0\0garbage"),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("br", brotli.compress(BODY)),
        ("zstd", zstandard.compress(BODY)),
        ("gzip, br", brotli.compress(gzip.compress(BODY, mtime=0))),
        ("identity", BODY),
        ("gzip", BODY),
        ("", gzip.compress(BODY, mtime=0)),
    ],
)
def test_every_coding_is_undone(feed_server: Any, coding: str, packed: bytes) -> None:
    """gzip, deflate, Brotli and Zstandard, in rows, misdeclared, or not declared at all."""
    (got,) = ask(feed_server.answer("/f", packed, Content_Encoding=coding))
    assert isinstance(got.result, RetrievedFeed), got.result
    assert got.result.content == BODY


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(bytes(30_000_000), mtime=0)),
        ("br", brotli.compress(bytes(30_000_000))),
        ("zstd", zstandard.compress(bytes(30_000_000))),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(30_000_000), mtime=0), mtime=0)),
    ],
)
def test_a_compression_bomb_is_not_unpacked(feed_server: Any, coding: str, packed: bytes) -> None:
    """Unpacking stops at the limit of size, or of the ratio of a large body to its packed form."""
    url = feed_server.answer("/f", packed, Content_Encoding=coding)
    assert "more than 200000 bytes" in failure(url).reason
    ratio = failure(url, max_bytes=50_000_000)
    assert (ratio.grade, ratio.reason) == (Grade.SOFT, "unpacks to more than 200 times its size")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_packed_body_that_is_cut_off_is_temporary(feed_server: Any, coding: str) -> None:
    """Half a body is not half a feed."""
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[coding](BODY)
    got = failure(feed_server.answer("/f", packed[: len(packed) // 2], Content_Encoding=coding))
    assert (got.grade, got.reason) == (Grade.TEMPORARY, f"the {coding} coding is broken or cut off")


def test_an_unknown_coding_is_named(feed_server: Any) -> None:
    """What cannot be unpacked is not handed on as if it were text."""
    assert failure(feed_server.answer("/f", b"abc", Content_Encoding="rot13")).reason == "the content coding rot13 is not known"


def test_a_body_without_end_is_left(feed_server: Any) -> None:
    """Reading stops at the limit, however long the server would go on."""

    def reply(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 10_000)

    feed_server.routes["/f"] = reply
    got = failure(feed_server.url("/f"))
    assert (got.grade, got.reason) == (Grade.SOFT, "more than 200000 bytes")


def test_a_body_that_is_announced_as_too_large_is_not_begun(feed_server: Any) -> None:
    """The stated length is believed when it is bad news."""
    url = raw(feed_server, "/f", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", pause_s=0.2)
    assert failure(url).reason == "more than 200000 bytes"


def test_a_server_that_drips_meets_the_deadline(feed_server: Any) -> None:
    """A byte now and then keeps no connection open for longer than the whole request may take."""
    url = raw(feed_server, "/f", b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 20, pause_s=0.1)
    got = failure(url, total_s=0.5)
    assert (got.grade, got.reason) == (Grade.TEMPORARY, "no complete answer within 0.5 s")


def test_a_server_that_goes_silent_is_temporary(feed_server: Any) -> None:
    """Silence in the middle of an answer ends the request."""
    url = raw(feed_server, "/f", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", b"x", pause_s=1.0)
    assert failure(url, read_s=0.2).reason == "127.0.0.1 went silent in the middle"


@pytest.mark.parametrize(
    "pieces",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", b"<rss>"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\n<rss>\r\n"),
        (b"HTTP/1.1 200",),
        (b"",),
        (b"\x00\x01\x02 no HTTP at all\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000,),
    ],
)
@pytest.mark.parametrize("reset", [False, True])
def test_an_answer_that_breaks_off_is_temporary(feed_server: Any, pieces: tuple[bytes, ...], *, reset: bool) -> None:
    """Truncated bodies, resets, half a status line, garbage and endless headers are the server's bad moment."""
    got = failure(raw(feed_server, "/f", *pieces, reset=reset))
    assert (got.grade, got.unreachable) == (Grade.TEMPORARY, False)
    assert got.reason.startswith("127.0.0.1 broke off: ")


@pytest.mark.parametrize(
    ("status", "grade", "n_asked"),
    [
        (400, Grade.SOFT, 1),
        (403, Grade.SOFT, 1),
        (404, Grade.HARD, 1),
        (410, Grade.GONE, 1),
        (429, Grade.TEMPORARY, 1),
        (451, Grade.SOFT, 1),
        (500, Grade.TEMPORARY, 3),
        (503, Grade.TEMPORARY, 3),
        (507, Grade.TEMPORARY, 1),
    ],
)
def test_refusals_are_graded_by_status(feed_server: Any, status: int, grade: Grade, n_asked: int) -> None:
    """What may pass in a moment is asked again at once; everything else is left for the schedule."""
    got = failure(feed_server.answer("/f", status=status))
    assert (got.grade, got.status, len(feed_server.seen)) == (grade, status, n_asked)
    assert got.reason.startswith(f"the server answered {status}")


@pytest.mark.parametrize(("stated", "seconds"), [("120", 120), ("Mon, 23 Nov 2026 12:10:00 GMT", 600), ("soon", None)])
def test_retry_after_is_heard_and_stops_repeats(feed_server: Any, stated: str, seconds: int | None) -> None:
    """A server that says when to come back is not asked again at once."""
    (got,) = ask(feed_server.answer("/f", status=503, Retry_After=stated))
    assert got.retry_after_s == seconds
    assert len(feed_server.seen) == (3 if seconds is None else 1)


def test_a_second_try_that_succeeds_is_a_success(feed_server: Any) -> None:
    """One reset does not lose a round."""
    feed_server.answer("/good", BODY)
    raw(feed_server, "/bad", b"")
    turns = iter([feed_server.routes["/bad"], feed_server.routes["/good"]])

    def reply(handler: Any) -> None:
        next(turns)(handler)

    feed_server.routes["/f"] = reply
    (got,) = ask(feed_server.url("/f"))
    assert isinstance(got.result, RetrievedFeed)


def test_redirects_are_followed_and_permanent_moves_reported(feed_server: Any) -> None:
    """The address that answered is told; a move is told only as far as all steps are permanent."""
    feed_server.answer("/c", BODY)
    feed_server.answer("/b", status=302, Location="c")
    url = feed_server.answer("/a", status=301, Location="/b")
    (got,) = ask(url)
    assert isinstance(got.result, RetrievedFeed)
    assert (got.result.url, got.moved_to) == (feed_server.url("/c"), feed_server.url("/b"))


@pytest.mark.parametrize(("first", "then"), [("/a", "/a"), ("/a", "/b")])
def test_redirects_in_a_circle_end(feed_server: Any, first: str, then: str) -> None:
    """A loop is recognised when an address comes again."""
    url = feed_server.answer(first, status=302, Location=then)
    feed_server.answer("/b", status=308, Location="/a")
    got = failure(url)
    assert (got.grade, got.reason) == (Grade.HARD, f"redirects run in a circle at {url}")


def test_redirects_without_end_end(feed_server: Any) -> None:
    """Five steps are enough for anybody."""
    for n in range(9):
        feed_server.answer(f"/{n}", status=302, Location=f"/{n + 1}")
    assert failure(feed_server.url("/0")).reason == "more than 5 redirects"
    assert len(feed_server.seen) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost:{port}/secret",
        "http://[::1]:{port}/secret",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://127.1:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://0x7f.0.0.1:{port}/secret",
        "http://0:{port}/secret",
        "http://127.0.0.2:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "//localhost:{port}/secret",
        "ftp://127.0.0.1/secret",
        "file:///etc/hostname",
        "gopher://localhost:{port}/secret",
    ],
)
def test_no_redirect_leads_inside(feed_server: Any, target: str) -> None:
    """Each step is checked as if it were the first, though the first was allowed by name."""
    feed_server.answer("/secret", BODY)
    url = feed_server.answer("/f", status=302, Location=target.format(port=feed_server.port))
    got = failure(url)
    assert (type(got.error), got.grade) == (ForbiddenAddress, Grade.HARD)
    assert [path for path, _ in feed_server.seen] == ["/f"]


@pytest.mark.parametrize(
    "url", ["", "news", "http://", "http:///x", "//x/y", "ftp://news.example/", "file:///etc/passwd", "data:,x"]
)
def test_only_web_addresses_are_asked(url: str) -> None:
    """Everything else in a feed list is refused by value, not by an exception."""
    assert failure(url).grade is Grade.HARD


@pytest.mark.parametrize("url", ["http://[::1", "http://a:b/", "http://\x00/", "http://a:99999999/"])
def test_addresses_that_cannot_be_read_are_failures(url: str) -> None:
    """Malformed addresses are the catalogue's mistake and are said to be."""
    assert "not a usable address" in failure(url).reason


def test_loopback_is_refused_unless_allowed(feed_server: Any) -> None:
    """Without permission by name the own machine is not asked, and the refusal says why."""
    got = failure(feed_server.answer("/f", BODY), allow_hosts=frozenset())
    assert got.reason == "127.0.0.1 leads to 127.0.0.1, which is loopback"
    assert feed_server.seen == []


@pytest.mark.parametrize("media_type", ["image/png", "video/mp4", "application/pdf"])
def test_pictures_and_films_are_not_read(feed_server: Any, media_type: str) -> None:
    """What cannot be a feed is left unread; any other type is left to the parser."""
    assert (
        failure(feed_server.answer("/f", b"x", Content_Type=media_type)).reason
        == f"the answer is of type {media_type}, not a feed"
    )
    (odd,) = ask(feed_server.answer("/g", BODY, Content_Type="application/octet-stream"))
    assert isinstance(odd.result, RetrievedFeed)


def test_plain_http_behind_https_is_no_secure_connection(feed_server: Any) -> None:
    """TLS trouble is named as such."""
    got = failure(feed_server.answer("/f", BODY).replace("http:", "https:"))
    assert (got.grade, got.reason.startswith("no secure connection to 127.0.0.1: ")) == (Grade.SOFT, True)


def test_one_bad_feed_never_loses_a_round(feed_server: Any) -> None:
    """Of a mixed list each gets its own result, and each is reported once as it completes."""
    good = [feed_server.answer(f"/good{n}", BODY) for n in range(20)]
    bad = [raw(feed_server, "/reset", b"", reset=True), feed_server.answer("/404", status=404), "ftp://x/"]
    done: list[str] = []

    async def run() -> list[Retrieval]:
        requests = [FeedRequest(feed_id=str(i), url=u) for i, u in enumerate([*bad, *good])]
        return [r async for r in retrieve_all(requests, options=OPTIONS, on_done=lambda r: done.append(r.request.feed_id))]

    got = asyncio.run(run())
    assert sum(isinstance(r.result, RetrievedFeed) for r in got) == 20
    assert sorted(done, key=int) == [str(n) for n in range(23)]


def test_a_consumer_may_leave_early(feed_server: Any) -> None:
    """Leaving the loop cancels what is under way; nothing is left behind."""
    urls = [feed_server.answer(f"/{n}", BODY) for n in range(30)]

    async def run() -> None:
        results = retrieve_all([FeedRequest(feed_id=u, url=u) for u in urls], options=OPTIONS)
        async for _ in results:
            break
        await results.aclose()
        assert [t for t in asyncio.all_tasks() if t is not asyncio.current_task()] == []

    asyncio.run(run())


def test_a_host_is_never_asked_more_than_twice_at_once(feed_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishers are spared: two requests at a time, whatever the list says."""
    open_now, most = [0], [0]

    def reply(handler: Any) -> None:
        open_now[0] += 1
        most[0] = max(most[0], open_now[0])
        time.sleep(0.05)
        open_now[0] -= 1
        handler.send_response(204)
        handler.end_headers()

    for n in range(6):
        feed_server.routes[f"/{n}"] = reply
    # The operator's own hosts are exempt, so that the host plays a public one here.
    monkeypatch.setattr("ingest.addresses.objection", lambda _: None)
    ask(*[feed_server.url(f"/{n}") for n in range(6)], allow_hosts=frozenset(), per_host_per_second=1000.0)
    assert most[0] == 2


def test_a_dead_network_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a dozen unreachable hosts and no answer the rest is not tried, and says why."""

    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    got = ask(*[f"https://h{n}.example/feed" for n in range(60)], n_at_once=4)
    reasons = [r.result.reason for r in got if isinstance(r.result, Failure)]
    assert len(reasons) == 60
    assert sum(r.startswith("not tried: no network") for r in reasons) >= 40


def test_a_live_network_is_not_given_up(feed_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once anything answered, dead hosts are just dead hosts."""
    real = socket.getaddrinfo

    def some(host: str, *args: Any, **kwargs: Any) -> Any:
        if host.endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "no")
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", some)
    urls = [feed_server.answer("/f", BODY), *[f"https://h{n}.example/feed" for n in range(40)], feed_server.answer("/g", BODY)]
    got = ask(*urls, n_at_once=1)
    assert isinstance(got[-1].result, RetrievedFeed)
    assert not any(isinstance(r.result, Failure) and "not tried" in r.result.reason for r in got)


def test_the_contact_cannot_break_the_header() -> None:
    """What an operator types as contact cannot add headers or end the comment."""
    assert user_agent("a\r\nX: y (z)", "1") == "Karaula/1 (news feed monitor; aX: y z)"
    assert user_agent("", "1") == "Karaula/1 (news feed monitor; no contact given)"


def test_feeds_of_one_host_that_did_not_change_share_a_connection(feed_server: Any) -> None:
    """An answer without a body leaves its connection open for the next question."""
    ports: list[int] = []

    def unchanged(handler: Any) -> None:
        ports.append(handler.client_address[1])
        handler.send_response(304)
        handler.send_header("ETag", '"1"')
        handler.end_headers()

    for n in range(4):
        feed_server.routes[f"/{n}"] = unchanged
    known = CachingInfo(etag='"1"')
    found = ask(*(FeedRequest(feed_id=f"f{n}", url=feed_server.url(f"/{n}"), caching=known) for n in range(4)), n_at_once=1)

    assert all(isinstance(r.result, NotModified) for r in found)
    assert len(set(ports)) == 1
