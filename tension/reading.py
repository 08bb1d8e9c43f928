"""Read one article to the end: language, candidates, places, and what of it counts as a signal.

Detection knows nothing of places and places nothing of signals; here they meet: each signal gets the place of its
clause, and acts that the text sets outside the region are kept as candidates but not counted (TAXONOMY rule 6).
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
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


_FINENESS = {
    Precision.CROSSING: 0,
    Precision.SITE: 0,
    Precision.SETTLEMENT: 0,
    Precision.MUNICIPALITY: 1,
    Precision.REGION: 1,
    Precision.COUNTRY: 2,
}


class _Pool:
    """Mentions in the order of the text, to find the one nearest to a word without looking at all of them."""

    def __init__(self, mentions: Iterable[PlaceMention]) -> None:
        self.mentions = sorted(mentions, key=lambda m: m.position)
        self._at = [m.position for m in self.mentions]

    def nearest(self, position: int) -> PlaceMention | None:
        """Return the nearest mention; of two equally near, the first."""
        if not self.mentions:
            return None
        right = bisect_left(self._at, position)
        around = self.mentions[max(right - 1, 0) : right + 1]
        return min(around, key=lambda m: (abs(m.position - position), m.position))


class _Surroundings:
    """What a text says of places, sorted for the questions that each candidate asks."""

    def __init__(self, mentions: Sequence[PlaceMention]) -> None:
        inside = [m for m in mentions if m.place.country in REGION]
        outside = [m for m in mentions if m.place.country not in REGION]
        named = [m for m in inside if not m.actor]
        self.any_inside, self.any_outside = bool(inside), bool(outside)
        self.only_actors_inside = not named and any(not m.actor for m in outside)
        self.where = _Pool(m for m in mentions if _says_where(m))
        fields = {m.span.field for m in named}
        self._own = {f: self._by_fineness(m for m in named if m.span.field == f) for f in fields}
        self._named, self._inside = self._by_fineness(named), self._by_fineness(inside)

    @staticmethod
    def _by_fineness(mentions: Iterable[PlaceMention]) -> list[_Pool]:
        known = list(mentions)
        return [_Pool(m for m in known if _FINENESS[m.place.precision] == level) for level in range(3)]

    def place_of(self, candidate: Candidate) -> Place | None:
        """Return the place that a candidate belongs to: exact before coarse, near before far, names before adjectives."""
        for pools in (self._own.get(candidate.evidence[0].field, []), self._named, self._inside):
            for pool in pools:
                found = pool.nearest(candidate.position)
                if found is not None:
                    return found.place
        return None

    def outside(self, candidate: Candidate) -> bool:
        """Tell whether the text sets an act outside the region.

        What states do to each other counts where one of them is of the region. An act on the ground is where the
        nearest words for *where* put it: "Turkey bombs PKK sites in northern Iraq" is outside, though Turkey is named.
        """
        if not self.any_outside or not self.any_inside:
            return self.any_outside
        if candidate.code in BETWEEN_STATES:
            return False
        nearest = self.where.nearest(candidate.position)
        return self.only_actors_inside if nearest is None else nearest.place.country not in REGION


def _signal(candidate: Candidate, around: _Surroundings) -> Signal | None:
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
        place=around.place_of(candidate),
    )


def _best(candidates: Sequence[Candidate], around: _Surroundings) -> tuple[Signal, ...]:
    """Return one signal a code: the surest, an exact place before a coarse one, the first in the text."""
    best: dict[str, Signal] = {}
    for candidate in candidates:
        signal = _signal(candidate, around)
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
    around = _Surroundings(mentions)
    found = detect(article, language, parts)
    candidates = tuple(replace(c, dropped=OUTSIDE) if c.dropped is None and around.outside(c) else c for c in found)
    return Reading(
        language=name_language(language, article.language),
        candidates=candidates,
        mentions=mentions,
        signals=_best(candidates, around),
        scorer_version=scorer_version(),
    )
