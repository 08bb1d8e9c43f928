"""Dates as feeds write them: RFC 822, ISO 8601, and what publishers type by hand in their own language.

What is not stated is not filled in: a day without a time stays a day, an ambiguous order of numbers stays unread.
A time without an offset is the newsroom's local time, by the country's zone in `assets/feeds/dates.toml`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale

from tension import assets
from tension.text.normal import fold

_NAME = r"([^\W\d_]{3,20})\.?"
_DAY = r"(?<!\d)(\d{1,2})(?:\.|[^\W\d_]{1,2})?"
#: In order: the unambiguous forms first. Every pattern names its groups by position: d(ay), m(onth), y(ear).
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!\d)(\d{4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,2})(?!\d)\.?"), "ymd"),
    (re.compile(_DAY + r"[\s-]+(?:[^\W\d_]{2}\s+)?" + _NAME + r",?[\s-]+(\d{4}|\d{2})(?![\d:])"), "dmy"),
    (re.compile(_NAME + r"\s+" + _DAY + r",?\s+(\d{4})(?![\d:])"), "mdy"),
    (re.compile(r"(?<!\d)(\d{4})\.?\s+" + _NAME + r"\s+" + _DAY), "ymd"),
    (re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4})(?!\d)\.?"), "numbers"),
)
_TIME = re.compile(r"(?<![\d+-])(\d{1,2})[:.h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?!\d)(?:\s*([ap])\.?m\b\.?)?", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?(?!\d)")
_ABBREVIATION = re.compile(r"\b([A-Z]{1,4})\b")
_MAX_LENGTH = 100
_NOON = 12
#: The months of nearly every feed, whatever its language; no language of the region means another month by one of them.
_RFC_822 = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What a text states: an instant in UTC with the publisher's day, a day alone, or nothing."""

    at: datetime | None = None
    day: date | None = None


def read_when(text: str, *, language: str = "und", country: str = "") -> When:
    """Read a date as stated.

    >>> read_when("Mon, 23 Nov 2026 00:30:00 +0100").at.isoformat()
    '2026-11-22T23:30:00+00:00'
    """
    stated = " ".join(text.split())[:_MAX_LENGTH]
    for form, order in _FORMS:
        if match := form.search(stated):
            day = _numbers(match, language) if order == "numbers" else _day(match, order, language)
            if day is not None:
                rest = stated[: match.start()] + " " + stated[match.end() :].removeprefix("T")
                return _with_time(day, rest, country)
    return When()


def _day(match: re.Match[str], order: str, language: str) -> date | None:
    parts = dict(zip(order, match.groups(), strict=True))
    month = int(parts["m"]) if parts["m"].isdigit() else month_of(parts["m"], language)
    year = int(parts["y"])
    if len(parts["y"]) == 2:  # noqa: PLR2004 - RFC 822 wrote two digits
        year += 2000 if year < 50 else 1900  # noqa: PLR2004 - RFC 2822, 4.3
    return _valid(year, month, int(parts["d"]))


def _numbers(match: re.Match[str], language: str) -> date | None:
    """Read day, month, year in figures; where English slashes leave the order open, nothing is read."""
    first, sign, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
    if sign == "/" and second > _NOON:
        return _valid(year, first, second)
    if sign == "/" and language in {"en", "und"} and first <= _NOON and first != second:
        return None
    return _valid(year, second, first)


def _valid(year: int, month: int | None, day: int) -> date | None:
    if month is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_time(day: date, rest: str, country: str) -> When:
    time = _TIME.search(rest)
    if time is None:
        return When(day=day)
    hour, minute, second = int(time[1]), int(time[2]), min(int(time[3] or 0), 59)
    if time[4] and hour <= _NOON:
        hour = hour % _NOON + (_NOON if time[4].lower() == "p" else 0)
    zone = _zone(rest[time.end() :], country)
    try:
        local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
        return When(at=None if zone is None else local.astimezone(UTC), day=day)
    except (ValueError, OverflowError):
        return When(day=day)


def _zone(rest: str, country: str) -> tzinfo | None:
    if match := _OFFSET.search(rest):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        # -00:00 is how RFC 2822 says "in UTC, wherever that is"; more than a day is no offset.
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes)) if minutes < 24 * 60 else None
    data = assets.read_toml("feeds", "dates.toml")
    for match in _ABBREVIATION.finditer(rest):
        if match[1] in data["abbreviations"]:
            return timezone(timedelta(minutes=data["abbreviations"][match[1]]))
    return ZoneInfo(data["zones"][country]) if country in data["zones"] else None


@lru_cache(maxsize=1_024)
def month_of(name: str, language: str) -> int | None:
    """Return the number of a month by its name or an abbreviation of at least three letters, or None."""
    folded = fold(name)
    if folded in _RFC_822:
        return _RFC_822[folded]
    for table in _tables(language):
        if folded in table:
            return table[folded]
        begun = {number for full, number in table.items() if full.startswith(folded)}
        if len(folded) >= 3 and len(begun) == 1:  # noqa: PLR2004 - two letters are too few
            return begun.pop()
    return None


@lru_cache(maxsize=32)
def _tables(language: str) -> tuple[dict[str, int], ...]:
    data = assets.read_toml("feeds", "dates.toml")
    own = data["locales"].get(language) or [name for names in data["locales"].values() for name in names]
    return tuple(_names(locale) for locale in dict.fromkeys([*own, "en"]))


@lru_cache(maxsize=32)
def _names(locale: str) -> dict[str, int]:
    """Return the folded month names of a CLDR locale, wide and abbreviated, in both grammatical roles."""
    months = Locale.parse(locale).months
    found: dict[str, int] = {}
    for role in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            found |= {fold(name): number for number, name in months[role][width].items()}
    extra = assets.read_toml("feeds", "dates.toml")["months"].get(locale, {})
    return found | {fold(name): number for name, number in extra.items()}
