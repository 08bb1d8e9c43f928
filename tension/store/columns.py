"""Rows to frames: every column has one type, also in an empty frame."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

#: Few different values in many rows: kept once, compared as numbers.
_CATEGORIES = frozenset(
    {
        "code", "mode", "rule", "day_stated", "place_id", "place_name", "country", "precision", "language", "outlet",
        "family", "side", "outlet_country", "event", "origin", "countries", "places",
    }
)  # fmt: skip
_DTYPES = {
    **dict.fromkeys(("day", "published_date", "event_day"), "datetime64[us]"),
    **dict.fromkeys(
        ("first_seen_at", "published_at", "last_success_at", "last_attempt_at", "next_due_at", "assigned_at"),
        "datetime64[us, UTC]",
    ),
    **dict.fromkeys(("confidence", "lat", "lon", "expected_per_day"), "float64"),
    **dict.fromkeys(
        (
            "n_sightings", "n_signals", "cadence_minutes", "n_1d", "n_7d", "n_28d", "n_articles", "n_feeds_answered",
            "n_feeds",
        ),
        "int64",
    ),
    **dict.fromkeys(("restated", "panel", "retired"), "bool"),
    **dict.fromkeys(("signals", "mentions", "candidates"), "object"),
    "status": "Int64",
}  # fmt: skip


def as_frame(rows: Sequence[Sequence[Any]], names: Sequence[str], *, compact: bool = False) -> pd.DataFrame:
    """Return rows as a frame.

    Args:
        rows: tuples in the order of `names`.
        names: of the columns.
        compact: repeated texts become categories (sorted), for frames with very many rows.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return from_columns(columns, names, compact=compact)


def from_columns(columns: Sequence[Sequence[Any]], names: Sequence[str], *, compact: bool = False) -> pd.DataFrame:
    """Return columns as a frame; see `as_frame`."""
    arrays = {name: _array(column, name, compact=compact) for name, column in zip(names, columns, strict=True)}
    return pd.DataFrame(arrays, copy=False)


def _array(values: Sequence[Any], name: str, *, compact: bool) -> "pd.Categorical | pd.DatetimeIndex | pd.Series[Any]":
    if compact and name in _CATEGORIES:
        return _categories(values)
    dtype = _DTYPES.get(name, "str")
    if dtype.startswith("datetime64"):
        return pd.DatetimeIndex(list(values), dtype=dtype)
    return pd.Series(list(values), dtype=dtype)


def _categories(values: Sequence[str | None]) -> pd.Categorical:
    """Return the values as categories in alphabetical order, also those of a long column fast."""
    encoded = pa.array(values, type=pa.string()).dictionary_encode()
    names = encoded.dictionary.to_pylist()
    ordered = sorted(names)
    rank = {name: i for i, name in enumerate(ordered)}
    # The last place, -1, is where an absent value points to.
    moved = np.array([*(rank[name] for name in names), -1], dtype="int32")
    codes = moved[encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)]
    return pd.Categorical.from_codes(codes, pd.Index(ordered, dtype="str"))
