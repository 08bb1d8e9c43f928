"""`karaula export`: what the store holds, as files for other tools."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from ingest.commands import options
from ingest.commands.console import err
from tension.errors import InputError, SettingsError
from tension.export import tables
from tension.model import Query
from tension.store import open_reader
from tension.taxonomy import signal_types


class What(StrEnum):
    """Tables that can be exported."""

    SIGNALS = "signals"
    ARTICLES = "articles"


class Format(StrEnum):
    """File formats."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    GEOJSON = "geojson"


def export(
    what: Annotated[What, typer.Argument(help="signals or articles")],
    target: Annotated[Path, typer.Option("--output", help="file to write")],
    form: Annotated[Format, typer.Option("--format", help="file format")] = Format.CSV,
    since: options.Since = None,
    until: options.Until = None,
    country: Annotated[list[str] | None, typer.Option(help="only signals placed in this country (may be repeated)")] = None,
    code: Annotated[list[str] | None, typer.Option("--type", help="only this signal code (may be repeated)")] = None,
    store: options.Store = None,
) -> None:
    """Write signals or articles to a file."""
    unknown = sorted(set(code or ()) - set(signal_types()))
    if unknown:
        raise SettingsError(f"unknown signal type {unknown[0]!r}; known are {', '.join(signal_types())}")
    query = Query(
        since=options.day(since, "--from") or date.min,
        until=options.day(until, "--to") or date.max,
        codes=tuple(code or ()),
        countries=tuple(c.upper() for c in country or ()),
    )
    reader = open_reader(options.settings(store).store)
    try:
        frame = reader.signals(query) if what is What.SIGNALS else reader.articles(query)
        if since is None and until is None and what is What.SIGNALS:
            # Without a window the undated ones belong to the whole, too.
            frame = pd.concat([frame, reader.undated(query)], ignore_index=True)
    finally:
        reader.close()
    try:
        tables.write(frame, target, form.value)
    except OSError as e:
        raise InputError(target, e.strerror or str(e)) from e
    err.print(f"{len(frame)} {what.value} written to {target}", markup=False)
