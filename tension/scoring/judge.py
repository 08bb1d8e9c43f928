"""A small linear model beside the rules: how sure each tag is, and what the rules missed.

Per code, a logistic regression over hashed character n-grams gives each word of a text its share, and the text a
log-odds. Two further logistic functions, fitted on headlines that no rule was written from, turn log-odds into what
a reader may rely on: the probability that a rule's tag is right (`confirm`), and that a code is there which no rule
saw (`find`). Such a code becomes a candidate from one threshold of `judge.toml` on and counts only from a second,
high one; between them it waits for a reviewer. The words that carried it are its evidence, and the lexicon's cues
decide about its mode as for any rule (METHOD §2).

Weights are trained by `assets/judge/train.py` and are data; the training set, its split and figures stand beside them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from tension import assets
from tension.errors import AssetError
from tension.model import Candidate, Field, Mode, Span
from tension.scoring.context import decide, told
from tension.scoring.detect import COUNTED, FIELD_OFFSET
from tension.scoring.lexicon import Lexicon, lexicon
from tension.scoring.matcher import Hit, find
from tension.scoring.meaning import Sense
from tension.scoring.rules import Rule
from tension.scoring.verdicts import Verdicts, log_odds, verdicts
from tension.text.ngrams import MOST_WORDS, Linear
from tension.text.normal import Tokens

Floats = NDArray[np.float32]
Parts = Sequence[tuple[Field, Tokens]]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """The trained model over n-grams."""

    codes: tuple[str, ...]
    #: Buckets x codes.
    linear: Linear
    intercepts: Floats
    verdicts: Verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the model says of one text."""

    #: Log-odds, one a code.
    odds: Floats
    #: Share of each word in them; words x codes.
    shares: Floats


def opinion(judge: Judge, words: Sequence[str]) -> Opinion:
    """Return log-odds and shares for the folded words of headline and summary."""
    shares = judge.linear.shares(words)
    return Opinion(odds=shares.sum(axis=0) + judge.intercepts, shares=shares)


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
        linear=Linear(weights.astype(np.float32)),
        intercepts=intercepts.astype(np.float32),
        verdicts=verdicts(settings, (), assets.path("judge", "judge.toml")),
    )


@dataclass(frozen=True, slots=True)
class LogOdds:
    """Log-odds of every code."""

    of: tuple[float, ...]
    #: The largest, where it is, and the largest but that one.
    largest: float
    where: int
    second: float

    @classmethod
    def read(cls, odds: Floats) -> "LogOdds":
        """Return the log-odds of an array, one a code."""
        of = tuple(odds.tolist())
        largest = max(of)
        where = of.index(largest)
        return cls(of, largest, where, max(of[:where] + of[where + 1 :]))

    def features(self, column: int) -> tuple[float, float]:
        """Return a code's log-odds, and the most that any other code has."""
        return self.of[column], self.second if column == self.where else self.largest


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What n-grams, and where they were asked sentence vectors, say of a text."""

    codes: tuple[str, ...]
    odds: LogOdds
    #: Share of each word in them; words x codes.
    shares: Floats
    #: By the vectors.
    sense: LogOdds | None

    def beside(self, column: int) -> tuple[float, ...]:
        """Return the features of a code that only the vectors give: its log-odds, and the most that any other code has."""
        return () if self.sense is None else self.sense.features(column)


def agreeing(candidates: Iterable[Candidate]) -> dict[str, int]:
    """Return how many different rules say of a headline or summary that an act took place, by code.

    Of tags that one rule alone has set four in ten are wrong, of those that three agree on one in ten.
    """
    said = {(c.code, c.rule) for c in candidates if c.dropped is None and c.mode in COUNTED and c.evidence[0].field != "body"}
    return Counter(code for code, _ in said)


def _confirmed(candidate: Candidate, rules: int, by: Verdicts, said: Said, language: str) -> Candidate:
    """Return a rule's candidate with the confidence that the model's opinion leaves it."""
    column = said.codes.index(candidate.code)
    own = log_odds(min(max(candidate.confidence, 0.01), 0.99))
    sure = by.confirm(own, log(max(rules, 1)), *said.odds.features(column), *said.beside(column))
    doubted = sure < by.kept.of(candidate.code, language) and candidate.dropped is None and candidate.mode in COUNTED
    return candidate.judged(round(sure, 4), DOUBTED if doubted else candidate.dropped)


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
    decision = decide(_rule(code), Hit(word, word), told(tokens, find(tokens, lex), lex, day))
    return Candidate(
        code=code,
        mode=decision.mode,
        confidence=round(sure, 4),
        evidence=tuple(_span(tokens, name, Hit(rows[i][1], rows[i][1])) for i in chosen),
        rule=f"{RULE}:{code}",
        cue=_span(tokens, name, decision.cue) if decision.cue else None,
        position=word + part * FIELD_OFFSET,
    )


def judged(
    candidates: Sequence[Candidate], parts: Parts, language: str, day: date | None, sense: Sense | None = None
) -> tuple[Candidate, ...]:
    """Return the candidates of headline and summary with calibrated confidence, and what else the model sees there.

    Without sentence vectors a text without any candidate of a rule is left alone: what n-grams alone make of ordinary
    news is mostly wrong.

    Args:
        candidates: what the rules found; those in the body are returned as they are.
        parts: headline and summary, tokenised.
        language: lexicon group.
        day: day of publication, where known.
        sense: what sentence vectors say of this text, where they were asked.
    """
    words = [word for _, tokens in parts for word in tokens.folded][:MOST_WORDS]
    if not words or (sense is None and all(c.evidence[0].field == "body" for c in candidates)):
        return tuple(candidates)  # nine in ten news items: nothing to be sure of, and no time lost on them
    model = judge()
    by_words = opinion(model, words)
    by = model.verdicts if sense is None else sense.meaning.verdicts
    vectors = None if sense is None else LogOdds.read(sense.odds)
    said = Said(codes=model.codes, odds=LogOdds.read(by_words.odds), shares=by_words.shares, sense=vectors)
    rules = agreeing(candidates)
    kept = tuple(
        c if c.evidence[0].field == "body" else _confirmed(c, rules.get(c.code, 0), by, said, language) for c in candidates
    )
    tagged = float(any(c.dropped is None and c.mode in COUNTED for c in candidates))
    new = []
    for column, sure in _unseen(by, said, {c.code for c in candidates}, tagged):
        code = model.codes[column]
        counts = sure >= by.counted.of(code, language)
        # To leave out word after word costs many vectors: what only waits for a reviewer is explained by n-grams.
        shares = sense.shares(parts, column) if sense and counts else said.shares[:, column]
        found = _found(code, sure, shares.tolist(), parts, lexicon(language), day)
        new.append(found if counts else replace(found, dropped=UNSURE))
    return (*kept, *new)


def _unseen(by: Verdicts, said: Said, seen: AbstractSet[str], tagged: float) -> Iterator[tuple[int, float]]:
    """Yield the codes that no rule saw and the model does: column, probability."""
    if said.sense is None and by.find(said.odds.largest, tagged) < by.shown:
        return  # of all codes none is likelier
    for column, code in enumerate(said.codes):
        if code not in seen:
            sure = by.find(said.odds.of[column], tagged, *said.beside(column))
            if sure >= by.shown:
                yield column, sure


def worth_asking(candidates: Sequence[Candidate], parts: Parts, least: float) -> bool:
    """Tell whether sentence vectors may change what is made of a text: it has a candidate, or n-grams see one faintly.

    Args:
        candidates: what the rules found.
        parts: headline and summary, tokenised.
        least: log-odds from which on the n-grams are said to see a code.
    """
    if any(c.evidence[0].field != "body" for c in candidates):
        return True
    words = [word for _, tokens in parts for word in tokens.folded][:MOST_WORDS]
    return bool(words) and float(opinion(judge(), words).odds.max()) >= least
