"""The schedule as tables: the moment goes in, the next moment comes out."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.outcomes import Grade
from ingest.schedule import BACK_OFF, BOUNDS, Attempt, due, next_fetch_at, share

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def wait(feed: Any, attempt: Attempt, last: Any = None) -> float:
    """Return the minutes until the next question, without the feed's share of the spread."""
    minutes = (next_fetch_at(NOW, feed, attempt, last) - NOW) / MINUTE
    return round(minutes / (1 + 0.1 * share(feed.id)), 3)


def last(records: Any, outcome: str, minutes: float, grade: str = "") -> Any:
    """Return the attempt before, whose wait was so many minutes."""
    due_at = NOW + minutes * MINUTE * (1 + 0.1 * share("rs-outlet"))
    return records.fetch(fetched_at=NOW, outcome=outcome, grade=grade, next_due_at=due_at)


@pytest.mark.parametrize(
    ("kind", "cadence", "minutes"),
    [("daily", 20, 20), ("daily", 1, 10), ("daily", 999, 180), ("wire", 999, 60), ("other", 20, 20)],
)
def test_a_feed_with_news_is_asked_at_its_cadence(records: Any, kind: str, cadence: int, minutes: float) -> None:
    """Within the bounds of its kind."""
    assert wait(records.feed(kind=kind, cadence_minutes=cadence), Attempt(outcome="ok", n_new=3)) == minutes


@pytest.mark.parametrize(
    ("n_new", "n_entries", "ago", "minutes"),
    [(50, 50, 45, 15), (25, 50, 30, 20), (10, 50, 30, 30), (50, 50, 9, 10), (4, 4, 30, 30), (50, 50, 24 * 60, 30)],
)
def test_a_feed_that_runs_through_is_asked_before_it_has(
    records: Any, n_new: int, n_entries: int, ago: float, minutes: float
) -> None:
    """So that a third of its entries will be new, never later than its cadence or sooner than its kind allows."""
    feed, attempt = records.feed(kind="daily", cadence_minutes=30), Attempt(outcome="ok", n_new=n_new, n_entries=n_entries)
    before = records.fetch(fetched_at=NOW - ago * MINUTE)

    assert wait(feed, attempt, before) == minutes
    assert wait(feed, attempt) == wait(feed, attempt, records.fetch(fetched_at=before.fetched_at, outcome="failed")) == 30


def test_what_a_feed_publishes_in_bursts_is_seen_once_its_pace_is_known(records: Any) -> None:
    """Ten entries that run through in half an hour: after the first look that came late nothing is missed any more."""
    feed = records.feed(kind="portal", cadence_minutes=60)
    now, before, newest, missed = NOW, None, -10, []
    for _ in range(20):
        at = int((now - NOW) / (3 * MINUTE))  # one entry every three minutes, the last ten are in the document
        n_new = min(at - newest, 10)
        missed.append(at - newest - n_new)
        newest = at
        due_at = next_fetch_at(now, feed, Attempt(outcome="ok", n_new=n_new, n_entries=10), before)
        before, now = records.fetch(fetched_at=now, next_due_at=due_at), due_at

    assert missed[1] > 0
    assert sum(missed[2:]) == 0


@pytest.mark.parametrize(("before", "minutes"), [(20, 30), (100, 150), (170, 180)])
@pytest.mark.parametrize("outcome", ["ok", "not_modified"])
def test_a_quiet_feed_is_asked_less_and_less_often(records: Any, outcome: str, before: float, minutes: float) -> None:
    """Half as long again each time, up to its bound; news brings it back to its cadence."""
    feed = records.feed(cadence_minutes=20)
    assert wait(feed, Attempt(outcome=outcome), last(records, "ok", before)) == minutes
    assert wait(feed, Attempt(outcome="ok", n_new=1), last(records, "ok", before)) == 20


@pytest.mark.parametrize("grade", list(Grade))
def test_failures_wait_by_their_grade_and_twice_as_long_each_time(records: Any, grade: Grade) -> None:
    """The first wait and the longest are those of the grade."""
    first, longest = BACK_OFF[grade]
    feed, failed = records.feed(cadence_minutes=5, kind="wire"), Attempt(outcome="failed", grade=grade)
    assert wait(feed, failed) == first
    assert wait(feed, failed, last(records, "failed", first, grade.value)) == min(2 * first, longest)
    assert wait(feed, failed, last(records, "failed", longest, grade.value)) == longest
    assert wait(feed, failed, last(records, "ok", longest)) == first


@pytest.mark.parametrize(("seconds", "minutes"), [(60, 20), (3600, 60), (10**9, 180)])
def test_max_age_is_heard_within_the_bounds(records: Any, seconds: int, minutes: float) -> None:
    """Nobody is asked before his answer is stale; no cache header silences a feed."""
    assert wait(records.feed(cadence_minutes=20), Attempt(outcome="ok", n_new=1, max_age_s=seconds)) == minutes


@pytest.mark.parametrize(("seconds", "minutes"), [(60, 10), (7200, 120), (10**9, 24 * 60)])
def test_retry_after_is_heard_up_to_a_day(records: Any, seconds: int, minutes: float) -> None:
    """A server that asks for peace gets it."""
    attempt = Attempt(outcome="failed", grade=Grade.TEMPORARY, retry_after_s=seconds)
    assert wait(records.feed(cadence_minutes=5), attempt) == minutes


def test_due_times_spread_without_chance() -> None:
    """Shares are evenly spread over feeds and always the same for one."""
    shares = sorted(share(f"feed-{n}") for n in range(1000))
    assert share("feed-1") == share("feed-1")
    assert all(abs(s - n / 1000) < 0.06 for n, s in enumerate(shares))


@given(
    st.sampled_from([*BOUNDS, "other"]),
    st.integers(1, 10_000),
    st.builds(
        Attempt,
        outcome=st.sampled_from(["ok", "not_modified", "failed"]),
        grade=st.none() | st.sampled_from(Grade),
        n_new=st.integers(0, 50),
        max_age_s=st.none() | st.integers(0, 10**10),
        retry_after_s=st.none() | st.integers(0, 10**10),
    ),
    st.floats(-1e6, 1e6),
)
def test_no_feed_is_pestered_or_forgotten(records: Any, kind: str, cadence: int, attempt: Attempt, before: float) -> None:
    """Whatever happened, the next question comes in five minutes at the earliest and in eight days at the latest."""
    feed = records.feed(kind=kind, cadence_minutes=cadence)
    for outcome in ("ok", "failed"):
        after = next_fetch_at(NOW, feed, attempt, last(records, outcome, before, attempt.grade or ""))
        assert timedelta(minutes=5) <= after - NOW <= timedelta(days=8)


def test_what_is_due_comes_in_the_order_of_waiting(records: Any) -> None:
    """Never asked first, then the longest overdue; what is not due stays away."""
    feeds = [records.feed(i) for i in ("a", "b", "c", "d", "e")]
    fetches = {
        "b": records.fetch("b", fetched_at=NOW - 9 * MINUTE, next_due_at=NOW - MINUTE),
        "c": records.fetch("c", fetched_at=NOW - 9 * MINUTE, next_due_at=NOW - 5 * MINUTE),
        "d": records.fetch("d", fetched_at=NOW - 9 * MINUTE, next_due_at=NOW + MINUTE),
        "e": records.fetch("e", fetched_at=NOW - 9 * MINUTE, next_due_at=NOW),
    }
    assert [f.id for f in due(NOW, feeds, fetches)] == ["a", "c", "b", "e"]


def test_a_clock_that_was_ahead_does_not_silence_a_feed(records: Any) -> None:
    """A record from the future is not believed."""
    fetch = records.fetch(fetched_at=NOW + timedelta(days=400), next_due_at=NOW + timedelta(days=401))
    assert [f.id for f in due(NOW, [records.feed()], {"rs-outlet": fetch})] == ["rs-outlet"]


def test_a_day_in_fast_forward_keeps_every_feed_within_its_cadence(records: Any) -> None:
    """Looked at every minute for a day: who has news is asked at his cadence, nobody is forgotten, and the clock may jump."""
    feeds = [records.feed(f"feed-{n}", cadence_minutes=10 + n % 50, kind="portal") for n in range(120)]
    fetches: dict[str, Any] = {}
    asked: dict[str, list[datetime]] = {feed.id: [] for feed in feeds}
    for minute in range(24 * 60):
        now = NOW + minute * MINUTE
        for feed in due(now, feeds, fetches):
            asked[feed.id].append(now)
            news = Attempt(outcome="ok", n_new=1)
            at = next_fetch_at(now, feed, news, fetches.get(feed.id))
            fetches[feed.id] = records.fetch(feed.id, fetched_at=now, next_due_at=at, n_new=1)
    for feed in feeds:
        waits = [(b - a) / MINUTE for a, b in pairwise(asked[feed.id])]
        assert all(feed.cadence_minutes <= w <= feed.cadence_minutes * 1.1 + 1 for w in waits)
        assert len(waits) >= 24 * 60 / (feed.cadence_minutes * 1.1 + 1) - 1

    back = NOW - timedelta(days=30)
    assert len(due(back, feeds, fetches)) == len(feeds)
    assert len(due(NOW + timedelta(days=400), feeds, fetches)) == len(feeds)
