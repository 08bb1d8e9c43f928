"""Columns of the frames that a reader returns: the contract between the store and everything that draws.

Days are datetime64[us]; instants datetime64[us, UTC]; numbers int64, float64; flags bool; texts str.
In `SIGNALS` the repeated texts are categories. Types are the same where a frame is empty.
"""

#: `StoreReader.signals`: one row a signal; `day` is when it happened, else the day of publication (datetime64, NaT: unknown).
SIGNALS = (
    "signal_id", "article_id", "code", "mode", "confidence", "rule",
    "day", "day_stated",            # day_stated: "happened" | "published" | "unknown"
    "place_id", "place_name", "country", "lat", "lon", "precision",   # null where unplaced
    "language", "outlet", "family", "side", "outlet_country", "first_seen_at",
)  # fmt: skip

#: `StoreReader.articles`
ARTICLES = (
    "article_id", "title", "summary", "url", "outlet", "family", "side", "outlet_country", "language",
    "published_at", "published_date", "first_seen_at", "restated", "n_sightings", "n_signals",
)  # fmt: skip

#: `StoreReader.evidence`: one row an article; the last three are lists of dicts as in `tension.model`.
EVIDENCE = (*ARTICLES, "body", "signals", "mentions", "candidates")

#: `StoreReader.feeds`
FEEDS = (
    "feed_id", "outlet", "url", "language", "country", "family", "side", "kind", "panel", "cadence_minutes",
    "last_success_at", "last_attempt_at", "outcome", "status", "reason", "grade", "next_due_at",
    "n_1d", "n_7d", "n_28d", "expected_per_day", "retired",
)  # fmt: skip

#: `StoreReader.coverage`
COVERAGE = ("country", "day", "n_articles", "n_feeds_answered", "n_feeds")

#: `StoreReader.event_signals`: the signals of events; `event_day` is the day that the event counts on. `origin` is the
#: agency or the publisher, `countries` (by commas) those of the report's places and actors, `places` all that it names.
EVENT_SIGNALS = (*SIGNALS, "event", "event_day", "origin", "countries", "places")

#: `StoreReader.event_facets`: of the same signals what filters ask for, and who reports them.
EVENT_FACETS = (
    "signal_id", "article_id", "event", "event_day", "code", "country", "language", "outlet", "family", "origin", "confidence",
    "day", "first_seen_at",
)  # fmt: skip

#: `StoreReader.memberships`: the event of every article that was read; `guid` is the backfill's own id, if there is one.
MEMBERSHIPS = ("article_id", "guid", "event", "event_day", "assigned_at", "reasons")
