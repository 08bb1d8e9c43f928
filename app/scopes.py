"""The scopes of the page Now: load, level in words, change, and what moved it. Pure: frames in, records out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from app import words
from tension.index.load import HORIZON_DAYS, daily_load

#: Days of the small line of each row.
SPARK_DAYS = 30
#: A level is told from the scope's own trailing year.
YEAR_DAYS = 365
#: With less history than this there is a load, and no level.
_ENOUGH_DAYS, ENOUGH_EVENTS = 60, 10
#: A load below this is what is left of old events.
_LEAST = 0.05
#: "Highest since yesterday" says nothing.
_WORTH_SAYING_DAYS = 7
_WEEK = 7
_LEVELS = ((0.98, "very high"), (0.90, "high"), (0.75, "elevated"), (0.25, "usual"), (0.0, "low"))
NO_READING, TOO_LITTLE, QUIET = "no reading", "too little history", "no signal"
_WORDS = frozenset(word for _, word in _LEVELS)
ELEVATED = frozenset({"very high", "high", "elevated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One row: a country and how it stands."""

    code: str
    name: str
    #: In words; `NO_READING`, `TOO_LITTLE` and `QUIET` are not levels.
    level: str
    #: What the level is measured against, or why there is none.
    against: str
    #: Load of the last 30 days, oldest first; None where there is no reading.
    spark: tuple[float | None, ...]
    #: Change of load over 24 hours and over 7 days, or None.
    change_1d: float | None
    change_7d: float | None
    n_families: int
    languages: tuple[str, ...]

    @property
    def is_read(self) -> bool:
        """Tell whether there is a reading at all."""
        return self.level != NO_READING


def table(found: Sequence[Scope], day: date) -> pd.DataFrame:
    """Return the scopes as a frame, one row each, without a load where there is no reading."""
    columns = ("code", "name", "level", "against", "change_1d", "change_7d", "n_families")
    more = [{"day": pd.Timestamp(day), "load": s.spark[-1], "languages": " ".join(s.languages)} for s in found]
    rows = [{name: getattr(s, name) for name in columns} | own for s, own in zip(found, more, strict=True)]
    return pd.DataFrame(rows, columns=["day", *columns, "load", "languages"])


def history_start(day: date) -> date:
    """Return the first day whose events a level on `day` can depend on."""
    return day - timedelta(days=YEAR_DAYS + HORIZON_DAYS)


def scopes(
    events: pd.DataFrame, signals: pd.DataFrame, codes: Iterable[str], day: date, *, first: date | None, unread: Mapping[str, str]
) -> list[Scope]:
    """Return the scopes: those that rose in a week, most first; the others by load; those without a reading last.

    Args:
        events: as `app.tally.events` returns them, from `history_start(day)` on.
        signals: weighed signals of the same days, for who reported.
        codes: the countries.
        day: the last day.
        first: the first day that the store has anything of: before it there is no history.
        unread: countries below their floor, each with the cause.
    """
    rows = [_scope(events, signals, code, day, first, unread.get(code)) for code in codes]
    return sorted(rows, key=_rank_of)


def _rank_of(scope: Scope) -> tuple[bool, bool, float, float, str]:
    change, load = scope.change_7d or 0.0, scope.spark[-1] or 0.0
    rises = change >= _LEAST
    return (not scope.is_read, not rises, -change if rises else 0.0, -load, scope.name)


def _scope(events: pd.DataFrame, signals: pd.DataFrame, code: str, day: date, first: date | None, cause: str | None) -> Scope:
    since = max(first or day, day - timedelta(days=YEAR_DAYS))
    load = daily_load(events, code, min(since, day - timedelta(days=SPARK_DAYS - 1)), day)["value"]
    year = load[load.index >= pd.Timestamp(since)]
    level, against = (NO_READING, cause) if cause else _level(year, _n_events(events, code, since))
    recent = signals[(signals["country"] == code) & (signals["day"] > pd.Timestamp(day - timedelta(days=_WEEK)))]
    spark: list[float | None] = [float(v) for v in load.tail(SPARK_DAYS)]
    return Scope(
        code=code, name=words.country(code), level=level, against=against,
        spark=tuple([*spark[:-1], None] if cause else spark),
        change_1d=None if cause else _change(load, 1), change_7d=None if cause else _change(load, _WEEK),
        n_families=int(recent["family"].nunique()), languages=tuple(sorted(recent["language"].astype(str).unique())),
    )  # fmt: skip


def _n_events(events: pd.DataFrame, code: str, since: date) -> int:
    return int(((events["country"] == code) & (events["day"] >= pd.Timestamp(since))).sum())


def _change(load: pd.Series, n_days: int) -> float:
    return float(load.iloc[-1] - load.iloc[-1 - n_days]) if len(load) > n_days else float(load.iloc[-1])


def _level(year: pd.Series, n_events: int) -> tuple[str, str]:
    """Return the level of the last day among its trailing year, and what it is measured against."""
    last, span = float(year.iloc[-1]), _span(len(year))
    if n_events < ENOUGH_EVENTS and last < _LEAST:
        return QUIET, f"{words.plural(n_events, 'event')} in {span}, none lately"
    if len(year) < _ENOUGH_DAYS:
        return TOO_LITTLE, f"load {last:,.1f}; a level needs {_ENOUGH_DAYS} days"
    if n_events < ENOUGH_EVENTS:
        events = words.plural(n_events, "event")
        return TOO_LITTLE, f"load {last:,.1f}; {events} in {span}, a level needs {ENOUGH_EVENTS}"
    return _compared(year, span)


def _compared(year: pd.Series, span: str) -> tuple[str, str]:
    last, before = float(year.iloc[-1]), year.iloc[:-1].to_numpy()
    share = float(np.mean(before < last))
    word = next(word for floor, word in _LEVELS if share >= floor)
    higher = np.flatnonzero(before >= last)
    since = year.index[higher[-1]].date() if len(higher) else None
    if last < _LEAST:
        return "low", "nothing reported for weeks"
    if word in ELEVATED and since is None:
        return word, f"highest in {span}"
    if word in ELEVATED and since and len(before) - higher[-1] >= _WORTH_SAYING_DAYS:
        return word, f"highest since {words.day(since)}"
    return word, f"higher than on {share:.0%} of days in {span}"


def _span(n_days: int) -> str:
    return "its year" if n_days > YEAR_DAYS - 1 else f"its {n_days} days"


def headline(found: Sequence[Scope], day: date) -> str:
    """Say in one sentence, by rule, where it stands: what is up, how many others are, what is not read."""
    read = [s for s in found if s.is_read]
    if not read:
        return f"No scope has a reading on {words.day(day)}"
    up = [s for s in read if s.level in ELEVATED]
    rest = _rest(found, up)
    if not any(s.level in _WORDS for s in read):
        riser = max(read, key=lambda s: s.change_7d or 0.0)
        rose = f": {riser.name} rose most in 7 days" if (riser.change_7d or 0.0) >= _LEAST else ""
        return f"Too little history to tell levels on {words.day(day)}{rose}{rest}"
    if not up:
        return f"Nothing is elevated on {words.day(day)}{rest}"
    top = max(up, key=lambda s: (-_rank(s.level), s.spark[-1] or 0.0))
    return f"{top.name} is {top.level}, {top.against}{rest}"


def _rank(level: str) -> int:
    return [word for _, word in _LEVELS].index(level)


def _rest(found: Sequence[Scope], up: Sequence[Scope]) -> str:
    others = len(found) - 1 if up else len(found)
    n_up, n_unread = max(0, len(up) - 1), sum(not s.is_read for s in found)
    said = [f"{n_up} {'is' if n_up == 1 else 'are'} elevated or higher"] if n_up else []
    said += [f"{n_unread} {'has' if n_unread == 1 else 'have'} no reading"] if n_unread else []
    return f"; of {words.plural(others, 'other scope' if up else 'scope')} {words.listed(said)}" if said else ""
