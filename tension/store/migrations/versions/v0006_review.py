"""Reviews of signals and events, appended; from when to when a signal holds where a reviewer corrected it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table and the two instants; nothing was reviewed so far."""
    op.create_table(
        "review",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("other_event", sa.Text(), nullable=True),
        sa.Column("supersedes", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_review_article_id"),
        sa.PrimaryKeyConstraint("n", name="pk_review"),
        sa.UniqueConstraint("id", name="uq_review_id"),
    )
    op.create_index("ix_review_article_id", "review", ["article_id"])
    op.add_column("signal", sa.Column("known_from", INSTANT, nullable=True))
    op.add_column("signal", sa.Column("known_until", INSTANT, nullable=True))
    corrected = sa.text("known_until IS NOT NULL")
    op.create_index(
        "ix_signal_known_until", "signal", ["known_until"], sqlite_where=corrected, postgresql_where=corrected
    )  # fmt: skip
