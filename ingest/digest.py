"""The two steps that cost a processor: bytes to articles, and articles to readings.

Plain functions of plain values, so that they run in this process or in another and say the same.
"""

import copyreg
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from ingest.articles import to_article
from ingest.parse import parse
from tension.errors import ParseError
from tension.model import Article, Candidate, Feed, Place, PlaceMention, Reading, RetrievedFeed, Signal, Span


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
    # Brings the knowledge; a process that has others read does without.
    from tension.reading import read  # noqa: PLC0415

    started = time.perf_counter()
    readings = {article.id: read(article) for article in articles}
    return readings, time.perf_counter() - started


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
