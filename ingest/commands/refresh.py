"""`karaula refresh`: one round over the feeds."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from ingest import pipeline
from ingest.commands import options
from ingest.commands.console import Exit, err, out, progress
from ingest.delivery import deliver
from ingest.lists import asked
from ingest.moves import Moves
from ingest.opml import read_opml
from ingest.report import RoundReport
from ingest.retrieve import RetrieveOptions, user_agent
from ingest.robots import RobotsMemory
from ingest.sharing import holder
from tension.model import Feed
from tension.settings import Settings
from tension.store import StoreWriter, open_writer, sole_writer

#: What hosts allow, for as long as the process lives.
_ROBOTS = RobotsMemory()
#: Where feeds moved for good, likewise.
_MOVES = Moves()


def feeds_of(settings: Settings, opml: Path | None = None) -> tuple[Feed, ...]:
    """Return the feeds to ask: the given OPML, or the catalogue with the operator's feeds and decisions.

    Raises:
        InputError: an OPML file is broken.
        AssetError: the catalogue is.
    """
    chosen = opml or settings.feeds
    if chosen is not None:
        return read_opml(chosen)
    return asked(settings.overlay)


def _clock() -> datetime:
    return datetime.now(UTC)


def retrieval(settings: Settings, allow_hosts: Sequence[str] = (), clock: Callable[[], datetime] = _clock) -> RetrieveOptions:
    """Return how to ask, from the settings."""
    return RetrieveOptions(
        clock=clock,
        user_agent=user_agent(settings.contact, version("karaula")),
        allow_hosts=frozenset(h.strip().lower() for h in (*allow_hosts, *settings.allow_hosts.split(",")) if h.strip()),
        n_at_once=settings.concurrency,
        robots=_ROBOTS,
        moves=_MOVES,
    )


def run_round(
    feeds: Sequence[Feed],
    writer: StoreWriter,
    settings: Settings,
    now: datetime,
    allow_hosts: Sequence[str] = (),
    *,
    catalogue: Sequence[Feed] | None = None,
) -> RoundReport:
    """Run one round with a progress bar on stderr; `catalogue` is all feeds, where only some are asked."""
    with progress("refreshing feeds", len(feeds)) as advance:
        options = retrieval(settings, allow_hosts)
        return asyncio.run(
            pipeline.run(feeds, writer, options=options, now=now, catalogue=catalogue, on_done=lambda _: advance(1))
        )


def refresh(
    feeds: options.Feeds = None,
    store: options.Store = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="a host inside the own network (loopback included) that may be asked; may be repeated"),
    ] = None,
    now: options.Now = None,
    as_json: options.Json = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Ask every feed once and store what is new. Exit code 4: none could be reached."""
    settings = options.settings(store)
    chosen = feeds_of(settings, feeds)
    with sole_writer(settings.store, "karaula refresh"), closing(open_writer(settings.store)) as writer:
        report = run_round(chosen, writer, settings, options.moment(now), allow_host or ())
    if as_json:
        out.print_json(data=report.as_dict())
    else:
        out.print(report.as_text(), markup=False)
    told = deliver(settings, holder(), lambda: options.moment(now), allow_host or ())
    if told.fired or told.posted or told.sent or told.failed:
        err.print(f"watches: {told.sentence}", markup=False)
    if chosen and not report.feeds_answered:
        raise typer.Exit(Exit.OFFLINE)
