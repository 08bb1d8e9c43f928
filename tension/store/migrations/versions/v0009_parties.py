"""Who does what a signal tells, and to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; articles that were read before name nobody until `karaula rescore` reads them anew."""
    names = ("article_id", "actor_id", "name", "level", "country", "dyad")
    op.create_table(
        "party",
        sa.Column("signal_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in names),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_party_article_id"),
        sa.PrimaryKeyConstraint("signal_id", "role", name="pk_party"),
    )
    op.create_index("ix_party_article_id", "party", ["article_id"])
    op.create_index("ix_party_actor_id", "party", ["actor_id"])
