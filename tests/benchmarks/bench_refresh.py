"""Refresh of 200 feeds of 40 items from loopback: cold, and all unchanged. BENCH_FEEDS, BENCH_RUNS, BENCH_CRISIS change it."""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from xml.sax.saxutils import escape

from headlines import headlines, ordinary

N_FEEDS = int(os.environ.get("BENCH_FEEDS", "200"))
N_RUNS = int(os.environ.get("BENCH_RUNS", "3"))
#: Half of the headlines about a signal instead of one in ten.
CRISIS = bool(os.environ.get("BENCH_CRISIS"))
MIX = "half about a signal" if CRISIS else "one in ten about a signal"
N_ITEMS = 40
START = datetime(2026, 2, 10, 6, tzinfo=UTC)
KARAULA = Path(sys.executable).with_name("karaula")


def documents() -> dict[str, bytes]:
    """Return each feed's document by path; every headline of every feed is a different article."""
    texts = (headlines if CRISIS else ordinary)(N_FEEDS * N_ITEMS)
    found = {}
    for n in range(N_FEEDS):
        items = "".join(
            f"<item><title>{escape(title)}</title><link>https://outlet{n}.example/{k}</link><guid>{n}-{k}</guid>"
            f"<pubDate>{format_datetime(START - timedelta(minutes=k))}</pubDate></item>"
            for k, (title, _) in enumerate(texts[n * N_ITEMS : (n + 1) * N_ITEMS])
        )
        found[f"/{n}"] = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{n}</title>{items}</channel></rss>'.encode()
    return found


def serve(bodies: dict[str, bytes]) -> ThreadingHTTPServer:
    """Serve the documents with ETag and 304."""
    tags = {path: f'"{hashlib.sha256(body).hexdigest()[:16]}"' for path, body in bodies.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            del args

        def do_GET(self) -> None:
            if self.path not in bodies:  # rules for robots, which this host has not
                self.send_error(404)
                return
            same = self.headers.get("If-None-Match") == tags[self.path]
            body = b"" if same else bodies[self.path]
            self.send_response(304 if same else 200)
            self.send_header("ETag", tags[self.path])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def resident_mb(root: int) -> float:
    """Return the resident memory of a process and its children, in MB (Linux; elsewhere 0).

    What several of them have in common, as the pages of libraries, counts once (proportional set size).
    """
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        try:
            stated = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            total += next(int(line.split()[1]) for line in stated.splitlines() if line.startswith("Pss:"))
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:  # it has ended meanwhile
            continue
    return total / 2**10


def refresh(opml: Path, store: str, now: datetime) -> tuple[float, dict]:
    """Run one round as a process; return its seconds and its report, with peak memory and processor time of all its processes."""
    command = [
        KARAULA,
        "refresh",
        "--feeds",
        opml,
        "--store",
        store,
        "--allow-host",
        "127.0.0.1",
        "--now",
        now.isoformat(),
        "--json",
    ]
    started, used = time.perf_counter(), processor_s()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        peak, stop = [0.0], threading.Event()

        def watch() -> None:
            while not stop.wait(0.1):
                peak[0] = max(peak[0], resident_mb(child.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        printed = child.communicate()[0]
        stop.set()
        watcher.join()
    return time.perf_counter() - started, json.loads(printed) | {"peak_mb": peak[0], "processor_s": processor_s() - used}


def processor_s() -> float:
    """Return the processor time of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print one JSON object."""
    server = serve(documents())
    port = server.server_address[1]
    with tempfile.TemporaryDirectory() as folder:
        opml = Path(folder, "feeds.opml")
        rows = "".join(f'<outline type="rss" text="Outlet {n}" xmlUrl="http://127.0.0.1:{port}/{n}"/>' for n in range(N_FEEDS))
        opml.write_text(f'<opml version="2.0"><body>{rows}</body></opml>', encoding="utf-8")
        cold, first = zip(*[refresh(opml, f"sqlite:///{folder}/{k}.db", START) for k in range(N_RUNS)], strict=True)
        same, second = zip(
            *[refresh(opml, f"sqlite:///{folder}/0.db", START + timedelta(hours=k + 1)) for k in range(N_RUNS)], strict=True
        )
    server.shutdown()
    print(json.dumps({
        "feeds": N_FEEDS, "mix": MIX, "articles": first[0]["articles_new"], "cold_s": median(cold), "unchanged_s": median(same),
        "not_modified": second[0]["not_modified"], "round_cold_s": first[0]["seconds"]["total"],
        "round_unchanged_s": second[0]["seconds"]["total"], "stages": first[0]["seconds"],
        "processor_cold_s": median(r["processor_s"] for r in first),
        "processor_unchanged_s": median(r["processor_s"] for r in second),
        "peak_mb": max(r["peak_mb"] for r in (*first, *second)),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
