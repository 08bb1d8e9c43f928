"""Feeds that are due, shared among the processes that watch one store: each is asked by one of them, and none is forgotten."""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from ingest.schedule import CLOCKS_APART, due
from tension.errors import StoreError
from tension.model import Feed
from tension.store import StoreWriter

#: How long a lease lasts that is not extended: after this time others take over from a process that died.
TERM = timedelta(minutes=2)
#: How many feeds a process takes at a time; the rest is left to others.
AT_A_TIME = 200
_PREFIX = "feed:"


def holder() -> str:
    """Return a name for this process that no other has, on whatever machine."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@contextmanager
def leased(
    feeds: Sequence[Feed],
    writer: StoreWriter,
    who: str,
    clock: Callable[[], datetime],
    *,
    term: timedelta = TERM,
    at_a_time: int = AT_A_TIME,
) -> Iterator[tuple[Feed, ...]]:
    """Yield the feeds that are due and nobody else is asking, and keep the leases on them for the time of the block.

    Args:
        feeds: the catalogue.
        writer: the store that the processes share.
        who: see `holder`.
        clock: gives the present moment.
        term: how long a lease lasts when this process dies.
        at_a_time: how many feeds are taken at most.
    """
    now = clock()
    waiting = {_PREFIX + feed.id: feed for feed in due(now, feeds, writer.last_fetches(now + CLOCKS_APART))}
    if not waiting:
        yield ()
        return
    taken = writer.leases.take(waiting, who, now, now + term, at_a_time)
    try:
        # Another process may have asked a feed between our look and our lease: look again, now that nobody else can.
        asked = writer.last_fetches(clock() + CLOCKS_APART) if taken else {}
        mine = due(now, [waiting[name] for name in taken], asked)
        with _kept(writer, who, clock, term):
            yield mine
    finally:
        if taken:
            writer.leases.drop(taken, who)


@contextmanager
def _kept(writer: StoreWriter, who: str, clock: Callable[[], datetime], term: timedelta) -> Iterator[None]:
    """Extend the leases again and again while the block runs."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(term.total_seconds() / 4):
            try:
                writer.leases.extend(who, clock() + term)
            except StoreError:
                # The store is away for a moment: the lease outlasts three more tries.
                continue

    keeper = threading.Thread(target=keep, name="leases", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
