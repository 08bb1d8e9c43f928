"""Which attempt at each feed is the newest: statements that are made once, for the schedule asks them every minute."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tension.store.schema import feed, fetch


@lru_cache(maxsize=4)
def newest_attempts(*, validated: bool, by_then: bool) -> sa.Select[Any]:
    """Select each feed's newest attempt.

    Args:
        validated: of those alone that state how to ask again; a 304 may leave out what it confirms.
        by_then: of those alone that were made until an instant, which is asked for as `until`.
    """
    other = fetch.alias("other")
    c = other.c
    states = (c.outcome == "ok") | ((c.outcome == "not_modified") & (c.etag.is_not(None) | c.last_modified.is_not(None)))
    among = [c.feed_id == feed.c.id]
    if validated:
        among.append(states)
    if by_then:
        among.append(c.fetched_at <= sa.bindparam("until", type_=c.fetched_at.type))
    newest = sa.select(sa.func.max(c.fetched_at)).where(*among)
    return sa.select(fetch).join(feed).where(fetch.c.fetched_at == newest.scalar_subquery())
