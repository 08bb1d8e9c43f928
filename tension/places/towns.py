"""Adjectives of towns and regions (*mitrovičke barikade*, *a belgrádi tüntetés*): where, by a word that is no name."""

from functools import lru_cache
from typing import Any

from tension import assets
from tension.model import EXACT, REGION
from tension.places.gazetteer import Gazetteer, Named, gazetteer
from tension.text.normal import fold_token

#: Shortest stem that is looked for.
SHORTEST_STEM = 3
#: An adjective that is only derived from a name needs a town of this size, or one of our own list.
KNOWN_TOWN = 10_000
#: The same elsewhere: cities that readers know.
KNOWN_CITY = 150_000


@lru_cache(maxsize=16)
def _data(language: str) -> tuple[dict[str, int], int, str, frozenset[str]]:
    """Return stems with their places, the longest ending behind a stem, the ending that derives, and words that only look so."""
    row: dict[str, Any] = assets.read_toml("gazetteer", "adjectives.toml").get(language, {})
    numbers = gazetteer().numbers
    stems = {fold_token(stem): numbers[place] for place, written in row.get("stems", {}).items() for stem in written}
    return stems, row.get("longest", 0), row.get("derived", ""), frozenset(fold_token(w) for w in row.get("not", ()))


def _known(named: Named, gaz: Gazetteer) -> bool:
    """Tell whether a derived adjective may mean a reading: a main name of a town that readers know."""
    place, size = gaz.places[named.place], gaz.population[named.place]
    if named.rest or named.weak or not named.main or place.precision not in EXACT:
        return False
    return gaz.flashpoint[named.place] or size >= (KNOWN_TOWN if place.country in REGION else KNOWN_CITY)


def town_of(language: str, token: str) -> int | None:
    """Return the number of the place whose adjective a folded word is, or None."""
    stems, longest, derived, no_adjectives = _data(language)
    for n in range(len(token), max(SHORTEST_STEM, len(token) - longest) - 1, -1):
        found = stems.get(token[:n])
        if found is not None:
            return found
    if not derived or not token.endswith(derived) or token in no_adjectives:
        return None
    gaz = gazetteer()
    known = [r.place for r in gaz.index.get(token[: -len(derived)], ()) if _known(r, gaz)]
    return min(
        known, key=lambda n: (gaz.places[n].country not in REGION, not gaz.flashpoint[n], -gaz.population[n]), default=None
    )
