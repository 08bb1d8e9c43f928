"""Tables of events: what a report was compared by, and which event it is of; rows are appended, never changed."""

import sqlalchemy as sa

from tension.store.schema import Instant, metadata


def _number_of_row() -> sa.Column[int]:
    return sa.Column("n", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True)


#: What the merger compares: features of an article, as JSON; `merger_version` is that of the features.
#: `countries` (of places and of actors, by commas) is what dyads are found by; `places` are all that it names.
event_report = sa.Table(
    "event_report",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True, nullable=False),
    sa.Column("merger_version", sa.Text, primary_key=True, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("countries", sa.Text, nullable=False),
    sa.Column("places", sa.Text, nullable=False),
    sa.Column("features", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
)

#: Article × event, with the reasons (JSON). The newest row of an article holds; an undone merge is a newer row.
#: `day` is that of the event: the index by day is what candidates are found by.
membership = sa.Table(
    "membership",
    metadata,
    _number_of_row(),
    sa.Column("article_id", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("merger_version", sa.Text, nullable=False),
    sa.Column("assigned_at", Instant, nullable=False),
    sa.Column("day", sa.Date, nullable=True),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
    sa.Index(None, "article_id", "n"),
    sa.Index(None, "day", "n"),
    sa.Index(None, "event_id"),
)
