"""No feed list, redirect or DNS answer leads into the own network."""

import asyncio
import socket
from typing import Any

import httpcore
import pytest

from ingest.addresses import AddressRefused, CheckedBackend, NameNotFound, check_addresses, check_host, objection

NOBODY: frozenset[str] = frozenset()
# fmt: off
INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1",  # noqa: S104 - nothing binds to it
    "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::2", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:0", "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::",
    "fc00::1", "fd00:ec2::254", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
]
OUTSIDE = [
    "1.1.1.1", "8.8.8.8", "172.32.0.1", "192.167.255.255", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
    "::ffff:8.8.8.8",
]
ODD = [
    "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.01",
    "0300.0250.0.1", "8.8", "134744072", "0x08080808",
]
# fmt: on


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_refused_with_a_reason(address: str) -> None:
    """Private, loopback, link-local, multicast, reserved and metadata addresses are named as what they are."""
    assert objection(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_public_addresses_are_not_refused(address: str) -> None:
    """The rule does not shut out the world."""
    assert objection(address) is None


@pytest.mark.parametrize("host", [*ODD, "", ".", "127.1."])
def test_numbers_in_disguise_are_refused_before_any_look_up(host: str) -> None:
    """An address in octal, hexadecimal, decimal or short notation is a trick, wherever it leads."""
    with pytest.raises(AddressRefused):
        check_host(host, NOBODY)


@pytest.mark.parametrize("host", ["news.example", "8.8.8.8", "1.example", "0x.example", "dead.beef.example"])
def test_ordinary_hosts_pass_the_first_check(host: str) -> None:
    """Names that merely contain digits are names."""
    check_host(host, NOBODY)


def test_one_address_inside_refuses_the_whole_host() -> None:
    """A name that answers with a public and a private address is a trick or a mistake."""
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1, which is private"):
        check_addresses("news.example", ["8.8.8.8", "10.0.0.1"], NOBODY)


def test_only_the_very_host_is_allowed() -> None:
    """Permission is by name: the neighbours of an allowed host stay refused."""
    allowed = frozenset({"intranet.example"})
    assert check_addresses("Intranet.Example.", ["10.0.0.1"], allowed) == ("10.0.0.1",)
    with pytest.raises(AddressRefused):
        check_addresses("other.example", ["10.0.0.1"], allowed)


def connect(host: str, port: int, allow: frozenset[str] = NOBODY) -> Any:
    async def run() -> Any:
        with CheckedBackend(allow) as backend:
            stream = await backend.connect_tcp(host, port, timeout=5)
            address = stream.get_extra_info("server_addr")
            await stream.aclose()
            return address

    return asyncio.run(run())


def resolving(*addresses: str) -> Any:
    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        del host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    return getaddrinfo


def test_what_a_name_resolves_to_is_checked_not_the_name(feed_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public-looking name that the DNS points to loopback is refused without a connection."""
    monkeypatch.setattr(socket, "getaddrinfo", resolving("127.0.0.1"))
    with pytest.raises(AddressRefused, match=r"news\.example leads to 127\.0\.0\.1, which is loopback"):
        connect("news.example", feed_server.port)
    assert feed_server.seen == []


def test_the_checked_address_is_the_one_connected_to(feed_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once: an answer that changes afterwards (DNS rebinding) has no second chance."""
    answers = iter(["127.0.0.1", "10.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_: resolving(next(answers))(host, port))
    assert connect("desk.example", feed_server.port, frozenset({"desk.example"}))[0] == "127.0.0.1"
    assert next(answers) == "10.0.0.1"


def test_the_next_address_is_tried_when_one_does_not_answer(feed_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host with a dead address among good ones is reached."""
    monkeypatch.setattr(socket, "getaddrinfo", resolving("127.0.0.2", "127.0.0.1"))
    assert connect("desk.example", feed_server.port, frozenset({"desk.example"}))[0] == "127.0.0.1"


@pytest.mark.parametrize(("code", "for_now"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)])
def test_unknown_names_are_told_from_a_resolver_that_fails(code: int, *, for_now: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that does not exist and a look-up that failed for now are different things."""

    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(code, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(NameNotFound) as caught:
        connect("gone.example", 80)
    assert caught.value.for_now is for_now


def test_names_that_are_no_names_are_refused() -> None:
    """A label longer than DNS allows is refused in words, not by an error of the encoder."""
    with pytest.raises(AddressRefused, match="is not a host name"):
        connect("a" * 70 + ".example", 80)


def test_sockets_of_this_machine_are_refused() -> None:
    """There is no way round the check by a Unix socket."""

    async def run() -> None:
        with CheckedBackend(NOBODY) as backend:
            await backend.connect_unix_socket("/run/x")

    with pytest.raises(AddressRefused):
        asyncio.run(run())


def test_a_port_where_nobody_listens_is_a_connection_error() -> None:
    """Refusal by the operating system is no refusal by the rule."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        with pytest.raises(httpcore.ConnectError):
            connect("127.0.0.1", reserved.getsockname()[1], frozenset({"127.0.0.1"}))
