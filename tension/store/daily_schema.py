"""Tables of roll-ups: all of it follows from articles, memberships and signals, and can be made anew at any time."""

import sqlalchemy as sa

from tension.store.schema import Instant, metadata

#: `series` says whose reports count: `all`, `panel` (the fixed panel alone), or `both` where they are the same.
BOTH, ALL, PANEL = "both", "all", "panel"

#: By which method the roll-ups were made; without a row they were never made.
rollup_state = sa.Table(
    "rollup_state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Text, nullable=False),
)

#: One row an event that has signals; `changed_at` is when anything about it was last learnt. An event that lost all its
#: reports by an undone merge keeps a row without `base`, so that what was known before can be told.
event_fact = sa.Table(
    "event_fact",
    metadata,
    sa.Column("event_id", sa.Text, primary_key=True, nullable=False),
    sa.Column("series", sa.Text, primary_key=True, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("base", sa.Double, nullable=True),
    sa.Column("code", sa.Text, nullable=True),
    sa.Column("country", sa.Text, nullable=True),
    sa.Column("place_id", sa.Text, nullable=True),
    sa.Column("countries", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Index(None, "day", "changed_at"),
)

#: What an event says of a kind of situation at a place.
event_said = sa.Table(
    "event_said",
    metadata,
    sa.Column("event_id", sa.Text, primary_key=True, nullable=False),
    sa.Column("series", sa.Text, primary_key=True, nullable=False),
    sa.Column("kind", sa.Text, primary_key=True, nullable=False),
    sa.Column("at", sa.Text, primary_key=True, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Index(None, "kind", "country", "day"),
)

#: Situations. `held` is the last day of its term after the last report, `last` the last day on which it counts; event, code,
#: countries and weight are those of the opening, which the index of a year reads by the thousand.
standing = sa.Table(
    "standing",
    metadata,
    sa.Column("series", sa.Text, primary_key=True, nullable=False),
    sa.Column("id", sa.Text, primary_key=True, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("place_id", sa.Text, nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date, nullable=True),
    sa.Column("confirmed", sa.Date, nullable=False),
    sa.Column("held", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("opening", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False, server_default=""),
    sa.Column("code", sa.Text, nullable=False, server_default=""),
    sa.Column("countries", sa.Text, nullable=False, server_default=""),
    sa.Column("weight", sa.Double, nullable=False, server_default="0"),
    sa.Index(None, "series", "kind", "country", "since"),
    # All that a year of the index reads of them: ten thousand rows of a large region need not be looked up one by one.
    sa.Index(
        "ix_standing_spans",
        "series",
        "last",
        "since",
        "kind",
        "event_id",
        "code",
        "weight",
        "id",
        "country",
        "place_id",
        "countries",
    ),
)

#: What events did to a situation, in order; `detail` says what changed.
standing_change = sa.Table(
    "standing_change",
    metadata,
    sa.Column("series", sa.Text, primary_key=True, nullable=False),
    sa.Column("situation", sa.Text, primary_key=True, nullable=False),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("article_ids", sa.Text, nullable=False),
)


def is_noted() -> sa.ColumnElement[bool]:
    """Return the condition of a change that says what changed, letter by letter as the index of such changes has it."""
    return standing_change.c.detail != sa.literal_column("''")


#: Of thousands of changes a few say what changed: where else it is reported, or that it is in force.
sa.Index(
    "ix_standing_change_noted", standing_change.c.series, standing_change.c.situation, sqlite_where=is_noted(),
    postgresql_where=is_noted(),
)  # fmt: skip

#: Day × scope × series: what events dated on it weigh, in whole units (`tension.index.rollup`), and the same in each
#: replicate of the band, packed.
daily_sum = sa.Table(
    "daily_sum",
    metadata,
    sa.Column("series", sa.Text, primary_key=True, nullable=False),
    sa.Column("scope", sa.Text, primary_key=True, nullable=False),
    sa.Column("day", sa.Date, primary_key=True, nullable=False),
    sa.Column("acts", sa.BigInteger, nullable=False),
    sa.Column("threats", sa.BigInteger, nullable=False),
    sa.Column("stabilising", sa.BigInteger, nullable=False),
    sa.Column("n_events", sa.Integer, nullable=False),
    sa.Column("draws", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

#: Articles by day of first sight, country and side, without those that were old already: what coverage is told from.
daily_articles = sa.Table(
    "daily_articles",
    metadata,
    sa.Column("day", sa.Date, primary_key=True, nullable=False),
    sa.Column("country", sa.Text, primary_key=True, nullable=False),
    sa.Column("side", sa.Text, primary_key=True, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
)

#: Which feeds answered at least once on a day.
daily_answer = sa.Table(
    "daily_answer",
    metadata,
    sa.Column("day", sa.Date, primary_key=True, nullable=False),
    sa.Column("feed_id", sa.Text, primary_key=True, nullable=False),
    sqlite_with_rowid=False,
)
#: What follows from events, and what coverage is told from.
EVENTS = (event_fact, event_said, standing, standing_change, daily_sum)
COVERAGE = (daily_articles, daily_answer)
