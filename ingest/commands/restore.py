"""`karaula restore`: a copy in the place of the store."""

from pathlib import Path
from typing import Annotated

import typer

from ingest.commands import options
from ingest.commands.console import out
from tension.store.copying import restore as put_back


def restore(
    source: Annotated[Path, typer.Argument(help="file that karaula backup made")],
    store: options.Store = None,
    replace: Annotated[bool, typer.Option("--replace", help="put it in the place of a store that is there")] = False,  # noqa: FBT002
) -> None:
    """Put a copy in the place of the store; stop watch and up before. PostgreSQL: use pg_restore."""
    put_back(source, options.settings(store).store, replace=replace)
    out.print("Restored; a copy of an older schema is brought up to date when next written to.")
