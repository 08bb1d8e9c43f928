"""One engine from an address: what each database needs to hear, and its errors in plain words."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import exc, pool
from sqlalchemy.engine.interfaces import DBAPIConnection

from tension.errors import StoreError

#: How long a statement waits for another process that writes, unless the address says `?timeout=`.
LOCK_TIMEOUT_S = 15.0
#: How long an unreachable server may keep us waiting, unless the address says `?connect_timeout=`.
CONNECT_TIMEOUT_S = 10

_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}

#: What the drivers say (first match wins), and what we say instead.
_SENTENCES = (
    ("database is locked", "another process is writing; it was waited for in vain, try again"),
    ("readonly database", "the store may only be read: the file or its folder is write-protected"),
    ("read-only transaction", "the store may only be read with this address"),
    ("unable to open database file", "the file cannot be opened: check that it is a file and its permissions"),
    ("file is not a database", "the file is not a SQLite database"),
    ("malformed", "the file is damaged; restore it from a copy"),
    ("foreign key", "a record refers to a feed or an article that is not stored; nothing of the batch was kept"),
    ("disk is full", "the disk is full"),
    ("no space left on device", "the disk is full"),
    (
        "disk i/o error",
        "the file cannot be written or read: the disk is full, or a limit on the size of files is reached, or it fails",
    ),
    ("server closed the connection", "the server went away; is PostgreSQL running?"),
    ("terminating connection", "the server went away; is PostgreSQL running?"),
    ("no such file or directory", "no server answers at this address; is PostgreSQL running?"),
    ("the database system is", "the server is starting or stopping"),
    ("password authentication failed", "the server refuses user or password"),
    ("connection refused", "no server answers at this address; is PostgreSQL running?"),
    ("could not translate host name", "the server's name is not known"),
    ("failed to resolve host", "the server's name is not known"),
    ("timeout expired", "the server did not answer in time"),
    ("connection timeout", "the server did not answer in time"),
    ("permission denied", "the user lacks the right to do this in the database"),
)


def shown(url: str) -> str:
    """Return an address without its password, also where it is malformed or keeps it among the options."""
    without = re.sub(r"(://[^:@/]*):.*@", r"\1:***@", url)
    return re.sub(r"(?i)([?&](?:password|sslpassword)=)[^&]*", r"\1***", without)


def parse(url: str) -> sa.URL:
    """Read an address.

    Raises:
        StoreError: it is malformed, or of a database that we do not know.
    """
    try:
        parsed = sa.make_url(url)
    except (exc.ArgumentError, ValueError) as e:
        raise StoreError(shown(url), "not an address of a store (sqlite:///path or postgresql://host/name)") from e
    if parsed.drivername not in _DRIVERS:
        raise StoreError(shown(url), "only sqlite:/// and postgresql:// are supported")
    parsed = parsed.set(drivername=_DRIVERS[parsed.drivername])
    if parsed.get_backend_name() == "sqlite":
        _check_file(url, parsed)
    return parsed


def _check_file(url: str, parsed: sa.URL) -> None:
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError(shown(url), "a store in memory cannot be shared; name a file (sqlite:///path)")
    if parsed.host or parsed.username:
        raise StoreError(shown(url), "a path follows three slashes (sqlite:///path), an absolute one four")
    if set(parsed.query) - {"timeout"}:
        raise StoreError(shown(url), "the only option of a SQLite store is timeout, in seconds")
    _timeout_s(url, parsed)


def _timeout_s(url: str, parsed: sa.URL) -> float:
    stated = parsed.query.get("timeout", str(LOCK_TIMEOUT_S))
    try:
        return float(str(stated))
    except ValueError as e:
        raise StoreError(shown(url), f"timeout={stated} is not a number of seconds") from e


def file_of(parsed: sa.URL) -> Path | None:
    """Return the file of a SQLite store, or None for a server."""
    return Path(parsed.database).absolute() if parsed.get_backend_name() == "sqlite" and parsed.database else None


def connect_engine(url: str, *, writing: bool) -> sa.Engine:
    """Return an engine; it connects only when first used.

    Raises:
        StoreError: the address or the driver cannot be used.
    """
    parsed = parse(url)
    file = file_of(parsed)
    try:
        if file is None:
            return _postgresql(parsed, writing=writing)
        return _sqlite(file, _timeout_s(url, parsed), writing=writing)
    except ImportError as e:
        raise StoreError(shown(url), "the driver is not installed: pip install 'psycopg[binary]'") from e
    except (exc.SQLAlchemyError, ValueError, TypeError) as e:
        raise StoreError(shown(url), f"the address cannot be used: {_first_line(e)}") from e


def _postgresql(parsed: sa.URL, *, writing: bool) -> sa.Engine:
    if "connect_timeout" not in parsed.query:
        parsed = parsed.update_query_dict({"connect_timeout": str(CONNECT_TIMEOUT_S)})
    engine = sa.create_engine(
        parsed,
        pool_pre_ping=True,
        hide_parameters=True,
        # A reader's method may ask twice and must see one state of the store.
        isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _record: object) -> None:
        _as_binary_arrays(connection)
        cursor = connection.cursor()
        cursor.execute("SET TIME ZONE 'UTC'")
        # A recursive question looks dear to the planner beforehand: compiling it takes longer than answering it.
        cursor.execute("SET jit = off")
        cursor.close()
        connection.commit()

    return engine if writing else engine.execution_options(postgresql_readonly=True)


def _as_binary_arrays(connection: DBAPIConnection) -> None:
    """Send columns, which go over as arrays, in the server's own form: as text every quote in them would be escaped."""
    from psycopg.types.array import ListBinaryDumper  # noqa: PLC0415 - only where PostgreSQL is used

    connection.adapters.register_dumper(list, ListBinaryDumper)


def _sqlite(file: Path, timeout_s: float, *, writing: bool) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        # isolation_level=None: Python's driver begins no transactions of its own, we do (below).
        return sqlite3.connect(
            _uri(file, writing=writing), uri=True, timeout=timeout_s, check_same_thread=False, isolation_level=None
        )

    # The connection that was used last is used next: it has the pages that are asked for over and over.
    engine = sa.create_engine(
        "sqlite+pysqlite://", creator=connect, poolclass=pool.QueuePool, pool_use_lifo=True, hide_parameters=True
    )
    pragmas = ["foreign_keys=ON"]
    if writing:
        # What is written is in its own cache; to map the file besides would hold it in memory twice.
        pragmas += ["cache_size=-16384", "journal_mode=WAL", "synchronous=NORMAL"]
    else:
        # Each connection has its own cache, and a desk with many readers a dozen connections; the map they share.
        pragmas += ["cache_size=-16384", "mmap_size=268435456"]

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # IMMEDIATE: a batch that first reads and then writes would otherwise fail instead of waiting.
        batch = writing and not connection.get_execution_options().get("looking")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if batch else "BEGIN")

    return engine


def _uri(file: Path, *, writing: bool) -> str:
    address = f"file:{quote(str(file))}"
    if writing:
        return f"{address}?mode=rwc"
    wal = file.with_name(f"{file.name}-wal")
    # WAL wants to put files beside the store; on a read-only medium it may only be opened as immutable.
    frozen = not os.access(file.parent, os.W_OK) and not wal.exists()
    return f"{address}?{'immutable=1' if frozen else 'mode=ro'}"


def _first_line(error: BaseException) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def in_words(error: BaseException) -> str:
    """Return what a database error means for the operator, in a sentence."""
    # All lines: psycopg lists one attempt an address of the host, and the reason is in the last ones.
    said = str(getattr(error, "orig", None) or error).lower()
    for needle, sentence in _SENTENCES:
        if needle in said:
            return sentence
    if isinstance(error, exc.IntegrityError | exc.DataError) or type(error) is exc.StatementError:
        return f"a record cannot be stored: {_first_line(error)}"
    return f"the database says: {_first_line(error)}"


@contextmanager
def plain_errors(url: str) -> Iterator[None]:
    """Turn every error of the database into a `StoreError` with the address and a sentence."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error) as e:
        raise StoreError(shown(url), in_words(e)) from e


@contextmanager
def looking(engine: sa.Engine, url: str) -> Iterator[sa.Connection]:
    """Give a connection that only looks: it takes no lock that a writer would wait for."""
    with plain_errors(url), engine.connect() as connection:
        yield connection.execution_options(looking=True)
