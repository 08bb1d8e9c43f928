"""`karaula rescore`: read what is stored with the present scorer; older readings stay beside the new."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated

import typer

from ingest.commands import options
from ingest.commands.console import out
from tension.model import Article
from tension.store import StoreWriter, open_writer
from tension.tier import Tier, tier

_BATCH = 500


def rescore(
    store: options.Store = None,
    now: options.Now = None,
    by: options.Tier = options.Thoroughness.FAST,
    rollups: Annotated[bool, typer.Option("--rollups", help="make the daily roll-ups anew even where they are current")] = False,  # noqa: FBT002 - a flag of the command line
    as_json: options.Json = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Read every stored article with the present lexicons and gazetteer, and give events to those that have none.

    The *fast* tier reads, unless the *full* one is named: its version is another one, so what the fast one read is read again.

    Nothing is overwritten: older readings stay, events keep their ids and members. Safe to stop and to repeat. Daily
    roll-ups, which all follow from the rest, are made anew where they are of another method.
    """
    at = options.moment(now)
    settings = options.settings(store)
    reads = tier(options.encoder(by))
    writer = open_writer(settings.store)
    try:
        n_read, n_signals = _through(writer, partial(writer.unscored, reads.version, _BATCH), reads, at)
        n_merged, _ = _through(writer, partial(writer.unmerged, _BATCH), reads, at)
        n_rolled = writer.roll_up(anew=rollups)
    finally:
        writer.close()
    totals = {"scorer_version": reads.version, "articles_read": n_read, "signals": n_signals, "articles_merged": n_merged}
    totals["events_rolled_up"] = n_rolled
    out.print_json(data=totals) if as_json else out.print(", ".join(f"{k} {v}" for k, v in totals.items()))


def _through(writer: StoreWriter, waiting: Callable[[], Sequence[Article]], by: Tier, at: datetime) -> tuple[int, int]:
    """Read what waits, batch by batch; return the numbers of articles and of signals."""
    n_read = n_signals = 0
    while batch := waiting():
        n_signals += writer.add_readings(dict(zip((a.id for a in batch), by.read(batch), strict=True)), at)
        n_read += len(batch)
    return n_read, n_signals
