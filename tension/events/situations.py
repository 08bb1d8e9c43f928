"""What lasts: opened, confirmed, changed and closed by events, unconfirmed after the kind's own term, never closed silently.

What stood on a day depends only on events dated up to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd

from tension.events.facts import by_weight
from tension.events.kinds import Kind, kinds, standing_codes
from tension.events.standing import (
    CHANGED,
    CLOSED,
    CONFIRMED,
    OPENED,
    Change,
    Course,
    Said,
    by_country,
    fold,
    kind_of,
    said,
)  # fmt: skip
from tension.model import Precision

OPEN, UNCONFIRMED = "open", "unconfirmed"

__all__ = [
    "CHANGED", "CLOSED", "CONFIRMED", "OPEN", "OPENED", "UNCONFIRMED", "Change", "Kind", "Situation", "kinds", "situation_of",
    "situation_table", "situations", "standing_codes",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One thing that lasts, as far as reports tell."""

    id: str
    kind: str
    name: str
    place_id: str
    place_name: str
    country: str
    lat: float | None
    lon: float | None
    precision: str
    since: date
    #: The day of the event that closed it, or None.
    until: date | None
    #: Last day that a report confirmed it.
    confirmed: date
    term_days: int
    #: Weight and code of the event that opened it: what it adds to the index on each day it stands.
    weight: float
    code: str
    #: Countries that the reports of the opening event name.
    countries: tuple[str, ...] = ()
    changes: tuple[Change, ...] = field(repr=False)

    def stands_on(self, day: date) -> bool:
        """Tell whether it counts as standing on a day, by what was reported up to that day.

        No report lies more than its term after the one before it, for that would have opened another: it stands without a
        gap from its opening to its last day, and how it stood on a day before is told without its reports.
        """
        return self.since <= day <= self.last

    def status_on(self, day: date) -> str:
        """Return open, unconfirmed or closed."""
        if self.until is not None and self.until <= day:
            return CLOSED
        return OPEN if self.stands_on(day) else UNCONFIRMED

    @property
    def unconfirmed_since(self) -> date:
        """Return the day from which it is unconfirmed if nothing more is reported."""
        return self.confirmed + timedelta(days=self.term_days + 1)

    @property
    def last(self) -> date:
        """Return the last day on which it counts as standing: it stands on each day from its opening to it."""
        held = self.confirmed + timedelta(days=self.term_days)
        return held if self.until is None else min(held, self.until - timedelta(days=1))


def situation_of(course: Course) -> Situation:
    """Return the situation that a course is."""
    kind = kind_of(course)
    first = course.opening
    whole = kind.at == "country" and bool(first.country)
    known = first.place_id == first.at
    name = first.country if whole and first.precision != Precision.COUNTRY else first.place_name
    return Situation(
        id=course.id, kind=kind.id, name=kind.name, place_id=first.at, place_name=name, country=first.country,
        lat=None if whole and not known else first.lat, lon=None if whole and not known else first.lon,
        precision=str(Precision.COUNTRY) if whole else first.precision, since=first.day, until=course.until,
        confirmed=course.confirmed, term_days=kind.term_days, weight=first.weight, code=first.code, countries=first.countries,
        changes=tuple(course.changes),
    )  # fmt: skip


_DAYS = ("event_day", "day")
_TEXTS = (
    "signal_id", "event", "code", "mode", "article_id", "origin", "place_id", "place_name", "country", "precision", "places",
    "countries",
)  # fmt: skip
_NEEDED = (*_TEXTS, "lat", "lon", "confidence", "first_seen_at")


def _said(signals: pd.DataFrame) -> list[Said]:
    """Return what each event of a frame of signals says."""
    texts = signals[list(_NEEDED)].astype(dict.fromkeys(_TEXTS, object))
    texts = texts.astype(object).where(texts.notna(), None)
    days = {name: [None if pd.isna(d) else d.date() for d in signals[name]] for name in _DAYS}
    rows = texts.to_dict("records")
    of_event: dict[str, list[dict[str, Any]]] = {}
    for n, row in enumerate(rows):
        named = {str(k): v for k, v in row.items()} | {name: listed[n] for name, listed in days.items()}
        of_event.setdefault(row["event"], []).append(named | {"countries": row["countries"] or "", "places": row["places"] or ""})
    return [one for rows in of_event.values() for one in said(by_weight(rows))]


def in_order(found: Iterable[Situation]) -> list[Situation]:
    """Return situations in the order of their opening."""
    return sorted(found, key=lambda s: (s.since, s.kind, s.place_id, s.id))


def situations(signals: pd.DataFrame) -> list[Situation]:
    """Return the situations that signals of events tell of, in order of their opening.

    Args:
        signals: columns of `tension.store.frames.EVENT_SIGNALS`, from the beginning; a query for `standing_codes()`
            is enough.
    """
    known = signals[signals["event_day"].notna() & signals["place_id"].notna() & signals["code"].isin(standing_codes())]
    if known.empty:
        return []
    named = {kind.id: kind for kind in kinds()}
    parts = by_country(_said(known))
    return in_order(situation_of(course) for (kind, _), told in parts.items() for course in fold(named[kind], told))


#: Columns of `situation_table`.
COLUMNS = (
    "situation", "kind", "name", "place_id", "place_name", "country", "lat", "lon", "precision", "since", "until", "status",
    "confirmed", "unconfirmed_since", "n_reports", "opened_by", "closed_by", "article_ids",
)  # fmt: skip


def situation_table(found: Iterable[Situation], on: date) -> pd.DataFrame:
    """Return situations as a frame, with their status on a day."""
    rows = [_row(s, on) for s in found]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("since", "until", "confirmed", "unconfirmed_since"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return frame


def _row(s: Situation, on: date) -> dict[str, Any]:
    status = s.status_on(on)
    articles = tuple(dict.fromkeys(a for c in s.changes for a in c.article_ids))
    closing: Sequence[Change] = [c for c in s.changes if c.change == CLOSED]
    return {
        "situation": s.id, "kind": s.kind, "name": s.name, "place_id": s.place_id, "place_name": s.place_name,
        "country": s.country, "lat": s.lat, "lon": s.lon, "precision": s.precision, "since": s.since, "until": s.until,
        "status": status, "confirmed": s.confirmed, "unconfirmed_since": s.unconfirmed_since if status == UNCONFIRMED else None,
        "n_reports": len(articles), "opened_by": s.changes[0].event, "closed_by": closing[0].event if closing else None,
        "article_ids": articles,
    }  # fmt: skip
