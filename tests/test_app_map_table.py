"""The table below the map: closed at first, the chosen place's events first, bounded rows, and a row opens its reports."""

from datetime import date

import pandas as pd
import pytest
from desk import html, open_page
from streamlit.testing.v1 import AppTest

from app.components import event_table, place_panel

WINDOW = ["2021-09-15", "2021-09-25"]
HOSTILE = '<img src=x onerror="alert(1)">'
TOLD = [
    (day, title, "Desk", "desk", "international", "INT", "en")
    for day, title in (
        (date(2021, 9, 20), f"Serbs block road to Jarinje crossing with lorries {HOSTILE}"),
        (date(2021, 9, 21), "Explosion damages police station in Thessaloniki"),
        (date(2021, 9, 22), "Clashes between police and protesters in Podgorica"),
    )
]


def opened(**stated: str) -> AppTest:
    """Open the map with the table below it open."""
    at = open_page("map", store="replay", window=WINDOW, **stated)
    at.session_state[event_table.OPEN] = True
    return at.run()


def listed(at: AppTest) -> pd.DataFrame:
    """Return the rows of the table."""
    (found,) = [table.value for table in at.dataframe]
    return found


@pytest.fixture
def archive(desk_stores, tell) -> str:
    """The address of an archive with three events at three places."""
    tell(desk_stores["replay"], TOLD, feeds=False)
    return desk_stores["replay"]


@pytest.mark.usefixtures("archive")
def test_the_first_view_does_not_wait_for_the_table():
    """Until somebody opens it no row is read or sent."""
    at = open_page("map", store="replay", window=WINDOW)

    assert not at.dataframe
    assert "The same as a table" in [expander.label for expander in at.expander]


@pytest.mark.usefixtures("archive")
def test_the_table_has_the_events_of_the_map_with_their_words():
    """Each event with day, signal, place, weight and the first headline, which is a cell and never markup."""
    table = listed(opened())

    assert sorted(table["signal"]) == ["bombing or sabotage", "border blockade", "unrest"]
    assert list(table["weight"]) == sorted(table["weight"], reverse=True)
    assert any(HOSTILE in title for title in table["title"])
    assert table["n_reports"].tolist() == [1, 1, 1]


@pytest.mark.usefixtures("archive")
def test_the_chosen_place_stands_first():
    """The selection of the map is that of the table: counted above it, and the first of its rows."""
    whole = listed(opened())
    last = whole["place"].iloc[-1]
    ids = opened().session_state[event_table._IDS]

    at = opened(place=ids[-1][1])

    assert listed(at)["place"].iloc[0] == last
    assert "1 of 3 are at the chosen place." in html(at)


@pytest.mark.usefixtures("archive")
def test_rows_are_bounded_and_more_is_asked_for(monkeypatch):
    """No more rows are sent than can be read; a button brings the next ones."""
    monkeypatch.setattr(event_table, "ROWS", 1)
    at = opened()

    assert len(listed(at)) == 1
    assert "The heaviest 1 of 3." in html(at)
    more = next(button for button in at.button if button.key == "below-more")
    assert len(listed(more.click().run())) == 2


@pytest.mark.usefixtures("archive")
def test_a_row_opens_its_reports_and_moves_no_row():
    """Choosing a row shows its words beside the map, as a ring does; the rows stay where the reader's eye is."""
    at = opened()
    before = listed(at)["place"].tolist()
    event, place = at.session_state[event_table._IDS][-1]

    at.session_state[place_panel.PLACE], at.session_state[place_panel.EVENT] = place, event
    at.session_state[event_table._OWN] = place
    at.run()

    assert listed(at)["place"].tolist() == before
    assert "confidence" in html(at)
    assert at.query_params["place"] in (place, [place])


def test_events_without_a_place_are_a_selection_too():
    """Those of no place come first where they were chosen; a place that has nothing moves nothing."""
    events = pd.DataFrame({"event": ["a", "b", "c"], "place_id": ["p", None, "q"]})

    assert event_table.ordered(events, place_panel.UNPLACED)["event"].tolist() == ["b", "a", "c"]
    assert event_table.ordered(events, "q")["event"].tolist() == ["c", "a", "b"]
    assert event_table.ordered(events, "nowhere")["event"].tolist() == ["a", "b", "c"]
    assert event_table.ordered(events, None)["event"].tolist() == ["a", "b", "c"]
