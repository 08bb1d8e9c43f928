"""The desk in a real browser over a store of a million signals: what a reader waits for, and what it costs.

First views of Now and Map (server just started; a new session once the server rests; after new articles came in), a filter
change, a day step and a click to evidence (server and painted), play over 60 days, bytes of a Map view, memory with 20
sessions (`bench_desk_sessions`), requests that leave the machine, and barriers that axe-core finds on every page.

BENCH_SIGNALS: how many (1,000,000). BENCH_STORE: address of a store that is there already, SQLite or PostgreSQL; it gets a few
articles more. BENCH_SESSIONS: how many (20). BENCH_PARTS: some of views, changes, play, bytes, memory, barriers (all).
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

import million
from bench_desk_sessions import sessions
from desk_browser import Desk, Server, barriers, opened_browser
from million import NOON

N_SIGNALS = int(os.environ.get("BENCH_SIGNALS", "1000000"))
PARTS = os.environ.get("BENCH_PARTS", "views changes play bytes memory barriers").replace(",", " ").split()
PAGES = {"now": "", "map": "map"}
#: Sixty days to the last one.
SIXTY = f"map?window={million.LAST - timedelta(days=59)}&window={million.LAST}"
N_LOOKS, N_CHANGES = 3, 5


def views(url: str, browser: object) -> Iterator[tuple[str, float]]:
    """Yield seconds from the call of an address to the first view, to the page that answers, and the server's own share."""
    for name, path in {**PAGES, "now, who looked a day ago": f"?seen={(NOON - timedelta(days=1)).isoformat()[:19]}Z"}.items():
        with Server(url, NOON) as server:
            yield from _looked(f"{name}: server just started", [Desk.first_view(browser, server, path)])
            server.rest()
            yield from _looked(f"{name}: a new session", [Desk.first_view(browser, server, path) for _ in range(N_LOOKS)])
            found = []
            for n in range(N_LOOKS):
                million.one_more(url, n)
                found.append(Desk.first_view(browser, server, path))
            yield from _looked(f"{name}: a new session after new articles", found)


def _looked(what: str, found: Sequence[tuple[float, float, float]]) -> Iterator[tuple[str, float]]:
    for name, n in (("first view", 0), ("page that answers", 1), ("processor of the server", 2)):
        yield f"{what}, {name}, s", median(one[n] for one in found)


def changes(url: str, browser: object) -> Iterator[tuple[str, float]]:
    """Yield milliseconds of the server, and to the painted answer, of what a reader does on an open page."""
    with Server(url, NOON) as server:
        for name, path in PAGES.items():
            desk = Desk(browser, server, path)
            server.rest()
            yield from _answered(f"{name}: filter change", server, desk.filter_change)
            desk.close()
        desk = Desk(browser, server, "map")
        steps = [desk.day_step() for _ in range(N_CHANGES)]
        yield "map: day step, painted", median(painted for _, painted in steps)
        yield "map: day step, server (once the days rest)", median(server_ms for server_ms, _ in steps)
        yield from _answered("map: click to evidence", server, desk.click)
        desk.close()


def _answered(what: str, server: Server, act: Callable[[int], tuple[float, float]]) -> Iterator[tuple[str, float]]:
    before = server.seconds()
    found = [act(n) for n in range(N_CHANGES)]
    yield f"{what}, server", median(server_ms for server_ms, _ in found)
    yield f"{what}, painted", median(painted for _, painted in found)
    yield f"{what}, processor of the server", 1000 * (server.seconds() - before) / N_CHANGES


def play(url: str, browser: object) -> Iterator[tuple[str, float]]:
    """Yield frames a second of sixty days played at the fast speed, and as fast as the browser paints."""
    with Server(url, NOON) as server:
        desk = Desk(browser, server, SIXTY)
        yield "map: play over 60 days, frames/s at fast (16 wanted by it)", desk.play()
        yield "map: frames/s as fast as it paints", desk.frames()
        desk.close()


def sizes(url: str, browser: object) -> Iterator[tuple[str, float]]:
    """Yield compressed megabytes of a Map view: what the view itself is, and what the browser loads once and keeps."""
    with Server(url, NOON) as server:
        desk = Desk(browser, server, "map")
        yield "map: MB of the view, gzip", desk.wire_bytes() / 1e6
        yield "map: MB of files that the browser keeps, gzip", desk.file_bytes() / 1e6
        desk.close()


def outside(url: str, browser: object) -> Iterator[tuple[str, float]]:
    """Yield how many requests left the machine, errors of the console, and serious or critical barriers, over all pages."""
    with Server(url, NOON) as server:
        yield from barriers(browser, server)


def main() -> None:
    """Print one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("BENCH_STORE") or f"sqlite:///{Path(folder) / 'million.db'}"
        figures: dict[str, object] = {"signals": N_SIGNALS, "load": os.getloadavg()[0]}
        if "BENCH_STORE" not in os.environ:
            figures |= {f"filled: {what}": n for what, n in million.fill(url, N_SIGNALS)}
        parts = {"views": views, "changes": changes, "play": play, "bytes": sizes, "memory": sessions, "barriers": outside}
        with opened_browser() as browser:
            for name in PARTS:
                for what, figure in parts[name](url, browser):
                    figures[what] = round(figure, 3)
                    sys.stderr.write(f"{what}: {figure:.3f} (load {os.getloadavg()[0]:.1f})\n")
        sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
