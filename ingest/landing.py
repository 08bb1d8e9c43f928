"""The store's side of a round: one step at a time, in a thread; what is ready at about the same time goes in one transaction."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from tension.store import Delivery, StoreWriter

T = TypeVar("T")

#: From so many articles on a transaction need not wait for more: what it costs by itself is a small share by then.
_ENOUGH = 1_500
#: How long the first in a transaction waits for others that are on their way, in seconds.
_PATIENCE_S = 2.0


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
    #: How many feeds may still bring something soon; those that wait here are among them.
    n_coming: int = 0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _looks: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: list[_Waiting] = field(default_factory=list)
    _go: asyncio.Event = field(default_factory=asyncio.Event)
    #: One to write and one to look; what they need again and again stays in as few hands.
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="store"))

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown()

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Say that a feed is on its way here for the time of the block: it is worth waiting for."""
        self.n_coming += 1
        try:
            yield
        finally:
            self.n_coming -= 1
            self._look()

    async def step(self, call: Callable[..., T], *arguments: object) -> T:
        """Run a step on the store: one at a time, in a thread, so that servers are answered meanwhile."""
        async with self._lock:
            return await self._run(call, *arguments)

    async def look(self, call: Callable[..., T], *arguments: object) -> T:
        """Run a step that only reads: one at a time, and beside one that writes."""
        async with self._looks:
            return await self._run(call, *arguments)

    async def add(self, deliveries: Sequence[Delivery]) -> frozenset[str]:
        """Store what a feed brought, with whatever else waits; return the ids of its articles that are new.

        A batch that fails is given back to its feeds, each of which tries once more and then fails by itself.
        """
        mine = _Waiting(deliveries)
        self._waiting.append(mine)
        self._look()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await self._go.wait()
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
        self._go.clear()
        try:
            yield batch
        finally:
            self._waiting += [one for one in batch if one.new is None and one is not mine]

    def _look(self) -> None:
        """Let those go that wait, where they are enough or nobody else is coming."""
        alone = len(self._waiting) >= self.n_coming
        if self._waiting and (alone or sum(len(one.deliveries) for one in self._waiting) >= _ENOUGH):
            self._go.set()

    async def _run(self, call: Callable[..., T], *arguments: object) -> T:
        with self.timed():
            return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)


def _share(batch: Sequence[_Waiting], new_ids: frozenset[str]) -> None:
    """Tell each feed which of the new articles it was the first to bring."""
    left = set(new_ids)
    for one in batch:
        one.new = frozenset(d.article.id for d in one.deliveries if d.article.id in left)
        left -= one.new
