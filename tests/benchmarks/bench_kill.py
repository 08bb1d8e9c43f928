"""kill -9 at random instants over moving feeds: what is stored equals an undisturbed run, nothing lost, nothing doubled.

The feeds are served by a process of their own and move on with the step that the ingest writes into a file. The ingest
is killed, started again at the step where it was, and compared in the end, row by row, with one that nobody disturbed.
"""

import asyncio
import gc
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from xml.sax.saxutils import escape

import sqlalchemy as sa
from headlines import headlines

from ingest import pipeline
from ingest.retrieve import RetrieveOptions, user_agent
from tension.model import Article, Feed
from tension.reading import read
from tension.store import open_writer
from tension.store.engines import connect_engine
from tension.store.schema import metadata

N_KILLS = int(os.environ.get("BENCH_KILLS", "100"))
N_FEEDS, WINDOW, MOVED = 12, 30, 10
#: Each step moves every feed on; about so many kills fall into one.
N_STEPS = max(N_KILLS // 4, 3)
START = datetime(2026, 2, 10, 6, tzinfo=UTC)
_WARM = 400
TABLES = ("article", "sighting", "score", "candidate", "mention", "signal")


def serve(step_file: str, port: Connection) -> None:
    """Serve every feed as of the step in the file."""
    texts = headlines(N_FEEDS * (WINDOW + MOVED * N_STEPS))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            del args

        def do_GET(self) -> None:
            n, step = int(self.path.strip("/")), int(Path(step_file).read_text(encoding="ascii"))
            items = "".join(
                f"<item><title>{escape(texts[k * N_FEEDS + n][0])}</title><link>https://outlet{n // 2}.example/{n}/{k}</link>"
                f"<pubDate>{format_datetime(START + timedelta(minutes=k))}</pubDate></item>"
                for k in range(step * MOVED, step * MOVED + WINDOW)
            )
            body = f'<rss version="2.0"><channel><title>{n}</title>{items}</channel></rss>'.encode()
            same = self.headers.get("If-None-Match") == f'"{step}"'
            self.send_response(304 if same else 200)
            self.send_header("ETag", f'"{step}"')
            self.send_header("Content-Length", "0" if same else str(len(body)))
            self.end_headers()
            self.wfile.write(b"" if same else body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            del request, client_address  # whoever is killed hangs up

    server = Server(("127.0.0.1", 0), Handler)
    port.send(server.server_address[1])
    server.serve_forever()


def feeds(port: int) -> list[Feed]:
    """Return the catalogue: two feeds an outlet."""
    return [
        Feed(id=f"rs-{n}", outlet=f"Outlet {n // 2}", url=f"http://127.0.0.1:{port}/{n}", language="sr", script=None,
             country="RS", family=f"f{n}", side="serbia", kind="portal")
        for n in range(N_FEEDS)
    ]  # fmt: skip


def rounds(store: str, step_file: Path, port: int) -> None:
    """Run the rounds from the step in the file to the last."""
    for step in range(int(step_file.read_text(encoding="ascii")), N_STEPS):
        # Replaced in one go: a kill in between must not leave half a number.
        step_file.with_suffix(".new").write_text(str(step), encoding="ascii")
        step_file.with_suffix(".new").replace(step_file)
        now = START + timedelta(hours=step + 24)
        options = RetrieveOptions(
            clock=lambda now=now: now, user_agent=user_agent("mailto:desk@example.org", "1"), allow_hosts=frozenset({"127.0.0.1"})
        )
        writer = open_writer(store)
        try:
            asyncio.run(pipeline.run(feeds(port), writer, options=options, now=now))
        finally:
            writer.close()


def disturbed(store: str, step_file: Path, port: int) -> int:
    """Run the rounds, killed again and again; return how many kills hit a run in progress."""
    chance, n_hit = random.Random(1), 0
    while True:
        child = os.fork()
        if not child:
            try:
                rounds(store, step_file, port)
            except BaseException:  # noqa: BLE001 - whatever it is, this is another process
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        if n_hit == N_KILLS:
            _, status = os.waitpid(child, 0)
            if status:
                raise SystemExit("the rounds ended with an error; it is above")
            return n_hit
        time.sleep(chance.uniform(0.01, 0.35))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            if status:
                raise SystemExit("the rounds ended with an error; it is above")
            return n_hit
        n_hit += 1


def rows(store: str) -> Counter[tuple[object, ...]]:
    """Return every stored row of the tables of facts, without the order of arrival."""
    engine = connect_engine(store, writing=False)
    with engine.connect() as connection:
        found = Counter(
            (name, *row)
            for name in TABLES
            for row in connection.execute(sa.select(*(c for c in metadata.tables[name].c if (name, c.name) != ("article", "n"))))
        )
    engine.dispose()
    return found


def load() -> None:
    """Load here what children would load before they store anything: kills shall hit what is stored."""
    gc.disable()
    for title, _ in headlines(_WARM):
        read(Article(id="", outlet="", url=None, title=title))
    gc.freeze()
    gc.enable()


def main() -> None:
    """Print one JSON object; the first argument may name another store than a new SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        step_file = Path(folder, "step")
        step_file.write_text("0", encoding="ascii")
        here, there = multiprocessing.Pipe()
        server = multiprocessing.get_context("fork").Process(target=serve, args=(str(step_file), there), daemon=True)
        server.start()
        port = here.recv()
        load()
        killed, calm = (sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/killed.db"), f"sqlite:///{folder}/calm.db"
        started = time.perf_counter()
        n_hit = disturbed(killed, step_file, port)
        seconds = time.perf_counter() - started
        step_file.write_text("0", encoding="ascii")
        rounds(calm, step_file, port)
        got, wanted = rows(killed), rows(calm)
        server.terminate()
    print(json.dumps({
        "kills": n_hit, "steps": N_STEPS, "articles": sum(row[0] == "article" for row in wanted), "rows": wanted.total(),
        "lost": (wanted - got).total(), "doubled": (got - wanted).total(), "seconds": seconds,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
