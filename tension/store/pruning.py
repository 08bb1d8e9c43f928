"""Retention: what is old and speaks of nothing goes; what the numbers stand on stays, with its words.

An article without a signal or a candidate is nine in ten. It counts towards coverage alone, whose daily numbers are
kept as roll-ups before it goes. Every event, index and situation can still be made anew from what is left.
"""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from tension.errors import StoreError
from tension.store import rollups
from tension.store.engines import connect_engine, plain_errors, shown
from tension.store.event_schema import event_report, membership
from tension.store.review_schema import review
from tension.store.schema import article, candidate, fetch, mention, pruned, revision, score, sighting, signal

#: Articles in one transaction: between two of them other writers have their turn.
_AT_ONCE = 2_000
#: Tables whose rows go with their article, those that others point to last.
_WITH_ARTICLE = (mention, score, sighting, event_report, membership)


def prunable(url: str, before: date) -> Mapping[str, int]:
    """Count what `prune` would take away, by kind.

    Args:
        url: address of the store.
        before: what was first seen on this day or later stays.

    Raises:
        StoreError: the store cannot be read.
    """
    engine = connect_engine(url, writing=False)
    try:
        with plain_errors(url), engine.connect() as connection:
            n = sa.select(sa.func.count())
            return {
                "articles": connection.scalar(n.select_from(article).where(_silent(before))) or 0,
                "attempts": connection.scalar(n.select_from(fetch).where(_past(before))) or 0,
                "articles_left": connection.scalar(n.select_from(article).where(~_silent(before))) or 0,
            }
    finally:
        engine.dispose()


def prune(url: str, before: date) -> Mapping[str, int]:
    """Take away old articles that speak of nothing, and old attempts at feeds; return how many of each.

    Safe to stop and to repeat. The store must be of the present schema (`open_writer` brings it there).

    Raises:
        StoreError: the roll-ups are not there yet, so that daily numbers would be lost; or the store cannot be written.
    """
    engine = connect_engine(url, writing=True)
    try:
        with plain_errors(url):
            _begin(engine, url, before)
            n_articles = 0
            while n := _some_articles(engine, before):
                n_articles += n
            with engine.begin() as connection:
                n_attempts = connection.execute(sa.delete(fetch).where(_past(before))).rowcount
                connection.execute(sa.update(revision).values(data=revision.c.data + 1, freshness=revision.c.freshness + 1))
    finally:
        engine.dispose()
    return {"articles": n_articles, "attempts": n_attempts}


def _begin(engine: sa.Engine, url: str, before: date) -> None:
    """Note from which day on everything is kept, before anything goes."""
    with engine.begin() as connection:
        if not rollups.are_current(connection):
            raise StoreError(shown(url), "its daily numbers are not rolled up; run karaula rescore first, or they would be lost")
        known = connection.scalar(sa.select(pruned.c.before))
        if known is None:
            connection.execute(sa.insert(pruned).values(id=1, before=before))
        elif known < before:
            connection.execute(sa.update(pruned).values(before=before))


def _silent(before: date) -> sa.ColumnElement[bool]:
    """Return the condition of an article that is old and says nothing that any number or denial stands on."""
    speaks = sa.or_(*(sa.exists().where(table.c.article_id == article.c.id) for table in (signal, candidate, review)))
    return (article.c.seen_day < before) & ~speaks


def _past(before: date) -> sa.ColumnElement[bool]:
    """Return the condition of an attempt that nothing asks for any more: the newest success and what follows stay."""
    later = fetch.alias("later")
    mine = later.c.feed_id == fetch.c.feed_id
    success = sa.select(sa.func.max(later.c.fetched_at)).where(mine, later.c.outcome == "ok").scalar_subquery()
    newest = sa.select(sa.func.max(later.c.fetched_at)).where(mine).scalar_subquery()
    return (fetch.c.day < before) & (fetch.c.fetched_at < sa.func.coalesce(success, newest))


def _some_articles(engine: sa.Engine, before: date) -> int:
    """Take away some articles with all that hangs on them; return how many."""
    with engine.begin() as connection:
        doomed = connection.execute(
            sa.select(article.c.id, article.c.n, article.c.folded).where(_silent(before)).limit(_AT_ONCE)
        ).all()
        ids = [row.id for row in doomed]
        for table in _WITH_ARTICLE:
            connection.execute(sa.delete(table).where(table.c.article_id.in_(ids)))
        if doomed and connection.dialect.name == "sqlite":
            # The index of words has no copy of the texts: it is told what goes, while it is still there.
            gone = "INSERT INTO article_text (article_text, rowid, folded) VALUES ('delete', ?, ?)"
            connection.exec_driver_sql(gone, [(row.n, row.folded) for row in doomed])
        connection.execute(sa.delete(article).where(article.c.id.in_(ids)))
    return len(ids)
