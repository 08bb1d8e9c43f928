"""What may be a version of a headline, as SQL: what the same outlet has at the same address, or by the same id of a feed."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tension.store.schema import article, sighting, signal
from tension.versions import APART, MOST, Version

#: A feed that gives so many entries one id or address says nothing by it.
_MOST_ALIKE = 20 * MOST


def found(connection: sa.Connection, article_id: str) -> tuple[Version, list[Version]] | None:
    """Return a headline and what may be its versions; None where the article is not stored."""
    me = connection.execute(_columns(article.c.id == article_id)).mappings().first()
    if me is None:
        return None
    known: dict[str, sa.RowMapping] = {article_id: me}
    news = [me]
    while news and len(known) < _MOST_ALIKE:
        # The address may change with the headline while the id stays, and the other way round.
        near = connection.execute(_beside(news)).mappings().all()
        news = [row for row in near if row["id"] not in known]
        known |= {row["id"]: row for row in news}
    return _version(me), [_version(row) for row in known.values()]


def _beside(rows: Sequence[sa.RowMapping]) -> sa.Select[Any]:
    """Select what the same outlet has at the address of some articles, or what its feeds give the same id, near in time."""
    first, last = min(r["first_seen_at"] for r in rows) - APART, max(r["first_seen_at"] for r in rows) + APART
    mine, theirs = sighting.alias("mine"), sighting.alias("theirs")
    same_guid = (
        sa.select(theirs.c.article_id)
        .join_from(mine, theirs, (theirs.c.feed_id == mine.c.feed_id) & (theirs.c.guid == mine.c.guid))
        .where(mine.c.article_id.in_([r["id"] for r in rows]), mine.c.guid.is_not(None), theirs.c.seen_at.between(first, last))
    )
    near = (article.c.outlet == rows[0]["outlet"]) & article.c.seen_day.between(first.date(), last.date())
    same_address = article.c.url.in_([r["url"] for r in rows if r["url"] is not None])
    return _columns(near, article.c.id.in_(same_guid) | same_address).limit(_MOST_ALIKE)


def _columns(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    n_signals = sa.select(sa.func.count()).where(signal.c.article_id == article.c.id, signal.c.current).scalar_subquery()
    names = (article.c.id, article.c.title, article.c.title_folded, article.c.first_seen_at, article.c.seen_day)
    rows = sa.select(*names, article.c.outlet, article.c.url, n_signals.label("n_signals"))
    return rows.where(*conditions).order_by(article.c.first_seen_at, article.c.id)


def _version(row: sa.RowMapping) -> Version:
    return Version(
        article_id=row["id"], title=row["title"], folded=row["title_folded"], first_seen_at=row["first_seen_at"],
        n_signals=row["n_signals"],
    )  # fmt: skip
