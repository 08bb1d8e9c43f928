"""The tables, once for both engines. Facts are appended; `signal.current` and `revision` alone are derived."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

#: The schema that this version writes and reads: the newest migration.
HEAD = "0011"

#: Every schema that this version can bring up to `HEAD`.
KNOWN = frozenset({"0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011"})


class Instant(TypeDecorator[datetime]):
    """An aware instant: `timestamptz` on PostgreSQL, ISO text in UTC on SQLite; read back in UTC on both."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive instants, which would mean another moment on every machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value!r} has no time zone"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Say UTC where the engine keeps no zone, and translate where the session has another."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: What may be noticed about an article at first sight: old already, or dated ahead of its time.
FLAGS = ("archive", "future")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, primary_key=primary_key)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=True)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Instant, nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[date]:
    return sa.Column(name, sa.Date, nullable=nullable)


def _count(name: str, *, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, primary_key=primary_key, autoincrement=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _of_article() -> sa.Column[str]:
    return _text("article_id", primary_key=True)


#: One row: who this store is, and how often its data and its feeds' state changed.
revision = sa.Table(
    "revision",
    metadata,
    _count("id", primary_key=True),
    _text("store_id"),
    sa.Column("data", sa.BigInteger, nullable=False),
    sa.Column("freshness", sa.BigInteger, nullable=False),
)

#: The catalogue as last given; a feed that is no longer given is retired, not removed.
feed = sa.Table(
    "feed",
    metadata,
    _text("id", primary_key=True),
    _text("outlet"),
    _text("url"),
    _text("language"),
    _maybe("script"),
    _text("country"),
    _text("family"),
    _text("side"),
    _text("kind"),
    _count("cadence_minutes"),
    _flag("panel"),
    _number("min_per_day"),
    _number("max_per_day", nullable=True),
    _day("known_since"),
    _instant("retired_at", nullable=True),
)

#: Every attempt at a feed; `day` is that of `fetched_at` in UTC, `remarks` is JSON, null where there are none.
fetch = sa.Table(
    "fetch",
    metadata,
    _text("feed_id", primary_key=True),
    sa.Column("fetched_at", Instant, primary_key=True),
    _day("day"),
    _text("outcome"),
    sa.Column("status", sa.Integer, nullable=True),
    _text("reason"),
    _text("grade"),
    _count("n_entries"),
    _count("n_new"),
    _number("seconds"),
    _maybe("etag"),
    _maybe("last_modified"),
    _instant("next_due_at", nullable=True),
    _maybe("moved_to"),
    _maybe("format"),
    _maybe("remarks"),
    sa.ForeignKeyConstraint(["feed_id"], ["feed.id"]),
    sa.Index(None, "day"),
)

#: One text of one outlet. `day` is the day of publication as stated, `seen_day` that of `first_seen_at` in UTC;
#: `folded` is what searching looks in, `title_folded` what near-duplicates are found by, `flag` is of `FLAGS`.
article = sa.Table(
    "article",
    metadata,
    sa.Column("n", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True),
    _text("id"),
    _text("outlet"),
    _maybe("url"),
    _text("title"),
    _text("summary"),
    _text("body"),
    _text("language"),
    _instant("published_at", nullable=True),
    _day("published_date", nullable=True),
    _instant("first_seen_at"),
    _text("family"),
    _text("side"),
    _text("country"),
    _flag("restated"),
    _day("day", nullable=True),
    _day("seen_day"),
    _text("title_folded"),
    _text("folded"),
    _maybe("flag"),
    sa.UniqueConstraint("id"),
    sa.Index(None, "day"),
    sa.Index(None, "first_seen_at", "id"),
    sa.Index(None, "seen_day", "country"),
    sa.Index(None, "outlet", "seen_day"),
    sa.Index(None, "language"),
)

#: Who does what for now: `feed:<id>` is asked, `writer` writes. A lease that expired is anybody's.
lease = sa.Table(
    "lease",
    metadata,
    _text("name", primary_key=True),
    _maybe("holder"),
    _instant("taken_at", nullable=True),
    _instant("expires_at", nullable=True),
)

#: One row once something was pruned: of days `before` only what the numbers stand on is kept.
pruned = sa.Table("pruned", metadata, _count("id", primary_key=True), _day("before"))

#: Article × feed. `source` is the feed, or `#` and the backfill's own id for what no feed delivered.
sighting = sa.Table(
    "sighting",
    metadata,
    _of_article(),
    _text("source", primary_key=True),
    _maybe("feed_id"),
    _maybe("guid"),
    _instant("seen_at"),
    sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
    sa.ForeignKeyConstraint(["feed_id"], ["feed.id"]),
    sa.Index(None, "feed_id", "seen_at"),
)

#: Article × scorer version: that it was read, whatever was found. The newest reading is `current`.
score = sa.Table(
    "score",
    metadata,
    _of_article(),
    _text("scorer_version", primary_key=True),
    _text("language"),
    _instant("scored_at"),
    _flag("current"),
    sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
)


def _of_score() -> tuple[sa.Column[Any] | sa.ForeignKeyConstraint, ...]:
    return (
        _of_article(),
        _text("scorer_version", primary_key=True),
        _count("n", primary_key=True),
        sa.ForeignKeyConstraint(["article_id", "scorer_version"], ["score.article_id", "score.scorer_version"]),
    )


#: Possible signals, kept whatever became of them. `evidence` and `cue` are JSON of spans.
candidate = sa.Table(
    "candidate",
    metadata,
    *_of_score(),
    _text("code"),
    _text("mode"),
    _number("confidence"),
    _text("evidence"),
    _text("rule"),
    _maybe("cue"),
    _maybe("dropped"),
    _count("position"),
)


def _of_place(*, nullable: bool) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("place_id", sa.Text, nullable=nullable),
        sa.Column("place_name", sa.Text, nullable=nullable),
        sa.Column("place_country", sa.Text, nullable=nullable),
        _number("lat", nullable=True),
        _number("lon", nullable=True),
        sa.Column("precision", sa.Text, nullable=nullable),
        _number("radius_km", nullable=True),
    )


#: Places found in a text. `span` and `rivals` are JSON.
mention = sa.Table(
    "mention",
    metadata,
    *_of_score(),
    *_of_place(nullable=False),
    _text("span"),
    _flag("actor"),
    _text("rivals"),
    _count("position"),
)

_CORRECTED = sa.text("known_until IS NOT NULL")
_THERE = "\"precision\" = 'crossing'"
#: What the desk counts, with all that a map or a series needs beside it, so that no query joins. Where a reviewer
#: corrected it, `known_from` and `known_until` say from when to when a row held; both are derived from `review`.
signal = sa.Table(
    "signal",
    metadata,
    _text("id", primary_key=True),
    _text("article_id"),
    _text("scorer_version"),
    _count("n"),
    _flag("current"),
    _text("code"),
    _text("mode"),
    _number("confidence"),
    _text("rule"),
    _day("day", nullable=True),
    _text("day_stated"),
    *_of_place(nullable=True),
    _text("language"),
    _text("outlet"),
    _text("family"),
    _text("side"),
    _text("outlet_country"),
    _instant("first_seen_at"),
    _text("evidence"),
    _maybe("cue"),
    _instant("known_from", nullable=True),
    _instant("known_until", nullable=True),
    sa.ForeignKeyConstraint(["article_id", "scorer_version"], ["score.article_id", "score.scorer_version"]),
    sa.Index(None, "article_id"),
    sa.Index(None, "code", "day"),
    sa.Index(None, "place_country"),
    sa.Index("ix_signal_day_id", "day", "id", sqlite_where=sa.text("current = 1"), postgresql_where=sa.text("current")),
    sa.Index(
        "ix_signal_at_crossing", "code", "article_id", "place_id",
        sqlite_where=sa.text(f"current = 1 AND {_THERE}"), postgresql_where=sa.text(f"current AND {_THERE}"),
    ),
    sa.Index(None, "known_until", sqlite_where=_CORRECTED, postgresql_where=_CORRECTED),
)  # fmt: skip
