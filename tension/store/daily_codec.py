"""Facts, what events say, situations and daily sums to rows and back."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import numpy as np

from tension.events.facts import Fact
from tension.events.standing import Change, Course, Said, held_of, last_of
from tension.index.method import PARTS
from tension.index.sums import Standing, Sums
from tension.index.voices import REPLICATES
from tension.store.codec import Row, storable

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
#: Fields of a fact that have no column of their own.
_DETAILS = (
    "place_name", "lat", "lon", "precision", "confidence", "origins", "codes", "languages", "sides", "article_ids",
)  # fmt: skip
_PACKED = "<i8"


def fact_row(fact: Fact, series: str, changed_at: datetime) -> Row:
    """Return the row of a fact."""
    return {
        "event_id": fact.event, "series": series, "day": fact.day, "changed_at": changed_at, "base": fact.base, "code": fact.code,
        "country": fact.country, "place_id": fact.place_id, "countries": ",".join(fact.countries),
        "details": storable(_json({name: getattr(fact, name) for name in _DETAILS})),
    }  # fmt: skip


def gone_row(event: str, day: date, changed_at: datetime) -> Row:
    """Return the row of an event that lost all its reports."""
    return {
        "event_id": event, "series": "both", "day": day, "changed_at": changed_at, "base": None, "code": None, "country": None,
        "place_id": None, "countries": "", "details": "{}",
    }  # fmt: skip


def fact_of(row: Mapping[Any, Any]) -> Fact:
    """Return the fact of a row that has one."""
    (found,) = facts_of([tuple(row[name] for name in FACT_COLUMNS)])
    return found


#: What a fact is read from, in this order.
FACT_COLUMNS = ("event_id", "day", "base", "code", "country", "place_id", "countries", "details")


def facts_of(rows: Sequence[Sequence[Any]]) -> list[Fact]:
    """Return the facts of many rows of `FACT_COLUMNS`, their details read at once.

    Fields are named one by one: a window of a month has fifteen thousand events, and a loop over their names takes as long again.
    """
    read = openings(row[-1] for row in rows)
    # Few sets of countries are named over and over.
    named = {text: tuple(filter(None, text.split(","))) for text in {row[6] for row in rows}}
    return [
        Fact(
            event=event, day=day, base=base, code=code, country=country, place_id=place_id, countries=named[countries],
            place_name=told["place_name"], lat=told["lat"], lon=told["lon"], precision=told["precision"],
            confidence=told["confidence"], origins=tuple(told["origins"]), codes=tuple(told["codes"]),
            languages=tuple(told["languages"]), sides=tuple(told["sides"]), article_ids=tuple(told["article_ids"]),
        )
        for (event, day, base, code, country, place_id, countries, _), told in zip(rows, read, strict=True)
    ]  # fmt: skip


_OWN = ("event", "kind", "at", "country", "day")
#: By name, for `dataclasses.asdict` copies every list by itself and takes ten times as long.
_SAID = tuple(f.name for f in fields(Said))


def said_row(said: Said, series: str) -> Row:
    """Return the row of what an event says."""
    details = {name: getattr(said, name) for name in _SAID if name not in _OWN}
    return {
        "event_id": said.event, "series": series, "kind": said.kind, "at": said.at, "country": said.country, "day": said.day,
        "details": storable(_json(details)),
    }  # fmt: skip


def said_of(row: Mapping[Any, Any]) -> Said:
    """Return what an event says."""
    details = json.loads(row["details"])
    details |= {name: tuple(details[name]) for name in ("countries", "article_ids")}
    return Said(
        event=row["event_id"], kind=row["kind"], at=row["at"], country=row["country"], day=row["day"], **details
    )  # fmt: skip


def standing_row(course: Course, series: str) -> Row:
    """Return the row of a situation."""
    opening = {name: getattr(course.opening, name) for name in _SAID} | {"day": course.opening.day.isoformat()}
    return {
        "series": series, "id": course.id, "kind": course.kind, "country": course.opening.country,
        "place_id": course.opening.at, "since": course.opening.day, "until": course.until, "confirmed": course.confirmed,
        "held": held_of(course), "last": last_of(course),
        "opening": storable(_json(opening)), "event_id": course.opening.event, "code": course.opening.code,
        "countries": ",".join(course.opening.countries), "weight": course.opening.weight,
    }  # fmt: skip


def openings(texts: Iterable[str]) -> list[Any]:
    """Return what is stored of many situations (or events) as JSON, read at once: one by one takes twice as long."""
    found: list[Any] = json.loads(f"[{','.join(texts)}]")
    return found


def course_of(row: Mapping[Any, Any], details: Mapping[str, Any]) -> Course:
    """Return the course of a row, without its changes.

    Args:
        row: of the situation.
        details: of `openings`.
    """
    opening = _opening(details)
    return Course(
        id=row["id"], kind=row["kind"], opening=opening, confirmed=row["confirmed"], until=row["until"], mode=opening.mode,
        places={opening.place_name}, stored=None,
    )  # fmt: skip


def opening_of(row: Mapping[Any, Any]) -> Said:
    """Return what opened the situation of a row."""
    return _opening(json.loads(row["opening"]))


def _opening(details: Mapping[str, Any]) -> Said:
    lists = {name: tuple(details[name]) for name in ("countries", "article_ids")}
    return Said(**{**details, **lists, "day": date.fromisoformat(details["day"])})


def span_of(course: Course) -> Standing:
    """Return what a situation adds to a scope."""
    opening = course.opening
    return Standing(
        kind=course.kind, event=opening.event, code=opening.code, weight=opening.weight, since=opening.day, last=last_of(course),
        situation=course.id, article_ids=opening.article_ids,
    )  # fmt: skip


def change_rows(course: Course, series: str, n_before: int) -> list[Row]:
    """Return the rows of what was done to a situation, after so many that are stored."""
    return [
        {
            "series": series, "situation": course.id, "n": n_before + n, "day": c.day, "change": c.change,
            "detail": storable(c.detail), "event_id": c.event, "article_ids": _json(c.article_ids),
        }
        for n, c in enumerate(course.changes)
    ]  # fmt: skip


def change_of(row: Mapping[Any, Any]) -> Change:
    """Return what was done to a situation."""
    (found,) = changes_of([row["day"]], [row["change"]], [row["detail"]], [row["event_id"]], [row["article_ids"]])
    return found


def changes_of(
    days: Iterable[date], changes: Iterable[str], details: Iterable[str], events: Iterable[str], articles: Iterable[str]
) -> list[Change]:  # fmt: skip
    """Return what was done to situations from columns, the articles of all read at once."""
    rows = zip(days, changes, details, events, openings(articles), strict=True)
    return [
        Change(day=day, change=change, event=event, article_ids=tuple(ids), detail=detail)
        for day, change, detail, event, ids in rows
    ]


def sums_row(series: str, scope: str, day: date, sums: Sums) -> Row:
    """Return the row of a day of a scope."""
    packed = zlib.compress(sums.draws.astype(_PACKED).tobytes(), 1)
    return {"series": series, "scope": scope, "day": day, **sums.parts, "n_events": sums.n_events, "draws": packed}


def sums_of_row(row: Mapping[Any, Any]) -> Sums:
    """Return the sums of a row."""
    return Sums({part: row[part] for part in PARTS}, row["n_events"], unpacked([row["draws"]])[0].astype(np.int64))


def unpacked(draws: Iterable[bytes]) -> np.ndarray:
    """Return packed replicates as a matrix, one row each."""
    whole = b"".join(map(zlib.decompress, draws))
    rows: np.ndarray = np.frombuffer(whole, dtype=_PACKED)
    return rows.reshape(-1, REPLICATES)
