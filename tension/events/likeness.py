"""How much two reports speak of one incident: points for what they share, against what sets them apart, with reasons."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tension.events.concepts import are_akin, moods
from tension.events.report import Report
from tension.taxonomy import signal_types

#: Points, found by a search over dated reports in twenty languages with halves left out in turn; see `docs/`.
POINTS = {
    "place": 0.8,
    "other place": -1.9,
    "country": 1.6,
    "other country": -3.3,
    "one without country": -0.65,
    "code": 1.5,
    "code and country": 0.7,
    "hint": 0.4,
    "other codes": -0.9,
    "opposite codes": -1.1,
    "other lead": -0.6,
    "concept": 0.6,
    "share of concepts": 1.4,
    "word": 0.35,
    "share of words": 0.6,
    "number": 0.5,
    "same headline": 5.0,
    "nothing but the country": -3.0,
}
#: So many shared concepts, words or places count; more say nothing more.
_MOST_CONCEPTS, _MOST_WORDS, _MOST_PLACES = 4, 5, 2
#: Shorter headlines ("News", "Live") are the same by chance.
_TELLING_TITLE = 12

#: What two reports of one incident share besides the countries that they are about.
_TELLING = frozenset({"place", "code", "hint", "word", "number", "same headline"})

#: Done by a third party: what it does beside is none of the acts of those between whom it stands.
PEACEKEEPING = "peacekeeping"

#: What separates two reports of different acts that both stand: acts go on for days, reports of each day are events.
STANDING = frozenset("border_blockade protest force_posture coercive_measure".split())


@dataclass(frozen=True, slots=True)
class Likeness:
    """Points and why."""

    points: float
    #: What was shared or not, with its points.
    reasons: tuple[tuple[str, float], ...]


@lru_cache(maxsize=1)
def _stabilising() -> frozenset[str]:
    return frozenset(code for code, kind in signal_types().items() if kind.part == "stabilising")


def _total(shared: Iterable[str], worth: Mapping[str, float], kind: str) -> float:
    total = 0.0
    for name in shared:
        total += worth.get(kind + name, 1.0)
    return total


def _best(shared: Iterable[str], worth: Mapping[str, float], kind: str) -> float:
    return max([worth.get(kind + name, 1.0) for name in shared], default=0.0)


def _others_did(a: Report, b: Report) -> bool:
    """Tell whether one report is first of what peacekeepers do, and the other knows nothing of them: other troops, other act."""
    of_them = (PEACEKEEPING in a.codes, PEACEKEEPING in b.codes)
    return of_them[0] != of_them[1] and PEACEKEEPING in {a.lead, b.lead}


def _codes(a: Report, b: Report, worth: Mapping[str, float], found: dict[str, float]) -> None:
    others = _others_did(a, b)
    shared = frozenset[str]() if others else a.codes & b.codes
    akin = not a.codes & b.codes and not others and are_akin(a.codes, b.codes)
    if a.lead and b.lead and not akin and not (a.lead in b.codes and b.lead in a.codes):
        found["other lead"] = 1.0
    if shared:
        found["code"] = _best(shared, worth, "k:")
        if a.countries & b.countries:
            found["code and country"] = _best((f"{c}:{k}" for c in a.countries & b.countries for k in shared), worth, "c:")
        return
    hinted = (a.codes | a.hints) & (b.codes | b.hints)
    if hinted and not others:
        found["hint"] = _best(hinted, worth, "k:")
    if a.codes and b.codes and not akin:
        found["other codes"] = 1.0
        calm = _stabilising()
        kinds = [{code in calm for code in codes} for codes in (a.codes, b.codes)]
        if not kinds[0] & kinds[1]:
            found["opposite codes"] = 1.0


def _where(a: Report, b: Report, worth: Mapping[str, float], found: dict[str, float]) -> None:
    if a.places and b.places:
        shared = a.places & b.places
        if shared:
            found["place"] = min(_total(shared, worth, "p:"), _MOST_PLACES)
        else:
            found["other place"] = 1.0
    if a.countries and b.countries:
        both = a.countries & b.countries
        found["country"] = _total(both, worth, "c:") / len(a.countries | b.countries)
        if not both:
            found["other country"] = 1.0
    elif a.countries or b.countries:
        found["one without country"] = 1.0


def _text(a: Report, b: Report, worth: Mapping[str, float], found: dict[str, float]) -> None:
    for one, share, kind, mine, other, most in (
        ("concept", "share of concepts", "k:", a.concepts, b.concepts, _MOST_CONCEPTS),
        ("word", "share of words", "w:", a.stems, b.stems, _MOST_WORDS),
    ):
        shared = mine & other
        if shared:
            total = _total(shared, worth, kind)
            found[one] = min(total, most)
            found[share] = total / math.sqrt(len(mine) * len(other))
    if a.numbers & b.numbers:
        found["number"] = 1.0
    if a.title == b.title and len(a.title) >= _TELLING_TITLE:
        found["same headline"] = 1.0


#: Where nothing is known about how common a feature is, it counts in full.
_NOTHING_KNOWN: Mapping[str, float] = {}


def shared_by(a: Report, b: Report, worth: Mapping[str, float] = _NOTHING_KNOWN) -> dict[str, float]:
    """Return how often each kind of feature is shared, or sets two reports apart; symmetric, days play no part.

    Args:
        a: one report.
        b: the other.
        worth: 0..1 by key (see `merge.keys_of`): what everybody writes about in these days says little.
    """
    found: dict[str, float] = {}
    _where(a, b, worth, found)
    _codes(a, b, worth, found)
    _text(a, b, worth, found)
    # In a crisis everything is tense and about the same countries: that alone tells of no incident.
    if _TELLING.isdisjoint(found) and a.concepts & b.concepts <= moods():
        found["nothing but the country"] = 1.0
    return found


def points_of(found: Mapping[str, float]) -> float:
    """Return the points of what two reports share."""
    points = POINTS
    return sum(points[name] * times for name, times in found.items())


def explain(found: Mapping[str, float]) -> Likeness:
    """Return the points with what each kind of feature contributes."""
    reasons = tuple((name, round(POINTS[name] * times, 3)) for name, times in found.items() if times)
    return Likeness(points_of(found), reasons)


def compare(a: Report, b: Report, worth: Mapping[str, float] = _NOTHING_KNOWN) -> Likeness:
    """Return how alike two reports are, and why."""
    return explain(shared_by(a, b, worth))


def is_vague(report: Report) -> int:
    """Return 0 to 2: how little a report says of its own (no code, hardly a concept), so that company decides."""
    silent = not report.codes and not report.hints
    return int(silent) + int(len(report.concepts) <= 1)
