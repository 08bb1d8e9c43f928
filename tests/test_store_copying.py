"""Backup, restore and verification of stores: whole copies made while in use, and damage that is noticed."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ingest.articles import ID_VERSION, article_id
from tension.errors import StoreError
from tension.model import Query
from tension.store import open_reader, open_writer, sole_writer
from tension.store.checking import problems
from tension.store.copying import backup, restore
from tension.store.engines import connect_engine


def identify(url: str, title: str) -> str:
    return article_id(url=url, title=title)


def fill(url: str, records: Any, n: int = 5, first: int = 0) -> None:
    """Store some articles with signals, whose ids are what they should be."""
    with closing(open_writer(url)) as writer:
        writer.put_feeds([records.feed()], records.now)
        for k in range(first, first + n):
            address = f"https://outlet.example/{k}"
            made = records.article(identify(address, "Barikade u Leposaviću"), url=address)
            writer.add([records.delivery(made, records.signal())])
        writer.add_fetches([records.fetch()])


def n_articles(url: str, records: Any) -> int:
    with closing(open_reader(url)) as reader:
        return len(reader.articles(Query(since=records.day(1), until=records.day(30))))


def test_a_copy_is_whole_and_comes_back(sqlite_url: str, tmp_path: Path, records: Any) -> None:
    """What was stored at the moment of the copy is what is there after putting it back."""
    fill(sqlite_url, records, 5)
    copy = tmp_path / "copy.db"
    assert backup(sqlite_url, copy) > 0
    fill(sqlite_url, records, 3, first=5)
    restore(copy, sqlite_url, replace=True)

    assert n_articles(sqlite_url, records) == 5
    assert list(problems(sqlite_url, identify, ID_VERSION)) == []
    fill(sqlite_url, records, 1, first=9)
    assert n_articles(sqlite_url, records) == 6
    assert [p.name for p in tmp_path.iterdir() if "part" in p.name] == []


def test_a_copy_is_made_while_others_write(sqlite_url: str, tmp_path: Path, records: Any) -> None:
    """A writer goes on, and every copy is a state that the store was in."""
    fill(sqlite_url, records, 1)
    done = threading.Event()
    writing = threading.Thread(target=lambda: (fill(sqlite_url, records, 60, first=1), done.set()))
    writing.start()
    counts = []
    while not done.is_set() or not counts:
        copy = tmp_path / f"{len(counts)}.db"
        backup(sqlite_url, copy)
        assert list(problems(f"sqlite:///{copy}", identify, ID_VERSION)) == []
        counts.append(n_articles(f"sqlite:///{copy}", records))
    writing.join()

    assert counts == sorted(counts)
    assert n_articles(sqlite_url, records) == 61


def test_what_must_not_be_overwritten_is_not(sqlite_url: str, tmp_path: Path, records: Any) -> None:
    """Neither an older copy nor a store that is there, nor one that is being collected into."""
    fill(sqlite_url, records)
    copy = tmp_path / "copy.db"
    backup(sqlite_url, copy)
    with pytest.raises(StoreError, match="is there already"):
        backup(sqlite_url, copy)
    with pytest.raises(StoreError, match="say --replace"):
        restore(copy, sqlite_url, replace=False)
    with sole_writer(sqlite_url, "karaula watch"), pytest.raises(StoreError, match="karaula watch"):
        restore(copy, sqlite_url, replace=True)
    with pytest.raises(StoreError, match="does not exist yet"):
        backup(f"sqlite:///{tmp_path}/none.db", tmp_path / "x.db")


def test_a_damaged_copy_is_refused(sqlite_url: str, tmp_path: Path, records: Any) -> None:
    """A cut file, another database and a newer store leave the present store as it is."""
    fill(sqlite_url, records)
    copy = tmp_path / "copy.db"
    backup(sqlite_url, copy)
    cut, other, newer = (tmp_path / f"{name}.db" for name in ("cut", "other", "newer"))
    data = copy.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE x (y)")
    newer.write_bytes(data)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    for file, words in (
        (cut, "damaged|malformed"),
        (other, "no store of Karaula"),
        (newer, "newer schema"),
        (tmp_path / "no", "no such"),
    ):
        with pytest.raises(StoreError, match=words):
            restore(file, sqlite_url, replace=True)
    assert n_articles(sqlite_url, records) == 5


def test_a_server_is_left_to_its_own_tools(tmp_path: Path) -> None:
    """PostgreSQL has its own copies; they are named."""
    with pytest.raises(StoreError, match="pg_dump"):
        backup("postgresql://127.0.0.1:9/x", tmp_path / "x")


def test_a_good_store_has_no_problems(new_url: str, records: Any) -> None:
    """On both engines, with everything that a round stores."""
    fill(new_url, records)
    assert list(problems(new_url, identify, ID_VERSION)) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE article SET title = 'Another' WHERE n = 1", "1 articles whose id does not fit address and title"),
        (
            "UPDATE signal SET evidence = replace(evidence, 'Barikade', 'Barricade')",
            "5 signals whose words are not in their article",
        ),
        ("DELETE FROM feed", "1 attempts at no feed"),
        ("DELETE FROM score WHERE article_id = (SELECT min(id) FROM article)", "1 signals of no reading"),
        ("UPDATE signal SET current = NOT current", "5 signals that count although"),
        ("DELETE FROM article WHERE n = 1", "1 sightings of no article"),
    ],
)
def test_damage_is_named(sqlite_url: str, records: Any, damage: str, words: str) -> None:
    """A changed title, a moved word, a missing row: each is found and counted."""
    fill(sqlite_url, records)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        connection.execute(damage)
        connection.commit()
    assert any(p.startswith(words) for p in problems(sqlite_url, identify, ID_VERSION))


def test_the_command_line_copies_verifies_and_restores(sqlite_url: str, tmp_path: Path, records: Any) -> None:
    """The three commands do what their functions do, with exit codes."""
    fill(sqlite_url, records)
    karaula, copy = Path(sys.executable).with_name("karaula"), tmp_path / "copy.db"

    def call(*arguments: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([karaula, *map(str, arguments), "--store", sqlite_url], capture_output=True, text=True, check=False)

    assert call("backup", copy).returncode == 0
    assert call("verify").stdout.startswith("ok")
    engine = connect_engine(sqlite_url, writing=True)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE article SET title = 'Another'"))
    engine.dispose()
    assert call("verify").returncode == 1
    assert call("restore", copy, "--replace").returncode == 0
    assert call("verify").returncode == 0
