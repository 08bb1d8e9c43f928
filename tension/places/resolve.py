"""Which place is meant: readings are weighed by kind, size, company and outlet; rivals are kept.

A name that nothing supports stays out: better an unplaced report than a dot where nothing happened.
"""

import csv
import math
from collections.abc import Sequence
from functools import lru_cache

from tension import assets
from tension.model import REGION, Article, Field, PlaceMention, Precision, Span
from tension.places.actors import Institution, countries_of, institution_at, institutions
from tension.places.bylines import placing
from tension.places.gazetteer import Gazetteer, Named, gazetteer, is_seat
from tension.places.mentions import Name, capitals_matter, find_names, is_soil
from tension.places.towns import town_of
from tension.text.normal import MEMO_WORDS, Tokens, fold, tokenise

#: Settlements below this size need a sign that the word is a place.
SMALL = 3_000
#: From this size a town is known to readers of its own country.
MIDDLE = 10_000
#: Above this size a name is known well enough to stand beside other capitalised words.
LARGE = 150_000
#: Cities elsewhere that may open a headline without a word for *where*.
METROPOLIS = 1_000_000
#: Words in capitals up to this length are acronyms.
LONGEST_ACRONYM = 4
#: So much less likely is a place elsewhere that nothing else in the text points to.
FAR_AWAY = 1.5
#: Words of this length are capitalised in title case, whatever their kind.
LONG_WORD = 5
#: The countries whose places a language's press means by default.
HOME = {"sq": ("AL", "XK"), "mk": ("MK",), "bg": ("BG",), "sl": ("SI",), "el": ("GR", "CY"), "ro": ("RO",), "tr": ("TR", "CY"),
        "hu": ("RS", "RO"), "hbs": ("RS", "BA", "HR", "ME", "XK")}  # fmt: skip
#: And the neighbours whose towns its readers know, too.
NEAR = {
    "sq": ("MK", "ME", "RS", "GR"),
    "mk": ("BG", "XK", "GR", "RS", "AL"),
    "bg": ("MK", "RS", "RO", "GR", "TR"),
    "el": ("TR", "AL", "MK", "BG"),
    "sl": ("HR", "BA", "RS"),
    "ro": ("BG", "RS"),
    "tr": ("GR", "BG", "XK", "MK"),
    "hu": ("HR", "SI"),
    "hbs": ("MK", "SI", "AL"),
}


def _weight(named: Named, context: frozenset[str], home: Sequence[str], outlet: str, gaz: Gazetteer) -> float:
    """Return how likely a reading is: larger is likelier; the scale means nothing by itself."""
    place = gaz.places[named.place]
    weight = 3.0 if gaz.flashpoint[named.place] or not place.id.isdigit() else 0.0
    weight += 6.0 if place.precision is Precision.COUNTRY else 0.7 * math.log10(gaz.population[named.place] + 10)
    weight += (1.5 if named.main else 0.0) - (2.0 if named.weak else 0.0)
    weight += 2.5 if place.country in context else 0.0
    if place.country not in REGION and place.country not in context and gaz.population[named.place] < METROPOLIS:
        weight -= FAR_AWAY if gaz.population[named.place] else 0.0
    weight += 1.5 if place.country == outlet else 0.0
    return weight + (1.6 if place.country in home else 0.0)


def _is_ambiguous(folded: str) -> bool:
    return folded in gazetteer().ambiguous


@lru_cache(maxsize=1)
def _common_words() -> frozenset[tuple[str, str]]:
    """Return (language group, folded name) of place names that are ordinary words in that language."""
    with assets.path("gazetteer", "common_words.csv").open(encoding="utf-8", newline="") as lines:
        listed = frozenset((row["language"], row["word"]) for row in csv.DictReader(lines))
    return listed - _no_places("name")


@lru_cache(maxsize=4)
def _no_places(kind: str) -> frozenset[tuple[str, str]]:
    """Return (language group, folded words) that are a place never, only behind a word for *where*, or without doubt (`name`)."""
    rows = assets.read_toml("gazetteer", "no_places.toml")[kind]
    return frozenset((language, fold(word)) for language, words in rows.items() for word in words)


def _is_acronym(name: Name, tokens: Tokens) -> bool:
    """Tell whether a name is a short word in capitals, in a text that has small letters: NIS is an oil company, not Niš."""
    written = tokens.text[tokens.starts[name.first] : tokens.ends[name.last]]
    if name.first != name.last or len(written) > LONGEST_ACRONYM or not written.isupper() or tokens.text.isupper():
        return False
    places = gazetteer().places
    return not any(written in {places[r.place].name, *places[r.place].aliases} for r in name.readings)


def _is_no_place(name: Name, tokens: Tokens, language: str) -> bool:
    """Tell whether words that have a place's name are something else in this language."""
    word = language, " ".join(tokens.folded[name.first : name.last + 1])
    return word in _no_places("never") or (word in _no_places("where") and not name.locative) or _is_acronym(name, tokens)


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


def _is_known_word(name: Name, named: Named, *, supported: bool, titled: bool) -> bool:
    """Tell whether a name that is also an ordinary word of the language is meant as the place."""
    gaz = gazetteer()
    size = gaz.population[named.place]
    if named.main and (size >= LARGE * 4 or (size >= SMALL and not (name.opening or name.beside_name or titled))):
        return True
    return name.locative and (size >= MIDDLE or gaz.flashpoint[named.place] or supported)


def _believable(name: Name, named: Named, context: frozenset[str], tokens: Tokens, language: str, *, titled: bool) -> bool:
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
        return _is_known_word(name, named, supported=supported, titled=titled)
    if gaz.flashpoint[named.place] or not place.id.isdigit():
        return True  # our own lists, at home and elsewhere
    if place.country not in REGION and name.opening and not name.locative and size < METROPOLIS:
        return False  # "Tetë të arrestuar" counts eight arrested; it is not about Tete in Mozambique
    if name.dateline and named.main and place.country in REGION and size >= SMALL:
        return True
    return _by_size(name, named, language, supported=supported, titled=titled)


def _by_size(name: Name, named: Named, language: str, *, supported: bool, titled: bool) -> bool:
    """Tell whether a settlement is large enough, for a reader of this language, to be meant by its bare name."""
    gaz = gazetteer()
    country, size = gaz.places[named.place].country, gaz.population[named.place]
    home = (*HOME.get(language, ()), *NEAR.get(language, ()))
    if home and country not in home and size < LARGE and not (supported and (name.locative or size >= MIDDLE)):
        # A small town of another country in passing is more often a surname or an inflected word of this language.
        return named.main and name.locative and size >= MIDDLE
    if not named.main and not (name.locative and (supported or country in home)):
        return size >= LARGE or (size >= MIDDLE and country in home and not name.beside_name)
    if name.locative:
        return True
    if name.beside_name:
        return size >= LARGE or (titled and size >= MIDDLE)
    return not name.opening or size >= SMALL or supported


def _titled(tokens: Tokens) -> bool:
    """Tell whether a headline is in title case, where capitals prove nothing: no longer word begins small."""
    long = [i for i, word in enumerate(tokens.folded) if len(word) >= LONG_WORD]
    return len(long) > 1 and all(tokens.capital[i] for i in long)


def _span(first: int, last: int, tokens: Tokens, field: Field) -> Span:
    start, end = tokens.starts[first], tokens.ends[last]
    return Span(field=field, start=start, end=end, text=tokens.text[start:end])


@lru_cache(maxsize=MEMO_WORDS)
def _meaning(
    language: str,
    token: str,
    capital: bool,  # noqa: FBT001 - part of the key
) -> tuple[tuple[str, ...], int | None, Sequence[Institution]] | None:
    """Return what a folded word says without being a place's name, or None where nothing.

    That is the country and the town whose adjective it is, and the institutions and persons whose names it begins.
    Asked for every word, so remembered as one.
    """
    found = countries_of(language, token, capital)[:1], town_of(language, token), institutions(token) if capital else ()
    return None if found == ((), None, ()) else found


def actors(tokens: Tokens, language: str, field: Field, gaz: Gazetteer, shift: int = 0) -> list[PlaceMention]:
    """Return the countries that adjectives, demonyms, institutions and abbreviations of a text name."""
    found = []
    matter = capitals_matter(tokens)
    for index, token in enumerate(tokens.folded):
        meaning = _meaning(language, token, not matter or tokens.capital[index])
        if meaning is None:
            continue
        codes, town, begun = meaning
        hits = [(code, index) for code in codes]
        institution = institution_at(begun, tokens.folded, index)
        if institution:
            hits = [(institution[0], index + institution[1] - 1)]
        if town is not None:
            # "The Belgrade regime" is an actor, "Mitrovica barricades" are where they stand.
            place = gaz.places[town]
            span = _span(index, index, tokens, field)
            found.append(PlaceMention(place=place, span=span, actor=is_seat(place.name), position=index + shift))
        for code, last in hits:
            number = gaz.countries.get(code)
            if number is not None:
                span = _span(index, last, tokens, field)
                is_place = code in REGION and is_soil(last, tokens, language)
                mention = PlaceMention(
                    place=gaz.places[number], span=span, actor=not is_place, locative=is_place, position=index + shift
                )
                found.append(mention)
    return found


def _abbreviations(tokens: Tokens, language: str, field: Field, gaz: Gazetteer, shift: int) -> list[PlaceMention]:
    found = []
    for index, token in enumerate(tokens.folded):
        if token not in gaz.short or not tokens.capital[index]:
            continue
        written = tokens.text[tokens.starts[index] : tokens.ends[index]]
        number = gaz.abbreviations.get(written, gaz.local_abbreviations.get((language, written)))
        if number is not None:
            found.append(PlaceMention(place=gaz.places[number], span=_span(index, index, tokens, field), position=index + shift))
    return found


def _resolve(
    names: Sequence[Name], known: frozenset[str], article: Article, language: str, tokens: Tokens, field: Field, shift: int
) -> list[PlaceMention]:
    """Choose a reading for every name of one field."""
    if not names:
        return []
    gaz = gazetteer()
    sure = {gaz.places[n.readings[0].place].country for n in names if len({r.place for r in n.readings}) == 1}
    context = known | sure
    home = HOME.get(language, ())
    titled = _titled(tokens)
    found = []
    for name in names:
        if _is_no_place(name, tokens, language):
            continue
        others = context - ({gaz.places[name.readings[0].place].country} if len(name.readings) == 1 else set()) | known
        ranked = sorted(
            name.readings, key=lambda r: (-_weight(r, frozenset(others), home, article.country, gaz), gaz.places[r.place].id)
        )
        best = next((r for r in ranked if _believable(name, r, frozenset(others), tokens, language, titled=titled)), None)
        if best is not None:
            rivals = dict.fromkeys(gaz.places[r.place].id for r in ranked if r.place != best.place)
            found.append(
                PlaceMention(
                    place=gaz.places[best.place],
                    span=_span(name.first, name.last, tokens, field),
                    locative=name.locative,
                    origin=name.origin,
                    rivals=tuple(rivals)[:5],
                    position=name.first + shift,
                )
            )
    return found


#: Positions of later fields start here, as in `tension.scoring.detect`.
FIELD_OFFSET = 1_000_000


def locate(article: Article, language: str, parts: Sequence[tuple[Field, Tokens]] | None = None) -> tuple[PlaceMention, ...]:
    """Return the places that an article names, and the countries that its adjectives name as actors, in reading order.

    Pure. An article that names no place has none; nothing is put at a capital.
    """
    gaz = gazetteer()
    if parts is None:
        named: tuple[tuple[Field, str], ...] = (("title", article.title), ("summary", article.summary), ("body", article.body))
        parts = tuple((f, tokenise(t)) for f, t in named if t)
    found: list[PlaceMention] = []
    known: frozenset[str] = frozenset()
    for number, (field, tokens) in enumerate(parts):
        shift = number * FIELD_OFFSET
        who = actors(tokens, language, field, gaz, shift) + _abbreviations(tokens, language, field, gaz, shift)
        known |= {m.place.country for m in who}
        where = _resolve(find_names(tokens, language), known, article, language, tokens, field, shift)
        known |= {m.place.country for m in where}
        taken = {(m.span.field, m.span.start) for m in where}
        both = where + [m for m in who if (m.span.field, m.span.start) not in taken]
        found += placing(both, tokens.text)
    return tuple(sorted(found, key=lambda m: (m.position, m.actor)))
