"""What scopes and signals are called in a message; both parties' names where a place has them."""

from datetime import date
from functools import lru_cache

from tension import assets, words
from tension.index.method import REGION_SCOPE
from tension.places.gazetteer import gazetteer
from tension.places.municipalities import municipalities
from tension.tongue import _

_SEVERAL = 2


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    """Return every party's form of the places that have several."""
    rows = assets.read_toml("gazetteer", "labels.toml")["labels"].items()
    return {str(place): " / ".join(row["local"]) for place, row in rows if len(row["local"]) >= _SEVERAL}


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    return {place.id: place.name for place in gazetteer().places}


def country(code: str) -> str:
    """Return the name of a country or territory, after Unicode CLDR."""
    return words.country(code)


def place(place_id: str, name: str | None = None) -> str:
    """Return a place in every party's form."""
    return _forms().get(place_id) or name or _places().get(place_id, place_id)


def scope(name: str) -> str:
    """Return what a scope is called.

    >>> scope("region"), scope("RS-XK")
    ('the whole region', 'Kosovo–Serbia')
    """
    if name == REGION_SCOPE:
        return _("the whole region")
    kind, _colon, of = name.partition(":")
    if kind == "place":
        return place(of)
    if kind == "municipality":
        return str(municipalities()[of][0]) if of in municipalities() else of
    return "–".join(sorted(country(code) for code in name.split("-")))


def signal(code: str) -> str:
    """Return the short name of a signal."""
    return words.signal(code)


def day(of: date) -> str:
    """Return a day as `20 Sep 2021`."""
    return words.day(of)
