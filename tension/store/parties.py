"""Who does what a signal tells, and to whom: stored with the reading, read beside the signals."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tension.actors import Actor, Roles
from tension.model import Article, Reading
from tension.parties import parties
from tension.store.codec import Row, signal_id, storable
from tension.store.party_schema import INITIATOR, TARGET, party

#: Ids in one `IN (...)`.
_CHUNK = 5_000


def party_rows(article: Article, reading: Reading) -> list[Row]:
    """Return the rows of all parties that an article names; equal ids are one signal, as in `codec.signal_rows`."""
    rows: dict[tuple[str, str], Row] = {}
    for signal, made in parties(article, reading):
        name = signal_id(article.id, reading.scorer_version, signal)
        for role, actor in ((INITIATOR, made.initiator), (TARGET, made.target)):
            if actor is not None:
                rows.setdefault((name, role), _row(article.id, name, role, actor, made))
    return list(rows.values())


def _row(article_id: str, name: str, role: str, actor: Actor, made: Roles) -> Row:
    return {
        "signal_id": name, "role": role, "article_id": article_id, "actor_id": actor.id, "name": storable(actor.name),
        "level": actor.level, "country": actor.country, "dyad": made.dyad or "",
    }  # fmt: skip


def parties_of(connection: sa.Connection, article_ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the parties of all signals, of whatever scorer version, of some articles."""
    ids = sorted(set(article_ids))
    found: list[Mapping[str, Any]] = []
    for at in range(0, len(ids), _CHUNK):
        mine = sa.select(party).where(party.c.article_id.in_(ids[at : at + _CHUNK]))
        found += map(dict, connection.execute(mine.order_by(party.c.signal_id, party.c.role)).mappings())
    return found
