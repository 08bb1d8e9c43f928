"""The index of a scope, day by day: value, parts, band, level, and the contributions that sum to the value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from tension.events.situations import Situation, situations
from tension.events.table import events
from tension.index.band import daily_band
from tension.index.level import Level, level
from tension.index.load import daily_load, first_day_needed, in_scope
from tension.index.method import HALF_LIFE_DAYS, HEADLINE, HORIZON_DAYS, PARTS, REGION_SCOPE, YEAR_DAYS
from tension.places.municipalities import municipality_of
from tension.taxonomy import signal_types

_NOBODY: Mapping[str, Sequence[str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a scope."""

    day: date
    #: Acts and threats; None where there is no reading.
    value: float | None
    #: Why there is none.
    cause: str | None
    parts: Mapping[str, float | None]
    band: tuple[float, float] | None
    level: Level | None
    #: What sums to the value: {"event" | "situation", "code", "part", "contribution", "articles"}, largest first.
    contributions: tuple[Mapping[str, Any], ...]
    #: The same for the stabilising load.
    stabilising: tuple[Mapping[str, Any], ...]

    @property
    def index(self) -> float | None:
        """Return 100 times the value over the mean of the year before, or None without enough history."""
        reference = self.level.reference if self.level else None
        return None if self.value is None or reference is None else 100.0 * self.value / reference


def needed_since(since: date) -> date:
    """Return the first day whose events a series from `since` on depends on."""
    return first_day_needed(since - timedelta(days=YEAR_DAYS))


class Scope:
    """Everything that the index of one scope is computed from."""

    def __init__(
        self, name: str, signals: pd.DataFrame, lasting: pd.DataFrame, denials: Mapping[str, Sequence[str]] = _NOBODY
    ) -> None:
        """Take what the store knows.

        Args:
            name: see `tension.index.load.in_scope`.
            signals: `EVENT_SIGNALS` from `needed_since` on.
            lasting: `EVENT_SIGNALS` of `standing_codes()` from the beginning on.
            denials: articles that deny, by event.
        """
        self.name = name
        self.events = in_scope(events(signals, denials), name) if len(signals) else events(signals)
        found = self.events
        self._ordinals = np.array([day.toordinal() for day in found["day"]], dtype="int64")
        self._weights = found["weight"].to_numpy(dtype=float)
        self._rows: list[dict[str, Any]] = [
            {"event": event, "code": code, "part": part, "articles": list(articles)}
            for event, code, part, articles in found[["event", "code", "part", "article_ids"]].itertuples(index=False)
        ]
        named = _named(lasting)
        mine = (s for s in situations(lasting) if self._has(s, named))
        self.situations = sorted(mine, key=lambda s: (-s.weight, s.id))

    def _has(self, s: Situation, named: Mapping[str, frozenset[str]]) -> bool:
        if self.name == REGION_SCOPE:
            return True
        if self.name.startswith("place:"):
            return s.place_id == self.name.removeprefix("place:")
        if self.name.startswith("municipality:"):
            return municipality_of().get(s.place_id) == self.name.removeprefix("municipality:")
        if "-" in self.name:
            return frozenset(self.name.split("-")) <= named.get(s.changes[0].event, frozenset())
        return s.country == self.name

    def load(self, since: date, until: date) -> pd.DataFrame:
        """Return the parts and the value of each day, open situations included."""
        load = daily_load(self.events, self.name, since, until)
        standing = {part: np.zeros(len(load)) for part in PARTS}
        for n in range(len(load)):
            for s in _counted(self.situations, since + timedelta(days=n)):
                standing[_part(s)][n] += s.weight
        for part in PARTS:
            load[part] = load[part].to_numpy(dtype=float) + standing[part]
        load["value"] = load["acts"] + load["threats"]
        return load

    def listed(self, day: date) -> list[dict[str, Any]]:
        """Return what makes up a day, largest first."""
        ages = day.toordinal() - self._ordinals
        counted = np.flatnonzero((ages >= 0) & (ages <= HORIZON_DAYS))
        rows = [
            self._rows[at] | {"contribution": float(self._weights[at] * 2.0 ** (-ages[at] / HALF_LIFE_DAYS))} for at in counted
        ]
        rows += [
            {"event": s.changes[0].event, "code": s.code, "part": _part(s), "articles": list(s.changes[0].article_ids),
             "situation": s.id, "contribution": s.weight}
            for s in _counted(self.situations, day)
        ]  # fmt: skip
        return sorted(rows, key=lambda r: (-r["contribution"], r["event"], "situation" in r))


def _counted(found: Iterable[Situation], day: date) -> list[Situation]:
    """Return what counts on a day: of one kind and opening event the heaviest, as `tension.index.sums.once` does."""
    kept: dict[tuple[str, str], Situation] = {}
    for s in found:
        if s.stands_on(day):
            kept.setdefault((s.kind, s.changes[0].event), s)
    return list(kept.values())


def _named(lasting: pd.DataFrame) -> dict[str, frozenset[str]]:
    named: dict[str, frozenset[str]] = {}
    for event, countries in zip(lasting["event"].astype(str), lasting["countries"].astype(str), strict=True):
        named[event] = named.get(event, frozenset()) | frozenset(countries.split(","))
    return named


def _part(s: Situation) -> str:
    return signal_types()[s.code].part


def series(scope: Scope, since: date, until: date, *, first: date, unread: Mapping[date, str], full: bool = True) -> list[Day]:
    """Return the index of every day.

    Args:
        scope: what it is computed from.
        since: first day.
        until: last day, included.
        first: the first day that the store has anything of.
        unread: the days without a reading, each with its cause.
        full: list the contributions.
    """
    history = min(since, max(first, since - timedelta(days=YEAR_DAYS)))
    load = scope.load(history, until)
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    mine = load.loc[pd.Timestamp(since) :]
    decayed = daily_load(scope.events, scope.name, since, until)["value"]
    band = daily_band(scope.events, (mine["value"] - decayed).to_numpy(dtype=float), since, until)
    values = [{str(k): float(v) for k, v in row.items()} for row in mine.join(band).to_dict("records")]
    return [
        silent(day, unread[day]) if day in unread else _day(scope, load["value"], row, day, first, full=full)
        for day, row in zip(days, values, strict=True)
    ]


def silent(day: date, cause: str) -> Day:
    """Return a day without a reading."""
    return Day(
        day=day, value=None, cause=cause, parts=dict.fromkeys(PARTS), band=None, level=None, contributions=(), stabilising=()
    )  # fmt: skip


def _day(
    scope: Scope, load: "pd.Series[float]", row: Mapping[str, float], day: date, first: date, *, full: bool
) -> Day:  # fmt: skip
    listed = scope.listed(day) if full else []
    return Day(
        day=day,
        value=row["value"],
        cause=None,
        parts={part: row[part] for part in PARTS},
        band=(row["low"], row["high"]),
        level=level(load, day, first),
        contributions=tuple(r for r in listed if r["part"] in HEADLINE),
        stabilising=tuple(r for r in listed if r["part"] not in HEADLINE),
    )
