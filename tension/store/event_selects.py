"""What the reader asks about events, as SQL expressions over the tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tension.events.report import FEATURES_VERSION
from tension.model import Mode, Query
from tension.scoring.judge import UNSURE
from tension.store.event_schema import event_report, membership
from tension.store.merging import newest
from tension.store.schema import article, candidate, score, sighting, signal
from tension.store.selects import SIGNAL_COLUMNS, distinct, facets, raw
from tension.taxonomy import mode_weights


def event_signals(query: Query) -> sa.Select[Any]:
    """Select the signals of the events whose day lies in a query's days, with what the events are made of."""
    known = event_report.c
    columns = (membership.c.event_id, raw(membership.c.day), known.origin, known.countries, known.places)
    return _of_events(query, *SIGNAL_COLUMNS, *columns).order_by(membership.c.day, signal.c.id)


def event_facets(query: Query) -> sa.Select[Any]:
    """Select of the same signals the columns of `frames.EVENT_FACETS`, in no order."""
    c = signal.c
    of_report = (c.language, c.outlet, c.family, event_report.c.origin, c.confidence, raw(c.day), raw(c.first_seen_at))
    of_event = (membership.c.event_id, raw(membership.c.day))
    return _of_events(query, c.id, c.article_id, *of_event, c.code, c.place_country, *of_report)


def _of_events(query: Query, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    mine = (event_report.c.article_id == membership.c.article_id) & (event_report.c.merger_version == FEATURES_VERSION)
    statement = sa.select(*columns).join_from(membership, signal, signal.c.article_id == membership.c.article_id)
    within = membership.c.day.between(query.since, query.until)
    return statement.join(event_report, mine).where(within, newest(query.as_known_at), *facets(query))


def denials(query: Query) -> sa.Select[Any]:
    """Select (event, article) of the reports of a query's days that deny an act."""
    read = (
        (score.c.article_id == candidate.c.article_id) & (score.c.scorer_version == candidate.c.scorer_version) & score.c.current
    )
    statement = sa.select(membership.c.event_id, membership.c.article_id).distinct().join_from(
        membership, candidate, candidate.c.article_id == membership.c.article_id
    ).join(score, read)  # fmt: skip
    within = membership.c.day.between(query.since, query.until)
    denied = (candidate.c.mode == str(Mode.DENIED)) & candidate.c.dropped.is_(None)
    rows = statement.where(within, denied, newest(query.as_known_at))
    return rows.order_by(membership.c.event_id, membership.c.article_id)


def memberships(as_known_at: datetime | None) -> sa.Select[Any]:
    """Select every article's membership, in the order of their assignment."""
    guid = (
        sa.select(sa.func.min(sighting.c.guid))
        .where(sighting.c.article_id == membership.c.article_id, sighting.c.feed_id.is_(None))
        .scalar_subquery()
    )
    columns = (membership.c.article_id, guid, membership.c.event_id, raw(membership.c.day), raw(membership.c.assigned_at))
    return sa.select(*columns, membership.c.reasons).where(newest(as_known_at)).order_by(membership.c.n)


def days(query: Query) -> sa.Select[Any]:
    """Select the days of a query of which there is an article."""
    if query.as_known_at is None:
        return distinct(article.c.day, query.since, query.until)
    within = article.c.day.between(query.since, query.until) & (article.c.first_seen_at <= query.as_known_at)
    return sa.select(article.c.day).where(within).distinct().order_by(article.c.day)


def reasons(article_ids: Sequence[str], as_known_at: datetime | None) -> sa.Select[Any]:
    """Select (article, event, reasons) of some articles: of which event each is, and why."""
    mine = membership.c.article_id.in_(article_ids)
    return sa.select(membership.c.article_id, membership.c.event_id, membership.c.reasons).where(mine, newest(as_known_at))


def waiting(query: Query) -> sa.Select[Any]:
    """Select what the model alone saw, not surely enough to count, in the reports of a query's days."""
    c = candidate.c
    read = (score.c.article_id == c.article_id) & (score.c.scorer_version == c.scorer_version) & score.c.current
    rows = sa.select(c.article_id, c.code, c.mode, c.confidence, membership.c.event_id.label("event")).join_from(
        membership, candidate, c.article_id == membership.c.article_id
    ).join(score, read)  # fmt: skip
    within = membership.c.day.between(query.since, query.until)
    asserted = c.mode.in_([str(mode) for mode in mode_weights()])
    return rows.where(within, asserted, c.dropped == UNSURE, newest(query.as_known_at)).order_by(c.article_id, c.n)
