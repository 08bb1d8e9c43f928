"""What the countries of a report are once a reviewer moved one of its signals: a pair of countries follows the place.

A report names countries, as places and as those who act. Where a reviewer says that a thing happened in another country,
the one that the reading had taken for its place is none of the event's any more, unless somebody of it acts.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tension.model import REGION
from tension.review.record import RULE
from tension.store.review_schema import are_there
from tension.store.schema import mention, score, signal

#: Of a signal: the countries that it left, and the one that it came to.
Move = tuple[frozenset[str], str]


def moves(connection: sa.Connection, articles: Sequence[str] | None = None) -> dict[str, Move]:
    """Return the moves of signals that reviewers took to another country, by signal; each state of one has its own.

    Args:
        connection: of the store.
        articles: of which; None: of all.
    """
    if not are_there(connection):
        return {}
    c = signal.c
    # Not `distinct`: SQLite would go through all signals in the order of their articles to find it out.
    reviewed = sa.select(c.article_id).where(c.known_until.is_not(None))
    if articles is not None:
        reviewed = reviewed.where(c.article_id.in_(articles))
    columns = (c.id, c.article_id, c.code, c.rule, c.place_country, c.known_from)
    rows = connection.execute(sa.select(*columns).where(c.article_id.in_(reviewed))).fetchall()
    base: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.known_from is None and row.place_country:
            base.setdefault((row.article_id, row.code), set()).add(row.place_country)
    found = {}
    for row in rows:
        first = base.get((row.article_id, row.rule.removeprefix(RULE) if row.rule.startswith(RULE) else row.code), set())
        if row.known_from is not None and row.place_country and first and row.place_country not in first:
            found[row.id] = (row.article_id, frozenset(first), row.place_country)
    acting = _acting(connection, {article for article, *_ in found.values()})
    return {key: (left - acting.get(article, frozenset()), to) for key, (article, left, to) in found.items()}


def _acting(connection: sa.Connection, articles: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Return the countries of those who act, by article."""
    c = mention.c
    newest = (score.c.article_id == c.article_id) & (score.c.scorer_version == c.scorer_version) & score.c.current
    wanted = c.article_id.in_(list(articles)) & c.actor
    rows = connection.execute(sa.select(c.article_id, c.place_country).join(score, newest).where(wanted))
    found: dict[str, set[str]] = {}
    for article, country in rows:
        found.setdefault(article, set()).add(country)
    return {article: frozenset(countries) for article, countries in found.items()}


def moved(countries: str, move: Move) -> str:
    """Return the countries of a report (by commas) as a move leaves them.

    >>> moved("RS,XK", (frozenset({"XK"}), "BA"))
    'BA,RS'
    """
    left, to = move
    return ",".join(sorted(({to} & REGION) | (set(countries.split(",")) - left - {""})))


def amended(columns: Sequence[Sequence[Any]], names: Sequence[str], found: Mapping[str, Move]) -> list[Sequence[Any]]:
    """Return columns (in the order of `names`) with the countries of moved signals as their reviewers leave them."""
    if not found:
        return list(columns)
    key, at = names.index("signal_id"), names.index("countries")
    told = [
        moved(countries, found[signal_id]) if signal_id in found else countries
        for signal_id, countries in zip(columns[key], columns[at], strict=True)
    ]
    return [told if n == at else column for n, column in enumerate(columns)]
