"""Columns of the tables that leave Karaula as frames, and the type of each: the same where a table is empty.

`day` is datetime64[us] at midnight, `instant` datetime64[us, UTC], `list` a tuple of texts in a column of objects; a text
that is not known is missing, never empty.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tension.events import crossings, situations, table
from tension.index.method import PARTS
from tension.store import frames

DAY, INSTANT, TEXT, INTEGER, NUMBER, FLAG, LIST = "day", "instant", "text", "integer", "number", "flag", "list"
_DTYPES: Mapping[str, Any] = {TEXT: "str", INTEGER: "int64", NUMBER: "float64", FLAG: "bool", LIST: "object"}
#: What a column of a name is in every table; all others are texts.
_NAMED: Mapping[str, Sequence[str]] = {
    DAY: ("day", "since", "until", "confirmed", "unconfirmed_since", "published_date", "highest_since"),
    INSTANT: ("published_at", "first_seen_at", "last_success_at", "last_attempt_at", "next_due_at"),
    INTEGER: ("n_reports", "n_independent", "n_sightings", "n_signals", "n_articles", "n_feeds_answered", "n_feeds",
              "cadence_minutes", "n_1d", "n_7d", "n_28d"),
    NUMBER: ("lat", "lon", "weight", "confidence", "value", *PARTS, "index", "low", "high", "percentile", "robust_z",
             "expected_per_day", "status_code"),
    FLAG: ("restated", "panel", "retired"),
    LIST: ("codes", "languages", "article_ids", "countries", "origins", "sides", "denied_by"),
}  # fmt: skip
_TYPES = {column: kind for kind, columns in _NAMED.items() for column in columns}

INDEX = ("day", "value", "cause", *PARTS, "index", "low", "high", "level", "percentile", "robust_z", "highest_since")
#: A feed's last answer is a number here, so that `status` is a word in every table.
FEEDS = tuple("status_code" if name == "status" else name for name in frames.FEEDS)
#: Summaries stay with their publishers.
ARTICLES = tuple(name for name in frames.ARTICLES if name != "summary")

#: Columns of each table.
TABLES: Mapping[str, Sequence[str]] = {
    "events": table.COLUMNS,
    "situations": situations.COLUMNS,
    "crossings": crossings.COLUMNS,
    "index": INDEX,
    "coverage": (*frames.COVERAGE, "no_reading"),
    "feeds": FEEDS,
    "articles": ARTICLES,
}


def types_of(name: str) -> dict[str, str]:
    """Return the columns of a table, each with what it is."""
    return {column: _TYPES.get(column, TEXT) for column in TABLES[name]}


def typed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table with exactly its columns, each of its type."""
    return pd.DataFrame({column: _column(frame[column], kind) for column, kind in types_of(name).items()})


def _column(values: "pd.Series[Any]", kind: str) -> "pd.Series[Any]":
    plain = values.astype(object)
    known: list[Any] = [tuple(value) for value in plain] if kind == LIST else plain.where(values.notna(), None).tolist()
    if kind in {DAY, INSTANT}:
        moments = pd.DatetimeIndex(pd.to_datetime(known, utc=kind == INSTANT))
        return pd.Series(moments.as_unit("us"))
    made: pd.Series[Any] = pd.Series(known, dtype=_DTYPES[kind])
    return made
