"""`karaula watch`: ask each feed when it is due, for as long as the process lives."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Annotated

import structlog
import typer
from apscheduler.schedulers.background import BackgroundScheduler

from ingest import briefing, pipeline
from ingest.commands import options
from ingest.commands.index import check_scope
from ingest.commands.refresh import feeds_of, retrieval
from ingest.deepening import deepen
from ingest.delivery import deliver, feed_of
from ingest.report import RoundReport
from ingest.sharing import TERM, holder, leased
from ingest.status import Status, served
from tension.brief.files import content
from tension.errors import KaraulaError
from tension.settings import Settings
from tension.store import StoreWriter, open_reader, open_writer, sole_writer
from tension.tier import tier

#: How often the schedule is looked at; due times are kept per feed in the store.
TICK_S = 60
#: Articles that the full tier reads between two rounds at most: some seconds, in which feeds wait.
_DEEPENED_AT_ONCE = 512
log = structlog.get_logger()


def rounds(
    settings: Settings,
    writer: StoreWriter,
    who: str,
    clock: Callable[[], datetime],
    allow_hosts: Sequence[str] = (),
    *,
    term: timedelta = TERM,
) -> Iterator[RoundReport]:
    """Ask the feeds that are due and nobody else asks, some at a time, until none is left.

    The catalogue is read anew, so a changed one is followed without a restart.
    """
    catalogue = feeds_of(settings)
    while True:
        with leased(catalogue, writer, who, clock, term=term) as mine:
            if not mine:
                return
            how = retrieval(settings, allow_hosts, clock)
            yield asyncio.run(pipeline.run(mine, writer, options=how, now=clock(), catalogue=catalogue))


def _clock() -> datetime:
    return datetime.now(UTC)


def _say(report: RoundReport) -> None:
    facts = report.as_dict()
    log.info("round", **{k: facts[k] for k in ("feeds_tried", "feeds_answered", "not_modified", "articles_new", "signals")})
    if not report.feeds_answered:
        # One sentence for a network that is down, not one a feed.
        log.warning("no feed could be reached", feeds_tried=report.feeds_tried)
        return
    for failed in report.failed:
        log.warning("feed failed", feed=failed.feed, reason=failed.reason, grade=failed.grade)
    for issue in report.issues:
        log.info("feed remark", feed=issue.feed, remark=issue.issue)


def _tick(
    settings: Settings, writer: StoreWriter, who: str, allow_hosts: Sequence[str], stop: threading.Event, status: Status
) -> None:
    jump = status.jumped()
    if jump is not None:
        log.warning("the clock was set or the machine slept", minutes=round(jump / timedelta(minutes=1)))
    try:
        for report in rounds(settings, writer, who, _clock, allow_hosts):
            _say(report)
            status.round_done(report)
            _deepen(settings, writer)
            if stop.is_set():
                return
        _deepen(settings, writer)
        _write_briefs(settings, _clock())
        status.looked()
    except KaraulaError as e:
        status.looked(str(e))
        # A store that is away, a full disk or a catalogue being edited: said, and tried again at the next tick.
        log.error("round failed", reason=str(e))  # noqa: TRY400 - the sentence is enough
    try:
        # What was seen before is told whatever became of the round.
        _tell(settings, who, allow_hosts)
    except KaraulaError as e:
        status.looked(str(e))
        log.error("watches failed", reason=str(e))  # noqa: TRY400 - the sentence is enough


def _deepen(settings: Settings, writer: StoreWriter) -> None:
    """Let the *full* tier follow, where there is one; what is too much for now waits for the next look."""
    if settings.encoder is not None:
        done = deepen(writer, tier(settings.encoder), _clock(), most=_DEEPENED_AT_ONCE)
        if done.n_read:
            log.info("read in full", articles=done.n_read, signals=done.n_signals)


def _tell(settings: Settings, who: str, allow_hosts: Sequence[str]) -> None:
    """Look at the watches, and send what is due; retries and digests are due without news, too."""
    done = deliver(settings, who, _clock, allow_hosts)
    if done.fired or done.posted or done.sent:
        log.info("watches", fired=done.fired, posted=done.posted, sent=done.sent)
    for service, reason in done.failed:
        log.warning("delivery failed", service=service, reason=reason)


def _write_briefs(settings: Settings, now: datetime) -> None:
    """Write the briefs that are due."""
    if settings.brief_at is None:
        return
    scopes = [check_scope(scope.strip()) for scope in settings.brief_scopes.split(",")]
    waiting = briefing.due(settings.brief_folder, scopes, settings.brief_at, now)
    if not waiting:
        return
    with closing(open_reader(settings.store)) as reader:
        for day, scope, path in waiting:
            briefing.write(path, content(reader, day, scope, path.suffix.removeprefix(".")))
            log.info("brief", file=str(path))


def until_stopped(
    settings: Settings, writer: StoreWriter, allow_hosts: Sequence[str] = (), status_port: int | None = None
) -> None:
    """Run the schedule until SIGINT or SIGTERM; a round that is under way is finished first."""
    stop, status = threading.Event(), Status(_clock)

    def _stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        _tick, "interval", seconds=TICK_S, args=(settings, writer, holder(), allow_hosts, stop, status),
        max_instances=1, coalesce=True, misfire_grace_time=None, next_run_time=_clock(),
    )  # fmt: skip
    with served(status, status_port, lambda name: feed_of(settings, name)):
        scheduler.start()
        stop.wait()
        scheduler.shutdown(wait=True)


def watch(
    store: options.Store = None,
    allow_host: Annotated[list[str] | None, typer.Option(help="a host inside the own network that may be asked")] = None,
    status_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="port of loopback for /health, /metrics and /feeds; none by default")
    ] = None,
) -> None:
    """Ask each feed when it is due, until stopped."""
    settings = options.settings(store)
    with sole_writer(settings.store, "karaula watch"), closing(open_writer(settings.store)) as writer:
        until_stopped(settings, writer, allow_host or (), status_port)
