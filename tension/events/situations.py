"""What lasts: opened, confirmed and closed by events, unconfirmed after the kind's own term, never closed silently.

Pure, and a fold over days: what stood on a day depends only on events dated up to it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd

from tension import assets
from tension.events.table import weighed
from tension.model import Mode, Place, Precision
from tension.places.gazetteer import gazetteer

OPENED, CONFIRMED, CLOSED = "opened", "confirmed", "closed"
OPEN, UNCONFIRMED = "open", "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of situation, as `assets/situations.toml` states it."""

    id: str
    name: str
    codes: frozenset[str]
    closes: frozenset[str]
    #: place | country
    at: str
    term_days: int
    #: An announcement opens it, too.
    announced: bool = False


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """Return the kinds, in the order of the file."""
    rows = assets.read_toml("situations.toml")["kind"]
    return tuple(Kind(**row | {"codes": frozenset(row["codes"]), "closes": frozenset(row["closes"])}) for row in rows)


def standing_codes() -> tuple[str, ...]:
    """Return the codes that situations are made of: what a query for them needs."""
    return tuple(sorted({code for kind in kinds() for code in kind.codes | kind.closes}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an event did to a situation."""

    day: date
    #: opened | confirmed | closed
    change: str
    event: str
    article_ids: tuple[str, ...]


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
    changes: tuple[Change, ...] = field(repr=False)

    def stands_on(self, day: date) -> bool:
        """Tell whether it counts as standing on a day, by what was reported up to that day."""
        if not self.since <= day or (self.until is not None and day >= self.until):
            return False
        heard = max(c.day for c in self.changes if c.day <= day)
        return (day - heard).days <= self.term_days

    def status_on(self, day: date) -> str:
        """Return open, unconfirmed or closed."""
        if self.until is not None and self.until <= day:
            return CLOSED
        return OPEN if self.stands_on(day) else UNCONFIRMED

    @property
    def unconfirmed_since(self) -> date:
        """Return the day from which it is unconfirmed if nothing more is reported."""
        return self.confirmed + timedelta(days=self.term_days + 1)


@dataclass(frozen=True, slots=True)
class _Report:
    """What one event says about one kind at one place."""

    day: date
    event: str
    opens: bool
    place: dict[str, Any]
    articles: tuple[str, ...]
    weight: float
    code: str
    #: Independent reports.
    voices: int


#: So many must say that something ended in a whole country before each place of it is believed to be clear.
_VOICES_FOR_ALL = 2


def _place_key(row: dict[str, Any], kind: Kind) -> str | None:
    if kind.at == "country" and row["country"]:
        return f"country-{row['country'].lower()}"
    return row["place_id"] or None


def _said(rows: Iterable[dict[str, Any]], kind: Kind) -> dict[tuple[date, str], dict[str, list[dict[str, Any]]]]:
    """Return the rows that concern a kind: by day and event, then by place."""
    said: dict[tuple[date, str], dict[str, list[dict[str, Any]]]] = {}
    for row in rows:
        actual = row["mode"] == Mode.ACTUAL.value
        # What is only announced has not ended; and it stands only where the announcement is the act, as with a law.
        told = (row["code"] in kind.closes and actual) or (row["code"] in kind.codes and (actual or kind.announced))
        key = _place_key(row, kind) if told else None
        if key is not None:
            said.setdefault((row["event_day"].date(), row["event"]), {}).setdefault(key, []).append(row)
    return said


def _reports(rows: Iterable[dict[str, Any]], kind: Kind) -> list[_Report]:
    """Return what each event says about a kind, place by place, in order of day and event.

    Where some reports of one event say that it goes on and others that it ended, the more numerous are believed.
    """
    found: list[_Report] = []
    for (event_day, event), by_place in _said(rows, kind).items():
        everywhere = [row for found in by_place.values() for row in found]
        opening = {r["article_id"] for r in everywhere if r["code"] in kind.codes}
        closing = {r["article_id"] for r in everywhere if r["code"] in kind.closes}
        opens = len(opening) >= len(closing)
        for key in sorted(by_place):
            mine = [r for r in by_place[key] if (r["code"] in kind.codes) == opens]
            if mine:
                voices = len({r["origin"] for r in mine})
                # The first report of it, where the event began with something else or with its announcement.
                day = min((r["day"].date() for r in mine if not pd.isna(r["day"])), default=event_day)
                found.append(
                    _Report(
                        max(day, event_day), event, opens, mine[0] | {"place_id": key},
                        tuple(dict.fromkeys(r["article_id"] for r in mine)),
                        float(mine[0]["base"]) * (1.0 - 2.0**-voices), mine[0]["code"], voices,
                    )
                )  # fmt: skip
    return sorted(found, key=lambda r: (r.day, r.event, r.place["place_id"]))


def _covers(report: _Report, open_one: Situation) -> bool:
    """Tell whether a report speaks of the place of a situation, or of the country or area that it lies in."""
    if report.place["place_id"] == open_one.place_id:
        return True
    coarse = report.place["precision"] in {Precision.COUNTRY, Precision.REGION}
    if not report.opens and report.voices < _VOICES_FOR_ALL:
        return False
    return coarse and report.place["country"] == open_one.country


def _begin(report: _Report, kind: Kind) -> Situation:
    place = report.place
    country = kind.at == "country" and bool(place["country"])
    known = place["place_id"] == f"country-{str(place['country']).lower()}"
    name = place["place_name"] if not country or place["precision"] == Precision.COUNTRY else place["country"]
    digest = hashlib.blake2b(f"{kind.id}|{place['place_id']}|{report.event}".encode(), digest_size=8).hexdigest()
    return Situation(
        id="t1" + digest, kind=kind.id, name=kind.name, place_id=place["place_id"], place_name=name, country=place["country"],
        lat=None if country and not known else place["lat"], lon=None if country and not known else place["lon"],
        precision="country" if country else place["precision"], since=report.day, until=None, confirmed=report.day,
        term_days=kind.term_days, weight=report.weight, code=report.code, changes=(_change(report, OPENED),),
    )  # fmt: skip


def _change(report: _Report, what: str) -> Change:
    return Change(day=report.day, change=what, event=report.event, article_ids=report.articles)


def _confirm(found: Situation, report: _Report) -> Situation:
    return replace(found, confirmed=max(found.confirmed, report.day), changes=(*found.changes, _change(report, CONFIRMED)))


def _of_kind(rows: Sequence[dict[str, Any]], kind: Kind) -> list[Situation]:
    """Fold the reports of one kind into its situations."""
    standing: dict[str, Situation] = {}
    past: list[Situation] = []
    for report in _reports(rows, kind):
        for key, found in list(standing.items()):
            if not found.stands_on(report.day):
                # Nothing confirmed it within its term: what is reported now is another one.
                past.append(standing.pop(key))
        covered = [key for key, found in standing.items() if _covers(report, found)]
        if report.opens:
            for key in covered:
                standing[key] = _confirm(standing[key], report)
            if not covered:
                standing[report.place["place_id"]] = _begin(report, kind)
        else:
            for key in covered:
                found = standing.pop(key)
                past.append(replace(found, until=report.day, changes=(*found.changes, _change(report, CLOSED))))
    return [*past, *standing.values()]


@lru_cache(maxsize=1)
def _gates() -> dict[str, Place]:
    return {place.id: place for place in gazetteer().places if place.precision is Precision.CROSSING}


def _beside(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a report of one crossing says of the others that it names: both are blocked, or both clear."""
    if row["precision"] != Precision.CROSSING or not row["places"]:
        return
    for other in row["places"].split(","):
        place = _gates().get(other)
        if place is not None and other != row["place_id"]:
            yield row | {"place_id": place.id, "place_name": place.name, "country": place.country, "lat": place.lat,
                         "lon": place.lon}  # fmt: skip


_TEXTS = dict.fromkeys(
    ("event", "code", "mode", "article_id", "origin", "place_id", "place_name", "country", "precision", "places"), object
)  # fmt: skip
_NEEDED = (*_TEXTS, "event_day", "day", "base", "lat", "lon")


def situations(signals: pd.DataFrame) -> list[Situation]:
    """Return the situations that signals of events tell of, in order of their opening.

    Args:
        signals: columns of `tension.store.frames.EVENT_SIGNALS`, from the beginning; a query for `standing_codes()`
            is enough.
    """
    if signals.empty:
        return []
    known = signals[signals["event_day"].notna() & signals["place_id"].notna() & signals["code"].isin(standing_codes())]
    rows = [{str(k): v for k, v in row.items()} for row in weighed(known)[list(_NEEDED)].astype(_TEXTS).to_dict("records")]
    rows += [beside for row in rows for beside in _beside(row)]
    found = [one for kind in kinds() for one in _of_kind(rows, kind)]
    return sorted(found, key=lambda s: (s.since, s.kind, s.place_id, s.id))


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
