"""`karaula watch`: ask each feed when it is due, for as long as the process lives."""

import asyncio
import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from types import FrameType
from typing import Annotated

import structlog
import typer
from apscheduler.schedulers.background import BackgroundScheduler

from ingest import pipeline
from ingest.commands import options
from ingest.commands.refresh import feeds_of, retrieval
from ingest.report import RoundReport
from ingest.schedule import due
from tension.errors import KaraulaError
from tension.settings import Settings
from tension.store import StoreWriter, open_writer

#: How often the schedule is looked at; due times are kept per feed in the store.
TICK_S = 60
log = structlog.get_logger()


def tick(settings: Settings, writer: StoreWriter, now: datetime, allow_hosts: Sequence[str] = ()) -> RoundReport | None:
    """Ask the feeds that are due; the catalogue is read anew, so a changed one is followed without a restart."""
    waiting = due(now, feeds_of(settings), writer.last_fetches())
    if not waiting:
        return None
    return asyncio.run(pipeline.run(waiting, writer, options=retrieval(settings, allow_hosts), now=now))


def _tick_logged(settings: Settings, writer: StoreWriter, allow_hosts: Sequence[str]) -> None:
    try:
        report = tick(settings, writer, datetime.now(UTC), allow_hosts)
    except KaraulaError as e:
        # A store that is away or a catalogue being edited: said, and tried again at the next tick.
        log.error("round failed", reason=str(e))  # noqa: TRY400 - the sentence is enough
        return
    if report is not None:
        facts = report.as_dict()
        log.info("round", **{k: facts[k] for k in ("feeds_tried", "feeds_answered", "not_modified", "articles_new", "signals")})
        for failed in report.failed:
            log.warning("feed failed", feed=failed.feed, reason=failed.reason, grade=failed.grade)


def until_stopped(settings: Settings, writer: StoreWriter, allow_hosts: Sequence[str] = ()) -> None:
    """Run the schedule until SIGINT or SIGTERM; a round that is under way is finished first."""
    stop = threading.Event()

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        _tick_logged, "interval", seconds=TICK_S, args=(settings, writer, allow_hosts), max_instances=1, coalesce=True,
        next_run_time=datetime.now(UTC),
    )  # fmt: skip
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)


def watch(
    store: options.Store = None,
    allow_host: Annotated[list[str] | None, typer.Option(help="a host inside the own network that may be asked")] = None,
) -> None:
    """Ask each feed when it is due, until stopped."""
    settings = options.settings(store)
    writer = open_writer(settings.store)
    try:
        until_stopped(settings, writer, allow_host or ())
    finally:
        writer.close()
