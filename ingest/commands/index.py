"""`karaula index`: the index of a scope, day by day, with what it is made of."""

import json
from enum import StrEnum
from typing import Annotated

import pandas as pd
import typer

from ingest.commands import options
from ingest.commands.console import out
from tension.errors import SettingsError
from tension.index.answer import rows_of
from tension.index.scopes import check_scope as check_scope
from tension.model import Query
from tension.store import open_reader
from tension.taxonomy import method_version


class Format(StrEnum):
    """Output formats."""

    JSON = "json"
    CSV = "csv"


class Feeds(StrEnum):
    """Whose reports count."""

    ALL = "all"
    PANEL = "panel"


def index(
    scope: Annotated[
        str, typer.Option(help="country code, two of them (RS-XK), region, place:ID, municipality:ID or crossing:NAME")
    ],
    since: options.Since = None,
    until: options.Until = None,
    as_known_on: options.AsKnownOn = None,
    feeds: Annotated[Feeds, typer.Option(help="all feeds, or the fixed panel that later feeds do not move")] = Feeds.ALL,
    form: Annotated[Format, typer.Option("--format", help="json (with contributions) or csv")] = Format.JSON,
    store: options.Store = None,
) -> None:
    """Print acts, threats and stabilising load of a scope for each day; a day without any reading is null."""
    scope = check_scope(scope)
    reader = open_reader(options.settings(store).store)
    try:
        span = reader.span()
        first = options.day(since, "--from") or (span[0] if span else None)
        last = options.day(until, "--to") or (span[1] if span else None)
        if first is None or last is None or span is None:
            raise SettingsError("the store holds no dated article; give --from and --to, or refresh first")
        if last < first:
            raise SettingsError(f"--to {last} lies before --from {first}")
        query = Query(since=first, until=last, as_known_at=options.end_of(as_known_on))
        rows = rows_of(reader, scope, query, panel=feeds is Feeds.PANEL, full=form is Format.JSON)
    finally:
        reader.close()
    if form is Format.JSON:
        known = {"as_known_on": as_known_on} if as_known_on else {}
        out.print_json(json.dumps({"scope": scope, "method_version": method_version(), **known, "days": rows}))
    else:
        typer.echo(pd.DataFrame(rows).to_csv(index=False), nl=False)
