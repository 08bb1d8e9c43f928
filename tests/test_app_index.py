"""The page Index: the numbers of the command line, contributions that add up, gaps as gaps, and its states."""

import json
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from called import call
from desk import MAIN, html, open_page
from streamlit.testing.v1 import AppTest

from app import access, line_tables, lines, makeup, repository
from app.components import index_desk, index_rows
from app.figures import lines as figure
from app.theme import DARK, LIGHT
from tension.index.level import Level
from tension.index.series import Day
from tension.model import Query

HOSTILE = '<img src=x onerror="alert(1)">'
SINCE, UNTIL = date(2021, 9, 18), date(2021, 10, 5)
DESK = ("Desk", "desk", "international", "INT", "en")
DAILY = ("Dnevnik", "dnevnik", "serbia", "RS", "sr")
TOLD = [
    *((date(2021, 7, 1) + timedelta(days=n), f"Chamber choir gives concert number {n}", *DESK) for n in range(0, 78, 2)),
    (date(2021, 9, 20), f"Serbs block road to Jarinje crossing with lorries {HOSTILE}", *DESK),
    (date(2021, 9, 20), "Srbi kamionima blokirali put ka prelazu Jarinje", *DAILY),
    (date(2021, 9, 22), "Serbs still block the road at Jarinje crossing for third day", *DESK),
    (date(2021, 9, 23), "Serbia warns Kosovo of war if police do not leave", *DESK),
    (date(2021, 9, 25), "Two grenades thrown at police station in Zvecan, Kosovo", *DESK),
    (date(2021, 9, 27), "Serbia and Kosovo hold talks in Brussels", *DESK),
    (date(2021, 10, 2), "Barricades removed at Jarinje crossing", *DESK),
    (date(2021, 10, 2), "Uklonjene barikade na prelazu Jarinje", *DAILY),
    (date(2021, 10, 5), "Opposition leader visits Zvecan", *DESK),
]
SCOPES = ("XK", "RS-XK", "region", "place:crossing-jarinje")


@pytest.fixture
def archive(desk_stores, tell) -> str:
    """The address of an archive with a blockade, a threat, an attack and talks, after a quiet summer."""
    tell(desk_stores["replay"], TOLD, feeds=False)
    return desk_stores["replay"]


def asked() -> Query:
    """Return the query of the window."""
    return Query(since=SINCE, until=UNTIL)


def opened(store: str = "replay", **stated: str | list[str]) -> AppTest:
    """Open the page by its address."""
    return open_page("index", **{"store": store, "window": [SINCE.isoformat(), UNTIL.isoformat()], **stated})


def drawn(at: AppTest) -> dict:
    """Return the figure as the browser gets it."""
    data = [json.loads(e.proto.json) for e in at.get("bidi_component") if e.proto.json]
    return next(d for d in data if "figure" in d)


# --- the same numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scope", "known"), [*((scope, None) for scope in SCOPES), ("RS-XK", "2021-09-26")])
def test_numbers_are_those_of_the_command_line(archive, tmp_path, scope, known):
    """Every day of every kind of scope, its parts, band, level and contributions are what `karaula index` prints."""
    arguments = ["--scope", scope, "--from", str(SINCE), "--to", str(UNTIL), "--store", archive]
    if known:
        arguments += ["--as-known-on", known]
    _, out, _ = call("index", *arguments, environment={"NO_COLOR": "1"}, folder=tmp_path)
    printed = json.loads(out)["days"]
    desk = repository.desk("replay").known(date.fromisoformat(known) if known else None)
    query = Query(since=SINCE, until=UNTIL, as_known_at=desk.as_known_at)

    line = lines.load(desk, query, scope)
    mine = line_tables.as_json(line, makeup.made(desk, query, scope), "1")["days"]

    assert len(mine) == (9 if known else 18)
    for one, other in zip(mine, printed, strict=False):
        one.pop("panel_value")
        assert one == pytest.approx(other) if not isinstance(one, dict) else _alike(one, other)


def _alike(one: dict, other: dict) -> bool:
    """Tell whether two days are equal, numbers up to rounding, and lists in order."""
    assert one.keys() == other.keys()
    for key, value in one.items():
        if isinstance(value, list):
            assert [r["event"] for r in value] == [r["event"] for r in other[key]]
            assert [r["contribution"] for r in value] == pytest.approx([r["contribution"] for r in other[key]])
        elif isinstance(value, float):
            assert value == pytest.approx(other[key])
        else:
            assert value == other[key]
    return True


@pytest.mark.parametrize("scope", SCOPES)
def test_contributions_sum_to_the_value(archive, scope):
    """What is listed under a day as acts and threats adds up to its value, stabilising to the other side, on every day."""
    del archive
    desk = repository.desk("replay")
    line = lines.load(desk, asked(), scope)

    read = [day for day in line.days if day.value is not None]
    for day in read:
        shares = makeup.shares(desk, asked(), scope, day.day)
        assert shares.counted.n == len(shares.counted.parts)
        assert sum(p.contribution for p in shares.counted.parts) == pytest.approx(day.value)
        assert sum(p.contribution for p in shares.calming.parts) == pytest.approx(day.parts["stabilising"])
    assert max(day.value for day in read) > 0


@pytest.mark.usefixtures("archive")
def test_of_many_contributions_the_largest_are_shown_and_all_are_summed(monkeypatch):
    """What is not listed is counted and summed, and a link to it opens it all the same."""
    monkeypatch.setattr(makeup, "MOST_PARTS", 1)
    desk, day = repository.desk("replay"), date(2021, 9, 27)
    line = lines.load(desk, asked(), "XK")

    counted = makeup.shares(desk, asked(), "XK", day).counted
    listed = makeup.made(desk, asked(), "XK").listing.listed(day)
    smallest = next(row for row in reversed(listed) if row["part"] != "stabilising")["event"]

    assert (len(counted.parts), counted.n > 1) == (1, True)
    assert counted.whole == pytest.approx(line.on(day).value)
    assert smallest not in {part.event for part in counted.parts}
    assert "smaller one" in html(opened(lines="XK", day=day.isoformat()))
    assert "<mark" in html(opened(lines="XK", day=day.isoformat(), event=smallest))
    assert makeup.part_of(desk, asked(), "XK", day, "no such event") is None


@pytest.mark.usefixtures("archive")
def test_a_day_of_a_long_window_is_taken_apart_by_itself():
    """Only the month that the day lies in is read: each of its parts, and their sums, are those of the whole window's list."""
    long = Query(since=date(2021, 7, 1), until=UNTIL)
    desk = repository.desk("replay")
    whole = makeup.made(desk, long, "region").listing
    for day in (UNTIL, date(2021, 9, 26), date(2021, 9, 5), date(2021, 7, 3)):
        shares, rows = makeup.shares(desk, long, "region", day), whole.listed(day)
        counted = [row["event"] for row in rows if row["part"] != "stabilising"]
        assert [part.event for part in shares.counted.parts] == counted[: makeup.MOST_PARTS]
        assert shares.counted.n + shares.calming.n == len(rows)
        assert shares.counted.whole + shares.calming.whole == pytest.approx(sum(row["contribution"] for row in rows))


@pytest.mark.usefixtures("archive")
def test_filters_change_no_number():
    """A filter on the left leaves the numbers as they are, and the page says so."""
    without, filtered = opened(lines="XK", day="2021-09-22"), opened(lines="XK", day="2021-09-22", languages="sr")

    assert _sum(html(without)) == _sum(html(filtered))
    assert "change no number here" in html(filtered)
    assert "change no number here" not in html(without)


def _sum(said: str) -> str:
    return said.partition('k-sum">')[2].partition("</div>")[0]


@pytest.mark.usefixtures("archive")
def test_a_value_does_not_depend_on_the_window():
    """The same day read in a longer window has the same value and level."""
    desk = repository.desk("replay")
    short, long = (lines.load(desk, Query(since=since, until=UNTIL), "XK") for since in (SINCE, date(2021, 8, 1)))

    assert short.on(UNTIL).value == pytest.approx(long.on(UNTIL).value)
    assert short.on(UNTIL).level.word == long.on(UNTIL).level.word


# --- no reading -------------------------------------------------------------------------------------------------------


def test_a_silent_feed_is_a_gap_with_its_cause(desk_stores, tell):
    """Where a country's only feed brought nothing there is no value, but the cause, in the row and under the list."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=n) for n in range(20, -1, -1)]
    told = [(day, f"Kosovo police seize weapons in raid in Zvecan, day {n}", "Prishtina", "p", "kosovo-albanian", "XK", "en")
            for n, day in enumerate(days) if n != 18]  # fmt: skip
    tell(desk_stores["live"], told)

    gap = days[18]
    at = opened("live", lines="XK", window=[days[10].isoformat(), today.isoformat()], day=gap.isoformat())

    assert "has no reading on" in html(at)
    assert "no article was received" in html(at)
    assert "nothing to add up" in html(at)
    shown = json.loads(drawn(at)["figure"])
    line = next(t for t in shown["data"] if t["name"] == "acts and threats")
    assert line["y"][8] is None
    assert line["y"][7] is not None
    assert line["connectgaps"] is False
    assert [s["name"] for s in shown["layout"]["shapes"] if s.get("name")] == ["no reading"]


def day(n: int, value: float | None, **fields) -> Day:
    """Make a day of September 2021."""
    parts = (
        {"acts": value, "threats": 0.0, "stabilising": 1.0}
        if value is not None
        else dict.fromkeys(("acts", "threats", "stabilising"))
    )
    made = {
        "day": date(2021, 9, n), "value": value, "cause": None if value is not None else "no article was received",
        "parts": parts, "band": (value - 0.5, value + 0.5) if value is not None else None, "level": None, "contributions": (),
        "stabilising": (),
    }  # fmt: skip
    return Day(**(made | fields))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_nothing_is_drawn_across_a_gap(theme):
    """Areas and band end before a gap and begin after it; the gap is shaded, and its cause is under the pointer."""
    panel = figure.Panel(
        name="Kosovo", days=[day(1, 5.0), day(2, 6.0), day(3, None), day(4, 4.0), day(5, 3.0)], fixed=(), episodes=()
    )

    built = figure.build([panel], chosen=date(2021, 9, 2), theme=theme)

    areas = {t.name: t for t in built.data if t.fill == "toself"}
    for trace in areas.values():
        runs = " ".join("-" if x is None else str(x.day) for x in trace.x).split("-")
        assert [sorted(set(run.split())) for run in runs if run.strip()] == [["1", "2"], ["4", "5"]]
    cause = next(t for t in built.data if t.name == "no reading")
    assert "no article was received" in cause.hovertext[0]
    gap = next(s for s in built.layout.shapes if s.name == "no reading")
    assert gap.x1 - gap.x0 == timedelta(days=1)


def test_all_lines_are_on_one_scale():
    """Two scopes of different size are drawn on the same axis range, one below the other."""
    panels = [
        figure.Panel(name=name, days=[day(1, top), day(2, top)], fixed=(), episodes=()) for name, top in (("a", 50.0), ("b", 2.0))
    ]

    built = figure.build(panels, chosen=None, theme=LIGHT)

    assert built.layout.yaxis.range == built.layout.yaxis2.range
    assert built.layout.yaxis.domain[0] > built.layout.yaxis2.domain[1]


def test_episodes_that_overlap_are_not_written_over_each_other():
    """Episodes of the same days stand in lanes of their own; names are escaped."""
    some = [
        figure.Episode(name=f"{HOSTILE} {n}", family="violence", since=date(2021, 9, 1), until=date(2021, 9, 4)) for n in range(5)
    ]
    panel = figure.Panel(name=HOSTILE, days=[day(n, 1.0) for n in range(1, 6)], fixed=(), episodes=some)

    built = figure.build([panel], chosen=None, theme=LIGHT)

    lanes = [s.y0 for s in built.layout.shapes if s.label.text]
    assert len(lanes) == len(set(lanes)) == 3
    assert "<img" not in built.to_json()


def test_alternative_text_tells_values_and_gaps():
    """The figure in words has the last and the highest value, and how many days have no reading."""
    panel = figure.Panel(name="Kosovo", days=[day(1, 5.0), day(2, None), day(3, 4.0)], fixed=(), episodes=())
    silent = figure.Panel(name="Albania", days=[day(1, None)], fixed=(), episodes=())

    said = figure.alt([panel, silent])

    assert "Kosovo: last 4.0, highest 5.0 on 1 Sep 2021; 1 day without a reading" in said
    assert "Albania: no reading" in said


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("highest", "said"),
    [(None, "highest of its year"), (date(2021, 3, 1), "highest since 1 Mar 2021"), (date(2021, 9, 28), "above 97%")],
)
def test_a_level_says_what_it_is_measured_against(highest, said):
    """Highest since when, where that is worth saying; else the share of days below."""
    level = Level(word="high", percentile=0.97, robust_z=3.2, highest_since=highest, reference=2.0, n_days=365)

    assert index_rows.against(day(30, 5.0, level=level)).startswith(said)


def test_scopes_have_names():
    """Region, dyad, country and place are called by their names; dyads are pairs of countries of the list."""
    assert lines.name_of("region") == "The whole region"
    assert lines.name_of("RS-XK") == "Kosovo–Serbia"
    assert lines.name_of("place:crossing-jarinje") == "Jarinje / Jarinjë, Kosovo"
    assert "RS-XK" in lines.dyads()
    assert all(len(dyad.split("-")) == 2 for dyad in lines.dyads())


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("archive")
def test_a_link_opens_the_same_lines_and_day():
    """Scopes and day of the address are drawn; what is unknown is dropped."""
    at = opened(lines=["XK", "RS-XK", "nowhere"], day="2021-09-25")

    assert at.session_state[index_desk.LINES] == ["XK", "RS-XK"]
    assert at.session_state[index_desk.DAY] == date(2021, 9, 25)
    assert "On 25 Sep 2021" in html(at)
    assert "Kosovo: last" in drawn(at)["alt"]


@pytest.mark.parametrize(
    ("scope", "known"),
    [("region", True), ("XK", True), ("XK-RS", True), ("place:crossing-merdare", True), ("place:nowhere", False),
     ("XK-XK", False),
     ("RS-XK-AL", False), ("DE", False), ("", False), ("place:", False), ("<script>", False)],
)  # fmt: skip
def test_an_address_may_name_any_scope_that_can_be_computed(scope, known):
    """Places without an event and dyads that are not listed are scopes, too; nonsense is none."""
    assert lines.is_scope(scope) is known


@pytest.mark.parametrize("stated", ["2021-13-45", "1999-01-01", "<script>", "2030-01-01"])
@pytest.mark.usefixtures("archive")
def test_a_day_outside_the_window_is_dropped(stated):
    """A day that is none, or lies outside, becomes the last one with a reading."""
    at = opened(lines="XK", day=stated)

    assert SINCE <= at.session_state[index_desk.DAY] <= UNTIL
    assert "<script>" not in html(at)


@pytest.mark.usefixtures("archive")
def test_the_day_moves_by_step():
    """The buttons move the day by one; the address follows."""
    at = opened(lines="XK", day="2021-09-25")
    at.button(key="day-before").click().run()

    assert at.session_state[index_desk.DAY] == date(2021, 9, 24)
    assert at.query_params["day"] in ("2021-09-24", ["2021-09-24"])


@pytest.mark.usefixtures("archive")
def test_each_contribution_leads_to_its_words():
    """A chosen contribution shows its reports with the words marked; a hostile headline is only text."""
    desk = repository.desk("replay")
    parts = makeup.shares(desk, asked(), "XK", date(2021, 9, 20)).parts
    part = next(p for p in parts if p.code == "border_blockade")

    said = html(opened(lines="XK", day="2021-09-20", event=part.event))

    assert "block" in said
    assert "<mark" in said
    assert "&lt;img" in said
    assert HOSTILE not in said
    assert "border blockade" in said


@pytest.mark.usefixtures("archive")
def test_what_stands_is_marked_as_undecayed():
    """A blockade that stands is listed beside its opening event, as a contribution that does not fade."""
    said = html(opened(lines="XK", day="2021-09-25"))

    assert "stands, undecayed" in said


@pytest.mark.usefixtures("archive")
def test_the_table_twin_and_the_files_have_the_numbers():
    """The table has a row a scope and day; the JSON has the contributions."""
    at = opened(**{"lines": ["XK", "region"], "as": "table"})

    table: pd.DataFrame = at.dataframe[0].value
    assert len(table) == 2 * 18
    assert set(table["scope"]) == {"Kosovo", "The whole region"}
    desk = repository.desk("replay")
    found = [lines.load(desk, asked(), "XK")]
    days = json.loads(index_desk.as_json(desk, asked(), found))[0]["days"]
    assert len(days) == 18
    assert days[7]["contributions"]


@pytest.mark.usefixtures("archive")
def test_one_country_in_the_filter_is_its_line():
    """Without lines in the address the country of the filter is drawn; without any, the region."""
    assert opened(where="XK").session_state[index_desk.LINES] == ["XK"]
    assert opened().session_state[index_desk.LINES][0] == "region"


def test_without_a_store_the_page_says_so(desk_stores):
    """Neither store exists: the desk explains itself, no exception."""
    at = AppTest.from_file(str(MAIN), default_timeout=60).run()
    at.switch_page("views/index.py").run()

    assert access.settings().replay == desk_stores["replay"]
    assert not at.exception
    assert at.subheader[0].value == "Nothing has been read yet"


def test_a_quiet_scope_has_zero_not_a_gap(desk_stores, tell):
    """A day that was read and has nothing is zero, and said to be so."""
    tell(desk_stores["replay"], TOLD, feeds=False)

    at = opened(lines="GR", day="2021-09-22")

    assert "the load of Greece is 0" in html(at)
