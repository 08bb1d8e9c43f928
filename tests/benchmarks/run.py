"""Run the benchmarks one after another, each in a process of its own, and print one table. Called by `make bench`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def measured(command: str) -> dict[str, Any]:
    """Return what a benchmark printed; settings stand before its name, as in a shell."""
    *settings, script = command.split()
    environment = os.environ | dict(setting.split("=", 1) for setting in settings)
    done = subprocess.run(
        [sys.executable, HERE / script], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def scoring(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the scoring benchmark."""
    what = f"scoring with places, one core, {r['headlines']:,} headlines ({r['source']})"
    yield f"{what}, warm", f"{r['warm_per_s']:,.0f}/s", "3,000/s"
    yield f"{what}, from a new process", f"{r['cold_per_s']:,.0f}/s after {r['load_s']:.1f} s", ""
    yield "resident memory of that", f"{r['peak_mb']:.0f} MB", ""


def full(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the full tier's benchmark."""
    what = f"scoring in full, one core, {r['headlines']:,} headlines ({r['source']}), {r['vectors']:,} vectors"
    yield what, f"{r['full_per_s']:,.0f}/s", "60/s"
    yield "resident memory of that", f"{r['peak_mb']:.0f} MB", "900 MB"


#: Feeds → seconds cold, seconds unchanged, megabytes.
_WANTED = {200: ("8 s", "2 s", "400 MB"), 1000: ("30 s", "8 s", "500 MB")}


def refresh(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the refresh benchmark."""
    cold, unchanged, memory = _WANTED.get(r["feeds"], ("", "", ""))
    what = f"refresh of {r['feeds']:,} feeds × 40 items from loopback ({r['mix']})"
    yield f"{what}, cold", f"{r['cold_s']:.1f} s", cold
    yield f"{what}, all unchanged", f"{r['unchanged_s']:.1f} s", unchanged
    yield "resident memory of that, all processes", f"{r['peak_mb']:.0f} MB", memory


def day(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the day in fast-forward."""
    what = f"{r['hours']} h of schedule in fast-forward, {r['feeds']} feeds, {r['asked']:,} questions"
    yield f"{what}: asked later than due, at most", f"{r['latest_minutes']:.1f} min", "a look (1 min)"
    yield "asked before due, forgotten, left alone for too long", f"{r['early']}, {r['forgotten']}, {r['too_long']}", "0, 0, 0"
    yield "resident memory grown from the sixth hour to the end", f"{r['grown_mb']:.0f} MB", "flat"


def pages(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the dashboard benchmark."""
    what = f"30 days, {r['signals']:,} signals in SQLite"
    yield f"Map, {what}: server time to first view", f"{r['map']['first_view_s']:.2f} s", "1.5 s"
    yield f"Map, {what}: filter change", f"{r['map']['filter_change_s']:.2f} s", "0.3 s"
    yield f"Map, {what}: a place chosen", f"{r['map']['chosen_place_s']:.2f} s", "0.3 s"
    yield f"Map, {what}: data sent, compressed", f"{r['map']['bytes_gzip'] / 1e6:.2f} MB", "1.5 MB"
    yield f"Now, {what}: server time to first view", f"{r['now']['first_view_s']:.2f} s", "1.5 s"
    yield f"Now, {what}: filter change", f"{r['now']['filter_change_s']:.2f} s", "0.3 s"


_ACTS = ("now: filter change", "map: filter change", "map: day step", "map: click to evidence")
#: What a reader waits for, by the beginning of its name.
_PATIENCE = {
    **{f"{page}: a new session{more}, s": "1.5 s" for page in ("now", "map") for more in ("", " after new articles")},
    **{f"{act}, {what}": most for act in _ACTS for what, most in (("server", "300 ms"), ("painted", "500 ms"))},
    "map: play over 60 days": "10", "map: MB of the view, gzip": "1.5", "memory with 20 sessions": "1,200",
    "memory a further session": "60", "memory after": "1,200", "requests that left": "0", "errors of the console": "0",
    "serious or critical": "0",
}  # fmt: skip


def desk(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the desk in a browser."""
    for what, figure in r.items():
        if what not in {"signals", "load"} and not what.startswith("filled"):
            wanted = next((said for name, said in _PATIENCE.items() if what.startswith(name)), "")
            yield f"desk in a browser, {r['signals']:,} signals: {what}", f"{figure:,.2f}", wanted


def further_pages(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the other pages, as the server computes them."""
    for what, figure in r.items():
        if what != "load":
            wanted = "500 ms" if what.endswith("first") else "300 ms" if "filter change" in what else ""
            yield f"{what}, a million signals in SQLite, server", f"{figure[0]:,.0f} ms", wanted


def events(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the benchmark of events and index."""
    what = f"{r['articles']:,} articles, 1,000 a day"
    yield f"merging {what}, from empty", f"{r['merge_s']:.0f} s", ""
    yield f"index of the region over all days of {what}, from their signals", f"{r['index_s']:.1f} s", "merging and index 120 s"
    yield "one more article into a store of 10,000 (SQLite)", f"{r['one_more_at_10000_ms']:.1f} ms", "20 ms"
    yield f"one more article into a store of {r['articles']:,} (SQLite)", f"{r['one_more_at_all_ms']:.1f} ms", "20 ms"
    yield "resident memory of that", f"{r['peak_mb']:.0f} MB", "1,500 MB"


BENCHMARKS: tuple[tuple[str, Callable[[dict[str, Any]], Iterator[tuple[str, str, str]]]], ...] = (
    ("bench_scoring.py", scoring),
    ("bench_full.py", full),
    ("bench_refresh.py", refresh),
    ("BENCH_CRISIS=1 BENCH_RUNS=1 bench_refresh.py", refresh),
    ("BENCH_FEEDS=1000 BENCH_RUNS=1 bench_refresh.py", refresh),
    ("bench_day.py", day),
    ("bench_map.py", pages),
    ("bench_events.py", events),
    ("bench_desk_million.py", desk),
    ("bench_pages.py", further_pages),
)


def main() -> None:
    """Print the table, row by row as the figures come."""
    print("| what | measured (median) | wanted |\n|---|--:|--:|", flush=True)
    for command, rows in BENCHMARKS:
        for row in rows(measured(command)):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
