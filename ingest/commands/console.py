"""How commands speak: results on stdout, everything else on stderr."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Exit(IntEnum):
    """Exit codes of `karaula`."""

    #: Done.
    OK = 0
    #: Nothing was done: a sentence on stderr says why.
    FAILED = 1
    #: The command line was not understood.
    USAGE = 2
    #: Done, except for input lines or feeds that are named on stderr.
    PARTLY = 3
    #: No feed could be reached.
    OFFLINE = 4


out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def complain(name: object, problems: Sequence[tuple[int, str]], most: int = 20) -> None:
    """Name the bad lines of an input on stderr."""
    for number, reason in problems[:most]:
        err.print(f"{name}: line {number} {reason}; skipped", markup=False)
    if len(problems) > most:
        err.print(f"{name}: {len(problems) - most} more lines were skipped", markup=False)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr while something of known length runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # Where nobody looks, no thread has to draw.
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda n: bar.advance(task, n)
