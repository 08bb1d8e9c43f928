"""From the store's events to what a page draws: which signals are asked for, sums by place, bars by day. Pure.

Events themselves, their weights and voices are those of `tension.events.table`: nothing is merged or weighed here.
"""

from datetime import date

import pandas as pd

from tension import taxonomy
from tension.events.choosing import chosen as chosen
from tension.events.choosing import chosen_events as chosen_events
from tension.events.table import of_facts as of_facts
from tension.events.table import weighed as weighed_as_events
from tension.model import EXACT

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
    placed = events[events["place_id"].notna()]
    by = placed.groupby("place_id", sort=True, observed=True)
    voices = {place: len(frozenset[str]().union(*lists)) for place, lists in by["origins"]}
    rows = by.agg(
        place_name=("place_name", "first"), country=("country", "first"), lat=("lat", "first"), lon=("lon", "first"),
        precision=("precision", "first"), weight=("weight", "sum"), n_events=("weight", "size"), n_reports=("n_reports", "sum"),
    ).reset_index()  # fmt: skip
    rows["n_independent"] = rows["place_id"].map(voices).astype("int64")
    rows["exact"] = exact(rows["precision"])
    return rows.sort_values(["weight", "place_id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def bars(events: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """Return the number of events per day (index) and family (columns), days without any included."""
    days, families = pd.date_range(since, until, freq="D"), list(taxonomy.FAMILIES)
    if events.empty:
        return pd.DataFrame(0, index=days, columns=families)
    counts = events.pivot_table(index="day", columns="family", values="weight", aggfunc="size", fill_value=0, observed=True)
    return counts.reindex(index=days, columns=families, fill_value=0)
