"""Indexes of what a year of the index reads of situations, and of the few changes that say what changed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COLUMNS = ("series", "last", "since", "kind", "event_id", "code", "weight", "id", "country", "place_id", "countries")


def upgrade() -> None:
    """Put a longer index in the place of the one that began like it, and add the other."""
    op.create_index("ix_standing_spans", "standing", list(_COLUMNS))
    op.drop_index("ix_standing_series_last", table_name="standing")
    noted = sa.text("detail != ''")
    op.create_index(
        "ix_standing_change_noted", "standing_change", ["series", "situation"], sqlite_where=noted, postgresql_where=noted
    )
