"""The two steps that cost a processor: bytes to articles, and articles to readings.

Plain functions of plain values, so that they run in this process or in another and say the same.
"""

import os
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context, parent_process
from threading import Thread

from ingest.articles import to_article
from ingest.parse import parse
from tension.errors import ParseError
from tension.model import Article, Feed, Reading, RetrievedFeed
from tension.reading import read

#: From so many feeds on a round pays for a process of its own, which takes a second to load its knowledge.
WORTH_A_PROCESS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The articles of one feed with the feed's own identifiers, or why it is none."""

    pairs: tuple[tuple[Article, str | None], ...] = ()
    issues: tuple[str, ...] = ()
    #: What the document calls itself: `rss20`, `atom10`, ...
    version: str = ""
    #: In words, where the document is not a feed.
    failure: str | None = None
    seconds: float = 0.0


def to_articles(result: RetrievedFeed, feed: Feed, seen_at: datetime) -> Parsed:
    """Return the articles that a retrieved document announces."""
    started = time.perf_counter()
    try:
        parsed = parse(result, feed)
    except ParseError as e:
        return Parsed(failure=e.reason, seconds=time.perf_counter() - started)
    pairs = tuple((to_article(e, feed, seen_at=seen_at, base_url=parsed.base_url), e.guid) for e in parsed.entries)
    return Parsed(pairs=pairs, issues=parsed.issues, version=parsed.version, seconds=time.perf_counter() - started)


def to_readings(articles: Sequence[Article]) -> tuple[dict[str, Reading], float]:
    """Return the reading of each article by id, and the seconds it took."""
    started = time.perf_counter()
    readings = {article.id: read(article) for article in articles}
    return readings, time.perf_counter() - started


def workers(n_feeds: int) -> Executor:
    """Return where to run these steps for a round of so many feeds."""
    if n_feeds < WORTH_A_PROCESS:
        return ThreadPoolExecutor(max_workers=1)
    return ProcessPoolExecutor(
        max_workers=max((os.cpu_count() or 2) - 1, 1), mp_context=get_context("spawn"), initializer=_end_with_parent
    )


def _end_with_parent() -> None:
    """Let this worker end when the round that made it is killed; nobody would ever ask it for anything again."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, name="parent-watch", daemon=True).start()
