"""An index of the signals at crossings: a thousand among fifty thousand of a code that names every town."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_THERE = "\"precision\" = 'crossing'"


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_signal_at_crossing", "signal", ["code", "article_id", "place_id"],
        sqlite_where=sa.text(f"current = 1 AND {_THERE}"), postgresql_where=sa.text(f"current AND {_THERE}"),
    )  # fmt: skip
