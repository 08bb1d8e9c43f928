"""Figures and what they are drawn from: pure, so tested on frames out of a real store."""

from datetime import UTC, date, datetime
from html import unescape

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import tally
from app.figures import basemap, coverage, tension_map, timeline
from app.theme import DARK, LIGHT
from tension.events import fingerprint
from tension.model import Place, Precision, Query, Signal
from tension.store import open_reader, open_writer
from tension.taxonomy import FAMILIES


def feature(geometry, **properties):
    """Make a feature."""
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": geometry}}


SQUARE = [[[20, 42], [22, 42], [22, 43], [20, 43], [20, 42]]]
COUNTRIES = {
    "type": "FeatureCollection",
    "features": [
        feature(SQUARE, code="XK", kind="country"),
        feature(SQUARE, code="CY", kind="country"),
        feature(SQUARE, code="CY", kind="area"),
    ],
}
AREAS = {
    "type": "FeatureCollection",
    "features": [feature(SQUARE, id="north")],
}
MONTH = Query(since=date(2023, 9, 1), until=date(2023, 9, 30))


def place(name: str, precision: Precision = Precision.CROSSING, lat: float = 43.2, lon: float = 20.7, **fields) -> Place:
    """Make a place whose id is its name."""
    return Place(id=name, name=name, country="XK", lat=lat, lon=lon, precision=precision, **fields)


@pytest.fixture
def stored(records, tmp_path):
    """Return a function that puts signals, each (code, place, publisher, day), into a new store and reads them weighed."""

    def store(*rows: tuple[str, Place | None, str, int]) -> pd.DataFrame:
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
        reader = open_reader(url)
        frame = reader.signals(MONTH)
        reader.close()
        return tally.weighed(frame)

    return store


def draw(signals: pd.DataFrame, **options):
    """Draw the map of some signals."""
    events = tally.events(signals)
    marks = tally.marks(events, signals)
    outlines = basemap.outlines(marks[~marks["exact"]].drop_duplicates("place_id"), AREAS, COUNTRIES, {"gate-area": 20.0})
    given_options = {"heaviest": 100.0, "outlines": outlines, "countries": COUNTRIES, "theme": LIGHT} | options
    return tension_map.build(marks, **given_options), marks, outlines


def trace(figure, name: str):
    """Return the trace of a name."""
    (found,) = [t for t in figure.data if t.name == name]
    return found


# --- tally ------------------------------------------------------------------------------------------------------------

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["border_blockade", "coercive_measure", "armed_clash", "dialogue", "threat_rhetoric"]),
        st.sampled_from(["gate", "town", None]),
        st.sampled_from(["A", "B", "C"]),
        st.integers(1, 4),
        st.sampled_from(["actual", "announced"]),
    ),
    min_size=1,
    max_size=25,
)


@given(ROWS)
def test_events_are_those_of_the_core(rows):
    """The fast sums give the events, weights and voices that `tension.events` gives."""
    frame = pd.DataFrame(rows, columns=["code", "place_id", "family", "n", "mode"])
    frame = frame.assign(
        signal_id=[f"s{i}" for i in range(len(frame))],
        article_id=[f"a{i // 2}" for i in range(len(frame))],
        confidence=0.8,
        day=pd.Timestamp("2023-09-01") + pd.to_timedelta(frame["n"], unit="D"),
        place_name=frame["place_id"],
        country="XK",
        lat=1.0,
        lon=1.0,
        precision="site",
        language="sr",
        first_seen_at=pd.Timestamp("2023-09-01", tz="UTC"),
    )
    for column in ("code", "place_id", "family", "mode"):
        frame[column] = frame[column].astype("category")

    fast, core = tally.events(tally.weighed(frame)), fingerprint.events(frame)

    def facts(found, family):
        return sorted(
            (str(r[family]), str(r["day"].date()), str(r["place_id"]), round(r["weight"], 9), int(r["n_independent"]))
            for r in found.to_dict("records")
        )

    assert facts(fast, "group") == facts(core, "family")


def test_choosing_in_memory_is_choosing_in_the_store(stored, tmp_path):
    """Filters over the frame of a window give the signals that the store gives for the same query."""
    frame = stored(
        ("border_blockade", place("gate"), "A", 20), ("dialogue", place("gate"), "B", 21), ("armed_clash", None, "A", 22)
    )  # fmt: skip
    queries = [
        MONTH,
        Query(since=MONTH.since, until=MONTH.until, codes=("dialogue", "armed_clash")),
        Query(since=MONTH.since, until=MONTH.until, countries=("XK",), languages=("sr",), outlets=("Outlet",)),
        Query(since=MONTH.since, until=MONTH.until, min_confidence=0.9),
    ]
    reader = open_reader(f"sqlite:///{tmp_path / '0.db'}")

    for query in queries:
        assert list(tally.chosen(frame, query)["signal_id"]) == list(reader.signals(query)["signal_id"])
    reader.close()


def test_copies_of_one_publisher_add_nothing(stored):
    """Ten reports of one publisher weigh as one; a second publisher adds."""
    gate = place("gate")
    once = tally.events(stored(("border_blockade", gate, "A", 20)))["weight"].sum()
    ten = tally.events(stored(*[("border_blockade", gate, "A", 20)] * 10))["weight"].sum()
    two = tally.events(stored(("border_blockade", gate, "A", 20), ("border_blockade", gate, "B", 20)))["weight"].sum()

    assert once == ten == 3.5
    assert two > ten


def test_days_without_an_event_have_an_empty_bar(stored):
    """The bars have every day of the window, also those without an event."""
    bars = tally.bars(tally.events(stored(("dialogue", place("gate"), "A", 3))), date(2023, 9, 1), date(2023, 9, 5))

    assert bars["stabilising"].tolist() == [0, 0, 1, 0, 0]
    assert bars.drop(columns="stabilising").to_numpy().sum() == 0


# --- map --------------------------------------------------------------------------------------------------------------


def test_exact_places_are_dots_where_they_are(stored):
    """A crossing is a dot at its very point, in the colour of its family; nothing is jittered."""
    figure, _, _ = draw(stored(("border_blockade", place("gate", lat=43.25, lon=20.65), "A", 20)))
    dots = trace(figure, "dots")

    assert (list(dots.lat), list(dots.lon)) == ([43.25], [20.65])
    assert list(dots.customdata[0]) == ["gate"]
    assert len(trace(figure, "ring: independent reports").lat) == 0


def test_families_at_one_place_are_rings_of_one_disc(stored):
    """Several families at one place stay at that place, each visible: no two discs of a place are of like size."""
    gate = place("gate")
    figure, _, _ = draw(stored(*[(code, gate, "A", 20) for code in ("border_blockade", "armed_clash", "dialogue", "protest")]))
    dots = trace(figure, "dots")

    assert set(zip(dots.lat, dots.lon, strict=True)) == {(43.2, 20.7)}
    assert len(dots.lat) == 4
    assert np.all(np.diff(list(dots.marker.size)) <= -4)


def test_two_publishers_make_a_ring(stored):
    """A ring says that two publishers that do not belong together report the place."""
    gate = place("gate")
    figure, _, _ = draw(stored(("border_blockade", gate, "A", 20), ("border_blockade", gate, "B", 21)))

    assert [list(row) for row in trace(figure, "ring: independent reports").customdata] == [["gate"]]
    assert trace(figure, "ring: independent reports").marker.size[0] > trace(figure, "dots").marker.size[0]


def test_area_is_drawn_as_its_outline_never_as_a_dot(stored):
    """What is known only to a region or country is shaded: polygon, country's boundary, or circle of its radius."""
    figure, _, outlines = draw(
        stored(
            ("border_blockade", place("north", Precision.REGION), "A", 20),
            ("border_blockade", place("country-xk", Precision.COUNTRY), "A", 20),
            ("border_blockade", place("gate-area", Precision.REGION), "A", 20),
        )
    )

    assert set(outlines) == {"north", "country-xk", "gate-area"}
    assert sorted(trace(figure, "areas: obstruction").locations) == ["country-xk", "gate-area", "north"]
    assert len(trace(figure, "dots").lat) == 0


def test_area_of_unknown_extent_is_not_drawn_but_counted(stored):
    """A region without polygon and radius is nowhere on the map, and is returned as what could not be drawn."""
    figure, marks, outlines = draw(stored(("border_blockade", place("somewhere", Precision.REGION), "A", 20)))

    assert outlines == {}
    assert all(not len(t.lat) for t in figure.data if t.type == "scattermap")
    assert list(tension_map.undrawable(marks, outlines)["place_id"]) == ["somewhere"]


def test_signal_without_a_place_is_nowhere_on_the_map(stored):
    """What has no place is drawn neither at a capital nor anywhere else."""
    figure, marks, _ = draw(stored(("border_blockade", None, "A", 20)))

    assert marks.empty
    assert all(not len(t.lat) for t in figure.data if t.type == "scattermap")


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


def test_marks_have_the_colours_of_their_families(stored):
    """The scale of numbers gives each mark exactly the tone of its family."""
    rows = [("border_blockade", place("gate"), "A", 20), ("armed_clash", place("gate"), "B", 20)]
    figure, marks, _ = draw(stored(*rows))
    ring = trace(figure, "ring: independent reports").marker
    scale = {round(at * ring.cmax): colour for at, colour in ring.colorscale}

    assert set(marks["group"]) == {"obstruction", "violence"}
    assert [scale[n] for n in range(len(FAMILIES))] == [LIGHT.family[family] for family in FAMILIES]
    assert {FAMILIES[n] for n in trace(figure, "dots").marker.color} == {"obstruction", "violence"}


def test_country_in_several_parts_is_shaded_whole():
    """A country whose boundary comes in parts (lines of control) is one outline of all parts."""
    area = pd.DataFrame([{"place_id": "country-cy", "country": "CY", "precision": "country", "lat": 35.0, "lon": 33.0}])

    found = basemap.outlines(area, AREAS, COUNTRIES, {})

    assert len(found["country-cy"]["coordinates"]) == 2


def test_size_does_not_change_with_the_days_shown(stored):
    """The same weight has the same size, whatever else is shown: sizes hang on the whole window's heaviest place."""
    gate, town = place("gate"), place("town", lat=42.0)
    alone, _, _ = draw(stored(("border_blockade", gate, "A", 20)), heaviest=80.0)
    others = [("armed_clash", town, "A", day) for day in range(1, 20)]
    beside, _, _ = draw(stored(("border_blockade", gate, "A", 20), *others), heaviest=80.0)
    size_beside = dict(zip((c[0] for c in trace(beside, "dots").customdata), trace(beside, "dots").marker.size, strict=True))

    assert trace(alone, "dots").marker.size[0] == size_beside["gate"]


def test_selected_place_is_ringed(stored):
    """The place whose evidence is open is ringed in ink."""
    figure, _, _ = draw(stored(("border_blockade", place("gate"), "A", 20)), selected="gate")

    assert trace(figure, "selected").marker.color == LIGHT.ink
    assert len(trace(figure, "selected").lat) == 1


def test_hostile_name_is_text_under_the_pointer(stored):
    """Plotly reads markup in hover texts: names are escaped."""
    name = '<a href="javascript:alert(1)">x</a>'
    figure, _, _ = draw(stored(("border_blockade", place(name), "A", 20)))
    text = trace(figure, "dots").text[0]

    assert "<a" not in text
    assert name in unescape(text)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_map_asks_no_server(look):
    """The style has boundaries inline and names no address; zoom and centre are kept whatever is drawn."""
    layout = basemap.layout(COUNTRIES, look)

    assert "http" not in str(layout)
    assert {layer["type"] for layer in layout["map"]["style"]["layers"]} == {"background", "fill", "line"}
    assert layout["map"]["style"]["sources"]["countries"]["data"] is COUNTRIES
    assert layout["map"]["uirevision"] == basemap.layout(COUNTRIES, look, (1, 2, 3))["map"]["uirevision"]


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


def test_alt_says_what_is_seen(stored):
    """Who cannot see the map hears counts, families and the heaviest place."""
    _, marks, _ = draw(stored(("border_blockade", place("gate"), "A", 20), ("dialogue", place("town", lat=42.0), "A", 21)))

    assert tension_map.alt(marks, "September") == (
        "Map, September: 1 obstruction and 1 stabilising events at 2 places; heaviest at gate and town."
    )
    assert tension_map.alt(marks[:0], "September") == "Map, September: no event at a known place."


# --- timeline and coverage --------------------------------------------------------------------------------------------


def test_stabilising_lies_below_the_line(stored):
    """Escalatory events are counted upwards, stabilising ones downwards."""
    signals = stored(("dialogue", place("gate"), "A", 2), ("protest", place("gate"), "A", 2))
    bars = tally.bars(tally.events(signals), date(2023, 9, 1), date(2023, 9, 3))
    figure = timeline.build(bars, shown=(date(2023, 9, 1), date(2023, 9, 2)), silent=[], gap_words="no reading", theme=LIGHT)

    assert list(trace(figure, "stabilising").y) == [0, -1, 0]
    assert list(trace(figure, "political").y) == [0, 1, 0]


def test_days_outside_the_shown_span_fade_and_the_last_shown_has_a_line(stored):
    """The shown days are in full colour on a shade, the others pale; a line stands at the last one."""
    bars = tally.bars(tally.events(stored(("protest", place("gate"), "A", 2))), date(2023, 9, 1), date(2023, 9, 3))
    figure = timeline.build(bars, shown=(date(2023, 9, 2), date(2023, 9, 3)), silent=[], gap_words="no reading", theme=LIGHT)
    colours = trace(figure, "political").marker.color

    assert colours[1] == colours[2] == LIGHT.family["political"] != colours[0]
    assert [pd.Timestamp(s.x0).date() for s in figure.layout.shapes if s.type == "line"] == [date(2023, 9, 3)]


def test_gap_is_a_band_not_a_zero(stored):
    """Days without a reading are one band for each run of them."""
    bars = tally.bars(tally.events(stored(("protest", place("gate"), "A", 2))), date(2023, 9, 1), date(2023, 9, 10))
    silent = [date(2023, 9, 4), date(2023, 9, 5), date(2023, 9, 8)]
    figure = timeline.build(bars, shown=(date(2023, 9, 1), date(2023, 9, 10)), silent=silent, gap_words="no reading", theme=LIGHT)
    bands = [s for s in figure.layout.shapes if s.name == "no reading"]

    assert [str(b.x0)[:10] for b in bands] == ["2023-09-03", "2023-09-07"]
    assert timeline.alt(bars, silent, "no reading").endswith("3 days with no reading.")


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
