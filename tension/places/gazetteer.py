"""The gazetteer: GeoNames rows, our own flashpoints, the countries of the world, and an index by folded name."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

from tension import assets
from tension.compiled import kept
from tension.errors import AssetError
from tension.model import EXACT, REGION, Place, Precision
from tension.text.normal import fold, fold_token

#: Alternate names shorter than this are codes and syllables, not names that a text would use.
SHORTEST = 4
#: Longest name that is looked for, in words.
LONGEST_WORDS = 6
#: Where GeoNames' main name is not in the letters of the country, the first and the last letter of those that are: a name in
#: them is as good as the main one.
LETTERS = {"BG": ("\u0400", "\u04ff"), "MK": ("\u0400", "\u04ff"), "GR": ("\u0370", "\u03ff"), "CY": ("\u0370", "\u03ff")}
#: From this size a town is known to readers of its own country. The seat of a municipality is, whatever size is stated.
KNOWN = 10_000


class Named(NamedTuple):
    """One way to a place: its words, folded and in base form, and how good a name it is. A tuple, for there are many."""

    word: str
    rest: tuple[str, ...]
    place: int
    #: The place's main name or one of our own forms; else an alternate name of GeoNames.
    main: bool
    #: Also an ordinary word, a person or another place: counts only beside a second sign.
    weak: bool = False
    #: Begins with a small letter ("north of Kosovo"), so that a text's capital is not asked for.
    small: bool = False


@dataclass(slots=True)
class Gazetteer:
    """All places and their names. Treat as frozen once built."""

    places: list[Place] = field(default_factory=list)
    #: Inhabitants; `KNOWN` for the seat of a municipality of which fewer are stated.
    population: list[int] = field(default_factory=list)
    #: Our own list: flashpoints are what this product looks for, so they win over namesakes.
    flashpoint: list[bool] = field(default_factory=list)
    index: dict[str, list[Named]] = field(default_factory=dict)
    #: Folded names of countries that are ordinary words somewhere; they need a second sign.
    ambiguous: frozenset[str] = frozenset()
    #: Exact spellings of countries' abbreviations -> place.
    abbreviations: dict[str, int] = field(default_factory=dict)
    #: Language group and exact spelling -> place, for abbreviations that mean another thing in another language.
    local_abbreviations: dict[tuple[str, str], int] = field(default_factory=dict)
    #: Both, folded.
    short: frozenset[str] = frozenset()
    #: Folded forms that are also an adjective ("Srpska", but "Srpska lista"): how the word behind may not begin, and the words
    #: behind which such a form may open a sentence.
    guarded: dict[str, tuple[tuple[str, ...], frozenset[str]]] = field(default_factory=dict)
    #: (first folded word, place) of forms that are also a common word, a club or a person: they need a word for *where*.
    where_only: set[tuple[str, int]] = field(default_factory=set)
    #: Country code -> its place.
    countries: dict[str, int] = field(default_factory=dict)
    #: Id -> place.
    numbers: dict[str, int] = field(default_factory=dict)
    #: While it is built: what is indexed already.
    _named: set[tuple[str, tuple[str, ...], int]] = field(default_factory=set)

    def add(self, place: Place, names: Iterable[str], *, population: int = 0, flashpoint: bool = False, own: bool = False) -> int:
        """Make a place known under its names; the first is the main one."""
        number = len(self.places)
        self.places.append(place)
        self.numbers[place.id] = number
        self.population.append(population)
        self.flashpoint.append(flashpoint)
        self.name(number, names, own=own or flashpoint)
        return number

    def settle(self) -> None:
        """Let go of what only building needs."""
        self._named = set()

    def name(self, number: int, names: Iterable[str], *, own: bool, weak: bool = False) -> None:
        """Index further names of a place; `own` names are as good as the main one, `weak` ones need support."""
        for rank, name in enumerate(names):
            words = fold(name).split()
            if not words or len(words) > LONGEST_WORDS or (rank and len("".join(words)) < SHORTEST and not own):
                continue
            entry = Named(words[0], tuple(words[1:]), number, own or rank == 0, weak, name[:1].islower())
            known = (words[0], entry.rest, number)
            if known not in self._named:
                self._named.add(known)
                self.index.setdefault(words[0], []).append(entry)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with assets.path("gazetteer", name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _add_settlements(
    gazetteer: Gazetteer, name: str, extra: dict[str, list[str]], preferred: frozenset[str], seats: frozenset[str]
) -> None:
    for row in _rows(name):
        # Short alternate names of cities elsewhere are mostly codes and other cities' names.
        shortest = SHORTEST if row["country"] in REGION else SHORTEST + 1
        names = [row["name"], *(n for n in row["names"].split("|") if len(n) >= shortest)]
        place = Place(
            id=row["id"], name=row["name"], country=row["country"], lat=float(row["lat"]), lon=float(row["lon"]),
            precision=Precision.SETTLEMENT, aliases=tuple(dict.fromkeys([*extra.get(row["id"], ()), *names[1:]])),
        )  # fmt: skip
        # Reviewed names first: the first to index a form says how good it is.
        wanted = row["id"] in preferred
        size = max(int(row["population"] or 0), KNOWN if row["id"] in seats else 0)
        number = gazetteer.add(place, names[:1], population=size, flashpoint=wanted)
        first, last = LETTERS.get(row["country"], ("", ""))
        gazetteer.name(number, [*extra.get(row["id"], ()), *(n for n in names if first <= n[0] <= last)], own=True)
        gazetteer.name(number, names, own=False)


#: A point that may be farther off than this (km) stands for an area.
POINT_ACCURACY_KM = 3.0


def _extent(row: dict[str, Any]) -> tuple[Precision, float | None]:
    """Return how exactly an own place is known, and the radius to draw where it is no point."""
    precision, off = Precision(row["kind"]), float(row.get("accuracy_km", 0.0))
    if precision in EXACT and off > POINT_ACCURACY_KM:
        return Precision.REGION, off
    return precision, row.get("radius_km")


def _forms(names: list[str], row: dict[str, Any]) -> list[str]:
    """Return the names, and the parts of those that are shown in both parties' forms ("Jarinje / Jarinjë")."""
    apart = {*row.get("weak_names", ()), *row.get("other_names", ())}
    parts = [part for name in names if " / " in name for part in name.split(" / ") if part not in apart]
    return list(dict.fromkeys([*names, *parts]))


def _add_short_forms(gazetteer: Gazetteer, number: int, row: dict[str, Any]) -> None:
    """Index what names a place only in some languages, or only inside a sentence."""
    for language, shorts in row.get("abbreviations", {}).items():
        gazetteer.local_abbreviations.update({(language, short): number for short in shorts})
    where = row.get("where_names", [])
    gazetteer.name(number, where, own=True)
    gazetteer.where_only.update((fold(form).split()[0], number) for form in where)
    guarded = row.get("guarded_names", [])
    gazetteer.name(number, guarded, own=True)
    if guarded:
        guard = tuple(map(fold, row["not_before"])), frozenset(map(fold, row["opens_before"]))
        gazetteer.guarded.update({fold(form): guard for form in guarded})


def _add_own(gazetteer: Gazetteer, rows: Iterable[dict[str, Any]], *, flashpoint: bool) -> None:
    for row in rows:
        names, weak = _forms(row["names"], row), row.get("weak_names", [])
        precision, radius_km = _extent(row)
        place = Place(
            id=row["id"], name=names[0], country=row["country"], lat=row["lat"], lon=row["lon"],
            precision=precision, aliases=(*names[1:], *weak, *row.get("where_names", ())), radius_km=radius_km,
        )  # fmt: skip
        if "other_names" in row:
            # The same spot by the other party's name: who says Pazarkule stands on the Turkish side of the gate.
            # Added first, so that the id alone leads to the name that is shown.
            beyond = replace(place, name=row["other_names"][0], country=row["other"])
            gazetteer.add(beyond, row["other_names"], flashpoint=flashpoint, own=True)
        number = gazetteer.add(place, names, flashpoint=flashpoint, own=True)
        gazetteer.name(number, weak, own=True, weak=True)
        _add_short_forms(gazetteer, number, row)


def _add_countries(gazetteer: Gazetteer) -> None:
    extra = assets.read_once("gazetteer", "countries_extra.toml")
    for row in assets.read_once("gazetteer", "countries.toml")["country"]:
        code = row["code"]
        # CLDR has no name of some territories in some languages; the English one comes first where there is one.
        given = row["names"]
        names = list(dict.fromkeys([given.get("en", code), *given.values(), *extra["names"].get(code, ())]))
        place = Place(
            id=f"country-{code.lower()}", name=names[0], country=code, lat=row.get("lat"), lon=row.get("lon"),
            precision=Precision.COUNTRY, aliases=tuple(names[1:]),
        )  # fmt: skip
        number = gazetteer.countries[code] = gazetteer.add(place, names)
        gazetteer.name(number, names, own=True)
        for short in extra["abbreviations"].get(code, ()):
            gazetteer.abbreviations[short] = number
            gazetteer.places[number] = replace(place, aliases=(*gazetteer.places[number].aliases, short))
    gazetteer.ambiguous = frozenset(fold(n) for names in extra["ambiguous"].values() for n in names)


def _add_lists(gazetteer: Gazetteer) -> None:
    _add_own(gazetteer, assets.read_once("gazetteer", "flashpoints.toml")["place"], flashpoint=True)
    _add_own(gazetteer, assets.read_once("gazetteer", "world_extra.toml")["place"], flashpoint=False)
    _add_own(gazetteer, assets.read_once("gazetteer", "spots.toml")["place"], flashpoint=True)


@lru_cache(maxsize=1)
def seats_of_government() -> frozenset[str]:
    """Return the folded names of capitals, which stand for a government where no word says *where*."""
    return frozenset(fold(name) for name in assets.read_toml("gazetteer", "demonyms.toml")["government"])


@lru_cache(maxsize=4_096)
def is_seat(name: str) -> bool:
    """Tell whether a place's name is that of a capital."""
    return fold(name) in seats_of_government()


@lru_cache(maxsize=1)
def understood() -> tuple[frozenset[str], frozenset[str]]:
    """Return the lexicon groups whose texts leave out their own country, and the seats of unions that parties meet at."""
    stated = assets.read_toml("gazetteer", "demonyms.toml")["understood"]
    return frozenset(stated["languages"]), frozenset(stated["seats"])


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the gazetteer, read once a process.

    Raises:
        AssetError: a file is missing or malformed.
    """
    files = (file for file in sorted((assets.ROOT / "gazetteer").iterdir()) if file.suffix in {".csv", ".toml"})
    return kept("gazetteer", [*files, assets.ROOT / "lexicon" / "letters.toml"], _built)


def _built() -> Gazetteer:
    built = Gazetteer()
    try:
        own = assets.read_once("gazetteer", "names_extra.toml")
        extra = {str(k): list(v) for k, v in own["names"].items()}
        preferred = frozenset(own.get("preferred", {}).get("ids", ()))
        _add_countries(built)
        _add_lists(built)
        seats = frozenset(own.get("seats", {}).get("ids", ()))
        _add_settlements(built, "places.csv", extra, preferred, seats)
        _add_settlements(built, "world.csv", extra, frozenset(), seats)
    except (KeyError, ValueError, TypeError) as e:
        raise AssetError(assets.ROOT / "gazetteer", repr(e)) from e
    built.settle()
    built.short = frozenset(map(fold_token, (*built.abbreviations, *(short for _, short in built.local_abbreviations))))
    return built


@lru_cache(maxsize=1)
def crossings() -> dict[str, Place]:
    """Return the border crossings by id, from our own lists alone: the whole gazetteer takes a second to read.

    Raises:
        AssetError: a file is missing or malformed.
    """
    own = Gazetteer()
    try:
        _add_lists(own)
    except (KeyError, ValueError, TypeError) as e:
        raise AssetError(assets.ROOT / "gazetteer", repr(e)) from e
    return {place.id: place for place in own.places if place.precision is Precision.CROSSING}
