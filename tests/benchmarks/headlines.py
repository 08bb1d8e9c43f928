"""Headlines for the benchmarks: CSV files under `KARAULA_CORPORA` (title, published), else our own.

Our own are the replay archive and the labelled headlines, of which half are about a signal. On an ordinary day one in ten
is (9 % of 4,000 real ones); `ordinary` mixes them so.
"""

import csv
import gzip
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets"
#: Headlines without a day of their own are of this one.
DAY = "2026-02-10"


def _corpora(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("*headlines*.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            yield from ((row["title"], row["published"][:10]) for row in csv.DictReader(lines))


def _labelled() -> Iterator[tuple[str, str, list[str]]]:
    for file in sorted((*ASSETS.glob("replay/*.jsonl"), *ASSETS.glob("headlines/*.jsonl"))):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row["title"], row.get("date", DAY), row["codes"]


def _own() -> Iterator[tuple[str, str]]:
    return ((title, day) for title, day, _ in _labelled())


def headlines(n: int) -> list[tuple[str, str]]:
    """Return n (title, day); where there are fewer, they repeat with a number in front."""
    folder = os.environ.get("KARAULA_CORPORA")
    known = list(_corpora(Path(folder)) if folder else _own())
    step = max(len(known) // n, 1)
    return list(itertools.islice(_endless(known[::step]), n))


def ordinary(n: int) -> list[tuple[str, str]]:
    """Return n (title, day) as an ordinary day brings them: every tenth is about a signal."""
    if os.environ.get("KARAULA_CORPORA"):
        return headlines(n)
    telling, quiet = (_endless([(t, d) for t, d, codes in _labelled() if bool(codes) == about]) for about in (True, False))
    return [next(telling if k % 10 == 0 else quiet) for k in range(n)]


def _endless(known: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield headlines; from the second time on with a number in front."""
    return itertools.chain(known, ((f"{k} {t}", d) for k in itertools.count(2) for t, d in known))


def source() -> str:
    """Return where the headlines come from, for the table."""
    return "corpora" if os.environ.get("KARAULA_CORPORA") else "our own, repeated"
