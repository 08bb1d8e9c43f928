"""Why a text was tagged, and why not: everything that was considered, as plain data."""

from functools import lru_cache
from typing import Any

from tension.actors import Actor, Roles
from tension.model import Article, Candidate, Mode, Place, PlaceMention, Reading, Signal, Span
from tension.parties import became, roles_of
from tension.places.gazetteer import gazetteer
from tension.scoring.detect import fields
from tension.tier import FAST, Tier

#: What each mode that is no signal says about the act.
_WHY_NOT = {
    Mode.DENIED: "said not to be so, or only wished, feared or called off",
    Mode.HISTORICAL: "of the past, background",
    Mode.FIGURATIVE: "another subject, or a figure of speech",
}


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {p.id: f"{p.name} ({p.country})" for p in gazetteer().places}


def _span(span: Span) -> dict[str, Any]:
    return {"field": span.field, "start": span.start, "end": span.end, "text": span.text}


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"id": place.id, "name": place.name, "country": place.country, "precision": place.precision.value}


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "code": signal.code,
        "mode": signal.mode.value,
        "confidence": round(signal.confidence, 4),
        "place": _place(signal.place),
        "happened_on": signal.happened_on.isoformat() if signal.happened_on else None,
        "rule": signal.rule,
        "evidence": [_span(s) for s in signal.evidence],
    }


def _verdict(candidate: Candidate, reading: Reading) -> tuple[str | None, str | None]:
    """Return (the code it counts as, None) or (None, why it does not count)."""
    if candidate.dropped:
        return None, candidate.dropped
    if candidate.mode in _WHY_NOT:
        return None, f"{candidate.mode.value}: {_WHY_NOT[candidate.mode]}"
    signal = became(candidate, reading)
    if signal is not None:
        return signal.code, None
    code = "threat_rhetoric" if candidate.mode is Mode.THREATENED else candidate.code
    return None, f"counted once: another mention stands for {code}"


def _actor(actor: Actor | None) -> dict[str, Any] | None:
    return None if actor is None else {"id": actor.id, "name": actor.name, "level": actor.level, "country": actor.country}


def _candidate(candidate: Candidate, article: Article, reading: Reading) -> dict[str, Any]:
    counts_as, why_not = _verdict(candidate, reading)
    signal = became(candidate, reading) if counts_as else None
    parties = roles_of(candidate, fields(article), reading, signal.place if signal else None) if counts_as else Roles()
    return {
        "code": candidate.code,
        "mode": candidate.mode.value,
        "cue": _span(candidate.cue) if candidate.cue else None,
        "evidence": [_span(s) for s in candidate.evidence],
        "rule": candidate.rule,
        "confidence": round(candidate.confidence, 4),
        "dropped": candidate.dropped,
        "counts_as": counts_as,
        "why_not": why_not,
        "initiator": _actor(parties.initiator),
        "target": _actor(parties.target),
        "dyad": parties.dyad,
    }


def _mention(mention: PlaceMention) -> dict[str, Any]:
    return {
        "place": _place(mention.place),
        "span": _span(mention.span),
        "locative": mention.locative,
        "rivals": [{"id": i, "name": _names().get(i, i)} for i in mention.rivals],
    }


def explain(article: Article, tier: Tier = FAST) -> dict[str, Any]:
    """Return all that reading an article considered: candidates with mode, cue, words, rule and verdict; places; actors.

    Pure; every value is a string, a number, a truth value, None, or a list or dictionary of these.
    """
    (reading,) = tier.read([article])
    return {
        "language": reading.language,
        "scorer_version": reading.scorer_version,
        "signals": [_signal(s) for s in reading.signals],
        "candidates": [_candidate(c, article, reading) for c in reading.candidates],
        "places": [_mention(m) for m in reading.mentions if not m.actor],
        "actors": [_mention(m) for m in reading.mentions if m.actor],
    }
