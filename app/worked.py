"""One event of the open store, worked through step by step: from its reports to its weight, and how the weight fades. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from tension import taxonomy
from tension.index.load import daily_load

#: Days after the event that the example looks at.
AGES = (0, 1, 2, 3, 7, 14, 21, 28)
_TWO_VOICES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The steps of one event."""

    day: date
    place_name: str
    country: str
    #: Its heaviest signal, which decides what the event weighs.
    code: str
    mode: str
    code_weight: float
    mode_weight: float
    #: Independent voices.
    n_independent: int
    weight: float
    article_ids: tuple[str, ...]
    signal_ids: tuple[str, ...]
    #: What is left of the weight, by days after the event.
    left: Mapping[int, float]

    @property
    def corroboration(self) -> float:
        """Return the factor for independent reports."""
        return 1.0 - 2.0**-self.n_independent


def example(events: pd.DataFrame, signals: pd.DataFrame) -> Example | None:
    """Return the heaviest escalatory event at a place, one that several report before one that only one does; or None.

    Args:
        events: as `tension.events.table.events` returns them.
        signals: the weighed signals that they were made of.
    """
    placed = events[events["place_id"].notna() & (events["part"] != "stabilising")]
    if placed.empty:
        return None
    ranked = placed.assign(several=placed["n_independent"] >= _TWO_VOICES).sort_values(
        ["several", "weight", "day", "event"], ascending=[False, False, False, True], kind="stable"
    )
    return _worked(ranked.head(1), signals)


def _worked(event: pd.DataFrame, signals: pd.DataFrame) -> Example:
    row = event.iloc[0]
    told = signals[signals["event"] == row["event"]].sort_values(["base", "confidence"], ascending=False, kind="stable")
    heaviest = told.iloc[0]
    day = pd.Timestamp(row["day"]).date()
    load = daily_load(event, str(row["country"]), day, day + timedelta(days=max(AGES)))["value"].to_numpy(dtype=float)
    code_weight = taxonomy.signal_types()[str(heaviest["code"])].weight
    return Example(
        day=day, place_name=str(row["place_name"]), country=str(row["country"]), code=str(heaviest["code"]),
        mode=str(heaviest["mode"]), code_weight=code_weight, mode_weight=float(heaviest["base"]) / code_weight,
        n_independent=int(row["n_independent"]), weight=float(row["weight"]),
        article_ids=tuple(told["article_id"].drop_duplicates()), signal_ids=tuple(told["signal_id"]),
        left={age: float(load[age]) for age in AGES},
    )  # fmt: skip
