"""Names of countries that are adjectives too: "Turska" is Türkiye, "turska fregata" a frigate, wherever it sails."""

from functools import lru_cache

from tension import assets
from tension.model import Precision
from tension.places.actors import countries_of
from tension.places.gazetteer import gazetteer
from tension.places.mentions import Name
from tension.text.normal import Tokens


@lru_cache(maxsize=16)
def _nouns(language: str) -> tuple[tuple[str, ...], frozenset[tuple[str, str]]]:
    """Return stems of what a country's adjective stands before, and the endings of adjective and noun that go together."""
    row = assets.read_toml("gazetteer", "endings.toml").get(language, {})
    return tuple(row.get("belongs", "").split()), frozenset((own, noun) for own, noun in row.get("agreeing", ()))


def is_adjective(name: Name, tokens: Tokens, language: str) -> bool:
    """Tell whether a country's name is an adjective here: it has the form of one, and a noun that agrees stands behind it."""
    stems, agreeing = _nouns(language)
    behind = name.last + 1
    if not stems or name.locative or name.first != name.last or behind >= len(tokens):
        return False
    word, noun = tokens.folded[name.first], tokens.folded[behind]
    if tokens.clause[behind] != tokens.clause[name.first] or not noun.startswith(stems):
        return False
    if not any(word.endswith(own) and noun.endswith(other) for own, other in agreeing):
        return False
    places = gazetteer().places
    countries = [places[r.place].country for r in name.readings if places[r.place].precision is Precision.COUNTRY]
    return any(country in countries_of(language, word, capital=True) for country in countries)
