"""Words from numbers: levels, the first sentence, freshness, days. All pure: the instant is handed in."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from app import health, scopes, words
from app.access import Desk
from app.components import player
from tension.index.level import TOO_LITTLE, Level
from tension.index.series import Day
from tension.model import REGION

TODAY = date(2023, 9, 30)
NOW = datetime(2023, 9, 30, 12, tzinfo=UTC)


def level(word: str = "usual", **fields) -> Level:
    """Make a level in a full year."""
    made = {"percentile": 0.5, "robust_z": 0.0, "highest_since": TODAY - timedelta(days=1), "reference": 10.0, "n_days": 365}
    return Level(word=word, **(made | fields))


def days(*values: float | None, told: Level | None = None, cause: str = "no article was received") -> list[Day]:
    """Make the days up to today with these values; None is a day without a reading."""
    dates = [TODAY - timedelta(days=n) for n in reversed(range(len(values)))]
    return [
        Day(
            day=day, value=value, cause=None if value is not None else cause, parts={}, contributions=(), stabilising=(),
            band=None if value is None else (value, value), level=None if value is None else told or level(),
        )
        for day, value in zip(dates, values, strict=True)
    ]  # fmt: skip


def row(code: str = "XK", *values: float | None, **fields) -> scopes.Scope:
    """Make the row of a scope."""
    return scopes.scope(code, days(*(values or (5.0,) * 31), **fields), scopes.Voices())


def events(*rows: dict) -> pd.DataFrame:
    """Make events as the store returns them, of today in Kosovo where nothing else is said."""
    plain = {
        "day": pd.Timestamp(TODAY), "country": "XK", "place_id": "gate", "family": "obstruction", "part": "acts", "weight": 4.0,
        "countries": ("RS", "XK"), "origins": ("a",), "languages": ("sr",), "sides": ("serbia",), "denied_by": (),
        "code": "protest",
    }  # fmt: skip
    return pd.DataFrame([plain | {"event": f"e{n}"} | row for n, row in enumerate(rows)])


def test_scopes_are_countries_and_followed_pairs():
    """Every country of the region has a row, and each pair of two countries that is followed, named as a reader would."""
    known = scopes.known()

    assert set(known) >= REGION
    assert known["RS-XK"] == "Kosovo–Serbia"
    assert known["GR-TR"] == "Greece–Türkiye"
    assert all(code == "-".join(sorted(code.split("-"))) for code in known)


def test_level_is_said_with_what_it_is_measured_against():
    """Highest of the year, highest since a day long enough ago, or the share of days below; never all of them unless it is."""
    top = row(told=level("very high", percentile=1.0, highest_since=None))
    since = row(told=level("high", percentile=0.95, highest_since=date(2023, 3, 14)))
    fresh = row(told=level("very high", percentile=0.999, highest_since=TODAY - timedelta(days=3)))
    young = row(told=level("elevated", percentile=1.0, highest_since=None, n_days=90))

    assert (top.level, top.against) == ("very high", "highest in its year")
    assert since.against == "highest since 14 Mar 2023"
    assert fresh.against == "higher than on 99% of days in its year"
    assert young.against == "highest in its 90 days"


def test_no_reading_is_neither_level_nor_zero():
    """A scope that was not read has no level, no value, no change, and says why with names, and when it was read last."""
    found = row("RS-XK", *(5.0,) * 30, None, cause="XK: only 1 of 9 feeds answered; RS: no article was received")

    assert found.level == scopes.NO_READING
    assert found.against == "Kosovo: only 1 of 9 feeds answered; Serbia: no article was received"
    assert (found.value, found.band, found.index, found.change_1d, found.change_7d) == (None, None, None, None, None)
    assert found.last_read == TODAY - timedelta(days=1)
    assert not found.is_read


def test_too_little_history_gives_a_value_and_no_level():
    """With a month of history the value is told, and how much is missing."""
    found = row(told=level(TOO_LITTLE, percentile=None, robust_z=None, highest_since=None, reference=None, n_days=20))

    assert (found.level, found.against) == (TOO_LITTLE, "value 5.0; 20 days of history, a level needs 60")
    assert found.index is None


def test_a_week_at_zero_is_quiet_and_one_unread_day_is_not():
    """Where every day of a week was read and nothing weighs, there is no signal; a gap in it is no calm."""
    assert row("XK", *(0.0,) * 31).level == scopes.QUIET
    assert row("XK", *(0.0,) * 28, None, 0.0, 0.0).level == "usual"


def test_change_needs_both_days():
    """Change is told against a day that was read, over 24 hours and seven days."""
    found = row("XK", *map(float, range(31)))

    assert (found.change_1d, found.change_7d) == (1.0, 7.0)
    assert row("XK", *(1.0,) * 29, None, 3.0).change_1d is None
    assert len(found.spark) == scopes.SPARK_DAYS


def test_rising_scopes_come_first():
    """Who rose most in a week is first; who did not rise follows by value; who has no reading is last."""
    rows = scopes.ranked([
        row("AL", *(90.0,) * 30, None), row("HR", *(9.0,) * 31), row("BA", *(30.0,) * 31), row("RS", *(1.0,) * 30, 4.0),
        row("XK", *(1.0,) * 30, 9.0),
    ])  # fmt: skip

    assert [found.code for found in rows] == ["XK", "RS", "BA", "HR", "AL"]


def test_first_sentence_answers():
    """The first line names what is highest, what it is measured against, and how many others are up or unread."""
    rows = [
        row("XK", told=level("very high", percentile=1.0, highest_since=None)), row("RS", told=level("elevated", percentile=0.8)),
        row("AL", *(1.0,) * 30, None),
    ]  # fmt: skip

    assert scopes.headline(rows, TODAY) == (
        "Kosovo is very high, highest in its year; of 2 other scopes 1 is elevated or higher and 1 has no reading"
    )
    assert scopes.headline([row("RS")], TODAY) == "Nothing is elevated on 30 Sep 2023"


def test_first_sentence_without_any_reading_claims_nothing():
    """Where nothing is read, the sentence says so, and not that all is calm."""
    assert scopes.headline([row("XK", *(1.0,) * 30, None)], TODAY) == "No scope has a reading on 30 Sep 2023"


def test_movers_are_the_heaviest_of_the_week_one_a_place_and_family():
    """What still weighs most comes first; a second event of the same kind at the same place says nothing new; calm is last."""
    found = events(
        {"weight": 9.0, "part": "stabilising", "family": "stabilising"},
        {"weight": 8.0, "day": pd.Timestamp(TODAY - timedelta(days=6))},
        {"weight": 6.0}, {"weight": 5.0, "place_id": "town"}, {"weight": 99.0, "day": pd.Timestamp(TODAY - timedelta(days=7))},
        {"weight": 99.0, "country": "AL", "countries": ("AL",)},
    )  # fmt: skip
    week = scopes.of_week(found, "XK", TODAY)

    assert week["event"].tolist() == ["e2", "e3", "e1", "e0"]
    assert scopes.movers(week, 3)["event"].tolist() == ["e2", "e3", "e0"]
    assert scopes.of_week(found[:0], "RS-XK", TODAY).empty


def test_voices_are_counted_once_over_a_week():
    """One agency in two events is one voice; both publics make both sides; a denial makes it disputed."""
    two = events({"origins": ("wire:x", "b")}, {"origins": ("wire:x",), "sides": ("kosovo-albanian",), "languages": ("sq",)})
    found = scopes.scope("RS-XK", days(*(5.0,) * 31), scopes.voices(two)).voices
    disputed = scopes.scope("RS-XK", days(*(5.0,) * 31), scopes.voices(events({"denied_by": ("a9",)}))).voices

    assert (found.n, found.languages, found.told) == (2, ("sq", "sr"), "both sides")
    assert disputed.told == "disputed"
    assert row().voices == scopes.Voices()


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


def test_old_answers_are_not_told_as_those_of_now():
    """Feeds that were well when somebody last asked are told so with how long ago that was."""
    asked = pd.to_datetime([NOW - timedelta(days=3)], utc=True)
    said = health.sentence(feeds(last_attempt_at=asked, next_due_at=pd.to_datetime([None], utc=True)), NOW)

    assert said == "1 of 1 feed healthy. Nothing has been fetched for 3 days: this is how they were then."


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
    assert desk("replay", (date(2018, 1, 1), date(2026, 3, 1))).window == (date(2021, 9, 1), date(2021, 9, 29))
    assert desk("replay", (date(2023, 1, 1), date(2023, 5, 1))).window == (date(2023, 4, 2), date(2023, 5, 1))
    assert desk("replay", (date(2023, 1, 1), date(2023, 5, 1))).last_day == date(2023, 5, 1)
