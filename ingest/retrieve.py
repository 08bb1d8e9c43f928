"""Fetch feeds politely and safely: bytes out, never an understanding of them.

for each feed, at most so many at once and two per host:
    ask with its validators | follow redirects by hand | read up to a limit | unpack | grade what went wrong
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import anyio
import httpcore
import httpx
import stamina

from ingest.addresses import plain_host
from ingest.bodies import ACCEPTED, BodyError, unpack
from ingest.failures import CONNECTION_ERRORS, failure_of_error, failure_of_status
from ingest.outcomes import Failure, FeedRequest, Grade, NotModified, Retrieval, caching_of, max_age_of, retry_after_of
from ingest.robots import Robots
from ingest.transport import CheckedTransport
from ingest.turns import RetrieveOptions, Turns, user_agent
from tension.errors import ForbiddenAddress, RetrieveError
from tension.model import CachingInfo, RetrievedFeed

# Repeats are no news.
stamina.instrumentation.set_on_retry_hooks([])

__all__ = ["FeedRequest", "Retrieval", "RetrieveOptions", "Retriever", "retrieve_all", "user_agent"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_NOT_MODIFIED = 304
_LAST_PORT = 65_535
#: Families of media types that no feed comes in; anything else is left to the parser, for many feeds are mislabelled.
_NEVER_FEEDS = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip")


class _TryAgain(Exception):  # noqa: N818 - carries an outcome, is not an error
    def __init__(self, retrieval: Retrieval) -> None:
        super().__init__()
        self.retrieval = retrieval


class Retriever:
    """Asks for feeds, one or many; to be used as an asynchronous context manager."""

    def __init__(self, options: RetrieveOptions) -> None:
        self._options = options
        self._turns = Turns(options)
        self._client = httpx.AsyncClient(
            transport=CheckedTransport(options),
            timeout=httpx.Timeout(options.read_s, connect=options.connect_s, pool=None),
            headers={"user-agent": options.user_agent, "accept": options.accept, "accept-encoding": ACCEPTED},
            follow_redirects=False,
            trust_env=False,
        )
        memory = options.robots
        self._robots = Robots(memory, self._client, options.clock, options.allow_hosts) if memory is not None else None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    def _host(self, request: FeedRequest) -> str:
        """Return the host whose turn it takes; an address that cannot be read takes nobody's."""
        moves = self._options.moves
        moved = None if moves is None else moves.of(request.url, self._options.clock())
        try:
            return plain_host(httpx.URL(moved or request.url).host)
        except httpx.InvalidURL:
            return ""

    async def retrieve(self, request: FeedRequest) -> Retrieval:
        """Ask for one feed when it is its turn. Expected failures are values; nothing is raised for them."""
        async with self._turns.of(self._host(request)):
            return await self.ask_now(request)

    async def deliver(self, request: FeedRequest, take: Callable[[Retrieval], Awaitable[None]]) -> None:
        """Ask for one feed and hand it over within its turn, so that a slow taker slows the asking down."""
        async with self._turns.of(self._host(request)):
            await take(await self.ask_now(request))

    async def ask_now(self, request: FeedRequest) -> Retrieval:
        """Ask for one feed without waiting for a turn."""
        if self._turns.offline:
            reason = f"not tried: no network, none of {len(self._turns.unreachable)} hosts could be reached"
            return _failed(request, Grade.TEMPORARY, reason, unreachable=True)
        started_at = time.perf_counter()
        retrieval = await self._within_deadline(request)
        self._turns.learn(self._host(request), retrieval.result)
        return replace(retrieval, seconds=time.perf_counter() - started_at)

    async def _within_deadline(self, request: FeedRequest) -> Retrieval:
        try:
            async with asyncio.timeout(self._options.total_s):
                return await self._with_repeats(request)
        except TimeoutError:
            return _failed(request, Grade.TEMPORARY, f"no complete answer within {self._options.total_s:g} s")

    async def _with_repeats(self, request: FeedRequest) -> Retrieval:
        try:
            async for attempt in stamina.retry_context(
                on=_TryAgain,
                attempts=self._options.n_tries,
                timeout=None,
                wait_initial=self._options.first_wait_s,
                wait_max=2.0,
                wait_jitter=self._options.first_wait_s,
            ):
                with attempt:
                    retrieval = await self._follow(request)
                    if isinstance(retrieval.result, Failure) and retrieval.result.again and retrieval.retry_after_s is None:
                        raise _TryAgain(retrieval)
                    return retrieval
        except _TryAgain as last:
            return last.retrieval
        raise AssertionError("stamina ended without a result")

    async def _follow(self, request: FeedRequest) -> Retrieval:
        """Ask where a feed is, or where it moved to, and remember the move."""
        moves, now = self._options.moves, self._options.clock()
        if moves is None:
            return await self._follow_from(request, None)
        moved = moves.of(request.url, now)
        retrieval = await self._follow_from(request, moved)
        if moved is not None and _is_refused(retrieval.result):
            moves.forget(request.url)
            retrieval = await self._follow_from(request, None)
        if retrieval.moved_to is not None and retrieval.moved_to != moved and not isinstance(retrieval.result, Failure):
            moves.learn(request.url, retrieval.moved_to, now)
        return retrieval

    async def _follow_from(self, request: FeedRequest, moved: str | None) -> Retrieval:
        """Ask, and go where the server sends us, checking each address as if it were the first."""
        url, moved_to, permanent = moved or request.url, moved, True
        seen = {url}
        while True:
            try:
                step = await self._ask(request, _url(url))
            except httpx.InvalidURL:
                return _failed(request, Grade.HARD, f"{url[:200]} is not a usable address")
            if isinstance(step, Retrieval):
                return replace(step, moved_to=moved_to)
            url = step.url
            permanent = permanent and step.permanent
            moved_to = url if permanent else moved_to
            if url in seen:
                return _failed(request, Grade.HARD, f"redirects run in a circle at {url}")
            seen.add(url)
            if len(seen) > self._options.max_redirects + 1:
                return _failed(request, Grade.HARD, f"more than {self._options.max_redirects} redirects")

    async def _ask(self, request: FeedRequest, url: httpx.URL) -> "Retrieval | _Redirect":
        if url.scheme not in {"http", "https"} or not url.host:
            error = ForbiddenAddress(request.feed_id, f"{url} is not an http or https address")
            return Retrieval(request=request, result=Failure(error=error, grade=Grade.HARD))
        if self._robots is not None:
            why = await self._robots.objection(request.feed_id, url)
            self._turns.slow_down(plain_host(url.host), self._robots.delay_s(url))
            if why is not None:
                return Retrieval(request=request, result=why)
        try:
            message = self._client.build_request("GET", url, headers=_conditions(request.caching))
            response = await self._client.send(message, stream=True)
            try:
                return await self._take(request, response)
            finally:
                with suppress(httpcore.NetworkError, httpcore.ProtocolError, anyio.ClosedResourceError):
                    await response.aclose()
        except httpx.RemoteProtocolError:
            # The client reads where a redirect leads, although it is told not to follow.
            return _failed(request, Grade.HARD, f"{url.host} redirects to what is no usable address")
        except CONNECTION_ERRORS as e:
            return Retrieval(request=request, result=failure_of_error(request.feed_id, url.host, e))

    async def _take(self, request: FeedRequest, response: httpx.Response) -> "Retrieval | _Redirect":
        now, headers, status = self._options.clock(), response.headers, response.status_code
        if status in _REDIRECTS and headers.get("location"):
            return _Redirect(url=str(response.url.join(headers["location"])), permanent=status in _PERMANENT)
        result: RetrievedFeed | NotModified | Failure
        if status == _NOT_MODIFIED and request.caching is not None and _conditions(request.caching):
            caching = caching_of(headers, request.caching)
            async for _ in response.aiter_raw():
                break  # it has none; only a connection that was read to the end serves the next feed of the host
            result = NotModified(feed_id=request.feed_id, url=str(response.url), caching=caching, retrieved_at=now)
        elif not response.is_success:
            result = failure_of_status(request.feed_id, response)
        elif headers.get("content-type", "").lower().startswith(_NEVER_FEEDS):
            reason = f"the answer is of type {headers['content-type'][:60]}, not a feed"
            result = Failure(error=RetrieveError(request.feed_id, reason), grade=Grade.SOFT, status=status)
        else:
            result = RetrievedFeed(
                feed_id=request.feed_id,
                url=str(response.url),
                status=status,
                content=await self._read(response),
                media_type=headers.get("content-type", "").partition(";")[0].strip().lower() or None,
                charset=response.charset_encoding,
                caching=caching_of(headers),
                retrieved_at=self._options.clock(),
            )
        return Retrieval(
            request=request, result=result, max_age_s=max_age_of(headers, now), retry_after_s=retry_after_of(headers, now)
        )

    async def _read(self, response: httpx.Response) -> bytes:
        """Read a body up to the limit and unpack it."""
        limit = self._options.max_bytes
        if (
            response.headers.get("content-length", "0").isdigit()
            and int(response.headers.get("content-length", "0")[:18]) > limit
        ):
            raise BodyError(f"more than {limit} bytes")
        pieces: list[bytes] = []
        n_bytes = 0
        async for piece in response.aiter_raw():
            pieces.append(piece)
            n_bytes += len(piece)
            if n_bytes > limit:
                raise BodyError(f"more than {limit} bytes")
        codings = [c.strip().lower() for c in response.headers.get("content-encoding", "").split(",") if c.strip()]
        return unpack(b"".join(pieces), codings[:3], max_bytes=limit, max_ratio=self._options.max_ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redirect:
    url: str
    permanent: bool


def _url(text: str) -> httpx.URL:
    url = httpx.URL(text)
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise httpx.InvalidURL(f"port {url.port}")
    return url


def _is_refused(result: RetrievedFeed | NotModified | Failure) -> bool:
    """Tell whether there is nothing to be had at an address, now and in a moment."""
    return isinstance(result, Failure) and result.grade is not Grade.TEMPORARY


def _conditions(caching: CachingInfo | None) -> dict[str, str]:
    if caching is None:
        return {}
    pairs = {"if-none-match": caching.etag, "if-modified-since": caching.last_modified}
    return {k: v for k, v in pairs.items() if v}


def _failed(request: FeedRequest, grade: Grade, reason: str, *, unreachable: bool = False) -> Retrieval:
    failure = Failure(error=RetrieveError(request.feed_id, reason), grade=grade, unreachable=unreachable)
    return Retrieval(request=request, result=failure)


async def retrieve_all(
    requests: Iterable[FeedRequest],
    *,
    options: RetrieveOptions,
    on_done: Callable[[Retrieval], None] | None = None,
) -> AsyncIterator[Retrieval]:
    """Ask for many feeds; yield each as it completes, whatever became of it.

    A slow consumer slows the asking down: at most twice `options.n_at_once` answers are in memory.
    """
    send, receive = anyio.create_memory_object_stream[Retrieval](options.n_at_once)

    async def everything() -> None:
        async with send, Retriever(options) as retriever, asyncio.TaskGroup() as tasks:
            for request in requests:
                tasks.create_task(retriever.deliver(request, send.send))

    pump = asyncio.create_task(everything())
    try:
        async for retrieval in receive:
            if on_done is not None:
                on_done(retrieval)
            yield retrieval
        await pump
    finally:
        # The taker may have left early: first those who deliver end, then what they deliver to.
        pump.cancel()
        with suppress(asyncio.CancelledError):
            await pump
        receive.close()
