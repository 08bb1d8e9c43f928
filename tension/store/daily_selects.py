"""What keeping up and reading the roll-ups asks, as SQL expressions over the tables."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from tension.events.report import FEATURES_VERSION
from tension.store.daily_schema import daily_sum
from tension.store.event_schema import event_report, membership
from tension.store.merging import newest
from tension.store.schema import Instant, feed, signal
from tension.store.selects import ever_held, holding

_SIGNAL = (
    signal.c.id.label("signal_id"), signal.c.article_id, signal.c.code, signal.c.mode, signal.c.confidence, signal.c.day,
    signal.c.place_id, signal.c.place_name, signal.c.place_country.label("country"), signal.c.lat, signal.c.lon,
    signal.c.precision, signal.c.language, signal.c.outlet, signal.c.side, signal.c.first_seen_at,
)  # fmt: skip


#: Statements are made once and asked with other values: making one takes longer than asking it.
_EVENTS: Any = sa.bindparam("events", expanding=True)
_UNTIL: Any = sa.bindparam("until", type_=Instant)


@cache
def events_of() -> sa.Select[Any]:
    """Select the events of `articles` that have signals."""
    has = sa.exists().where(signal.c.article_id == membership.c.article_id)
    mine = membership.c.article_id.in_(sa.bindparam("articles", expanding=True))
    return sa.select(membership.c.event_id).where(mine, newest(), has).distinct()


@cache
def signals_of(*, then: bool) -> sa.Select[Any]:
    """Select the signals of `events` that have a day, with what facts are made of; `then`: as known at `until`."""
    mine = (event_report.c.article_id == membership.c.article_id) & (event_report.c.merger_version == FEATURES_VERSION)
    columns = (
        membership.c.event_id.label("event"), membership.c.day.label("event_day"), membership.c.assigned_at,
        event_report.c.origin, event_report.c.countries, event_report.c.places,
    )  # fmt: skip
    rows = sa.select(*_SIGNAL, *columns).join_from(membership, signal, signal.c.article_id == membership.c.article_id)
    conditions = [membership.c.event_id.in_(_EVENTS), membership.c.day.is_not(None), newest(_UNTIL if then else None)]
    return rows.join(event_report, mine).where(*conditions, holding(_UNTIL if then else None))


@cache
def left_at(*, then: bool) -> sa.Select[Any]:
    """Select (event, day, instant) of those of `events` that a report with signals left: when that was noted last."""
    later = membership.alias("later")
    left = (later.c.article_id == membership.c.article_id) & (later.c.n > membership.c.n)
    has = sa.exists().where(signal.c.article_id == membership.c.article_id, ever_held())
    conditions = [membership.c.event_id.in_(_EVENTS), membership.c.day.is_not(None), has]
    if then:
        conditions.append(later.c.assigned_at <= _UNTIL)
    rows = sa.select(membership.c.event_id, membership.c.day, sa.func.max(later.c.assigned_at, type_=later.c.assigned_at.type))
    return rows.join_from(membership, later, left).where(*conditions).group_by(membership.c.event_id, membership.c.day)


@cache
def corrected_at() -> sa.Select[Any]:
    """Select (event, day, instant, instant) of those of `events` whose signals a reviewer corrected: when that was last."""
    c = signal.c
    conditions = [membership.c.event_id.in_(_EVENTS), membership.c.day.is_not(None), newest()]
    conditions.append(c.known_from.is_not(None) | c.known_until.is_not(None))
    instants = (sa.func.max(column, type_=c.known_from.type) for column in (c.known_from, c.known_until))
    rows = sa.select(membership.c.event_id, membership.c.day, *instants)
    rows = rows.join_from(membership, signal, c.article_id == membership.c.article_id)
    return rows.where(*conditions).group_by(membership.c.event_id, membership.c.day)


@cache
def of_events(table: sa.Table) -> sa.Select[Any]:
    """Select the rows of `events`."""
    return sa.select(table).where(table.c.event_id.in_(_EVENTS))


@cache
def without_events(table: sa.Table) -> sa.Delete:
    """Delete the rows of `events`."""
    return sa.delete(table).where(table.c.event_id.in_(_EVENTS))


def _summed() -> sa.ColumnElement[bool]:
    """Return the condition of sums of some scopes on one day: asked by days, for SQLite looks up no list of three columns."""
    c = daily_sum.c
    mine = (c.series == sa.bindparam("of")) & (c.day == sa.bindparam("on"))
    return mine & c.scope.in_(sa.bindparam("scopes", expanding=True))


@cache
def of_sums() -> sa.Select[Any]:
    """Select the sums of `scopes` of a series on a day."""
    return sa.select(daily_sum).where(_summed())


@cache
def without_sums() -> sa.Delete:
    """Delete the sums of `scopes` of a series on a day."""
    return sa.delete(daily_sum).where(_summed())


@cache
def panel_outlets() -> sa.Select[Any]:
    """Select the outlets of the fixed panel."""
    return sa.select(feed.c.outlet).where(feed.c.panel).distinct()
