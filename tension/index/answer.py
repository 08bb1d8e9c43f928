"""The index as every door tells it: one row a day, with cause, band and level, and what each day is the sum of."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from tension.index.method import HEADLINE, PARTS
from tension.index.reading import contributions, index_of
from tension.index.series import Day
from tension.index.unread import countries_of, coverage_since, unread
from tension.model import REGION, Query
from tension.places.gazetteer import gazetteer

if TYPE_CHECKING:
    from tension.store import StoreReader


def rows_of(reader: "StoreReader", scope: str, query: Query, *, panel: bool = False, full: bool = False) -> list[dict[str, Any]]:
    """Return a row for each day of a query; a day without a reading has a cause and no numbers.

    Args:
        reader: of the store.
        scope: as `tension.index.scopes.check_scope` returns it.
        query: its days, and as known when; its filters play no part.
        panel: count the fixed panel alone.
        full: add what each day's numbers are the sums of.
    """
    since, until, at = query.since, query.until, query.as_known_at
    days = days_of(reader, scope, query, panel=panel)
    made = contributions(reader, scope, since, until, panel=panel, as_known_at=at) if full else None
    return [_row(day) | (_listed(made.listed(day.day), day) if made else {}) for day in days]


def days_of(reader: "StoreReader", scope: str, query: Query, *, panel: bool = False) -> list[Day]:
    """Return the index of every day of a query without its contributions."""
    span = reader.span()
    first = span[0] if span else query.since
    silent = _unread(reader, scope, query)
    return index_of(
        reader, scope, query.since, query.until, first=first, unread=silent, panel=panel, as_known_at=query.as_known_at
    )  # fmt: skip


def _unread(reader: "StoreReader", scope: str, query: Query) -> Mapping[date, str]:
    """Return the days without a reading, with the cause."""
    places = {place.id: place.country for place in gazetteer().places} if scope.startswith("place:") else {}
    frame = reader.coverage(coverage_since(query.since), query.until)
    return unread(frame, countries_of(scope, REGION, places), query.since, query.until, reader.days(query))


def _row(day: Day) -> dict[str, Any]:
    row: dict[str, Any] = {"day": day.day.isoformat(), "value": day.value, "cause": day.cause}
    row |= {part: day.parts[part] for part in PARTS}
    row |= {"index": day.index, "low": day.band and day.band[0], "high": day.band and day.band[1]}
    row |= {"level": None, "percentile": None, "robust_z": None, "highest_since": None}
    if day.level is not None:
        since = day.level.highest_since
        row |= {"level": day.level.word, "percentile": day.level.percentile, "robust_z": day.level.robust_z,
                "highest_since": since and since.isoformat()}  # fmt: skip
    return row


def _listed(rows: list[dict[str, Any]], day: Day) -> dict[str, Any]:
    """Return what a day's numbers are the sums of; nothing where there is no reading."""
    shown = rows if day.value is not None else []
    return {
        "contributions": [r for r in shown if r["part"] in HEADLINE],
        "stabilising_contributions": [r for r in shown if r["part"] not in HEADLINE],
    }
