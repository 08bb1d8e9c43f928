"""Open a store: the writer creates and migrates, the reader only looks."""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from tension.errors import StoreError
from tension.store.engines import connect_engine, file_of, parse, plain_errors, shown
from tension.store.protocol import StoreReader, StoreWriter
from tension.store.schema import HEAD, KNOWN
from tension.store.watching import WatchStore
from tension.store.writer import SqlWriter

#: Key of the PostgreSQL advisory lock under which a store is migrated by one process at a time.
_MIGRATION_LOCK = 5_281_726


def open_writer(url: str) -> StoreWriter:
    """Open a store for writing; create it, or bring it to the present schema, where needed.

    Args:
        url: `sqlite:///path` (parent folders are made) or `postgresql://user@host/name`.

    Raises:
        StoreError: the store cannot be opened, or is of a newer schema.
    """
    file = file_of(parse(url))
    if file is not None:
        _make_folder(url, file.parent)
    engine = connect_engine(url, writing=True)
    _checked(url, engine, lambda: _migrate(url, engine))
    return SqlWriter(engine, url)


def open_reader(url: str) -> StoreReader:
    """Open a store for reading; nothing is created, changed or migrated.

    Raises:
        StoreError: the store does not exist yet, cannot be opened, or is of another schema.
    """
    file = file_of(parse(url))
    if file is not None and not file.exists():
        raise StoreError(shown(url), "the store does not exist yet; it is created when first written to")
    engine = connect_engine(url, writing=False)
    _checked(url, engine, lambda: _check(url, engine))
    # Readers bring pandas and pyarrow, which a writing process does without.
    from tension.store.reader import SqlReader  # noqa: PLC0415

    return SqlReader(engine, url)


def open_watches(url: str) -> WatchStore:
    """Open the watches of a store that is there already, to read and to change them.

    Raises:
        StoreError: the store does not exist yet, cannot be opened, or is of another schema.
    """
    file = file_of(parse(url))
    if file is not None and not file.exists():
        raise StoreError(shown(url), "the store does not exist yet; it is created when first written to")
    engine = connect_engine(url, writing=True)
    _checked(url, engine, lambda: _check(url, engine))
    return WatchStore(engine, url)


def _checked(url: str, engine: sa.Engine, check: Callable[[], None]) -> None:
    passed = False
    try:
        with plain_errors(url):
            check()
        passed = True
    finally:
        if not passed:
            engine.dispose()


def _make_folder(url: str, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise StoreError(shown(url), f"the folder {folder} cannot be made: {e.strerror}") from e


def _schema_of(connection: sa.Connection) -> str | None:
    """Return the migration that a store is at, or None where there is no store."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version = sa.table("alembic_version", sa.column("version_num", sa.Text))
    return connection.scalar(sa.select(version.c.version_num))


def _refuse_newer(url: str, found: str | None) -> None:
    if found is not None and found not in KNOWN:
        raise StoreError(shown(url), f"the store is of a newer schema ({found}) than this version knows ({HEAD}); update Karaula")


def _check(url: str, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        found = _schema_of(connection)
    _refuse_newer(url, found)
    if found is None:
        raise StoreError(shown(url), "the store is empty: nothing has been written to it yet")
    if found != HEAD:
        raise StoreError(shown(url), f"the store is of an older schema ({found}); it is updated when next written to")


def _migrate(url: str, engine: sa.Engine) -> None:
    """Bring the store to `HEAD` in one transaction, so that a kill leaves it as it was."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        found = _schema_of(connection)
        _refuse_newer(url, found)
        if found != HEAD:
            # Imported only when there is something to migrate: Alembic takes a tenth of a second to load.
            from tension.store.migrations import upgrade  # noqa: PLC0415

            upgrade(connection)
