"""Several processes over one PostgreSQL share the feeds; over a file the second one is refused."""

import json
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.sharing import holder, leased
from tension.errors import StoreError
from tension.store import open_writer, sole_writer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TERM = timedelta(minutes=2)
N_FEEDS, N_WORKERS = 48, 4

WORKER = """
import asyncio, sys, time
from datetime import UTC, datetime, timedelta
from ingest import pipeline
from ingest.retrieve import RetrieveOptions, user_agent
from ingest.sharing import holder, leased
from tension.model import Feed
from tension.store import open_writer

store, base, name, n_feeds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
feeds = [
    Feed(id=f"rs-{n}", outlet=f"O{n}", url=f"{base}/{n}", language="sr", script=None, country="RS", family="f", side="s",
         kind="daily")
    for n in range(n_feeds)
]
clock = lambda: datetime.now(UTC)
writer = open_writer(store)
options = RetrieveOptions(clock=clock, user_agent=user_agent(name, "1"), allow_hosts=frozenset({"127.0.0.1"}), n_tries=1)
print("ready", flush=True)
ends_at = time.monotonic() + 60
while time.monotonic() < ends_at:
    with leased(feeds, writer, holder(), clock, term=timedelta(seconds=2), at_a_time=6) as mine:
        if mine:
            asyncio.run(pipeline.run(mine, writer, options=options, now=clock(), catalogue=feeds))
    if len(writer.last_fetches()) == n_feeds:
        break
    time.sleep(0.05)
"""


def test_four_workers_share_the_feeds_and_survive_one(postgresql_url: str, feed_server: Any, tmp_path: Path) -> None:
    """Each feed is asked by one worker; those that a killed one held are taken over when its lease is over, and no others."""
    asked: dict[str, list[str]] = defaultdict(list)
    begun = threading.Event()

    def reply(handler: Any) -> None:
        name = handler.headers["User-Agent"].partition("; ")[2].rstrip(")")
        asked[handler.path].append(name)
        if name == "w0":
            begun.set()
            time.sleep(30)  # the one that will be killed never gets its answer
        body = b"<rss><channel><title>T</title><item><title>Vest</title></item></channel></rss>"
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    for n in range(N_FEEDS):
        feed_server.routes[f"/{n}"] = reply
    open_writer(postgresql_url).close()
    script = tmp_path / "worker.py"
    script.write_text(WORKER, encoding="utf-8")
    workers = [
        subprocess.Popen(
            [sys.executable, script, postgresql_url, feed_server.url(""), f"w{k}", str(N_FEEDS)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for k in range(N_WORKERS)
    ]
    try:
        assert begun.wait(60)
        workers[0].kill()
        for worker in workers[1:]:
            worker.communicate(timeout=90)
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    living = {path: [name for name in names if name != "w0"] for path, names in asked.items()}
    with closing(open_writer(postgresql_url)) as writer:
        fetched = writer.last_fetches()

    assert [worker.returncode for worker in workers[1:]] == [0, 0, 0]
    assert len(fetched) == N_FEEDS
    assert {f.outcome for f in fetched.values()} == {"ok"}
    assert {path: names for path, names in living.items() if len(names) != 1} == {}
    assert len({name for names in living.values() for name in names}) > 1
    assert any("w0" in names for names in asked.values())


@pytest.fixture
def writer(store_url: str, records: Any) -> Any:
    """A store with two feeds that are due."""
    made = open_writer(store_url)
    made.put_feeds(feeds(records), NOW)
    yield made
    made.close()


def feeds(records: Any) -> list[Any]:
    return [records.feed("a"), records.feed("b")]


def test_what_is_leased_is_nobody_elses_until_it_is_given_back(writer: Any, records: Any) -> None:
    """A second process finds nothing while the first works, and everything afterwards."""
    with (
        leased(feeds(records), writer, "one", lambda: NOW) as first,
        leased(feeds(records), writer, "two", lambda: NOW) as second,
    ):
        assert [f.id for f in first] == ["a", "b"]
        assert second == ()
    with leased(feeds(records), writer, "two", lambda: NOW) as later:
        assert [f.id for f in later] == ["a", "b"]


def test_a_lease_that_is_over_is_anybodys(writer: Any) -> None:
    """Before its end a lease of a dead process is respected, then it is taken over; an extended one lasts longer."""
    take = writer.leases.take
    take(["x", "y"], "dead", NOW, NOW + TERM, 9)
    writer.leases.take(["z"], "alive", NOW, NOW + TERM, 9)
    writer.leases.extend("alive", NOW + 3 * TERM)

    assert take(["x", "y", "z"], "me", NOW + TERM / 2, NOW + TERM, 9) == []
    assert take(["x", "y", "z"], "me", NOW + TERM, NOW + 2 * TERM, 1) == ["x"]
    assert take(["x", "y", "z"], "other", NOW + TERM, NOW + 2 * TERM, 9) == ["y"]
    assert take(["z"], "other", NOW + 3 * TERM, NOW + 4 * TERM, 9) == ["z"]


def test_a_clock_that_was_wrong_does_not_hold_a_feed_for_years(writer: Any) -> None:
    """A lease from far ahead binds nobody; one of a clock that is a little fast does."""
    year, minutes = NOW + timedelta(days=365), NOW + timedelta(minutes=5)
    writer.leases.take(["x"], "wrong", year, year + TERM, 9)
    writer.leases.take(["y"], "fast", minutes, minutes + TERM, 9)

    assert writer.leases.take(["x", "y"], "me", NOW, NOW + TERM, 9) == ["x"]


def test_only_the_holder_gives_back(writer: Any) -> None:
    """Nobody drops what another took over from him meanwhile."""
    writer.leases.take(["x"], "slow", NOW, NOW + TERM, 9)
    writer.leases.take(["x"], "next", NOW + TERM, NOW + 2 * TERM, 9)
    writer.leases.drop(["x"], "slow")

    assert writer.leases.take(["x"], "me", NOW + TERM, NOW + 2 * TERM, 9) == []


def test_what_was_just_asked_is_not_asked_again(writer: Any, records: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that another process finished just before the lease was taken is left alone."""
    take = writer.leases.take

    def late(*args: Any) -> list[str]:
        writer.add_fetches([records.fetch("a", fetched_at=NOW, next_due_at=NOW + TERM)])
        return take(*args)

    monkeypatch.setattr(writer.leases, "take", late)
    with leased(feeds(records), writer, "me", lambda: NOW) as mine:
        assert [f.id for f in mine] == ["b"]


def test_names_of_holders_differ() -> None:
    """Two processes never take each other's leases for their own."""
    assert holder() != holder()


def test_a_second_collector_of_a_file_is_refused_in_words(sqlite_url: str) -> None:
    """It is told who is in the way and what to do; when that one is gone, it may."""
    with sole_writer(sqlite_url, "karaula watch"):
        with pytest.raises(StoreError, match=r"karaula watch \(process \d+\) is collecting into this store; stop it first"):
            sole_writer(sqlite_url, "karaula up").__enter__()
        with sole_writer(sqlite_url.replace("karaula.db", "other.db"), "karaula up"):
            pass
    with sole_writer(sqlite_url, "karaula up"):
        pass


def test_a_killed_collector_leaves_no_lock_behind(sqlite_url: str) -> None:
    """The next process starts at once, without anybody's help."""
    code = "import sys, time\nfrom tension.store import sole_writer\nwith sole_writer(sys.argv[1], 'karaula watch'):\n"
    code += "  print(1, flush=True)\n  time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, sqlite_url], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(StoreError, match=f"process {child.pid}"):
            sole_writer(sqlite_url, "karaula up").__enter__()
        child.kill()
    with sole_writer(sqlite_url, "karaula up"):
        pass


def test_a_server_takes_any_number_of_collectors() -> None:
    """PostgreSQL is not locked; nothing is even connected to."""
    with sole_writer("postgresql://127.0.0.1:9/x", "a"), sole_writer("postgresql://127.0.0.1:9/x", "b"):
        pass


def test_the_command_line_refuses_a_second_collector(sqlite_url: str, tmp_path: Path) -> None:
    """`karaula refresh` beside a running watch is one sentence and exit code 1."""
    opml = tmp_path / "none.opml"
    opml.write_text('<opml version="2.0"><body><outline xmlUrl="https://a.example/" text="A"/></body></opml>', encoding="utf-8")
    karaula = Path(sys.executable).with_name("karaula")
    with sole_writer(sqlite_url, "karaula watch"):
        command = [karaula, "refresh", "--store", sqlite_url, "--feeds", opml]
        done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "karaula watch (process" in done.stderr
    assert json.dumps(done.stdout) == '""'
