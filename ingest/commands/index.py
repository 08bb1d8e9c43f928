"""`karaula index`: the load of a scope, day by day, with what it is made of."""

import json
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
import typer

from ingest.commands import options
from ingest.commands.console import out
from tension.errors import SettingsError
from tension.events.fingerprint import events
from tension.index.load import PARTS, REGION_SCOPE, contributions, daily_load, first_day_needed
from tension.model import REGION, Query
from tension.store import open_reader
from tension.taxonomy import method_version


class Format(StrEnum):
    """Output formats."""

    JSON = "json"
    CSV = "csv"


def check_scope(scope: str) -> str:
    """Return the scope as the index knows it.

    Raises:
        SettingsError: it is none of the kinds that this version computes.
    """
    if scope.upper() in REGION:
        return scope.upper()
    if scope.lower() == REGION_SCOPE:
        return REGION_SCOPE
    if scope.startswith("place:"):
        return scope
    if scope.startswith("crossing:"):
        return "place:crossing-" + scope.removeprefix("crossing:")
    raise SettingsError(
        f"scope {scope!r} is unknown; use a country code ({', '.join(sorted(REGION))}), region, place:ID or crossing:NAME"
    )


def _listed(found: pd.DataFrame, scope: str, day: date) -> list[dict[str, Any]]:
    rows = contributions(found, scope, day)
    return [
        {
            "event": r["event"],
            "code": r["code"],
            "part": r["part"],
            "contribution": r["contribution"],
            "articles": list(r["article_ids"]),
        }
        for r in rows.to_dict("records")
    ]


def index(
    scope: Annotated[str, typer.Option(help="country code, region, place:ID or crossing:NAME")],
    since: options.Since = None,
    until: options.Until = None,
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
        if first is None or last is None:
            raise SettingsError("the store holds no dated article; give --from and --to, or refresh first")
        found = events(reader.signals(Query(since=first_day_needed(first), until=last)))
        heard = _days_with_articles(reader.articles(Query(since=first, until=last)))
    finally:
        reader.close()
    load = daily_load(found, scope, first, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [_row(load.iloc[n], found, scope, day, heard=day in heard, full=form is Format.JSON) for n, day in enumerate(days)]
    if form is Format.JSON:
        out.print_json(json.dumps({"scope": scope, "method_version": method_version(), "days": rows}))
    else:
        typer.echo(pd.DataFrame(rows).to_csv(index=False), nl=False)


def _days_with_articles(articles: pd.DataFrame) -> set[date]:
    return set(pd.to_datetime(articles["published_date"]).dropna().dt.date)


def _row(load: "pd.Series[float]", found: pd.DataFrame, scope: str, day: date, *, heard: bool, full: bool) -> dict[str, Any]:
    if not heard:
        return {"day": day.isoformat(), "value": None, "cause": "no article of that day was received", **dict.fromkeys(PARTS)}
    row: dict[str, Any] = {
        "day": day.isoformat(),
        "value": float(load["value"]),
        "cause": None,
        **{p: float(load[p]) for p in PARTS},
    }
    if full:
        row["contributions"] = _listed(found, scope, day)
    return row
