"""From signals to what a figure draws: events, marks on the map, bars of the timeline. Vectorised; nothing here loops over rows.

An event is what `tension.events.fingerprint` says it is: the reports of one family of signals at one place on one day.
Here only the sums are needed, for a hundred thousand signals in a fraction of a second; a test holds the two equal.
"""

from datetime import date

import numpy as np
import pandas as pd

from tension import taxonomy
from tension.model import EXACT, Query

#: Columns that `events` returns.
EVENTS = (
    "event", "day", "country", "place_id", "place_name", "lat", "lon", "precision", "group", "code", "part", "weight",
    "n_signals", "n_independent",
)  # fmt: skip
_ABSENT = -1


def weighed(signals: pd.DataFrame) -> pd.DataFrame:
    """Return signals with `group` (the family of the signal), `part` of the index and `base` (weight times mode)."""
    types = taxonomy.signal_types()
    modes = {str(mode): factor for mode, factor in taxonomy.mode_weights().items()}
    code = signals["code"].astype("category")
    factor = _looked_up(signals["mode"].astype("category"), modes, 1.0)
    known = code.cat.categories
    groups = [types[c].family if c in types else "" for c in known]
    parts = [types[c].part if c in types else "" for c in known]
    return signals.assign(
        group=pd.Categorical(_spread(code, groups), categories=taxonomy.FAMILIES),
        part=_spread(code, parts),
        base=_looked_up(code, {c: t.weight for c, t in types.items()}, 0.0) * factor,
    )


def _spread(column: pd.Series, values: list[str]) -> np.ndarray:
    return np.array([*values, ""], dtype=object)[column.cat.codes.to_numpy()]


def _looked_up(column: pd.Series, values: dict[str, float], default: float) -> np.ndarray:
    table = np.array([*(values.get(c, default) for c in column.cat.categories), default])
    found: np.ndarray = table[column.cat.codes.to_numpy()]
    return found


def chosen(signals: pd.DataFrame, query: Query) -> pd.DataFrame:
    """Return the signals that a query asks for, out of those of its days."""
    facets = {"code": query.codes, "country": query.countries, "language": query.languages, "outlet": query.outlets}
    kept = np.ones(len(signals), dtype=bool)
    for column, values in facets.items():
        if values:
            kept &= signals[column].isin(values).to_numpy()
    if query.min_confidence > 0:
        kept &= (signals["confidence"] >= query.min_confidence).to_numpy()
    return signals if kept.all() else signals[kept]


def between(frame: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """Return the rows whose `day` lies in a span of days, both ends included."""
    kept = (frame["day"] >= pd.Timestamp(since)) & (frame["day"] <= pd.Timestamp(until))
    return frame if bool(kept.all()) else frame[kept]


def events(signals: pd.DataFrame) -> pd.DataFrame:
    """Group weighed signals into events: family x place x day; a signal without a place stands with its article."""
    place = signals["place_id"].astype("category").cat.codes.to_numpy(dtype="int64")
    alone = pd.factorize(signals["article_id"])[0]
    spot = np.where(place == _ABSENT, alone + place.max(initial=0) + 1, place)
    when = signals["day"].to_numpy(dtype="datetime64[D]").astype("int64")
    group = signals["group"].cat.codes.to_numpy(dtype="int64")
    keyed = signals.assign(event=_numbered(when, spot, group), publisher=signals["family"].astype("category").cat.codes)
    heaviest = keyed.sort_values(["event", "base", "confidence"], ascending=[True, False, False], kind="stable")
    first = heaviest.drop_duplicates("event").set_index("event")
    voices = keyed.drop_duplicates(["event", "publisher"])["event"].value_counts().reindex(first.index)
    found = first.assign(n_signals=keyed["event"].value_counts().reindex(first.index), n_independent=voices)
    found["weight"] = found["base"] * (1.0 - 2.0 ** -found["n_independent"].astype(float))
    return found.reset_index()[list(EVENTS)]


def _numbered(*columns: np.ndarray) -> np.ndarray:
    """Return one number for each distinct combination of the columns' values."""
    number = np.zeros(len(columns[0]), dtype="int64")
    for column in columns:
        codes, names = pd.factorize(column, sort=True)
        number = number * (len(names) + 1) + codes
    return number


def marks(shown: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    """Sum events by place and family.

    Args:
        shown: events of the days shown.
        signals: the signals they were made of, for the number of independent publishers at a place.
    """
    placed = shown[shown["place_id"].notna()]
    by = placed.groupby(["place_id", "group"], observed=True)
    sums = by.agg(weight=("weight", "sum"), n_events=("weight", "size"), n_signals=("n_signals", "sum")).reset_index()
    where = placed.drop_duplicates("place_id")[["place_id", "place_name", "country", "lat", "lon", "precision"]]
    result = sums.merge(where, on="place_id", how="left").merge(_voices(signals), on="place_id", how="left")
    result["exact"] = result["precision"].astype(object).isin([str(p) for p in EXACT])
    return result


def _voices(signals: pd.DataFrame) -> pd.DataFrame:
    pairs = signals.loc[signals["place_id"].notna(), ["place_id", "family"]].drop_duplicates()
    counts = pairs.groupby("place_id", observed=True).size().rename("n_independent")
    return counts.reset_index()


def places(found: pd.DataFrame) -> pd.DataFrame:
    """Return one row a place, heaviest first, from `marks`."""
    by = found.groupby("place_id", observed=True)
    rows = by.agg(
        place_name=("place_name", "first"), country=("country", "first"), exact=("exact", "first"), weight=("weight", "sum"),
        n_events=("n_events", "sum"), n_signals=("n_signals", "sum"), n_independent=("n_independent", "first"),
    )  # fmt: skip
    return rows.reset_index().sort_values(["weight", "place_id"], ascending=[False, True], kind="stable")


def bars(found: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """Return the number of events per day (index) and family (columns), days without any included."""
    counts = found.pivot_table(index="day", columns="group", values="weight", aggfunc="size", fill_value=0, observed=True)
    return counts.reindex(index=pd.date_range(since, until, freq="D"), columns=list(taxonomy.FAMILIES), fill_value=0)
