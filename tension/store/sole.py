"""One writer at a time where the store is a file: a lock beside it, which the system lets go when its holder ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tension.errors import StoreError
from tension.store.engines import file_of, parse, shown

try:
    import fcntl
except ImportError:  # not on Windows: there SQLite's own lock has to do
    fcntl = None  # type: ignore[assignment]


@contextmanager
def sole_writer(url: str, who: str) -> Iterator[None]:
    """Be the only process that collects into a store in a file; over PostgreSQL any number may.

    Args:
        url: address of the store.
        who: what this process is called in the sentence that the next one reads.

    Raises:
        StoreError: another process is collecting into this store.
    """
    file = file_of(parse(url))
    if file is None or fcntl is None:
        yield
        return
    with _opened(url, file.with_name(f"{file.name}.lock")) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            holder = os.pread(lock, 200, 0).decode(errors="replace").strip() or "another process"
            raise StoreError(
                shown(url), f"{holder} is collecting into this store; stop it first, or use PostgreSQL, which several may share"
            ) from e
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{who} (process {os.getpid()})".encode(), 0)
        yield


@contextmanager
def _opened(url: str, path: Path) -> Iterator[int]:
    """Open the lock's file; it stays, for removing it would let two processes lock two files of one name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as e:
        raise StoreError(shown(url), f"the file {path} cannot be made: {e.strerror}") from e
    try:
        yield descriptor
    finally:
        os.close(descriptor)
