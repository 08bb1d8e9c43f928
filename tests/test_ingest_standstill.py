"""A clock that was set, or a machine that slept, is found afterwards in the record of attempts."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.commands.doctor import CHECKS, unbroken
from ingest.standstill import ahead, standstills
from tension.errors import KaraulaError
from tension.model import CachingInfo
from tension.settings import Settings
from tension.store import FetchRecord, open_writer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def attempt(feed: str, at: datetime, wait: timedelta = 10 * MINUTE) -> FetchRecord:
    return FetchRecord(feed_id=feed, fetched_at=at, outcome="ok", status=200, reason="", grade="", n_entries=1, n_new=0,
                       seconds=0.1, caching=CachingInfo(), next_due_at=at + wait)  # fmt: skip


def watched(feed: str, since: datetime, until: datetime, every: timedelta = 10 * MINUTE) -> list[FetchRecord]:
    """Return attempts at a feed as a running schedule makes them."""
    return [attempt(feed, since + n * every, every) for n in range(int((until - since) / every) + 1)]


def test_a_running_schedule_has_no_standstill() -> None:
    """Feeds asked when due, be it every ten minutes or twice a day, leave nothing to tell; nor does an empty store."""
    history = {"a": watched("a", NOW - 48 * HOUR, NOW), "b": watched("b", NOW - 48 * HOUR, NOW, 12 * HOUR)}

    assert standstills(history, NOW) == ()
    assert standstills({"b": history["b"]}, NOW) == ()
    assert standstills({}, NOW) == standstills({"a": [attempt("a", NOW)]}, NOW) == ()


def test_a_sleep_is_found_with_its_length_and_the_feeds_that_waited() -> None:
    """Three hours in which two feeds were due and a third was not: since when, until when, two feeds."""
    slept = NOW - 20 * HOUR
    history = {
        name: watched(name, NOW - 48 * HOUR, slept) + watched(name, slept + 3 * HOUR, NOW) for name in ("a", "b")
    } | {"c": watched("c", NOW - 48 * HOUR, NOW, 24 * HOUR)}  # fmt: skip

    found = standstills(history, NOW)

    assert [(s.since, s.until, s.n_due) for s in found] == [(slept + 10 * MINUTE, slept + 3 * HOUR, 2)]
    assert found[0].sentence == "2026-11-23 16:10 to 2026-11-23 19:00 UTC (2.8 h, 2 feeds were due)"


def test_gaps_that_are_the_rule_and_feeds_that_left_are_no_standstill() -> None:
    """Asked by cron every hour, or a feed of the past that would be due for ever: neither says that something stopped."""
    by_cron = [attempt("a", NOW - n * HOUR) for n in range(48, -1, -1)]
    left = [attempt("gone", NOW - 47 * HOUR)]
    slow = watched("b", NOW - 48 * HOUR, NOW, 2 * HOUR)

    assert standstills({"a": by_cron}, NOW) == ()
    assert standstills({"gone": left, "b": slow}, NOW) == ()


def test_attempts_ahead_are_counted_and_a_few_seconds_are_none() -> None:
    """A clock that was set back leaves attempts of the future; clocks of machines may differ by seconds."""
    history = {"a": [attempt("a", NOW - HOUR), attempt("a", NOW + timedelta(seconds=20)), attempt("a", NOW + 3 * HOUR)]}

    assert ahead(history, NOW) == (1, 3 * HOUR)
    assert ahead({"a": history["a"][:2]}, NOW) == (0, timedelta(0))
    assert standstills(history, NOW) == ()


@given(st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(-3_000, 300), max_size=12), max_size=3))
def test_standstills_follow_each_other(minutes: dict[str, list[int]]) -> None:
    """Whatever the record, standstills are in order, do not overlap, are longer than a round and are over."""
    history = {i: [attempt(i, NOW + m * MINUTE) for m in sorted(found)] for i, found in minutes.items()}

    found = standstills(history, NOW)

    assert all(s.until - s.since > 15 * MINUTE and s.until <= NOW and s.n_due for s in found)
    assert all(a.until <= b.since for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("behind", "told"),
    [
        ([300, *range(20, 0, -5)], "the schedule stood still, 1 in the last 7 days, the newest"),
        ([20, 15, 10, 5, -180], "1 attempts at feeds are dated up to 3.0 h ahead: the clock was set back"),
        (range(20, 0, -5), "the schedule ran without a break"),
    ],
)
def test_doctor_shows_what_the_clock_did(sqlite_url: str, records: Any, behind: list[int], told: str) -> None:
    """A machine that slept and a clock that was set back need attention, and are named with what may have happened."""
    now = datetime.now(UTC)
    with closing(open_writer(sqlite_url)) as writer:
        writer.put_feeds([records.feed()], now - 24 * HOUR)
        writer.add_fetches([attempt("rs-outlet", now - m * MINUTE, 5 * MINUTE) for m in behind])
    settings = Settings(store=sqlite_url)
    try:
        said = unbroken(settings)
    except KaraulaError as e:
        said = str(e)

    assert unbroken in CHECKS
    assert said.startswith(told)
