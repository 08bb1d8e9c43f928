"""`karaula export`: what the store holds, as files for other tools."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from ingest.commands import options
from ingest.commands.console import err
from tension.errors import InputError, SettingsError
from tension.events.asof import as_of, crossings, measures
from tension.events.crossings import crossing_table
from tension.events.situations import situation_table, situations, standing_codes
from tension.events.table import events
from tension.export import tables
from tension.export.parties import with_parties
from tension.model import Query
from tension.review.labelled import labelled
from tension.rows import records
from tension.store import StoreReader, open_reader
from tension.taxonomy import signal_types


class What(StrEnum):
    """Tables that can be exported."""

    SIGNALS = "signals"
    ARTICLES = "articles"
    EVENTS = "events"
    MEMBERSHIPS = "memberships"
    SITUATIONS = "situations"
    CROSSINGS = "crossings"
    REVIEWED = "reviewed"


class Format(StrEnum):
    """File formats."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    GEOJSON = "geojson"
    GPKG = "gpkg"


def export(
    what: Annotated[What, typer.Argument(help="what to write")],
    target: Annotated[Path, typer.Option("--output", help="file to write")],
    form: Annotated[Format, typer.Option("--format", help="file format")] = Format.CSV,
    since: options.Since = None,
    until: options.Until = None,
    country: Annotated[list[str] | None, typer.Option(help="only signals placed in this country (may be repeated)")] = None,
    code: Annotated[list[str] | None, typer.Option("--type", help="only this signal code (may be repeated)")] = None,
    as_known_on: options.AsKnownOn = None,
    store: options.Store = None,
) -> None:
    """Write a table to a file: signals, articles, events, memberships, situations, the board of crossings, or what was reviewed.

    Memberships say which article is of which event. Situations and crossings are those of the last day.
    Reviewed: one row a report with the codes, modes and places that people leave it, and who they are.
    """
    unknown = sorted(set(code or ()) - set(signal_types()))
    if unknown:
        raise SettingsError(f"unknown signal type {unknown[0]!r}; known are {', '.join(signal_types())}")
    query = Query(
        since=options.day(since, "--from") or date.min,
        until=options.day(until, "--to") or date.max,
        codes=tuple(code or ()),
        countries=tuple(c.upper() for c in country or ()),
        as_known_at=options.end_of(as_known_on),
    )
    reader = open_reader(options.settings(store).store)
    try:
        frame = _frame(reader, what, query, whole=since is None and until is None)
    finally:
        reader.close()
    try:
        tables.write(frame, target, form.value)
    except OSError as e:
        raise InputError(target, e.strerror or str(e)) from e
    err.print(f"{len(frame)} {what.value} written to {target}", markup=False)


def _frame(reader: StoreReader, what: What, query: Query, *, whole: bool) -> pd.DataFrame:
    """Return the table to write; `whole`: no window was given, so what has no day belongs to it, too."""
    match what:
        case What.EVENTS:
            return events(reader.event_signals(query), reader.denials(query))
        case What.MEMBERSHIPS:
            return _memberships(reader, query)
        case What.SITUATIONS | What.CROSSINGS:
            lasting = replace(query, since=date.min, codes=standing_codes())
            on = query.until if query.until != date.max else (reader.span() or (date.min, date.min))[1]
            at = query.as_known_at
            # All of them from what is kept; a part of the signals, or a store without roll-ups, is folded here.
            kept = whole_of(query) and reader.rolled_up()
            found = reader.situations(as_known_at=at) if kept else situations(reader.event_signals(lasting))
            if what is What.CROSSINGS:
                stood = as_of(found, on)
                signals = reader.event_signals(measures(stood, Query(since=on, until=on, as_known_at=at)))
                return crossing_table(crossings(stood, signals, on))
            table = situation_table(found, on)
            return table if whole else table[table["until"].isna() | (table["until"] >= pd.Timestamp(query.since))]
        case What.ARTICLES:
            return reader.articles(query)
        case What.REVIEWED:
            return _reviewed(reader, query)
    frame = reader.signals(query)
    frame = pd.concat([frame, reader.undated(query)], ignore_index=True) if whole else frame
    return with_parties(frame, reader.parties([str(article) for article in frame["article_id"].unique()]))


def whole_of(query: Query) -> bool:
    """Tell whether a query's situations are those of all signals to the end."""
    return query.until == date.max and not query.codes and not query.countries


def _reviewed(reader: StoreReader, query: Query) -> pd.DataFrame:
    """Return the reports that people reviewed, with what they say of them, of a window and the codes that are asked for."""
    reviews = reader.reviews(query.as_known_at)
    ids = list(dict.fromkeys(r.article_id for r in reviews if r.article_id))
    found = labelled(reviews, records(reader.evidence(ids)))
    if query.codes:
        found = found[found["codes"].map(lambda codes: not set(codes).isdisjoint(query.codes)).astype(bool)]
    days = pd.to_datetime(found["published"]).dt.date
    within = [pd.isna(day) or query.since <= day <= query.until for day in days]
    return found[within].reset_index(drop=True)


def _memberships(reader: StoreReader, query: Query) -> pd.DataFrame:
    """Return article (by the backfill's own id where it has one) and event."""
    found = reader.memberships(query.as_known_at)
    names = found["guid"].astype(object).where(found["guid"].notna(), found["article_id"].astype(object))
    return pd.DataFrame({"id": names, "event": found["event"].astype(object)})
