"""Days that a text names, resolved against the day of publication: "on Saturday", "20 September", "two days ago".

Nothing is guessed: an expression that leaves the day open ("two weeks ago", "in May") has none, but still tells news
from background. Months come from CLDR and, like weekdays and small words, from `assets/lexicon/<language>/dates.toml`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from babel import Locale

from tension import assets
from tension.scoring.context import past_years
from tension.scoring.lexicon import Lexicon
from tension.scoring.matcher import Hit, Hits, find
from tension.text.normal import Tokens, fold

#: What happened earlier than this (days before publication) is background in an article of news.
BACKGROUND_DAYS = 45
#: "Five hundred days ago" is no news; more days than this are not counted back.
MOST_DAYS = 60
_LISTS = ("today", "yesterday", "day_before_yesterday", "future", "every", "now", "past", "since", "since_after", "before_month",
          "ago_before", "ago_after", "day", "day_ago", "week", "month_unit", "year_unit", "several")  # fmt: skip
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|th?e|s|ve|a|o|i|ta|to|ti|ri|mi|vi|ot|et|ete)?")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """An expression of time and what it says."""

    first: int
    last: int
    #: The day, where the words fix it.
    day: date | None = None
    #: It lies clearly before the news: background.
    past: bool = False
    #: "Since", "from": what it dates may go on.
    since: bool = False
    #: It says what is to come, or when something ends.
    future: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """One language's words for days, compiled."""

    lexicon: Lexicon
    numbers: dict[str, int]
    names: dict[str, int]
    month_first: bool
    capital: bool


def _month_names(locales: Sequence[str], month: int) -> Iterator[str]:
    for name in locales:
        months = Locale.parse(name).months
        yield from (months[context]["wide"][month] for context in ("format", "stand-alone"))


@lru_cache(maxsize=16)
def _words(language: str) -> _Words:
    """Return a language's words.

    Raises:
        AssetError: the file is missing or malformed.
    """
    row: dict[str, Any] = assets.read_toml("lexicon", language, "dates.toml")
    lexicon, names = Lexicon(language), {}
    lists = {name: list(row.get(name, ())) for name in _LISTS}
    for n in range(1, 8):
        lists[f"weekday{n}"] = list(row["weekday"][str(n)])
    for n in range(1, 13):
        lists[f"month{n}"] = [*row["month"].get(str(n), ()), *map(fold, _month_names(row["locales"], n))]
    for number, (name, patterns) in enumerate(lists.items()):
        names[name] = number
        for pattern in dict.fromkeys(patterns):
            lexicon.add_phrase(pattern, (number,))
    numbers = {fold(word): n for word, n in row["number"].items()}
    return _Words(lexicon, numbers, names, row["month_first"], row["capital"])


class _Finder:
    """The expressions of one text; each method reads one kind."""

    def __init__(self, tokens: Tokens, language: str, published: date | None) -> None:
        self.tokens, self.published, self.words = tokens, published, _words(language)
        self.hits: Hits = find(tokens, self.words.lexicon)
        self.at = {name: {h.last for h in self.of(name)} for name in ("since", "future", "every", "ago_before")}
        self.starts = {n: {h.first for h in self.of(n)} for n in ("several", "ago_after", "since_after", "future")}

    def of(self, name: str) -> Sequence[Hit]:
        return self.hits.get(self.words.names[name], ())

    def _together(self, first: int, last: int) -> bool:
        """Tell whether words exist and stand in one sentence."""
        inside = first >= 0 and last < len(self.tokens)
        return inside and self.tokens.sentence[first] == self.tokens.sentence[last]

    def _before(self, name: str, first: int, reach: int = 2) -> bool:
        """Tell whether a word of a list is the first of a phrase, or ends within `reach` words before."""
        return any(i in self.at[name] and self._together(i, first) for i in range(first - reach, first + 1))

    def _dated(self, first: int, last: int, day: date | None, *, past: bool = False) -> Dated:
        since = self._before("since", first) or any(i in self.starts["since_after"] for i in (last + 1, last + 2))
        coming = self._before("future", first) or any(i in self.starts["future"] for i in (last + 1, last + 2))
        if day and self.published:
            past = past or (self.published - day).days > BACKGROUND_DAYS
            coming = coming or day > self.published
        return Dated(first=first, last=last, day=day, past=past, since=since, future=coming and not past)

    def relative(self) -> Iterator[Dated]:
        """Yield yesterday and its like."""
        for name, back in (("today", 0), ("yesterday", 1), ("day_before_yesterday", 2)):
            for h in self.of(name):
                yield self._dated(h.first, h.last, self.published - timedelta(days=back) if self.published else None)
        for h in self.of("now"):
            yield self._dated(h.first, h.last, None)
        for h in self.of("past"):
            yield self._dated(h.first, h.last, None, past=True)

    def weekdays(self) -> Iterator[Dated]:
        """Yield the last weekday of a name, the day of publication included."""
        for number in range(1, 8):
            for h in self.of(f"weekday{number}"):
                small = self.words.capital and not self.tokens.capital[h.last]
                counted = h.first > 0 and self.tokens.folded[h.first - 1] in self.words.numbers
                if small or counted or self._before("every", h.first, 1) or self.published is None:
                    continue
                back = (self.published.isoweekday() - number) % 7
                yield self._dated(h.first, h.last, self.published - timedelta(days=back))

    def _day_of(self, index: int) -> int | None:
        if not 0 <= index < len(self.tokens):
            return None
        found = _DAY.fullmatch(self.tokens.folded[index])
        day = int(found[1]) if found else 0
        return day if 1 <= day <= 31 else None  # noqa: PLR2004 - days of a month

    def _year_of(self, index: int, month_at: int) -> int | None:
        if not self._together(*sorted((index, month_at))) or not _YEAR.fullmatch(self.tokens.folded[index]):
            return None
        return int(self.tokens.folded[index])

    def _on(self, day: int, month: int, year: int | None) -> date | None:
        """Return a day of the calendar; without a year, the one nearest to publication."""
        if year is None and self.published is None:
            return None
        years = [year] if year is not None else [self.published.year + n for n in (-1, 0, 1)]  # type: ignore[union-attr]
        days = []
        for y in years:
            try:
                days.append(date(y, month, day))
            except ValueError:
                continue
        return min(days, key=lambda d: abs((d - self.published).days) if self.published else 0, default=None)

    def months(self) -> Iterator[Dated]:
        """Yield "20 September", "September 20, 2021", and months alone, which fix no day."""
        leads = {h.last for h in self.of("before_month")}
        for number in range(1, 13):
            for h in self.of(f"month{number}"):
                yield from self._month(number, h.first, leads)

    def _month(self, number: int, at: int, leads: set[int]) -> Iterator[Dated]:
        if self.words.capital and not self.tokens.capital[at]:
            return
        first = at - 1
        if self._day_of(at - 1) is None and self._day_of(at - 2) and len(self.tokens.folded[at - 1]) <= 2:  # noqa: PLR2004 - "of"
            first = at - 2
        day, last = (self._day_of(first), at) if self._together(first, at) else (None, at)
        if day is None and self.words.month_first and self._together(at, at + 1):
            day = self._day_of(at + 1)
            first, last = (at, at + 1) if day is not None else (first, at)
        year = self._year_of(last + 1, at) or self._year_of(at - 1, at)
        if day is not None:
            yield self._dated(first, last + (self._year_of(last + 1, at) is not None), self._on(day, number, year))
        elif (year or at - 1 in leads) and self.published:
            end = self._on(28, number, year)
            far = bool(end and (self.published - end).days > BACKGROUND_DAYS)
            found = self._dated(at, at + (year is not None), None, past=far)
            yield replace(found, future=found.future or bool(end and end.replace(day=1) > self.published))

    def numeric(self) -> Iterator[Dated]:
        """Yield "20.9." and "20.09.2021"."""
        tokens = self.tokens
        for i in range(len(tokens) - 1):
            month = tokens.folded[i + 1]
            dotted = tokens.text[tokens.ends[i] : tokens.starts[i + 1]].rstrip() == "."
            dotted = dotted and tokens.text[tokens.ends[i + 1] : tokens.ends[i + 1] + 1] == "."
            if dotted and tokens.folded[i].isdecimal() and month.isdecimal() and len(month) <= 2 and 1 <= int(month) <= 12:  # noqa: PLR2004
                year = self._year_of(i + 2, i)
                day = self._on(self._day_of(i) or 0, int(month), year)
                if day is not None:
                    yield self._dated(i, i + 1 + (year is not None), day)

    def _number(self, index: int) -> int | None:
        word = self.tokens.folded[index]
        return self.words.numbers.get(word, int(word) if word.isdecimal() and len(word) < 4 else None)  # noqa: PLR2004

    def ago(self) -> Iterator[Dated]:
        """Yield "two days ago" and, without a day, "several days ago", "two years ago"."""
        for unit in ("day", "day_ago", "week", "month_unit", "year_unit"):
            for h in self.of(unit):
                first = h.first - 1 if self._together(h.first - 1, h.first) else h.first
                number = self._number(first) if first < h.first else None
                vague = first in self.starts["several"]
                first = first if number is not None or vague else h.first
                if self._is_ago(unit, first, h.last):
                    yield self._back(unit, first, h.last, None if vague else number or 1)

    def _is_ago(self, unit: str, first: int, last: int) -> bool:
        after = last + 1 in self.starts["ago_after"] and self._together(last, last + 1)
        return unit == "day_ago" or after or (first - 1 in self.at["ago_before"] and self._together(first - 1, first))

    def _back(self, unit: str, first: int, last: int, number: int | None) -> Dated:
        if unit in {"day", "day_ago"}:
            known = number is not None and self.published is not None and number <= MOST_DAYS
            return self._dated(first, last, self.published - timedelta(days=number or 0) if known and self.published else None)
        days = {"week": 7, "month_unit": 30, "year_unit": 365}[unit] * (number or 2)
        return self._dated(first, last, None, past=days > BACKGROUND_DAYS)

    def years(self, taken: set[int]) -> Iterator[Dated]:
        """Yield years before that of publication that are no part of a date."""
        earlier = {h.first for h in past_years(self.tokens, self.published)}
        if self.published:
            earlier |= {i for i, w in enumerate(self.tokens.folded) if w == str(self.published.year - 1)}
        for i in sorted(earlier - taken):
            yield self._dated(i, i, None, past=True)


def dates(tokens: Tokens, language: str, published: date | None) -> tuple[Dated, ...]:
    """Return the expressions of time of a text, in reading order; linear in its length."""
    if not len(tokens):
        return ()
    finder = _Finder(tokens, language, published)
    found = [*finder.relative(), *finder.weekdays(), *finder.months(), *finder.numeric(), *finder.ago()]
    taken = {i for d in found for i in range(d.first, d.last + 1)}
    found += finder.years(taken)
    # The longest where several begin with one word ("the day before yesterday"); what stands inside another is part of it.
    ordered = sorted(found, key=lambda d: (d.first, -d.last))
    kept: list[Dated] = []
    for d in ordered:
        if not kept or d.last > kept[-1].last:
            kept.append(d)
    return tuple(kept)
