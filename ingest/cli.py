"""`karaula`: the command line.

Exit codes: 0 done; 1 nothing was done, a sentence on stderr says why; 2 the command line was not understood;
3 done, except for input lines or feeds that are named on stderr; 4 no feed could be reached.
"""

import gc
import sys
from importlib import import_module

import typer

from ingest.commands.console import Exit, err
from tension.errors import KaraulaError

app = typer.Typer(
    name="karaula",
    help="Karaula, the Balkan tension monitor: feeds in, signals, places and numbers out.",
    epilog="Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done in part, the rest is on stderr; 4 no feed could be reached.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _root() -> None:
    # Without a callback a lone command would lose its name.
    pass


#: New objects from which on rubbish is looked for.
_RUBBISH_FROM = 50_000
#: In the order of the help. Each is a module of `ingest.commands` with a function, or an `app`, of its name.
COMMANDS = (
    "up", "api", "refresh", "watch", "score", "backfill", "replay", "export", "index", "brief", "watches",
    "feeds", "doctor", "backup", "restore", "prune", "verify", "explain", "quality", "rescore", "backtest",
)  # fmt: skip


def register(*names: str) -> None:
    """Make commands known. A command brings its libraries: only the one that is called is loaded."""
    for name in names:
        module = import_module(f"ingest.commands.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))


def main() -> None:
    """Run the command line; an expected error is one sentence on stderr, a programming error a traceback."""
    called = sys.argv[1] if len(sys.argv) > 1 else ""
    register(*((called,) if called in COMMANDS else COMMANDS))
    # What is loaded now stays, and records make no circles: the collector need not look through all that so often.
    gc.freeze()
    gc.set_threshold(_RUBBISH_FROM, *gc.get_threshold()[1:])
    try:
        app()
    except KaraulaError as e:
        err.print(f"karaula: {e}", markup=False)
        sys.exit(Exit.FAILED)
