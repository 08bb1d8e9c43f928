"""The index: adds up, stands still, says why there is no reading, and how far it depends on who publishes."""

from datetime import date, timedelta
from statistics import median

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.events.situations import standing_codes
from tension.index.level import ENOUGH_DAYS, TOO_LITTLE, level, levels_at
from tension.index.method import PARTS
from tension.index.series import Scope, needed_since, series
from tension.index.spans import Spans
from tension.index.sums import UNIT, Standing, once
from tension.store.frames import EVENT_SIGNALS
from tension.taxonomy import signal_types

DAY = date(2021, 9, 20)
FIRST = DAY - timedelta(days=400)
CODES = ("border_blockade", "armed_clash", "threat_rhetoric", "pullback", "dialogue", "force_posture")


def row(n, code="border_blockade", days=0, *, place="crossing-jarinje", country="XK", origin=None, event=None, countries="RS,XK"):
    """Return one signal of an event, some days after the first."""
    day = pd.Timestamp(DAY + timedelta(days=days))
    return dict.fromkeys(EVENT_SIGNALS) | {
        "signal_id": f"s{n}", "article_id": f"a{n}", "code": code, "mode": "actual", "confidence": 0.9, "day": day,
        "event_day": day, "place_id": place, "place_name": place, "country": country, "precision": "crossing",
        "origin": origin or f"o{n}", "first_seen_at": pd.Timestamp("2021-10-20", tz="UTC"), "event": event or f"e{n}",
        "countries": countries, "language": "sr", "side": "",
    }  # fmt: skip


def scope(rows, name="XK"):
    """Return the scope of rows."""
    frame = pd.DataFrame(list(rows), columns=list(EVENT_SIGNALS))
    return Scope(name, frame, frame[frame["code"].isin(standing_codes())])


def days_of(rows, first=DAY, last=DAY, *, name="XK", unread=None):
    """Return the index of some days."""
    return series(scope(rows, name), first, last, first=FIRST, unread=unread or {})


rows_of = st.lists(
    st.builds(
        lambda n, code, days, origin, event, place: row(
            n, code, days, origin=origin, event=f"{event}-{days}-{place[0]}", place=place[0], country=place[1]
        ),
        st.integers(0, 99), st.sampled_from(CODES), st.integers(0, 20), st.sampled_from("abcd"), st.sampled_from("efg"),
        st.sampled_from([("crossing-jarinje", "XK"), ("crossing-merdare", "XK"), ("3202641", "ME")]),
    ),
    min_size=1, max_size=25, unique_by=lambda r: r["signal_id"],
)  # fmt: skip
scopes_of = st.sampled_from(["XK", "ME", "RS-XK", "region", "place:crossing-jarinje"])


@settings(max_examples=20)
@given(rows_of, scopes_of, st.integers(0, 25))
def test_contributions_sum_to_the_value(rows, name, days):
    """What is listed under a number is the number, for every kind of scope, open situations included."""
    day = DAY + timedelta(days=days)
    (found,) = days_of(rows, day, day, name=name)

    assert sum(c["contribution"] for c in found.contributions) == pytest.approx(found.value)
    assert sum(c["contribution"] for c in found.stabilising) == pytest.approx(found.parts["stabilising"])
    assert found.value == pytest.approx(found.parts["acts"] + found.parts["threats"])


@settings(max_examples=20)
@given(rows_of, scopes_of, st.integers(1, 30))
def test_the_viewed_window_changes_no_past_value(rows, name, longer):
    """Value, band and level of a day are the same in whatever window it is looked at."""
    day = DAY + timedelta(days=10)
    (alone,) = days_of(rows, day, day, name=name)
    within = days_of(rows, day - timedelta(days=longer), day + timedelta(days=longer), name=name)[longer]

    assert (alone.value, alone.band) == (pytest.approx(within.value), pytest.approx(within.band))
    assert alone.level.word == within.level.word
    assert alone.contributions == within.contributions


@settings(max_examples=20)
@given(rows_of, st.integers(0, 20))
def test_later_reports_change_no_past_value(rows, days):
    """A day's value is what it was before the reports of later days came."""
    day = DAY + timedelta(days=days)
    known = [r for r in rows if r["event_day"].date() <= day]

    assert days_of(rows, day, day)[0].value == pytest.approx(days_of(known, day, day)[0].value)


@settings(max_examples=20)
@given(rows_of, st.randoms(use_true_random=False))
def test_order_of_arrival_changes_no_number(rows, random):
    """Shuffled signals give the same days."""
    shuffled = rows.copy()
    random.shuffle(shuffled)

    assert days_of(rows, DAY, DAY + timedelta(days=12)) == days_of(shuffled, DAY, DAY + timedelta(days=12))


@settings(max_examples=20)
@given(rows_of, st.integers(2, 20))
def test_a_feed_twenty_times_over_moves_nothing(rows, copies):
    """Copies of one voice weigh as one."""
    many = [
        r | {"signal_id": f"{r['signal_id']}-{n}", "article_id": f"{r['article_id']}-{n}"} for r in rows for n in range(copies)
    ]
    once, often = (days_of(some, DAY, DAY + timedelta(days=25)) for some in (rows, many))

    assert [d.value for d in once] == pytest.approx([d.value for d in often], rel=0.01)


@settings(max_examples=20)
@given(rows_of)
def test_a_country_without_a_reading_moves_no_other(rows):
    """No reading says why; what other countries read stays as it is."""
    unread = {DAY: "fewer than half of the panel answered"}
    (silent,) = days_of(rows, unread=unread)
    others = [r for r in rows if r["country"] != "XK"]

    assert (silent.value, silent.cause, silent.band, silent.index) == (None, unread[DAY], None, None)
    assert days_of(rows, name="ME")[0].value == pytest.approx(days_of(others, name="ME")[0].value)


def test_a_standing_situation_weighs_undecayed():
    """A blockade that stands adds its opening weight on each day until its end."""
    found = days_of([row(1), row(2, "pullback", 3)], DAY, DAY + timedelta(days=3))
    standing = [sum(c["contribution"] for c in d.contributions if "situation" in c) for d in found]

    assert standing == [3.5, 3.5, 3.5, 0.0]


def test_one_act_at_two_crossings_weighs_once():
    """An event that opens two situations of a kind adds one of them to the country, and each to its place."""
    rows = [row(1, event="e"), row(2, event="e", place="crossing-brnjak", origin="o1")]
    (country,) = days_of(rows)
    (brnjak,) = days_of(rows, name="place:crossing-brnjak")

    assert sum("situation" in c for c in country.contributions) == 1
    assert sum("situation" in c for c in brnjak.contributions) == 1


def test_dyads_count_what_names_both():
    """A dyad holds the events whose reports name both parties, wherever they happened."""
    rows = [row(1), row(2, "armed_clash", countries="XK")]
    (dyad,) = days_of(rows, name="RS-XK")

    assert {c["event"] for c in dyad.contributions} == {"e1"}


def test_band_holds_the_value_and_narrows_with_voices():
    """One voice is uncertain, many are not."""
    one = days_of([row(1, "armed_clash")])[0]
    many = days_of([row(n, "armed_clash", event="e") for n in range(12)])[0]

    assert one.band[0] <= one.value <= one.band[1]
    assert (many.band[1] - many.band[0]) / many.value < (one.band[1] - one.band[0]) / one.value


def load_of(*values):
    """Return a load that ends on `DAY`."""
    index = pd.date_range(end=pd.Timestamp(DAY), periods=len(values))
    return pd.Series(values, index=index, dtype=float)


def test_levels_in_words():
    """A day above nearly all of its year is very high, with the day it was last as high."""
    flat = [1.0, 2.0] * 50
    high = level(load_of(*flat, 9.0), DAY, FIRST)
    again = level(load_of(*flat, 9.0, *flat[:30], 8.0), DAY, FIRST)
    usual = level(load_of(*flat, 1.5), DAY, FIRST)

    assert (high.word, high.percentile, high.highest_since) == ("very high", 1.0, None)
    assert again.highest_since == DAY - timedelta(days=31)
    assert (usual.word, usual.percentile, usual.robust_z) == ("usual", 0.5, 0.0)
    assert high.reference == pytest.approx(1.5)


@given(
    load=st.lists(st.sampled_from([0.0, 0.01, 0.5, 1.0, 2.5, 7.125]) | st.floats(0, 9), min_size=1, max_size=500),
    known=st.integers(-20, 200),
    days=st.lists(st.integers(0, 499), min_size=1, max_size=12),
)
def test_levels_of_many_days_are_those_of_each_day(load, known, days):
    """A year that is judged at once says of each day what the words say, worked out for it alone from the days before it."""
    begins, first = FIRST, FIRST + timedelta(days=known)
    asked = sorted({day % len(load) for day in days})
    for at, found in zip(asked, levels_at(np.array(load), asked, begins, first), strict=True):
        before = load[max(0, known, at - 365) : at] if at > max(0, known) else []
        assert found.n_days == len(before)
        if len(before) < ENOUGH_DAYS:
            assert found.word == TOO_LITTLE
            continue
        higher = [n for n in range(at - len(before), at) if load[n] >= load[at]]
        middle = median(before)
        spread = 1.4826 * median(abs(value - middle) for value in before)
        assert found.percentile == pytest.approx(sum(value < load[at] for value in before) / len(before))
        assert found.highest_since == (begins + timedelta(days=higher[-1]) if higher else None)
        assert found.robust_z == (pytest.approx((load[at] - middle) / spread) if spread > 0 else None)
        assert found.reference == (pytest.approx(sum(before) / len(before)) if sum(before) > 0 else None)


standing_ones = st.lists(
    st.builds(
        lambda kind, event, code, weight, begins, days: Standing(
            kind=kind, event=event, code=code, weight=weight, since=DAY + timedelta(days=begins),
            last=DAY + timedelta(days=begins + days), situation=f"{kind}{event}{weight}{begins}{days}",
        ),
        st.sampled_from(["blockade", "measure"]), st.sampled_from(["e1", "e2", "e3"]),
        st.sampled_from(["border_blockade", "threat_rhetoric", "agreement"]), st.sampled_from([0.1, 1.75, 3.0, 5.25]),
        st.integers(-9, 12), st.integers(0, 15),
    ),
    max_size=20, unique_by=lambda one: one.situation,
)  # fmt: skip


@given(found=standing_ones, chosen=st.integers(0, 2**20))
def test_what_stands_in_columns_is_what_stands_one_by_one(found, chosen):
    """Thousands of situations added up at once are, day by day and to the last unit, those of a scope added one after another."""
    mine = np.array([bool(chosen >> n & 1) for n in range(len(found))], dtype=bool)
    names = ("kind", "event", "code", "weight", "since", "last", "situation")
    spans = Spans(**{name: [getattr(one, name) for one in found] for name in names})
    counted = once(one for one, is_mine in zip(found, mine, strict=True) if is_mine)
    units = spans.laid(mine, DAY, 14)

    for n in range(14):
        day = DAY + timedelta(days=n)
        for at, part in enumerate(PARTS):
            weights = (s.weight for s in counted if s.since <= day <= s.last and signal_types()[s.code].part == part)
            assert units[n, at] == sum(round(weight * UNIT) for weight in weights)


def test_too_little_history_has_a_load_and_no_level():
    """Days before the store's first day are no history."""
    found = level(load_of(*[1.0] * 100), DAY, DAY - timedelta(days=20))

    assert (found.word, found.percentile, found.reference, found.n_days) == (TOO_LITTLE, None, None, 20)


def test_what_a_series_needs_reaches_back_a_year_and_more():
    """The level looks at a year, and the first of its days at events before it."""
    assert (DAY - needed_since(DAY)).days == 365 + 70


def test_what_goes_on_longer_changes_no_earlier_day():
    """Of one act at two places the heaviest counts on each day; that the lighter one stands on adds later days alone."""
    heavy = Standing(kind="blockade", event="e1", code="border_blockade", weight=5.0, since=date(2021, 9, 20),
                     last=date(2021, 9, 25), situation="s1")  # fmt: skip
    light = heavy._replace(weight=3.0, situation="s2", last=date(2021, 9, 23))
    longer = light._replace(last=date(2021, 10, 2))

    def on(found, day):
        return sum(s.weight for s in once(found) if s.since <= day <= s.last)

    early = [date(2021, 9, 20) + timedelta(days=n) for n in range(6)]
    assert [on([heavy, light], day) for day in early] == [on([longer, heavy], day) for day in early] == [5.0] * 6
    assert on([heavy, longer], date(2021, 9, 26)) == on([heavy, longer], date(2021, 10, 2)) == 3.0
    assert on([heavy, light], date(2021, 9, 26)) == 0
