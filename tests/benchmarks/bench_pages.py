"""What the server computes for a page of a million signals, without a browser: its first view, changed filters, other windows.

First views with nothing read, and with all read ahead as a server that has nothing else to do does it (`app.warmth`).

`BENCH_STORE=sqlite:////path python tests/benchmarks/bench_pages.py [pages]` prints one JSON object of milliseconds, wall clock
and processor; the store is filled first where none is named.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import million

N_SIGNALS = int(os.environ.get("BENCH_SIGNALS", "1000000"))
PAGES = ("now", "map", "situations", "events", "index", "sides")
NOON = datetime(million.LAST.year, million.LAST.month, million.LAST.day, 22, tzinfo=UTC)
#: Filters as the widgets hold them, each followed by what takes it back.
CHANGES: Sequence[tuple[str, object]] = (
    ("where", ["RS"]), ("where", ["XK"]), ("where", []), ("signals", ["border_blockade"]), ("signals", []), ("certainty", 0.5),
    ("certainty", 0.0), ("outlets", ["outlet10"]), ("outlets", []),
)  # fmt: skip
WINDOWS = {"7 days": 6, "90 days": 89}


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds that something takes: by the clock, and of the processor."""
    clock, spent = time.perf_counter(), time.process_time()
    act()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - spent)


def figures(page: str) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield what a page takes: at first with all caches empty and with all read ahead, by a changed filter, by another window."""
    import streamlit as st

    from app import warmth

    def opened() -> tuple[float, float]:
        return timed((at if page == "now" else at.switch_page(f"views/{page}.py")).run)

    st.cache_data.clear()
    st.cache_resource.clear()
    at = _desk(page)
    yield "first, nothing read ahead", opened()
    st.cache_data.clear()
    st.cache_resource.clear()
    yield "reading ahead", timed(lambda: warmth.read_more(warmth.read("")))
    at = _desk(page)
    yield "first", opened()
    found = []
    for name, value in CHANGES:
        at.session_state[name] = value
        found.append(timed(at.run))
        if at.exception:
            raise RuntimeError(at.exception[0].message)
    yield "filter change, median", (median(clock for clock, _ in found), median(spent for _, spent in found))
    yield "filter change, slowest", max(found)
    for said, days in WINDOWS.items():
        at.session_state["window"] = (million.LAST - timedelta(days=days), million.LAST)
        yield f"window of {said}", timed(at.run)


def _desk(page: str) -> Any:
    """Return a new session, which has seen the page Now where another one is to be looked at."""
    from streamlit.testing.v1 import AppTest

    import app

    at = AppTest.from_file(str(Path(app.__file__).with_name("main.py")), default_timeout=600)
    return at if page == "now" else at.run()


def main() -> None:
    """Print one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("BENCH_STORE") or f"sqlite:///{Path(folder) / 'million.db'}"
        os.environ |= {"KARAULA_STORE": url, "KARAULA_REPLAY": f"sqlite:///{Path(folder) / 'none.db'}"}
        if "BENCH_STORE" not in os.environ:
            for what, n in million.fill(url, N_SIGNALS):
                sys.stderr.write(f"filled: {what} {n}\n")
        from app import access

        access.now = lambda: NOON
        found: dict[str, object] = {"load": os.getloadavg()[0]}
        for page in sys.argv[1:] or PAGES:
            for what, (clock, spent) in figures(page):
                found[f"{page}: {what}"] = [round(clock), round(spent)]
                sys.stderr.write(f"{page}: {what}: {clock:.0f} ms, processor {spent:.0f} ms (load {os.getloadavg()[0]:.1f})\n")
        sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
