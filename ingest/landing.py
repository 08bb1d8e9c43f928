"""The store's side of a round: one step at a time, in a thread; what is ready at the same time is stored in one transaction."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from tension.store import Delivery, StoreWriter

T = TypeVar("T")


@dataclass(slots=True)
class _Waiting:
    """What one feed brought, until it is stored."""

    deliveries: Sequence[Delivery]
    #: Ids of those among its articles that nobody had brought before; None until it is stored.
    new: frozenset[str] | None = None


@dataclass(slots=True)
class Landing:
    """Takes what feeds brought to the store."""

    writer: StoreWriter
    #: Measures the time that the store takes.
    timed: Callable[[], AbstractContextManager[None]]
    n_signals: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: list[_Waiting] = field(default_factory=list)

    async def step(self, call: Callable[..., T], *arguments: object) -> T:
        """Run a step on the store: one at a time, in a thread, so that servers are answered meanwhile."""
        async with self._lock:
            return await self._run(call, *arguments)

    async def add(self, deliveries: Sequence[Delivery]) -> frozenset[str]:
        """Store what a feed brought, with whatever else waits; return the ids of its articles that are new.

        A batch that fails is given back to its feeds, each of which tries once more and then fails by itself.
        """
        mine = _Waiting(deliveries)
        self._waiting.append(mine)
        async with self._lock:
            if mine.new is None:
                with self._together(mine) as batch:
                    written = await self._run(self.writer.add, [d for one in batch for d in one.deliveries])
                    self.n_signals += written.n_signals
                    _share(batch, written.new_ids)
        return mine.new or frozenset()

    @contextmanager
    def _together(self, mine: _Waiting) -> Iterator[list[_Waiting]]:
        batch, self._waiting = self._waiting, []
        try:
            yield batch
        finally:
            self._waiting += [one for one in batch if one.new is None and one is not mine]

    async def _run(self, call: Callable[..., T], *arguments: object) -> T:
        with self.timed():
            return await asyncio.to_thread(call, *arguments)


def _share(batch: Sequence[_Waiting], new_ids: frozenset[str]) -> None:
    """Tell each feed which of the new articles it was the first to bring."""
    left = set(new_ids)
    for one in batch:
        one.new = frozenset(d.article.id for d in one.deliveries if d.article.id in left)
        left -= one.new
