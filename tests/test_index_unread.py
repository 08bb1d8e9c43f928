"""No reading: a day below its coverage floor has a cause instead of a value."""

from datetime import date, timedelta
from statistics import median

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tension.index.coverage import Coverage, Day
from tension.index.unread import NOTHING, countries_of, unread
from tension.store.frames import COVERAGE

DAY = date(2026, 2, 1)
WEEK = DAY + timedelta(days=6)


def frame(*rows):
    """Return coverage as the store gives it: (country, days after the first, articles, answered, feeds)."""
    made = [(country, pd.Timestamp(DAY + timedelta(days=n)), *counts) for country, n, *counts in rows]
    return pd.DataFrame(made, columns=list(COVERAGE))


def full(country, days=range(7)):
    """Return days on which a country was read in full."""
    return [(country, n, 40, 10, 10) for n in days]


def test_a_store_filled_from_files_is_read_where_it_has_articles():
    """Without feeds, a day of which there is no article has no reading."""
    found = unread(frame(), ["XK"], DAY, DAY + timedelta(days=1), {DAY})

    assert found == {DAY + timedelta(days=1): NOTHING}


def test_removing_the_feeds_of_a_country_leaves_no_reading_there_and_moves_no_other():
    """Feeds of other countries are no coverage of this one."""
    kept, gone = frame(*full("RS"), *full("XK")), frame(*full("RS"))

    assert set(unread(gone, ["XK"], DAY, WEEK, {DAY})) == {DAY + timedelta(days=n) for n in range(7)}
    assert unread(gone, ["RS"], DAY, WEEK, {DAY}) == unread(kept, ["RS"], DAY, WEEK, {DAY}) == {}


@settings(max_examples=50, deadline=None)
@given(
    numbers=st.dictionaries(st.integers(0, 130), st.integers(0, 40), max_size=131), n=st.integers(-5, 220),
)  # fmt: skip
def test_the_floor_is_what_counting_day_by_day_gives(numbers, n):
    """A quarter of the middle of the weeks before: of that weekday where it was covered often enough, else of all days."""
    coverage = Coverage({("RS", DAY + timedelta(days=d)): Day(n_articles=number) for d, number in numbers.items()})
    before = [(back, numbers.get(n - back, 0)) for back in range(1, 57)]
    covered = [number for _, number in before if number]
    alike = [number for back, number in before if number and back % 7 == 0]
    usual = median(alike if len(alike) >= 4 else covered) if len(covered) >= 7 else None

    assert coverage.floor("RS", DAY + timedelta(days=n)) == (None if usual is None else 0.25 * usual)


def test_a_dyad_needs_both_parties():
    """Where one party's feeds are silent, the dyad says which."""
    found = unread(frame(*full("RS"), *full("XK", range(6))), ["RS", "XK"], DAY, WEEK, ())

    assert set(found) == {WEEK}
    assert found[WEEK].startswith("XK: ")


def test_the_region_needs_half_of_its_countries():
    """One country's silence does not silence the region."""
    rows = [row for country in ("RS", "XK", "BA") for row in full(country)]

    assert unread(frame(*rows), ["RS", "XK", "BA", "ME"], DAY, WEEK, ()) == {}
    assert len(unread(frame(*full("RS")), ["RS", "XK", "BA", "ME"], DAY, WEEK, ())) == 7


def test_scopes_name_the_countries_that_cover_them():
    """A country covers itself, a dyad has two, a place is covered by its country."""
    region, places = {"XK", "RS"}, {"crossing-jarinje": "XK", "sea": ""}

    assert countries_of("XK", region, places) == ("XK",)
    assert countries_of("RS-XK", region, places) == ("RS", "XK")
    assert countries_of("region", region, places) == ("RS", "XK")
    assert countries_of("place:crossing-jarinje", region, places) == ("XK",)
    assert countries_of("place:sea", region, places) == ()
