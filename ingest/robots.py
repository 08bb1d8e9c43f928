"""What publishers allow (RFC 9309): robots.txt is read once a day and host, as politely and as safely as the feeds are.

What a host does not have (4xx) forbids nothing; what it cannot show for now (5xx) is not asked past it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from protego import Protego

from ingest.addresses import plain_host
from ingest.bodies import BodyError, unpack
from ingest.failures import CONNECTION_ERRORS, failure_of_error
from ingest.outcomes import Failure, Grade
from tension.errors import RetrieveError

#: The name that publishers may address us by.
AGENT = "Karaula"
#: How long an answer is believed (RFC 9309, 2.4), and a failure.
BELIEVED, FAILED = timedelta(hours=24), timedelta(minutes=10)
#: A wish for longer pauses between two questions is heard up to here; we ask a few feeds a host, not its pages.
LONGEST_DELAY_S = 5.0
#: RFC 9309, 2.5: at least this much is read.
_MAX_BYTES = 512 * 1024
_MAX_REDIRECTS = 5
_MAX_WILDCARDS = 3
_MAX_MATCHED = 500
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one host says, until when that is believed."""

    until: datetime
    #: None where nothing is forbidden.
    parsed: Protego | None = None
    #: Why it cannot be read for now, in words.
    closed: str | None = None

    @property
    def delay_s(self) -> float:
        return min(float((self.parsed and self.parsed.crawl_delay(AGENT)) or 0.0), LONGEST_DELAY_S)


@dataclass(slots=True)
class RobotsMemory:
    """What hosts said lately; lives as long as the process, across its rounds."""

    rules: dict[str, _Rules] = field(default_factory=dict)


class Robots:
    """Asks hosts what they allow, and remembers it; of one round."""

    def __init__(
        self, memory: RobotsMemory, client: httpx.AsyncClient, clock: Callable[[], datetime], own: frozenset[str]
    ) -> None:
        self._memory = memory
        self._client = client
        self._clock = clock
        #: Hosts of the operator: where they have no rules to show, nobody is asked past.
        self._own = own
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def objection(self, feed_id: str, url: httpx.URL) -> Failure | None:
        """Return why an address must not be asked, or None if it may be."""
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        async with self._asking[origin]:
            rules = self._memory.rules.get(origin)
            if rules is None or not self._clock() < rules.until <= self._clock() + BELIEVED:
                try:
                    rules = await self._read(httpx.URL(f"{origin}/robots.txt"))
                except CONNECTION_ERRORS as e:
                    # A host that cannot be reached is no question of rules.
                    if plain_host(url.host) not in self._own:
                        return failure_of_error(feed_id, url.host, e)
                    rules = _Rules(until=self._clock() + FAILED)
                self._remember(origin, rules)
        if rules.closed:
            return Failure(error=RetrieveError(feed_id, f"{url.host} {rules.closed}"), grade=Grade.TEMPORARY)
        if rules.parsed is not None and not rules.parsed.can_fetch(str(url)[:_MAX_MATCHED], AGENT):
            return Failure(error=RetrieveError(feed_id, f"robots.txt of {url.host} does not allow it"), grade=Grade.HARD)
        return None

    def delay_s(self, url: httpx.URL) -> float:
        """Return how long a host wishes to be left alone between two questions, as far as it is known."""
        rules = self._memory.rules.get(f"{url.scheme}://{url.netloc.decode('ascii')}")
        return rules.delay_s if rules else 0.0

    def _remember(self, origin: str, rules: _Rules) -> None:
        while len(self._memory.rules) >= _MOST_REMEMBERED:
            del self._memory.rules[next(iter(self._memory.rules))]
        self._memory.rules[origin] = rules

    async def _read(self, url: httpx.URL) -> _Rules:
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                answer = await self._client.send(self._client.build_request("GET", url), stream=True)
            except (httpx.RemoteProtocolError, httpx.InvalidURL):
                break
            try:
                if answer.is_redirect:
                    url = answer.url.join(answer.headers.get("location", ""))
                    if url.scheme in {"http", "https"} and url.host:
                        continue
                    break
                return await self._rules(answer)
            except httpx.InvalidURL:
                break
            finally:
                await answer.aclose()
        # More redirects than anybody needs, or to nowhere: as if there were none.
        return _Rules(until=self._clock() + BELIEVED)

    async def _rules(self, answer: httpx.Response) -> _Rules:
        now = self._clock()
        if answer.is_server_error:
            return _Rules(until=now + FAILED, closed=f"cannot show its robots.txt for now ({answer.status_code})")
        if not answer.is_success:
            return _Rules(until=now + BELIEVED)
        body = b""
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > _MAX_BYTES:
                break
        codings = [c.strip().lower() for c in answer.headers.get("content-encoding", "").split(",") if c.strip()]
        try:
            body = unpack(body, codings[:3], max_bytes=4 * _MAX_BYTES, max_ratio=200)
        except BodyError:
            return _Rules(until=now + FAILED)
        text = body[:_MAX_BYTES].decode("utf-8-sig", errors="replace")
        return _Rules(until=now + BELIEVED, parsed=Protego.parse("\n".join(map(_tamed, text.splitlines()))))


def _tamed(line: str) -> str:
    """Cut a line where its wildcards begin to be too many: matching them would take longer than any round."""
    parts = line.split("*")
    return line if len(parts) <= _MAX_WILDCARDS + 1 else "*".join(parts[: _MAX_WILDCARDS + 1])
