"""Which signals and events of some days a query asks for. Pure: frames in, frames out."""

import numpy as np
import pandas as pd

from tension.model import Query


def chosen(signals: pd.DataFrame, query: Query) -> pd.DataFrame:
    """Return the signals that a query asks for, out of those of its days."""
    kept = passing(signals, query)
    return signals if kept.all() else signals[kept]


def passing(signals: pd.DataFrame, query: Query) -> np.ndarray:
    """Tell of each signal of a query's days whether the query asks for it."""
    facets = {"code": query.codes, "country": query.countries, "language": query.languages, "outlet": query.outlets}
    kept = np.ones(len(signals), dtype=bool)
    for column, values in facets.items():
        if values:
            kept &= signals[column].isin(values).to_numpy()
    if query.min_confidence > 0:
        kept &= (signals["confidence"] >= query.min_confidence).to_numpy()
    return kept


def chosen_events(events: pd.DataFrame, query: Query) -> pd.DataFrame | None:
    """Return the events of which some signal passes a query, where the events alone can tell it; else None.

    They can where it asks for codes alone, for languages alone, or for certainty alone: an event knows the codes and languages
    of all its signals, and how sure the surest is.
    """
    if query.countries or query.outlets or bool(query.codes) + bool(query.languages) + (query.min_confidence > 0) != 1:
        return None
    if query.min_confidence > 0:
        kept = (events["confidence"] >= query.min_confidence).to_numpy(dtype=bool)
    else:
        wanted, column = frozenset(query.codes or query.languages), "codes" if query.codes else "languages"
        kept = np.array([not wanted.isdisjoint(values) for values in events[column]], dtype=bool)
    return events[kept].reset_index(drop=True)


def newest_first(facets: pd.DataFrame) -> pd.DataFrame:
    """Return `EVENT_FACETS` by day, the newest first, with the number of the report in that order as `report`."""
    ordered = facets.sort_values(["day", "first_seen_at", "article_id"], ascending=False, kind="stable", ignore_index=True)
    return ordered.assign(report=pd.factorize(ordered["article_id"])[0])


def seats(facets: pd.DataFrame, events: pd.DataFrame) -> np.ndarray:
    """Return the number of each signal's event among events, or -1."""
    names = facets["event"].astype("category").cat
    row_of = {event: at for at, event in enumerate(events["event"].tolist())}
    at: np.ndarray = np.array([*(row_of.get(event, -1) for event in names.categories.tolist()), -1], dtype=np.int64)
    return at[names.codes.to_numpy()]


def told_by(events: pd.DataFrame, at: np.ndarray) -> pd.DataFrame:
    """Return the events that stand at some numbers, in their order; a number may be there more than once, -1 is none."""
    kept = np.zeros(len(events) + 1, dtype=bool)
    kept[at] = True
    return events[kept[:-1]].reset_index(drop=True)
