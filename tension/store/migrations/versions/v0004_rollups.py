"""Roll-ups: facts of events, what they say of situations, situations, daily sums, coverage by day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def upgrade() -> None:
    """Add the tables; they are filled with the first batch that is written, or by `karaula rescore`."""
    op.create_table(
        "rollup_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        _text("version"),
        sa.PrimaryKeyConstraint("id", name="pk_rollup_state"),
    )
    _events()
    _situations()
    _sums()


def _events() -> None:
    op.create_table(
        "event_fact",
        _text("event_id"),
        _text("series"),
        _day("day"),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("base", sa.Double(), nullable=True),
        _text("code", nullable=True),
        _text("country", nullable=True),
        _text("place_id", nullable=True),
        _text("countries"),
        _text("details"),
        sa.PrimaryKeyConstraint("event_id", "series", name="pk_event_fact"),
    )
    op.create_index("ix_event_fact_day_changed_at", "event_fact", ["day", "changed_at"])
    op.create_table(
        "event_said",
        _text("event_id"),
        _text("series"),
        _text("kind"),
        _text("at"),
        _text("country"),
        _day("day"),
        _text("details"),
        sa.PrimaryKeyConstraint("event_id", "series", "kind", "at", name="pk_event_said"),
    )
    op.create_index("ix_event_said_kind_country_day", "event_said", ["kind", "country", "day"])


def _situations() -> None:
    op.create_table(
        "standing",
        *(_text(name) for name in ("series", "id", "kind", "country", "place_id")),
        _day("since"),
        _day("until", nullable=True),
        *(_day(name) for name in ("confirmed", "held", "last")),
        _text("opening"),
        sa.PrimaryKeyConstraint("series", "id", name="pk_standing"),
    )
    op.create_index("ix_standing_series_kind_country_since", "standing", ["series", "kind", "country", "since"])
    op.create_index("ix_standing_series_last", "standing", ["series", "last"])
    op.create_table(
        "standing_change",
        _text("series"),
        _text("situation"),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        _day("day"),
        *(_text(name) for name in ("change", "detail", "event_id", "article_ids")),
        sa.PrimaryKeyConstraint("series", "situation", "n", name="pk_standing_change"),
    )


def _sums() -> None:
    op.create_table(
        "daily_sum",
        _text("series"),
        _text("scope"),
        _day("day"),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("acts", "threats", "stabilising")),
        sa.Column("n_events", sa.Integer(), nullable=False),
        sa.Column("draws", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("series", "scope", "day", name="pk_daily_sum"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "daily_articles",
        _day("day"),
        _text("country"),
        _text("side"),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "country", "side", name="pk_daily_articles"),
    )
    op.create_table(
        "daily_answer",
        _day("day"),
        _text("feed_id"),
        sa.PrimaryKeyConstraint("day", "feed_id", name="pk_daily_answer"),
        sqlite_with_rowid=False,
    )
