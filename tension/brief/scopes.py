"""The scopes of the page Now and of the brief: level in words, change, what moved each. Pure: days in, records out.

Every number is the index's own (`tension.index`); here it is only put into words and into an order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd

from tension import assets, words
from tension.events.provenance import told
from tension.index.level import TOO_LITTLE, Level
from tension.index.load import in_scope
from tension.index.series import Day
from tension.model import REGION
from tension.tongue import N_, _, ngettext, number, spoken

#: Days of the small line of each row.
SPARK_DAYS = 30
#: Levels, highest first; what is elevated or higher is named in the first sentence. Said by `_`.
LEVELS = (N_("very high"), N_("high"), N_("elevated"), N_("usual"), N_("low"))
ELEVATED = frozenset({"very high", "high", "elevated"})
NO_READING, QUIET = N_("no reading"), N_("no signal")
#: A load below this is what is left of old events.
_LEAST = 0.05
#: "Highest since yesterday" says nothing.
_WORTH_SAYING_DAYS = 7
_YEAR_DAYS = 365
_NEARLY_ALL = 0.99
_WEEK = 7


def known() -> Mapping[str, str]:
    """Return the scopes that have a row, each with its name: the countries, and the pairs of two countries that are followed."""
    return _known(spoken())


@lru_cache(maxsize=8)
def _known(_language: str) -> Mapping[str, str]:
    found = {code: words.country(code) for code in sorted(REGION)}
    for row in assets.read_toml("actors.toml")["dyad"]:
        one, other = (next((p for p in row[side] if p in REGION), None) for side in ("one", "other"))
        if one and other and one != other:
            pair = sorted((one, other))
            found["-".join(pair)] = "–".join(sorted(words.country(code) for code in pair))
    return found


def countries(scope: str) -> frozenset[str]:
    """Return the countries of a scope."""
    return frozenset(scope.split("-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Who reports of a scope in a week."""

    n: int = 0
    languages: tuple[str, ...] = ()
    #: both sides | one side only | disputed | side unknown; empty where nobody reports.
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One row: a country or a pair, and how it stands."""

    code: str
    name: str
    #: In words; `NO_READING`, `TOO_LITTLE` and `QUIET` are not levels.
    level: str
    #: What the level is measured against, or why there is none.
    against: str
    #: Value of the last 30 days, oldest first; None where there is no reading.
    spark: tuple[float | None, ...]
    #: 90 % band of the last day, or None without a reading.
    band: tuple[float, float] | None
    #: 100 at the mean of the year before, or None without enough history.
    index: float | None
    #: Change of value over 24 hours and over 7 days, or None.
    change_1d: float | None
    change_7d: float | None
    #: The last day before that was read, where the last one was not.
    last_read: date | None
    voices: Voices

    @property
    def is_read(self) -> bool:
        """Tell whether there is a reading at all."""
        return self.level != NO_READING

    @property
    def value(self) -> float | None:
        """Return acts and threats of the last day."""
        return self.spark[-1]


def scope(code: str, days: Sequence[Day], voices: Voices, name: str | None = None) -> Scope:
    """Return the row of a scope.

    Args:
        code: of `known`, or any other that has a `name`.
        days: of its index, to the day that is told of; at least eight.
        voices: who reports of it in the last week.
        name: what it is called, where `known` does not say it.
    """
    last, values = days[-1], tuple(day.value for day in days)
    level, against = _level(last, values)
    read = [day.day for day in days if day.value is not None]
    return Scope(
        code=code, name=name or known()[code], level=level, against=against,
        spark=values[-SPARK_DAYS:], band=last.band, index=last.index,
        change_1d=_change(values, 1), change_7d=_change(values, _WEEK), last_read=read[-1] if read else None,
        voices=voices,
    )  # fmt: skip


def ranked(rows: Sequence[Scope]) -> list[Scope]:
    """Return those that rose in a week, most first; the others by value; those without a reading last."""
    return sorted(rows, key=_rank_of)


def _rank_of(row: Scope) -> tuple[bool, bool, float, float, str]:
    change, value = row.change_7d or 0.0, row.value or 0.0
    rises = change >= _LEAST
    return (not row.is_read, not rises, -change if rises else 0.0, -value, row.name)


def _change(values: Sequence[float | None], n_days: int) -> float | None:
    last, before = values[-1], values[-1 - n_days] if len(values) > n_days else None
    return None if last is None or before is None else last - before


def _level(day: Day, values: Sequence[float | None]) -> tuple[str, str]:
    """Return the level of a day, and what it is measured against."""
    if day.value is None or day.level is None:
        return NO_READING, named_cause(day.cause or "")
    if all(v is not None and v < _LEAST for v in values[-_WEEK:]):
        return QUIET, _("nothing that still weighs")
    if day.level.word == TOO_LITTLE:
        needed = ngettext("{n} day of history, a level needs 60", "{n} days of history, a level needs 60", day.level.n_days)
        return TOO_LITTLE, _("value {value}; {needed}", value=number(day.value, 1), needed=needed)
    return day.level.word, _compared(day.level, day.day)


def named_cause(cause: str) -> str:
    """Return why there is no reading, with the names of countries in place of their codes."""
    parts = [part.partition(": ") for part in cause.split("; ")]
    return "; ".join(f"{words.country(a)}: {b}" if a in REGION and b else f"{a}{sep}{b}" for a, sep, b in parts)


def _compared(level: Level, day: date) -> str:
    whole = level.n_days >= _YEAR_DAYS - 1
    if level.word in ELEVATED and level.highest_since is None:
        some = ngettext("highest in its {n} day", "highest in its {n} days", level.n_days)
        return _("highest in its year") if whole else some
    if level.word in ELEVATED and level.highest_since and (day - level.highest_since).days > _WORTH_SAYING_DAYS:
        return _("highest since {day}", day=words.day(level.highest_since))
    # All of them only where it is the highest of all.
    share = f"{min(level.percentile or 0.0, _NEARLY_ALL):.0%}"
    if whole:
        return _("higher than on {share} of days in its year", share=share)
    return ngettext(
        "higher than on {share} of days in its {n} day",
        "higher than on {share} of days in its {n} days",
        level.n_days,
        share=share,
    )


def week(events: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the events of the seven days to a day, those that weigh most on it first."""
    since = pd.Timestamp(day - timedelta(days=_WEEK - 1))
    mine = events[(events["day"] >= since) & (events["day"] <= pd.Timestamp(day))]
    ages = (pd.Timestamp(day) - pd.to_datetime(mine["day"])).dt.days.astype(float) if len(mine) else 0.0
    escalates = mine["part"] != "stabilising"
    left = mine.assign(left=mine["weight"].astype(float) * 2.0 ** (-ages / _WEEK), calms=~escalates)
    return left.sort_values(["calms", "left", "event"], ascending=[True, False, True], kind="stable")


def of_week(events: pd.DataFrame, code: str, day: date) -> pd.DataFrame:
    """Return the events of a scope in the seven days to a day, those that weigh most on it first."""
    found = week(events, day)
    return in_scope(found, code) if len(found) else found


def movers(recent: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the events that moved a scope: the heaviest of its week, one for each place and family."""
    return recent.drop_duplicates(["place_id", "family"]).head(most)


def voices(recent: pd.DataFrame) -> Voices:
    """Return who reports of a scope, by its events of a week as `of_week` returns them."""
    return heard(*(recent[name].tolist() for name in HEARD)) if len(recent) else Voices()


#: The columns that voices are told from, in the order of what `heard` takes.
HEARD = ("origins", "languages", "sides", "countries", "denied_by")


def heard(
    origins: Iterable[Sequence[str]], languages: Iterable[Sequence[str]], sides: Iterable[Sequence[str]],
    countries_of: Iterable[Sequence[str]], denied_by: Iterable[Sequence[str]],
) -> Voices:  # fmt: skip
    """Return who reports some events, at least one, by what each of them is made of."""
    one, two, three, four = (tuple(sorted(set().union(*lists))) for lists in (origins, languages, sides, countries_of))
    return Voices(n=len(one), languages=two, told=told(three, four, denied=any(map(len, denied_by))))


def table(rows: Sequence[Scope], day: date) -> pd.DataFrame:
    """Return the scopes as a frame, one row each, without a value where there is no reading."""
    columns = ("code", "name", "level", "against", "value", "index", "change_1d", "change_7d")
    found = [{name: getattr(row, name) for name in columns} | _more(row) for row in rows]
    frame = pd.DataFrame(found, columns=[*columns, "low", "high", "voices", "told", "languages"])
    frame.insert(0, "day", pd.Timestamp(day))
    return frame


def _more(row: Scope) -> dict[str, Any]:
    low, high = row.band or (None, None)
    return {
        "low": low,
        "high": high,
        "voices": row.voices.n,
        "told": row.voices.told,
        "languages": " ".join(row.voices.languages),
    }


def leader(rows: Sequence[Scope]) -> Scope | None:
    """Return the scope that the first sentence names: the highest; where no level can be told, what rose most; or none."""
    read = [row for row in rows if row.is_read]
    up = [row for row in read if row.level in ELEVATED]
    if up:
        return max(up, key=lambda row: (-LEVELS.index(row.level), row.value or 0.0))
    riser = max(read, key=lambda row: row.change_7d or 0.0, default=None)
    rose = riser is not None and (riser.change_7d or 0.0) >= _LEAST
    return riser if rose and not any(row.level in LEVELS for row in read) else None


def headline(rows: Sequence[Scope], day: date) -> str:
    """Say in one sentence, by rule, where it stands: what is up, how many others are, what is not read."""
    read = [row for row in rows if row.is_read]
    if not read:
        return _("No scope has a reading on {day}", day=words.day(day))
    up = [row for row in read if row.level in ELEVATED]
    rest, top = _rest(rows, up), leader(rows)
    if not any(row.level in LEVELS for row in read):
        rose = _(": {scope} rose most in 7 days", scope=top.name) if top else ""
        return _("Too little history to tell levels on {day}", day=words.day(day)) + rose + rest
    if not up or top is None:
        return _("Nothing is elevated on {day}", day=words.day(day)) + rest
    return _("{scope} is {level}, {against}", scope=top.name, level=_(top.level), against=top.against) + rest


def _rest(rows: Sequence[Scope], up: Sequence[Scope]) -> str:
    others = len(rows) - 1 if up else len(rows)
    n_up, n_unread = max(0, len(up) - 1), sum(not row.is_read for row in rows)
    said = [ngettext("{n} is elevated or higher", "{n} are elevated or higher", n_up)] if n_up else []
    said += [ngettext("{n} has no reading", "{n} have no reading", n_unread)] if n_unread else []
    if not said:
        return ""
    told = words.listed(said)
    if up:
        return ngettext("; of {n} other scope {told}", "; of {n} other scopes {told}", others, told=told)
    return ngettext("; of {n} scope {told}", "; of {n} scopes {told}", others, told=told)
