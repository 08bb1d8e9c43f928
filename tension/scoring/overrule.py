"""What sentence vectors say of an act that a cue or a place counts out.

A cue calls an act denied, past or a figure of speech, and places abroad set it outside the region: by single words, and now and
then by the wrong ones ("a Russian embassy", "no weapon found"). The vectors were trained on whole texts of all these kinds, of
which none is labelled with the act. Where they are sure that it is reported all the same, it counts, on the evidence of the
rule's own words; what the rule made of it stays beside it with its cue, so that both opinions can be read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tension.model import OUTSIDE, Candidate, Mode
from tension.scoring.detect import COUNTED
from tension.scoring.judge import RULE, LogOdds
from tension.scoring.meaning import Sense

#: Last part of `Candidate.rule` of what counts by the vectors' word alone although a rule saw it.
OVERRULED = "overruled"
#: Modes that a cue decides for, in which an act does not count.
ASIDE = frozenset({Mode.DENIED, Mode.HISTORICAL, Mode.FIGURATIVE})


def counted_out(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """Return by code the candidates that a cue or a place counts out, of codes of which none counts."""
    counting: set[str] = set()
    found: dict[str, list[Candidate]] = {}
    for c in candidates:
        if c.dropped is None and c.mode in COUNTED:
            counting.add(c.code)
        elif c.dropped == OUTSIDE or (c.dropped is None and c.mode in ASIDE):
            found.setdefault(c.code, []).append(c)
    return {code: some for code, some in found.items() if code not in counting}


def is_outside(candidates: Sequence[Candidate]) -> bool:
    """Tell whether it is places alone that count an act out."""
    return all(c.dropped == OUTSIDE for c in candidates)


def overruled(candidates: Sequence[Candidate], language: str, sense: Sense) -> tuple[Candidate, ...]:
    """Return a candidate that counts for each act of which the vectors are sure although it is counted out.

    Args:
        candidates: of headline and summary, those outside the region marked.
        language: lexicon group.
        sense: what the vectors say of this text.
    """
    by, made = sense.meaning.verdicts, []
    if by.overrule is None:
        return ()
    odds = LogOdds.read(sense.odds)
    for code, some in counted_out(candidates).items():
        sure = by.overrule(*odds.features(sense.meaning.codes.index(code)), float(is_outside(some)))
        if sure >= by.overruled.of(code, language):
            best = max(some, key=lambda c: c.confidence)
            rule = f"{RULE}:{code}:{OVERRULED}"
            made.append(replace(best, mode=Mode.ACTUAL, dropped=None, cue=None, confidence=round(sure, 4), rule=rule))
    return tuple(made)
