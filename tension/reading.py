"""Read one article to the end: language, candidates, places, and what of it counts as a signal.

Detection knows nothing of places and places nothing of signals; here they meet: each signal gets the place of its
clause, and acts that the text sets outside the region are kept as candidates but not counted (TAXONOMY rule 6).
"""

from collections.abc import Sequence
from dataclasses import replace

from tension.model import EXACT, REGION, Article, Candidate, Mode, Place, PlaceMention, Precision, Reading, Signal
from tension.places.gazetteer import seats_of_government
from tension.places.resolve import locate
from tension.scoring.detect import detect, fields
from tension.scoring.version import scorer_version
from tension.taxonomy import mode_weights
from tension.text.language import detect_group, name_language
from tension.text.normal import fold

OUTSIDE = "outside the region"
THREAT = "threat_rhetoric"
#: Acts of states towards each other: an outside state may well be the target or the author.
BETWEEN_STATES = frozenset(
    "diplomatic_rupture coercive_measure threat_rhetoric dialogue agreement hybrid_activity arms_buildup".split()
)


def _says_where(mention: PlaceMention) -> bool:
    """Tell whether a mention locates an act: a spot, or anything with a word for *where*.

    A bare country, or a capital that may stand for its government ("Washington lifts"), is as likely a subject.
    """
    if mention.actor or mention.locative:
        return not mention.actor
    return mention.place.precision is not Precision.COUNTRY and fold(mention.place.name) not in seats_of_government()


def _is_outside(candidate: Candidate, mentions: Sequence[PlaceMention]) -> bool:
    """Tell whether the text sets an act outside the region.

    What states do to each other counts where one of them is of the region. An act on the ground is where the nearest
    words for *where* put it: "Turkey bombs PKK sites in northern Iraq" is outside, though Turkey is named.
    """
    inside = [m for m in mentions if m.place.country in REGION]
    outside = [m for m in mentions if m.place.country not in REGION]
    if not outside:
        return False
    if not inside:
        return True
    if candidate.code in BETWEEN_STATES:
        return False
    places = [m for m in mentions if _says_where(m)]
    if places:
        return min(places, key=lambda m: abs(m.position - candidate.position)).place.country not in REGION
    return all(m.actor for m in inside) and any(not m.actor for m in outside)


_FINENESS = {Precision.CROSSING: 0, Precision.SITE: 0, Precision.SETTLEMENT: 1, Precision.MUNICIPALITY: 2, Precision.REGION: 3,
             Precision.COUNTRY: 5}  # fmt: skip


def place_of(candidate: Candidate, mentions: Sequence[PlaceMention]) -> Place | None:
    """Return the place that a candidate belongs to: exact before coarse, near before far, names before adjectives."""
    inside = [m for m in mentions if m.place.country in REGION]
    field = candidate.evidence[0].field
    named = [m for m in inside if not m.actor]
    pools = ([m for m in named if m.span.field == field], named, inside)
    for pool in pools:
        if pool:
            best = min(pool, key=lambda m: (_FINENESS[m.place.precision] // 2, abs(m.position - candidate.position), m.position))
            return best.place
    return None


def _signal(candidate: Candidate, mentions: Sequence[PlaceMention]) -> Signal | None:
    """Return what a candidate counts as, or None."""
    if candidate.dropped:
        return None
    threatened = candidate.mode is Mode.THREATENED
    if not threatened and candidate.mode not in mode_weights():
        return None
    evidence = candidate.evidence
    if threatened and candidate.cue:
        evidence = tuple(sorted({*evidence, candidate.cue}, key=lambda s: (s.field != "title", s.start)))
    return Signal(
        code=THREAT if threatened else candidate.code,
        mode=Mode.ACTUAL if threatened else candidate.mode,
        confidence=candidate.confidence,
        evidence=evidence,
        rule=candidate.rule,
        cue=candidate.cue,
        place=place_of(candidate, mentions),
    )


def signals_of(candidates: Sequence[Candidate], mentions: Sequence[PlaceMention]) -> tuple[Signal, ...]:
    """Return one signal a code: the surest, an exact place before a coarse one, the first in the text."""
    best: dict[str, Signal] = {}
    for candidate in candidates:
        signal = _signal(candidate, mentions)
        if signal is None:
            continue
        rival = best.get(signal.code)
        if rival is None or (signal.confidence, _exact(signal)) > (rival.confidence, _exact(rival)):
            best[signal.code] = signal
    return tuple(best.values())


def _exact(signal: Signal) -> bool:
    return signal.place is not None and signal.place.precision in EXACT


def read(article: Article) -> Reading:
    """Read one article. Pure: the same article gives the same reading."""
    parts = fields(article)
    words: list[str] = [w for _, t in parts[:2] for w in t.folded[:60]]
    language = detect_group(" ".join(t.text for _, t in parts[:2]), article.language, words)
    mentions = locate(article, language, parts)
    candidates = tuple(_drop_outside(c, mentions) for c in detect(article, language, parts))
    return Reading(
        language=name_language(language, article.language),
        candidates=candidates,
        mentions=mentions,
        signals=signals_of(candidates, mentions),
        scorer_version=scorer_version(),
    )


def _drop_outside(candidate: Candidate, mentions: Sequence[PlaceMention]) -> Candidate:
    if candidate.dropped or not _is_outside(candidate, mentions):
        return candidate
    return replace(candidate, dropped=OUTSIDE)
