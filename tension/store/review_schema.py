"""The table of reviews: appended, never changed."""

import sqlalchemy as sa

from tension.store.schema import Instant, metadata

#: Who did what to which signal (article and code) or events, when and why. `details` is JSON: what it was changed to, and
#: the signals as they stood. `supersedes` is the id of an earlier review that no longer holds.
review = sa.Table(
    "review",
    metadata,
    sa.Column("n", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("reviewer", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("article_id", sa.Text, nullable=True, index=True),
    sa.Column("code", sa.Text, nullable=True),
    sa.Column("event_id", sa.Text, nullable=True),
    sa.Column("other_event", sa.Text, nullable=True),
    sa.Column("supersedes", sa.Text, nullable=True),
    sa.Column("details", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
    sa.UniqueConstraint("id"),
)


def are_there(connection: sa.Connection) -> bool:
    """Tell whether anything was reviewed."""
    return connection.scalar(sa.select(review.c.n).limit(1)) is not None
