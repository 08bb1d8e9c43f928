"""`karaula index`: the index of a scope, day by day, with what it is made of."""

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
import typer

from ingest.commands import options
from ingest.commands.console import out
from tension.errors import SettingsError
from tension.events.situations import standing_codes
from tension.index.load import PARTS, REGION_SCOPE
from tension.index.series import Day, Scope, needed_since, series
from tension.index.unread import countries_of, coverage_since, unread
from tension.model import REGION, Query
from tension.places.gazetteer import gazetteer
from tension.store import StoreReader, open_reader
from tension.taxonomy import method_version


class Format(StrEnum):
    """Output formats."""

    JSON = "json"
    CSV = "csv"


class Feeds(StrEnum):
    """Whose reports count."""

    ALL = "all"
    PANEL = "panel"


def check_scope(scope: str) -> str:
    """Return the scope as the index knows it.

    Raises:
        SettingsError: it is none of the kinds that this version computes, or a place that the gazetteer does not know.
    """
    if scope.upper() in REGION:
        return scope.upper()
    if scope.lower() == REGION_SCOPE:
        return REGION_SCOPE
    parties = scope.upper().split("-")
    if len(parties) == 2 and REGION.issuperset(parties):  # noqa: PLR2004 - a dyad has two
        return "-".join(parties)
    kind, _, name = scope.partition(":")
    place = {"place": name, "crossing": f"crossing-{name}"}.get(kind)
    if place is None:
        raise SettingsError(
            f"scope {scope!r} is unknown; use a country code ({', '.join(sorted(REGION))}), two of them (RS-XK), region, "
            "place:ID or crossing:NAME"
        )
    if not any(p.id == place for p in gazetteer().places):
        raise SettingsError(f"scope {scope!r}: the gazetteer has no place {place!r}")
    return f"place:{place}"


def index(
    scope: Annotated[str, typer.Option(help="country code, two of them (RS-XK), region, place:ID or crossing:NAME")],
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
        query = Query(since=needed_since(first), until=last, as_known_at=options.end_of(as_known_on))
        made = scope_of(reader, scope, query, feeds)
        silent = _unread(reader, scope, Query(since=first, until=last, as_known_at=query.as_known_at))
    finally:
        reader.close()
    days = series(made, first, last, first=span[0], unread=silent, full=form is Format.JSON)
    rows = [_row(day, full=form is Format.JSON) for day in days]
    if form is Format.JSON:
        known = {"as_known_on": as_known_on} if as_known_on else {}
        out.print_json(json.dumps({"scope": scope, "method_version": method_version(), **known, "days": rows}))
    else:
        typer.echo(pd.DataFrame(rows).to_csv(index=False), nl=False)


def scope_of(reader: StoreReader, scope: str, query: Query, feeds: Feeds) -> Scope:
    """Read what the index of a scope is made of."""
    signals = reader.event_signals(query)
    lasting = Query(since=date.min, until=query.until, codes=standing_codes(), as_known_at=query.as_known_at)
    standing = reader.event_signals(lasting)
    if feeds is Feeds.PANEL:
        panel = reader.panel()
        signals, standing = (frame[frame["outlet"].astype(object).isin(panel)] for frame in (signals, standing))
    return Scope(scope, signals, standing, reader.denials(query))


def _unread(reader: StoreReader, scope: str, query: Query) -> Mapping[date, str]:
    """Return the days without a reading, with the cause."""
    places = {place.id: place.country for place in gazetteer().places}
    frame = reader.coverage(coverage_since(query.since), query.until)
    return unread(frame, countries_of(scope, REGION, places), query.since, query.until, reader.days(query))


def _row(day: Day, *, full: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"day": day.day.isoformat(), "value": day.value, "cause": day.cause}
    row |= {part: day.parts[part] for part in PARTS}
    row |= {"index": day.index, "low": day.band and day.band[0], "high": day.band and day.band[1]}
    row |= {"level": None, "percentile": None, "robust_z": None, "highest_since": None}
    if day.level is not None:
        since = day.level.highest_since
        row |= {"level": day.level.word, "percentile": day.level.percentile, "robust_z": day.level.robust_z,
                "highest_since": since and since.isoformat()}  # fmt: skip
    if full:
        row |= {"contributions": list(day.contributions), "stabilising_contributions": list(day.stabilising)}
    return row
