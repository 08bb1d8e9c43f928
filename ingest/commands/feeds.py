"""`karaula feeds`: list, check, import, export; what changes the operator's own is in `feeds_edit`."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ingest.commands import feeds_edit, options
from ingest.commands.console import Exit, err, out, progress
from ingest.commands.refresh import feeds_of, retrieval
from ingest.lists import listed
from ingest.opml import is_web_address, read_opml, slug_of, write_opml
from ingest.outcomes import FeedRequest, NotModified, Retrieval
from ingest.parse import parse
from ingest.retrieve import retrieve_all
from tension.errors import InputError, ParseError
from tension.model import Feed, RetrievedFeed
from tension.overlay import read_overlay

app = typer.Typer(help="The feeds: list, check, find, test, add, pause, import, export.", no_args_is_help=True)


@app.command("list")
def list_(
    feeds: options.Feeds = None,
    as_json: options.Json = False,  # noqa: FBT002 - a flag
    everything: Annotated[bool, typer.Option("--all", help="the paused ones, too")] = False,  # noqa: FBT002 - a flag
) -> None:
    """List the feeds that would be asked."""
    settings = options.settings()
    chosen = feeds or settings.feeds
    rows = listed(settings.overlay) if everything and chosen is None else feeds_of(settings, chosen)
    paused = {i for i, change in read_overlay(settings.overlay).changes.items() if change.paused} if chosen is None else set()
    if as_json:
        out.print_json(
            data=[
                {name: getattr(f, name) for name in ("id", "outlet", "url", "language", "country", "family", "side", "kind")}
                | {"panel": f.panel, "fulltext": f.fulltext, "paused": f.id in paused}
                for f in rows
            ]
        )
        return
    table = Table("id", "outlet", "country", "language", "kind", "address", box=None)
    for f in rows:
        table.add_row(f.id, f.outlet, f.country, f.language, f.kind, f"{f.url} (paused)" if f.id in paused else f.url)
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
    """Add the feeds of an OPML file to those that are asked, beside the catalogue.

    A list from elsewhere brings feeds, and decides nothing: neither membership of the panel nor reading in full.
    """
    settings = options.settings()
    known = {f.id: f for f in listed(settings.overlay)}
    urls = {f.url for f in known.values()}
    given = read_opml(source)
    # Under an id of the catalogue another feed would never be asked.
    own = [f if f.id not in known else replace(f, id=slug_of(f.url)) for f in given]
    found = [replace(f, panel=False, fulltext=False) for f in own if f.url not in urls and is_web_address(f.url)]
    odd = sum(not is_web_address(f.url) for f in given)
    if odd:
        err.print(f"{odd} addresses are left out: they are no web addresses", markup=False)
    if not found:
        err.print(f"nothing to add: {len(given) - odd} feeds are listed already")
        return
    folder = settings.overlay.parent
    target = folder / f"{slug_of(source.stem)}.opml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Under an id of the catalogue another feed would never be asked.
        target.write_bytes(
            write_opml([f if f.id not in known else replace(f, id=slug_of(f.url)) for f in found], title=source.stem)
        )
    except OSError as e:
        raise InputError(target, e.strerror or str(e)) from e
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


for _name, _command in feeds_edit.COMMANDS.items():
    app.command(_name)(_command)
