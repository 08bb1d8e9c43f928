"""What a brief of a scope tells of: which rows, which situations, which crossings, whose coverage. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from tension import words
from tension.brief import scopes
from tension.errors import SettingsError
from tension.events.asof import border_of, is_of
from tension.events.situations import Situation
from tension.index.method import REGION_SCOPE
from tension.index.unread import countries_of
from tension.model import REGION, Precision
from tension.places import labels
from tension.places.gazetteer import gazetteer
from tension.places.municipalities import municipalities, municipality_of

_PLACE, _MUNICIPALITY = "place:", "municipality:"
_PARTIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a brief looks."""

    scope: str
    name: str
    #: Scopes that have a row, each with its name.
    rows: Mapping[str, str]
    #: Countries whose coverage matters.
    countries: tuple[str, ...]

    def has(self, s: Situation) -> bool:
        """Tell whether a situation is told of."""
        return is_of(s, self.scope)

    def has_crossing(self, place_id: str) -> bool:
        """Tell whether a crossing is on its board."""
        if self.scope == REGION_SCOPE:
            return True
        if self.scope.startswith(_PLACE):
            return place_id == self.scope.removeprefix(_PLACE)
        if self.scope.startswith(_MUNICIPALITY):
            return municipality_of().get(place_id) == self.scope.removeprefix(_MUNICIPALITY)
        return set(self.scope.split("-")) <= set(border_of(place_id))


def reach_of(scope: str) -> Reach:
    """Return how far a brief of a scope looks.

    Raises:
        SettingsError: it is no scope of the index.
    """
    if scope == REGION_SCOPE:
        return Reach(scope=scope, name="The whole region", rows=scopes.known(), countries=tuple(sorted(REGION)))
    if scope.startswith((_PLACE, _MUNICIPALITY)):
        name, country = _named(scope)
        return Reach(scope=scope, name=name, rows={scope: name}, countries=(country,) if country in REGION else ())
    parties = scope.split("-")
    if not (REGION.issuperset(parties) and len(set(parties)) == len(parties) <= _PARTIES):
        raise SettingsError(f"scope {scope!r} is unknown; use a country code, two of them (RS-XK), region, place:ID")
    name = "–".join(sorted(words.country(code) for code in parties))
    known = scopes.known()
    # Of a country, the pairs that it is a party of, too; of a pair, both countries.
    rows = {code: said for code, said in known.items() if scopes.countries(code) & set(parties)}
    if len(parties) == _PARTIES:
        rows = {scope: known.get(scope, name)} | {code: known[code] for code in parties}
    return Reach(scope=scope, name=name, rows=rows, countries=countries_of(scope, REGION, {}))


def _named(scope: str) -> tuple[str, str]:
    """Return name and country of a place or municipality."""
    kind, _, key = scope.partition(":")
    if f"{kind}:" == _MUNICIPALITY and key in municipalities():
        name, country = municipalities()[key]
        return words.place(name, country), country
    place = next((p for p in gazetteer().places if p.id == key), None) if f"{kind}:" == _PLACE else None
    if place is None:
        raise SettingsError(f"scope {scope!r}: the gazetteer has no {kind} {key!r}")
    if place.precision is Precision.COUNTRY:
        return words.country(place.country), place.country
    return words.place(labels.forms(place.id, place.name)[0], place.country), place.country
