"""The events of a week by the scopes that they count in: two dozen scopes look at the same few thousand. Pure."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tension.brief.scopes import HEARD, Voices, heard


class Week:
    """The events of a week, gone through once for all scopes that are countries, or pairs of them."""

    def __init__(self, events: pd.DataFrame, told: Sequence[str]) -> None:
        """Take what is told of.

        Args:
            events: as `tension.brief.scopes.week` returns them, those that weigh most first.
            told: columns that `movers` tells of.
        """
        names = dict.fromkeys((*told, *HEARD, "country", "place_id", "family"))
        # As lists: to pick rows out of columns of texts for each scope takes ten times as long.
        self._columns = {name: events[name].tolist() for name in names}
        self._told = tuple(told)
        self._of_country: dict[str, list[int]] = {}
        self._of_set: dict[tuple[str, ...], list[int]] = {}
        for at, (country, named) in enumerate(zip(self._columns["country"], self._columns["countries"], strict=True)):
            self._of_country.setdefault(country, []).append(at)
            self._of_set.setdefault(named, []).append(at)

    def of(self, scope: str) -> list[int]:
        """Return the numbers of the events of a country, or of those that two countries are named by, in order."""
        if "-" not in scope:
            return self._of_country.get(scope, [])
        both = frozenset(scope.split("-"))
        return sorted(at for named, mine in self._of_set.items() if both.issubset(named) for at in mine)

    def voices(self, numbers: Sequence[int]) -> Voices:
        """Return who reports some of the events."""
        lists = ([self._columns[name][at] for at in numbers] for name in HEARD)
        return heard(*lists) if numbers else Voices()

    def movers(self, numbers: Sequence[int], most: int) -> list[dict[str, Any]]:
        """Return of some of the events the first of each place and family, as `tension.brief.scopes.movers` does."""
        found: dict[tuple[str | None, str], int] = {}
        for at in numbers:
            place = self._columns["place_id"][at]
            found.setdefault((None if pd.isna(place) else place, self._columns["family"][at]), at)
            if len(found) == most:
                break
        return [{name: self._columns[name][at] for name in self._told} for at in found.values()]
