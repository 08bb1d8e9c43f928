"""Which signals and events of some days a query asks for. Pure: frames in, frames out."""

import numpy as np
import pandas as pd

from tension.model import Query


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


def chosen_events(events: pd.DataFrame, query: Query) -> pd.DataFrame | None:
    """Return the events of which some signal passes a query, where the events alone can tell it; else None.

    They can where it asks for codes alone, or for languages alone: an event knows those of all its signals.
    """
    asked = {"codes": query.codes, "languages": query.languages}
    named = [(column, frozenset(values)) for column, values in asked.items() if values]
    if len(named) != 1 or query.countries or query.outlets or query.min_confidence > 0:
        return None
    ((column, wanted),) = named
    return events[[not wanted.isdisjoint(values) for values in events[column]]].reset_index(drop=True)
