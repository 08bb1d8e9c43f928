"""Every page as the server runs it, over real stores: full, empty, missing, of a newer schema; by link and by click."""

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
import streamlit as st
from desk import html, open_page
from streamlit.testing.v1 import AppTest

from app import access, catalogue, filters, geometry, repository, words
from app.components import signal_table
from tension import taxonomy
from tension.model import EXACT, Place, Precision, Query, Span
from tension.places.gazetteer import gazetteer
from tension.scoring.version import scorer_version
from tension.store import open_writer

VIEWS = ("now", "map", "situations", "events", "index", "sides", "sources", "watches", "method")
CRISIS = datetime(2021, 9, 20, 12, tzinfo=UTC)
HOSTILE = '=HYPERLINK("x")<script>alert(1)</script>'
#: Headlines of other incidents, by number.
_OTHERS = {3: "=Razgovor<script>", 4: "=Okupljanje građana", 5: "=Opomena<img src=x>"}
GATE = Place(id="crossing-jarinje", name="Jarinje / Jarinjë", country="XK", lat=43.21, lon=20.69, precision=Precision.CROSSING)
TOWN = Place(id="789128", name="Pristina", country="XK", lat=42.67, lon=21.17, precision=Precision.SETTLEMENT)
KOSOVO = Place(id="country-xk", name="Kosovo", country="XK", lat=42.6, lon=20.9, precision=Precision.COUNTRY)


@pytest.fixture
def stores(tmp_path, monkeypatch) -> SimpleNamespace:
    """Addresses of a live store and an archive that do not exist yet; nothing is cached from one test to the next."""
    found = SimpleNamespace(live=f"sqlite:///{tmp_path / 'live.db'}", replay=f"sqlite:///{tmp_path / 'replay.db'}", path=tmp_path)
    monkeypatch.setenv("KARAULA_STORE", found.live)
    monkeypatch.setenv("KARAULA_REPLAY", found.replay)
    access.settings.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()
    yield found
    st.cache_data.clear()
    st.cache_resource.clear()
    access.settings.cache_clear()


@pytest.fixture
def fill(records):
    """Return a function that fills a store with six signals around a day, and the feeds that brought them."""

    def write(url: str, at: datetime, *, restated: bool = False) -> None:
        writer = open_writer(url)
        feeds = [records.feed("rs-a"), records.feed("al-b", country="AL", family="other", outlet="Other", language="sq")]
        if not restated:
            writer.put_feeds(feeds, at - timedelta(days=3))
        rows = [
            ("border_blockade", GATE, "publisher"), ("border_blockade", GATE, "other"), ("air_activity", GATE, "publisher"),
            ("dialogue", TOWN, "other"), ("protest", KOSOVO, "publisher"), ("threat_rhetoric", None, "publisher"),
        ]  # fmt: skip
        deliveries = []
        for n, (code, place, family) in enumerate(rows):
            when = at - timedelta(days=n % 3)
            title = _OTHERS.get(n, f"{HOSTILE} {n}")
            span = Span(field="title", start=0, end=4, text=title[:4])
            article = records.article(
                f"a{n}", title=title, family=family, outlet=family, published_at=when, published_date=when.date(),
                restated=restated, url="javascript:alert(1)" if n == 1 else f"https://outlet.example/{n}",
            )  # fmt: skip
            signal = records.signal(code, place=place, evidence=(span,), confidence=0.5 + n / 20)
            feed_id = None if restated else "rs-a"
            delivery = records.delivery(article, signal, seen_at=when, feed_id=feed_id)
            if n in _OTHERS:
                # Another incident: it names neither the place nor the matter of the first ones.
                delivery = replace(delivery, reading=replace(delivery.reading, mentions=()))
            deliveries.append(delivery)
        writer.add(deliveries)
        if not restated:
            ok = [records.fetch("rs-a", fetched_at=at - timedelta(days=d)) for d in range(3)]
            bad = records.fetch(
                "al-b", fetched_at=at, outcome="failed", status=503, reason="the server answered 503", grade="soft"
            )
            writer.add_fetches([*ok, bad])
        writer.close()

    return write


@pytest.fixture
def full(stores, fill) -> SimpleNamespace:
    """A live store of today and an archive of the crisis of 2021."""
    fill(stores.live, datetime.now(UTC))
    fill(stores.replay, CRISIS, restated=True)
    return stores


def address(at: AppTest, name: str) -> list[str]:
    """Return a parameter of the address as a list."""
    found = at.query_params.get(name, [])
    return [found] if isinstance(found, str) else list(found)


def sent(at: AppTest, key: str) -> dict:
    """Return what the page sends to an element of the browser: to the map (`events`), or to its switches (`shown`)."""
    found = [json.loads(element.proto.json) for element in at.get("bidi_component") if element.proto.json]
    found = [data | json.loads(data.get("packed", "{}")) for data in found]
    (one,) = [data for data in found if key in data]
    return one


def asked(at: AppTest) -> Query:
    """Return the query that the page was drawn for."""
    return at.session_state["query"]


# --- full -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("store", ["live", "replay"])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.usefixtures("full")
def test_every_page_opens(view, store):
    """Every page of either store is drawn without an exception or an error."""
    at = open_page(view, store=store)

    assert not at.error
    assert html(at)


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
def test_figures_have_words():
    """The map has a text for who cannot see it, and a table as its twin."""
    assert sent(open_page("map"), "events")["alt"].startswith("Map, ")
    assert len(open_page("map", view="table").dataframe[0].value) == 6


@pytest.mark.usefixtures("full")
def test_weeks_are_maps_with_words():
    """One small map a week, each with its days and its events in words."""
    said = html(open_page("map", view="weeks", store="replay", window=["2021-09-07", "2021-09-20"]))

    assert said.count('<figure class="k-week">') == 2
    assert "Map, 7 to 13 September 2021: no event." in said
    assert "heaviest at Jarinje / Jarinjë" in said


@pytest.mark.usefixtures("full")
def test_switches_are_in_the_address():
    """Names, disputed lines and layers are turned without sending the map anew, and a link carries them."""
    at = open_page("map", names="english", lines="solid", layers=["density"])
    before = sent(open_page("map"), "events")["token"]

    view = sent(at, "shown")

    assert (view["names"], view["lines"]) == (2, "solid")
    assert (view["density"], view["situations"], view["crossings"]) == (True, False, False)
    assert sent(at, "events")["token"] == before
    assert "drawn as other borders" in html(at)
    assert "are dashed" in html(open_page("map"))


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
def test_deep_link_is_the_query():
    """The address carries every filter as codes and days; the page is drawn for exactly that query."""
    at = open_page(
        "now", store="replay", window=["2021-09-10", "2021-09-25"], signals=["border_blockade", "dialogue"], where="XK",
        languages="sr", outlets="publisher", certainty="0.5",
    )  # fmt: skip

    assert asked(at) == Query(
        since=date(2021, 9, 10), until=date(2021, 9, 25), codes=("border_blockade", "dialogue"), countries=("XK",),
        languages=("sr",), outlets=("publisher",), min_confidence=0.5,
    )  # fmt: skip
    assert at.session_state["desk"].is_replay


@pytest.mark.usefixtures("full")
def test_nonsense_in_the_address_is_dropped():
    """What is no code, no day, no place is ignored; the page is drawn all the same."""
    at = open_page(
        "map", store="evil", window="x", signals=["<script>", "dialogue"], where="../..", certainty="nan", place="<b>", view="x",
        shown=["x", "2021-13-45"],
    )  # fmt: skip

    assert asked(at).codes == ("dialogue",)
    assert asked(at).countries == ()
    assert at.session_state["desk"].store == "live"
    assert "&lt;b&gt;" not in html(at)


@pytest.mark.usefixtures("full")
def test_address_wins_when_the_browser_goes_back(monkeypatch):
    """Back shows what the address says: other filters, days and certainty chosen since are let go, also where it names none."""
    at = open_page("events", store="replay", signals="dialogue", window=["2021-09-18", "2021-09-20"])
    at.session_state["certainty"] = 0.6
    at.run()
    monkeypatch.setattr(filters, "is_back", lambda: True)
    del at.query_params["signals"]
    at.query_params["window"] = ["2021-09-10", "2021-09-20"]
    at.query_params["certainty"] = "0.2"
    at.run()

    query = at.session_state["query"]
    assert (query.codes, query.min_confidence) == ((), 0.2)
    assert (query.since, query.until) == (date(2021, 9, 10), date(2021, 9, 20))
    assert "signals" not in at.query_params


@pytest.mark.usefixtures("full")
def test_filters_are_written_as_codes():
    """A choice goes to the address under its code, not under the name that is shown."""
    at = open_page("map")

    at.multiselect(key="signals").set_value(["border_blockade"]).run()
    at.multiselect(key="where").set_value(["XK"]).run()

    assert address(at, "signals") == ["border_blockade"]
    assert address(at, "where") == ["XK"]
    assert set(sent(at, "events")["places"]["id"]) == {"crossing-jarinje"}


@pytest.mark.usefixtures("full")
def test_days_shown_are_a_part_of_the_window():
    """The days shown narrow panel, table and files; the browser has the whole window to play, and is told where it stands."""
    at = open_page("map", store="replay", shown=["2021-09-18", "2021-09-18"])
    data = sent(at, "events")

    assert sent(at, "shown")["shown"] == ["2021-09-18", "2021-09-18"]
    assert address(at, "shown") == ["2021-09-18", "2021-09-18"]
    assert data["n_days"] == (asked(at).until - asked(at).since).days + 1
    assert len(data["events"]["id"]) > html(at).count('<div class="k-report">')


@pytest.mark.usefixtures("full")
def test_replay_says_what_it_is():
    """The archive is named above every page, and each restated headline is marked."""
    for view in VIEWS:
        assert "Replay archive: headlines written by Karaula about public record; each stands for one report" in html(
            open_page(view, store="replay")
        )
    assert "headline restated by Karaula; the original is at the link" in html(open_page("map", store="replay", place="789128"))


def test_live_never_shows_the_archive(full):
    """The two stores are not mixed: live says nothing of restated headlines."""
    at = open_page("map", place="crossing-jarinje")

    assert "restated" not in html(at)
    assert at.session_state["desk"].url == full.live


@pytest.mark.usefixtures("full")
def test_switch_changes_the_store():
    """The switch opens the archive on its own window, and puts it into the address."""
    at = open_page("map")

    at.segmented_control(key="store").set_value("replay").run()

    assert address(at, "store") == ["replay"]
    assert (asked(at).since, asked(at).until) != (None, None)
    assert sent(at, "events")["since"].startswith("2021-")


@pytest.mark.usefixtures("full")
def test_strip_tells_freshness_and_gaps():
    """Above every page: as of when, how many feeds answer, and which country is below its floor."""
    for view in VIEWS:
        said = html(open_page(view))

        assert "As of" in said
        assert '<b>1</b> <span class="k-muted">of 2 feeds</span>' in said
        assert "Albania below its floor" in said


@pytest.mark.usefixtures("full")
def test_dead_country_has_no_reading():
    """A country whose feeds are dead is told as no reading with the cause, never as calm."""
    at = open_page("now", where="XK")

    assert "no reading" not in html(at).replace("have no reading", "").replace("has no reading", "")
    assert "1 feed, none answering" in html(open_page("now"))


@pytest.mark.usefixtures("full")
def test_sources_tell_errors_in_words():
    """The table of feeds says what went wrong, and can be narrowed by state."""
    at = open_page("sources", state="failing")
    frame = at.dataframe[0].value

    assert list(frame["said"]) == ["the server answered 503 (HTTP 503); soft failure"]
    figures = [json.loads(element.proto.json) for element in at.get("bidi_component") if element.proto.json]
    assert any(figure.get("alt", "").startswith("Articles per country and day") for figure in figures)


def test_new_items_are_offered_not_forced(full, records):
    """When the store changes while a page is open, the strip offers the new items; the page keeps its query."""
    at = open_page("map")
    before, shown = asked(at), at.session_state["n_items"]
    writer = open_writer(full.live)
    article = records.article("new", published_at=datetime.now(UTC), published_date=None)
    writer.add([records.delivery(article, records.signal(), seen_at=datetime.now(UTC), feed_id="rs-a")])
    writer.close()

    new = repository.desk("live")

    assert new.watermark != at.session_state["desk"].watermark
    assert repository.n_items(new) - shown == 1
    assert asked(at) == before


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


# --- events -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("full")
def test_events_lists_reports_newest_first_with_their_evidence():
    """Every report with a signal, by day, newest first: trigger words marked, where, mode, rule; hostile titles as text."""
    said = html(open_page("events"))

    assert "6 reports with a signal" in said
    assert said.count("<mark") == 6
    assert "Jarinje / Jarinjë, Kosovo (crossing, exact)" in said
    assert "no place" in said
    assert "rule sr:border_blockade:1" in said
    assert "<script>alert" not in said
    assert 'href="javascript' not in said
    today = datetime.now(UTC).date()
    days = [said.index(f"<b>{words.day(today - timedelta(days=n))}</b>") for n in range(3)]
    assert days == sorted(days)


@pytest.mark.usefixtures("full")
def test_order_of_events_is_turned_and_stays_in_the_address():
    """Oldest first turns the list around; the address carries it."""
    at = open_page("events")

    at.segmented_control(key="order").set_value("oldest first").run()

    said = html(at)
    today = datetime.now(UTC).date()
    assert said.index(words.day(today - timedelta(days=2))) < said.index(f"<b>{words.day(today)}</b>")
    assert address(at, "order") == ["oldest first"]


@pytest.fixture
def searchable(stores, records) -> SimpleNamespace:
    """A live store with headlines in two scripts, one of them without a signal, and sixty more on one day."""
    now = datetime.now(UTC)
    titles = {"cyr": "Барикаде у Лепосавићу", "lat": "Barikade u Leposaviću", "none": "Cvijeće u Leposaviću"}
    writer = open_writer(stores.live)
    writer.put_feeds([records.feed("rs-outlet")], now - timedelta(days=3))
    rows = [(i, title, () if i == "none" else (records.signal(place=TOWN),)) for i, title in titles.items()]
    rows += [(f"many{n}", f"Protest number {n}", (records.signal("protest"),)) for n in range(60)]
    deliveries = [
        records.delivery(
            records.article(i, title=title, summary="", published_at=now, published_date=now.date()), *signals, seen_at=now
        )
        for i, title, signals in rows
    ]
    writer.add(deliveries)
    writer.close()
    return stores


@pytest.mark.usefixtures("searchable")
@pytest.mark.parametrize("text", ["barikade leposavić", "БАРИКАДЕ Лепосавић", "barikade leposavic"])
def test_search_finds_in_any_script(text):
    """Cyrillic, Latin, without diacritics: the same words find the same reports, and the address carries them."""
    at = open_page("events", q=text)
    said = html(at)

    assert "2 reports with a signal for" in said
    assert "rikade" in said
    assert "рикаде" in said
    assert address(at, "q") == [text]


@pytest.mark.usefixtures("searchable")
def test_reports_without_a_signal_are_counted_and_can_be_read():
    """What matches without a signal is not hidden: it is counted, and one choice away with the reason."""
    at = open_page("events", q="leposavicu")
    assert "1 more report without a signal" in html(at)

    at.segmented_control(key="reports").set_value("all").run()

    assert "3 reports for" in html(at)
    assert "No signal. No words of any signal were found in it." in html(at)


@pytest.mark.usefixtures("searchable")
@pytest.mark.parametrize("text", ['" OR 1=1 --', "NEAR(", "*", "'; DROP TABLE article", "<img src=x onerror=alert(1)>"])
def test_search_for_operators_is_a_search_for_words(text):
    """Nothing that is typed is an operator, an error, or markup."""
    at = open_page("events", q=text)

    assert not at.error
    assert "<img" not in html(at)


@pytest.mark.usefixtures("searchable")
def test_events_come_in_pages():
    """A long list is turned page by page; the address names the page, and nonsense there is the first."""
    at = open_page("events")
    assert "1 to 25 of 62" in html(at)

    at.button(key="next").click().run()
    assert "26 to 50 of 62" in html(at)
    assert address(at, "page") == ["2"]

    assert "51 to 62 of 62" in html(open_page("events", page="99"))
    for nonsense in ("-1", "x", "9" * 5_000):
        assert "1 to 25 of 62" in html(open_page("events", page=nonsense))


@pytest.mark.usefixtures("searchable")
def test_filters_hold_for_events():
    """The shared filters narrow the list as they do everything else."""
    assert "2 reports with a signal" in html(open_page("events", where="XK", signals="border_blockade"))


@pytest.mark.usefixtures("searchable")
def test_why_not_answers_for_a_pasted_headline():
    """A headline in the box is read: what was considered, what became of it, where; it is written to no store."""
    at = open_page("events")
    before = repository.desk("live").watermark

    at.text_area(key="headline").set_value("Serbia deploys troops near Jarinje <b>now</b>").run()

    said = html(at)
    assert "1 signal: force posture" in said
    assert "Counts as force posture, at Jarinje / Jarinjë, Kosovo" in said
    assert "&lt;b&gt;now" in said
    assert repository.desk("live").watermark == before


@pytest.mark.usefixtures("searchable")
def test_why_not_can_be_linked():
    """A link with a headline opens the answer."""
    assert "No signal. No words of any signal were found in it." in html(open_page("events", headline="Flowers in the park"))


# --- method -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("full")
def test_method_works_an_event_of_the_store_through():
    """The page takes its example from the open store: the blockade that two publishers report, and what is left of it."""
    said = html(open_page("method"))

    assert "border blockade 7.0 × actual 1.0 × " in said
    assert "Jarinje / Jarinjë, Kosovo" in said
    assert taxonomy.method_version() in said
    assert scorer_version() in said
    for kind in taxonomy.signal_types().values():
        assert words.signal(kind.code) in said


def test_method_does_not_need_an_article(stores):
    """Over an empty store the method is told all the same, without an example."""
    open_writer(stores.live).close()

    at = open_page("method", store="live")

    assert "no escalatory event" in at.info[0].value
    assert "Known limits" in html(at)


# --- as known on ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("view", VIEWS)
def test_as_known_on_is_above_every_page(view):
    """The day that is looked back to stands above every page, holds for its query, and comes from the address."""
    at = open_page(view, store="replay", known="2021-09-19")

    assert asked(at).as_known_at == datetime(2021, 9, 19, 23, 59, 59, 999999, tzinfo=UTC)
    assert "As known on 19 Sep 2021" in html(at)
    assert not at.error


@pytest.mark.usefixtures("full")
def test_what_was_seen_later_is_not_shown():
    """Looking back, only what had been seen by then counts, and the days after it are gaps, not calm."""
    at = open_page("map", store="replay", known="2021-09-19")
    everything = open_page("map", store="replay")

    assert sum(sent(at, "events")["events"]["reports"]) == 4
    assert sum(sent(everything, "events")["events"]["reports"]) == 6
    assert "not yet known" in sent(at, "events")["gap"]
    assert sent(at, "events")["silent"][-1][1] == sent(at, "events")["n_days"] - 1
    assert "4 reports with a signal" in html(open_page("events", store="replay", known="2021-09-19"))
    assert "On 19 Sep 2021" in html(open_page("now", store="replay", known="2021-09-19"))


@pytest.mark.usefixtures("full")
def test_looking_back_before_the_window_moves_it():
    """A window that begins after the day looked back to could hold nothing: it ends on that day instead."""
    day = datetime.now(UTC).date() - timedelta(days=2)
    at = open_page("map", known=day.isoformat())
    assert asked(at).as_known_at.date() == day

    at = open_page("map", store="replay")
    at.date_input(key="known").set_value(date(2021, 9, 18)).run()
    at.date_input(key="window").set_value((date(2021, 9, 20), date(2021, 9, 25))).run()

    assert (asked(at).since, asked(at).until) == (date(2021, 9, 13), date(2021, 9, 18))


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("nonsense", ["x", "2021-13-45", "1200-01-01", "2999-01-01", "<b>"])
def test_nonsense_as_known_on_is_now(nonsense):
    """What is no day of the store looks back to nothing."""
    at = open_page("map", known=nonsense)

    assert asked(at).as_known_at is None
    assert not at.error


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("full")
def test_csv_is_no_formula():
    """No cell of the file begins like a formula, and every signal is in it."""
    desk = repository.desk("live")
    day = datetime.now(UTC).date()
    query = Query(since=day - timedelta(days=9), until=day)
    table = signal_table.rows(repository.signals(desk, query), repository.articles(desk, query))

    text = signal_table.csv(table).decode("utf-8-sig")
    back = pd.read_csv(pd.io.common.StringIO(text))

    assert len(back) == 6
    assert back["title"].str.startswith("'=").all()
    assert list(back.columns)[:3] == ["day", "signal", "place"]


# --- empty and broken -------------------------------------------------------------------------------------------------


def test_without_a_live_store_the_archive_opens(stores, fill):
    """While live has nothing to show, the first view is the working map of the archive, and says so."""
    fill(stores.replay, CRISIS, restated=True)
    at = open_page("map")

    assert at.session_state["desk"].is_replay
    assert sent(at, "events")["since"].startswith("2021-")
    assert "There is no live store yet" in html(at)
    assert "live.db" not in html(at)
    assert address(at, "store") == ["replay"]


def test_a_live_store_that_cannot_be_read_is_named_above_the_archive(stores, fill):
    """A file that is there and is no store is a fault, and no first run: its address is said."""
    fill(stores.replay, CRISIS, restated=True)
    (stores.path / "live.db").write_text("no store")

    said = html(open_page("map"))

    assert "The live store cannot be read." in said
    assert "live.db" in said


def test_missing_store_is_a_sentence(stores, fill):
    """Asked for a live store that is not there, every page names it and says what to do."""
    fill(stores.replay, CRISIS, restated=True)

    for view in VIEWS:
        at = open_page(view, store="live")
        assert "does not exist yet" in at.error[0].value
        assert "live.db" in at.error[0].value
        assert "karaula refresh" in html(at)


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("view", ["now", "map", "watches"])
def test_before_anything_was_read_the_desk_explains_itself(view):
    """On a bare machine every page says in three sentences what is seen, and how to fill the archive; nothing is an error."""
    at = open_page(view)

    assert not at.error
    assert at.subheader[0].value == "Nothing has been read yet"
    assert len([said for said in at.markdown if said.value.endswith(".") and "`" not in said.value]) == 3
    assert "karaula replay" in html(at)
    assert [button.key for button in at.button] == ["fill-archive"]


def test_an_empty_live_store_without_an_archive_has_its_sources(stores):
    """Nothing was read yet: the pages of numbers explain the desk, and the feeds can be looked at and added."""
    open_writer(stores.live).close()

    now, sources = open_page("now"), open_page("sources")

    assert now.subheader[0].value == "Nothing has been read yet"
    assert "Nothing has been read yet" not in [one.value for one in sources.subheader]
    assert "No feed is known to this store yet" in html(sources)


def test_feeds_that_nobody_asked_yet_are_a_sentence_and_no_figure(stores, records):
    """A figure that holds gaps alone would be one nameless patch."""
    writer = open_writer(stores.live)
    writer.put_feeds([records.feed("rs-a")], datetime.now(UTC) - timedelta(days=3))
    writer.close()

    said = html(open_page("sources", store="live"))

    assert "0 of 1 feed healthy; 1 never asked." in said
    assert "No feed was asked and no article seen" in said
    assert "Stronger colour" not in said


def test_a_broken_live_store_is_no_first_run(full):
    """Where the live store cannot be read, that is said, though there is no archive either."""
    with sqlite3.connect(full.path / "live.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    (full.path / "replay.db").unlink()

    at = open_page("map", store="live")

    assert "newer" in at.error[0].value
    assert not at.button


def test_the_archive_is_filled_by_one_button(stores, monkeypatch):
    """An operator fills it from the page by the command that anybody may type; a desk that only shows has no button."""
    at = open_page("map")
    ran: list[tuple[str, ...]] = []

    def run(*arguments: str) -> catalogue.Outcome:
        ran.append(arguments)
        open_writer(stores.replay).close()
        return catalogue.Outcome(done=True, said="replay archive: 3 new articles")

    monkeypatch.setattr(catalogue, "run", run)
    at.button(key="fill-archive").click().run()

    assert ran == [("replay",)]
    assert "The replay archive is empty." in html(at)
    monkeypatch.setenv("KARAULA_REPLAY", stores.replay.replace("replay.db", "other.db"))
    monkeypatch.setenv("KARAULA_READ_ONLY", "true")
    access.settings.cache_clear()
    assert not open_page("map").button


def test_an_archive_that_cannot_be_filled_says_why(stores, monkeypatch):
    """What the command says is shown as plain text, and the page stays as it is."""
    at = open_page("now")
    monkeypatch.setattr(catalogue, "run", lambda *_arguments: catalogue.Outcome(done=False, said="no space <b>left</b>"))

    at.button(key="fill-archive").click().run()

    assert at.text[0].value == "no space <b>left</b>"


def test_store_of_a_newer_schema_is_a_sentence(full):
    """A store that a newer Karaula wrote is refused in words."""
    with sqlite3.connect(full.path / "live.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    at = open_page("now", store="live")

    assert "newer schema" in at.error[0].value


def test_file_that_is_no_store_is_a_sentence(stores):
    """A file that is something else is refused in words."""
    (stores.path / "live.db").write_bytes(b"not a database, but long enough to be looked at" * 50)

    assert "cannot be read" in open_page("now", store="live").error[0].value


@pytest.mark.parametrize("view", VIEWS)
def test_empty_store_does_not_look_calm(stores, view):
    """A store without any article says that it is empty, and draws no figure of nothing."""
    open_writer(stores.live).close()

    at = open_page(view, store="live")

    assert not at.error
    assert at.info
    assert not at.get("bidi_component") or view == "sources"


@pytest.mark.usefixtures("full")
def test_window_without_signals_says_so():
    """Days without a signal are told as that, with a way out, and the map stays."""
    at = open_page("map", store="replay", window=["2021-10-01", "2021-10-05"])

    assert "No signal" in at.info[0].value
    assert "does not mean calm" in at.info[0].value
    assert json.loads(sent(at, "events")["figure"])["layout"]["map"]["style"]["name"] == "karaula-light"


@pytest.mark.usefixtures("full")
def test_one_day_window_has_no_slider():
    """A window of one day is shown whole."""
    at = open_page("map", store="replay", window=["2021-09-20", "2021-09-20"])

    assert sent(at, "events")["n_days"] == 1
    assert set(sent(at, "events")["events"]["day"]) <= {0}
