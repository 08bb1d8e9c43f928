"""What scopes and signals are called in a message; both parties' names where a place has them."""

from datetime import date
from functools import lru_cache

from babel import Locale

from tension import assets
from tension.index.method import REGION_SCOPE
from tension.places.gazetteer import gazetteer
from tension.places.municipalities import municipalities
from tension.taxonomy import signal_types

_SEVERAL = 2


@lru_cache(maxsize=1)
def _english() -> Locale:
    return Locale("en")


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    """Return every party's form of the places that have several."""
    rows = assets.read_toml("gazetteer", "labels.toml")["labels"].items()
    return {str(place): " / ".join(row["local"]) for place, row in rows if len(row["local"]) >= _SEVERAL}


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    return {place.id: place.name for place in gazetteer().places}


def country(code: str) -> str:
    """Return the English name of a country or territory, after Unicode CLDR."""
    return str(_english().territories.get(code, code)).replace(" & ", " and ")


def place(place_id: str, name: str | None = None) -> str:
    """Return a place in every party's form."""
    return _forms().get(place_id) or name or _places().get(place_id, place_id)


def scope(name: str) -> str:
    """Return what a scope is called.

    >>> scope("region"), scope("RS-XK")
    ('the whole region', 'Kosovo–Serbia')
    """
    if name == REGION_SCOPE:
        return "the whole region"
    kind, _, of = name.partition(":")
    if kind == "place":
        return place(of)
    if kind == "municipality":
        return str(municipalities()[of][0]) if of in municipalities() else of
    return "–".join(sorted(country(code) for code in name.split("-")))


def signal(code: str) -> str:
    """Return the short name of a signal."""
    known = signal_types().get(code)
    return known.name if known else code


def day(of: date) -> str:
    """Return a day as `20 Sep 2021`."""
    return f"{of.day} {of:%b %Y}"
