"""How a watching process is, for machines: `/health` and `/metrics` (Prometheus' text format) on a port of loopback.

The same port has the private feeds of watches under `/feeds/<token>.xml`.
"""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ingest.report import RoundReport
from tension.errors import SettingsError

#: After so long without a look at the schedule that went well, something is wrong.
LATE = timedelta(minutes=10)
#: More than this between what the clock and what a stopwatch measured from one look to the next is a jump.
JUMP = timedelta(minutes=5)
_COUNTED = {
    "rounds": "Rounds over feeds that were due.",
    "feeds_asked": "Questions to feeds.",
    "feeds_failed": "Questions to feeds without a usable answer.",
    "feeds_unchanged": "Questions answered with: not modified.",
    "entries": "Entries seen.",
    "articles": "New articles stored.",
    "signals": "Signals found in them.",
    "clock_jumps": "Times that the clock was set, or the machine slept.",
    "errors": "Looks at the schedule that failed (store away, disk full, catalogue broken).",
}


@dataclass(slots=True)
class Status:
    """What a watching process has done since it began; may be written and read by different threads."""

    clock: Callable[[], datetime]
    begun_at: datetime = field(init=False)
    looked_at: datetime | None = None
    #: Why the newest look failed, in words; None where it went well.
    trouble: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    lock: threading.Lock = field(default_factory=threading.Lock)
    #: A stopwatch that nobody sets, in seconds.
    stopwatch: Callable[[], float] = time.monotonic
    _noted: tuple[datetime, float] = field(init=False)

    def __post_init__(self) -> None:
        self.begun_at = self.clock()
        self._noted = (self.begun_at, self.stopwatch())

    def jumped(self) -> timedelta | None:
        """Return by how much the clock was set since the last time this was asked, or None; a sleeping machine counts, too."""
        now, seconds = self.clock(), self.stopwatch()
        with self.lock:
            (before, then), self._noted = self._noted, (now, seconds)
            by = now - before - timedelta(seconds=seconds - then)
            if abs(by) <= JUMP:
                return None
            self.counts["clock_jumps"] += 1
            # A clock that was set back must not make the last look one of the future.
            self.looked_at = None if self.looked_at is None else min(self.looked_at, now)
            self.begun_at = min(self.begun_at, now)
        return by

    def round_done(self, report: RoundReport) -> None:
        """Count a round."""
        with self.lock:
            self.counts.update(
                rounds=1,
                feeds_asked=report.feeds_tried,
                feeds_failed=len(report.failed),
                feeds_unchanged=report.not_modified,
                entries=report.entries_seen,
                articles=report.articles_new,
                signals=report.signals,
            )
            for stage, seconds in report.seconds.items():
                self.seconds[stage] += seconds

    def looked(self, trouble: str | None = None) -> None:
        """Note a look at the schedule, and what went wrong with it."""
        with self.lock:
            self.trouble = trouble
            if trouble is None:
                self.looked_at = self.clock()
            else:
                self.counts["errors"] += 1

    def health(self) -> tuple[bool, str]:
        """Return whether all is well, and a sentence."""
        with self.lock:
            last = self.looked_at or self.begun_at
            late = self.clock() - last > LATE
            if self.trouble is not None:
                return False, f"the last look at the schedule failed: {self.trouble}"
            if late:
                return False, f"the schedule was last looked at {last:%Y-%m-%d %H:%M} UTC"
            return True, "watching"

    def metrics(self) -> str:
        """Return all numbers in Prometheus' text format."""
        good, _ = self.health()
        with self.lock:
            return "\n".join(self._lines(good=good)) + "\n"

    def _lines(self, *, good: bool) -> Iterator[str]:
        for name, words in _COUNTED.items():
            yield from (f"# HELP karaula_{name}_total {words}", f"# TYPE karaula_{name}_total counter")
            yield f"karaula_{name}_total {self.counts[name]}"
        yield from ("# HELP karaula_stage_seconds_total Time by stage of a round.", "# TYPE karaula_stage_seconds_total counter")
        for stage, seconds in sorted(self.seconds.items()):
            yield f'karaula_stage_seconds_total{{stage="{stage}"}} {seconds:.3f}'
        yield from ("# HELP karaula_healthy Whether all is well.", "# TYPE karaula_healthy gauge", f"karaula_healthy {good:d}")
        if self.looked_at is not None:
            yield from (
                "# HELP karaula_looked_timestamp_seconds Newest good look.",
                "# TYPE karaula_looked_timestamp_seconds gauge",
            )
            yield f"karaula_looked_timestamp_seconds {self.looked_at.timestamp():.0f}"


@contextmanager
def served(
    status: Status, port: int | None, feed_of: Callable[[str], bytes | None] = lambda _: None
) -> Iterator[int | None]:  # fmt: skip
    """Answer `/health`, `/metrics` and `/feeds/` on a port of loopback for the time of the block; None serves nothing.

    Args:
        status: what is told.
        port: of loopback.
        feed_of: returns a private feed by the name of its file, or None.

    Raises:
        SettingsError: the port is taken.
    """
    if port is None:
        yield None
        return
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(status, feed_of))
    except OSError as e:
        raise SettingsError(f"port {port} on 127.0.0.1 cannot be served: {e.strerror}") from e
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="status", daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(status: Status, feed_of: Callable[[str], bytes | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def log_message(self, *args: object) -> None:
            del args

        def do_GET(self) -> None:
            if self.path == "/health":
                good, words = status.health()
                self._answer(200 if good else 503, words + "\n")
            elif self.path == "/metrics":
                self._answer(200, status.metrics())
            elif self.path.startswith("/feeds/") and (feed := feed_of(self.path.removeprefix("/feeds/"))) is not None:
                self._send(200, feed, "application/rss+xml; charset=utf-8")
            else:
                self._answer(404, "only /health and /metrics\n")

        def _answer(self, code: int, text: str) -> None:
            self._send(code, text.encode(), "text/plain; version=0.0.4; charset=utf-8")

        def _send(self, code: int, body: bytes, media_type: str) -> None:
            self.send_response(code)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
