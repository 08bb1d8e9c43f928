"""A day of the schedule in fast-forward over a real server: is everybody asked in time, does nothing drift or grow?

The clock is moved a minute at a time; feeds bring news at their own pace, some of them fail now and then. What is looked
at afterwards is the record that the store kept of each attempt. Prints one JSON object.
"""

import hashlib
import json
import os
import resource
import sys
import tempfile
import threading
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

import stamina
from headlines import headlines

from ingest.commands.watch import TICK_S, rounds
from ingest.outcomes import Grade
from ingest.schedule import BACK_OFF, BOUNDS
from ingest.sharing import holder
from tension import assets
from tension.scoring.lexicon import lexicon
from tension.settings import Settings
from tension.store import open_reader, open_writer
from tension.text import language

N_FEEDS = int(os.environ.get("BENCH_FEEDS", "120"))
N_HOURS = int(os.environ.get("BENCH_HOURS", "24"))
START = datetime(2026, 2, 10, 6, tzinfo=UTC)
WINDOW = 20
TICK = timedelta(seconds=TICK_S)
#: The widest spread of due times, as a share of the wait.
SPREAD = 1.1


class Clock:
    """A clock that is moved by hand."""

    now = START

    def __call__(self) -> datetime:
        return self.now


def document(n: int, now: datetime, texts: list[tuple[str, str]]) -> bytes:
    """Return a feed as of a moment: one item each so many minutes, a pace of its own."""
    pace = timedelta(minutes=7 + 11 * n % 97)
    newest = int((now - START) / pace) + WINDOW
    items = "".join(
        f"<item><title>{escape(texts[(n * 131 + k) % len(texts)][0])} ({k})</title><link>https://outlet{n}.example/{k}</link>"
        f"<pubDate>{format_datetime(START + (k - WINDOW) * pace)}</pubDate></item>"
        for k in range(newest - WINDOW, newest)
    )
    return f'<rss version="2.0"><channel><title>{n}</title>{items}</channel></rss>'.encode()


def fault(n: int, now: datetime) -> str:
    """Return what is wrong with a feed at a moment: every third feed has a bad hour every fourth hour."""
    bad = n % 3 == 0 and (now.hour + n) % 4 == 0
    return ("busy", "broken", "page", "cut")[n // 3 % 4] if bad else ""


def answer(n: int, now: datetime, texts: list[tuple[str, str]]) -> tuple[int, bytes, dict[str, str]]:
    """Return status, body and headers of a feed at a moment."""
    match fault(n, now):
        case "busy":
            return 503, b"later", {"Retry-After": "900"}
        case "broken":
            return 500, b"", {}
        case "page":
            return 200, b"<!doctype html><html><title>Maintenance</title></html>", {}
        case "cut":
            body = document(n, now, texts)
            return 200, body[: len(body) // 2], {}
    body = document(n, now, texts)
    return 200, body, {"ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}


def serve(clock: Clock) -> ThreadingHTTPServer:
    """Serve all feeds as of the clock."""
    texts = headlines(2_000)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def log_message(self, *args: object) -> None:
            del args

        def do_GET(self) -> None:
            if not self.path.strip("/").isdigit():  # rules for robots, which this host has not
                self.send_error(404)
                return
            status, body, headers = answer(int(self.path.strip("/")), clock(), texts)
            same = status == 200 and headers.get("ETag") == self.headers.get("If-None-Match") is not None
            self.send_response(304 if same else status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0" if same else str(len(body)))
            self.end_headers()
            self.wfile.write(b"" if same else body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def resident_mb() -> float:
    """Return the resident memory of this process in MB (Linux; elsewhere its peak)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def watched(settings: Settings, clock: Clock) -> tuple[Counter[str], list[float]]:
    """Look at the schedule every minute of the day; return what it came to, and the memory after each hour."""
    totals: Counter[str] = Counter()
    memory: list[float] = []
    with closing(open_writer(settings.store)) as writer:
        who = holder()
        for minute in range(N_HOURS * 60):
            clock.now = START + minute * timedelta(minutes=1)
            for report in rounds(settings, writer, who, clock, ["127.0.0.1"]):
                totals.update(
                    rounds=1, asked=report.feeds_tried, failed=len(report.failed), unchanged=report.not_modified,
                    articles=report.articles_new, sightings=report.sightings, signals=report.signals,
                )  # fmt: skip
            if minute % 60 == 59:
                memory.append(round(resident_mb(), 1))
    return totals, memory


def longest_wait() -> timedelta:
    """Return the longest that a portal may be left alone: by its bounds, or after a soft failure's first steps."""
    return timedelta(minutes=max(BOUNDS["portal"][1], 4 * BACK_OFF[Grade.SOFT][0])) * SPREAD


def looked_at(store: str, until: datetime) -> dict[str, float]:
    """Return how late attempts were, in minutes, and how many waits were longer than any feed's bounds."""
    with closing(open_reader(store)) as reader:
        history = reader.history(START - timedelta(days=1))
    late = [
        (after.fetched_at - before.next_due_at) / timedelta(minutes=1)
        for fetches in history.values()
        for before, after in pairwise(fetches)
        if before.next_due_at is not None
    ]
    waits = [after.fetched_at - before.fetched_at for fetches in history.values() for before, after in pairwise(fetches)]
    forgotten = sum(f[-1].next_due_at is not None and f[-1].next_due_at < until - 2 * TICK for f in history.values())
    return {
        "feeds_asked": len(history), "latest_minutes": max(late), "early": sum(m < 0 for m in late), "forgotten": forgotten,
        "too_long": sum(w > longest_wait() for w in waits),
    }  # fmt: skip


def main() -> None:
    """Print one JSON object."""
    stamina.instrumentation.set_on_retry_hooks([])  # repeats are no news, and stdout is for the figures
    for group in sorted(assets.path("lexicon").glob("*/signals.toml")):
        lexicon(group.parent.name)  # stays in memory once its language was met, be it late in the day: that is no growth
    for script in ("Latn", "Cyrl"):  # nor is what lingua reads when a text is first in doubt
        language._detector(script).detect_language_of("Radio radio Радио радио")
    clock = Clock()
    server = serve(clock)
    port = server.server_address[1]
    with tempfile.TemporaryDirectory() as folder:
        opml = Path(folder, "feeds.opml")
        rows = "".join(f'<outline type="rss" text="Outlet {n}" xmlUrl="http://127.0.0.1:{port}/{n}"/>' for n in range(N_FEEDS))
        opml.write_text(f'<opml version="2.0"><body>{rows}</body></opml>', encoding="utf-8")
        settings = Settings(store=sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/day.db", feeds=opml)
        totals, memory = watched(settings, clock)
        found = looked_at(settings.store, clock.now)
    server.shutdown()
    warm = memory[len(memory) // 4]
    print(json.dumps({
        "feeds": N_FEEDS, "hours": N_HOURS, **totals, **found, "memory_mb": memory, "grown_mb": round(memory[-1] - warm, 1),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
