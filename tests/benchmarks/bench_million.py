"""One more article into, and a year's index of any scope from, stores of 10,000 and of 1,000,000 signals.

`BENCH_URL` names an empty PostgreSQL database to measure there instead of SQLite; `BENCH_KEEP` a folder to keep files in.
"""

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from million import COUNTRIES, DAYS, LAST, copy, fill, telling

from tension.index.reading import contributions, index_of
from tension.index.unread import countries_of, coverage_since, unread
from tension.model import REGION, Query
from tension.store import Delivery, StoreReader, open_reader, open_writer

SIZES = tuple(int(n) for n in os.environ.get("BENCH_SIGNALS", "10000,1000000").split(","))
_ONE_MORE = 40
SCOPES = ("region", "XK", "RS", "RS-XK", "place:crossing-jarinje", "municipality:xk-pristina")


def one_more(url: str) -> dict[str, float]:
    """Return milliseconds of adding one article of the last day, the first and the median of the others."""
    known = telling(300)
    writer = open_writer(url)
    times, spent = [], []
    stamp = int(time.time())
    for n in range(_ONE_MORE):
        article, reading = copy(known, n, 10**9)
        at = datetime(LAST.year, LAST.month, LAST.day, 20, tzinfo=UTC) + timedelta(seconds=n)
        # A voice that was never heard: in a store that was measured before a known one would change no number.
        voice = f"more{stamp}-{n}"
        more = {"id": voice, "published_date": LAST, "first_seen_at": at, "url": f"https://more.example/{stamp}-{n}",
                "outlet": voice, "family": voice}  # fmt: skip
        article = type(article)(**{f: getattr(article, f) for f in article.__slots__} | more)
        started, began = time.perf_counter(), time.process_time()
        writer.add([Delivery(article=article, feed_id=None, guid=None, seen_at=at, reading=reading)])
        times.append(1000 * (time.perf_counter() - started))
        spent.append(1000 * (time.process_time() - began))
    writer.close()
    return {"first_ms": round(times[0], 1), "one_more_ms": round(statistics.median(times[1:]), 1),
            "one_more_cpu_ms": round(statistics.median(spent[1:]), 1),
            "one_more_p90_ms": round(sorted(times[1:])[int(0.9 * len(times))], 1)}  # fmt: skip


def years(reader: StoreReader) -> dict[str, float]:
    """Return milliseconds of a year's index by scope, coverage included, the least of three looks."""
    since = LAST - timedelta(days=364)
    first = LAST - timedelta(days=DAYS)
    found = {}
    for scope in SCOPES:
        for at in (None, datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) - timedelta(days=30)):
            took, spent, half = _least(reader, scope, since, first, at)
            name = scope if at is None else f"{scope} as known a month before"
            found |= {name: took, f"{name}, processor": spent, f"{name}, coverage of it": half}
    started = time.perf_counter()
    contributions(reader, COUNTRIES[0], LAST, LAST).listed(LAST)
    found["contributions of a day of RS"] = round(1000 * (time.perf_counter() - started), 1)
    return found


def _least(reader: StoreReader, scope: str, since: date, first: date, at: datetime | None) -> tuple[float, float, float]:
    """Return the least of a few times in milliseconds: of all, of the processor, and of the coverage part."""
    taken = []
    for _ in range(3):
        started, began = time.perf_counter(), time.process_time()
        silent = unread(
            reader.coverage(coverage_since(since), LAST), countries_of(scope, REGION, {}), since, LAST,
            reader.days(Query(since=since, until=LAST)),
        )  # fmt: skip
        half = time.perf_counter()
        index_of(reader, scope, since, LAST, first=first, unread=silent, as_known_at=at)
        taken.append((time.perf_counter() - started, time.process_time() - began, half - started))
    least = (round(1000 * min(column), 1) for column in zip(*taken, strict=True))
    return next(least), next(least), next(least)


def main() -> None:
    """Measure and print one line of JSON a size."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(os.environ.get("BENCH_KEEP", made))
            url = os.environ.get("BENCH_URL", f"sqlite:///{folder / f'million-{size}.db'}")
            figures: dict[str, object] = {"size": size}
            started = time.perf_counter()
            if not (folder / f"million-{size}.db").exists():
                for what, n in fill(url, size):
                    figures[what] = n
                    figures[f"{what}_s"] = round(time.perf_counter() - started, 1)
            figures |= one_more(url)
            reader = open_reader(url)
            figures["year_ms"] = years(reader)
            reader.close()
            figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            sys.stdout.write(json.dumps(figures) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
