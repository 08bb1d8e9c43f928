"""`karaula backfill`: articles from a file, through the same pipeline as feeds."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ingest import jsonl
from ingest.articles import article_id
from ingest.commands import options
from ingest.commands.console import Exit, complain, err, out, progress
from ingest.dates import When, read_when
from tension.model import Article
from tension.reading import read
from tension.store import Delivery, open_writer

_BATCH = 500


def _when(row: dict[str, Any]) -> When:
    """Return when an article was published: as `published` states it, else `date`; nothing where neither can be read."""
    stated = (row.get(name) for name in ("published", "date"))
    read_as = (read_when(text) for text in stated if isinstance(text, str))
    return next((when for when in read_as if when.day is not None), When())


def _article(row: dict[str, Any], seen_at: datetime) -> Article:
    when = _when(row)
    language = row.get("language")
    return Article(
        id=article_id(
            url=row.get("url") or None,
            title=row["title"],
            outlet=row["outlet"],
            published_at=when.at,
            guid=row["id"],
        ),
        outlet=row["outlet"],
        url=row.get("url") or None,
        title=row["title"],
        summary=row.get("summary") or "",
        body=row.get("body") or "",
        language=language if isinstance(language, str) and language else "und",
        published_at=when.at,
        published_date=when.day,
        first_seen_at=seen_at,
        family=row["outlet"],
    )


def backfill(
    source: Annotated[
        Path,
        typer.Option(
            "--input",
            help='JSON lines: {"id", "title", "summary"?, "body"?, "url"?, "outlet", "published" or "date", "language"?}',
        ),
    ],
    store: options.Store = None,
    now: options.Now = None,
    as_json: options.Json = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Store and score articles from a file. Bad lines are named and skipped (exit code 3); a repeat adds nothing.

    An article without an address is told from others by outlet, title and day, or by its `id`. One without a day of
    publication is stored and counts for no day; `undated` says how many there are.
    """
    lines = jsonl.read(source, required={"id": object, "title": str, "outlet": str}, optional={"url": str})
    seen_at = options.moment(now)
    writer = open_writer(options.settings(store).store)
    undated = sum(_when(row).day is None for row in lines.rows)
    totals = {"lines": len(lines.rows), "articles_new": 0, "signals": 0, "undated": undated}
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
    if undated:
        what = f'{undated} of {len(lines.rows)} articles have no day that can be read in "published" or "date"'
        err.print(f"{source}: {what}: they are stored, and count for no day", markup=False)
    totals["lines_bad"] = len(lines.bad)
    out.print_json(data=totals) if as_json else out.print(", ".join(f"{k} {v}" for k, v in totals.items()))
    if lines.bad:
        raise typer.Exit(Exit.PARTLY)


def _delivery(row: dict[str, Any], seen_at: datetime) -> Delivery:
    article = _article(row, seen_at)
    return Delivery(article=article, feed_id=None, guid=row["id"], seen_at=seen_at, reading=read(article))
