"""The table of who does what a signal tells, and to whom."""

import sqlalchemy as sa

from tension.store.schema import metadata

INITIATOR, TARGET = "initiator", "target"

#: Signal × role, where the text names a party; a state's `actor_id` is its country's code, `level` is state, entity,
#: institution, community or armed. `dyad` is the pair that both parties of the signal make, or empty.
party = sa.Table(
    "party",
    metadata,
    sa.Column("signal_id", sa.Text, primary_key=True, nullable=False),
    sa.Column("role", sa.Text, primary_key=True, nullable=False),
    sa.Column("article_id", sa.Text, nullable=False),
    sa.Column("actor_id", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("dyad", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
    sa.Index(None, "article_id"),
    sa.Index(None, "actor_id"),
)
