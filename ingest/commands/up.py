"""`karaula up`: everything at once, as `make run` calls it: store, replay archive, dashboard, refresh, schedule."""

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ingest import replay as archive
from ingest.commands import options
from ingest.commands.console import err, out
from ingest.commands.refresh import feeds_of, run_round
from ingest.commands.watch import until_stopped
from ingest.sharing import holder, leased
from tension import assets
from tension.errors import SettingsError
from tension.scoring.version import scorer_version
from tension.settings import DATA, Settings
from tension.store import StoreWriter, open_writer, sole_writer
from tension.store.schema import HEAD

_MAIN = Path(__file__).resolve().parents[2] / "app" / "main.py"
#: How long the dashboard may take to answer before something is wrong.
_START_S = 60.0


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


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((host, port)) == 0


@contextmanager
def dashboard(settings: Settings) -> Iterator[str]:
    """Run the dashboard as a child process; yield its address once it answers.

    Raises:
        SettingsError: the port is taken, or the dashboard ended at once.
    """
    if _answers(settings.host, settings.port):
        raise SettingsError(f"port {settings.port} on {settings.host} is taken; set KARAULA_PORT to another")
    command = [
        sys.executable, "-m", "streamlit", "run", str(_MAIN), "--server.address", settings.host,
        "--server.port", str(settings.port), "--server.headless", "true", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    environment = os.environ | {"KARAULA_STORE": settings.store, "KARAULA_REPLAY": settings.replay}
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=_MAIN.parent)  # noqa: S603 - our own
    try:
        _wait(child, settings)
        yield f"http://{settings.host}:{settings.port}"
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait(child: "subprocess.Popen[bytes]", settings: Settings) -> None:
    deadline = time.monotonic() + _START_S
    while not _answers(settings.host, settings.port):
        if child.poll() is not None:
            raise SettingsError(f"the dashboard ended at once (exit code {child.returncode}); its words are above")
        if time.monotonic() > deadline:
            raise SettingsError(f"the dashboard did not answer within {_START_S:g} s")
        time.sleep(0.1)


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
            with dashboard(settings) as address:
                out.print(f"Karaula is at {address} (stop with Ctrl-C)")
                _first_round(settings, writer)
                until_stopped(settings, writer)
    except KeyboardInterrupt:
        err.print("Stopped.")
