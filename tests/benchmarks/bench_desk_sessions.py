"""What the desk's server holds in memory with twenty sessions open over a store of a million signals.

The sessions speak to it as browsers do (`desk_sessions`) and are spread over Now, Map, Events, Situations, Index and Sides. They
open one after another; then all go on to the next page at one moment, until each has been on every page; then, round after round,
articles come in and a few look again, each so at a state of the store of its own: what of older states is kept adds up here.

BENCH_SIGNALS: how many (1,000,000). BENCH_STORE: address of a store that is there already, SQLite or PostgreSQL; it gets a few
articles more. BENCH_SESSIONS: how many (20). BENCH_ROUNDS: of new articles (40).
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import million
from desk_browser import Server
from desk_sessions import Session
from million import NOON, one_more

N_SIGNALS = int(os.environ.get("BENCH_SIGNALS", "1000000"))
N_SESSIONS = int(os.environ.get("BENCH_SESSIONS", "20"))
N_ROUNDS = int(os.environ.get("BENCH_ROUNDS", "40"))
PAGES = ("", "map", "events", "situations", "index", "sides")
#: Sessions that look again in one round.
N_LOOKING = 2


def sessions(url: str, _browser: object = None) -> Iterator[tuple[str, float]]:
    """Yield megabytes of the server as sessions come, go on, and look again after new articles."""
    with Server(url, NOON) as server:
        yield "memory before anybody came, MB", server.megabytes()
        opened = [Session(server.port)]
        for page in PAGES:
            opened[0].open(page)
        first = server.megabytes()
        yield "memory with one session that was on every page, MB", first
        for n in range(1, N_SESSIONS):
            opened.append(Session(server.port))
            opened[-1].open(PAGES[n % len(PAGES)])
        yield from _said(f"with {N_SESSIONS} sessions", first, server)
        seconds = _all_go_on(opened)
        yield from _said(f"with {N_SESSIONS} sessions, each on all pages", first, server)
        yield f"{N_SESSIONS} sessions at one moment, until the last had its page, s", seconds
        yield from _rounds(url, server, opened)
        for session in opened:
            session.close()


def _said(what: str, first: float, server: Server) -> Iterator[tuple[str, float]]:
    whole = server.megabytes()
    yield f"memory {what}, MB", whole
    yield f"memory a further session {what}, MB", (whole - first) / max(1, N_SESSIONS - 1)


def _all_go_on(opened: list[Session]) -> float:
    """Let all sessions go on to their next pages at one moment; return the seconds until the last had its page."""
    found = []
    with ThreadPoolExecutor(len(opened)) as pool:
        for step in range(1, len(PAGES) + 1):
            began = time.perf_counter()
            waiting = [pool.submit(session.open, PAGES[(n + step) % len(PAGES)]) for n, session in enumerate(opened)]
            for one in waiting:
                one.result()
            found.append(time.perf_counter() - began)
    return median(found)


def _rounds(url: str, server: Server, opened: list[Session]) -> Iterator[tuple[str, float]]:
    """Let articles come in, and after each round some sessions look again, in turn."""
    found = []
    for n in range(N_ROUNDS):
        one_more(url, n)
        for k in range(N_LOOKING):
            at = (n * N_LOOKING + k) % len(opened)
            opened[at].open(PAGES[(n + k) % len(PAGES)])
        found.append(server.megabytes())
    yield f"memory after {N_ROUNDS} rounds of new articles, at most, MB", max(found)
    half = N_ROUNDS // 2
    yield "memory a round in the last half of them, MB", (found[-1] - found[half]) / (N_ROUNDS - half)


def main() -> None:
    """Print one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("BENCH_STORE") or f"sqlite:///{Path(folder) / 'million.db'}"
        figures: dict[str, object] = {"signals": N_SIGNALS, "load": os.getloadavg()[0]}
        if "BENCH_STORE" not in os.environ:
            figures |= {f"filled: {what}": n for what, n in million.fill(url, N_SIGNALS)}
        for what, figure in sessions(url):
            figures[what] = round(figure, 3)
            sys.stderr.write(f"{what}: {figure:.3f} (load {os.getloadavg()[0]:.1f})\n")
        sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
