"""Read one article to the end: language, candidates, places, and what of it counts as a signal.

Detection knows nothing of places and places nothing of signals; here they meet: each signal gets the place of its
clause, and acts that the text sets outside the region are kept as candidates but not counted (TAXONOMY rule 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tension.fulltext import Located, Text, acts_of, distinct
from tension.model import OUTSIDE, Article, Candidate, Field, Mode, Place, PlaceMention, Reading, Signal
from tension.places.attach import Surroundings, is_exact
from tension.places.resolve import locate
from tension.scoring.detect import FIELD_OFFSET, detect, fields
from tension.scoring.judge import judged, worth_asking
from tension.scoring.meaning import Meaning, Sense, text_of
from tension.scoring.overrule import overruled
from tension.scoring.recognise import recognise
from tension.scoring.timing import Clock
from tension.scoring.version import full_version, scorer_version
from tension.taxonomy import mode_weights
from tension.text.language import UNKNOWN, detect_group, name_language
from tension.text.normal import Tokens

THREAT = "threat_rhetoric"


def _counts_as(candidate: Candidate) -> str | None:
    """Return the code that a candidate counts as, or None."""
    if candidate.dropped:
        return None
    if candidate.mode is Mode.THREATENED:
        return THREAT
    return candidate.code if candidate.mode in mode_weights() else None


def _signal(candidate: Candidate, place: Place | None, day: date | None = None) -> Signal | None:
    """Return what a candidate counts as, or None."""
    code = _counts_as(candidate)
    if code is None:
        return None
    threatened = candidate.mode is Mode.THREATENED
    evidence = candidate.evidence
    if threatened and candidate.cue:
        evidence = tuple(sorted({*evidence, candidate.cue}, key=lambda s: (s.field != "title", s.start, s.end)))
    return Signal(
        code=code,
        mode=Mode.ACTUAL if threatened else candidate.mode,
        confidence=candidate.confidence,
        evidence=evidence,
        rule=candidate.rule,
        cue=candidate.cue,
        place=place,
        happened_on=day,
    )


def _best(candidates: Sequence[Candidate], around: Surroundings) -> tuple[Signal, ...]:
    """Return one signal a code: the surest, an exact place before a coarse one, the first in the text."""
    best: dict[str, tuple[Candidate, Place | None]] = {}
    for candidate in candidates:
        code = _counts_as(candidate)
        if code is None:
            continue
        rival = best.get(code)
        if rival is not None and candidate.confidence < rival[0].confidence:
            continue
        # What counts against the places of its text has none of them.
        place = None if around.outside(candidate) else around.place_of(candidate)
        if rival is None or (candidate.confidence, is_exact(place)) > (rival[0].confidence, is_exact(rival[1])):
            best[code] = candidate, place
    made = (_signal(candidate, place) for candidate, place in best.values())
    return tuple(signal for signal in made if signal is not None)


def _judge(candidates: Sequence[Candidate], around: Surroundings) -> tuple[Candidate, ...]:
    """Return the candidates, those outside the region marked."""
    return tuple(replace(c, dropped=OUTSIDE) if c.dropped is None and around.outside(c) else c for c in candidates)


def _judged(one: Located) -> Candidate:
    candidate = one.timed.candidate
    return replace(candidate, dropped=OUTSIDE) if candidate.dropped is None and one.outside else candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """An article taken apart: what rules and gazetteer see in it."""

    article: Article
    language: str
    parts: Sequence[tuple[Field, Tokens]]
    mentions: Sequence[PlaceMention]
    candidates: Sequence[Candidate]

    @property
    def above(self) -> tuple[tuple[Field, Tokens], ...]:
        """Headline and summary."""
        return tuple(part for part in self.parts if part[0] != "body")


def _look(article: Article) -> _Looked:
    parts = fields(article)
    words: list[str] = [w for _, t in parts[:2] for w in t.folded[:60]]
    language = detect_group(" ".join(t.text for _, t in parts[:2]), article.language, words)
    language = recognise(words) if language == UNKNOWN and words else language
    mentions = locate(article, language, parts)
    return _Looked(
        article=article, language=language, parts=parts, mentions=mentions, candidates=detect(article, language, parts)
    )


def _made(looked: _Looked, sense: Sense | None, version: str) -> Reading:
    """Return what an article's candidates come to."""
    article = looked.article
    around = Surroundings([m for m in looked.mentions if m.span.field != "body"], looked.language)
    found = judged(looked.candidates, looked.above, looked.language, article.published_date, sense)
    candidates = _judge([c for c in found if c.evidence[0].field != "body"], around)
    candidates += overruled(candidates, looked.language, sense) if sense else ()
    signals = _best(candidates, around)
    below = [c for c in found if c.evidence[0].field == "body"]
    if below:
        located = _in_text(article, looked.language, looked.parts, below, looked.mentions, around)
        candidates += tuple(map(_judged, located))
        inside = [one for one in located if not one.outside]
        signals = distinct(signals, acts_of(inside, _signal), article.published_date)
    return Reading(
        language=name_language(looked.language, article.language),
        candidates=candidates,
        mentions=tuple(looked.mentions),
        signals=signals,
        scorer_version=version,
    )


def read(article: Article) -> Reading:
    """Read one article in the *fast* tier: rules and n-grams. Pure: the same article gives the same reading."""
    return _made(_look(article), None, scorer_version())


def read_in_full(articles: Sequence[Article], meaning: Meaning) -> tuple[Reading, ...]:
    """Read articles in the *full* tier: sentence vectors are asked too, wherever they may change something.

    Pure: each reading depends on its own article alone.
    """
    looked = [_look(article) for article in articles]
    asked = [n for n, one in enumerate(looked) if worth_asking(one.candidates, one.above, meaning.asked)]
    texts = [text_of([tokens.text for _, tokens in looked[n].above]) for n in asked]
    senses = dict(zip(asked, meaning.odds(texts) if texts else (), strict=True))
    version = full_version(meaning)
    return tuple(
        _made(one, Sense(meaning=meaning, odds=senses[n]) if n in senses else None, version) for n, one in enumerate(looked)
    )


def _in_text(
    article: Article,
    language: str,
    parts: Sequence[tuple[Field, Tokens]],
    candidates: Sequence[Candidate],
    mentions: Sequence[PlaceMention],
    headline: Surroundings,
) -> list[Located]:
    """Return the candidates of an article's body with their days and places."""
    number = len(parts) - 1
    tokens = parts[number][1]
    clock = Clock(tokens, language, article.published_date)
    return Text(tokens, number * FIELD_OFFSET, mentions, headline, clock).read(candidates)
