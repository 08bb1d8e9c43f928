"""The labelled headlines of `assets/headlines`: the quarter of events that is kept for measuring."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from tension import assets
from tension.model import Article
from tension.quality import Labelled
from tension.tier import FAST, Tier

#: One event in so many is for measuring, by a digest of its slug, so that no event stands on both sides.
SHARES = 4


def is_kept(event: str) -> bool:
    """Tell whether an event's headlines are for measuring, and so not for writing rules from."""
    return int(hashlib.md5(event.encode(), usedforsecurity=False).hexdigest(), 16) % SHARES == 0


def labelled(by: Tier = FAST, one_in: int = 1) -> Iterator[Labelled]:
    """Yield the labels of the kept headlines, or of one in so many, beside what the present scorer finds in one of its tiers."""
    for file in sorted(assets.path("headlines").glob("*.jsonl")):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        rows = [row for row in rows if is_kept(row["event"])][::one_in]
        for row, reading in zip(rows, by.read([_article(row) for row in rows]), strict=True):
            found = frozenset(signal.code for signal in reading.signals)
            yield Labelled(language=row["language"], wanted=frozenset(row["codes"]), found=found)


def _article(row: dict[str, Any]) -> Article:
    return Article(
        id=row["id"], outlet="", url=None, title=row["title"], summary=row.get("summary") or "", language=row["language"]
    )
