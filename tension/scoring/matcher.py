"""Find where the phrases of a lexicon stand in a text."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from tension.scoring.lexicon import Lexicon
from tension.scoring.phrases import ANY_ONE, GAP, GAP_WORDS, Rest
from tension.text.normal import Tokens


class Hit(NamedTuple):
    """A phrase found: its first and last word. A tuple, for millions of them are made and compared."""

    first: int
    last: int


Hits = dict[int, list[Hit]]
_NO_ATOMS: frozenset[int] = frozenset()


def _walk(rest: Rest, at: int, atoms: list[frozenset[int]], end: int) -> int:
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


class Match(NamedTuple):
    """Words that one or several classes know: first and last word, and the classes."""

    first: int
    last: int
    classes: AbstractSet[int]


def matches(tokens: Tokens, lexicon: Lexicon) -> list[Match]:
    """Return what a lexicon knows of a text, in the order of the text.

    Linear in the text: each word opens only the phrases that begin with one of its atoms, and `...` is bounded.
    """
    words = lexicon.words(tokens.folded)
    found: list[Match] = []
    atoms: list[frozenset[int]] = []
    ends: list[int] = []
    for index, word in enumerate(words):
        if word.alone:
            found.append(Match(index, index, word.alone))
        for longer in word.longer:
            if not ends:
                atoms, ends = [word.atoms for word in words], _sentence_ends(tokens)
            end = ends[index]
            for _, rest, classes in longer.going_on(atoms[index + 1] if index + 1 < end else _NO_ATOMS):
                last = _walk(rest, index + 1, atoms, end)
                if last >= 0:
                    found.append(Match(index, last, classes))
    return found


def classes_of(found: Iterable[Match]) -> set[int]:
    """Return the word classes that stand anywhere."""
    return set().union(*[match.classes for match in found])


def by_class(found: Iterable[Match], asked: AbstractSet[int] | None = None) -> Hits:
    """Return the hits of every word class, or of those that are asked for, in the order of the text."""
    hits: Hits = {}
    for first, last, classes in found:
        hit = Hit(first, last)
        for number in classes if asked is None else classes & asked:
            _note(hits, number, hit)
    return hits


def find(tokens: Tokens, lexicon: Lexicon) -> Hits:
    """Return the hits of every word class in a text, in its order."""
    return by_class(matches(tokens, lexicon))


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
