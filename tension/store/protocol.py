"""What the two doors may know about storage: one protocol to write, one to read.

Facts are appended, not overwritten. Ids are content hashes, so writing the same thing twice is a no-op.
Nothing here reads the clock: every instant is handed in.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from tension.model import Article, CachingInfo, Feed, Query, Reading

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One article as a feed delivered it, with what scoring found in it (None: not scored yet)."""

    article: Article
    #: Feed that delivered it; None for backfilled items.
    feed_id: str | None
    #: The feed's identifier of the entry, or the backfill's `id`.
    guid: str | None
    seen_at: datetime
    reading: Reading | None
    #: What was noticed about the article at first sight: `archive` (old already), `future` (dated ahead), or None.
    flag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """One attempt at one feed."""

    feed_id: str
    fetched_at: datetime
    #: ok | not_modified | failed
    outcome: str
    #: HTTP status, or None where none was received.
    status: int | None
    #: In words; empty unless failed.
    reason: str
    #: temporary | soft | hard | gone, or empty
    grade: str
    n_entries: int
    n_new: int
    seconds: float
    caching: CachingInfo
    next_due_at: datetime | None
    #: Where permanent redirects led, or None.
    moved_to: str | None = None
    #: What the document calls itself (`rss20`, `atom10`, ...), or None where none came.
    format: str | None = None
    #: What was noticed about the document, in words.
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one batch changed."""

    n_articles: int
    n_sightings: int
    n_signals: int


class StoreWriter(Protocol):
    """All that the writing door may do to a store."""

    def put_feeds(self, feeds: Iterable[Feed], at: datetime) -> None:
        """Make the given feeds known; feeds that are no longer given keep their history, and are marked retired."""
        ...

    def known(self, article_ids: Collection[str]) -> set[str]:
        """Return which of these articles are stored."""
        ...

    def recent_titles(
        self, outlets: Collection[str], since: date
    ) -> Mapping[tuple[str, str], Sequence[tuple[str, datetime | None]]]:
        """Return {(outlet, folded title): [(article id, instant of publication or None)]} for finding near-duplicates."""
        ...

    def add(self, deliveries: Sequence[Delivery]) -> Written:
        """Store a batch in one transaction: articles, sightings, candidates, mentions, signals. Repeats are no-ops."""
        ...

    def add_readings(self, readings: Mapping[str, Reading], at: datetime) -> int:
        """Store readings of a newer scorer version beside the old; return the number of signals."""
        ...

    def unscored(self, scorer_version: str, limit: int) -> Sequence[Article]:
        """Return articles that this scorer version has not read yet, oldest first."""
        ...

    def add_fetches(self, fetches: Sequence[FetchRecord]) -> None:
        """Append what happened to feeds."""
        ...

    def last_fetches(self) -> Mapping[str, FetchRecord]:
        """Return the newest attempt by feed; its `caching` is that of the newest success."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class StoreReader(Protocol):
    """All that the reading door may know about storage. Frames have the columns of `tension.store.frames`."""

    def watermark(self) -> str:
        """Return a token that changes when, and only when, data changed (articles, sightings, readings)."""
        ...

    def freshness(self) -> str:
        """Return a token that changes when data or the state of the feeds changed: the key for `feeds`, `coverage`."""
        ...

    def span(self) -> tuple[date, date] | None:
        """Return first and last day that have a dated signal or article, or None for an empty store."""
        ...

    def signals(self, query: Query) -> "pd.DataFrame":
        """Return the signals of the newest scorer version, one row each, without their texts."""
        ...

    def undated(self, query: Query) -> "pd.DataFrame":
        """Return the signals without a day, in the columns of `signals`; the query's days play no part."""
        ...

    def articles(self, query: Query) -> "pd.DataFrame":
        """Return articles with title, address, outlet, dates, newest first.

        Where the query speaks of signals (codes, countries, confidence): the articles of `signals(query)`.
        Else: the articles published in its days.
        """
        ...

    def search(self, text: str, query: Query) -> "pd.DataFrame":
        """Return the articles of `articles(query)` that have every word of a text.

        Script, case and diacritics play no part; a word also finds what begins with it.
        """
        ...

    def evidence(self, article_ids: Sequence[str]) -> "pd.DataFrame":
        """Return the texts of articles with all their signals, spans, cues, mentions, dropped candidates."""
        ...

    def feeds(self, at: datetime) -> "pd.DataFrame":
        """Return every feed as it stood at an instant.

        Last success, last attempt, error in words, next due, and what it delivered in the 1, 7, 28 days before.
        """
        ...

    def coverage(self, since: date, until: date) -> "pd.DataFrame":
        """Return articles and answering feeds per country and day of first sight (UTC)."""
        ...

    def options(self) -> Mapping[str, Sequence[Any]]:
        """Return the distinct countries, languages, outlets and codes that the store holds."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
