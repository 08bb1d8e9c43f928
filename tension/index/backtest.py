"""How the product's own record fares against what others say happened. Pure: frames and records in, figures out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from tension.events.situations import Situation
from tension.model import Precision
from tension.text.normal import fold

#: An opening counts as found if it is at most so many days off.
TOLERANCE_DAYS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What stood, by an outside record."""

    id: str
    places: tuple[str, ...]
    start: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the store says of an episode."""

    episode: Episode
    #: The situation whose opening is nearest, at one of the places or in a country of theirs; None: none within a month.
    nearest: Situation | None
    days_off: int | None

    @property
    def hit(self) -> bool:
        """Tell whether its opening was found in time."""
        return self.days_off is not None and abs(self.days_off) <= TOLERANCE_DAYS


_MONTH = 31


def _is_at(s: Situation, names: frozenset[str], countries: frozenset[str]) -> bool:
    """Tell whether a situation is at one of the places, or of the whole country that one of them lies in."""
    words = {fold(part) for part in s.place_name.split(" / ")}
    return bool(words & names) or (s.precision == Precision.COUNTRY and s.country in countries)


def find(episodes: Iterable[Episode], situations: Sequence[Situation], countries_of: dict[str, frozenset[str]]) -> list[Found]:
    """Return for each episode the situation that opened nearest to its start.

    Args:
        episodes: of an outside record.
        situations: of the store.
        countries_of: the countries of each place name (folded), by the gazetteer.
    """
    found = []
    for episode in episodes:
        names = frozenset(fold(name) for name in episode.places)
        countries = frozenset(code for name in names for code in countries_of.get(name, ()))
        near = [(s, (s.since - episode.start).days) for s in situations if _is_at(s, names, countries)]
        near = [pair for pair in near if abs(pair[1]) <= _MONTH]
        best = min(near, key=lambda pair: (abs(pair[1]), pair[0].id), default=None)
        found.append(Found(episode=episode, nearest=best and best[0], days_off=None if best is None else best[1]))
    return found


def monthly(events: pd.DataFrame, since: date, until: date) -> "pd.Series[float]":
    """Return the weight of acts and threats that are dated in each month: what came new, not what lasted from before."""
    months = pd.period_range(since, until, freq="M")
    counted = events[(events["part"] != "stabilising") & events["day"].notna()]
    sums = counted["weight"].astype(float).groupby(pd.to_datetime(counted["day"]).dt.to_period("M")).sum()
    return pd.Series(sums.reindex(months, fill_value=0.0).to_numpy(dtype=float), index=months.to_timestamp())


def rank_correlation(one: "pd.Series[float]", other: "pd.Series[float]") -> tuple[float, int]:
    """Return Spearman's rank correlation of two monthly series over the months that both have, and their number."""
    both = pd.concat([one, other], axis=1, keys=["one", "other"]).dropna()
    ranked = both.rank()
    return float(ranked["one"].corr(ranked["other"])), len(both)
