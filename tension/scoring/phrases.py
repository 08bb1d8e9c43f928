"""Phrases of several words, filed by what may stand second, so that most of them are never looked at."""

from collections.abc import Sequence
from operator import itemgetter

#: Pattern elements that are not words.
ANY_ONE = -1
GAP = -2
#: How many words `...` may stand for.
GAP_WORDS = 4

#: The elements of a phrase behind its first word.
Rest = tuple[frozenset[int] | int, ...]
#: A phrase of several words: its number, its elements behind the first, the classes that it belongs to.
Phrase = tuple[int, Rest, frozenset[int]]


class Longer:
    """The longer phrases that begin with one atom, by what may stand second: most end there, and are never looked at."""

    __slots__ = ("_any", "_second")

    def __init__(self, second: dict[int, list[Phrase]] | None = None, any_: list[Phrase] | None = None) -> None:
        self._second: dict[int, list[Phrase]] = second or {}
        #: Second is `_` or `...`.
        self._any: list[Phrase] = any_ or []

    def state(self) -> tuple[dict[int, list[Phrase]], list[Phrase]]:
        """Return what it was made of, to be made of again."""
        return self._second, self._any

    def add(self, phrase: Phrase) -> None:
        """Make a phrase known; its number is higher than that of those before."""
        second = phrase[1][0]
        if isinstance(second, int):
            self._any.append(phrase)
        else:
            for atom in second:
                self._second.setdefault(atom, []).append(phrase)

    def going_on(self, atoms: frozenset[int]) -> Sequence[Phrase]:
        """Return the phrases, in their order, that the atoms of the next word may continue."""
        rows = [self._second[atom] for atom in atoms if atom in self._second]
        if not rows:
            return self._any
        if len(rows) == 1 and not self._any:
            return rows[0]
        return sorted({phrase[0]: phrase for row in (*rows, self._any) for phrase in row}.values(), key=_NUMBER)


_NUMBER = itemgetter(0)
