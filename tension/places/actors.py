"""Adjectives, demonyms, institutions and persons: words that name who acts, and only in need where."""

from collections.abc import Sequence
from functools import lru_cache

from tension import assets
from tension.text.normal import fold_token


@lru_cache(maxsize=16)
def _patterns(language: str) -> tuple[dict[str, list[tuple[str, bool]]], dict[str, list[tuple[str, bool]]]]:
    """Return exact words and stems of a language, each with the countries and whether it needs a capital letter."""
    exact: dict[str, list[tuple[str, bool]]] = {}
    stems: dict[str, list[tuple[str, bool]]] = {}
    for code, patterns in assets.read_toml("gazetteer", "demonyms.toml").get(language, {}).items():
        for pattern in patterns:
            table = stems if pattern.endswith("*") else exact
            table.setdefault(fold_token(pattern.rstrip("*")), []).append((code, pattern[0].isupper()))
    return exact, stems


def countries_of(language: str, token: str, capital: bool) -> tuple[str, ...]:  # noqa: FBT001 - part of the key
    """Return the countries whose adjective or demonym a folded word is."""
    exact, stems = _patterns(language)
    found = [exact.get(token, ())]
    found += [stems.get(token[:n], ()) for n in range(3, min(len(token), 30) + 1)]
    return tuple(dict.fromkeys(code for rows in found for code, needs in rows if capital or not needs))


#: Words of a name, each with whether it is a stem; and the country.
Institution = tuple[tuple[tuple[str, bool], ...], str]


@lru_cache(maxsize=1)
def _institutions() -> dict[str, list[Institution]]:
    """Return institutions and persons by the first three letters of their names."""
    table: dict[str, list[Institution]] = {}
    demonyms = assets.read_toml("gazetteer", "demonyms.toml")
    for code, names in (*demonyms["institution"].items(), *demonyms["person"].items()):
        for name in names:
            words = tuple((fold_token(word.rstrip("*")), word.endswith("*")) for word in name.split())
            table.setdefault(words[0][0][:3], []).append((words, code))
    return table


def _is(token: str, word: tuple[str, bool]) -> bool:
    return token.startswith(word[0]) if word[1] else token == word[0]


def institutions(token: str) -> tuple[Institution, ...]:
    """Return the institutions and persons whose names a folded word may begin."""
    return tuple([one for one in _institutions().get(token[:3], ()) if _is(token, one[0][0])])


def institution_at(begun: Sequence[Institution], folded: Sequence[str], index: int) -> tuple[str, int] | None:
    """Return (country, number of words) of the first of the names begun at a word that stands there in full, if one does."""
    for words, code in begun:
        here = folded[index : index + len(words)]
        if len(here) == len(words) and all(map(_is, here, words)):
            return code, len(words)
    return None
