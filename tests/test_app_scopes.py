"""Words from numbers: levels, the first sentence, freshness, days. All pure: the instant is handed in."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from app import health, scopes, words
from app.access import Desk
from app.components import player
from tension.index.load import contributions, daily_load

TODAY = date(2023, 9, 30)
NOW = datetime(2023, 9, 30, 12, tzinfo=UTC)


def frames(*rows: tuple[str, int, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make events, each (country, days ago, weight), and a signal for each."""
    events = pd.DataFrame(
        {
            "event": range(len(rows)),
            "country": [r[0] for r in rows],
            "day": pd.to_datetime([TODAY - timedelta(days=r[1]) for r in rows]),
            "weight": [r[2] for r in rows],
            "part": "acts",
            "place_id": "p",
            "family": "A",
            "language": "sr",
        }
    )
    return events, events


def told(*rows: tuple[str, int, float], codes=("XK", "RS"), first=date(2022, 1, 1), unread=None) -> dict[str, scopes.Scope]:
    """Return the scopes of some events by code."""
    events, signals = frames(*rows)
    found = scopes.scopes(events, signals, codes, TODAY, first=first, unread=unread or {})
    return {scope.code: scope for scope in found}


STEADY = [("XK", n, 5.0) for n in range(10, 360, 10)]


def test_highest_of_the_year_is_said_so():
    """A load above every day of the trailing year is very high, and highest in its year."""
    kosovo = told(*STEADY, *[("XK", 0, 9.0)] * 6)["XK"]

    assert (kosovo.level, kosovo.against) == ("very high", "highest in its year")
    assert kosovo.change_7d == pytest.approx(kosovo.spark[-1] - kosovo.spark[-8])


def test_highest_since_names_the_day():
    """A load that was higher half a year ago is highest since that day, by the load's own decay."""
    kosovo = told(*STEADY, *[("XK", 180, 9.0)] * 8, *[("XK", 0, 9.0)] * 5)["XK"]

    assert kosovo.against.startswith("highest since ")
    assert kosovo.against.endswith("2023")


def test_no_reading_is_neither_level_nor_zero():
    """A country below its floor has no level, no change, no last value, and says why; nobody else moves."""
    rows = (*STEADY, ("RS", 1, 5.0), *[("RS", n, 5.0) for n in range(10, 360, 10)])
    read, unread = told(*rows), told(*rows, unread={"XK": "9 feeds, none answering"})

    assert (unread["XK"].level, unread["XK"].against) == (scopes.NO_READING, "9 feeds, none answering")
    assert (unread["XK"].change_1d, unread["XK"].change_7d, unread["XK"].spark[-1]) == (None, None, None)
    assert unread["RS"] == read["RS"]
    assert list(unread)[-1] == "XK"


def test_too_little_history_gives_a_load_and_no_level():
    """With a month of history, or a handful of events, the load is told and no level."""
    young = told(*[("XK", n, 5.0) for n in range(20)], first=TODAY - timedelta(days=20))["XK"]
    sparse = told(("XK", 1, 5.0))["XK"]

    assert young.level == sparse.level == scopes.TOO_LITTLE
    assert sparse.against == "load 4.5; 1 event in its year, a level needs 10"


def test_past_level_does_not_depend_on_what_came_later():
    """Events after the day play no part: yesterday's number stays yesterday's number."""
    events, _ = frames(*STEADY)
    later, _ = frames(*STEADY, *[("XK", -n, 9.0) for n in range(1, 5)])
    arguments = {"codes": ["XK"], "day": TODAY, "first": date(2022, 1, 1), "unread": {}}

    assert scopes.scopes(later, events, **arguments) == scopes.scopes(events, events, **arguments)


def test_load_is_that_of_the_index():
    """The number of a row is the index's own, and the sum of its contributions."""
    events, _ = frames(*STEADY)
    kosovo = told(*STEADY)["XK"]

    assert kosovo.spark[-1] == pytest.approx(daily_load(events, "XK", TODAY, TODAY)["value"].iloc[0])
    assert kosovo.spark[-1] == pytest.approx(contributions(events, "XK", TODAY)["contribution"].sum())


def test_rising_scopes_come_first():
    """Who rose most in a week is first; who did not rise follows by load; who has no reading is last."""
    rows = [("XK", 1, 9.0), ("RS", 2, 5.0), ("BA", 20, 30.0), ("HR", 30, 9.0), ("AL", 1, 90.0)]
    found = told(*rows, codes=("AL", "HR", "BA", "RS", "XK"), unread={"AL": "dead"})

    assert list(found) == ["XK", "RS", "BA", "HR", "AL"]


def test_first_sentence_answers():
    """The first line names what is highest, what it is measured against, and how many others are up or unread."""
    up = [*STEADY, *[("XK", 0, 9.0)] * 6]
    found = list(told(*up, codes=("XK", "RS", "AL"), unread={"AL": "dead"}).values())

    assert scopes.headline(found, TODAY) == ("Kosovo is very high, highest in its year; of 2 other scopes 1 has no reading")


def test_first_sentence_without_any_reading_claims_nothing():
    """Where nothing is read, the sentence says so, and not that all is calm."""
    found = list(told(("XK", 1, 1.0), unread={"XK": "dead", "RS": "dead"}).values())

    assert scopes.headline(found, TODAY) == "No scope has a reading on 30 Sep 2023"


# --- health of feeds --------------------------------------------------------------------------------------------------


def feeds(**fields) -> pd.DataFrame:
    """Make a frame of feeds; every field is a list."""
    n = max(len(values) for values in fields.values())
    made = {
        "feed_id": [f"f{i}" for i in range(n)],
        "country": ["RS"] * n,
        "outcome": ["ok"] * n,
        "last_attempt_at": pd.to_datetime([NOW - timedelta(minutes=5)] * n, utc=True),
        "next_due_at": pd.to_datetime([NOW + timedelta(minutes=25)] * n, utc=True),
        "n_1d": [20] * n,
        "n_7d": [140] * n,
        "expected_per_day": [5.0] * n,
        "retired": [False] * n,
    }
    return pd.DataFrame(made | fields)


def test_dead_country_is_below_its_floor_with_the_cause():
    """When every feed of a country fails, the country has no reading, and the others keep theirs."""
    found = health.health(feeds(country=["AL", "AL", "RS"], outcome=["failed", "failed", "ok"], n_1d=[0, 0, 20]), NOW)

    assert found.below_floor == {"AL": "2 feeds, none answering"}
    assert (found.n_answering, found.n_feeds) == (1, 3)


def test_thin_yield_is_below_the_floor():
    """Feeds that answer and bring too little are named with what was expected."""
    found = health.health(feeds(n_1d=[1, 2]), NOW)

    assert found.below_floor == {"RS": "3 articles in a day, at least 10 expected; 0 of 2 feeds silent"}


def test_retired_feeds_count_no_more():
    """A feed that left the catalogue is neither counted nor missed."""
    found = health.health(feeds(retired=[True, False], outcome=["failed", "ok"]), NOW)

    assert (found.n_answering, found.n_feeds, found.below_floor) == (1, 1, {})


@pytest.mark.parametrize(("minutes", "stale"), [(5, False), (119, False), (121, True)])
def test_old_data_is_called_stale(minutes, stale):
    """After two hours without a fetch the strip warns."""
    at = pd.to_datetime([NOW - timedelta(minutes=minutes)], utc=True)

    assert health.health(feeds(last_attempt_at=at), NOW).is_stale is stale


def test_never_fetched_is_not_dead():
    """Before the first fetch nothing is judged."""
    found = health.health(feeds(last_attempt_at=pd.to_datetime([None], utc=True), outcome=[None]), NOW)

    assert (found.fetched_at, found.below_floor, found.is_stale) == (None, {}, False)


def test_states_of_feeds_in_one_sentence():
    """Each feed has one state, and the sentence counts them."""
    frame = feeds(
        outcome=["ok", "failed", "ok", "ok", None],
        n_7d=[140, 0, 140, 3, 0],
        next_due_at=pd.to_datetime([NOW, NOW, NOW - timedelta(hours=3), NOW, None], utc=True),
        last_attempt_at=pd.to_datetime([NOW, NOW, NOW, NOW, None], utc=True),
    )

    assert list(health.states(frame, NOW)) == ["healthy", "failing", "late", "below expectation", "never asked"]
    assert health.sentence(frame, NOW) == ("1 of 5 feeds healthy; 1 failing, 1 late, 1 below expectation and 1 never asked.")
    assert health.sentence(frame[:0], NOW).startswith("No feed is known to this store yet")


# --- words and days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2021, 9, 18), date(2021, 9, 25), "18 to 25 September 2021"),
        (date(2021, 9, 18), date(2021, 10, 2), "18 September to 2 October 2021"),
        (date(2021, 12, 30), date(2022, 1, 2), "30 December 2021 to 2 January 2022"),
        (date(2021, 9, 18), date(2021, 9, 18), "18 September 2021"),
    ],
)
def test_days_are_said_in_the_fewest_words(since, until, said):
    """A span of days names month and year once where they are the same."""
    assert words.days(since, until) == said


def test_names_are_those_of_cldr():
    """Countries and languages have their names from Unicode CLDR; what it does not know keeps its code."""
    assert [words.country(code) for code in ("XK", "BA", "INT", "", "zz9")] == [
        "Kosovo", "Bosnia and Herzegovina", "International", "no country", "zz9",
    ]  # fmt: skip
    assert words.language("sq") == "Albanian"


def test_runs_of_days():
    """Days are grouped into unbroken runs."""
    found = [date(2021, 9, n) for n in (1, 2, 4, 7, 8)]

    assert [(a.day, b.day) for a, b in words.runs(found)] == [(1, 2), (4, 4), (7, 8)]
    assert words.runs([]) == []


WINDOW = (date(2021, 9, 1), date(2021, 9, 30))


def test_player_moves_a_span_within_the_window():
    """A step moves both ends; at the ends of the window the span stops and keeps its length."""
    shown = (date(2021, 9, 10), date(2021, 9, 16))

    assert player.moved(shown, WINDOW, 1) == (date(2021, 9, 11), date(2021, 9, 17))
    assert player.moved(shown, WINDOW, 99) == (date(2021, 9, 24), date(2021, 9, 30))
    assert player.moved(shown, WINDOW, -99) == (date(2021, 9, 1), date(2021, 9, 7))


def test_player_starts_with_a_week():
    """With the whole window in view, a step forward begins with its first week, a step back with its last."""
    assert player.moved(WINDOW, WINDOW, 1) == (date(2021, 9, 1), date(2021, 9, 7))
    assert player.moved(WINDOW, WINDOW, -1) == (date(2021, 9, 24), date(2021, 9, 30))


def test_span_outside_the_window_is_dropped():
    """Days that the window no longer has are cut off; without any left the whole window is shown."""
    assert player.clamped((date(2021, 8, 1), date(2021, 9, 3)), WINDOW) == (date(2021, 9, 1), date(2021, 9, 3))
    assert player.clamped((date(2020, 1, 1), date(2020, 1, 3)), WINDOW) == WINDOW
    assert player.clamped(None, WINDOW) == WINDOW


def desk(store: str, span: tuple[date, date] | None) -> Desk:
    """Make a desk."""
    return Desk(store=store, url="", watermark="", freshness="", span=span, now=NOW)


def test_today_is_the_clocks_for_live_and_the_last_day_for_the_archive():
    """Live looks back thirty days from today; the archive opens on the licence-plate crisis where it holds it."""
    assert desk("live", None).window == (date(2023, 9, 1), date(2023, 9, 30))
    assert desk("replay", (date(2018, 1, 1), date(2026, 3, 1))).window == (date(2021, 9, 1), date(2021, 10, 15))
    assert desk("replay", (date(2023, 1, 1), date(2023, 5, 1))).window == (date(2023, 4, 2), date(2023, 5, 1))
    assert desk("replay", (date(2023, 1, 1), date(2023, 5, 1))).last_day == date(2023, 5, 1)
