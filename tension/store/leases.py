"""Who does what for now: leases that several processes take from one store, and that expire when their holder dies."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from tension.store.bulk import insert_new
from tension.store.engines import plain_errors
from tension.store.schema import lease

#: A lease taken further ahead of the present than this was taken by a clock that was wrong, and binds nobody.
CLOCKS_APART = timedelta(hours=1)


class SqlLeases:
    """`Leases` over SQLAlchemy Core: rows are locked with SKIP LOCKED, so that nobody waits for anybody."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self._engine = engine
        self._url = url

    def take(self, names: Collection[str], holder: str, now: datetime, until: datetime, limit: int) -> list[str]:
        wanted = sorted(set(names))
        if not wanted:
            return []
        with plain_errors(self._url), self._engine.begin() as connection:
            stored = set(connection.scalars(sa.select(lease.c.name).where(lease.c.name.in_(wanted))))
            blank = {"holder": None, "taken_at": None, "expires_at": None}
            insert_new(connection, lease, [{"name": n, **blank} for n in wanted if n not in stored], "name")
            free = (
                sa.select(lease.c.name)
                .where(lease.c.name.in_(wanted), _free(holder, now))
                .order_by(lease.c.taken_at.nulls_first(), lease.c.name)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            taken = list(connection.scalars(free))
            mine = sa.update(lease).where(lease.c.name.in_(taken))
            connection.execute(mine.values(holder=holder, taken_at=now, expires_at=until))
        return taken

    def extend(self, holder: str, until: datetime) -> None:
        with plain_errors(self._url), self._engine.begin() as connection:
            connection.execute(sa.update(lease).where(lease.c.holder == holder).values(expires_at=until))

    def drop(self, names: Collection[str], holder: str) -> None:
        with plain_errors(self._url), self._engine.begin() as connection:
            mine = (lease.c.holder == holder) & lease.c.name.in_(sorted(set(names)))
            connection.execute(sa.update(lease).where(mine).values(holder=None, expires_at=None))


def _free(holder: str, now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(
        lease.c.holder.is_(None),
        lease.c.holder == holder,
        lease.c.expires_at <= now,
        lease.c.taken_at > now + CLOCKS_APART,
    )
