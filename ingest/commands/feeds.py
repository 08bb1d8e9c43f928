"""`karaula feeds`: list, check, import, export."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ingest.commands import options
from ingest.commands.console import Exit, err, out, progress
from ingest.commands.refresh import feeds_of, retrieval
from ingest.opml import read_opml, slug_of, write_opml
from ingest.outcomes import FeedRequest, NotModified, Retrieval
from ingest.parse import parse
from ingest.retrieve import retrieve_all
from tension.errors import InputError, ParseError
from tension.model import Feed, RetrievedFeed

app = typer.Typer(help="The feeds: list, check, import, export.", no_args_is_help=True)


@app.command("list")
def list_(feeds: options.Feeds = None, as_json: options.Json = False) -> None:  # noqa: FBT002 - a flag
    """List the feeds that would be asked."""
    rows = feeds_of(options.settings(), feeds)
    if as_json:
        out.print_json(
            data=[
                {name: getattr(f, name) for name in ("id", "outlet", "url", "language", "country", "family", "side", "kind")}
                for f in rows
            ]
        )
        return
    table = Table("id", "outlet", "country", "language", "kind", "address", box=None)
    for f in rows:
        table.add_row(f.id, f.outlet, f.country, f.language, f.kind, f.url)
    out.print(table)
    err.print(f"{len(rows)} feeds")


def _verdict(feed: Feed, retrieval: Retrieval) -> dict[str, Any]:
    """Return what one answer is worth, in words."""
    verdict: dict[str, Any] = {
        "feed": feed.id,
        "url": feed.url,
        "answers": False,
        "entries": 0,
        "newest": None,
        "moved_to": retrieval.moved_to,
    }
    result = retrieval.result
    if isinstance(result, RetrievedFeed):
        try:
            parsed = parse(result, feed)
        except ParseError as e:
            return verdict | {"reason": e.reason}
        days = [e.published_date for e in parsed.entries if e.published_date]
        newest = max(days).isoformat() if days else None
        return verdict | {"answers": True, "entries": len(parsed.entries), "newest": newest, "reason": "; ".join(parsed.issues)}
    if isinstance(result, NotModified):
        return verdict | {"answers": True, "reason": "not modified"}
    return verdict | {"reason": result.reason}


async def _check(feeds: tuple[Feed, ...], allow_hosts: tuple[str, ...]) -> list[dict[str, Any]]:
    by_id = {f.id: f for f in feeds}
    requests = [FeedRequest(feed_id=f.id, url=f.url) for f in feeds]
    verdicts = []
    with progress("checking feeds", len(feeds)) as advance:
        async for retrieval_ in retrieve_all(requests, options=retrieval(options.settings(), allow_hosts)):
            verdicts.append(await asyncio.to_thread(_verdict, by_id[retrieval_.request.feed_id], retrieval_))
            advance(1)
    return sorted(verdicts, key=lambda v: (v["answers"], v["feed"]))


@app.command()
def check(
    feeds: options.Feeds = None,
    allow_host: Annotated[list[str] | None, typer.Option(help="a host inside the own network that may be asked")] = None,
    as_json: options.Json = False,  # noqa: FBT002 - a flag
) -> None:
    """Ask every feed once, store nothing, and tell which answer. Exit code 3: some do not; 4: none does."""
    verdicts = asyncio.run(_check(feeds_of(options.settings(), feeds), tuple(allow_host or ())))
    good = sum(v["answers"] for v in verdicts)
    if as_json:
        out.print_json(data=verdicts)
    else:
        for v in verdicts:
            state = f"{v['entries']} entries, newest {v['newest'] or 'undated'}" if v["answers"] else "no"
            out.print(f"{v['feed']}: {state}{'; ' + v['reason'] if v['reason'] else ''}", markup=False)
    err.print(f"{good} of {len(verdicts)} feeds answer")
    if verdicts and good < len(verdicts):
        raise typer.Exit(Exit.PARTLY if good else Exit.OFFLINE)


@app.command("import")
def import_(source: Annotated[Path, typer.Argument(help="OPML file")]) -> None:
    """Add the feeds of an OPML file to those that are asked, beside the catalogue."""
    found = read_opml(source)
    folder = options.imported_lists()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{slug_of(source.stem)}.opml"
    target.write_bytes(write_opml(found, title=source.stem))
    err.print(f"{len(found)} feeds added; the list is kept at {target}", markup=False)


@app.command()
def export(target: Annotated[Path, typer.Argument(help="OPML file to write")], feeds: options.Feeds = None) -> None:
    """Write all feeds as OPML, with what Karaula knows of them."""
    rows = feeds_of(options.settings(), feeds)
    try:
        target.write_bytes(write_opml(rows, title=f"Karaula, {datetime.now(UTC):%Y-%m-%d}"))
    except OSError as e:
        raise InputError(target, e.strerror or str(e)) from e
    err.print(f"{len(rows)} feeds written to {target}", markup=False)
