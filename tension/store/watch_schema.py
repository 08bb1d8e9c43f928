"""Tables of watches: what is looked out for, what it fired on (once each), and what is to be delivered."""

import sqlalchemy as sa

from tension.store.schema import Instant, metadata

#: `body` is JSON without a secret; `targets` is JSON of Apprise addresses, which are secrets. A removed watch keeps its row.
watch = sa.Table(
    "watch",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("targets", sa.Text, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("removed_at", Instant, nullable=True),
)

#: A watch fires once on a key. Without a message it is waiting for quiet hours, budget or digest.
firing = sa.Table(
    "firing",
    metadata,
    sa.Column("watch_id", sa.Text, primary_key=True, nullable=False),
    sa.Column("key", sa.Text, primary_key=True, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("fired_at", Instant, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text, nullable=True),
    sa.ForeignKeyConstraint(["watch_id"], ["watch.id"]),
    sa.Index(None, "watch_id", "fired_at"),
)

#: Message × target. `target` names an address without telling it; `next_at` is null once it is delivered or given up.
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("watch_id", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Instant, nullable=True),
    sa.Column("claimed_by", sa.Text, nullable=True),
    sa.Column("claimed_until", Instant, nullable=True),
    sa.Column("delivered_at", Instant, nullable=True),
    sa.Column("given_up_at", Instant, nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["watch_id"], ["watch.id"]),
    sa.Index(None, "next_at"),
    sa.Index(None, "watch_id", "made_at"),
)
