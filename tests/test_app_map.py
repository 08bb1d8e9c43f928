"""The page Map: what it draws, its places, their evidence."""

from datetime import UTC, datetime, timedelta

import pytest
from desk import address, asked, html, open_page, sent
from filled import GATE

from app import geometry, words
from tension.model import EXACT
from tension.places.gazetteer import gazetteer
from tension.store import open_writer


@pytest.mark.usefixtures("full")
def test_map_draws_what_the_store_holds():
    """The browser gets every event of the window with its place, the area of the country, and what stands at the crossing."""
    data = sent(open_page("map"), "events")
    places, events = data["places"], data["events"]
    exact = {i for i, is_exact in zip(places["id"], places["exact"], strict=True) if is_exact}

    assert exact == {"crossing-jarinje", "789128"}
    assert [(places["id"][n], whole, shape) for n, whole, shape in data["areas"]] == [("country-xk", True, "XK")]
    assert sum(reports for reports in events["reports"]) == 6
    assert events["place"].count(-1) == 1
    assert events["voices"][events["place"].index(places["id"].index("crossing-jarinje"))] >= 1
    (gate,) = [g for g in data["gates"] if g["id"] == "crossing-jarinje"]
    assert gate["runs"][-1][3] == "blocked"
    assert len(data["gates"]) > 50


@pytest.mark.usefixtures("full")
def test_weeks_are_maps_with_words():
    """One small map a week, each with its days and its events in words."""
    said = html(open_page("map", view="weeks", store="replay", window=["2021-09-07", "2021-09-20"]))

    assert said.count('<figure class="k-week">') == 2
    assert "Map, 7 to 13 September 2021: no event." in said
    assert "heaviest at Jarinje / Jarinjë" in said


@pytest.mark.usefixtures("full")
def test_place_in_the_address_opens_its_evidence():
    """A link with a place shows its reports with trigger words marked, hostile titles as text, and only links to the web."""
    data = sent(open_page("map"), "events")
    heaviest = max(zip(data["events"]["reports"], data["events"]["id"], strict=True))[1]
    said = html(open_page("map", place="crossing-jarinje", event=heaviest))

    assert "Border blockade, Jarinje / Jarinjë" in said
    assert "2 reports, 2 independent voices" in said
    assert said.count("<mark") >= 2
    assert "The first report of the event." in said
    assert "Joined like “" in said
    assert "own report" in said
    assert "<script>alert" not in said
    assert "&lt;script&gt;" in said
    assert 'href="javascript' not in said
    assert 'href="https://outlet.example/2"' in said


@pytest.mark.usefixtures("full")
def test_choosing_a_place_writes_it_to_the_address():
    """Choosing from the list does what a click on the dot does, and the address carries it."""
    at = open_page("map")

    at.selectbox(key="place").set_value("789128").run()

    assert address(at, "place") == ["789128"]
    assert "Selected event" in html(at)
    assert "1 report, 1 independent voice" in html(at)
    assert sent(at, "shown")["place"] == "789128"


def test_events_of_one_place_are_chosen_one_by_one(stores, records):
    """Where a place has several events they are listed, and each can be opened; the address carries it."""
    now = datetime.now(UTC)
    writer = open_writer(stores.live)
    days = [now - timedelta(days=n) for n in (1, 9)]
    writer.add([
        records.delivery(records.article(f"a{n}", published_at=at, published_date=at.date(), family=f"f{n}"),
                         records.signal(place=GATE), seen_at=at, feed_id=None)
        for n, at in enumerate(days)
    ])  # fmt: skip
    writer.close()
    at = open_page("map", place="crossing-jarinje")

    listed = html(at)
    event = sent(at, "events")["events"]["id"][0]
    at.selectbox(key="event").set_value(event).run()

    assert "2 events, 2 reports, 2 independent voices" in listed
    assert address(at, "event") == [event]
    assert "Selected event" in html(at)


@pytest.mark.usefixtures("full")
def test_signals_without_a_place_are_listed():
    """What is not on the map is one choice away."""
    at = open_page("map", place="unplaced")

    assert "Without a place" in html(at)
    assert words.signal("threat_rhetoric") in html(at)


@pytest.mark.usefixtures("full")
def test_chosen_place_stays_chosen_where_it_has_nothing():
    """While the days move, the panel stays with its place and says that it has no report."""
    day = (datetime.now(UTC).date() - timedelta(days=20)).isoformat()
    at = open_page("map", place="crossing-jarinje", shown=[day, day])

    assert at.selectbox(key="place").value == "crossing-jarinje"
    assert "No event at this place" in html(at)


@pytest.mark.usefixtures("full")
def test_days_shown_are_a_part_of_the_window():
    """The days shown narrow panel, table and files; the browser has the whole window to play, and is told where it stands."""
    at = open_page("map", store="replay", shown=["2021-09-18", "2021-09-18"])
    data = sent(at, "events")

    assert sent(at, "shown")["shown"] == ["2021-09-18", "2021-09-18"]
    assert address(at, "shown") == ["2021-09-18", "2021-09-18"]
    assert data["n_days"] == (asked(at).until - asked(at).since).days + 1
    assert len(data["events"]["id"]) > html(at).count('<div class="k-report">')


def test_radii_are_those_of_the_gazetteer():
    """What is read from the list for drawing is what the gazetteer gives to places known only as an area."""
    areas = {p.id: p.radius_km for p in gazetteer().places if p.radius_km and p.precision not in EXACT}

    assert areas
    assert areas == {place_id: radius for place_id, radius in geometry.radii().items() if place_id in areas}


def test_outlines_are_of_places_that_are_known_as_areas():
    """Every outline belongs to a coarse place of the gazetteer, which is then drawn by its boundary, not as a circle."""
    coarse = {p.id for p in gazetteer().places if p.precision not in EXACT}
    features = {f["id"]: f["geometry"] for f in geometry.area_outlines()["features"]}

    assert features.keys() <= coarse
    assert {"republika-srpska", "federation-bih", "north-kosovo", "northern-cyprus"} <= features.keys()
    assert sum(map(len, features["republika-srpska"]["coordinates"][0])) > 100
    # Three municipalities, and the fourth as a circle: its boundary is not in the source.
    assert len(features["north-kosovo"]["coordinates"]) == 4


@pytest.mark.usefixtures("full")
def test_one_day_window_has_no_slider():
    """A window of one day is shown whole."""
    at = open_page("map", store="replay", window=["2021-09-20", "2021-09-20"])

    assert sent(at, "events")["n_days"] == 1
    assert set(sent(at, "events")["events"]["day"]) <= {0}
