"""Since when something is new to this reader: the end of the visit before, or a moment that the address states.

A visit ends with a pause. Who logged in, and the named profile of a machine, are remembered in a small file beside the
settings; where nobody is named, or nothing may be written, the address carries the moment.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import streamlit as st

from app import access, filters, who
from app.access import Desk

#: In the address: the moment up to which everything is known.
SEEN = "seen"
#: After so long without a look, the next one begins a new visit.
PAUSE = timedelta(minutes=30)
_TABLE = """CREATE TABLE IF NOT EXISTS visit (
    reader TEXT NOT NULL, store TEXT NOT NULL, looked TEXT NOT NULL, before TEXT, PRIMARY KEY (reader, store))"""
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is known of a reader's looks at a store."""

    #: End of the visit before, or None for a first one.
    since: datetime | None
    #: Whether it is remembered for this reader; else the address carries it.
    is_kept: bool
    #: Why nothing can be remembered, or None.
    trouble: str | None = None


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)) as connection:
        connection.execute(_TABLE)
        # Two sessions of one reader may look at the same instant.
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")


def look(path: Path, reader: str, store: str, now: datetime) -> datetime | None:
    """Note that a reader looks, and return the end of the visit before; None on the first one.

    Raises:
        sqlite3.Error: the file cannot be written.
        OSError: its folder cannot be made.
    """
    with _opened(path) as connection:
        row = connection.execute("SELECT looked, before FROM visit WHERE reader = ? AND store = ?", (reader, store)).fetchone()
        looked, before = (_instant(row[0]), _instant(row[1])) if row else (None, None)
        if looked is not None and now - looked > PAUSE:
            before = looked
        _write(connection, reader, store, max(now, looked or now), before)
    return before


def all_seen(path: Path, reader: str, store: str, now: datetime) -> None:
    """Note that a reader knows all that came in up to now.

    Raises:
        sqlite3.Error: the file cannot be written.
        OSError: its folder cannot be made.
    """
    with _opened(path) as connection:
        _write(connection, reader, store, now, now)


def _write(connection: sqlite3.Connection, reader: str, store: str, looked: datetime, before: datetime | None) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO visit (reader, store, looked, before) VALUES (?, ?, ?, ?)",
        (reader, store, looked.isoformat(), before.isoformat() if before else None),
    )


def _instant(stated: str | None) -> datetime | None:
    """Return an instant as it is written in file or address; None for what is none."""
    try:
        found = datetime.fromisoformat(stated) if stated else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _store(desk: Desk) -> str:
    # The address of a store may hold a password.
    return blake2b(desk.url.encode(), digest_size=12).hexdigest()


def _reader() -> str:
    """Return who is remembered; nobody where the dashboard only shows."""
    return "" if access.settings().read_only else who.here().name


def visit(desk: Desk) -> Visit:
    """Return since when something is new, and note this look. What the address states comes first."""
    stated = _instant(st.query_params.get(SEEN))
    if stated is not None and stated <= desk.now:
        return Visit(since=stated, is_kept=False)
    reader = _reader()
    if not reader:
        return Visit(since=None, is_kept=False)
    try:
        return Visit(since=look(access.settings().visits, reader, _store(desk), desk.now), is_kept=True)
    except (sqlite3.Error, OSError) as error:
        return Visit(since=None, is_kept=False, trouble=str(error))


def close(desk: Desk, found: Visit) -> None:
    """Take all that came in up to now as known: in the reader's file, or in the address."""
    if found.is_kept:
        all_seen(access.settings().visits, _reader(), _store(desk), desk.now)
    else:
        filters.publish(SEEN, desk.now.astimezone(UTC).isoformat(timespec="seconds"))
