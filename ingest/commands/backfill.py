"""`karaula backfill`: articles from a file, through the same pipeline as feeds."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ingest import jsonl
from ingest.articles import article_id
from ingest.commands import options
from ingest.commands.console import Exit, complain, out, progress
from ingest.dates import read_when
from tension.model import Article
from tension.reading import read
from tension.store import Delivery, open_writer

_BATCH = 500


def _article(row: dict[str, Any], seen_at: datetime) -> Article:
    stated = row.get("published")
    when = read_when(stated) if isinstance(stated, str) else None
    language = row.get("language")
    return Article(
        id=article_id(
            url=row["url"] or None,
            title=row["title"],
            outlet=row["outlet"],
            published_at=when.at if when else None,
            guid=row["id"],
        ),
        outlet=row["outlet"],
        url=row["url"] or None,
        title=row["title"],
        summary=row.get("summary") or "",
        body=row.get("body") or "",
        language=language if isinstance(language, str) and language else "und",
        published_at=when.at if when else None,
        published_date=when.day if when else None,
        first_seen_at=seen_at,
        family=row["outlet"],
    )


def _undated(row: dict[str, Any]) -> bool:
    stated = row.get("published")
    return bool(stated) and (not isinstance(stated, str) or read_when(stated).day is None)


def backfill(
    source: Annotated[
        Path,
        typer.Option(
            "--input", help='JSON lines: {"id", "title", "summary"?, "body"?, "url", "outlet", "published", "language"?}'
        ),
    ],
    store: options.Store = None,
    now: options.Now = None,
    as_json: options.Json = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Store and score articles from a file. Bad lines are named and skipped (exit code 3); a repeat adds nothing."""
    lines = jsonl.read(source, required={"id": object, "title": str, "url": str, "outlet": str})
    seen_at = options.moment(now)
    writer = open_writer(options.settings(store).store)
    totals = {"lines": len(lines.rows), "articles_new": 0, "signals": 0, "undated": sum(map(_undated, lines.rows))}
    try:
        with progress("backfill", len(lines.rows)) as advance:
            for at in range(0, len(lines.rows), _BATCH):
                batch = [_delivery(row, seen_at) for row in lines.rows[at : at + _BATCH]]
                written = writer.add(batch, merge_silent=True)
                totals["articles_new"] += written.n_articles
                totals["signals"] += written.n_signals
                advance(len(lines.rows[at : at + _BATCH]))
    finally:
        writer.close()
    complain(source, lines.bad)
    totals["lines_bad"] = len(lines.bad)
    out.print_json(data=totals) if as_json else out.print(", ".join(f"{k} {v}" for k, v in totals.items()))
    if lines.bad:
        raise typer.Exit(Exit.PARTLY)


def _delivery(row: dict[str, Any], seen_at: datetime) -> Delivery:
    article = _article(row, seen_at)
    return Delivery(article=article, feed_id=None, guid=row["id"], seen_at=seen_at, reading=read(article))
