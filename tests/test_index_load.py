"""Events and load: numbers that add up and stand still."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.events.table import events
from tension.index.load import HALF_LIFE_DAYS, contributions, daily_load
from tension.store.frames import EVENT_SIGNALS

DAY = date(2021, 9, 20)
CODES = ("border_blockade", "air_activity", "threat_rhetoric", "pullback", "armed_clash")


def row(n, *, code="border_blockade", day=DAY, place="crossing-jarinje", family="f1", country="XK", mode="actual"):
    """Return one signal as the store returns it, of the event of its place, day and kind."""
    return dict.fromkeys(EVENT_SIGNALS) | {
        "signal_id": f"s{n}", "article_id": f"a{n}", "code": code, "mode": mode, "confidence": 0.9, "day": pd.Timestamp(day),
        "place_id": place, "place_name": place, "country": country, "family": family, "language": "sr", "precision": "crossing",
        "first_seen_at": datetime(2021, 9, 20, tzinfo=UTC), "event": f"{day} {place or n} {code}", "event_day": pd.Timestamp(day),
        "origin": family, "countries": country, "places": "", "side": "",
    }  # fmt: skip


def frame(rows):
    """Return rows as a frame with the columns of the contract."""
    return pd.DataFrame(rows, columns=list(EVENT_SIGNALS))


signal_rows = st.lists(
    st.builds(
        lambda n, code, day, place, family, mode: row(
            n, code=code, day=DAY + timedelta(days=day), place=place, family=family, mode=mode
        ),
        st.integers(0, 40), st.sampled_from(CODES), st.integers(0, 20), st.sampled_from(["p1", "p2", None]),
        st.sampled_from(["f1", "f2", "f3"]), st.sampled_from(["actual", "announced"]),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


def test_load_halves_in_a_week():
    """After one half-life an event weighs half, after two a quarter."""
    found = events(frame([row(1)]))
    load = daily_load(found, "XK", DAY, DAY + timedelta(days=14))["acts"]

    assert load.iloc[0] / load.iloc[int(HALF_LIFE_DAYS)] == pytest.approx(2.0)
    assert load.iloc[0] / load.iloc[14] == pytest.approx(4.0)


@given(signal_rows)
def test_contributions_sum_to_the_value(rows):
    """What is listed under a number adds up to it."""
    found = events(frame(rows))
    day = DAY + timedelta(days=15)
    load = daily_load(found, "region", day, day).iloc[0]
    listed = contributions(found, "region", day)

    assert listed["contribution"].sum() == pytest.approx(load["acts"] + load["threats"] + load["stabilising"])


@given(signal_rows, st.integers(1, 30))
def test_a_past_value_does_not_depend_on_the_window(rows, longer):
    """Looking at more days changes no day's value."""
    found = events(frame(rows))
    short = daily_load(found, "XK", DAY, DAY + timedelta(days=10))
    long = daily_load(found, "XK", DAY - timedelta(days=longer), DAY + timedelta(days=10 + longer))

    pd.testing.assert_frame_equal(short, long.loc[short.index], check_freq=False)


@given(signal_rows, st.randoms(use_true_random=False))
def test_order_of_arrival_changes_no_number(rows, random):
    """Shuffled signals give the same events."""
    shuffled = rows.copy()
    random.shuffle(shuffled)
    one, other = events(frame(rows)), events(frame(shuffled))

    assert dict(zip(one["event"], one["weight"], strict=True)) == dict(zip(other["event"], other["weight"], strict=True))


@given(signal_rows, st.integers(2, 20))
def test_copies_of_one_publisher_add_no_weight(rows, copies):
    """Twenty feeds of one owner weigh as one."""
    many = [r | {"signal_id": f"{r['signal_id']}-{n}"} for r in rows for n in range(copies)]

    assert events(frame(rows))["weight"].sum() == pytest.approx(events(frame(many))["weight"].sum())


@given(signal_rows)
def test_an_escalatory_event_never_lowers_a_value(rows):
    """One more clash raises the load of its country on its day, or leaves it."""
    before = daily_load(events(frame(rows)), "XK", DAY, DAY).iloc[0]["value"]
    after = daily_load(events(frame([*rows, row(99, code="armed_clash", place="p9")])), "XK", DAY, DAY).iloc[0]["value"]

    assert after >= before
