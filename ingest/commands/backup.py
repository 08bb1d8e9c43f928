"""`karaula backup`: a copy of the store, while it is in use."""

from pathlib import Path
from typing import Annotated

import typer

from ingest.commands import options
from ingest.commands.console import out
from tension.store.copying import backup as copy


def backup(target: Annotated[Path, typer.Argument(help="file to make")], store: options.Store = None) -> None:
    """Copy the store into a file, as it is at one moment, while everything runs. PostgreSQL: use pg_dump."""
    size = copy(options.settings(store).store, target)
    out.print(f"{target}: {size / 2**20:.1f} MB", markup=False)
