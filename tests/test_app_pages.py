"""Every page as the server runs it, over real stores, by link and by click: filters, the strip, stores, as known on."""

import json
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from desk import address, asked, html, open_page, sent

from app import filters, repository
from app.components import signal_table
from tension.model import Query
from tension.store import open_writer

VIEWS = ("now", "map", "situations", "events", "index", "sides", "sources", "watches", "method")


@pytest.mark.parametrize("store", ["live", "replay"])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.usefixtures("full")
def test_every_page_opens(view, store):
    """Every page of either store is drawn without an exception or an error."""
    at = open_page(view, store=store)

    assert not at.error
    assert html(at)


@pytest.mark.usefixtures("full")
def test_figures_have_words():
    """The map has a text for who cannot see it, and a table as its twin."""
    assert sent(open_page("map"), "events")["alt"].startswith("Map, ")
    assert len(open_page("map", view="table").dataframe[0].value) == 6


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
