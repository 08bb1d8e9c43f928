"""`karaula verify`: is the store what it should be?"""

import typer

from ingest.articles import ID_VERSION, article_id
from ingest.commands import options
from ingest.commands.console import Exit, out
from tension.store.checking import problems


def verify(store: options.Store = None) -> None:
    """Check hashes, sums, spans and references of the store. Exit code 1 where something is wrong."""
    found = list(problems(options.settings(store).store, lambda url, title: article_id(url=url, title=title), ID_VERSION))
    for words in found:
        out.print(f"wrong      {words}", markup=False)
    if found:
        raise typer.Exit(Exit.FAILED)
    out.print("ok         every id, span, sum and reference fits")
