"""Health of feeds and coverage of days: silence is told from calm, and each state says since when."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.feeds.ailments import ADVICE, Ailment, State, ailments
from tension.feeds.rhythm import rhythm_of
from tension.index.coverage import Coverage, Day

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def month(records: Any, until: datetime = NOW, **fields: Any) -> list[Any]:
    """Return four weeks of hourly attempts of a daily that publishes from six to eighteen, less on Sundays."""
    found, at = [], NOW - 28 * DAY
    while at <= until:
        busy = 6 <= at.hour < 18
        n_new = (1 if at.weekday() == 6 else 4) if busy else 0
        found.append(records.fetch(fetched_at=at, n_new=n_new, format="rss20", **fields))
        at += HOUR
    return found


def later(records: Any, hours: Iterable[int], **fields: Any) -> list[Any]:
    return [records.fetch(fetched_at=NOW + n * HOUR, **({"n_new": 0, "format": "rss20"} | fields)) for n in hours]


def only(found: tuple[Ailment, ...]) -> Ailment:
    assert len(found) == 1
    return found[0]


def test_a_healthy_feed_has_nothing(records: Any) -> None:
    """A quiet night, a Sunday and one lost connection are no ailments."""
    good = month(records)
    assert ailments(good, NOW) == ()
    assert ailments(month(records, NOW - 8 * HOUR), NOW - 8 * HOUR) == ()
    failed = later(records, [1], outcome="failed", reason="no connection", grade="temporary", status=None)
    assert ailments(good + failed, NOW + HOUR) == ()
    assert ailments([], NOW) == ()


def test_the_rhythm_is_that_of_weekday_and_hour(records: Any) -> None:
    """Sundays and nights are expected to bring what they bring; one flood moves nothing."""
    good = month(records)
    good[300] = records.fetch(fetched_at=good[300].fetched_at, n_new=5_000)
    learnt = rhythm_of(good, NOW)
    assert learnt is not None
    monday, sunday, night = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC), timedelta(hours=5)
    assert learnt.expected(monday, monday + DAY) == pytest.approx(48, rel=0.05)
    assert learnt.expected(sunday, sunday + DAY) == pytest.approx(12, rel=0.05)
    assert learnt.expected(monday, monday + night) < 2


def test_too_few_days_show_no_rhythm(records: Any) -> None:
    """A new feed is not judged."""
    assert rhythm_of(month(records)[-60:], NOW) is None
    assert rhythm_of([], NOW) is None


def test_a_feed_that_answers_and_brings_nothing_is_silent(records: Any) -> None:
    """After eight hours of a working day without news it is said, since the last news; after a night it is not."""
    end = NOW + 9 * HOUR
    found = only(ailments(month(records) + later(records, range(1, 20)), NOW + 19 * HOUR))
    assert (found.state, found.since) == (State.SILENT, NOW)
    assert "it answers, but brought nothing new where about" in found.words
    unchanged = later(records, range(1, 20), outcome="not_modified", status=304, format=None)
    assert only(ailments(month(records) + unchanged, end)).state is State.SILENT
    night = month(records, NOW + 6 * HOUR) + later(records, range(7, 17))
    assert ailments(night, NOW + 16 * HOUR) == ()


def test_a_feed_that_brings_far_less_is_degraded(records: Any) -> None:
    """A tenth of the usual for a day."""
    found = only(ailments(month(records) + later(records, range(1, 25)) + later(records, [25], n_new=3), NOW + 25 * HOUR))
    assert found.state is State.DEGRADED
    assert found.words.startswith("3 new entries in a day where about")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": 403, "reason": "the server answered 403", "grade": "soft"}, State.BLOCKED),
        ({"status": 429, "reason": "the server answered 429", "grade": "temporary"}, State.BLOCKED),
        ({"status": None, "reason": "robots.txt of a.example does not allow it", "grade": "hard"}, State.BLOCKED),
        ({"status": 410, "reason": "the server answered 410", "grade": "gone"}, State.GONE),
        ({"status": 404, "reason": "the server answered 404", "grade": "hard"}, State.FAILING),
        ({"status": None, "reason": "no connection", "grade": "temporary"}, State.FAILING),
    ],
)
def test_failures_are_told_apart_since_the_first(records: Any, fields: dict[str, Any], state: State) -> None:
    """The state is that of the newest failure, its beginning that of the first in a row; old failures are forgotten."""
    failed = later(records, [2, 3, 4], outcome="failed", **fields)
    found = only(ailments(month(records) + failed, NOW + 4 * HOUR))
    assert (found.state, found.since) == (state, NOW + 2 * HOUR)
    assert found.sentence == f"rs-outlet: {state} since 2026-11-24 14:00 UTC: {fields['reason']} (3 times)"
    assert ailments(month(records) + failed + later(records, [5], n_new=4), NOW + 5 * HOUR) == ()


def test_a_new_format_is_said_for_a_week(records: Any) -> None:
    """What was one thing and is another is worth a look; after a week it is the usual."""
    atom = later(records, range(1, 4), format="atom10", n_new=4)
    found = only(ailments(month(records) + atom, NOW + 3 * HOUR))
    assert (found.state, found.since, found.words) == (State.CHANGED, NOW + HOUR, "it was rss20, and is atom10")
    long = later(records, range(1, 24 * 8), format="atom10", n_new=2)
    assert State.CHANGED not in {a.state for a in ailments(month(records) + long, NOW + 8 * DAY)}


def test_a_move_for_good_is_said_until_it_is_followed(records: Any) -> None:
    """The new address is named."""
    found = only(ailments(month(records) + later(records, [1], n_new=4, moved_to="https://new.example/"), NOW + HOUR))
    assert (found.state, found.words) == (State.MOVED, "for good, to https://new.example/")


def test_an_offset_must_come_again_and_again(records: Any) -> None:
    """One document dated ahead is an editor's slip; most of the last ones are a clock."""
    remark = ("dates are about 1 h ahead; is its time zone wrong?",)
    good = month(records)
    assert ailments(good + later(records, [1, 2, 3], n_new=4, remarks=remark), NOW + 3 * HOUR) == ()
    found = only(ailments(good + later(records, range(1, 16), n_new=4, remarks=remark), NOW + 15 * HOUR))
    assert (found.state, found.since) == (State.CLOCK, NOW + HOUR)
    assert found.words == "dates are about 1 h ahead, in 15 of the last 20 documents with news"


def test_a_feed_that_runs_through_again_and_again_loses_entries(records: Any) -> None:
    """One busy hour is none; most of the last documents new from top to bottom are more than we may ask for."""
    said = "all entries are new since 2026-11-2{} 10:00 UTC: others may have come and gone in between"
    full = [records.fetch(fetched_at=NOW + n * HOUR, n_new=20, format="rss20", remarks=(said.format(n),)) for n in range(1, 9)]

    assert ailments(month(records) + full[:1], NOW + HOUR) == ()
    found = only(ailments(month(records)[-4:] + full, NOW + 8 * HOUR))
    assert (found.state, found.since) == (State.RUNS_THROUGH, NOW + HOUR)
    assert found.words == "all entries are new, in 8 of the last 12 documents with news"


def test_there_is_advice_for_every_state() -> None:
    """Nobody is told what is wrong without being told what to do."""
    assert set(ADVICE) == set(State)


def days(numbers: Iterable[int], last: date = TODAY, **fields: int) -> dict[tuple[str, date], Day]:
    listed = list(numbers)
    return {
        ("RS", last - timedelta(days=len(listed) - 1 - n)): Day(
            n_articles=number, **({"n_feeds_answered": 4, "n_feeds": 4} | fields)
        )
        for n, number in enumerate(listed)
    }


@pytest.mark.parametrize(
    ("numbers", "fields", "cause"),
    [
        ([100] * 20, {}, None),
        ([100] * 19 + [0], {}, "no article was received; 4 of 4 feeds answered"),
        ([100] * 19 + [26], {}, None),
        ([100] * 19 + [24], {}, "only 24 articles were received where at least 25 were to be expected"),
        ([100] * 20, {"n_feeds_answered": 1}, "only 1 of 4 feeds answered"),
        ([100] * 20, {"n_feeds_answered": 2}, None),
        ([100] * 20, {"n_feeds_answered": 0}, None),
        ([100] * 5 + [1], {}, None),
        ([100] * 10 + [9_000] + [100] * 8 + [30], {}, None),
    ],
)
def test_a_day_below_its_floor_has_no_reading(numbers: list[int], fields: dict[str, int], cause: str | None) -> None:
    """The cause is a sentence; a flood before does not raise the floor, too few days before make none."""
    assert Coverage(days(numbers, **fields)).no_reading("RS", NOW.date()) == cause


def test_a_day_that_nobody_knows_of_has_no_reading() -> None:
    """Neither a country without feeds nor a day without any record is calm."""
    assert Coverage({}).no_reading("RS", NOW.date()) == "no article was received; 0 of 0 feeds answered"


def test_sundays_are_held_against_sundays() -> None:
    """Where weekdays differ, the floor is that of the weekday."""
    numbers = [10 if (NOW.date() - timedelta(days=55 - n)).weekday() == 6 else 100 for n in range(55)]
    sunday = date(2026, 11, 22)
    coverage = Coverage(days(numbers, NOW.date() - DAY))
    assert coverage.floor("RS", sunday) == 2.5
    assert coverage.no_reading("RS", sunday) is None


@given(st.lists(st.integers(0, 500), min_size=1, max_size=70))
def test_silence_is_never_read(numbers: list[int]) -> None:
    """Whatever came before: nothing received is no reading, and the usual number is one."""
    coverage = Coverage(days([*numbers, 0]))
    assert coverage.no_reading("RS", NOW.date()) is not None
    floor = coverage.floor("RS", NOW.date())
    assert floor is None or floor <= max(numbers)


@pytest.mark.parametrize("by", ["country", "side"])
def test_the_frame_of_a_store_is_read(store_url: str, records: Any, by: Any) -> None:
    """Coverage comes from what a store has, by country and by side."""
    from contextlib import closing

    from tension.store import open_reader, open_writer

    with closing(open_writer(store_url)) as writer:
        writer.put_feeds([records.feed()], records.now)
        writer.add([records.delivery("a1"), records.delivery("a2", flag="archive")])
        writer.add_fetches([records.fetch(), records.fetch(fetched_at=records.now + HOUR, moved_to="https://x.example/")])
    with closing(open_reader(store_url)) as reader:
        frame = reader.coverage(records.now.date(), records.now.date() + DAY, by)
        history = reader.history(records.now)
    key = {"country": "RS", "side": "rs"}[by]
    coverage = Coverage.of(frame, by)

    assert isinstance(frame, pd.DataFrame)
    assert next(iter(frame["n_articles"])) == 1
    assert coverage.no_reading(key, records.now.date()) is None
    assert coverage.no_reading(key, records.now.date() + DAY) == "no article was received; 0 of 1 feeds answered"
    assert [f.moved_to for f in history["rs-outlet"]] == [None, "https://x.example/"]


def test_doctor_names_feeds_days_and_what_to_do(sqlite_url: str, records: Any) -> None:
    """A silent and a blocked feed are listed with since and advice; a country that went silent has no reading."""
    import subprocess
    import sys
    from contextlib import closing
    from pathlib import Path

    from tension.store import open_writer

    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with closing(open_writer(sqlite_url)) as writer:
        writer.put_feeds([records.feed(), records.feed("rs-other")], now - 40 * DAY)
        hours = [now - n * HOUR for n in range(24 * 20, 0, -1)]
        writer.add_fetches([records.fetch(fetched_at=at, n_new=4 if at < now - 2 * DAY else 0) for at in hours])
        writer.add_fetches([
            records.fetch("rs-other", fetched_at=at, outcome="failed", status=403, reason="the server answered 403", grade="soft")
            for at in hours[-3:]
        ])  # fmt: skip
    done = subprocess.run(
        [Path(sys.executable).with_name("karaula"), "doctor", "--store", sqlite_url], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "rs-outlet: silent since" in done.stdout
    assert "rs-other: blocked since" in done.stdout
    assert ADVICE[State.BLOCKED] in done.stdout
    assert f"no reading for {(datetime.now(UTC) - DAY).date()}: RS (no article was received" in done.stdout
