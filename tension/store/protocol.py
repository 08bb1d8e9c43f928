"""What the two doors may know about storage: one protocol to write, one to read.

Facts are appended, not overwritten. Ids are content hashes, so writing the same thing twice is a no-op.
Nothing here reads the clock: every instant is handed in.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from tension.model import Article, CachingInfo, Feed, Query, Reading
from tension.store.event_protocol import EventReader
from tension.store.review_protocol import ReviewReader, ReviewWriter
from tension.versions import Version

if TYPE_CHECKING:
    import pandas as pd

    from tension.events.facts import Fact
    from tension.events.situations import Situation
    from tension.index.rollup import Rolled


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
    #: The articles that were not stored before.
    new_ids: frozenset[str] = field(default=frozenset(), compare=False)


class Leases(Protocol):
    """Who does what for now, where several processes share one store. A lease ends by itself when its holder died."""

    def take(self, names: Collection[str], holder: str, now: datetime, until: datetime, limit: int) -> list[str]:
        """Take up to so many of these leases that nobody else holds; return which. Never waits for another process."""
        ...

    def extend(self, holder: str, until: datetime) -> None:
        """Hold all that this holder holds for longer."""
        ...

    def drop(self, names: Collection[str], holder: str) -> None:
        """Give leases back."""
        ...


class StoreWriter(ReviewWriter, Protocol):
    """All that the writing door may do to a store."""

    @property
    def leases(self) -> Leases:
        """Return the leases of this store."""
        ...

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

    def add(self, deliveries: Sequence[Delivery], *, merge_silent: bool = False) -> Written:
        """Store a batch in one transaction: articles, sightings, candidates, mentions, signals. Repeats are no-ops.

        Articles that speak of no signal, not even a denied one, are in no number; they get an event only where
        `merge_silent` asks for it (or later, by `unmerged`), for they are nine in ten and merging costs most of a round.
        """
        ...

    def add_readings(self, readings: Mapping[str, Reading], at: datetime) -> int:
        """Store readings of a newer scorer version beside the old; return the number of signals."""
        ...

    def undo_merge(self, article_id: str, at: datetime, why: str) -> bool:
        """Take an article out of the event that it joined, by a newer row; return whether it was in one."""
        ...

    def roll_up(self, *, anew: bool = False) -> int:
        """Make the daily roll-ups where they are not current (or `anew`); return the number of events."""
        ...

    def unscored(self, scorer_version: str, limit: int, since: datetime | None = None) -> Sequence[Article]:
        """Return articles, first seen at `since` or later, that this scorer version has not read yet, oldest first."""
        ...

    def unmerged(self, limit: int) -> Sequence[Article]:
        """Return articles that were read but have no event yet, oldest first: those of a store of an earlier schema."""
        ...

    def add_fetches(self, fetches: Sequence[FetchRecord]) -> None:
        """Append what happened to feeds."""
        ...

    def last_fetches(self, until: datetime | None = None) -> Mapping[str, FetchRecord]:
        """Return the newest attempt by feed; its `caching` is that of the newest success.

        Attempts later than `until` were written by a clock that was ahead, and are left out.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class StoreReader(EventReader, ReviewReader, Protocol):
    """All that the reading door may know about storage. Frames have the columns of `tension.store.frames`."""

    def watermark(self) -> str:
        """Return a token that changes when, and only when, data changed (articles, sightings, readings)."""
        ...

    def freshness(self) -> str:
        """Return a token that changes when data or the state of the feeds changed: the key for `feeds`, `coverage`."""
        ...

    def span(self) -> tuple[date, date] | None:
        """Return first and last day that have a dated signal or article, or None for an empty store.

        What feeds brought of their archives does not make the first day earlier, unless there is nothing else.
        """
        ...

    def signals(self, query: Query) -> "pd.DataFrame":
        """Return the signals of the newest scorer version, one row each, without their texts."""
        ...

    def undated(self, query: Query) -> "pd.DataFrame":
        """Return the signals without a day, in the columns of `signals`; the query's days play no part."""
        ...

    def rolled_up(self) -> bool:
        """Tell whether the daily roll-ups are there and of the present method; if not, `karaula rescore` makes them."""
        ...

    def daily(
        self, scope: str, since: date, until: date, *, panel: bool = False, as_known_at: datetime | None = None,
        evidence: bool = False, redrawn: date | None = None,
    ) -> "Rolled":  # fmt: skip
        """Return the daily roll-ups of a scope, which `tension.index.rollup.series` makes the index of; see `rolled_up`.

        With `evidence`, what stands has the reports that opened it, which takes longer. Replicates from `redrawn` on (None: all).
        """
        ...

    def dailies(
        self, scopes: Sequence[str], since: date, until: date, *, panel: bool = False, as_known_at: datetime | None = None,
        redrawn: date | None = None,
    ) -> "Mapping[str, Rolled]":  # fmt: skip
        """Return the daily roll-ups of several scopes: what they have in common is read once."""
        ...

    def facts(
        self, scope: str, since: date, until: date, *, panel: bool = False, as_known_at: datetime | None = None
    ) -> "Sequence[Fact]":
        """Return the events of a scope that are dated in some days, by day and id; see `rolled_up`."""
        ...

    def situations(
        self, *, panel: bool = False, as_known_at: datetime | None = None, since: date | None = None, until: date | None = None,
        briefly: bool = False, openings_only: bool = False, ids: Collection[str] | None = None,
    ) -> "Sequence[Situation]":  # fmt: skip
        """Return situations with their changes, in the order of their opening; see `rolled_up`.

        All, or with `since` those that stand or are spoken of on that day or later, and the newest of each kind at each place
        that had begun by it: what stood on any day since, and each crossing, is told from these as from all. `until` leaves
        out what began later, `ids` what it does not name; `briefly`, of changes before `since`, all but first and newest;
        `openings_only`, all but the first: how it stands on a day needs none.
        """
        ...

    def limits(self, situations: Sequence[str], code: str) -> Mapping[str, Sequence[tuple[date, date, str, str]]]:
        """Return of some situations the reports at a crossing itself: day told, day of the event, crossing, article; in order."""
        ...

    def days(self, query: Query) -> Sequence[date]:
        """Return the days of a query of which any article was received."""
        ...

    def panel(self) -> frozenset[str]:
        """Return the outlets of the fixed panel."""
        ...

    def articles(self, query: Query) -> "pd.DataFrame":
        """Return articles with title, address, outlet, dates, newest first: those published in the days of a query.

        Where the query speaks of signals (codes, countries, confidence): the articles of `signals(query)`.
        """
        ...

    def search(self, text: str, query: Query) -> "pd.DataFrame":
        """Return the articles of `articles(query)` that have every word of a text, or what begins with it, in any script."""
        ...

    def passing(self, article_ids: Collection[str], query: Query) -> frozenset[str]:
        """Return those of some articles that have a signal as a query asks, whatever its day."""
        ...

    def evidence(self, article_ids: Sequence[str]) -> "pd.DataFrame":
        """Return the texts of articles with all their signals, spans, cues, mentions, dropped candidates."""
        ...

    def versions(self, article_id: str) -> Sequence[Version]:
        """Return the headlines that an article had, itself among them, as they were first seen; none where it is not stored."""
        ...

    def feeds(self, at: datetime) -> "pd.DataFrame":
        """Return every feed as it stood at an instant.

        Last success, last attempt, error in words, next due, and what it delivered in the 1, 7, 28 days before.
        """
        ...

    def coverage(self, since: date, until: date, by: Literal["country", "side"] = "country") -> "pd.DataFrame":
        """Return articles and answering feeds per country (or side) and day of first sight (UTC)."""
        ...

    def history(self, since: datetime) -> Mapping[str, Sequence[FetchRecord]]:
        """Return the attempts at each feed that is not retired, since an instant, oldest first."""
        ...

    def options(self) -> Mapping[str, Sequence[Any]]:
        """Return the distinct countries, languages, outlets and codes that the store holds."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
