"""Run the benchmarks one after another, each in a process of its own, and print one table. Called by `make bench`."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def measured(script: str) -> dict[str, Any]:
    """Return what a benchmark printed."""
    done = subprocess.run(
        [sys.executable, HERE / script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def scoring(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the scoring benchmark."""
    what = f"scoring with places, one core, {r['headlines']:,} headlines ({r['source']})"
    yield f"{what}, warm", f"{r['warm_per_s']:,.0f}/s", "3,000/s"
    yield f"{what}, from a new process", f"{r['cold_per_s']:,.0f}/s after {r['load_s']:.1f} s", ""
    yield "resident memory of that", f"{r['peak_mb']:.0f} MB", ""


def refresh(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the refresh benchmark."""
    what = f"refresh of {r['feeds']} feeds × 40 items from loopback"
    yield f"{what}, cold", f"{r['cold_s']:.1f} s", "8 s"
    yield f"{what}, all unchanged", f"{r['unchanged_s']:.1f} s", "2 s"
    yield "resident memory of that, all processes", f"{r['peak_mb']:.0f} MB", "400 MB"


def pages(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Rows of the dashboard benchmark."""
    what = f"30 days, {r['signals']:,} signals in SQLite"
    yield f"Map, {what}: server time to first view", f"{r['map']['first_view_s']:.2f} s", "1.5 s"
    yield f"Map, {what}: filter change", f"{r['map']['filter_change_s']:.2f} s", "0.5 s"
    yield f"Now, {what}: first view", f"{r['now']['first_view_s']:.2f} s", ""


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
    ("bench_refresh.py", refresh),
    ("bench_map.py", pages),
    ("bench_events.py", events),
)


def main() -> None:
    """Print the table, row by row as the figures come."""
    print("| what | measured (median) | wanted |\n|---|--:|--:|", flush=True)
    for script, rows in BENCHMARKS:
        for row in rows(measured(script)):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
