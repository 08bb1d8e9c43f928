"""The first schema."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables of an empty store."""
    _revision()
    _feed()
    _fetch()
    _article()
    _sighting()
    _score()
    _candidate()
    _mention()
    _signal()
    _text_index()


def _revision() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("data", sa.BigInteger(), nullable=False),
        sa.Column("freshness", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )
    row = {"id": 1, "store_id": uuid.uuid4().hex[:12], "data": 0, "freshness": 0}
    table = sa.table("revision", *(sa.column(name) for name in row))
    op.bulk_insert(table, [row])


def _feed() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("script", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cadence_minutes", sa.Integer(), nullable=False),
        sa.Column("panel", sa.Boolean(), nullable=False),
        sa.Column("min_per_day", sa.Double(), nullable=False),
        sa.Column("max_per_day", sa.Double(), nullable=True),
        sa.Column("known_since", sa.Date(), nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
    )


def _fetch() -> None:
    op.create_table(
        "fetch",
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("n_entries", sa.Integer(), nullable=False),
        sa.Column("n_new", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("next_due_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_fetch_feed_id"),
        sa.PrimaryKeyConstraint("feed_id", "fetched_at", name="pk_fetch"),
    )
    op.create_index("ix_fetch_day", "fetch", ["day"])


def _article() -> None:
    op.create_table(
        "article",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("published_date", sa.Date(), nullable=True),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("restated", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("seen_day", sa.Date(), nullable=False),
        sa.Column("title_folded", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_article"),
        sa.UniqueConstraint("id", name="uq_article_id"),
    )
    op.create_index("ix_article_day", "article", ["day"])
    op.create_index("ix_article_first_seen_at_id", "article", ["first_seen_at", "id"])
    op.create_index("ix_article_language", "article", ["language"])
    op.create_index("ix_article_outlet_seen_day", "article", ["outlet", "seen_day"])
    op.create_index("ix_article_seen_day_country", "article", ["seen_day", "country"])


def _sighting() -> None:
    op.create_table(
        "sighting",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("feed_id", sa.Text(), nullable=True),
        sa.Column("guid", sa.Text(), nullable=True),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_sighting_article_id"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_sighting_feed_id"),
        sa.PrimaryKeyConstraint("article_id", "source", name="pk_sighting"),
    )
    op.create_index("ix_sighting_feed_id_seen_at", "sighting", ["feed_id", "seen_at"])


def _score() -> None:
    op.create_table(
        "score",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("scorer_version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("scored_at", INSTANT, nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_score_article_id"),
        sa.PrimaryKeyConstraint("article_id", "scorer_version", name="pk_score"),
    )


def _candidate() -> None:
    op.create_table(
        "candidate",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("scorer_version", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("cue", sa.Text(), nullable=True),
        sa.Column("dropped", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "scorer_version"],
            ["score.article_id", "score.scorer_version"],
            name="fk_candidate_article_id_scorer_version",
        ),
        sa.PrimaryKeyConstraint("article_id", "scorer_version", "n", name="pk_candidate"),
    )


def _mention() -> None:
    op.create_table(
        "mention",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("scorer_version", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("place_name", sa.Text(), nullable=False),
        sa.Column("place_country", sa.Text(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.Column("radius_km", sa.Double(), nullable=True),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("actor", sa.Boolean(), nullable=False),
        sa.Column("rivals", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "scorer_version"],
            ["score.article_id", "score.scorer_version"],
            name="fk_mention_article_id_scorer_version",
        ),
        sa.PrimaryKeyConstraint("article_id", "scorer_version", "n", name="pk_mention"),
    )


def _signal() -> None:
    op.create_table(
        "signal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("scorer_version", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("day_stated", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=True),
        sa.Column("place_name", sa.Text(), nullable=True),
        sa.Column("place_country", sa.Text(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("precision", sa.Text(), nullable=True),
        sa.Column("radius_km", sa.Double(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("outlet_country", sa.Text(), nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("cue", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id", "scorer_version"],
            ["score.article_id", "score.scorer_version"],
            name="fk_signal_article_id_scorer_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signal"),
    )
    op.create_index("ix_signal_article_id", "signal", ["article_id"])
    op.create_index("ix_signal_code_day", "signal", ["code", "day"])
    op.create_index(
        "ix_signal_day_id", "signal", ["day", "id"], sqlite_where=sa.text("current = 1"), postgresql_where=sa.text("current")
    )
    op.create_index("ix_signal_place_country", "signal", ["place_country"])


def _text_index() -> None:
    """Index the folded texts by their words."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_article_text ON article USING gin (to_tsvector('simple', folded))")
        return
    # Without a copy of the texts: the words point to `article.n`, which a vacuum leaves alone.
    op.execute(
        "CREATE VIRTUAL TABLE article_text USING fts5("
        "folded, content='article', content_rowid='n', tokenize='unicode61 remove_diacritics 0')"
    )
    op.execute(
        "CREATE TRIGGER article_text_insert AFTER INSERT ON article BEGIN "
        "INSERT INTO article_text (rowid, folded) VALUES (new.n, new.folded); END"
    )
