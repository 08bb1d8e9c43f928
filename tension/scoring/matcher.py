"""Find where the phrases of a lexicon stand in a text."""

from typing import NamedTuple

from tension.scoring.lexicon import ANY_ONE, GAP, GAP_WORDS, Lexicon
from tension.text.normal import Tokens


class Hit(NamedTuple):
    """A phrase found: its first and last word. A tuple, for millions of them are made and compared."""

    first: int
    last: int


Hits = dict[int, list[Hit]]
_NO_ATOMS: frozenset[int] = frozenset()


def _walk(rest: tuple[frozenset[int] | int, ...], at: int, atoms: list[frozenset[int]], end: int) -> int:
    """Return the last word of a phrase whose first word stands before `at`, or -1. `end` bounds the sentence."""
    for number, element in enumerate(rest):
        if element == GAP:
            tail = rest[number + 1 :]
            for skip in range(GAP_WORDS + 1):
                last = _walk(tail, at + skip, atoms, end)
                if last >= 0:
                    return last
            return -1
        if at >= end:
            return -1
        if element != ANY_ONE and not (element & atoms[at]):  # type: ignore[operator]
            return -1
        at += 1
    return at - 1


def find(tokens: Tokens, lexicon: Lexicon) -> Hits:
    """Return the hits of every word class, in the order of the text.

    Linear in the text: each word opens only the phrases that begin with one of its atoms, and `...` is bounded.
    """
    words = [lexicon.word(token) for token in tokens.folded]
    atoms = [word.atoms for word in words]
    found: Hits = {}
    ends = _sentence_ends(tokens)
    for index, word in enumerate(words):
        if not word.steps:
            continue
        single = Hit(index, index)
        end = ends[index]
        following = atoms[index + 1] if index + 1 < end else _NO_ATOMS
        for alone, longer in word.steps:
            for number in alone:
                _note(found, number, single)
            for rest, classes in longer:
                second = rest[0]
                # Most phrases end here: the next word is another. Said before the walk, which costs a call.
                if second.__class__ is frozenset and second.isdisjoint(following):
                    continue
                last = _walk(rest, index + 1, atoms, end)
                if last >= 0:
                    hit = Hit(index, last)
                    for number in classes:
                        _note(found, number, hit)
    return found


def _note(found: Hits, number: int, hit: Hit) -> None:
    """Add a hit to a class, once."""
    hits = found.get(number)
    if hits is None:
        found[number] = [hit]
    elif hits[-1][0] != hit[0] or hit not in hits[-4:]:
        hits.append(hit)


def _sentence_ends(tokens: Tokens) -> list[int]:
    """Return, for each word, the index just past the last word of its sentence."""
    ends = [len(tokens)] * len(tokens)
    for index in range(len(tokens) - 2, -1, -1):
        same = tokens.sentence[index] == tokens.sentence[index + 1]
        ends[index] = ends[index + 1] if same else index + 1
    return ends
