"""`karaula watch` as a process, and what it says of itself to machines."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from ingest.report import FailedFeed, RoundReport
from ingest.status import Status, served
from tension.errors import SettingsError
from tension.store import open_writer

NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Clock:
    """A clock that is moved by hand."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


def get(port: int | None, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as e:
        with e:
            return e.code, e.read().decode()


def test_numbers_are_counted_and_served() -> None:
    """Rounds add up; each metric has its help and type."""
    status = Status(Clock())
    report = RoundReport(
        started_at=NOW, feeds_tried=5, not_modified=1, failed=[FailedFeed(feed="a", reason="b", grade="soft")], articles_new=7,
        seconds={"parse": 0.5},
    )  # fmt: skip
    status.round_done(report)
    status.round_done(report)
    status.looked()
    with served(status, _free_port()) as port:
        code, text = get(port, "/metrics")
        missing = get(port, "/other")[0]

    assert (code, missing) == (200, 404)
    for line in (
        "karaula_rounds_total 2",
        "karaula_feeds_asked_total 10",
        "karaula_feeds_failed_total 2",
        "karaula_articles_total 14",
        'karaula_stage_seconds_total{stage="parse"} 1.000',
        "karaula_healthy 1",
        "# TYPE karaula_rounds_total counter",
    ):
        assert line in text.splitlines()


def test_health_is_lost_with_words_and_comes_back() -> None:
    """A store that is away and a schedule that nobody looks at are said with 503."""
    clock = Clock()
    status = Status(clock)
    with served(status, _free_port()) as port:
        assert get(port, "/health") == (200, "watching\n")
        status.looked("the disk is full")
        assert get(port, "/health") == (503, "the last look at the schedule failed: the disk is full\n")
        status.looked()
        assert get(port, "/health")[0] == 200
        clock.now = NOW + timedelta(minutes=11)
        assert get(port, "/health") == (503, "the schedule was last looked at 2026-11-24 00:00 UTC\n")


def test_a_taken_port_is_said() -> None:
    """In a sentence, before anything is watched."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="cannot be served"):
            served(Status(Clock()), taken.getsockname()[1]).__enter__()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_watch_collects_reports_and_ends_when_told(sqlite_url: str, feed_server: Any, tmp_path: Path) -> None:
    """The process asks what is due, keeps the schedule in the store, says so, and finishes on SIGTERM with exit code 0."""
    body = b"<rss><channel><title>T</title><item><title>Srbi blokirali put ka Jarinju</title></item></channel></rss>"
    opml = tmp_path / "feeds.opml"
    url = feed_server.answer("/f", body)
    opml.write_text(f'<opml version="2.0"><body><outline type="rss" text="O" xmlUrl="{url}"/></body></opml>', encoding="utf-8")
    port = _free_port()
    karaula = Path(sys.executable).with_name("karaula")
    command = [karaula, "watch", "--store", sqlite_url, "--allow-host", "127.0.0.1", "--status-port", str(port)]
    with subprocess.Popen(command, env={"KARAULA_FEEDS": str(opml)}, stdout=subprocess.PIPE, text=True) as process:
        try:
            for _ in range(600):
                if process.poll() is not None or "karaula_articles_total 1" in _metrics(port):
                    break
                time.sleep(0.1)
            health = get(port, "/health")
        finally:
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=60)
    with closing(open_writer(sqlite_url)) as writer:
        last = writer.last_fetches()

    assert health == (200, "watching\n")
    assert process.returncode == 0
    assert "articles_new=1" in said.replace("\x1b[0m", "").replace("\x1b[35m", "").replace("\x1b[36m", "")
    assert [(f.outcome, f.n_new) for f in last.values()] == [("ok", 1)]


def _metrics(port: int) -> str:
    try:
        return get(port, "/metrics")[1]
    except OSError:
        return ""
