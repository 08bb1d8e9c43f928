"""How well a reading of a name has to be supported before anything is drawn.

A name that nothing supports stays out: better an unplaced report than a dot where nothing happened.
"""

import csv
from functools import lru_cache

from tension import assets
from tension.model import REGION, Precision
from tension.places.gazetteer import KNOWN, Named, gazetteer, is_seat
from tension.places.mentions import Name, capitals_matter, listed
from tension.places.nonplaces import no_places
from tension.text.normal import Tokens

#: Settlements below this size need a sign that the word is a place.
SMALL = 3_000
#: From this size a town is known to readers of its own country.
MIDDLE = KNOWN
#: From this size a town of the readers' own is meant although its name ends as surnames do.
SHARED = 5_000
#: Above this size a name is known well enough to stand beside other capitalised words.
LARGE = 150_000
#: Cities elsewhere that may open a headline without a word for *where*.
METROPOLIS = 1_000_000
#: Words of this length are capitalised in title case, whatever their kind.
LONG_WORD = 5
#: The countries whose places a language's press means by default.
HOME = {"sq": ("AL", "XK"), "mk": ("MK",), "bg": ("BG",), "sl": ("SI",), "el": ("GR", "CY"), "ro": ("RO",), "tr": ("TR", "CY"),
        "hu": ("RS", "RO"), "hbs": ("RS", "BA", "HR", "ME", "XK")}  # fmt: skip
#: And the neighbours whose towns its readers know, too.
NEAR = {
    "sq": ("MK", "ME", "RS", "GR"),
    "mk": ("BG", "XK", "GR", "RS", "AL"),
    "bg": ("MK", "RS", "RO", "GR", "TR", "XK"),
    "el": ("TR", "AL", "MK", "BG"),
    "sl": ("HR", "BA", "RS", "ME", "XK"),
    "ro": ("BG", "RS"),
    "tr": ("GR", "BG", "XK", "MK"),
    "hu": ("HR", "SI"),
    "hbs": ("MK", "SI", "AL"),
}


def _is_ambiguous(folded: str) -> bool:
    return folded in gazetteer().ambiguous


@lru_cache(maxsize=1)
def _common_words() -> frozenset[tuple[str, str]]:
    """Return (language group, folded name) of place names that are ordinary words in that language."""
    with assets.path("gazetteer", "common_words.csv").open(encoding="utf-8", newline="") as lines:
        words = frozenset((row["language"], row["word"]) for row in csv.DictReader(lines))
    return words - no_places("name")


def _is_abroad(country: str, language: str) -> bool:
    """Tell whether a language's press has a country of its own, or neighbours, and this is none of them."""
    known = (*HOME.get(language, ()), *NEAR.get(language, ()))
    return bool(known) and country not in known


def _is_surname(name: Name, named: Named, language: str) -> bool:
    """Tell whether a name that no word sets as a place ends as surnames do: villages are called Vranić, many more people are."""
    return not name.locative and not named.rest and named.word.endswith(listed(language, "surnames"))


def _stands_alone(name: Name, guard: tuple[tuple[str, ...], frozenset[str]], tokens: Tokens) -> bool:
    """Tell whether a form that is also an adjective stands as a name: no noun of a longer name behind it."""
    no_name, opens_before = guard
    after = name.last + 1
    if after >= len(tokens) or tokens.clause[after] != tokens.clause[name.last]:
        return not name.opening
    if name.opening:
        return tokens.folded[after] in opens_before
    return not tokens.capital[after] and not tokens.folded[after].startswith(no_name)


def _outright(name: Name, named: Named, context: frozenset[str], tokens: Tokens) -> bool | None:
    """Tell whether the kind of a name settles that it is a place, or that it is none; None where its size has to decide."""
    gaz = gazetteer()
    place = gaz.places[named.place]
    guard = gaz.guarded.get(tokens.folded[name.first]) if named.word in gaz.guarded and not named.rest else None
    if guard is not None and gaz.flashpoint[named.place]:
        return _stands_alone(name, guard, tokens)
    if not named.rest and not name.locative and (named.word, named.place) in gaz.where_only:
        return False
    if _is_ambiguous(" ".join(tokens.folded[name.first : name.last + 1])):
        return place.country in context or name.locative
    if named.weak:
        return place.country in context and (name.locative or not name.beside_name)
    return True if place.precision is Precision.COUNTRY or named.rest else None


def _is_known_word(name: Name, named: Named, token: str, language: str, *, supported: bool, titled: bool) -> bool:
    """Tell whether a name that is also an ordinary word of the language is meant as the place. `token`: the word as it stands."""
    gaz = gazetteer()
    place, size = gaz.places[named.place], gaz.population[named.place]
    abroad = _is_abroad(place.country, language)
    if abroad and size < LARGE and place.id.isdigit() and not gaz.flashpoint[named.place]:
        return name.locative and size >= MIDDLE and (place.country not in REGION or (named.main and token == named.word))
    if named.main and (size >= LARGE * 4 or (size >= SMALL and not (name.opening or name.beside_name or titled))):
        return True
    if (
        named.main
        and (name.anew or name.dateline)
        and token == named.word
        and (size >= MIDDLE if not abroad else is_seat(place.name))
    ):
        return True  # "Airspace violations: Didim and Datça"
    return name.locative and (size >= MIDDLE or gaz.flashpoint[named.place] or supported)


def believable(name: Name, named: Named, context: frozenset[str], tokens: Tokens, language: str, *, titled: bool) -> bool:
    """Tell whether a reading is supported well enough to be drawn."""
    settled = _outright(name, named, context, tokens)
    if settled is not None:
        return settled
    gaz = gazetteer()
    place, size = gaz.places[named.place], gaz.population[named.place]
    supported = place.country in context
    small_letters = not (name.locative or gaz.flashpoint[named.place] or capitals_matter(tokens))
    if small_letters and size < (MIDDLE if place.country in HOME.get(language, ()) else LARGE):
        return False  # nothing says that the word is a name
    if (language, named.word) in _common_words():
        return _is_known_word(name, named, tokens.folded[name.first], language, supported=supported, titled=titled)
    if gaz.flashpoint[named.place] or not place.id.isdigit():
        return True  # our own lists, at home and elsewhere
    if _is_surname(name, named, language) and (size < SHARED or place.country not in HOME.get(language, ())):
        return False
    if size < SMALL and tokens.folded[name.first] != named.word and not (name.locative or supported):
        return False  # "Plana rasta" is the growth plan's genitive, not the village of Plano
    if place.country not in REGION and name.opening and not name.locative and size < METROPOLIS:
        return False  # "Tetë të arrestuar" counts eight arrested; it is not about Tete in Mozambique
    if name.dateline and named.main and place.country in REGION and size >= SMALL:
        return True
    return _by_size(name, named, tokens.folded[name.first], language, supported=supported, titled=titled)


def _by_size(name: Name, named: Named, token: str, language: str, *, supported: bool, titled: bool) -> bool:
    """Tell whether a settlement is large enough, for a reader of this language, to be meant by its bare name."""
    gaz = gazetteer()
    country, size = gaz.places[named.place].country, gaz.population[named.place]
    abroad = _is_abroad(country, language)
    home = country in (*HOME.get(language, ()), *NEAR.get(language, ()))
    if abroad and size < LARGE and not (supported and (name.locative or size >= MIDDLE)):
        # A small town of another country in passing is more often a surname or an inflected word of this language.
        exact = token == named.word and country in REGION  # "Zvornik'te"
        return named.main and name.locative and size >= (SMALL if exact else MIDDLE)
    if not named.main and not (name.locative and (supported or home)):
        return size >= LARGE or (size >= MIDDLE and home and not name.beside_name)
    if name.locative:
        return True
    if name.beside_name:
        known = METROPOLIS if abroad and country not in REGION and not is_seat(gaz.places[named.place].name) else LARGE
        return size >= known or (titled and size >= MIDDLE)
    return not name.opening or size >= SMALL or supported


def is_titled(tokens: Tokens) -> bool:
    """Tell whether a headline is in title case, where capitals prove nothing: no longer word begins small."""
    long = [i for i, word in enumerate(tokens.folded) if len(word) >= LONG_WORD]
    return len(long) > 1 and all(tokens.capital[i] for i in long)
