"""Who does what a report tells, and to whom: the parties of each of its signals (METHOD 5)."""

from collections.abc import Sequence

from tension.actors import Roles, named, roles
from tension.model import Article, Candidate, Field, Place, Reading, Signal
from tension.scoring.detect import FIELD_OFFSET, fields
from tension.text.language import group
from tension.text.normal import Tokens


def became(candidate: Candidate, reading: Reading) -> Signal | None:
    """Return the signal whose words a candidate gave, if it gave any."""
    same = (s for s in reading.signals if s.rule == candidate.rule and set(candidate.evidence) <= set(s.evidence))
    return next(same, None)


def roles_of(
    candidate: Candidate, parts: Sequence[tuple[Field, Tokens]], reading: Reading, place: Place | None = None
) -> Roles:  # fmt: skip
    """Return who does what a candidate reports, and to whom.

    Args:
        candidate: of the reading.
        parts: the article's fields, as `tension.scoring.detect.fields` gives them.
        reading: what was found in the article.
        place: where the act is, for peoples that live in several countries.
    """
    number = candidate.position // FIELD_OFFSET
    name, tokens = parts[number]
    shift = number * FIELD_OFFSET
    mentions = [m for m in reading.mentions if m.span.field == name]
    found = named(tokens, mentions, shift, place.country if place else None)
    return roles(candidate, tokens, found, group(reading.language), shift)


def parties(article: Article, reading: Reading) -> list[tuple[Signal, Roles]]:
    """Return the signals of which the text names a party, with its parties; of several mentions the first that names one."""
    told = [(c, s) for c in reading.candidates if c.dropped is None and (s := became(c, reading)) is not None]
    parts = fields(article) if told else []
    found: dict[int, tuple[Signal, Roles]] = {}
    for candidate, signal in told:
        if id(signal) not in found and _is_in(candidate, parts):
            made = roles_of(candidate, parts, reading, signal.place)
            if made.initiator is not None or made.target is not None:
                found[id(signal)] = signal, made
    return list(found.values())


def _is_in(candidate: Candidate, parts: Sequence[tuple[Field, Tokens]]) -> bool:
    """Tell whether a text has the words that a candidate points at: a reading may be of an earlier state of its article."""
    number, at = divmod(candidate.position, FIELD_OFFSET)
    return number < len(parts) and at < len(parts[number][1].sentence)
