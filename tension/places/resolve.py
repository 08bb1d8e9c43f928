"""Which place is meant: readings are weighed by kind, size, company and outlet; rivals are kept."""

import math
from collections.abc import Sequence
from functools import lru_cache

from tension.model import REGION, Article, Field, PlaceMention, Precision, Span
from tension.places.actors import Institution, countries_of, institution_at, institutions
from tension.places.bylines import placing
from tension.places.credence import HOME, METROPOLIS, believable, is_titled
from tension.places.gazetteer import Gazetteer, Named, gazetteer, is_seat
from tension.places.mentions import Name, capitals_matter, find_names, is_soil, listed
from tension.places.nonplaces import is_no_place
from tension.places.towns import town_of
from tension.text.normal import MEMO_WORDS, Tokens, tokenise

#: So much less likely is a place elsewhere that nothing else in the text points to.
FAR_AWAY = 1.5
#: So much likelier is a name as it stands than one of which it would be a case form ("Nijerya" is Nigeria, not "to Niger").
AS_WRITTEN = 0.5
#: Of countries that share a language, the one whose standard a text is in: it is taken for the outlet's where that is unknown.
STANDARDS = {"sr": "RS", "hr": "HR", "bs": "BA", "cnr": "ME"}
#: So much likelier is a crossing where a word for one stands beside its name.
AT_CROSSING = 2.5


def _weight(named: Named, context: frozenset[str], home: Sequence[str], outlet: str, gaz: Gazetteer, gates: float = 0.0) -> float:
    """Return how likely a reading is: larger is likelier; the scale means nothing by itself. `gates`: what a crossing gains."""
    place = gaz.places[named.place]
    weight = 3.0 if gaz.flashpoint[named.place] or not place.id.isdigit() else 0.0
    weight += 6.0 if place.precision is Precision.COUNTRY else 0.7 * math.log10(gaz.population[named.place] + 10)
    weight += (1.5 if named.main else 0.0) - (2.0 if named.weak else 0.0)
    weight += 2.5 if place.country in context else 0.0
    if place.country not in REGION and place.country not in context and gaz.population[named.place] < METROPOLIS:
        weight -= FAR_AWAY if gaz.population[named.place] else 0.0
    weight += 1.5 if place.country == outlet else 0.0
    weight += gates if place.precision is Precision.CROSSING else 0.0
    return weight + (1.6 if place.country in home else 0.0)


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
    outlet = article.country or STANDARDS.get(article.language.partition("-")[0], "")
    titled = is_titled(tokens)
    signs = listed(language, "crossing")
    crossings = {clause for word, clause in zip(tokens.folded, tokens.clause, strict=True) if word.startswith(signs)}
    found = []
    for name in names:
        if is_no_place(name, tokens, language):
            continue
        others = context - ({gaz.places[name.readings[0].place].country} if len(name.readings) == 1 else set()) | known
        gates = AT_CROSSING if tokens.clause[name.first] in crossings else 0.0
        ranked = sorted(
            name.readings,
            key=lambda r: (
                -_weight(r, frozenset(others), home, outlet, gaz, gates) - AS_WRITTEN * (r.word == tokens.folded[name.first]),
                gaz.places[r.place].id,
            ),
        )
        best = next((r for r in ranked if believable(name, r, frozenset(others), tokens, language, titled=titled)), None)
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
