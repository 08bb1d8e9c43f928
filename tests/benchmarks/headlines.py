"""Headlines for the benchmarks: CSV files under `KARAULA_CORPORA` (title, published), else the replay archive."""

import csv
import gzip
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

REPLAY = Path(__file__).resolve().parents[2] / "assets" / "replay"


def _corpora(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("*headlines*.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            yield from ((row["title"], row["published"][:10]) for row in csv.DictReader(lines))


def _replay() -> Iterator[tuple[str, str]]:
    for file in sorted(REPLAY.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row["title"], row["date"]


def headlines(n: int) -> list[tuple[str, str]]:
    """Return n (title, day); where there are fewer, they repeat with a number in front."""
    folder = os.environ.get("KARAULA_CORPORA")
    known = list(_corpora(Path(folder)) if folder else _replay())
    step = max(len(known) // n, 1)
    repeated = itertools.chain(known[::step], ((f"{k} {t}", d) for k in itertools.count(2) for t, d in known))
    return list(itertools.islice(repeated, n))


def source() -> str:
    """Return where the headlines come from, for the table."""
    return "corpora" if os.environ.get("KARAULA_CORPORA") else "replay archive, repeated"
