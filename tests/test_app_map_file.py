"""The map as an SVG file: opens as XML, has the marks of the screen, says what it shows, and lets nothing of a title act."""

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from functools import lru_cache

import pandas as pd
import pytest
from desk import open_page
from hypothesis import given
from hypothesis import strategies as st

from app import atlas, geometry, grounds, repository
from app.figures import basemap, density, map_svg, marks
from app.figures.map_svg import Mark, Sheet
from app.theme import DARK, LIGHT
from tension.events.asof import STATES
from tension.events.crossings import BLOCKED, NO_REPORT
from tension.model import Query
from tension.places.view import Mercator

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script> & "x" \u202e\x00 \x1b ]]>'
SINCE, UNTIL = date(2021, 9, 15), date(2021, 9, 25)
TOLD = [
    (date(2021, 9, 20), "Serbs block road to Jarinje crossing with lorries", "Desk", "desk", "international", "INT", "en"),
    (date(2021, 9, 20), "Srbi kamionima blokirali put ka prelazu Jarinje", "Dnevnik", "dnevnik", "serbia", "RS", "sr"),
    (date(2021, 9, 21), "Explosion damages police station in Thessaloniki", "Desk", "desk", "international", "INT", "en"),
    (date(2021, 9, 22), "Clashes between police and protesters in Podgorica", "Desk", "desk", "international", "INT", "en"),
    (date(2021, 9, 23), "Kosovo bans entry of Serbian goods", "Desk", "desk", "international", "INT", "en"),
]  # fmt: skip


@pytest.fixture
def archive(desk_stores, tell) -> str:
    """The address of an archive with a blockade, and what is known only of a country."""
    tell(desk_stores["replay"], TOLD, feeds=False)
    return desk_stores["replay"]


@lru_cache(maxsize=1)
def ground() -> dict:
    """Return what all maps are drawn on."""
    return basemap.ground(geometry.boundaries("countries.geojson"), grounds.disputed())


def sheet(**fields) -> Sheet:
    """Make a sheet without marks, on the ground that all maps have."""
    made = {
        "title": "1 to 3 May 2026: no event", "notes": (), "footnote": "Made with Natural Earth.", "lines": "dashed",
        "ground": ground(), "centre": basemap.WHOLE,
    }  # fmt: skip
    return Sheet(**(made | fields))


def parsed(content: bytes) -> ET.Element:
    """Return the root of a file; it fails where it is no XML."""
    return ET.fromstring(content)  # noqa: S314 - made by us


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    """Return the elements of a class."""
    return [element for element in root.iter() if element.get("class") == name]


def words_of(root: ET.Element) -> str:
    """Return all that the picture says."""
    return " ".join(element.text or "" for element in root.iter(f"{SVG}text"))


@pytest.mark.usefixtures("archive")
def test_the_file_has_the_marks_of_the_screen():
    """One disc an exact place, one ring an event, one area an area with an outline, every crossing, and each name once."""
    at = open_page("map", store="replay", window=[SINCE.isoformat(), UNTIL.isoformat()])
    desk, query = repository.desk("replay"), Query(since=SINCE, until=UNTIL)
    events, places = repository.shown(desk, query, SINCE, UNTIL)
    offered = at.session_state["on-screen"]

    root = parsed(offered.content("svg"))

    exact = places[places["exact"]]
    assert len(exact) >= 2
    assert len(of_class(root, "disc")) == len(exact)
    assert len(of_class(root, "ring")) == int(events["place_id"].isin(exact["place_id"]).sum())
    assert len(of_class(root, "area")) == len(atlas.outlines(places)) > 0
    gates = of_class(root, "gate")
    assert len(gates) == len(atlas.gates())
    assert [g.get("data-state") for g in gates].count(BLOCKED) == 1
    assert "Jarinje / Jarinjë" in {name.text for name in of_class(root, "name")}
    assert len(of_class(root, "border")) == len(of_class(root, "disputed")) == 1


@pytest.mark.usefixtures("archive")
def test_density_on_screen_is_density_in_the_file():
    """No disc then: steps of how thick events lie, around the places of the discs; the legend says so; areas and names stay."""
    at = open_page("map", store="replay", window=[SINCE.isoformat(), UNTIL.isoformat()], layers=["density", "crossings"])
    offered = at.session_state["on-screen"]

    content = offered.content("svg")
    root = parsed(content)

    assert not of_class(root, "disc")
    assert 1 <= len(of_class(root, "heat")) <= len(density.STEPS)
    assert "density of events by weight: thin" in words_of(root)
    assert "ring: independent reports" not in words_of(root)
    assert of_class(root, "area")
    assert "Jarinje / Jarinjë" in {name.text for name in of_class(root, "name")}
    assert offered.content("svg") == content


def _disc(lon: float, lat: float, weight: float) -> marks.Disc:
    return marks.Disc(
        place_id="a", name="Jarinje", lon=lon, lat=lat, rings=(("violence", 9.0),), n_events=1, n_independent=1, weight=weight
    )


def test_density_grows_with_weight_and_nearness():
    """A light place reaches the lowest steps only, two heavy ones near each other the last; far away nothing is drawn."""
    view = Mercator.around((42.6, 21.0, 6.0), (0.0, 0.0, 300.0, 200.0), 0.4)

    light = density.areas([_disc(21.0, 42.6, 3.0)], view)
    heavy = density.areas([_disc(21.0, 42.6, 60.0), _disc(21.01, 42.6, 60.0)], view)
    away = density.areas([_disc(80.0, 10.0, 60.0)], view)

    assert [bool(path) for path in light] == [True, False, False, False, False]
    assert all(heavy)
    assert not any(away)
    corners = [tuple(map(float, pair.split())) for pair in re.findall(r"[ML]([^MLZ]+)", heavy[0])]
    x, y = view.at(21.0, 42.6)
    assert max(math.hypot(a - x, b - y) for a, b in corners) < 45


@pytest.mark.usefixtures("archive")
def test_the_file_says_what_it_is_of():
    """Days, window, as known on, filters, what the marks mean and the footnote stand in it; its name says the days."""
    at = open_page(
        "map", store="replay", window=[SINCE.isoformat(), UNTIL.isoformat()], known="2021-09-22",
        shown=["2021-09-20", "2021-09-21"], signals=["border_blockade"], lines="none", names="english", layers="none",
    )  # fmt: skip
    offered = at.session_state["on-screen"]

    content = offered.content("svg")
    said = words_of(parsed(content))

    assert "20 to 21 September 2021: 1 event at 1 place" in said
    assert "Window: 15 to 25 September 2021. As known on 22 Sep 2021." in said
    assert "Signals: border blockade" in said
    assert "No state’s map is the map" in said
    assert "ring: independent reports" in said
    assert not of_class(parsed(content), "disputed")
    assert not of_class(parsed(content), "gate")
    assert offered.file_name(Query(since=SINCE, until=UNTIL), "svg") == "karaula-events_2021-09-20_2021-09-21.svg"
    assert offered.content("svg") == content


@pytest.mark.usefixtures("archive")
def test_the_file_speaks_the_language_of_the_desk():
    """It is drawn when somebody asks for it, in the language of the page that offered it."""
    at = open_page("map", store="replay", window=[SINCE.isoformat(), UNTIL.isoformat()], lang="sr-Latn")

    root = parsed(at.session_state["on-screen"].content("svg"))

    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "sr-Latn"
    assert "nasilje" in words_of(root)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_hostile_names_are_text_alone(theme):
    """A name with markup, controls and a change of direction is drawn as letters; no element or address comes of it."""
    places = pd.DataFrame(
        {"place_id": ["p"], "place_name": [HOSTILE], "lat": [42.6], "lon": [21.1], "exact": [True], "weight": [9.0]}
    )
    events = pd.DataFrame({"place_id": ["p"], "family": ["violence"], "weight": [9.0], "n_independent": [2]})
    gate = Mark(place_id="g", name=HOSTILE, lon=21.0, lat=42.0, state=NO_REPORT, said=HOSTILE)

    found = sheet(
        title=HOSTILE, notes=(HOSTILE,), footnote=HOSTILE, gates=(gate,), language='"><script>',
        discs=marks.discs(events, places, 60.0, 0),
    )  # fmt: skip
    content = map_svg.draw(found, theme)
    root = parsed(content)

    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "defs", "clipPath", "rect", "text", "g", "path", "circle",
    }  # fmt: skip
    assert "\u202e" not in content.decode()
    assert "<script>alert(1)</script> &" in words_of(root)
    assert "href" not in content.decode()


def test_each_state_of_a_crossing_has_its_own_mark():
    """No two states are drawn alike, and what is unconfirmed is dashed."""
    drawn = {}
    for state in STATES:
        gate = Mark(place_id="g", name="Gate", lon=21.0, lat=42.0, state=state, said="")
        (found,) = of_class(parsed(map_svg.draw(sheet(gates=(gate,)), LIGHT)), "gate")
        drawn[state] = [sorted(path.attrib.items()) for path in found.iter(f"{SVG}path")]

    assert len({str(shape) for shape in drawn.values()}) == len(STATES)


def test_lines_of_disputed_status_are_drawn_as_chosen():
    """Dashed, like other borders, or not at all."""
    found = {
        lines: of_class(parsed(map_svg.draw(sheet(lines=lines), LIGHT)), "disputed") for lines in ("dashed", "solid", "none")
    }

    assert found["dashed"][0].get("stroke-dasharray")
    assert not found["solid"][0].get("stroke-dasharray")
    assert not found["none"]


@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(1, 12))
def test_the_middle_of_a_view_is_the_middle_of_its_frame(lat, lon, zoom):
    """The centre lies in the middle, north is up, and a turn of the world is as wide as the tiles of its zoom."""
    view = Mercator.around((lat, lon, zoom), (10, 20, 800, 540), 0.4)

    x, y = view.at(lon, lat)
    assert (x, y) == (pytest.approx(410, abs=1e-6), pytest.approx(290, abs=1e-6))
    assert view.at(lon, lat + 1)[1] < y
    assert view.at(lon + 1, lat)[0] - x == pytest.approx(512 * 2**zoom / 360)


@given(
    st.lists(st.tuples(st.sampled_from(["violence", "political", "stabilising"]), st.floats(0.1, 40)), min_size=1, max_size=12)
)
def test_rings_grow_outwards_and_keep_families_together(weights):
    """Each ring is wider than the one inside it; a family is one run; the radius of full weight is never passed but by steps."""
    found = list(marks.rings(weights, 60.0))

    radii = [radius for _family, radius in found]
    families = [family for family, _radius in found]
    runs = [family for n, family in enumerate(families) if not n or families[n - 1] != family]
    assert radii == sorted(set(radii))
    assert len(runs) == len(set(runs))
    assert len(found) == (len(weights) if len(weights) <= 6 else len(set(families)))


def test_names_do_not_run_into_each_other():
    """Of two places on one spot the heavier is named, the other beside it or not at all; none leaves the frame."""
    one = marks.Disc(place_id="a", name="Jarinje", lon=21.0, lat=42.6, rings=(("violence", 20.0),), n_events=1, n_independent=1,
                     weight=9.0)  # fmt: skip
    crowd = [replace(one, place_id=str(n), name=f"Place {n}") for n in range(30)]
    view = Mercator.around(basemap.WHOLE, (0, 0, 400, 300), 0.4)

    named = list(marks.names([one, *crowd], view))

    boxes = [(x, y - 8, x + 6.6 * len(name), y + 8) for x, y, name in named]
    assert named[0][2] == "Jarinje"
    assert len(named) == 4
    assert all(a is b or a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1] for a in boxes for b in boxes)
