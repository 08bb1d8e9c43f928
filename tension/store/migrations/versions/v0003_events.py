"""Events: features of reports, and memberships with their reasons; rows are appended."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _n() -> sa.Column[int]:
    return sa.Column("n", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), nullable=False)


def upgrade() -> None:
    """Add the tables; articles that are there join events when `karaula rescore` reads them."""
    op.create_table(
        "event_report",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("merger_version", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("countries", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_event_report_article_id"),
        sa.PrimaryKeyConstraint("article_id", "merger_version", name="pk_event_report"),
    )
    op.create_table(
        "membership",
        _n(),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("merger_version", sa.Text(), nullable=False),
        sa.Column("assigned_at", INSTANT, nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_membership_article_id"),
        sa.PrimaryKeyConstraint("n", name="pk_membership"),
    )
    for columns in (["article_id", "n"], ["day", "n"], ["event_id"]):
        op.create_index(f"ix_membership_{'_'.join(columns)}", "membership", columns)
