"""Dates as feeds write them: read as stated, or not at all."""

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import _RFC_822, When, _tables, month_of, read_when
from tension import assets

DAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "language", "country", "instant"),
    [
        ("Mon, 23 Nov 2026 14:30:00 +0100", "sr", "RS", at(13, 30)),
        ("Mon, 23 Nov 2026 00:30:00 +0200", "el", "GR", at(22, 30, 22)),
        ("Mon, 23 Nov 2026 14:30:00 GMT", "en", "INT", at(14, 30)),
        ("23 Nov 26 14:30 EST", "en", "INT", at(19, 30)),
        ("2026-11-23T14:30:00Z", "en", "INT", at(14, 30)),
        ("2026-11-23T14:30:00.123+02:00", "ro", "RO", at(12, 30)),
        ("2026-11-23 14:30", "hr", "HR", at(13, 30)),
        ("23.11.2026. 14:30", "sr", "RS", at(13, 30)),
        ("23/11/2026 - 14:30", "el", "GR", at(12, 30)),
        ("11/23/2026 2:30 PM", "sq", "AL", at(13, 30)),
        ("23. studenoga 2026. u 14.30", "hr", "HR", at(13, 30)),
        ("понедељак, 23. новембар 2026. 14:30", "sr", "RS", at(13, 30)),
        ("Пон, 23 ное 2026 14:30:00 GMT+0100", "mk", "MK", at(13, 30)),
        ("23 ноември 2026 г., 14:30 ч.", "bg", "BG", at(12, 30)),
        ("Δευτέρα, 23 Νοεμβρίου 2026 14:30 EET", "el", "GR", at(12, 30)),
        ("23 Kasım 2026 14:30", "tr", "TR", at(11, 30)),
        ("23 nëntor 2026, 14:30", "sq", "XK", at(13, 30)),
        ("2026. november 23. 14:30", "hu", "HU", at(13, 30)),
        ("luni, 23 noiembrie 2026 14:30", "ro", "RO", at(12, 30)),
        ("23. november 2026 ob 14:30", "sl", "SI", at(13, 30)),
        ("23 novembra 2026 14:30", "cnr", "ME", at(13, 30)),
        ("November 23, 2026 2:30 p.m. GMT", "en", "INT", at(14, 30)),
    ],
)
def test_an_instant_is_read_with_the_publishers_day(text: str, language: str, country: str, instant: datetime) -> None:
    """Every form of the region comes to the same instant in UTC; the day is the one that is written there."""
    assert read_when(text, language=language, country=country) == When(at=instant, day=DAY)


@pytest.mark.parametrize(
    ("text", "language"), [("23 Νοε 2026", "el"), ("2026-11-23", "en"), ("23.11.2026.", "sr"), ("23 de noiembrie 2026", "ro")]
)
def test_a_day_alone_stays_a_day(text: str, language: str) -> None:
    """No time of day is made up."""
    assert read_when(text, language=language, country="RS") == When(at=None, day=DAY)


def test_a_time_without_zone_from_nowhere_is_no_instant() -> None:
    """Where neither the text nor the country tells the zone, only the day is known."""
    assert read_when("2026-11-23 14:30", country="INT") == When(at=None, day=DAY)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-11", "31.02.2026", "03/04/2026", "1763900000", "23 Foo 2026", "00.00.0000", "99:99", "2026-13-01"],
)
def test_what_states_no_day_is_not_a_date(text: str) -> None:
    """Impossible, incomplete and ambiguous dates are left unread."""
    assert read_when(text, language="en", country="INT") == When()


def test_an_impossible_time_leaves_the_day() -> None:
    """A bad time of day does not cost the day."""
    assert read_when("Mon, 23 Nov 2026 27:00:00 GMT") == When(at=None, day=DAY)


@pytest.mark.parametrize("language", sorted(assets.read_toml("feeds", "dates.toml")["locales"]))
def test_every_language_knows_its_twelve_months(language: str) -> None:
    """English names and the language's own are known in each language, and mean the same."""
    english = "January February March April May June July August September October November December".split()
    assert [month_of(name, language) for name in english] == list(range(1, 13))


@pytest.mark.parametrize("language", ["und", "sr", "hr", "bs", "cnr", "sq", "mk", "bg", "el", "tr", "ro", "hu", "sl", "en"])
def test_no_language_means_another_month_by_an_english_abbreviation(language: str) -> None:
    """So that `Feb` need not be looked up in eleven languages: where one of them knows it, it is the same month."""
    for name, number in _RFC_822.items():
        for table in _tables(language):
            begun = {n for full, n in table.items() if full.startswith(name)}
            assert table.get(name, number) == number
            assert begun in (set(), {number})
        assert month_of(name.title(), language) == number


def test_an_ambiguous_abbreviation_is_no_month() -> None:
    """What begins two months names neither."""
    assert month_of("Ιου", "el") is None
    assert month_of("Ju", "en") is None


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001 - the zone is drawn beside it
    st.integers(-14 * 60, 14 * 60),
)
def test_standard_forms_are_read_exactly(naive: datetime, minutes: int) -> None:
    """RFC 822 and ISO 8601 come back as the instant that was written, whatever the offset."""
    moment = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    expected = When(at=moment.astimezone(UTC), day=moment.date())
    assert read_when(format_datetime(moment)) == expected
    assert read_when(moment.isoformat()) == expected


@given(st.text(max_size=120))
def test_no_text_is_too_strange(text: str) -> None:
    """Any text is read or left; it never raises, and an instant always has its day."""
    when = read_when(text, language="und", country="RS")
    assert when.at is None or when.day is not None
