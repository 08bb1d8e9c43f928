"""`karaula`: the command line.

Exit codes: 0 done; 1 nothing was done, a sentence on stderr says why; 2 the command line was not understood;
3 done, except for input lines or feeds that are named on stderr; 4 no feed could be reached.
"""

import sys

import typer

from ingest.commands import backfill, doctor, export, feeds, index, refresh, replay, score, up, watch
from ingest.commands.console import Exit, err
from tension.errors import KaraulaError

app = typer.Typer(
    name="karaula",
    help="Karaula, the Balkan tension monitor: feeds in, signals, places and numbers out.",
    epilog="Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done in part, the rest is named on stderr; 4 no feed could be reached.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("up")(up.up)
app.command("refresh")(refresh.refresh)
app.command("watch")(watch.watch)
app.command("score")(score.score)
app.command("backfill")(backfill.backfill)
app.command("replay")(replay.replay)
app.command("export")(export.export)
app.command("index")(index.index)
app.add_typer(feeds.app, name="feeds")
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command line; an expected error is one sentence on stderr, a programming error a traceback."""
    try:
        app()
    except KaraulaError as e:
        err.print(f"karaula: {e}", markup=False)
        sys.exit(Exit.FAILED)
