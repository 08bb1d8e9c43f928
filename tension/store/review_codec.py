"""Reviews, and the signals that they are of, to rows and back."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tension.model import Mode, Place, PlaceMention, Precision, Span
from tension.review.record import Act, Fact, Review
from tension.review.signals import Spell
from tension.store.codec import Row, place_row, storable

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _span_dict(span: Span | None) -> Row | None:
    return None if span is None else {"field": span.field, "start": span.start, "end": span.end, "text": span.text}


def _span(found: Mapping[str, Any] | None) -> Span | None:
    return None if found is None else Span(**found)


def _spans(found: Iterable[Mapping[str, Any]]) -> tuple[Span, ...]:
    return tuple(Span(**one) for one in found)


def _place(row: Mapping[str, Any]) -> Place | None:
    if row["place_id"] is None:
        return None
    return Place(
        id=row["place_id"], name=row["place_name"], country=row["place_country"], lat=row["lat"], lon=row["lon"],
        precision=Precision(row["precision"]), radius_km=row["radius_km"],
    )  # fmt: skip


def fact_of_row(row: Mapping[str, Any]) -> Fact:
    """Return a signal of the store."""
    return Fact(
        signal_id=row["id"], code=row["code"], mode=Mode(row["mode"]), confidence=row["confidence"], rule=row["rule"],
        evidence=_spans(json.loads(row["evidence"])), cue=_span(json.loads(row["cue"]) if row["cue"] else None),
        place=_place(row), day=row["day"], day_stated=row["day_stated"], item=row["code"],
    )  # fmt: skip


def considered_of(row: Mapping[str, Any]) -> Fact:
    """Return a candidate as the signal that it would be: no place is known of it, its day is the report's."""
    return Fact(
        signal_id="", code=row["code"], mode=Mode(row["mode"]), confidence=row["confidence"], rule=row["rule"],
        evidence=_spans(json.loads(row["evidence"])), cue=_span(json.loads(row["cue"]) if row["cue"] else None),
        place=None, day=None, day_stated="", item=row["code"],
    )  # fmt: skip


def spell_row(spell: Spell, of: Mapping[str, Any], n: int) -> Row:
    """Return the row of a signal that follows from reviews.

    Args:
        spell: the signal and how long it held.
        of: what signals repeat of their article, and `day`, the article's own.
        n: its number among those of the article.
    """
    fact = spell.fact
    day, stated = (fact.day, fact.day_stated) if fact.day_stated else (of["day"], "published" if of["day"] else "unknown")
    return {
        **{name: value for name, value in of.items() if name != "day"},
        "id": f"{fact.signal_id or 's1' + of['article_id']}~{n}",
        "n": n,
        "current": spell.until is None,
        "code": fact.code,
        "mode": str(fact.mode),
        "confidence": fact.confidence,
        "rule": fact.rule,
        "day": day,
        "day_stated": stated,
        **place_row(fact.place),
        "evidence": storable(_json([_span_dict(s) for s in fact.evidence])),
        "cue": None if fact.cue is None else storable(_json(_span_dict(fact.cue))),
        "known_from": spell.since,
        "known_until": spell.until,
    }


def _fact_dict(fact: Fact) -> Row:
    return {
        "id": fact.signal_id, "code": fact.code, "mode": str(fact.mode), "confidence": fact.confidence, "rule": fact.rule,
        "evidence": [_span_dict(s) for s in fact.evidence], "cue": _span_dict(fact.cue), "place": place_row(fact.place),
        "day": fact.day and fact.day.isoformat(), "day_stated": fact.day_stated, "item": fact.item,
    }  # fmt: skip


def _fact(found: Mapping[str, Any]) -> Fact:
    return Fact(
        signal_id=found["id"], code=found["code"], mode=Mode(found["mode"]), confidence=found["confidence"],
        rule=found["rule"], evidence=_spans(found["evidence"]), cue=_span(found["cue"]), place=_place(found["place"]),
        day=date.fromisoformat(found["day"]) if found["day"] else None, day_stated=found["day_stated"], item=found["item"],
    )  # fmt: skip


def review_row(review: Review) -> Row:
    """Return the row of a review."""
    details = {
        "articles": list(review.articles), "to_code": review.to_code, "to_mode": review.to_mode and str(review.to_mode),
        "place": place_row(review.place), "evidence": [_span_dict(s) for s in review.evidence],
        "facts": [_fact_dict(f) for f in review.facts],
    }  # fmt: skip
    names = ("id", "recorded_at", "article_id", "code", "event_id", "other_event", "supersedes")
    return {
        **{name: getattr(review, name) for name in names},
        "act": str(review.act),
        "reviewer": storable(review.reviewer),
        "reason": storable(review.reason),
        "details": storable(_json(details)),
    }


def review_of(row: Mapping[str, Any]) -> Review:
    """Return the review of a row."""
    details = json.loads(row["details"])
    names = ("recorded_at", "reviewer", "reason", "article_id", "code", "event_id", "other_event", "supersedes")
    return Review(
        **{name: row[name] for name in names},
        act=Act(row["act"]),
        articles=tuple(details["articles"]),
        to_code=details["to_code"],
        to_mode=None if details["to_mode"] is None else Mode(details["to_mode"]),
        place=_place(details["place"]),
        evidence=_spans(details["evidence"]),
        facts=tuple(_fact(f) for f in details["facts"]),
    )


def mention_of(row: Mapping[str, Any]) -> PlaceMention | None:
    """Return a mention of the store."""
    place, span = _place(row), _span(json.loads(row["span"]))
    if place is None or span is None:
        return None
    return PlaceMention(
        place=place, span=span, actor=row["actor"], rivals=tuple(json.loads(row["rivals"])), position=row["position"]
    )  # fmt: skip
