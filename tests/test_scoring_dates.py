"""Days named in ten languages, resolved against Monday, 27 September 2021."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.scoring.dates import dates
from tension.text.language import LANGUAGES
from tension.text.normal import tokenise

MONDAY = date(2021, 9, 27)


def days(text, language, published=MONDAY):
    """Return the days that a text names."""
    return [d.day for d in dates(tokenise(text), language, published) if d.day]


SATURDAY = {
    "en": "on Saturday", "hbs": "у суботу", "sl": "v soboto", "mk": "во сабота", "bg": "в събота", "sq": "të shtunën",
    "el": "το Σάββατο", "ro": "sâmbătă", "tr": "cumartesi günü", "hu": "szombaton",
}  # fmt: skip
TWO_DAYS = {
    "en": "two days ago", "hbs": "pre dva dana", "sl": "pred dvema dnevoma", "mk": "пред два дена", "bg": "преди два дни",
    "sq": "qysh prej dy ditësh", "el": "πριν από δύο μέρες", "ro": "acum două zile", "tr": "iki gün önce",
    "hu": "két nappal ezelőtt",
}  # fmt: skip
YESTERDAY = {
    "en": "yesterday", "hbs": "juče", "sl": "včeraj", "mk": "вчера", "bg": "вчера", "sq": "dje", "el": "χθες", "ro": "ieri",
    "tr": "dün", "hu": "tegnap",
}  # fmt: skip
TWENTIETH = {
    "en": "since 20 September", "hbs": "од 20. септембра", "sl": "od 20. septembra", "mk": "од 20 септември",
    "bg": "от 20 септември",
    "sq": "që nga 20 shtatori", "el": "από τις 20 Σεπτεμβρίου", "ro": "din 20 septembrie", "tr": "20 Eylül'den beri",
    "hu": "szeptember 20. óta",
}  # fmt: skip
LONG_AGO = {
    "en": "in 2008", "hbs": "2008. godine", "sl": "leta 2008", "mk": "во 2008 година", "bg": "през 2008 г.",
    "sq": "në vitin 2008",
    "el": "το 2008", "ro": "în 2008", "tr": "2008'de", "hu": "2008-ban",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_weekdays_are_the_last_of_their_name(language):
    """*On Saturday* is the 25th."""
    assert days(SATURDAY[language], language) == [date(2021, 9, 25)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_counted_back(language):
    """*Two days ago* is the 25th, *yesterday* the 26th."""
    assert days(TWO_DAYS[language], language) == [date(2021, 9, 25)]
    assert days(YESTERDAY[language], language) == [date(2021, 9, 26)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_of_the_month_may_be_the_first_of_many(language):
    """*Since 20 September* names the 20th, and says that it went on."""
    (found,) = dates(tokenise(TWENTIETH[language]), language, MONDAY)

    assert (found.day, found.since) == (date(2021, 9, 20), True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_past_year_is_background(language):
    """*In 2008* names no day and lies in the past."""
    found = dates(tokenise(LONG_AGO[language]), language, MONDAY)

    assert [(d.day, d.past) for d in found] == [(None, True)]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "on September 20", date(2021, 9, 20)),
        ("en", "on the 25th of September", date(2021, 9, 25)),
        ("en", "the day before yesterday", date(2021, 9, 25)),
        ("hbs", "20.9.2021. godine", date(2021, 9, 20)),
        ("hbs", "25.09.", date(2021, 9, 25)),
        ("hbs", "20. rujna", date(2021, 9, 20)),
        ("hu", "2021. szeptember 20-án", date(2021, 9, 20)),
    ],
)
def test_other_ways_to_write_a_day(language, text, day):
    """Orders, ordinals and figures lead to one day."""
    assert days(text, language) == [day]


def test_the_turn_of_the_year_is_minded():
    """In January, *28 December* is last year's."""
    assert days("on 28 December", "en", date(2022, 1, 3)) == [date(2021, 12, 28)]


@pytest.mark.parametrize(
    "text",
    [
        "two weeks ago",
        "in recent days",
        "several days ago",
        "the parties may meet",
        "every Saturday",
        "31 February",
        "3.5 percent",
    ],
)
def test_no_day_is_guessed(text):
    """What does not fix a day names none."""
    assert days(text, "en") == []


def test_nothing_is_resolved_without_a_day_of_publication():
    """*On Saturday* of an undated article stays open; a full date does not."""
    assert days("on Saturday", "en", None) == []
    assert days("on 20 September 2021", "en", None) == [date(2021, 9, 20)]


def test_what_is_to_come_is_marked():
    """*Until 4 October* and *next Friday* lie ahead."""
    assert [d.future for d in dates(tokenise("valid until 4 October, or next Friday"), "en", MONDAY)] == [True, True]


@given(back=st.integers(0, 3000))
def test_a_written_date_is_read_back(back):
    """Any day written out in full is found again."""
    day = MONDAY - timedelta(days=back)

    assert days(f"It was on {day.day} {day:%B} {day.year} that it began", "en") == [day]
