"""`karaula up`: everything at once, as `make run` calls it: store, replay archive, dashboard, read API, refresh, schedule."""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from ingest import replay as archive
from ingest import serving
from ingest.commands import options
from ingest.commands.console import err, out
from ingest.commands.refresh import feeds_of, run_round
from ingest.commands.watch import until_stopped
from ingest.sharing import holder, leased
from tension import assets
from tension.scoring.version import scorer_version
from tension.settings import DATA, Settings
from tension.store import StoreWriter, open_writer, sole_writer
from tension.store.schema import HEAD


def _archive_version() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(assets.path("replay").glob("*.jsonl")):
        digest.update(file.read_bytes())
    # With the schema: a store of an earlier one is brought up to date by writing to it.
    return f"{digest.hexdigest()} {scorer_version()} {HEAD}"


def ensure_replay(settings: Settings) -> None:
    """Make the replay archive's store where it is missing or was read by an older scorer."""
    marker = DATA / "replay.version"
    wanted = f"{_archive_version()} {settings.replay}"
    if marker.exists() and marker.read_text(encoding="utf-8") == wanted:
        return
    err.print("Preparing the replay archive.")
    archive.build(settings.replay)
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(wanted, encoding="utf-8")


@contextmanager
def _read_api(settings: Settings) -> Iterator[str]:
    """Run the read API beside the dashboard; yield the sentence of it. The desk does not wait for a port that is taken."""
    server = serving.api(settings)
    if serving.answers(server.host, server.port):
        yield f"The read API is not served: port {server.port} is taken; set {server.setting} to another."
        return
    with serving.serving(server, settings):
        yield f"The read API is at {server.address}/api/v1/"


def _why_nothing_is_due(writer: StoreWriter) -> str:
    """Return the sentence for a start at which no feed is due: the last round may have reached none."""
    last = writer.last_fetches().values()
    if last and all(record.outcome == "failed" for record in last):
        at = max(record.fetched_at for record in last)
        return f"No feed could be reached at the last try ({at:%H:%M} UTC); the dashboard shows what is stored."
    return "No feed is due yet."


def _first_round(settings: Settings, writer: StoreWriter) -> None:
    """Refresh what is due, and say in one sentence how it went."""
    catalogue = feeds_of(settings)
    with leased(catalogue, writer, holder(), lambda: datetime.now(UTC)) as waiting:
        if not waiting:
            err.print(_why_nothing_is_due(writer))
            return
        report = run_round(waiting, writer, settings, datetime.now(UTC), catalogue=catalogue)
    if report.feeds_answered:
        err.print(
            f"{report.feeds_answered} of {report.feeds_tried} feeds answered: "
            f"{report.articles_new} new articles, {report.signals} signals."
        )
    else:
        err.print("No feed could be reached: no network, it seems. The dashboard shows what is stored.")


def up(
    store: options.Store = None,
    port: Annotated[int | None, typer.Option(help="port of the dashboard [env KARAULA_PORT; default 8501]")] = None,
) -> None:
    """Create the store, start the dashboard, refresh the feeds, go on by schedule until stopped (Ctrl-C)."""
    settings = options.settings(store)
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    try:
        with sole_writer(settings.store, "karaula up"), closing(open_writer(settings.store)) as writer:
            ensure_replay(settings)
            desk = serving.dashboard(settings)
            with serving.serving(desk, settings), _read_api(settings) as told:
                out.print(f"Karaula is at {desk.address} (stop with Ctrl-C)")
                out.print(told)
                _first_round(settings, writer)
                until_stopped(settings, writer)
    except KeyboardInterrupt:
        err.print("Stopped.")
