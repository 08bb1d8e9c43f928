"""Words that have a place's name and are something else: acronyms, adjectives, persons, brands, words of the language."""

from functools import lru_cache

from tension import assets
from tension.model import Precision
from tension.places.adjectival import is_adjective
from tension.places.gazetteer import gazetteer
from tension.places.mentions import Name, listed
from tension.text.normal import Tokens, fold

#: Words in capitals up to this length are acronyms.
LONGEST_ACRONYM = 4
#: Letters of Greek and Cyrillic.
_FIRST_LETTER, _LAST_LETTER = "\u0370", "\u052f"


@lru_cache(maxsize=4)
def no_places(kind: str) -> frozenset[tuple[str, str]]:
    """Return (language group, folded words) that are a place never, only behind a word for *where*, or without doubt (`name`)."""
    rows = assets.read_toml("gazetteer", "no_places.toml")[kind]
    return frozenset((language, fold(word)) for language, words in rows.items() for word in words)


@lru_cache(maxsize=1)
def _with_marks() -> frozenset[tuple[str, str]]:
    """Return (language group, word in small letters) whose accent tells them from a place: Σοφία is a person, Σόφια the town."""
    rows = assets.read_toml("gazetteer", "no_places.toml")["accent"]
    return frozenset((language, word) for language, words in rows.items() for word in words)


def _is_acronym(name: Name, written: str, text: str) -> bool:
    """Tell whether a name is a short word in capitals, in a text that has small letters: NIS is an oil company, not Niš."""
    if name.first != name.last or len(written) > LONGEST_ACRONYM or not written.isupper() or text.isupper():
        return False
    places = gazetteer().places
    return not any(written in {places[r.place].name, *places[r.place].aliases} for r in name.readings)


def _is_brand(name: Name, written: str, text: str) -> bool:
    """Tell whether a name is in Latin letters amid more Greek or Cyrillic ones: brands, titles and persons are, places hardly."""
    if name.locative or not written.isascii() or text.isascii():
        return False
    own = sum(_FIRST_LETTER <= letter <= _LAST_LETTER for letter in text)
    return own > sum(letter.isascii() and letter.isalpha() for letter in text)


def _is_person(name: Name, tokens: Tokens, language: str) -> bool:
    """Tell whether a rank or trade stands before a name in its base form: "profesor Lipovac", but "gradonačelnik Niša"."""
    titles, before = listed(language, "persons"), name.first - 1
    if not titles or name.locative or before < 0 or tokens.clause[before] != tokens.clause[name.first]:
        return False
    places = gazetteer().places
    bare = any(r.word == tokens.folded[name.first] and not r.rest for r in name.readings)
    return (
        bare
        and tokens.folded[before].startswith(titles)
        and all(places[r.place].precision is not Precision.COUNTRY for r in name.readings)
    )


def is_no_place(name: Name, tokens: Tokens, language: str) -> bool:
    """Tell whether words that have a place's name are something else in this text."""
    word = language, " ".join(tokens.folded[name.first : name.last + 1])
    if word in no_places("never") or (word in no_places("where") and not name.locative):
        return True
    written = tokens.text[tokens.starts[name.first] : tokens.ends[name.last]]
    return (
        (language, written.lower()) in _with_marks()
        or _is_acronym(name, written, tokens.text)
        or _is_brand(name, written, tokens.text)
        or is_adjective(name, tokens, language)
        or _is_person(name, tokens, language)
    )
