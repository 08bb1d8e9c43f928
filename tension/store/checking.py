"""Is a store what it should be: whole files, ids that fit what they stand for, words where the spans say, nothing left alone."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from tension.store.engines import connect_engine, plain_errors
from tension.store.rollups import differences
from tension.store.schema import article, candidate, feed, fetch, mention, score, sighting, signal

#: Given address and title, returns the id that such an article has.
Identify = Callable[[str, str], str]
_REPLACED = "\ufffd"
_AT_A_TIME = 2_000


def _of_reading(table: sa.Table) -> sa.ColumnElement[bool]:
    return (table.c.article_id == score.c.article_id) & (table.c.scorer_version == score.c.scorer_version)


#: What must be there for what points to it.
_REFERENCES = (
    ("sightings of no article", sighting, article, sighting.c.article_id == article.c.id),
    ("readings of no article", score, article, score.c.article_id == article.c.id),
    ("attempts at no feed", fetch, feed, fetch.c.feed_id == feed.c.id),
    *(
        (f"{name} of no reading", table, score, _of_reading(table))
        for name, table in (("signals", signal), ("candidates", candidate), ("mentions", mention))
    ),
)  # fmt: skip


def problems(url: str, identify: Identify, prefix: str) -> Iterator[str]:
    """Yield what is wrong with a store, in words.

    Args:
        url: address of the store.
        identify: see `Identify`.
        prefix: what ids of the present way of identifying begin with; others are not recomputed.

    Raises:
        StoreError: the store cannot be read.
    """
    engine = connect_engine(url, writing=False)
    try:
        with plain_errors(url), engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
                yield from (f"the file is damaged: {line}" for line in said if line != "ok")
            yield from _orphans(connection)
            yield from _sums(connection)
            yield from _ids(connection, identify, prefix)
            yield from _spans(connection)
            yield from differences(connection)
    finally:
        engine.dispose()


def _orphans(connection: sa.Connection) -> Iterator[str]:
    for words, table, other, points in _REFERENCES:
        n = connection.scalar(sa.select(sa.func.count()).select_from(table).where(~sa.exists().where(points).select_from(other)))
        if n:
            yield f"{n} {words}"


def _sums(connection: sa.Connection) -> Iterator[str]:
    """Of each article one reading is the newest, and its signals are those that count."""
    newest = sa.select(score.c.article_id).where(score.c.current).group_by(score.c.article_id).having(sa.func.count() > 1)
    n = connection.scalar(sa.select(sa.func.count()).select_from(newest.subquery()))
    if n:
        yield f"{n} articles with more than one newest reading"
    # What a reviewer corrected counts no longer, although its reading is the newest.
    wrong = (signal.c.current != score.c.current) & signal.c.known_until.is_(None)
    differ = sa.select(sa.func.count()).select_from(signal.join(score, _of_reading(signal))).where(wrong)
    n = connection.scalar(differ)
    if n:
        yield f"{n} signals that count although their reading is not the newest, or the other way round"
    if connection.dialect.name == "sqlite":
        n_texts = connection.exec_driver_sql("SELECT count(*) FROM article_text_docsize").scalar()
        n_articles = connection.scalar(sa.select(sa.func.count()).select_from(article))
        if n_texts != n_articles:
            yield f"{n_texts} texts to search for {n_articles} articles"


def _ids(connection: sa.Connection, identify: Identify, prefix: str) -> Iterator[str]:
    columns = sa.select(article.c.id, article.c.url, article.c.title).where(article.c.url.is_not(None))
    wrong = [
        row.id
        for row in _rows(connection, columns.where(article.c.id.startswith(prefix)))
        # What could not be stored letter by letter cannot be recomputed either.
        if _REPLACED not in row.title and identify(row.url, row.title) != row.id
    ]
    if wrong:
        yield f"{len(wrong)} articles whose id does not fit address and title: {', '.join(wrong[:3])}"


def _spans(connection: sa.Connection) -> Iterator[str]:
    """The words of every signal stand where it says."""
    texts = (article.c.title, article.c.summary, article.c.body)
    columns = sa.select(signal.c.id, signal.c.evidence, *texts).join_from(signal, article, signal.c.article_id == article.c.id)
    wrong = [row.id for row in _rows(connection, columns) if not _fits(row)]
    if wrong:
        yield f"{len(wrong)} signals whose words are not in their article: {', '.join(wrong[:3])}"


def _fits(row: sa.Row[Any]) -> bool:
    spans = json.loads(row.evidence)
    return all(str(getattr(row, s["field"]))[s["start"] : s["end"]] == s["text"] for s in spans)


def _rows(connection: sa.Connection, statement: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
    for some in connection.execution_options(yield_per=_AT_A_TIME).execute(statement).partitions():
        yield from some
