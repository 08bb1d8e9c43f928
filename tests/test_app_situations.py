"""The page Situations: what stands on a day, the crossings board by border, the evidence, and its states."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pandas as pd
import pytest
import sqlalchemy as sa
from desk import MAIN, html, open_page
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from app import lasting, limits, repository, standing
from app.components import situation_rows, situation_tables
from app.theme import LIGHT
from ingest.commands import export
from tension import open_store
from tension.events import crossing_days
from tension.events.crossings import BLOCKED, NO_REPORT, REOPENED
from tension.events.situations import situations
from tension.model import Query
from tension.places import gazetteer
from tension.store import open_reader

HOSTILE = '<img src=x onerror="alert(1)">'
BEGUN = date(2021, 9, 20)
TOLD = [
    (BEGUN, f"Serbs block road to Jarinje crossing with lorries {HOSTILE}", "Desk", "desk", "international", "INT", "en"),
    (BEGUN, "Srbi kamionima blokirali put ka prelazu Jarinje", "Dnevnik", "dnevnik", "serbia", "RS", "sr"),
    (date(2021, 9, 22), "Serbs still block the road at Jarinje for third day", "Desk", "desk", "international", "INT", "en"),
    (date(2021, 10, 2), "Barricades removed at Jarinje crossing", "Desk", "desk", "international", "INT", "en"),
    (date(2021, 10, 2), "Uklonjene barikade na prelazu Jarinje", "Dnevnik", "dnevnik", "serbia", "RS", "sr"),
    (date(2021, 9, 21), "Explosion damages police station in Thessaloniki", "Desk", "desk", "international", "INT", "en"),
    (date(2021, 10, 20), "Kosovo bans entry of Serbian goods at Merdare crossing", "Desk", "desk", "international", "INT", "en"),
]  # fmt: skip
WINDOW = ["2021-09-15", "2021-09-25"]


@pytest.fixture
def archive(desk_stores, tell) -> str:
    """The address of an archive with a blockade that begins, goes on and ends."""
    tell(desk_stores["replay"], TOLD, feeds=False)
    return desk_stores["replay"]


def found(url: str) -> list:
    """Return the situations of a store."""
    reader = open_reader(url)
    try:
        return situations(reader.event_signals(Query(since=date.min, until=date.max)))
    finally:
        reader.close()


def opened(**stated: str | list[str]) -> AppTest:
    """Open the page by its address."""
    return open_page("situations", **{"store": "replay", "window": WINDOW, **stated})


def figure(at: AppTest) -> dict:
    """Return the figure as the browser gets it."""
    data = [json.loads(e.proto.json) for e in at.get("bidi_component") if e.proto.json]
    return next(d for d in data if "figure" in d)


# --- as of a day ------------------------------------------------------------------------------------------------------


def test_a_situation_is_told_as_it_was_known_on_the_day(archive):
    """Before its end it is open, with the changes up to the day alone; after it, closed."""
    blockade = next(s for s in found(archive) if s.place_id == "crossing-jarinje" and s.kind == "blockade")

    before, after = (standing.as_of([blockade], day)[0] for day in (date(2021, 9, 23), date(2021, 10, 3)))

    assert (before.status, before.confirmed, before.n_days) == ("open", date(2021, 9, 22), 4)
    assert [c.change for c in before.changes] == ["opened", "confirmed"]
    assert (after.status, after.changes[-1].change, after.n_days) == ("closed", "closed", 13)
    assert standing.as_of([blockade], BEGUN - timedelta(days=1)) == []


def test_without_a_report_for_its_term_it_is_unconfirmed_from_the_day_after(archive):
    """The day from which it is unconfirmed is the one after its term, never an end."""
    blockade = next(s for s in found(archive) if s.place_id == "crossing-jarinje" and s.kind == "blockade")
    lapsed = date(2021, 9, 22) + timedelta(days=blockade.term_days + 1)
    unended = standing.as_of([_without_end(blockade)], lapsed)

    assert unended[0].status == "unconfirmed"
    assert unended[0].unconfirmed_since == lapsed
    assert standing.as_of([_without_end(blockade)], lapsed - timedelta(days=1))[0].unconfirmed_since is None


def _without_end(s):
    changes = tuple(c for c in s.changes if c.change != "closed")
    return replace(s, until=None, confirmed=max(c.day for c in changes), changes=changes)


# --- crossings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state"), [(BEGUN - timedelta(days=1), NO_REPORT), (date(2021, 9, 23), BLOCKED), (date(2021, 10, 5), REOPENED)]
)
def test_a_crossing_is_closed_while_it_is_blocked_and_open_again_after(archive, day, state):
    """Jarinje has no report before, is blocked while the blockade stands, and reported open again afterwards."""
    rows = standing.crossings(standing.as_of(found(archive), day), pd.DataFrame(columns=COLUMNS), day)

    assert next(c for c in rows if c.place.id == "crossing-jarinje").state == state
    assert rows == sorted(rows, key=lambda c: list(standing.STATES).index(c.state))


COLUMNS = ["event", "event_day", "place_id", "article_id", "precision", "code"]


def test_a_crossing_with_a_measure_in_force_is_restricted(archive):
    """A ban reported at a crossing restricts it from its day on; the reports are those of the ban."""
    reader = open_reader(archive)
    signals = reader.event_signals(Query(since=date.min, until=date.max))
    reader.close()
    day = date(2021, 10, 25)

    rows = {c.place.id: c for c in standing.crossings(standing.as_of(found(archive), day), signals, day)}

    gate = rows["crossing-merdare"]
    assert (gate.state, gate.since) == (standing.RESTRICTED, date(2021, 10, 20))
    assert len(gate.article_ids) == 1
    assert rows["crossing-brnjak"].state in {NO_REPORT, REOPENED}


def test_files_and_tables_have_the_states_of_the_board(archive):
    """What is exported, read by pandas or asked of the API has the crossing restricted since the same day, by the same report."""
    day = date(2021, 10, 25)
    query = Query(since=date.min, until=day)
    reader = open_reader(archive)
    exported = export._frame(reader, export.What.CROSSINGS, query, whole=False).set_index("place_id")
    reader.close()
    with open_store(archive) as store:
        table = store.frame("crossings", until=day).set_index("place_id")
        quiet = store.frame("crossings", until=date(2021, 10, 19)).set_index("place_id")

    for found_there in (exported, table):
        gate = found_there.loc["crossing-merdare"]
        assert (gate["state"], gate["since"].date(), len(gate["article_ids"])) == ("restricted", date(2021, 10, 20), 1)
    assert exported["state"].to_dict() == table["state"].to_dict()
    assert quiet.loc["crossing-merdare", "state"] != "restricted"


@pytest.mark.parametrize("known", [None, date(2021, 10, 23)])
def test_now_and_map_have_the_crossings_of_the_board(archive, known):
    """What a page of some days reads of situations and measures gives every crossing the state, day and reports of the board."""
    desk = repository.desk("replay").known(known)
    since, until = date(2021, 9, 18), date(2021, 10, 23)
    places = tuple(gazetteer.crossings().values())
    some, told = lasting.standing_on(desk, since, until), limits.told(desk, since, until)
    reader = open_reader(archive)
    every = reader.situations(as_known_at=desk.as_known_at)
    signals = reader.event_signals(Query(since=date.min, until=date.max, as_known_at=desk.as_known_at))
    reader.close()

    states = set()
    for day in (since, date(2021, 9, 22), date(2021, 9, 30), date(2021, 10, 2), date(2021, 10, 20), until):
        board = {c.place.id: c for c in standing.crossings(standing.as_of(every, day), signals, day)}
        for row in crossing_days.crossings(some, told, places, day):
            of_board = board[row.place.id]
            assert (row.state, row.since, row.confirmed) == (of_board.state, of_board.since, of_board.confirmed)
            states.add(row.state)
    assert states >= {BLOCKED, standing.RESTRICTED, REOPENED, NO_REPORT}


def test_every_crossing_is_on_one_border_and_the_worst_come_first(archive):
    """The board has each crossing once; borders with a closed crossing stand before those without a report."""
    rows = standing.crossings(standing.as_of(found(archive), date(2021, 9, 23)), pd.DataFrame(columns=COLUMNS), date(2021, 9, 23))

    borders = standing.by_border(rows)

    assert sorted(c.place.id for some in borders.values() for c in some) == sorted(c.place.id for c in rows)
    assert next(iter(borders)) == ("RS", "XK")
    assert len(rows) > 90


@given(st.sampled_from(list(standing.STATES)))
def test_each_state_of_a_crossing_has_its_own_mark_and_word(state):
    """No two states look or read alike."""
    others = [situation_rows.state_mark(other) for other in standing.STATES if other != state]

    assert situation_rows.state_mark(state) not in others
    assert standing.STATES[state] in situation_rows.state_mark(state)


# --- what is read -----------------------------------------------------------------------------------------------------


def test_situations_of_one_place_are_told_apart_by_ear(archive):
    """A place is written once in each of its rows; who has the rows read to them hears the kind with it."""
    said = html(opened())

    assert re.search(r'aria-label="Jarinje[^"]*, Crossing, road or bridge blocked"', said)


def long_ago(n: int) -> list[tuple]:
    """Return some blockades of years before the window, half a year apart, each told of on two days and never ended."""
    days = [date(2021, 3, 3) - timedelta(days=183 * k) for k in range(n)]
    title = "Serbs block road to Jarinje crossing with lorries"
    return [
        (day + timedelta(days=k), f"{title}, {day} {k}", "Desk", "desk", "international", "INT", "en")
        for day in days
        for k in range(2)
    ]


def rows_read(url: str, since: date, until: date) -> tuple[int, int]:
    """Return how many situations, and changes of them, a page of some days reads."""
    reader = open_reader(url)
    found = reader.situations(since=since, until=until, briefly=True)
    reader.close()
    return len(found), sum(len(s.changes) for s in found)


def test_what_was_over_long_before_is_not_read(desk_stores, tell):
    """Old blockades add at most the newest of them to what the page reads; the board tells of the window alone."""
    tell(desk_stores["replay"], TOLD, feeds=False)
    before = rows_read(desk_stores["replay"], *map(date.fromisoformat, WINDOW))
    tell(desk_stores["live"], [*long_ago(9), *TOLD], feeds=False)
    after = rows_read(desk_stores["live"], *map(date.fromisoformat, WINDOW))
    every = len(found(desk_stores["live"]))

    assert every >= before[0] + 9
    assert after[0] <= before[0] + 1
    assert after[1] <= before[1] + 2


def test_the_page_asks_for_what_its_window_needs(archive):
    """No statement of the page reads the changes of all situations, or the events of all days."""
    asked = []
    listen = partial(lambda said, *row: said.append((row[2], row[3])), asked)
    sa.event.listen(sa.Engine, "before_cursor_execute", listen)
    try:
        opened(window=["2021-09-15", "2021-09-24"], outlets=["Desk"])
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", listen)

    said = [statement for statement, _ in asked]
    changes = [statement for statement in said if "FROM standing_change" in statement]
    assert changes
    assert all("RECURSIVE" in statement or "standing_change.situation IN" in statement for statement in changes)
    assert not any(str(date.min) in str(values) for _, values in asked)
    assert archive


def test_a_filter_leaves_situations_out_and_changes_none(archive):
    """An outlet that told of the blockade has it as all reports tell it; one that did not has neither it nor the crossing."""
    desk = repository.desk("replay")
    query = Query(since=date(2021, 9, 15), until=date(2021, 10, 10))
    whole, told, untold = (
        standing.load(desk, replace(query, **facet)) for facet in ({}, {"languages": ("sr",)}, {"outlets": ("No such outlet",)})
    )

    def of(board):
        return {s.id: (s.status, s.confirmed, s.situation.until) for s in board.standing}

    assert of(told).items() <= of(whole).items()
    assert [s.situation.kind for s in told.standing] == ["blockade"]
    assert "crossing-jarinje" in {c.place.id for c in told.crossings}
    assert (untold.standing, untold.crossings) == ((), ())
    assert archive


def test_a_file_has_all_reports_of_what_is_listed(archive):
    """What was told of before the window is not on screen, yet in the file, as the command line writes it."""
    desk = repository.desk("replay")
    query = Query(since=date(2021, 9, 24), until=date(2021, 9, 25))
    board = standing.load(desk, query)
    full = standing.in_full(desk, board)
    reader = open_reader(archive)
    exported = export._frame(reader, export.What.SITUATIONS, replace(query, since=date.min), whole=False)
    reader.close()

    blockade = next(s for s in board.standing if s.situation.kind == "blockade")
    frame = situation_tables.frame(full.standing, full.day).set_index("situation")
    assert situation_rows.reports_since(blockade, query.since) == 0
    assert frame.loc[blockade.id, "n_reports"] == 3
    known = exported.set_index("situation")
    assert frame["n_reports"].to_dict() == known.loc[frame.index, "n_reports"].to_dict()
    gate = next(c for c in full.crossings if c.place.id == "crossing-jarinje")
    assert set(gate.article_ids) == set(frame.loc[blockade.id, "article_ids"])


def test_a_situation_outside_the_window_is_opened_by_its_link(archive):
    """A link opens it with all its changes though it is not listed; one that began after the day is not known yet."""
    key = next(s.id for s in found(archive) if s.kind == "blockade")
    later = next(s.id for s in found(archive) if s.kind == "measure")

    assert "closed</b> 2 Oct 2021" in html(opened(window=["2021-10-15", "2021-10-18"], situation=key))
    assert "Choose a bar, a name, or a situation" in html(opened(situation=later))


def test_of_many_changes_the_newest_are_shown_and_the_others_counted(archive):
    """A measure of years would be a page without end: its opening and its newest changes are written out."""
    blockade = next(s for s in found(archive) if s.kind == "blockade")
    n = situation_rows._MOST_CHANGES + 7
    confirmed = [replace(blockade.changes[1], day=BEGUN + timedelta(days=k + 1)) for k in range(n)]
    s = standing.as_of([replace(blockade, changes=(blockade.changes[0], *confirmed))], BEGUN + timedelta(days=n))[0]

    said = situation_rows.panel(s, {}, LIGHT)

    assert "7 more changes between these" in said
    assert said.count("confirmed</b>") == situation_rows._MOST_CHANGES


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("archive")
def test_open_situations_are_listed_with_since_age_and_words():
    """On a day within the blockade the page tells it, its age, its last confirmation, and the words that opened it."""
    said = html(opened(kind=["blockade"]))

    assert "25 Sep 2021: 1 situation open; 1 of " in said
    assert "Jarinje / Jarinjë" in said
    assert "Crossing, road or bridge blocked" in said
    assert "6 days" in said
    assert "22 Sep 2021" in said
    assert "<mark" in said
    assert HOSTILE not in said


@pytest.mark.usefixtures("archive")
def test_a_link_to_a_situation_opens_its_evidence():
    """The panel has each change with its reports, outlets, and the words; a hostile headline is only text."""
    key = next(s.id for s in found_in_page(opened()) if s.situation.kind == "blockade")

    said = html(opened(situation=key))

    assert "since 20 Sep 2021, day 6" in said
    assert "opened</b> 20 Sep 2021" in said
    assert "confirmed</b> 22 Sep 2021" in said
    assert "Desk" in said
    assert "3 reports, 2 outlets" in said
    assert "&lt;img" in said
    assert HOSTILE not in said


def found_in_page(at: AppTest) -> list:
    """Return the situations that the page was drawn from."""
    return standing.load(at.session_state["desk"], at.session_state["query"]).of("open")


@pytest.mark.usefixtures("archive")
def test_closed_ones_of_the_window_are_listed_as_closed():
    """A window beyond the end has it among the closed ones, with the day."""
    said = html(opened(window=["2021-09-15", "2021-10-10"], kind=["blockade"]))

    assert "Closed, 15 September to 10 October 2021: 1" in said
    assert "0 situations open" in said


@pytest.mark.usefixtures("archive")
def test_looking_back_what_was_not_yet_known_is_not_told():
    """As known on a day before the barricades went, the crossing is still closed."""
    said = html(opened(window=["2021-09-15", "2021-10-10"], known="2021-09-26", stand="crossings"))

    assert "1 of " in said
    assert "open again</span></li>" not in said
    assert "As known on 26 Sep 2021" in said


@pytest.mark.usefixtures("archive")
def test_the_board_shows_every_crossing_by_border():
    """The board names borders and states, the closed crossing with since and day; no report is a state of its own."""
    said = html(opened(stand="crossings"))

    assert "<h3>Serbia – Kosovo</h3>" in said
    assert "k-gate-full" in said
    assert "since 20 Sep 2021, day 6" in said
    assert said.count("k-gate-none") > 90


@pytest.mark.usefixtures("archive")
def test_countries_and_kinds_narrow_the_page():
    """Another country leaves neither situation nor crossing; a kind that does not stand is no choice."""
    greece = opened(where=["GR"], stand="crossings")
    kinds = opened(kind=["blockade", "no such kind"])

    assert "Jarinje" not in html(opened(where=["GR"]))
    assert "Serbia – Kosovo" not in html(greece)
    assert "Greece – Türkiye" in html(greece)
    assert kinds.query_params["kind"] in (["blockade"], "blockade")


@pytest.mark.usefixtures("archive")
def test_the_table_twin_has_the_same_rows():
    """The table lists the situation and all crossings with the states of the board."""
    at = opened(stand="table", kind=["blockade"])

    tables = [t.value for t in at.dataframe]
    assert tables[0]["status"].tolist() == ["open"]
    assert "closed" in tables[1]["state"].tolist()
    assert len(tables[1]) > 90


@pytest.mark.usefixtures("archive")
def test_figure_is_told_in_words():
    """The figure carries its text for who cannot see it."""
    assert (
        "Situations, 15 to 25 September 2021: 1 open; the oldest, Jarinje / Jarinjë, Kosovo"
        in figure(opened(kind=["blockade"]))["alt"]
    )


@pytest.mark.usefixtures("archive")
def test_an_unknown_situation_in_the_address_is_dropped():
    """A link to what does not exist shows the page, and nothing chosen."""
    at = opened(situation='t1"><script>')

    assert "Choose a bar, a name, or a situation" in html(at)
    assert "<script>" not in html(at)


@pytest.mark.usefixtures("archive")
def test_nothing_that_lasts_is_said_so():
    """Where nothing stands the page says so, and no word of calm."""
    said = html(opened(where=["GR"]))

    assert "No situation." in said
    assert "does not mean calm" in said


def test_an_empty_store_says_so(desk_stores, tell):
    """Before anything was read, the desk explains itself instead of an error."""
    del tell
    at = AppTest.from_file(str(MAIN), default_timeout=60).run()
    at.switch_page("views/situations.py").run()

    assert desk_stores["replay"]
    assert not at.exception
    assert at.subheader[0].value == "Nothing has been read yet"


def test_export_is_what_is_known_on_the_day(archive):
    """The file has the situation as it stood: no end that was not yet reported."""
    rows = [s for s in standing.as_of(found(archive), date(2021, 9, 25)) if s.situation.kind == "blockade"]

    frame = situation_tables.frame(rows, date(2021, 9, 25))

    assert frame["status"].tolist() == ["open"]
    assert frame["until"].isna().all()
    assert frame["closed_by"].isna().all()
    assert frame["confirmed"].dt.date.tolist() == [date(2021, 9, 22)]
