"""Events and index of many articles from empty, and one more article into stores of two sizes.

The articles are read beforehand: reading has a benchmark of its own. They are spread over days at 1,000 a day. Seconds by the
clock and of the process (`_cpu_s`): on a machine that does other things the latter tell more; of a server they leave out what
it does itself. `BENCH_URL` names an empty PostgreSQL database to measure there instead of SQLite.
"""

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from headlines import headlines, source

from tension.events.kinds import standing_codes
from tension.events.merge import Book, order
from tension.events.report import report_of
from tension.index.reading import index_of
from tension.index.series import Scope, series
from tension.model import Article, Query, Reading
from tension.reading import read
from tension.store import Delivery, StoreWriter, open_reader, open_writer

N = int(os.environ.get("BENCH_ARTICLES", "100000"))
SMALL = min(10_000, N)
PER_DAY = 1_000
FIRST = date(2026, 1, 1)
_BATCH = 500
_ONE_MORE = 25


def articles() -> Iterator[tuple[Article, Reading]]:
    """Yield articles with their readings; each headline is read once, a copy of it with a number is another article."""
    known = [(title, read(Article(id="x", outlet="o", url=None, title=title))) for title, _ in headlines(min(N, 12_000))]
    for n in range(N + 2 * _ONE_MORE):
        title, reading = known[n * 7919 % len(known)]
        day = FIRST + timedelta(days=n // PER_DAY)
        at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=n % PER_DAY * 60)
        outlet = f"outlet{n % 200}"
        yield Article(
            id=f"a{n:07}", outlet=outlet, url=f"https://{outlet}.example/{n}", title=f"{title} {n // len(known) or ''}".strip(),
            published_date=day, first_seen_at=at, family=outlet, country="RS",
        ), reading  # fmt: skip


def deliveries(pairs: list[tuple[Article, Reading]]) -> list[Delivery]:
    """Return what a feed would deliver."""
    return [
        Delivery(article=a, feed_id=None, guid=a.id, seen_at=a.first_seen_at or datetime.now(UTC), reading=r) for a, r in pairs
    ]


def one_more(writer: StoreWriter, pairs: list[tuple[Article, Reading]]) -> tuple[float, float]:
    """Return the median milliseconds of adding one article, by the clock and of the process."""
    times, spent = [], []
    for article, reading in pairs:
        started, began = time.perf_counter(), time.process_time()
        writer.add(deliveries([(article, reading)]))
        times.append(time.perf_counter() - started)
        spent.append(time.process_time() - began)
    return round(1000 * statistics.median(times), 1), round(1000 * statistics.median(spent), 1)


def main() -> None:
    """Measure and print one line of JSON."""
    pairs = list(articles())
    figures: dict[str, object] = {"articles": N, "headlines": source()}
    with timed(figures, "features"):
        reports = order(report_of(a, r, seen_at=a.first_seen_at or datetime.now(UTC)) for a, r in pairs[:N])
    with timed(figures, "merge"):
        book = Book()
        for report in reports:
            if report.day is not None:
                book.forget_before(report.day - timedelta(days=10)) if len(book) > 50_000 else None
            book.assign(report)
    del book, reports
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("BENCH_URL", f"sqlite:///{Path(folder) / 'bench.db'}")
        writer = open_writer(url)
        with timed(figures, "store_and_merge"):
            fill(writer, pairs, figures)
        figures["one_more_at_all_ms"], figures["one_more_at_all_cpu_ms"] = one_more(writer, pairs[N + _ONE_MORE :])
        writer.close()
        figures |= index(url)
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(json.dumps(figures) + "\n")


def fill(writer: StoreWriter, pairs: list[tuple[Article, Reading]], figures: dict[str, object]) -> None:
    """Store everything in batches; beside it, one by one, some more when the store is small."""
    for at in range(0, N, _BATCH):
        if at == SMALL:
            spare = [(replace(a, id=f"s{a.id}", published_date=FIRST + timedelta(days=SMALL // PER_DAY)), r)
                     for a, r in pairs[N : N + _ONE_MORE]]  # fmt: skip
            figures["one_more_at_10000_ms"], figures["one_more_at_10000_cpu_ms"] = one_more(writer, spare)
        writer.add(deliveries(pairs[at : at + _BATCH]))


@contextmanager
def timed(figures: dict[str, object], what: str) -> Iterator[None]:
    """Note how long something takes, by the clock and of the process."""
    started, began = time.perf_counter(), time.process_time()
    yield
    figures[f"{what}_s"] = round(time.perf_counter() - started, 1)
    figures[f"{what}_cpu_s"] = round(time.process_time() - began, 1)


def index(url: str) -> dict[str, object]:
    """Measure the index of the region over all days, from the roll-ups and from every signal."""
    figures: dict[str, object] = {}
    last = FIRST + timedelta(days=N // PER_DAY)
    reader = open_reader(url)
    with timed(figures, "index"):
        days = index_of(reader, "region", FIRST, last, first=FIRST, unread={})
    everything = Query(since=FIRST, until=last)
    with timed(figures, "index_of_every_signal"):
        scope = Scope(
            "region", reader.event_signals(everything), reader.event_signals(replace(everything, codes=standing_codes()))
        )
        series(scope, FIRST, last, first=FIRST, unread={}, full=False)
    reader.close()
    return figures | {"index_days": len(days), "events": len(scope.events)}


if __name__ == "__main__":
    main()
