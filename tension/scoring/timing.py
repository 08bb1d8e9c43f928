"""When the acts of an article's text happened, sentence by sentence, and which sentences are background.

A sentence that opens with a past year, or with words for a time long gone, is background, and so is what follows it in
its paragraph until a sentence names a day of the news. What a candidate's own words date far back is history as well.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from tension.model import Candidate, Mode, Span
from tension.scoring.dates import Dated, dates
from tension.scoring.detect import COUNTED
from tension.scoring.lexicon import lexicon
from tension.scoring.matcher import find
from tension.text.normal import Tokens, part, sentences

#: An expression of the past that begins within so many words of a sentence's begin speaks for all of it.
OPENS = 5
#: Incidents are told over several paragraphs; what is said or ordered has a day of its own.
TOLD_ON = frozenset({"armed_clash", "bombing_sabotage", "unrest", "security_operation"})
#: Words between an act and a past expression that dates it from within the sentence.
PAST_REACH = 8


class Firmness(IntEnum):
    """How firmly a text dates an act."""

    #: Not at all: the day of publication is all there is.
    NONE = 0
    #: By what was told before it.
    CARRIED = 1
    #: In its own sentence.
    STATED = 2
    #: In its own sentence, as the day since when it lasts.
    SINCE = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """A candidate with its day, where the text states one."""

    candidate: Candidate
    day: date | None = None
    firmness: Firmness = Firmness.NONE


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence: its expressions of time, and what it takes over from those before it."""

    first: int
    #: Its own expressions of time.
    said: tuple[Dated, ...]
    #: The last one before it in its paragraph: what is told goes on from there.
    carried: Dated | None
    #: The last one before it in the text.
    earlier: Dated | None
    #: The expression that makes all of it background.
    background: Dated | None


def _paragraph_begins(tokens: Tokens, first: int) -> bool:
    return first == 0 or "\n" in tokens.text[tokens.ends[first - 1] : tokens.starts[first]]


def _excepted_years(tokens: Tokens, language: str) -> set[int]:
    """Return the words after which a past year dates nothing ("the first since 2013")."""
    lex = lexicon(language)
    if lex.year_exceptions is None:
        return set()
    return {h.last + 1 for h in find(tokens, lex).get(lex.year_exceptions, ())}


class Clock:
    """The times of one text."""

    def __init__(self, tokens: Tokens, language: str, published: date | None) -> None:
        self.tokens = tokens
        self.sentences: list[_Sentence] = []
        found = dates(tokens, language, published) if len(tokens) else ()
        at = [d.first for d in found]
        background: Dated | None = None
        carried: Dated | None = None
        earlier: Dated | None = None
        for first, end in sentences(tokens):
            here = found[bisect_left(at, first) : bisect_left(at, end)]
            if any(d.past and d.day is None for d in here):
                after = {first + i for i in _excepted_years(part(tokens, first, end), language)}
                here = tuple(replace(d, since=True) if d.first in after and d.past else d for d in here)
            if _paragraph_begins(tokens, first):
                background = carried = None
            background = self._background(here, first, background)
            self.sentences.append(_Sentence(first, here, carried, earlier, background))
            recent = [d for d in here if not d.past and not d.future]
            if background is not None:
                carried = earlier = None
            elif recent:
                carried = earlier = recent[-1]
        self._firsts = [s.first for s in self.sentences]

    @staticmethod
    def _background(here: Sequence[Dated], first: int, before: Dated | None) -> Dated | None:
        """Return the expression that makes a sentence background, its own or that of a sentence before."""
        past = [d for d in here if d.past and not d.since]
        recent = [d for d in here if not d.past and not d.future]
        if past and past[0].first - first < OPENS and not any(d.first < past[0].first for d in recent):
            return past[0]
        return None if recent else before

    def time(self, candidate: Candidate, position: int) -> Timed:
        """Return a candidate with its day, as history where the text dates it far back.

        Args:
            candidate: as detected.
            position: its trigger among the words of this text.
        """
        sentence = self.sentences[bisect_left(self._firsts, position + 1) - 1]
        nearest = self._nearest(sentence.said, position)
        past = sentence.background
        if past is None and nearest is not None and nearest.past and not nearest.since:
            past = nearest if abs(nearest.first - position) <= PAST_REACH else None
        if past is not None and candidate.mode in COUNTED:
            return Timed(replace(candidate, mode=Mode.HISTORICAL, cue=self._span(past)))
        candidate = self._as_told(candidate, sentence)
        if candidate.mode is Mode.ANNOUNCED:
            # It has not happened; a day beside it is that of the announcement or of the plan.
            return Timed(candidate)
        if nearest is not None and nearest.day is not None:
            return Timed(candidate, nearest.day, Firmness.SINCE if nearest.since else Firmness.STATED)
        before = sentence.carried or (sentence.earlier if candidate.code in TOLD_ON else None)
        if sentence.said or before is None or before.day is None:
            return Timed(candidate)
        return Timed(candidate, before.day, Firmness.CARRIED)

    def _as_told(self, candidate: Candidate, sentence: _Sentence) -> Candidate:
        """Return a candidate; one that only a bygone weekday announces is actual.

        In a headline "on Saturday" is what is to come; in running text it is the Saturday before.
        """
        cue = candidate.cue
        if candidate.mode is not Mode.ANNOUNCED or cue is None or cue.field != "body":
            return candidate
        for d in sentence.said:
            overlaps = self.tokens.starts[d.first] < cue.end and cue.start < self.tokens.ends[d.last]
            if overlaps and d.day is not None and not d.future:
                return replace(candidate, mode=Mode.ACTUAL, cue=None)
        return candidate

    def _nearest(self, said: Sequence[Dated], position: int) -> Dated | None:
        """Return the expression that dates a word: of its clause before others, near before far."""
        usable = [d for d in said if not d.future]
        clause = self.tokens.clause
        return min(
            usable,
            key=lambda d: (clause[d.first] != clause[position], min(abs(d.first - position), abs(d.last - position)), d.first),
            default=None,
        )

    def _span(self, dated: Dated) -> Span:
        start, end = self.tokens.starts[dated.first], self.tokens.ends[dated.last]
        return Span(field="body", start=start, end=end, text=self.tokens.text[start:end])
