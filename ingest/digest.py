"""The two steps that cost a processor: bytes to articles, and articles to readings.

Plain functions of plain values, so that they run in this process or in another and say the same.
"""

import copyreg
import gc
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from multiprocessing import get_context, parent_process
from operator import attrgetter
from threading import Thread
from typing import Any

from ingest.articles import to_article
from ingest.parse import parse
from tension.errors import ParseError
from tension.model import Article, Candidate, Feed, Place, PlaceMention, Reading, RetrievedFeed, Signal, Span
from tension.reading import read

#: Knowledge is millions of objects that stay: the collector looks for rubbish less often than it would by default.
_RUBBISH_FROM = 50_000
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
    #: Readings by article, where they were asked for at once.
    readings: Mapping[str, Reading] = field(default_factory=dict)
    seconds: float = 0.0
    reading_seconds: float = 0.0


def to_articles(result: RetrievedFeed, feed: Feed, seen_at: datetime) -> Parsed:
    """Return the articles that a retrieved document announces."""
    started = time.perf_counter()
    try:
        parsed = parse(result, feed)
    except ParseError as e:
        return Parsed(failure=e.reason, seconds=time.perf_counter() - started)
    pairs = tuple((to_article(e, feed, seen_at=seen_at, base_url=parsed.base_url), e.guid) for e in parsed.entries)
    return Parsed(pairs=pairs, issues=parsed.issues, version=parsed.version, seconds=time.perf_counter() - started)


def to_read_articles(result: RetrievedFeed, feed: Feed, seen_at: datetime) -> Parsed:
    """Return the articles of a document with their readings: for a feed that never answered before, all of them are new."""
    parsed = to_articles(result, feed, seen_at)
    readings, seconds = to_readings([article for article, _ in parsed.pairs])
    return replace(parsed, readings=readings, reading_seconds=seconds)


def to_readings(articles: Sequence[Article]) -> tuple[dict[str, Reading], float]:
    """Return the reading of each article by id, and the seconds it took."""
    started = time.perf_counter()
    readings = {article.id: read(article) for article in articles}
    return readings, time.perf_counter() - started


def workers(n_feeds: int) -> Executor:
    """Return where to run these steps for a round of so many feeds."""
    if n_feeds < WORTH_A_PROCESS:
        return ThreadPoolExecutor(max_workers=1)
    return ProcessPoolExecutor(max_workers=max((os.cpu_count() or 2) - 1, 1), mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Prepare a worker: what is loaded now lives as long as it does, and is no rubbish to look through."""
    _end_with_parent()
    gc.freeze()
    gc.set_threshold(_RUBBISH_FROM, *gc.get_threshold()[1:])


def _end_with_parent() -> None:
    """Let this worker end when the round that made it is killed; nobody would ever ask it for anything again."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, name="parent-watch", daemon=True).start()


def _shipped(kind: type[Any]) -> None:
    """Let records of a kind travel between processes as plain tuples; the way of dataclasses takes three times as long."""
    names = tuple(f.name for f in fields(kind))
    stated = attrgetter(*names)
    setters: tuple[Callable[[Any, Any], None], ...] = tuple(kind.__dict__[name].__set__ for name in names)
    _SETTERS[kind] = setters
    copyreg.pickle(kind, lambda record: (_unshipped, (kind, stated(record))))


_SETTERS: dict[type[Any], tuple[Callable[[Any, Any], None], ...]] = {}


def _unshipped(kind: type[Any], values: tuple[Any, ...]) -> object:
    record = object.__new__(kind)
    for put, value in zip(_SETTERS[kind], values, strict=True):
        put(record, value)
    return record


for _kind in (Article, Candidate, Place, PlaceMention, Reading, Signal, Span):
    _shipped(_kind)
