"""Copies of a store in a file, made and put back while others read and write."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tension.errors import StoreError
from tension.store.engines import file_of, parse, plain_errors, shown
from tension.store.schema import HEAD, KNOWN
from tension.store.sole import sole_writer

#: Pages in one step: between two steps writers have their turn.
_PAGES = 2_000


def backup(url: str, target: Path) -> int:
    """Copy a store into a file, as it is at one moment, while it is in use; return the size in bytes.

    Raises:
        StoreError: the store is no file, is not there, or the target is or cannot be made.
    """
    source = _file(url)
    if not source.exists():
        raise StoreError(shown(url), "the store does not exist yet; there is nothing to copy")
    if target.exists():
        raise StoreError(str(target), "is there already; name another file")
    begun = target.with_name(f"{target.name}.part")
    try:
        begun.unlink(missing_ok=True)
        with plain_errors(url), closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as from_:
            _copy(from_, begun)
            _check(begun)
        # Only a whole copy gets the name of one.
        begun.replace(target)
    except OSError as e:
        raise StoreError(str(target), f"cannot be made: {e.strerror}") from e
    finally:
        begun.unlink(missing_ok=True)
    return target.stat().st_size


def restore(source: Path, url: str, *, replace: bool) -> None:
    """Put a copy in the place of a store; nobody may be collecting into it meanwhile.

    Raises:
        StoreError: the copy is damaged or of a newer schema, or the store is there and may not be replaced.
    """
    file = _file(url)
    if not source.exists():
        raise StoreError(str(source), "there is no such file")
    with plain_errors(str(source)):
        _check(source)
    with sole_writer(url, "karaula restore"):
        if file.exists() and not replace:
            raise StoreError(shown(url), "the store is there; say --replace to put the copy in its place")
        begun = file.with_name(f"{file.name}.part")
        try:
            with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as from_:
                _copy(from_, begun)
            for name in (f"{file.name}-wal", f"{file.name}-shm"):
                file.with_name(name).unlink(missing_ok=True)
            begun.replace(file)
        except OSError as e:
            raise StoreError(shown(url), f"cannot be put in place: {e.strerror}") from e
        finally:
            begun.unlink(missing_ok=True)


def _copy(from_: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as to:
        from_.backup(to, pages=_PAGES)
        # A copy is one file; it becomes a store with files beside it when it is written to.
        to.execute("PRAGMA journal_mode=DELETE")


def _file(url: str) -> Path:
    file = file_of(parse(url))
    if file is None:
        raise StoreError(
            shown(url), "a PostgreSQL store is copied by pg_dump --format=custom, and put back by pg_restore --clean"
        )
    return file


def _check(file: Path) -> None:
    """Refuse a file that is damaged, or no store, or of a newer schema."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        said = connection.execute("PRAGMA quick_check").fetchone()[0]
        if said != "ok":
            raise StoreError(str(file), f"the file is damaged: {said}")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            raise StoreError(str(file), "is a database, but no store of Karaula")
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        if version not in KNOWN:
            raise StoreError(str(file), f"is of a newer schema ({version}) than this version knows ({HEAD}); update Karaula")
