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

from ingest.articles import Recent, near_since, to_article
from ingest.outcomes import Failure, FeedRequest, NotModified, Retrieval
from ingest.parse import ParsedFeed, parse
from ingest.report import STAGES, FailedFeed, FeedIssue, RoundReport
from ingest.retrieve import RetrieveOptions, retrieve_all
from ingest.schedule import Attempt, next_fetch_at
from tension.errors import ParseError
from tension.model import Article, CachingInfo, Feed, RetrievedFeed
from tension.reading import read
from tension.store import Delivery, FetchRecord, StoreWriter, Written


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

    def __init__(self, feeds: Sequence[Feed], writer: StoreWriter, *, options: RetrieveOptions, now: datetime) -> None:
        self._feeds = {feed.id: feed for feed in feeds}
        self._writer = writer
        self._options = options
        self._now = now
        self._last: Mapping[str, FetchRecord] = {}
        self._tally = _Tally()

    async def run(self, on_done: Callable[[str], None] | None = None) -> RoundReport:
        """Ask every feed and store what is new.

        Args:
            on_done: called with the feed's id when it is finished.
        """
        started = time.perf_counter()
        self._writer.put_feeds(self._feeds.values(), self._now)
        self._last = self._writer.last_fetches()
        requests = [FeedRequest(feed_id=f.id, url=f.url, caching=self._caching(f.id)) for f in self._feeds.values()]
        async for retrieval in retrieve_all(requests, options=self._options):
            # In a thread: the event loop goes on answering servers while this one's articles are read.
            await asyncio.to_thread(self._take, retrieval)
            if on_done:
                on_done(retrieval.request.feed_id)
        self._tally.seconds["total"] = time.perf_counter() - started
        return self._report()

    def _caching(self, feed_id: str) -> CachingInfo | None:
        known = self._last.get(feed_id)
        return known.caching if known else None

    def _take(self, retrieval: Retrieval) -> None:
        """Carry one feed through to the end, whatever became of it."""
        feed = self._feeds[retrieval.request.feed_id]
        tally = self._tally
        tally.seconds["retrieve"] += retrieval.seconds
        result = retrieval.result
        if isinstance(result, RetrievedFeed):
            try:
                with tally.timed("parse"):
                    parsed = parse(result, feed)
            except ParseError as e:
                self._note(feed, retrieval, outcome="failed", reason=e.reason, grade="soft", status=result.status)
                return
            n_new = self._keep(feed, parsed).n_articles
            self._note(
                feed, retrieval, outcome="ok", status=result.status, n_entries=len(parsed.entries), n_new=n_new, caching=result.caching
            )
        elif isinstance(result, NotModified):
            tally.counts["not_modified"] += 1
            self._note(feed, retrieval, outcome="not_modified", status=304, caching=result.caching)
        else:
            self._note(feed, retrieval, outcome="failed", reason=result.reason, grade=result.grade.value, status=result.status)

    def _keep(self, feed: Feed, parsed: ParsedFeed) -> Written:
        """Read and store the articles of one feed, in one transaction."""
        tally = self._tally
        tally.counts["entries"] += len(parsed.entries)
        tally.issues += [FeedIssue(feed=feed.id, issue=issue) for issue in parsed.issues]
        with tally.timed("store"):
            pairs = [(to_article(e, feed, seen_at=self._now, base_url=parsed.base_url), e.guid) for e in parsed.entries]
            pairs = self._same(feed, pairs)
            known = self._writer.known({article.id for article, _ in pairs})
        with tally.timed("score"):
            deliveries = list(self._deliveries(feed, pairs, known))
        with tally.timed("store"):
            written = self._writer.add(deliveries)
        tally.counts["articles"] += written.n_articles
        tally.counts["signals"] += written.n_signals
        tally.counts["sightings"] += len(deliveries) - written.n_articles
        return written

    def _same(self, feed: Feed, pairs: Sequence[tuple[Article, str | None]]) -> list[tuple[Article, str | None]]:
        """Give articles that come again under another address the identity they had."""
        since = near_since((a for a, _ in pairs), self._now)
        recent = Recent(self._writer.recent_titles({feed.outlet}, since.date()))
        found = []
        for article, guid in pairs:
            known_id = recent.same_as(article)
            found.append((replace(article, id=known_id) if known_id else article, guid))
            recent.add(article)
        return found

    def _deliveries(self, feed: Feed, pairs: Sequence[tuple[Article, str | None]], known: set[str]) -> Iterator[Delivery]:
        seen = set(known)
        for article, guid in pairs:
            reading = None if article.id in seen else read(article)
            seen.add(article.id)
            language = reading.language if reading else article.language
            yield Delivery(
                article=replace(article, language=language), feed_id=feed.id, guid=guid, seen_at=self._now, reading=reading
            )

    def _note(
        self,
        feed: Feed,
        retrieval: Retrieval,
        *,
        outcome: str,
        status: int | None,
        reason: str = "",
        grade: str = "",
        n_entries: int = 0,
        n_new: int = 0,
        caching: CachingInfo | None = None,
    ) -> None:
        """Record what came of an attempt, and when to ask again."""
        tally = self._tally
        if outcome == "failed":
            tally.failed.append(FailedFeed(feed=feed.id, reason=reason, grade=grade))
        if retrieval.moved_to:
            tally.issues.append(FeedIssue(feed=feed.id, issue=f"has moved for good to {retrieval.moved_to}"))
        result = retrieval.result
        attempt = Attempt(
            outcome=outcome,
            grade=result.grade if isinstance(result, Failure) else None,
            n_new=n_new,
            max_age_s=retrieval.max_age_s,
            retry_after_s=retrieval.retry_after_s,
        )
        record = FetchRecord(
            feed_id=feed.id, fetched_at=self._now, outcome=outcome, status=status, reason=reason, grade=grade, n_entries=n_entries,
            n_new=n_new, seconds=retrieval.seconds, caching=caching or self._caching(feed.id) or CachingInfo(),
            next_due_at=next_fetch_at(self._now, feed, attempt, self._last.get(feed.id)),
        )  # fmt: skip
        with tally.timed("store"):
            self._writer.add_fetches([record])

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
            signals=tally.counts["signals"],
            issues=sorted(tally.issues, key=lambda i: i.feed),
            seconds=tally.seconds,
        )


async def run(
    feeds: Sequence[Feed],
    writer: StoreWriter,
    *,
    options: RetrieveOptions,
    now: datetime,
    on_done: Callable[[str], None] | None = None,
) -> RoundReport:
    """Run one round over feeds; see `Round`."""
    return await Round(feeds, writer, options=options, now=now).run(on_done)
