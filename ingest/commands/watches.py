"""`karaula watches`: list, add, pause, remove, preview, deliver."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ingest.commands import options
from ingest.commands.console import Exit, err, out
from ingest.commands.index import check_scope
from ingest.delivery import deliver as deliver_now
from ingest.delivery import feed_path
from ingest.sharing import holder
from tension.errors import InputError, SettingsError
from tension.settings import Settings
from tension.store import WatchStore, open_reader, open_watches, open_writer
from tension.watches.firing import preview as looked_back
from tension.watches.firing import preview_window
from tension.watches.gather import gather
from tension.watches.targets import shown
from tension.watches.watch import Quiet, Trigger, Watch, checked

app = typer.Typer(help="Watches: what is looked out for, and how it is told.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="id of the watch, as `karaula watches list` shows it")]
_TOKEN_BYTES = 24


@contextmanager
def _opened(settings: Settings) -> Iterator[WatchStore]:
    open_writer(settings.store).close()  # a store of an earlier schema is brought up to date first
    with closing(open_watches(settings.store)) as store:
        yield store


def new_watch(now: datetime, name: str, **asked: object) -> Watch:
    """Return a new watch, from today on, with an id and a token that nobody can guess.

    Raises:
        SettingsError: what is asked for cannot be watched.
    """
    apart = {"id": secrets.token_hex(4), "token": secrets.token_urlsafe(_TOKEN_BYTES), "made_at": now, "since": now.date()}
    return checked(Watch(name=name, **apart, **asked))  # type: ignore[arg-type]


def _time(text: str, option: str) -> time:
    try:
        return time.fromisoformat(text.strip())
    except ValueError as e:
        raise SettingsError(f"{option} {text!r} is not a time of day, e.g. 07:00") from e


def _quiet(text: str | None) -> Quiet | None:
    if text is None:
        return None
    begins, _, ends = text.partition("-")
    return Quiet(begins=_time(begins, "--quiet"), ends=_time(ends, "--quiet"))


def _targets(stated: list[str], file: Path | None) -> tuple[str, ...]:
    """Return the addresses to deliver to.

    Raises:
        InputError: the file cannot be read.
        SettingsError: one cannot be delivered to; it is not repeated.
    """
    from ingest.posting import objection  # noqa: PLC0415 - Apprise takes a third of a second to load

    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file else []
    except (OSError, UnicodeError) as e:
        raise InputError(file, getattr(e, "strerror", None) or "is no text") from e
    urls = tuple(dict.fromkeys(url for url in (*stated, *map(str.strip, lines)) if url and not url.startswith("#")))
    for n, url in enumerate(urls, start=1):
        if said := objection(url):
            raise SettingsError(f"target {n}: {said}")
    return urls


@app.command("list")
def list_(store: options.Store = None, as_json: options.Json = False) -> None:  # noqa: FBT002 - a flag
    """List the watches with what they fired on last; addresses are not shown."""
    settings = options.settings(store)
    with _opened(settings) as opened:
        rows = [(watch, opened.firings(watch.id, 1)) for watch in opened.watches()]
    if as_json:
        out.print_json(
            data=[_facts(watch, settings) | {"last": last[0][0].isoformat() if last else None} for watch, last in rows]
        )
        return
    table = Table("id", "name", "scope", "fires on", "delivers to", "last", box=None)
    for watch, last in rows:
        said = [watch.id, watch.name + (" (paused)" if watch.paused else ""), watch.scope, str(watch.trigger)]
        table.add_row(
            *said, ", ".join(map(shown, watch.targets)) or "feed only", f"{last[0][0]:%Y-%m-%d %H:%M}" if last else "never"
        )
    out.print(table)
    err.print(f"{len(rows)} watches")


def _facts(watch: Watch, settings: Settings) -> dict[str, object]:
    return {
        "id": watch.id, "name": watch.name, "scope": watch.scope, "trigger": str(watch.trigger), "codes": list(watch.codes),
        "phrase": watch.phrase, "min_independent": watch.min_independent, "threshold": watch.threshold,
        "highest_days": watch.highest_days, "paused": watch.paused, "since": watch.since.isoformat(),
        "targets": [shown(url) for url in watch.targets], "feed": str(feed_path(settings, watch.token)),
    }  # fmt: skip


@app.command()
def add(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    name: Annotated[str, typer.Option(help="what it is called in messages")],
    scope: Annotated[str, typer.Option(help="region, RS, RS-XK, place:ID, municipality:ID or crossing:NAME")] = "region",
    trigger: Annotated[Trigger, typer.Option(help="events, load or index (rises to --threshold), or highest")] = Trigger.EVENTS,
    signal: Annotated[list[str] | None, typer.Option(help="only events of this signal (may be repeated)")] = None,
    phrase: Annotated[str, typer.Option(help="only events of which a report says this, in any script")] = "",
    voices: Annotated[int, typer.Option(help="only events that so many independent voices report")] = 1,
    threshold: Annotated[float, typer.Option(help="events of one day, or the value to rise to")] = 1.0,
    days: Annotated[int, typer.Option(help="highest: days among which there is none as high")] = 30,
    zone: Annotated[str, typer.Option(help="time zone of quiet hours, digest and budget")] = "UTC",
    quiet: Annotated[str | None, typer.Option(help="hours without messages, e.g. 22:00-07:00")] = None,
    budget: Annotated[int, typer.Option(help="messages a day; what is more comes in one message")] = 20,
    digest: Annotated[str | None, typer.Option(help="send all in one message at this time of day")] = None,
    target: Annotated[list[str] | None, typer.Option(help="Apprise address; others on this machine can see it")] = None,
    target_file: Annotated[Path | None, typer.Option(help="file with an Apprise address a line")] = None,
    store: options.Store = None,
    now: options.Now = None,
) -> None:
    """Add a watch, from today on; print its id. Its private feed is a file that `karaula watches list --json` names."""
    settings, at = options.settings(store), options.moment(now)
    made = new_watch(
        at, name, scope=check_scope(scope), trigger=trigger, codes=tuple(signal or ()), phrase=phrase, min_independent=voices,
        threshold=threshold, highest_days=days, zone=zone, quiet=_quiet(quiet), budget=budget,
        digest=_time(digest, "--digest") if digest else None, targets=_targets(target or [], target_file),
    )  # fmt: skip
    with _opened(settings) as opened:
        opened.put(made, at)
    out.print(made.id, markup=False)


@app.command()
def pause(
    watch_id: Id,
    resume: Annotated[bool, typer.Option("--resume", help="let it go on, from today")] = False,  # noqa: FBT002 - a flag
    store: options.Store = None,
    now: options.Now = None,
) -> None:
    """Pause a watch, or let it go on."""
    with _opened(options.settings(store)) as opened:
        if not opened.pause(watch_id, options.moment(now), paused=not resume):
            raise SettingsError(f"there is no watch {watch_id!r}")


@app.command()
def remove(watch_id: Id, store: options.Store = None, now: options.Now = None) -> None:
    """Remove a watch, its addresses and its feed; what is not delivered yet is given up."""
    settings = options.settings(store)
    with _opened(settings) as opened:
        token = next((watch.token for watch in opened.watches() if watch.id == watch_id), None)
        if token is None or not opened.remove(watch_id, options.moment(now)):
            raise SettingsError(f"there is no watch {watch_id!r}")
    feed_path(settings, token).unlink(missing_ok=True)


@app.command()
def preview(
    watch_id: Id,
    until: options.Until = None,
    store: options.Store = None,
    now: options.Now = None,
    as_json: options.Json = False,  # noqa: FBT002 - a flag
) -> None:
    """Tell how often a watch would have fired in the last 90 days, by what is known now."""
    settings = options.settings(store)
    last = options.day(until, "--to") or options.moment(now).date()
    with _opened(settings) as opened:
        watch = next((w for w in opened.watches() if w.id == watch_id), None)
    if watch is None:
        raise SettingsError(f"there is no watch {watch_id!r}")
    with closing(open_reader(settings.store)) as reader:
        found = looked_back(watch, gather(reader, watch, preview_window(last), last), last)
    if as_json:
        firings = [{"day": f.day.isoformat(), "cause": f.cause, "events": [s.event for s in f.events]} for f in found.firings]
        out.print_json(
            data={"since": found.since.isoformat(), "until": last.isoformat(), "firings": firings, "unread": found.n_unread}
        )
        return
    out.print(found.sentence, markup=False)
    for firing in found.firings:
        out.print(f"{firing.day}  {firing.cause}", markup=False)


@app.command()
def deliver(
    allow_host: Annotated[list[str] | None, typer.Option(help="a host inside the own network that may be sent to")] = None,
    store: options.Store = None,
    now: options.Now = None,
) -> None:
    """Look at all watches now, and send what is due. Exit code 3: a delivery failed; it is tried again later."""
    settings = options.settings(store)
    with _opened(settings) as opened:
        done = deliver_now(settings, holder(), lambda: options.moment(now), allow_host or (), store=opened)
    out.print(done.sentence, markup=False)
    for service, reason in done.failed:
        err.print(f"{service}: {reason}", markup=False)
    if done.failed:
        raise typer.Exit(Exit.PARTLY)
