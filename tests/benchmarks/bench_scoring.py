"""Scoring with places, one core: headlines a second, from a fresh process and warm."""

import gc
import json
import resource
import time
from datetime import date

from headlines import headlines, source

from ingest import workers
from tension.model import Article
from tension.reading import read

N = 10_000


def main() -> None:
    """Print one JSON object."""
    articles = [
        Article(id=str(n), outlet="", url=None, title=title, published_date=date.fromisoformat(day))
        for n, (title, day) in enumerate(headlines(N))
    ]
    started = time.perf_counter()
    read(articles[0])
    loading = time.perf_counter() - started
    # As in a worker of the ingestor: what is loaded stays, and records make no circles.
    gc.freeze()
    gc.set_threshold(workers.RUBBISH_FROM, *gc.get_threshold()[1:])
    rates = []
    for _ in range(4):
        started = time.perf_counter()
        n_signals = sum(len(read(a).signals) for a in articles)
        rates.append(N / (time.perf_counter() - started))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "headlines": N, "source": source(), "signals": n_signals, "load_s": loading, "cold_per_s": rates[0],
        "warm_per_s": sorted(rates[1:])[1], "peak_mb": peak,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
