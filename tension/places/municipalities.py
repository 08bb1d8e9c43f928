"""The municipality that a place lies in, where the gazetteer knows it."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from tension import assets


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    with assets.path("gazetteer", "municipalities.csv").open(encoding="utf-8", newline="") as lines:
        return tuple((r["place"], r["municipality"], r["name"], r["country"]) for r in csv.DictReader(lines))


@lru_cache(maxsize=1)
def municipality_of() -> Mapping[str, str]:
    """Return the municipality of each place that lies in one."""
    return MappingProxyType({place: found for place, found, _, _ in _rows()})


@lru_cache(maxsize=1)
def municipalities() -> Mapping[str, tuple[str, str]]:
    """Return name and country of each municipality, by id."""
    return MappingProxyType({found: (name, country) for _, found, name, country in _rows()})
