"""What an operator may do to the catalogue from the desk: each act is a command of `karaula feeds`, as anybody may type it.

The desk asks no feed and writes no file itself: the other door does, with its guards, and its sentence is shown.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import access, who
from app.access import Desk
from tension.errors import KaraulaError
from tension.overlay import Overlay, read_overlay
from tension.store.engines import file_of, parse
from tension.tongue import _

#: A site with many dead feeds takes this long at most.
_PATIENCE_S = 120
_DONE = frozenset({0, 3})
#: `karaula feeds` exits so where nothing answers; what it prints is still a report.
_OFFLINE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an act."""

    done: bool
    #: What the command said, in plain text; some of it may be a stranger's.
    said: str
    printed: str = ""


def objection(desk: Desk) -> str | None:
    """Return why nothing can be changed from here, or None."""
    settings = access.settings()
    if desk.is_replay:
        return _("The replay archive has no feeds.")
    if who.here().role != "operator":
        return _("Only operators change the catalogue (KARAULA_ROLES).")
    if settings.read_only:
        return _("This dashboard only shows (KARAULA_READ_ONLY).")
    if settings.feeds is not None:
        return _("The feeds come from a list of its own (KARAULA_FEEDS): change them there.")
    store = file_of(parse(settings.store))
    if store is not None and store.exists() and not os.access(store, os.W_OK):
        return _("The store can only be read from here.")
    if not os.access(_nearest(settings.overlay), os.W_OK):
        return _("The file of the operator's changes cannot be written from here (KARAULA_OVERLAY).")
    return None


def _nearest(path: Path) -> Path:
    """Return a path where it exists, else the folder in which it would be made."""
    return next(p for p in (path, *path.absolute().parents) if p.exists())


def overlay() -> Overlay:
    """Return the operator's changes; a broken file changes nothing here, and the next act names it."""
    try:
        return read_overlay(access.settings().overlay)
    except KaraulaError:
        return Overlay()


def act(*arguments: str) -> Outcome:
    """Run a command of `karaula feeds`."""
    return run("feeds", *arguments)


def run(*arguments: str) -> Outcome:
    """Run a command of `karaula` on the stores and with the settings of this desk."""
    settings = access.settings()
    environment = os.environ | {
        "KARAULA_STORE": settings.store, "KARAULA_REPLAY": settings.replay,
        "KARAULA_OVERLAY": str(settings.overlay), "KARAULA_ALLOW_HOSTS": settings.allow_hosts,
        "KARAULA_CONTACT": settings.contact, "NO_COLOR": "1",
    }  # fmt: skip
    try:
        ran = subprocess.run(  # noqa: S603 - our own program; arguments are no shell's
            [sys.executable, "-m", "ingest", *arguments], env=environment, cwd=Path(__file__).resolve().parents[1],
            capture_output=True, text=True, check=False, timeout=_PATIENCE_S, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome(done=False, said=_("no answer within {n} s", n=_PATIENCE_S))
    said = ran.stderr.strip().removeprefix("karaula: ")
    return Outcome(done=ran.returncode in _DONE, said=said[-2_000:], printed=ran.stdout)


def tried(command: str, address: str) -> tuple[list[dict[str, Any]], str]:
    """Ask a site or a feed (`find`, `test`); return what each address would yield, and what went wrong with the asking."""
    # Behind `--` nothing that is typed is an option.
    outcome = act(command, "--json", "--", address)
    try:
        rows = json.loads(outcome.printed)
    except json.JSONDecodeError:
        return [], outcome.said or _("no answer")
    return [row for row in rows if isinstance(row, dict)], "" if outcome.done else outcome.said


def add(url: str, **fields: str) -> Outcome:
    """Add a feed of the operator's own."""
    stated: Sequence[str] = [f"--{name}={value}" for name, value in fields.items() if value]
    return act("add", *stated, "--", url)


def bring_in(name: str, content: bytes) -> Outcome:
    """Import an OPML list under the name of its file."""
    with tempfile.TemporaryDirectory() as folder:
        stem = "".join(c if c.isalnum() else "-" for c in Path(name).stem)[:60] or "list"
        file = Path(folder, f"{stem}.opml")
        file.write_bytes(content)
        return act("import", "--", str(file))


def take_out() -> bytes:
    """Return the feeds that are asked as OPML.

    Raises:
        KaraulaError: they cannot be listed; the sentence says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "feeds.opml")
        outcome = act("export", "--", str(file))
        if not outcome.done:
            raise KaraulaError(outcome.said)
        return file.read_bytes()
