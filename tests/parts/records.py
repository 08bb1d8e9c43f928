"""Records to put into stores."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tension.model import (
    Article,
    CachingInfo,
    Candidate,
    Feed,
    Mode,
    Place,
    PlaceMention,
    Precision,
    Reading,
    Signal,
    Span,
)
from tension.store import Delivery, FetchRecord


class Records:
    """Makes plausible records; every field can be given."""

    now = datetime(2023, 9, 25, 12, 0, tzinfo=UTC)
    place = Place(id="788652", name="Leposavić", country="XK", lat=43.1039, lon=20.8028, precision=Precision.SETTLEMENT)
    span = Span(field="title", start=0, end=8, text="Barikade")

    def feed(self, feed_id: str = "rs-outlet", **fields: Any) -> Feed:
        """Make a feed."""
        made = Feed(
            id=feed_id,
            outlet="Outlet",
            url=f"https://{feed_id}.example/rss",
            language="sr",
            script="Latn",
            country="RS",
            family="publisher",
            side="rs",
            kind="daily",
        )
        return replace(made, **fields)

    def article(self, article_id: str = "a1", **fields: Any) -> Article:
        """Make an article of today."""
        made = Article(
            id=article_id,
            outlet="Outlet",
            url=f"https://outlet.example/{article_id}",
            title="Barikade u Leposaviću",
            summary="Vojska na granici.",
            language="sr",
            published_at=self.now,
            published_date=self.now.date(),
            family="publisher",
            side="rs",
            country="RS",
        )
        return replace(made, **fields)

    def signal(self, code: str = "border_blockade", **fields: Any) -> Signal:
        """Make a signal with a place."""
        made = Signal(
            code=code,
            mode=Mode.ACTUAL,
            confidence=0.8,
            evidence=(self.span,),
            rule=f"sr:{code}:1",
            place=self.place,
        )
        return replace(made, **fields)

    def reading(self, *signals: Signal, version: str = "v1", **fields: Any) -> Reading:
        """Make a reading with these signals, a candidate for each, and one mention."""
        candidates = tuple(
            Candidate(code=s.code, mode=s.mode, confidence=s.confidence, evidence=s.evidence, rule=s.rule) for s in signals
        )
        made = Reading(
            language="sr",
            candidates=candidates,
            mentions=(PlaceMention(place=self.place, span=self.span, rivals=("1", "2")),),
            signals=signals,
            scorer_version=version,
        )
        return replace(made, **fields)

    def delivery(self, article: Article | str = "a1", *signals: Signal, **fields: Any) -> Delivery:
        """Make a delivery of an article by the feed `rs-outlet`, read with these signals."""
        made = Delivery(
            article=self.article(article) if isinstance(article, str) else article,
            feed_id="rs-outlet",
            guid=None,
            seen_at=self.now,
            reading=self.reading(*signals),
        )
        return replace(made, **fields)

    def fetch(self, feed_id: str = "rs-outlet", **fields: Any) -> FetchRecord:
        """Make a successful attempt at a feed."""
        made = FetchRecord(
            feed_id=feed_id,
            fetched_at=self.now,
            outcome="ok",
            status=200,
            reason="",
            grade="",
            n_entries=20,
            n_new=3,
            seconds=0.4,
            caching=CachingInfo(etag='"1"', last_modified=None),
            next_due_at=None,
        )
        return replace(made, **fields)

    def day(self, n: int) -> date:
        """Return a day of September 2023."""
        return date(2023, 9, n)
