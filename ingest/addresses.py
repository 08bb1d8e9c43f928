"""No way inside: which network addresses a feed list may lead to, and a connection to nothing else.

A feed list, a redirect and a DNS answer are all written by strangers. So the address is checked at the last
possible moment, where the socket is opened, and the checked address is the one connected to.
"""

import asyncio
import re
import socket
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from types import TracebackType
from typing import Self

import httpcore

#: Addresses that are public by their block, yet answer only inside a cloud.
_METADATA = frozenset({ip_address("168.63.129.16"), ip_address("169.254.169.254"), ip_address("fd00:ec2::254")})
#: IPv6 blocks that carry an IPv4 address in their last 32 bits: mapped, compatible, NAT64.
_CARRIERS: tuple[IPv6Network, ...] = tuple(IPv6Network(n) for n in ("::ffff:0:0/96", "::/96", "64:ff9b::/96"))
#: Blocks that lead elsewhere than they say, or nowhere (IANA's special-purpose registries): not every Python knows all.
_CLOSED_BLOCKS = "0.0.0.0/8 192.0.0.0/24 192.88.99.0/24 2001::/23 2002::/16 3fff::/20 5f00::/16 64:ff9b:1::/48 100::/64 fec0::/10"
_CLOSED = tuple(ip_network(block) for block in _CLOSED_BLOCKS.split())
_PLAIN_V4 = re.compile(r"(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})")
#: What the C library would read as a number: decimal, octal or hexadecimal, with up to three dots.
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*", re.IGNORECASE)


class AddressRefused(Exception):  # noqa: N818 - named for what happened, as `ForbiddenAddress` is
    """A host that must not be connected to; the text says why."""


class NameNotFound(Exception):  # noqa: N818 - same
    """A host name that could not be resolved."""

    def __init__(self, host: str, *, for_now: bool) -> None:
        super().__init__(f"the host name {host} " + ("could not be looked up" if for_now else "is not known"))
        self.for_now = for_now


def plain_host(host: str) -> str:
    """Return a host name as it is compared: lower case, without brackets, zone or trailing dot."""
    return host.strip("[]").partition("%")[0].rstrip(".").lower()


def objection(address: str) -> str | None:
    """Return why an address is not public, or None if it is.

    >>> objection("8.8.8.8"), objection("::ffff:10.0.0.1")
    (None, 'private')
    """
    ip = _unwrapped(ip_address(address.partition("%")[0]))
    if ip in _METADATA:
        return "a cloud's metadata service"
    for name in ("unspecified", "loopback", "link_local", "multicast", "private", "reserved"):
        if getattr(ip, f"is_{name}"):
            return name.replace("_", "-")
    if any(ip in network for network in _CLOSED) or not ip.is_global:
        return "not public"
    return None


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address carries, else the address itself."""
    low = int(ip)
    if isinstance(ip, IPv6Address) and low > 1 and any(ip in carrier for carrier in _CARRIERS):
        return IPv4Address(low & 0xFFFFFFFF)
    return ip


def check_host(host: str, allow_hosts: frozenset[str]) -> None:
    """Refuse what can be refused before any look-up: empty hosts and numbers in disguise.

    Raises:
        AddressRefused: the host is no name and no address in plain notation.
    """
    name = plain_host(host)
    if not name:
        raise AddressRefused("the address names no host")
    if name in allow_hosts:
        return
    if _NUMERIC.fullmatch(name) and not _PLAIN_V4.fullmatch(name):
        raise AddressRefused(f"{host} is an address in an odd notation")


def check_addresses(host: str, addresses: Iterable[str], allow_hosts: frozenset[str]) -> tuple[str, ...]:
    """Return the addresses of a host if every one of them may be connected to.

    One address inside is enough to refuse the host: a name that answers both ways is a trick or a mistake.

    Raises:
        AddressRefused: an address lies inside and the host was not allowed by name.
    """
    found = tuple(dict.fromkeys(addresses))
    if plain_host(host) not in allow_hosts:
        for address in found:
            if why := objection(address):
                raise AddressRefused(f"{host} leads to {address}, which is {why}")
    return found


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections to checked addresses only; the name stays what TLS verifies."""

    def __init__(self, allow_hosts: frozenset[str], *, n_lookups: int = 16) -> None:
        self._allow_hosts = allow_hosts
        self._inner = httpcore.AnyIOBackend()
        # A pool of its own: look-ups in a dead network block their threads for seconds, and others need theirs.
        self._lookups = ThreadPoolExecutor(max_workers=n_lookups, thread_name_prefix="look-up")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        check_host(host, self._allow_hosts)
        ends_at = None if timeout is None else time.monotonic() + timeout
        try:
            async with asyncio.timeout(timeout):
                resolved = await self._resolve(plain_host(host), port)
        except TimeoutError as e:
            raise httpcore.ConnectTimeout(f"looking up {host}") from e
        failed: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in check_addresses(host, resolved, self._allow_hosts):
            left = None if ends_at is None else max(ends_at - time.monotonic(), 0.1)
            try:
                return await self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as e:
                failed = e
        raise failed or NameNotFound(host, for_now=False)

    async def _resolve(self, host: str, port: int) -> tuple[str, ...]:
        try:
            ip_address(host)
        except ValueError:
            pass
        else:
            return (host,)
        loop = asyncio.get_running_loop()
        try:
            rows = await loop.run_in_executor(self._lookups, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except socket.gaierror as e:
            raise NameNotFound(host, for_now=e.errno == socket.EAI_AGAIN) from e
        except UnicodeError as e:
            raise AddressRefused(f"{host} is not a host name") from e
        return tuple(str(row[4][0]) for row in rows)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        del timeout, socket_options
        raise AddressRefused(f"{path} is a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Let the look-up threads end as they finish; nobody waits for a dead resolver."""
        self._lookups.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
