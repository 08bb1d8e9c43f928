"""Figures and what they are drawn from: pure, so tested on frames out of a real store."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import geometry, grounds, naming, tally
from app.figures import basemap, coverage, dots, weeks
from app.theme import DARK, LIGHT
from tension import assets
from tension.events.crossings import board
from tension.events.situations import situations
from tension.events.table import events as events_of_signals
from tension.model import Place, Precision, Query, Signal
from tension.places.gazetteer import gazetteer
from tension.store import open_reader, open_writer
from tension.taxonomy import FAMILIES, signal_types
from tension.text.normal import fold


def feature(geometry, **properties):
    """Make a feature."""
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": geometry}}


SQUARE = [[[20, 42], [22, 42], [22, 43], [20, 43], [20, 42]]]
EAST = [[[22, 42], [24, 42], [24, 43], [22, 43], [22, 42]]]
COUNTRIES = {
    "type": "FeatureCollection",
    "features": [
        feature(SQUARE, code="XK", kind="country"),
        feature(EAST, code="RS", kind="country"),
        feature(SQUARE, code="CY", kind="country"),
        feature(SQUARE, code="CY", kind="area"),
    ],
}
AREAS = {
    "type": "FeatureCollection",
    "features": [feature(SQUARE, id="north")],
}
MONTH = Query(since=date(2023, 9, 1), until=date(2023, 9, 30))
FIRST = MONTH.since


def place(name: str, precision: Precision = Precision.CROSSING, lat: float = 43.2, lon: float = 20.7, **fields) -> Place:
    """Make a place whose id is its name."""
    return Place(id=name, name=name, country="XK", lat=lat, lon=lon, precision=precision, **fields)


@pytest.fixture
def stored(records, tmp_path):
    """Return a function that puts signals, each (code, place, publisher, day), into a new store; it returns the reader."""
    readers = []

    def store(*rows: tuple[str, Place | None, str, int]):
        url = f"sqlite:///{tmp_path / f'{len(list(tmp_path.iterdir()))}.db'}"
        writer = open_writer(url)
        deliveries = []
        for n, (code, where, publisher, day) in enumerate(rows):
            at = datetime(2023, 9, day, 12, tzinfo=UTC)
            article = records.article(f"a{n}", family=publisher, published_at=at, published_date=at.date(), title=f"Barikade {n}")
            signal: Signal = records.signal(code, place=where)
            deliveries.append(records.delivery(article, signal, seen_at=at, feed_id=None))
        writer.add(deliveries)
        writer.close()
        readers.append(open_reader(url))
        return readers[-1]

    yield store
    for reader in readers:
        reader.close()


def events(reader) -> pd.DataFrame:
    """Return the events of the month as the pages see them."""
    return tally.of_facts(reader.facts("region", MONTH.since, MONTH.until), reader.denials(MONTH))


# --- tally ------------------------------------------------------------------------------------------------------------


def test_events_of_the_store_are_those_of_its_signals(stored):
    """What the store keeps of events is what their signals make: weight, voices, reports, place, who tells."""
    gate, town = place("gate"), place("town", lat=42.0)
    reader = stored(
        ("border_blockade", gate, "A", 20), ("border_blockade", gate, "B", 20), ("protest", gate, "A", 20),
        ("dialogue", town, "A", 21), ("threat_rhetoric", None, "C", 22),
    )  # fmt: skip

    kept, made = events(reader), events_of_signals(reader.event_signals(MONTH), reader.denials(MONTH))

    pd.testing.assert_frame_equal(kept, made, check_dtype=False, check_categorical=False)


def test_choosing_in_memory_is_choosing_in_the_store(stored):
    """Filters over the signals of a window leave those that the store gives for the same query."""
    reader = stored(
        ("border_blockade", place("gate"), "A", 20), ("dialogue", place("gate"), "B", 21), ("armed_clash", None, "A", 22)
    )  # fmt: skip
    frame = tally.weighed(reader.event_signals(MONTH))
    queries = [
        MONTH,
        Query(since=MONTH.since, until=MONTH.until, codes=("dialogue", "armed_clash")),
        Query(since=MONTH.since, until=MONTH.until, countries=("XK",), languages=("sr",), outlets=("Outlet",)),
        Query(since=MONTH.since, until=MONTH.until, min_confidence=0.9),
    ]

    for query in queries:
        assert set(tally.chosen(frame, query)["signal_id"]) == set(reader.event_signals(query)["signal_id"])


@pytest.mark.parametrize("facets", [{"codes": ("protest",)}, {"languages": ("sr",)}, {"languages": ("sq",)}])
def test_events_tell_of_codes_and_languages_what_their_signals_tell(stored, facets):
    """Where codes or languages alone are asked for, the events need no signal to say which pass; for anything else they do."""
    gate = place("gate")
    reader = stored(("border_blockade", gate, "A", 20), ("protest", gate, "B", 20), ("dialogue", None, "C", 3))
    query = Query(since=MONTH.since, until=MONTH.until, **facets)
    left = tally.chosen(tally.weighed(reader.event_signals(MONTH)), query)

    told = tally.chosen_events(events(reader), query)

    assert told is not None
    assert set(told["event"]) == set(left["event"])
    assert tally.chosen_events(events(reader), replace(query, countries=("XK",))) is None
    assert tally.chosen_events(events(reader), replace(query, min_confidence=0.5)) is None


def test_place_sums_its_events_and_counts_its_voices_once(stored):
    """A place has the weight of its events; who reports two of them is one voice."""
    gate = place("gate")
    found = tally.places(
        events(stored(("border_blockade", gate, "A", 3), ("border_blockade", gate, "A", 20), ("dialogue", None, "A", 9)))
    )

    assert found["place_id"].tolist() == ["gate"]
    assert found[["n_events", "n_reports", "n_independent"]].iloc[0].tolist() == [2, 2, 1]
    assert found["weight"].iloc[0] == pytest.approx(2 * 3.5)


def test_days_without_an_event_have_an_empty_bar(stored):
    """The bars have every day of the window, also those without an event; without any event all are empty."""
    found = events(stored(("dialogue", place("gate"), "A", 3)))
    bars = tally.bars(found, date(2023, 9, 1), date(2023, 9, 5))

    assert bars["stabilising"].tolist() == [0, 0, 1, 0, 0]
    assert bars.drop(columns="stabilising").to_numpy().sum() == 0
    assert tally.bars(found[:0], date(2023, 9, 1), date(2023, 9, 5)).shape == (5, len(FAMILIES))


# --- what the browser draws -------------------------------------------------------------------------------------------


def test_events_are_columns_by_day_at_the_place_where_they_are(stored):
    """Each event names its place by number; one without a place has none, and days count from the window's first."""
    found = events(stored(("border_blockade", place("gate", lat=43.25, lon=20.65), "A", 20), ("protest", None, "B", 4)))
    places = tally.places(found)

    columns, spots = dots.of_events(found, places, FIRST), dots.of_places(places)

    assert columns["day"] == [3, 19]
    assert columns["place"] == [-1, 0]
    assert [FAMILIES[n] for n in columns["family"]] == ["political", "obstruction"]
    assert [list(signal_types())[n] for n in columns["code"]] == ["protest", "border_blockade"]
    assert (spots["lat"], spots["lon"], spots["exact"]) == ([43.25], [20.65], [1])
    assert len({len(column) for column in columns.values()}) == 1


def test_nothing_is_columns_of_nothing(stored):
    """A window without an event is drawn as that."""
    found = events(stored(("protest", None, "B", 4)))[:0]
    places = tally.places(found)

    assert set(map(len, dots.of_events(found, places, FIRST).values())) == {0}
    assert dots.of_places(places)["id"] == []
    assert dots.alt(found, places, "September") == "Map, September: no event at a known place."


def test_area_has_its_outline_and_is_no_dot(stored):
    """What is known only to a region or country is shaded under its number: polygon, country's boundary, or circle."""
    found = events(
        stored(
            ("border_blockade", place("north", Precision.REGION), "A", 2),
            ("border_blockade", place("country-xk", Precision.COUNTRY), "A", 9),
            ("border_blockade", place("gate-area", Precision.REGION), "A", 16),
            ("border_blockade", place("somewhere", Precision.REGION), "A", 23),
        )
    )
    places = tally.places(found)
    outlines = basemap.outlines(places[~places["exact"]], AREAS, COUNTRIES, {"gate-area": 20.0})

    drawn = dots.areas(places, outlines)

    assert sum(dots.of_places(places)["exact"]) == 0
    assert {places["place_id"][n] for n, _, _ in drawn} == {"north", "country-xk", "gate-area"}
    assert [shape for _, whole, shape in drawn if whole] == ["XK"]
    assert [whole for _, whole, _ in drawn] == [True, False, False]


def test_what_stands_has_its_runs_of_days(stored):
    """A blockade stands from its day on, then unconfirmed; a crossing's states are those of the board of each day."""
    gate = next(p for p in gazetteer().places if p.id == "crossing-jarinje")
    town = place("town", Precision.SETTLEMENT)
    reader = stored(("border_blockade", gate, "A", 5), ("border_blockade", town, "A", 5))
    found = situations(reader.event_signals(MONTH))
    days = [date(2023, 9, n) for n in range(1, 31)]

    (stands,) = dots.of_situations(found, FIRST, MONTH.until)
    (crossing,) = dots.of_crossings([(gate, [(c.state, c.since) for day in days for c in board(found, [gate], day)])], FIRST)

    assert stands["id"] == "town"
    assert [(run[0], run[1], run[2]) for run in stands["runs"]] == [(4, 14, True), (15, 29, False)]
    assert [(run[0], run[1], run[2]) for run in crossing["runs"]] == [(4, 14, 0), (15, 29, 1)]
    assert all(run[4] == "5 Sep 2023" for run in (*stands["runs"], *crossing["runs"]))


def test_silent_days_are_runs():
    """Days without a reading are told as runs of numbers."""
    assert dots.silent_runs([date(2023, 9, 5), date(2023, 9, 4), date(2023, 9, 8)], FIRST) == [(3, 4), (7, 7)]


def test_alt_says_what_is_seen(stored):
    """Who cannot see the map hears counts, families and the heaviest places."""
    found = events(stored(("border_blockade", place("gate"), "A", 20), ("dialogue", place("town", lat=42.0), "A", 27)))

    assert dots.alt(found, tally.places(found), "September") == (
        "Map, September: 1 obstruction and 1 stabilising events, 2 places known; heaviest at gate and town."
    )


# --- names ------------------------------------------------------------------------------------------------------------


def test_contested_place_has_both_names_until_the_reader_chooses():
    """Both parties' names by default and as local ones; one English name; a place with one name has it in every style."""
    assert naming.forms("786714", "Pristina") == ("Prishtinë / Priština", "Prishtinë / Priština", "Pristina")
    assert naming.forms("792680", "Belgrade") == ("Belgrade", "Beograd", "Belgrade")
    assert naming.forms("crossing-jarinje", "Jarinje / Jarinjë") == ("Jarinje / Jarinjë",) * 3


def test_reviewed_names_are_names_of_their_places():
    """Every reviewed form is known for its place to the gazetteer, and the list is sorted."""
    listed = assets.read_toml("gazetteer", "labels.toml")["labels"]
    known = {p.id: {fold(name) for name in (p.name, *p.aliases)} for p in gazetteer().places if p.id in listed}

    assert set(known) == set(listed)
    for place_id, row in listed.items():
        assert {fold(name) for name in (*row["local"], row["english"])} <= known[place_id]
    assert list(map(int, listed)) == sorted(map(int, listed))


# --- ground -----------------------------------------------------------------------------------------------------------


def test_disputed_line_is_drawn_apart():
    """The common line of two countries named as disputed, and lines of areas of contested status, are no plain borders."""
    plain, contested = basemap.lines(
        {"type": "FeatureCollection", "features": COUNTRIES["features"][:2]}, [frozenset({"XK", "RS"})]
    )
    all_plain, none = basemap.lines({"type": "FeatureCollection", "features": COUNTRIES["features"][:2]}, [])
    _, of_area = basemap.lines(COUNTRIES, [])

    def edges(lines):
        return {
            frozenset(map(tuple, pair)) for line in lines["features"][0]["geometry"]["coordinates"] for pair in pairwise(line)
        }

    assert edges(contested) == {frozenset({(22, 42), (22, 43)})}
    assert edges(plain) | edges(contested) == edges(all_plain)
    assert not edges(none)
    assert len(edges(of_area)) == 4


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_map_asks_no_server(look):
    """The style asks this server for its boundaries and names no other; zoom and centre are kept whatever is drawn."""
    style = basemap.style(grounds.addresses(), look)
    layout = basemap.layout(style, look)

    assert "http" not in dots.figure(style, look, (1, 2, 3))
    assert {layer["type"] for layer in style["layers"]} == {"background", "fill", "line"}
    assert {f"/{source['data']}" for source in style["sources"].values()} == set(grounds.files())
    assert layout["map"]["uirevision"] == basemap.layout(style, look, (1, 2, 3))["map"]["uirevision"]


def test_ground_is_the_boundaries_and_their_lines():
    """What is served as ground are collections of countries, of borders, and of lines whose status is disputed."""
    served = {path.rpartition("/")[2]: json.loads(read()) for path, read in grounds.files().items()}

    assert set(served) == {"countries.json", "borders.json", "disputed.json"}
    assert served["countries.json"] == geometry.boundaries("countries.geojson")
    lines = basemap.ground(served["countries.json"], grounds.disputed())
    assert json.loads(json.dumps([lines["borders"], lines["disputed"]])) == [served["borders.json"], served["disputed.json"]]
    assert all(part["features"] for part in served.values())


def test_places_are_outlined_by_the_boundaries_that_make_them_up():
    """A place of two areas and a circle is one outline of three parts, under the id of the place."""
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    several = {"type": "MultiPolygon", "coordinates": [square["coordinates"]]}
    features = [{"properties": {"id": "a"}, "geometry": square}, {"properties": {"id": "b"}, "geometry": several}]
    rows = [{"place": "north", "areas": ["a", "b"], "circles": ["gate"]}, {"place": "south", "areas": ["b"]}]

    found = basemap.joined(rows, features, {"gate": (43.0, 21.0, 5.0)})

    assert [(f["id"], len(f["geometry"]["coordinates"])) for f in found["features"]] == [("north", 3), ("south", 1)]
    assert basemap.joined(rows[1:], features, {})["features"][0]["geometry"] == several
    with pytest.raises(KeyError):
        basemap.joined([{"place": "x", "areas": ["unknown"]}], features, {})


def test_country_in_several_parts_is_shaded_whole():
    """A country whose boundary comes in parts (lines of control) is one outline of all parts."""
    area = pd.DataFrame([{"place_id": "country-cy", "country": "CY", "precision": "country", "lat": 35.0, "lon": 33.0}])

    found = basemap.outlines(area, AREAS, COUNTRIES, {})

    assert len(found["country-cy"]["coordinates"]) == 2


def test_opening_view_looks_at_the_weight():
    """The map opens around the middle of the weight, near enough for neighbours, and whole where there is nothing."""
    spots = pd.DataFrame(
        {"exact": [True] * 4, "lat": [43.2, 42.9, 42.8, 36.0], "lon": [20.7, 20.8, 21.0, 28.0], "weight": [50.0, 40.0, 30.0, 1.0]}
    )

    lat, lon, zoom = basemap.opening(spots)

    assert (lat, lon) == (42.9, 20.8)
    assert zoom > basemap.WHOLE[2]
    assert basemap.opening(spots[:0]) == basemap.WHOLE


@given(st.floats(-60, 60), st.floats(-170, 170), st.floats(1, 400))
def test_circle_has_its_radius(lat, lon, radius_km):
    """Every corner of a circle lies its radius from the centre, on the ground."""
    ring = np.array(basemap.circle(lat, lon, radius_km)["coordinates"][0])

    north = (ring[:, 1] - lat) * 111.32
    east = (ring[:, 0] - lon) * 111.32 * np.cos(np.radians(lat))

    assert np.allclose(np.hypot(north, east), radius_km, rtol=0.01, atol=0.02)
    assert list(ring[0]) == list(ring[-1])


# --- weeks ------------------------------------------------------------------------------------------------------------


def test_weeks_end_with_the_window():
    """The last week ends with the window; an odd rest of days comes first; every day is in one."""
    found = weeks.weeks(date(2023, 9, 1), date(2023, 9, 17))

    assert [(a.day, b.day) for a, b in found] == [(1, 3), (4, 10), (11, 17)]
    assert weeks.weeks(FIRST, FIRST) == [(FIRST, FIRST)]


def test_week_shows_its_events_alone_and_says_them(stored):
    """Each small map has the events of its days, with words for who cannot see it; names are escaped."""
    found = events(
        stored(
            ("border_blockade", place("<b>gate", lat=42.5, lon=21.0), "A", 5),
            ("protest", place("<b>gate", lat=42.5, lon=21.0), "A", 15),
        )
    )
    frame = weeks.Frame.around(42.5, 21.0, 6.0)
    ground = weeks.ground(COUNTRIES, frame)

    cell = weeks.cell(found, (date(2023, 9, 4), date(2023, 9, 10)), frame, ground, LIGHT)
    empty = weeks.cell(found, (date(2023, 9, 18), date(2023, 9, 24)), frame, ground, LIGHT)

    assert ground.startswith("M")
    assert "4 to 10 September 2023: 1 event; heaviest at &lt;b&gt;gate." in cell
    assert "no event" in empty
    assert len(cell) > len(empty)


# --- coverage ---------------------------------------------------------------------------------------------------------


def test_coverage_has_gaps_where_nobody_answered():
    """A country's day is a number where a feed answered (also zero), and empty where none did."""
    frame = pd.DataFrame(
        {
            "country": ["RS", "RS", "AL", "AL"],
            "day": pd.to_datetime(["2023-09-01", "2023-09-02"] * 2),
            "n_articles": [5, 0, 0, 0],
            "n_feeds_answered": [2, 1, 1, 0],
            "n_feeds": [2, 2, 1, 1],
        }
    )

    heat = coverage.build(frame, LIGHT).data[0]

    assert list(heat.y) == ["Serbia", "Albania"]
    assert np.array_equal(np.array(heat.z, dtype=float), [[5, 0], [0, np.nan]], equal_nan=True)
    assert "1 day of a country without an answer" in coverage.alt(frame)
