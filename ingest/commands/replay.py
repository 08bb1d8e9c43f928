"""`karaula replay`: make the replay archive's store."""

from typing import Annotated

import typer

from ingest import replay as archive
from ingest.commands import options
from ingest.commands.console import err


def replay(
    store: Annotated[str | None, typer.Option(help="SQLAlchemy URL of the archive's own store [env KARAULA_REPLAY]")] = None,
) -> None:
    """Fill the replay archive's store, apart from the live one; safe to repeat."""
    url = store or options.settings().replay
    new = archive.build(url)
    err.print(f"replay archive: {new} new articles", markup=False)
