"""One round: retrieve | parse | to articles | same as? | read | store | note what happened.

The pipeline calls in order and decides nothing. An expected failure of a feed is a value in the report; a programming
error still crashes. Articles are stored before the feed's validators, so that a kill in between costs a second look
and never an article.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from ingest.articles import Recent, near_since
from ingest.digest import Parsed, to_articles, to_readings
from ingest.fulltext import Pages
from ingest.landing import Landing
from ingest.mending import CUT_OFF
from ingest.noticing import flag_of, remarks
from ingest.outcomes import Failure, FeedRequest, NotModified, Retrieval
from ingest.record import Came, record_of
from ingest.report import STAGES, FailedFeed, FeedIssue, RoundReport
from ingest.retrieve import RetrieveOptions, retrieve_all
from ingest.schedule import CLOCKS_APART
from ingest.workers import Workers
from tension.errors import KaraulaError
from tension.model import Article, CachingInfo, Feed, Reading, RetrievedFeed
from tension.store import Delivery, FetchRecord, StoreWriter

#: Attempts are written down some at a time: to lose a few costs a second look at these feeds, and never an article.
_RECORDS_AT_ONCE = 50
#: How many documents may wait to be parsed, and how many feeds may be between retrieval and store: bounds the memory.
_UNREAD, _ROOM = 12, 160


@dataclass(slots=True)
class _Tally:
    """What the round has come to so far."""

    failed: list[FailedFeed] = field(default_factory=list)
    issues: list[FeedIssue] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys((*STAGES, "total"), 0.0))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time spent inside to a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - started


class Round:
    """One pass over feeds at a given moment."""

    def __init__(
        self,
        feeds: Sequence[Feed],
        writer: StoreWriter,
        *,
        options: RetrieveOptions,
        now: datetime,
        catalogue: Sequence[Feed] | None = None,
    ) -> None:
        self._feeds = {feed.id: feed for feed in feeds}
        #: What is known besides: a feed that is merely not due is not retired.
        self._catalogue = feeds if catalogue is None else catalogue
        self._writer = writer
        self._options = options
        self._now = now
        self._last: Mapping[str, FetchRecord] = {}
        self._tally = _Tally()
        self._workers: Workers
        self._pages: Pages | None = None
        self._records: list[FetchRecord] = []
        self._landing = Landing(writer, lambda: self._tally.timed("store"))
        self._outlets: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._unread, self._room = asyncio.Semaphore(_UNREAD), asyncio.Semaphore(_ROOM)

    async def run(self, on_done: Callable[[str], None] | None = None) -> RoundReport:
        """Ask every feed and store what is new.

        Args:
            on_done: called with the feed's id when it is finished.
        """
        started = time.perf_counter()
        self._last = self._writer.last_fetches(self._now + CLOCKS_APART)
        requests = [FeedRequest(feed_id=f.id, url=f.url, caching=self._caching(f.id)) for f in self._feeds.values()]
        try:
            with Workers(len(requests), at_once=len(self._last) < len(requests)) as self._workers:
                self._writer.put_feeds(self._catalogue, self._now)
                async with Pages(self._options) as self._pages, asyncio.TaskGroup() as tasks:
                    async for retrieval in retrieve_all(requests, options=self._options):
                        await self._unread.acquire()
                        await self._room.acquire()
                        tasks.create_task(self._carry(retrieval, on_done))
                await self._write_records()
        except ExceptionGroup as group:
            raise _the_cause(group) from group
        finally:
            self._landing.close()
        self._tally.seconds["total"] = time.perf_counter() - started
        return self._report()

    def _caching(self, feed_id: str) -> CachingInfo | None:
        known = self._last.get(feed_id)
        return known.caching if known else None

    async def _carry(self, retrieval: Retrieval, on_done: Callable[[str], None] | None) -> None:
        """Carry one feed through to the end, whatever became of it."""
        feed = self._feeds[retrieval.request.feed_id]
        try:
            parsed = await self._parse(feed, retrieval.result)
            retrieval = _without_bytes(retrieval)
            # One feed of an outlet after the other, so that an article in two of them is known the second time.
            async with self._outlets[feed.outlet]:
                with self._landing.coming():
                    await self._take(feed, retrieval, parsed)
        finally:
            self._room.release()
        if on_done:
            on_done(feed.id)

    async def _parse(self, feed: Feed, result: RetrievedFeed | NotModified | Failure) -> Parsed:
        """Return the articles of an answer; only a document has any."""
        try:
            if not isinstance(result, RetrievedFeed):
                return Parsed()
            with self._landing.coming():
                return await self._workers.run(to_articles, result, feed, self._now)
        finally:
            self._unread.release()

    async def _take(self, feed: Feed, retrieval: Retrieval, parsed: Parsed) -> None:
        self._tally.seconds["retrieve"] += retrieval.seconds
        result = retrieval.result
        if isinstance(result, RetrievedFeed):
            await self._take_document(feed, retrieval, result, parsed)
        elif isinstance(result, NotModified):
            self._tally.counts["not_modified"] += 1
            await self._note(feed, retrieval, Came(outcome="not_modified", status=304, caching=result.caching))
        else:
            grade = result.grade.value
            await self._note(feed, retrieval, Came(outcome="failed", reason=result.reason, grade=grade, status=result.status))

    async def _take_document(self, feed: Feed, retrieval: Retrieval, result: RetrievedFeed, parsed: Parsed) -> None:
        self._tally.seconds["parse"] += parsed.seconds
        if parsed.failure is not None:
            failed = Came(outcome="failed", reason=parsed.failure, grade="soft", status=result.status)
            await self._note(feed, retrieval, failed)
            return
        n_new, said = await self._store_articles(feed, parsed)
        came = Came(
            outcome="ok",
            status=result.status,
            n_entries=len(parsed.pairs),
            n_new=n_new,
            # Half a document must not be called unchanged afterwards, or its other half is never read.
            caching=CachingInfo() if CUT_OFF in parsed.issues else result.caching,
            format=parsed.version,
            remarks=said,
        )
        await self._note(feed, retrieval, came)

    async def _store_articles(self, feed: Feed, parsed: Parsed) -> tuple[int, tuple[str, ...]]:
        """Store what a document announces; return how many articles were new, and what is odd about it, in words."""
        tally = self._tally
        pairs, known = await self._landing.look(self._recognise, feed, parsed.pairs)
        pages: tuple[str, ...] = ()
        if feed.fulltext and self._pages is not None:
            pairs, pages = await self._pages.fill(feed, pairs, known, self._workers.run)
        new: dict[str, Article] = {}
        for article, _ in pairs:
            if article.id not in known:
                # Of two headlines that are nearly the same the first is stored, so it is the first that is read.
                new.setdefault(article.id, article)
        readings, seconds = await self._workers.read(to_readings, list(new.values())) if new else ({}, 0.0)
        tally.seconds["score"] += seconds
        flags = {article_id: flag_of(article, self._now) for article_id, article in new.items()}
        odd = remarks((a for a, _ in pairs), list(new.values()), flags, self._now, self._answered_at(feed.id))
        said = (*odd, *parsed.issues, *pages)
        tally.issues += [FeedIssue(feed=feed.id, issue=issue) for issue in said]
        n_new = len(await self._landing.add(list(self._deliveries(feed, pairs, readings, flags))))
        tally.counts["entries"] += len(pairs)
        tally.counts["articles"] += n_new
        tally.counts["sightings"] += len(pairs) - n_new
        return n_new, said

    def _answered_at(self, feed_id: str) -> datetime | None:
        last = self._last.get(feed_id)
        return last.fetched_at if last is not None and last.outcome != "failed" else None

    def _recognise(
        self, feed: Feed, pairs: Sequence[tuple[Article, str | None]]
    ) -> tuple[list[tuple[Article, str | None]], set[str]]:
        """Give articles that come again under another address the identity they had; tell which are stored."""
        since = near_since((a for a, _ in pairs), self._now)
        recent = Recent(self._writer.recent_titles({feed.outlet}, since.date()))
        found = []
        for article, guid in pairs:
            known_id = recent.same_as(article)
            found.append((replace(article, id=known_id) if known_id else article, guid))
            recent.add(article)
        return found, self._writer.known({article.id for article, _ in found})

    def _deliveries(
        self,
        feed: Feed,
        pairs: Sequence[tuple[Article, str | None]],
        readings: Mapping[str, Reading],
        flags: Mapping[str, str | None],
    ) -> Iterator[Delivery]:
        for article, guid in pairs:
            reading = readings.get(article.id)
            language = reading.language if reading else article.language
            yield Delivery(
                article=article if language == article.language else replace(article, language=language),
                feed_id=feed.id,
                guid=guid,
                seen_at=self._now,
                reading=reading,
                flag=flags.get(article.id),
            )

    async def _note(self, feed: Feed, retrieval: Retrieval, came: Came) -> None:
        """Record what came of an attempt, and when to ask again."""
        tally = self._tally
        if came.outcome == "failed":
            tally.failed.append(FailedFeed(feed=feed.id, reason=came.reason, grade=came.grade))
        if retrieval.moved_to:
            tally.issues.append(FeedIssue(feed=feed.id, issue=f"has moved for good to {retrieval.moved_to}"))
        self._records.append(record_of(feed, retrieval, came, self._now, self._last.get(feed.id)))
        if len(self._records) >= _RECORDS_AT_ONCE:
            await self._write_records()

    async def _write_records(self) -> None:
        records, self._records = self._records, []
        if records:
            await self._landing.step(self._writer.add_fetches, records)

    def _report(self) -> RoundReport:
        tally = self._tally
        return RoundReport(
            started_at=self._now,
            feeds_tried=len(self._feeds),
            not_modified=tally.counts["not_modified"],
            failed=sorted(tally.failed, key=lambda f: f.feed),
            entries_seen=tally.counts["entries"],
            articles_new=tally.counts["articles"],
            sightings=tally.counts["sightings"],
            signals=self._landing.n_signals,
            issues=sorted(tally.issues, key=lambda i: i.feed),
            seconds=tally.seconds,
        )


def _without_bytes(retrieval: Retrieval) -> Retrieval:
    """Return a retrieval without its document, which is not needed once it was parsed."""
    result = retrieval.result
    return replace(retrieval, result=replace(result, content=b"")) if isinstance(result, RetrievedFeed) else retrieval


def _the_cause(group: ExceptionGroup) -> Exception:
    """Return the error that a round failed of where it is one for the operator (the store is away), else all of them."""
    expected, rest = group.split(KaraulaError)
    if rest is not None or expected is None:
        return group
    first: Exception = expected
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    return first


async def run(
    feeds: Sequence[Feed],
    writer: StoreWriter,
    *,
    options: RetrieveOptions,
    now: datetime,
    catalogue: Sequence[Feed] | None = None,
    on_done: Callable[[str], None] | None = None,
) -> RoundReport:
    """Run one round over feeds; see `Round`.

    Args:
        feeds: what to ask now.
        writer: where to put what they bring.
        options: how to ask.
        now: the moment of the round.
        catalogue: all feeds that are known, where `feeds` are only some of them.
        on_done: called with a feed's id when it is finished.
    """
    return await Round(feeds, writer, options=options, now=now, catalogue=catalogue).run(on_done)
