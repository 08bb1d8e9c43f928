# ruff: noqa: E501 - a list of addresses is read line by line
"""No address inside is ever connected to: not by odd notations, not through redirects, not by what the DNS answers.

Every connection that is opened is recorded and led to a server on loopback, so that hosts outside can be played.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest
import stamina

from ingest.outcomes import Failure, FeedRequest, Retrieval
from ingest.retrieve import RetrieveOptions, Retriever, user_agent
from tension.model import RetrievedFeed

#: Made once: it takes a tenth of a second.
TLS = ssl.create_default_context()
PUBLIC = "93.184.216.34"
OUTSIDE = "news.example"
RSS = b"<rss><channel><title>T</title></channel></rss>"

#: Addresses as a feed list or a redirect may write them. None leads outside.
ADDRESSES = [
    "http://127.0.0.1/", "http://127.0.0.1:22/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/", "http://0177.0.0.1/", "http://017700000001/", "http://0177.0x0.1/", "http://00000177.0.0.1/",
    "http://127.0.0.1./", "http://127.0.0.01/", "http://127.000.000.001/", "http://4294967295/", "http://0/", "http://0.0.0.0/",
    "http://0000/", "http://0x0/", "http://256.256.256.256/", "http://127.0.0.1.1/", "http://10.0.0.1/", "http://10.1/",
    "http://172.16.0.1/", "http://192.168.0.1/", "http://192.168.257/", "http://3232235521/", "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/", "http://2852039166/", "http://0251.0376.0251.0376/", "http://100.100.100.200/", "http://168.63.129.16/",
    "http://224.0.0.1/", "http://255.255.255.255/", "http://240.0.0.1/", "http://198.18.0.1/", "http://192.0.0.192/", "http://[::]/",
    "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/", "http://[::ffff:169.254.169.254]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::1]/", "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "http://[fe80::1]/", "http://[fe80::1%25lo]/", "http://[fe80::1%lo]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/",
    "http://[ff02::1]/", "http://[fec0::1]/", "http://[2001:db8::1]/", "http://１２７.０.０.１/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    "http://１２７。１/", "http://٠/", "http://news.example@127.0.0.1/",
    "http://news.example:80@127.0.0.1/", "http://127.0.0.1\\@127.0.0.1/", "http://127.0.0.1#@news.example/",
    "http://127.0.0.1?@news.example/", "http:\\\\127.0.0.1\\", "http:/127.0.0.1/", "http:127.0.0.1", "http:///127.0.0.1/",
    "http://\t127.0.0.1/", "http://127.0.0.1\n/", " http://127.0.0.1/", "HTTP://127.0.0.1/", "hTTps://127.0.0.1/", "http://%31%32%37.0.0.1/",
    "http://127%2e0%2e0%2e1/", "http://[127.0.0.1]/", "http://127.0.0.1:80:80/", "http://-/", "http:///", "http://./", "http://../",
    "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:6379/_INFO", "dict://127.0.0.1:11211/",
    "data:text/xml,<rss/>", "javascript:1", "unix:/run/x.sock", "http+unix://%2frun%2fx.sock/", "ws://127.0.0.1/", "jar:http://127.0.0.1!/",
    "http://localhost/", "http://LocalHost./", "http://localhost:8501/", "http://feed.localhost/", "http://ip6-localhost/",
    "http://localhost.localdomain/", "http://metadata.google.internal/", "http://metadata/", "http://kubernetes.default.svc/",
    "http://host.docker.internal/", "http://router.local/", "http://xn--lcalhost-7ob.example/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
]  # fmt: skip
#: What a name may be answered with. One address inside is enough.
ANSWERS = [
    ["127.0.0.1"], ["10.0.0.1"], ["172.31.0.1"], ["192.168.1.1"], ["169.254.169.254"], ["0.0.0.0"], ["::1"], ["::"],  # noqa: S104
    ["fe80::1"], ["fe80::1%eth0"], ["fd00:ec2::254"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], ["2002:7f00:1::"], ["100.64.0.1"],
    ["2001:0:4136:e378:8000:63bf:80ff:fffe"], [PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "::1"], ["2606:4700::1111", "fc00::1"],
]  # fmt: skip


class Net:
    """The DNS and the wire, as the retriever meets them."""

    def __init__(self, port: int) -> None:
        self.port = port
        #: What each name is answered with, one answer a look-up; the last one stays.
        self.names: dict[str, list[list[str]]] = {OUTSIDE: [[PUBLIC]]}
        self.asked: list[str] = []
        self.dialed: list[str] = []

    def getaddrinfo(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        """Answer as the C library would; names of this machine lead inside."""
        self.asked.append(host)
        answers = self.names.get(host, [["127.0.0.1"]])
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in found]

    def inside(self) -> list[str]:
        """Return the addresses that were dialed and are not public."""
        return [a for a in self.dialed if not ip_address(a).is_global]


@pytest.fixture
def net(feed_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    """The world outside, played by a server on loopback."""
    made = Net(feed_server.port)
    feed_server.answer("/", RSS)
    dial = httpcore.AnyIOBackend.connect_tcp

    async def connect_tcp(self: Any, host: str, _port: int, *more: Any, **options: Any) -> Any:
        made.dialed.append(host)
        # The event loop's own dialing must not be answered by the played DNS.
        return await dial(self, "127.0.0.1", made.port, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", made.getaddrinfo)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    stamina.instrumentation.set_on_retry_hooks([])
    yield made
    stamina.instrumentation.set_on_retry_hooks(None)


def ask(url: str, allow: frozenset[str] = frozenset()) -> Retrieval:
    """Ask for one address as a feed."""
    options = RetrieveOptions(
        clock=lambda: datetime(2026, 11, 24, tzinfo=UTC),
        user_agent=user_agent("mailto:desk@example.org", "1"),
        allow_hosts=allow,
        read_s=2.0,
        n_tries=1,
        tls=TLS,
    )

    async def run() -> Retrieval:
        async with Retriever(options) as retriever:
            return await retriever.ask_now(FeedRequest(feed_id="f", url=url))

    return asyncio.run(run())


def redirect(feed_server: Any, target: str, status: int = 302) -> str:
    """Let the host outside send us elsewhere; return its address."""
    feed_server.answer("/away", status=status, Location=target.encode("utf-8").decode("latin-1").replace("\n", "").strip())
    return f"http://{OUTSIDE}/away"


def test_the_played_world_can_be_reached(net: Net, feed_server: Any) -> None:
    """Hosts outside answer, by name, through redirects and under an address: the trap catches what it should and no more."""
    assert isinstance(ask(f"http://{OUTSIDE}/").result, RetrievedFeed)
    assert isinstance(ask(redirect(feed_server, f"http://{PUBLIC}/")).result, RetrievedFeed)
    assert isinstance(ask(f"http://127.0.0.1@{OUTSIDE}/").result, RetrievedFeed)
    assert isinstance(ask(f"http://127.0.0.1%2f@{OUTSIDE}/").result, RetrievedFeed)
    assert set(net.dialed) == {PUBLIC}


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_feed_list_leads_nowhere_inside(net: Net, url: str) -> None:
    """However an address inside is written, it is refused, and no connection is opened."""
    assert isinstance(ask(url).result, Failure)
    assert net.dialed == []


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_redirect_leads_nowhere_inside(net: Net, feed_server: Any, url: str) -> None:
    """The same addresses behind a redirect of a host outside: that host alone is connected to."""
    got = ask(redirect(feed_server, url))
    assert net.inside() == []
    # A relative address leads back to the host outside, which is allowed.
    assert isinstance(got.result, Failure) or set(net.dialed) == {PUBLIC}


@pytest.mark.parametrize("answer", ANSWERS, ids=" ".join)
def test_a_dns_answer_leads_nowhere_inside(net: Net, feed_server: Any, answer: list[str]) -> None:
    """A name that is answered with an address inside is refused whole, at once and behind a redirect."""
    net.names["trick.example"] = [answer]
    assert isinstance(ask("http://trick.example/").result, Failure)
    assert isinstance(ask(redirect(feed_server, "http://trick.example/", 301)).result, Failure)
    assert set(net.dialed) == {PUBLIC}


def test_the_answer_that_was_checked_is_the_one_dialed(net: Net) -> None:
    """A name that changes its answer right after the check (rebinding) is looked up once, and dialed as checked."""
    net.names["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    assert isinstance(ask("http://rebind.example/").result, RetrievedFeed)
    assert net.asked == ["rebind.example"]
    assert net.dialed == [PUBLIC]


def test_each_step_of_a_chain_is_checked(net: Net, feed_server: Any) -> None:
    """Three good redirects do not earn the fourth one trust."""
    for n, target in enumerate(["/1", f"http://{PUBLIC}/2", f"http://{OUTSIDE}/3", "http://[::ffff:7f00:1]/"]):
        feed_server.answer(f"/{n}", status=302, Location=target)
    assert isinstance(ask(f"http://{OUTSIDE}/0").result, Failure)
    assert set(net.dialed) == {PUBLIC}
    assert len(feed_server.seen) == 4


def test_proxies_of_the_environment_are_no_way_inside(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of proxies plays no part."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    assert isinstance(ask(f"http://{OUTSIDE}/").result, RetrievedFeed)
    assert net.dialed == [PUBLIC]


def test_the_operator_may_allow_a_host_and_no_other(net: Net, feed_server: Any) -> None:
    """An allowed host is reached by that very name; a redirect from it to its neighbour is not followed."""
    net.names["intranet.example"] = [["10.0.0.1"]]
    feed_server.answer("/away", status=302, Location="http://10.0.0.2/")
    allowed = frozenset({"intranet.example"})
    assert isinstance(ask("http://intranet.example/", allowed).result, RetrievedFeed)
    assert isinstance(ask("http://intranet.example/away", allowed).result, Failure)
    assert isinstance(ask("http://10.0.0.1/", allowed).result, Failure)
    assert set(net.dialed) == {"10.0.0.1"}
