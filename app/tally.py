"""From the store's events to what a page draws: which signals are asked for, sums by place, bars by day. Pure.

Events themselves, their weights and voices are those of `tension.events.table`: nothing is merged or weighed here.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from tension import taxonomy
from tension.events.choosing import chosen as chosen
from tension.events.choosing import chosen_events as chosen_events
from tension.events.table import of_facts as of_facts
from tension.events.table import weighed as weighed_as_events
from tension.model import EXACT

#: What is the same of all events of a place.
_PLACE = ("place_name", "country", "lat", "lon", "precision")
_EXACT = frozenset(map(str, EXACT))


def weighed(signals: pd.DataFrame) -> pd.DataFrame:
    """Return signals of events with `base` (weight times mode), `group` (the family of the signal) and `part` of the index."""
    types = taxonomy.signal_types()
    if signals.empty:
        return signals.assign(base=pd.Series(dtype=float), group=pd.Series(dtype=object), part=pd.Series(dtype=object))
    rows = weighed_as_events(signals)
    return rows.assign(
        group=rows["code"].map({code: kind.family for code, kind in types.items()}),
        part=rows["code"].map({code: kind.part for code, kind in types.items()}),
    )


def between(frame: pd.DataFrame, since: date, until: date, by: str = "day") -> pd.DataFrame:
    """Return the rows whose day lies in a span of days, both ends included."""
    kept = (frame[by] >= pd.Timestamp(since)) & (frame[by] <= pd.Timestamp(until))
    return frame if bool(kept.all()) else frame[kept]


def exact(precisions: pd.Series) -> pd.Series:
    """Tell of each precision whether it stands for a point on the ground."""
    return precisions.astype(object).isin(_EXACT)


def places(events: pd.DataFrame) -> pd.DataFrame:
    """Return one row a place, heaviest first, with its weight, events, reports and independent voices."""
    placed = events[events["place_id"].notna()].reset_index(drop=True)
    at, names = pd.factorize(placed["place_id"], sort=True)
    by = placed.groupby(at, sort=True)
    sums = by.agg(weight=("weight", "sum"), n_events=("weight", "size"), n_reports=("n_reports", "sum"))
    rows = by[list(_PLACE)].first().join(sums)
    rows.insert(0, "place_id", names)
    rows["n_independent"] = pd.Series(_voices(at, placed["origins"].tolist(), len(names)), index=rows.index, dtype="int64")
    rows["exact"] = exact(rows["precision"])
    return rows.sort_values(["weight", "place_id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _voices(at: np.ndarray, origins: Iterable[Sequence[str]], n: int) -> list[int]:
    """Return how many independent voices there are at each of some places, by the numbers of the events' places."""
    heard: list[set[str]] = [set() for _ in range(n)]
    for place, names in zip(at.tolist(), origins, strict=True):
        heard[place].update(names)
    return [len(names) for names in heard]


def bars(events: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """Return the number of events per day (index) and family (columns), days without any included."""
    days, families = pd.date_range(since, until, freq="D"), list(taxonomy.FAMILIES)
    if events.empty:
        return pd.DataFrame(0, index=days, columns=families)
    counts = events.pivot_table(index="day", columns="family", values="weight", aggfunc="size", fill_value=0, observed=True)
    return counts.reindex(index=days, columns=families, fill_value=0)
