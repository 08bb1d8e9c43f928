"""Build the replay archive's store: items on public record, restated in our own words."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ingest.articles import article_id
from tension import assets
from tension.errors import AssetError
from tension.model import Article
from tension.quality import Labelled
from tension.reading import read
from tension.store import Delivery, open_writer
from tension.tier import FAST, Tier

#: Outlet of items whose report is not known to exist: ours.
CHRONICLE = "Karaula chronicle"
_BATCH = 500


def _rows() -> Iterator[dict[str, Any]]:
    for file in sorted(assets.path("replay").glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            try:
                yield json.loads(line)
            except ValueError as e:
                raise AssetError(file, f"line {number} is not JSON: {e}") from e


def article_of(row: dict[str, Any]) -> Article:
    """Return the article of one line; it counts as seen at the end of its day, so that *as known on* works."""
    day = date.fromisoformat(row["date"])
    outlet = row["outlet"]
    return Article(
        id=article_id(url=row.get("url"), title=row["title"], outlet=outlet, guid=row["id"]),
        outlet=outlet,
        url=row.get("url"),
        title=row["title"],
        summary=row.get("summary", ""),
        language=row["language"],
        published_date=day,
        first_seen_at=datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(seconds=1),
        # Each item of the chronicle stands for a report of its own, not for one publisher's many.
        family=f"chronicle:{row['id']}" if outlet == CHRONICLE else outlet,
        restated=True,
    )


def labelled(by: Tier = FAST) -> Iterator[Labelled]:
    """Yield the archive's own labels beside what the present scorer finds in one of its tiers."""
    rows = list(_rows())
    for row, reading in zip(rows, by.read([article_of(row) for row in rows]), strict=True):
        yield Labelled(
            language=row["language"],
            wanted=frozenset(row["codes"]),
            found=frozenset(signal.code for signal in reading.signals),
        )


def deliveries() -> Iterator[Delivery]:
    """Yield the archive, read by the present scorer, in order of time."""
    rows = sorted(_rows(), key=lambda r: (r["date"], r["id"]))
    for row in rows:
        article = article_of(row)
        seen_at = article.first_seen_at
        if seen_at is None:
            raise AssetError("replay", f"{row['id']} has no day")
        yield Delivery(article=article, feed_id=None, guid=row["id"], seen_at=seen_at, reading=read(article))


def build(url: str) -> int:
    """Write the archive to its store; repeating it changes nothing. Return the number of new articles.

    Raises:
        StoreError: the store cannot be opened.
        AssetError: a line of the archive is malformed.
    """
    writer = open_writer(url)
    try:
        new, batch = 0, list[Delivery]()
        for delivery in deliveries():
            batch.append(delivery)
            if len(batch) == _BATCH:
                new += writer.add(batch).n_articles
                batch = []
        return new + (writer.add(batch).n_articles if batch else 0)
    finally:
        writer.close()
