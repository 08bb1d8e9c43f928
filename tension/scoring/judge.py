"""A small linear model beside the rules: how sure each tag is, and what the rules missed.

Per code, a logistic regression over hashed character n-grams gives each word of a text its share, and the text a
log-odds. Two further logistic functions, fitted on headlines that no rule was written from, turn log-odds into what
a reader may rely on: the probability that a rule's tag is right (`confirm`), and that a code is there which no rule
saw (`find`). Such a code becomes a candidate from one threshold of `judge.toml` on and counts only from a second,
high one; between them it waits for a reviewer. The words that carried it are its evidence, and the lexicon's cues
decide about its mode as for any rule (METHOD §2).

Weights are trained by `assets/judge/train.py` and are data; the training set, its split and figures stand beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from math import exp, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tension import assets
from tension.errors import AssetError
from tension.model import Candidate, Field, Mode, Span
from tension.scoring.context import decide, past_years
from tension.scoring.detect import COUNTED, FIELD_OFFSET
from tension.scoring.lexicon import Lexicon, Rule, lexicon
from tension.scoring.matcher import Hit, find
from tension.scoring.ngrams import MOST_WORDS, buckets
from tension.text.normal import Tokens

Floats = NDArray[np.float32]
Parts = Sequence[tuple[Field, Tokens]]
#: Words remembered, so that hostile input cannot fill the memory.
MEMO_WORDS = 100_000
#: A word beside the strongest is evidence too where its share is at least this part of the strongest's.
BESIDE = 0.5
#: Words that are named as evidence at most.
MOST_EVIDENCE = 3
#: Prefix of `Candidate.rule` for what the model found.
RULE = "model"
#: Why a code that only the model saw does not count.
UNSURE = "seen by the model alone, not surely enough to count"
#: Why a rule's tag does not.
DOUBTED = "a rule fired, but the other words speak against it"


def _log_odds(probability: float) -> float:
    return log(probability / (1 - probability))


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """Coefficients of a logistic function over named features."""

    intercept: float
    coefficients: tuple[float, ...]

    def __call__(self, *features: float) -> float:
        """Return a probability."""
        z = self.intercept + sum(c * f for c, f in zip(self.coefficients, features, strict=True))
        return 1 / (1 + exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """The trained model."""

    codes: tuple[str, ...]
    #: Weight of each bucket for each code; buckets x codes.
    weights: Floats
    intercepts: Floats
    confirm: Logistic
    #: A rule's tag counts from this probability on; below it waits for a reviewer.
    kept: float
    find: Logistic
    #: A code that no rule saw becomes a candidate from this probability on,
    shown: float
    #: and counts from this on; between them it waits for a reviewer.
    counted: float
    _memo: dict[str, tuple[Floats, int]] = field(default_factory=dict)

    def word(self, folded: str) -> tuple[Floats, int]:
        """Return a word's summed weights, one a code, and its number of n-grams; remembered, within bounds."""
        known = self._memo.get(folded)
        if known is None:
            rows = buckets(folded, len(self.weights))
            known = (self.weights[rows].sum(axis=0), len(rows))
            if len(self._memo) < MEMO_WORDS:
                self._memo[folded] = known
        return known

    def least(self, tagged: float) -> float:
        """Return the log-odds from which on a code is a candidate. `tagged`: 1 where a rule tagged the text, else 0."""
        slope, beside = self.find.coefficients
        return (_log_odds(self.shown) - self.find.intercept - beside * tagged) / slope


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the model says of one text."""

    #: Log-odds, one a code.
    odds: Floats
    #: Share of each word in them; words x codes.
    shares: Floats


def opinion(judge: Judge, words: Sequence[str]) -> Opinion:
    """Return log-odds and shares for the folded words of headline and summary."""
    known = [judge.word(word) for word in words]
    total = sum(count for _, count in known) or 1
    shares = np.stack([share for share, _ in known]) / np.float32(sqrt(total))
    return Opinion(odds=shares.sum(axis=0) + judge.intercepts, shares=shares)


def _number(table: dict[str, Any], key: str) -> float:
    try:
        return float(table[key])
    except (KeyError, TypeError, ValueError) as e:
        raise AssetError(assets.path("judge", "judge.toml"), f"{key!r} is missing or no number") from e


def _logistic(table: dict[str, Any], names: Sequence[str]) -> Logistic:
    return Logistic(intercept=_number(table, "intercept"), coefficients=tuple(_number(table, name) for name in names))


@lru_cache(maxsize=1)
def judge() -> Judge:
    """Return the trained model of `assets/judge`."""
    settings = assets.read_toml("judge", "judge.toml")
    with np.load(assets.path("judge", "words.npz"), allow_pickle=False) as stored:
        weights, intercepts = stored["weights"], stored["intercepts"]
        codes = tuple(str(code) for code in stored["codes"])
    if weights.shape[1] != len(codes) or intercepts.shape != (len(codes),):
        raise AssetError(assets.path("judge", "words.npz"), f"{weights.shape[1]} columns of weights for {len(codes)} codes")
    return Judge(
        codes=codes,
        weights=weights.astype(np.float32),
        intercepts=intercepts.astype(np.float32),
        confirm=_logistic(settings["confirm"], ("confidence", "odds", "best_other")),
        kept=_number(settings["confirm"], "kept"),
        find=_logistic(settings["find"], ("odds", "tagged")),
        shown=_number(settings["find"], "shown"),
        counted=_number(settings["find"], "counted"),
    )


def _confirmed(candidate: Candidate, model: Judge, odds: Floats) -> Candidate:
    """Return a rule's candidate with the confidence that the model's opinion leaves it."""
    column = model.codes.index(candidate.code)
    others = float(np.delete(odds, column).max())
    sure = model.confirm(_log_odds(min(max(candidate.confidence, 0.01), 0.99)), float(odds[column]), others)
    doubted = sure < model.kept and candidate.dropped is None and candidate.mode in COUNTED
    return replace(candidate, confidence=round(sure, 4), dropped=DOUBTED if doubted else candidate.dropped)


def _bearing(shares: Sequence[float]) -> list[int]:
    """Return the words that carry a decision: the strongest, and those beside it that come near to it."""
    strongest = max(range(len(shares)), key=lambda i: shares[i])
    enough = shares[strongest] * BESIDE
    near = [i for i in range(max(0, strongest - MOST_EVIDENCE + 1), strongest + MOST_EVIDENCE) if i < len(shares)]
    chosen = sorted((i for i in near if shares[i] >= enough), key=lambda i: -shares[i])[:MOST_EVIDENCE]
    return sorted(chosen)


def _rule(code: str) -> Rule:
    """Return the rule that stands for the model where cues are asked about a mode."""
    return Rule(
        id=f"{RULE}:{code}",
        code=code,
        trigger=-1,
        slots=(),
        without=None,
        without_item=None,
        window=0,
        overrides=frozenset(),
        mode=Mode.ACTUAL,
        immune=frozenset(),
        confidence=0.0,
    )


def _span(tokens: Tokens, name: Field, hit: Hit) -> Span:
    start, end = tokens.starts[hit.first], tokens.ends[hit.last]
    return Span(field=name, start=start, end=end, text=tokens.text[start:end])


def _found(code: str, sure: float, shares: Sequence[float], parts: Parts, lex: Lexicon, day: date | None) -> Candidate:
    """Return the candidate for a code that only the model saw. `shares`: of each word of all parts, in reading order."""
    rows = [(part, word) for part, (_, tokens) in enumerate(parts) for word in range(len(tokens))]
    strongest = max(range(len(shares)), key=lambda i: shares[i])
    part, word = rows[strongest]
    name, tokens = parts[part]
    beside = range(max(0, strongest - MOST_EVIDENCE + 1), min(len(shares), strongest + MOST_EVIDENCE))
    bearing = [i for i in beside if rows[i][0] == part and shares[i] >= shares[strongest] * BESIDE]
    chosen = sorted(sorted(bearing, key=lambda i: -shares[i])[:MOST_EVIDENCE])
    decision = decide(_rule(code), Hit(word, word), tokens, find(tokens, lex), lex, past_years(tokens, day))
    return Candidate(
        code=code,
        mode=decision.mode,
        confidence=round(sure, 4),
        evidence=tuple(_span(tokens, name, Hit(rows[i][1], rows[i][1])) for i in chosen),
        rule=f"{RULE}:{code}",
        cue=_span(tokens, name, decision.cue) if decision.cue else None,
        position=word + part * FIELD_OFFSET,
    )


def judged(candidates: Sequence[Candidate], parts: Parts, language: str, day: date | None) -> tuple[Candidate, ...]:
    """Return the candidates of headline and summary with calibrated confidence, and what else the model sees there.

    A text without any candidate of a rule is left alone: what the model alone makes of ordinary news is mostly wrong.

    Args:
        candidates: what the rules found; those in the body are returned as they are.
        parts: headline and summary, tokenised.
        language: lexicon group.
        day: day of publication, where known.
    """
    words = [word for _, tokens in parts for word in tokens.folded][:MOST_WORDS]
    if not words or all(c.evidence[0].field == "body" for c in candidates):
        return tuple(candidates)  # nine in ten news items: nothing to be sure of, and no time lost on them
    model = judge()
    said = opinion(model, words)
    kept = tuple(c if c.evidence[0].field == "body" else _confirmed(c, model, said.odds) for c in candidates)
    seen = {c.code for c in candidates}
    tagged = float(any(c.dropped is None and c.mode in COUNTED for c in candidates))
    new = []
    for column in np.flatnonzero(said.odds > model.least(tagged)):
        code = model.codes[column]
        if code not in seen:
            sure = model.find(float(said.odds[column]), tagged)
            found = _found(code, sure, said.shares[:, column].tolist(), parts, lexicon(language), day)
            new.append(found if sure >= model.counted else replace(found, dropped=UNSURE))
    return (*kept, *new)
