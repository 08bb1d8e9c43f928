"""How to ask, and whose turn it is: politeness to publishers, and sense when the network is down."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from aiolimiter import AsyncLimiter

from ingest.moves import Moves
from ingest.outcomes import Failure, NotModified
from ingest.robots import RobotsMemory
from tension.model import RetrievedFeed

#: What feeds come as.
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrieveOptions:
    """How to ask. The defaults are what publishers can be expected to bear."""

    #: Gives the present moment, aware and in UTC.
    clock: Callable[[], datetime]
    #: Who asks, with a way to reach them: see `user_agent`.
    user_agent: str
    #: Hosts inside the own network that may be asked; they are the operator's own and get no rate limit.
    allow_hosts: frozenset[str] = frozenset()
    n_at_once: int = 32
    n_per_host: int = 2
    per_host_per_second: float = 2.0
    connect_s: float = 5.0
    read_s: float = 10.0
    #: For one feed with all redirects and repeats.
    total_s: float = 30.0
    max_bytes: int = 10 * 1024 * 1024
    max_ratio: float = 200.0
    max_redirects: int = 5
    #: Tries in all where a repeat may help at once.
    n_tries: int = 3
    first_wait_s: float = 0.3
    #: After so many unreachable hosts and not one answer the network counts as down, and the rest is not tried.
    offline_after: int = 12
    #: What hosts allow; None asks no host for its rules.
    robots: RobotsMemory | None = None
    #: Where feeds moved for good; None asks the address of the catalogue each time.
    moves: Moves | None = None
    accept: str = _ACCEPT
    #: Trust other certificates than the system's.
    tls: ssl.SSLContext | None = None


def user_agent(contact: str, version: str) -> str:
    """Return an honest User-Agent: what asks, and whom to tell if it should stop.

    >>> user_agent("mailto:desk@example.org", "0.1.0")
    'Karaula/0.1.0 (news feed monitor; mailto:desk@example.org)'
    """
    safe = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()\\")
    return f"Karaula/{version} (news feed monitor; {safe or 'no contact given'})"


@dataclass(slots=True)
class Turns:
    """Who may ask now: so many at once in all, few per host, and none where the network is down."""

    options: RetrieveOptions
    total: asyncio.Semaphore = field(init=False)
    hosts: defaultdict[str, asyncio.Semaphore] = field(init=False)
    pace: defaultdict[str, AsyncLimiter] = field(init=False)
    answered: bool = False
    unreachable: set[str] = field(default_factory=set)
    slowed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        options = self.options
        self.total = asyncio.Semaphore(options.n_at_once)
        self.hosts = defaultdict(lambda: asyncio.Semaphore(options.n_per_host))
        # A burst as large as a host may have requests open, then evenly.
        burst = max(float(options.n_per_host), 1.0)
        self.pace = defaultdict(lambda: AsyncLimiter(burst, burst / options.per_host_per_second))

    @asynccontextmanager
    async def of(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at this host, and keep it for the time of the block."""
        async with AsyncExitStack() as stack:
            if host not in self.options.allow_hosts:
                await stack.enter_async_context(self.hosts[host])
                await self.pace[host].acquire()
            await stack.enter_async_context(self.total)
            yield

    def slow_down(self, host: str, delay_s: float) -> None:
        """Leave a host alone for so long between two questions."""
        if host not in self.slowed and delay_s > 1 / self.options.per_host_per_second:
            self.slowed.add(host)
            self.pace[host] = AsyncLimiter(1, delay_s)

    def learn(self, host: str, result: RetrievedFeed | NotModified | Failure) -> None:
        """Note whether anything answers at all."""
        if isinstance(result, Failure) and result.unreachable:
            self.unreachable.add(host)
        elif not isinstance(result, Failure) or result.status is not None:
            self.answered = True

    @property
    def offline(self) -> bool:
        """Tell whether it is pointless to go on."""
        return not self.answered and len(self.unreachable) >= self.options.offline_after
