"""`karaula brief`: the brief of a day as Markdown or PDF."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ingest import briefing
from ingest.commands import options
from ingest.commands.console import err
from ingest.commands.index import check_scope
from tension.brief.files import content, file_name
from tension.index.method import REGION_SCOPE
from tension.store import open_reader


class Format(StrEnum):
    """File formats."""

    MD = "md"
    PDF = "pdf"


def brief(
    day: Annotated[str | None, typer.Option("--date", help="day told of, YYYY-MM-DD; else the last whole day with data")] = None,
    scope: Annotated[
        str, typer.Option(help="country code, two of them (RS-XK), region, place:ID or municipality:ID")
    ] = REGION_SCOPE,
    form: Annotated[Format, typer.Option("--format", help="md or pdf")] = Format.MD,
    target: Annotated[Path | None, typer.Option("--output", help="file to write; Markdown goes to stdout without it")] = None,
    as_known_on: options.AsKnownOn = None,
    store: options.Store = None,
) -> None:
    """Write the brief of a day: each sentence built from cited events, with the map (PDF), coverage and method."""
    wanted = check_scope(scope)
    with closing(open_reader(options.settings(store).store)) as reader:
        stated = options.day(day, "--date") or _last_whole_day(reader.span())
        made = content(reader, stated, wanted, form.value, as_known_at=options.end_of(as_known_on))
    if target is None and form is Format.MD:
        typer.echo(made.decode(), nl=False)
        return
    path = target or Path(file_name(stated, wanted, form.value, options.end_of(as_known_on)))
    briefing.write(path, made)
    err.print(f"brief of {stated} written to {path}", markup=False)


def _last_whole_day(span: tuple[date, date] | None) -> date:
    """Return yesterday, or the last day that the store has anything of where that is earlier."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    return yesterday if span is None else min(yesterday, span[1])
