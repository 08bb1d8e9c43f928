"""Leases on feeds and on the writing itself; what was noticed about an article, a feed's format and its remarks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table of leases and columns that may be empty; rows that are there stay as they are."""
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.add_column("article", sa.Column("flag", sa.Text(), nullable=True))
    for name in ("moved_to", "format", "remarks"):
        op.add_column("fetch", sa.Column(name, sa.Text(), nullable=True))
