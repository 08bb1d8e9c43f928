"""Opening a store: what is created, what is refused, and in which words."""

import re
import sqlite3
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tension.errors import StoreError
from tension.store import open_reader, open_writer
from tension.store.engines import connect_engine, plain_errors
from tension.store.migrations import config
from tension.store.schema import HEAD, KNOWN, metadata


def test_writer_creates_the_store_once(new_url: str) -> None:
    """The first writer makes the store, the next one finds it."""
    open_writer(new_url).close()
    reader = open_reader(new_url)
    first = reader.watermark()
    open_writer(new_url).close()

    assert first == reader.watermark()
    reader.close()


def test_migrations_lead_to_the_schema(new_url: str) -> None:
    """What the migrations make is what the tables say; only the text index stands outside of them."""
    open_writer(new_url).close()
    engine = connect_engine(new_url, writing=False)
    with engine.connect() as connection:
        options = {"include_name": lambda name, *_: "article_text" not in str(name), "compare_type": False}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()

    assert differences == []


def test_schema_versions_are_those_of_the_migrations() -> None:
    """The schema that the code states is the newest migration, and it knows all of them."""
    scripts = ScriptDirectory.from_config(config())

    assert scripts.get_current_head() == HEAD
    assert {script.revision for script in scripts.walk_revisions()} == KNOWN


def test_sqlite_is_set_up_for_two_doors(sqlite_url: str) -> None:
    """Readers do not wait for the writer, references are checked."""
    open_writer(sqlite_url).close()
    engine = connect_engine(sqlite_url, writing=True)
    with engine.connect() as connection:
        stated = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()

    assert stated == ["wal", 1, 1]


@pytest.mark.parametrize("version", ["9999", "abc"])
def test_newer_schema_is_refused(new_url: str, version: str) -> None:
    """A store that a newer version has migrated is left alone by both doors."""
    open_writer(new_url).close()
    _say_version(new_url, version)

    for opening in (open_writer, open_reader):
        with pytest.raises(StoreError, match=f"newer schema \\({version}\\) than this version knows"):
            opening(new_url)


def _say_version(url: str, version: str) -> None:
    engine = connect_engine(url, writing=True)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    engine.dispose()


def test_reader_does_not_create(sqlite_url: str, tmp_path: Path) -> None:
    """Where there is no store yet, a reader says so and makes nothing."""
    with pytest.raises(StoreError, match="does not exist yet"):
        open_reader(sqlite_url)
    assert list(tmp_path.iterdir()) == []


def test_reader_of_an_empty_database(postgresql_url: str) -> None:
    """A database without tables is told from a store."""
    with pytest.raises(StoreError, match="nothing has been written to it yet"):
        open_reader(postgresql_url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("karaula.db", "not an address of a store"),
        ("", "not an address of a store"),
        ("postgresql://host:port/name", "not an address of a store"),
        ("mysql://me:secret@host/name", "only sqlite:/// and postgresql:// are supported"),
        ("sqlite://", "a store in memory cannot be shared"),
        ("sqlite:///:memory:", "a store in memory cannot be shared"),
        ("sqlite://data/karaula.db", "a path follows three slashes"),
        ("sqlite:///x.db?mode=ro", "the only option"),
        ("sqlite:///x.db?timeout=soon", "not a number of seconds"),
        ("sqlite:////proc/none/x.db", "the folder /proc/none cannot be made"),
        ("postgresql://me:secret@127.0.0.1:9/name", "no server answers"),
        ("postgresql://me:se@cret@127.0.0.1:9/name", "name is not known"),
        ("postgresql://127.0.0.1:9/name?user=me&password=secret", "no server answers"),
        ("postgresql://me:secret@nowhere.invalid/name", "name is not known"),
        ("postgresql://me:secret@127.0.0.1/name?no_such_option=1", "no_such_option"),
    ],
)
def test_unusable_addresses(url: str, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every address that cannot be used is refused in a sentence, and without its password."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(StoreError, match=re.escape(sentence)) as caught:
        open_writer(url)
    assert not re.search("secret|cret@", f"{caught.value} {caught.value.url}")
    assert "\n" not in str(caught.value)


def test_missing_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the driver it says what to install."""
    for name in [n for n in sys.modules if n.split(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(StoreError, match=r"pip install 'psycopg\[binary\]'"):
        open_writer("postgresql://127.0.0.1:9/name")


def test_file_that_is_no_database(tmp_path: Path) -> None:
    """A file of another kind is neither read nor overwritten."""
    file = tmp_path / "notes.txt"
    file.write_text("Not a database. " * 100)

    for opening in (open_writer, open_reader):
        with pytest.raises(StoreError, match="not a SQLite database"):
            opening(f"sqlite:///{file}")
    assert file.read_text().startswith("Not a database")


def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    """A folder is no store."""
    with pytest.raises(StoreError, match="cannot be opened"):
        open_writer(f"sqlite:///{tmp_path}")


def test_paths_with_signs(tmp_path: Path) -> None:
    """A path may hold spaces, number signs and any letters; a per cent sign is written as in any address."""
    url = f"sqlite:///{tmp_path}/a b/%25#ћирилица.db"

    open_writer(url).close()
    open_reader(url).close()
    assert (tmp_path / "a b" / "%#ћирилица.db").exists()


def test_locked_store(sqlite_url: str) -> None:
    """A writer that waited in vain says who is in the way; readers are not disturbed."""
    open_writer(sqlite_url).close()
    writer = open_writer(f"{sqlite_url}?timeout=0.05")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match="another process is writing"):
        writer.add([])
    assert open_reader(sqlite_url).span() is None
    other.close()
    writer.close()


def test_write_protected_store(sqlite_url: str) -> None:
    """A store that may not be written is named as such."""
    open_writer(sqlite_url).close()
    file = sqlite_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)

    with pytest.raises(StoreError, match="may only be read"), plain_errors(sqlite_url):
        connection.execute("DELETE FROM article")
    connection.close()


def test_interrupted_migration_leaves_nothing(new_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a migration fails half-way, the next opening starts from the beginning."""
    with monkeypatch.context() as patched:
        patched.setattr("uuid.uuid4", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            open_writer(new_url)

    with pytest.raises(StoreError, match="nothing has been written to it yet"):
        open_reader(new_url)
    open_writer(new_url).close()
    open_reader(new_url).close()


def test_read_only_medium(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store on a medium that takes no files beside it (an image, a read-only volume) can be read."""
    open_writer(sqlite_url).close()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    monkeypatch.setattr("os.access", lambda *_: False)  # the superuser may write everywhere, whatever the mode says

    reader = open_reader(sqlite_url)
    assert reader.span() is None
    assert [file] == list(file.parent.iterdir())
    reader.close()
