"""Where the steps that cost a processor are run: in a thread, or in processes of their own with the knowledge loaded."""

import asyncio
import gc
import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.util import Finalize
from threading import Thread
from types import TracebackType
from typing import Self, TypeVar

from tension.errors import AssetError
from tension.model import Article

T = TypeVar("T")

#: From so many feeds on a round pays for a process of its own, whose knowledge takes some seconds to load.
WORTH_A_PROCESS = 60
#: More would wait for the store.
_MOST = 4
#: So many steps a worker, under way or waiting, keep it busy until this process comes to hand it the next ones.
_QUEUE = 12
#: Workers make rubbish by the megabyte; the collector looks for it less often than it would by default.
RUBBISH_FROM = 50_000


class Workers:
    """Runs steps for a round; to be used as a context manager.

    Reading is done where the knowledge is. Anything else goes there, too, unless there is a queue, or nobody is ready yet:
    then this process, which has a processor of its own, does it itself.
    """

    def __init__(self, n_feeds: int, *, at_once: bool = False) -> None:
        """Begin; `at_once` where there will surely be something to read, so that its knowledge is loaded meanwhile."""
        self._n, self._n_waiting, self._ready = 1, 0, False
        self._pool: Executor
        if n_feeds < WORTH_A_PROCESS:
            self._pool = self._here = ThreadPoolExecutor(max_workers=1, thread_name_prefix="steps")
            return
        # One processor is left to the round itself: what it retrieves and stores takes about as long as reading.
        self._n = min(max((os.cpu_count() or 2) - 1, 1), _MOST)
        self._pool = ProcessPoolExecutor(max_workers=self._n, mp_context=get_context("spawn"), initializer=_begin)
        self._here = ThreadPoolExecutor(max_workers=1, thread_name_prefix="steps")
        if at_once:
            self._pool.submit(os.getpid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown()
        self._here.shutdown()

    async def read(self, step: Callable[..., T], *arguments: object) -> T:
        """Run a step that needs the knowledge."""
        self._n_waiting += 1
        try:
            done = await asyncio.get_running_loop().run_in_executor(self._pool, step, *arguments)
        finally:
            self._n_waiting -= 1
        self._ready = True
        return done

    async def run(self, step: Callable[..., T], *arguments: object) -> T:
        """Run any other step."""
        if self._ready and self._n_waiting < _QUEUE * self._n:
            return await self.read(step, *arguments)
        return await asyncio.get_running_loop().run_in_executor(self._here, step, *arguments)


def _begin() -> None:
    """Prepare a worker."""
    _end_with_parent()
    # At the end there is nothing to save, and to take the knowledge apart piece by piece takes a third as long as to load it.
    Finalize(None, os._exit, args=(0,), exitpriority=-1)
    # Knowledge is millions of objects that stay: to look through them for rubbish while they are made takes as long again.
    gc.disable()
    _load()
    gc.freeze()
    gc.enable()
    gc.set_threshold(RUBBISH_FROM, *gc.get_threshold()[1:])


def _load() -> None:
    """Read the knowledge of all languages; what is broken in it is told by the step that needs it."""
    # Not where this module is imported: the process that retrieves and stores does without.
    from tension.places.gazetteer import gazetteer  # noqa: PLC0415
    from tension.reading import read  # noqa: PLC0415
    from tension.scoring.lexicon import lexicon  # noqa: PLC0415
    from tension.text.language import LANGUAGES  # noqa: PLC0415

    with suppress(AssetError):
        for language in LANGUAGES:
            lexicon(language)
        gazetteer()
        read(Article(id="", outlet="", url=None, title="-"))


def _end_with_parent() -> None:
    """Let this worker end when the round that made it is killed; nobody would ever ask it for anything again."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, name="parent-watch", daemon=True).start()
