"""`karaula backtest`: the store's situations and index against outside records, which are read and never kept."""

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from ingest import jsonl
from ingest.commands import options
from ingest.commands.console import complain, out
from tension.errors import InputError, SettingsError
from tension.events.situations import situations, standing_codes
from tension.index.backtest import Episode, Found, find, monthly, rank_correlation
from tension.index.reading import scope_of
from tension.index.scopes import check_scope
from tension.index.series import Scope, needed_since
from tension.model import REGION, Place, Precision, Query
from tension.places.gazetteer import gazetteer
from tension.store import StoreReader, open_reader
from tension.text.normal import fold


def backtest(
    episodes: Annotated[
        Path | None, typer.Option(help='JSON lines of what stood: {"situation", "place": [names], "start": day}')
    ] = None,
    series: Annotated[
        Path | None, typer.Option(help="CSV of an outside monthly series: columns country, month and a count; may be gzipped")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option("--type", help="only rows of this event_type (may be repeated)")] = None,
    column: Annotated[str, typer.Option(help="the column of the series that is summed")] = "events",
    scope: Annotated[list[str] | None, typer.Option(help="country whose index is compared (may be repeated)")] = None,
    store: options.Store = None,
    as_json: options.Json = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Compare the store with outside records: openings of situations found in time, rank correlation of the index."""
    if episodes is None and series is None:
        raise SettingsError("nothing to compare with: give --episodes or --series")
    reader = open_reader(options.settings(store).store)
    try:
        report: dict[str, Any] = {}
        if episodes is not None:
            report["episodes"] = _episodes(reader, episodes)
        if series is not None:
            outside = _outside(series, column, kind or ())
            report["correlations"] = [_correlation(reader, check_scope(s), outside) for s in scope or ["XK"]]
    finally:
        reader.close()
    out.print_json(data=report) if as_json else _tell(report)


def _tell(report: dict[str, Any]) -> None:
    for row in report.get("episodes", {}).get("rows", ()):
        what = "found " if row["hit"] else "missed"
        out.print(f"{what} {row['id']}: {row['days_off']} days off, {row['kind']} at {row['place']}", markup=False)
    if "episodes" in report:
        out.print("openings within a day: {hits} of {n}".format(**report["episodes"]))
    for row in report.get("correlations", ()):
        out.print("{scope}: rank correlation {rho:.2f} over {months} months".format(**row))


def _countries() -> dict[str, frozenset[str]]:
    """Return the countries that a place's name lies in, by our own list and main names; of namesakes the largest."""
    named: dict[str, set[str]] = {}
    gaz = gazetteer()
    size: dict[str, int] = {}
    for place, population, own in zip(gaz.places, gaz.population, gaz.flashpoint, strict=True):
        if place.country not in REGION:
            continue
        mine = own or place.precision is Precision.COUNTRY
        for name in map(fold, (place.name, *(place.aliases if mine else ()))):
            if mine or population > size.get(name, 0):
                named[name] = {place.country} | (named.get(name, set()) if mine else set())
                size[name] = 10**9 if mine else population
    for area in (p for p in gaz.places if p.radius_km and not p.country):
        # An area of nobody's own, such as a sea: the countries of the places in it.
        inside = {p.country for p in gaz.places if p.country in REGION and _km(area, p) <= (area.radius_km or 0.0)}
        named.update({fold(name): inside for name in (area.name, *area.aliases)})
    return {name: frozenset(codes) for name, codes in named.items()}


#: Kilometres of one degree of latitude.
_DEGREE_KM = 111.2


def _km(a: Place, b: Place) -> float:
    """Return the distance of two places, near enough for areas of a few hundred kilometres."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return math.inf
    east = (a.lon - b.lon) * math.cos(math.radians((a.lat + b.lat) / 2))
    return _DEGREE_KM * math.hypot(a.lat - b.lat, east)


def _episodes(reader: StoreReader, source: Path) -> dict[str, Any]:
    lines = jsonl.read(source, required={"situation": str, "place": list, "start": str})
    complain(source, lines.bad)
    wanted = [
        Episode(id=r["situation"], places=tuple(r["place"]), start=options.day(r["start"], "start") or date.min)
        for r in lines.rows
    ]
    everything = Query(since=date.min, until=date.max, codes=standing_codes())
    found = find(wanted, situations(reader.event_signals(everything)), _countries())
    return {"n": len(found), "hits": sum(f.hit for f in found), "rows": [_row(f) for f in found]}


def _row(found: Found) -> dict[str, Any]:
    nearest = found.nearest
    return {
        "id": found.episode.id,
        "start": found.episode.start.isoformat(),
        "hit": found.hit,
        "days_off": found.days_off,
        "situation": nearest and nearest.id,
        "kind": nearest and nearest.kind,
        "place": nearest and nearest.place_name,
    }


def _outside(source: Path, column: str, kinds: Sequence[str]) -> pd.DataFrame:
    try:
        rows = pd.read_csv(source, parse_dates=["month"])
    except (OSError, ValueError) as e:
        raise InputError(source, str(e)) from e
    if not {"country", "month", column}.issubset(rows.columns):
        raise InputError(source, f"needs the columns country, month, {column}")
    if kinds:
        if "event_type" not in rows:
            raise InputError(source, "has no column event_type to choose by")
        rows = rows[rows["event_type"].isin(kinds)]
    counts: pd.DataFrame = rows.groupby(["country", "month"])[[column]].sum().reset_index()
    return counts.rename(columns={column: "count"})


def _correlation(reader: StoreReader, scope: str, outside: pd.DataFrame) -> dict[str, Any]:
    other = outside[outside["country"] == scope].set_index("month")["count"].astype(float)
    if other.empty:
        raise SettingsError(f"the series has no rows of {scope}")
    first, last = other.index.min().date(), (other.index.max() + pd.offsets.MonthEnd(0)).date()
    made: Scope = scope_of(reader, scope, Query(since=needed_since(first), until=last))
    rho, months = rank_correlation(monthly(made.events, first, last), other)
    return {"scope": scope, "rho": rho, "months": months}
