"""Keep watches, write each firing once, and hand out messages until they are delivered. Repeats are no-ops."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tension.store.bulk import insert_new
from tension.store.engines import looking, plain_errors
from tension.store.leases import SqlLeases
from tension.store.outbox import SqlOutbox
from tension.store.watch_schema import firing, outbox, watch
from tension.watches import codec
from tension.watches.firing import Firing
from tension.watches.message import message
from tension.watches.targets import shown, target_id
from tension.watches.timing import Pending
from tension.watches.watch import Watch

#: Firings of which the keys are kept in mind: an older one is of no day that is looked at again.
_REMEMBERED = timedelta(days=60)


class WatchStore:
    """Watches of one store. May be shared by threads; every method is one transaction."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self._engine = engine
        self._url = url
        self.outbox = SqlOutbox(engine, url)
        self.leases = SqlLeases(engine, url)

    def watches(self) -> list[Watch]:
        """Return all watches that are not removed, oldest first."""
        with looking(self._engine, self._url) as connection:
            there = sa.select(watch).where(watch.c.removed_at.is_(None)).order_by(watch.c.made_at, watch.c.id)
            return [_watch(dict(row)) for row in connection.execute(there).mappings()]

    def retired(self) -> list[str]:
        """Return the tokens of removed watches: what is found under them goes."""
        with looking(self._engine, self._url) as connection:
            return list(connection.scalars(sa.select(watch.c.token).where(watch.c.removed_at.is_not(None))))

    def put(self, made: Watch, at: datetime) -> None:
        """Keep a watch, or what was changed of it."""
        row = {
            "id": made.id, "body": codec.watch_body(made), "targets": json.dumps(made.targets), "token": made.token,
            "paused": made.paused, "since": made.since, "made_at": made.made_at, "changed_at": at, "removed_at": None,
        }  # fmt: skip
        with self._batch() as connection:
            if not insert_new(connection, watch, [row], "id"):
                changed = {name: value for name, value in row.items() if name not in {"id", "made_at", "removed_at"}}
                connection.execute(sa.update(watch).where(watch.c.id == made.id).values(changed))

    def pause(self, watch_id: str, at: datetime, *, paused: bool) -> bool:
        """Pause a watch or let it go on from today; return whether it is there."""
        values: dict[str, Any] = {"paused": paused, "changed_at": at}
        if not paused:
            values["since"] = at.date()
        mine = (watch.c.id == watch_id) & watch.c.removed_at.is_(None)
        with self._batch() as connection:
            return connection.execute(sa.update(watch).where(mine).values(values)).rowcount > 0

    def remove(self, watch_id: str, at: datetime) -> bool:
        """Remove a watch; what is not delivered yet is given up, and its addresses are forgotten. Return whether it was there."""
        mine = (watch.c.id == watch_id) & watch.c.removed_at.is_(None)
        with self._batch() as connection:
            gone = connection.execute(sa.update(watch).where(mine).values(removed_at=at, targets="[]")).rowcount > 0
            open_ = (outbox.c.watch_id == watch_id) & outbox.c.next_at.is_not(None)
            given_up = {"given_up_at": at, "next_at": None, "reason": "the watch was removed"}
            connection.execute(sa.update(outbox).where(open_).values(given_up))
        return gone

    def fired(self, watch_id: str, now: datetime) -> frozenset[str]:
        """Return the keys that a watch fired on lately."""
        with looking(self._engine, self._url) as connection:
            mine = (firing.c.watch_id == watch_id) & (firing.c.fired_at >= now - _REMEMBERED)
            return frozenset(connection.scalars(sa.select(firing.c.key).where(mine)))

    def add_firings(self, fired: Sequence[Firing], at: datetime) -> int:
        """Write firings; one that is there already stays as it was. Return how many were new."""
        rows = [
            {"watch_id": f.watch_id, "key": f.key, "day": f.day, "fired_at": at, "body": codec.firing_body(f), "message_id": None}
            for f in fired
        ]
        with self._batch() as connection:
            return len(insert_new(connection, firing, rows, "key"))

    def pending(self, watch_id: str) -> list[Pending]:
        """Return the firings of a watch that are in no message yet, oldest first."""
        waiting = (firing.c.watch_id == watch_id) & firing.c.message_id.is_(None)
        with looking(self._engine, self._url) as connection:
            rows = connection.execute(sa.select(firing.c.key, firing.c.fired_at).where(waiting).order_by(firing.c.fired_at))
            return [Pending(key=row.key, fired_at=row.fired_at) for row in rows]

    def n_messages(self, watch_id: str, since: datetime) -> int:
        """Return how many messages of a watch were made since a moment, whatever became of them."""
        mine = (outbox.c.watch_id == watch_id) & (outbox.c.made_at >= since)
        with looking(self._engine, self._url) as connection:
            found = connection.scalar(sa.select(sa.func.count(sa.distinct(outbox.c.message_id))).where(mine))
        return int(found or 0)

    def post(self, of: Watch, keys: Collection[str], at: datetime) -> str | None:
        """Put the message of some firings into the outbox, once for each target, all or nothing.

        Returns:
            The id of the message, or None where one of the firings is in a message already.
        """
        waiting = (firing.c.watch_id == of.id) & firing.c.key.in_(sorted(keys)) & firing.c.message_id.is_(None)
        with self._batch() as connection:
            bodies = connection.scalars(sa.select(firing.c.body).where(waiting).with_for_update()).all()
            if not keys or len(bodies) != len(set(keys)):
                return None
            made = message(of, [codec.firing_of(body) for body in bodies])
            rows = [
                {
                    "id": f"{made.id}-{target_id(url)}", "message_id": made.id, "watch_id": of.id, "target": target_id(url),
                    "service": shown(url), "subject": made.subject, "body": made.body, "made_at": at, "attempts": 0,
                    "next_at": at, "claimed_by": None, "claimed_until": None, "delivered_at": None, "given_up_at": None,
                    "reason": "",
                }
                for url in dict.fromkeys(of.targets)
            ]  # fmt: skip
            insert_new(connection, outbox, rows, "id")
            connection.execute(sa.update(firing).where(waiting).values(message_id=made.id))
        return made.id

    def firings(self, watch_id: str | None = None, limit: int = 100) -> list[tuple[datetime, Firing]]:
        """Return when watches (or one) fired on what, newest first."""
        found = sa.select(firing.c.fired_at, firing.c.body).order_by(firing.c.fired_at.desc(), firing.c.day.desc(), firing.c.key)
        if watch_id is not None:
            found = found.where(firing.c.watch_id == watch_id)
        with looking(self._engine, self._url) as connection:
            return [(row.fired_at, codec.firing_of(row.body)) for row in connection.execute(found.limit(limit))]

    def close(self) -> None:
        """Let go of the connection."""
        self._engine.dispose()

    @contextmanager
    def _batch(self) -> Iterator[sa.Connection]:
        with plain_errors(self._url), self._engine.begin() as connection:
            yield connection


def _watch(row: Mapping[str, Any]) -> Watch:
    apart = {name: row[name] for name in ("id", "token", "paused", "since", "made_at")}
    return codec.watch_of(row["body"], **apart, targets=tuple(json.loads(row["targets"])))
