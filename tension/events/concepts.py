"""Words for the same thing in many languages: what lets reports in two languages be compared."""

from collections.abc import Iterable
from functools import lru_cache

from tension import assets

#: Letters of a word that stand for it, where its ending changes with the case.
STEM = 5
#: A shorter word says too little to be shared by chance and mean something.
_SHORTEST = 4
_LONGEST_STEM = 14


@lru_cache(maxsize=1)
def _stems() -> dict[str, tuple[str, ...]]:
    """Return {stem, or `=word`: concepts}."""
    table: dict[str, list[str]] = {}
    for concept, words in assets.read_toml("concepts.toml")["concept"].items():
        for word in words.split():
            table.setdefault(word, []).append(concept)
    return {stem: tuple(dict.fromkeys(found)) for stem, found in table.items()}


@lru_cache(maxsize=1)
def moods() -> frozenset[str]:
    """Return the concepts that describe the air in which things happen, not a thing that happened."""
    return frozenset(assets.read_toml("concepts.toml")["mood"]["concepts"])


@lru_cache(maxsize=1)
def _akin() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in assets.read_toml("concepts.toml")["akin"]["groups"])


@lru_cache(maxsize=10_000)
def are_akin(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether some code of each may tell of one and the same act, though they are not the same.

    >>> are_akin(frozenset({"agreement"}), frozenset({"pullback"})), are_akin(frozenset({"agreement"}), frozenset({"unrest"}))
    (True, False)
    """
    return any(one & group and other & group for group in _akin())


@lru_cache(maxsize=200_000)
def concepts_of(word: str) -> tuple[str, ...]:
    """Return the concepts of a folded word; the longest stem decides.

    >>> concepts_of("barikade"), concepts_of("odofragmata")
    (('barricade',), ('barricade',))
    """
    stems = _stems()
    if f"={word}" in stems:
        return stems[f"={word}"]
    for n in range(min(len(word), _LONGEST_STEM), 2, -1):
        if word[:n] in stems:
            return stems[word[:n]]
    return ()


def concepts(words: Iterable[str]) -> frozenset[str]:
    """Return the concepts that folded words name."""
    return frozenset(concept for word in words for concept in concepts_of(word))


def stem(word: str) -> str:
    """Return what stands for a folded word whatever its ending."""
    return word if word.isdigit() else word[:STEM]


def _is_mood(word: str) -> bool:
    found = concepts_of(word)
    return bool(found) and moods().issuperset(found)


def stems(words: Iterable[str]) -> frozenset[str]:
    """Return the stems of words that are long enough to tell something, without those that name a mood alone."""
    return frozenset(stem(word) for word in words if len(word) >= _SHORTEST and not word.isdigit() and not _is_mood(word))
