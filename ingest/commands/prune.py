"""`karaula prune`: retention by age; a dry run unless told otherwise."""

from contextlib import closing
from datetime import timedelta
from typing import Annotated

import typer

from ingest.commands import options
from ingest.commands.console import out
from tension.store import open_writer, sole_writer
from tension.store.pruning import prunable
from tension.store.pruning import prune as take_away

#: Rhythms are learnt from four weeks, coverage is held against eight: younger than this nothing may go.
SHORTEST = 90


def prune(
    older_than: Annotated[int, typer.Option(min=SHORTEST, help="days for which everything is kept")] = 365,
    apply: Annotated[bool, typer.Option("--apply", help="really take it away; without this it is only counted")] = False,  # noqa: FBT002 - a switch
    store: options.Store = None,
    now: options.Now = None,
) -> None:
    """Take away old articles that speak of nothing, and old attempts at feeds; daily numbers and all evidence stay."""
    url = options.settings(store).store
    before = options.moment(now).date() - timedelta(days=older_than)
    if not apply:
        found = prunable(url, before)
        out.print(
            f"Before {before}: {found['articles']} articles without a signal and {found['attempts']} attempts would go, "
            f"{found['articles_left']} articles would stay. Nothing was changed; --apply takes them away.",
            markup=False,
        )
        return
    with sole_writer(url, "karaula prune"):
        with closing(open_writer(url)):
            pass  # a store of an earlier schema is brought up to date first
        gone = take_away(url, before)
    out.print(f"Before {before}: {gone['articles']} articles and {gone['attempts']} attempts were taken away.", markup=False)
