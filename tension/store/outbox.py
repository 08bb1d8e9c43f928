"""Messages to be delivered: claimed for a while, delivered or tried again, never lost.

A process that dies between sending and saying so leaves a claim that expires; the message is then sent once more under
the same number. So it arrives at least once, and whoever sees the number twice has seen one message.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tension.store.engines import looking, plain_errors
from tension.store.watch_schema import outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message for one target, as the outbox has it."""

    id: str
    message_id: str
    watch_id: str
    #: Id of the address; see `tension.watches.targets.target_id`.
    target: str
    #: Which service it is, in words.
    service: str
    subject: str
    body: str
    made_at: datetime
    attempts: int
    #: When it is tried next, or None: delivered, or given up.
    next_at: datetime | None
    delivered_at: datetime | None
    given_up_at: datetime | None
    #: Why the last attempt failed, in words; empty where none did.
    reason: str


_FIELDS = tuple(outbox.c[name] for name in Letter.__dataclass_fields__)


class SqlOutbox:
    """The outbox of one store; several processes may share it."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self._engine = engine
        self._url = url

    def claim(self, who: str, now: datetime, until: datetime, limit: int) -> list[Letter]:
        """Take some letters that are due and nobody else holds, oldest first.

        Args:
            who: takes them.
            now: the present moment.
            until: when they are anybody's again, unless they are done by then.
            limit: how many at most.
        """
        free = sa.or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now)
        with plain_errors(self._url), self._engine.begin() as connection:
            due = (
                sa.select(outbox.c.id).where(outbox.c.next_at <= now, free)
                .order_by(outbox.c.next_at, outbox.c.id).limit(limit).with_for_update(skip_locked=True)
            )  # fmt: skip
            ids = list(connection.scalars(due))
            mine = outbox.c.id.in_(ids)
            connection.execute(sa.update(outbox).where(mine).values(claimed_by=who, claimed_until=until))
            rows = connection.execute(sa.select(*_FIELDS).where(mine).order_by(outbox.c.next_at, outbox.c.id))
            return [Letter(**row) for row in rows.mappings()]

    def delivered(self, letter_id: str, at: datetime) -> None:
        """Note that a letter arrived; true whoever holds it by now."""
        self._set(letter_id, {"delivered_at": at, "next_at": None, "reason": ""})

    def failed(self, letter_id: str, at: datetime, next_at: datetime | None, reason: str) -> None:
        """Note that an attempt failed, and when the next one is; None gives it up."""
        self._set(letter_id, {"next_at": next_at, "given_up_at": None if next_at else at, "reason": reason})

    def _set(self, letter_id: str, values: dict[str, object]) -> None:
        let_go = {"claimed_by": None, "claimed_until": None, "attempts": outbox.c.attempts + 1}
        mine = (outbox.c.id == letter_id) & outbox.c.delivered_at.is_(None)
        with plain_errors(self._url), self._engine.begin() as connection:
            connection.execute(sa.update(outbox).where(mine).values(values | let_go))

    def letters(self, watch_id: str | None = None, limit: int = 50) -> list[Letter]:
        """Return the newest letters, of all watches or of one."""
        found = sa.select(*_FIELDS).order_by(outbox.c.made_at.desc(), outbox.c.id).limit(limit)
        if watch_id is not None:
            found = found.where(outbox.c.watch_id == watch_id)
        with looking(self._engine, self._url) as connection:
            return [Letter(**row) for row in connection.execute(found).mappings()]
