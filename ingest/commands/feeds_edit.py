"""`karaula feeds find|test|add|pause|resume|panel|fulltext`: the operator's catalogue at work."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, count
from typing import Annotated, Any

import typer
from rich.markup import escape

from ingest import trial
from ingest.catalogue import KINDS
from ingest.commands import options
from ingest.commands.console import Exit, err, out
from ingest.commands.refresh import feeds_of, retrieval
from ingest.discovery import site_address
from ingest.lists import checked, edited, listed
from ingest.opml import slug, slug_of
from ingest.plaintext import to_line
from ingest.retrieve import RetrieveOptions
from tension import assets
from tension.errors import InputError, SettingsError
from tension.model import Feed
from tension.settings import Settings

AllowHost = Annotated[list[str] | None, typer.Option(help="a host inside the own network that may be asked")]
Ids = Annotated[list[str], typer.Argument(help="ids of feeds, as karaula feeds list names them")]
#: A person waits for the answer: no repeats, and no feed for longer than this.
_PATIENCE_S = 15.0


def _asking(settings: Settings, allow_hosts: Sequence[str] | None) -> RetrieveOptions:
    return replace(retrieval(settings, tuple(allow_hosts or ())), n_tries=1, total_s=_PATIENCE_S)


def _address(text: str) -> str:
    try:
        return site_address(text)
    except ValueError as e:
        raise InputError("address", str(e)) from e


def _say(tried: Sequence[trial.Trial], *, as_json: bool) -> None:
    if as_json:
        out.print_json(data=[t.as_dict() for t in tried])
        return
    for t in tried:
        out.print(f"[bold]{escape(t.url)}[/bold]")
        for line in _lines(t):
            out.print(f"  {line}", markup=False)


def _lines(t: trial.Trial) -> list[str]:
    """Return what a trial came to, in lines."""
    moved = [f"has moved for good to {t.moved_to}"] if t.moved_to else []
    if not t.answers:
        return [f"no: {t.reason}", *moved]
    days = f"{t.dated} of {t.entries} dated, {t.oldest} to {t.newest}" if t.dated else "none of them dated"
    return [
        f"{t.format}, {t.title!r}: {t.entries} entries, {days}; {t.with_text} with text beside the headline",
        f"language: {t.language} ({t.language_share:.0%} of the headlines)",
        *moved,
        *t.issues,
    ]


def find(
    site: Annotated[str, typer.Argument(help="address of a site")],
    allow_host: AllowHost = None,
    as_json: options.Json = False,  # noqa: FBT002 - a flag
) -> None:
    """Find the feeds of a site: those that its page names, else at the usual places. Stores nothing. Exit code 4: none."""
    tried = asyncio.run(trial.find(_address(site), _asking(options.settings(), allow_host)))
    _say(tried, as_json=as_json)
    if not any(t.answers for t in tried):
        raise typer.Exit(Exit.OFFLINE)


def try_(
    feed: Annotated[str, typer.Argument(help="address of a feed, or the id of one that is listed")],
    allow_host: AllowHost = None,
    as_json: options.Json = False,  # noqa: FBT002 - a flag
) -> None:
    """Ask one feed once and tell what it would yield. Stores nothing. Exit code 4: it does not answer."""
    settings = options.settings()
    known = None if "/" in feed else next((f for f in _all(settings) if f.id == feed), None)
    tried = asyncio.run(trial.try_feed(known or trial.nobody(_address(feed)), _asking(settings, allow_host)))
    _say([tried], as_json=as_json)
    if not tried.answers:
        raise typer.Exit(Exit.OFFLINE)


def _all(settings: Settings) -> tuple[Feed, ...]:
    return feeds_of(settings) if settings.feeds else listed(settings.overlay)


def _ours(settings: Settings) -> None:
    """Refuse to edit an overlay that nobody would read."""
    if settings.feeds is not None:
        raise SettingsError(f"KARAULA_FEEDS names a list of its own ({settings.feeds}); change the feeds there")


def add(
    url: Annotated[str, typer.Argument(help="address of the feed")],
    country: Annotated[str, typer.Option(help="ISO 3166-1 code of the newsroom, or INT")],
    side: Annotated[str, typer.Option(help="whose public it addresses: an id of assets/feeds/sides.toml")],
    outlet: Annotated[str | None, typer.Option(help="name of the outlet; by default the feed's title")] = None,
    language: Annotated[str | None, typer.Option(help="BCP 47 tag; by default what most headlines are in")] = None,
    family: Annotated[str | None, typer.Option(help="publisher; by default the outlet is its own")] = None,
    kind: Annotated[str, typer.Option(help=", ".join(sorted(KINDS)))] = "portal",
    allow_host: AllowHost = None,
    untested: Annotated[bool, typer.Option("--untested", help="do not ask it before")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Add a feed to the operator's own, after a test. It joins no panel until karaula feeds panel says so."""
    settings = options.settings()
    _ours(settings)
    address = _address(url)
    tried = None
    if not untested:
        tried = asyncio.run(trial.try_feed(trial.nobody(address), _asking(settings, allow_host)))
        if not tried.answers:
            raise InputError(address, f"is not added: {tried.reason}")
        address = tried.moved_to or address
    name = to_line(outlet or (tried.title if tried else "")) or slug_of(address)
    row: dict[str, Any] = {
        "id": "", "outlet": name[:200], "url": address,
        "language": language or (tried.language if tried else "und"), "country": country.upper(),
        "family": family or slug(name) or slug_of(address), "side": side, "kind": kind, "panel": False,
        "standing": f"added by the operator on {datetime.now(UTC):%Y-%m-%d}",
    }  # fmt: skip
    _add(settings, row)


def _add(settings: Settings, row: dict[str, Any]) -> None:
    """Write a row into the overlay, if nothing has its id or address."""
    sides = {side["id"] for side in assets.read_toml("feeds", "sides.toml")["side"]}
    if row["side"] not in sides:
        raise InputError("side", f"{row['side']!r} is none of {', '.join(sorted(sides))}")
    with edited(settings.overlay) as held:
        known = listed(settings.overlay)
        same = next((f.id for f in known if f.url == row["url"]), None)
        if same is not None:
            raise InputError(row["url"], f"is listed already, as {same}")
        row["id"] = _free(f"{row['country'].lower()}-{slug(row['family']) or slug_of(row['url'])}", {f.id for f in known})
        feed = checked(row["url"], row)
        held[0] = held[0].with_feed(row)
    err.print(f"{feed.id} added to {settings.overlay}; it is asked from the next look at the schedule on", markup=False)


def _free(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{n}" for n in count(2))
    return next(name for name in chain([wanted], numbered) if name not in taken)


def _change(ids: Sequence[str], said: str, **values: bool) -> None:
    """Write a decision about some feeds into the overlay."""
    settings = options.settings()
    _ours(settings)
    with edited(settings.overlay) as held:
        known = {f.id for f in listed(settings.overlay)}
        if unknown := [i for i in ids if i not in known]:
            raise InputError(unknown[0], "is the id of no feed that is listed (karaula feeds list --all)")
        for feed_id in ids:
            held[0] = held[0].changed(feed_id, **values)
    err.print(f"{', '.join(ids)}: {said}", markup=False)


def pause(ids: Ids) -> None:
    """Leave feeds alone until they are resumed; what they brought stays."""
    _change(ids, "paused", paused=True)


def resume(ids: Ids) -> None:
    """Ask paused feeds again."""
    _change(ids, "asked again", paused=False)


def panel(
    ids: Ids,
    leave: Annotated[bool, typer.Option("--leave", help="take them out instead")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Take feeds into the panel that coverage and the panel series are measured on, or out of it."""
    _change(ids, "not of the panel" if leave else "of the panel", panel=not leave)


def fulltext(
    ids: Ids,
    off: Annotated[bool, typer.Option("--off", help="read headlines only again")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Read the articles' own pages, too, where the sites' terms allow it; robots.txt is respected. Needs the extra `fulltext`."""
    _change(ids, "headlines only" if off else "read in full", fulltext=not off)


#: In the order of the help.
COMMANDS: Mapping[str, Callable[..., None]] = {
    "find": find,
    "test": try_,
    "add": add,
    "pause": pause,
    "resume": resume,
    "panel": panel,
    "fulltext": fulltext,
}
