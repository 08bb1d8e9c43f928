"""Put reports of one incident together by what was extracted: place, day and kind.

First version: reports of one signal family at one resolved place on one day are one event; a report without a place,
or without a day, stands alone. The fingerprint is a pure function of a signal, so ids never depend on order of arrival.
"""

from typing import Any

import pandas as pd

from tension.model import Mode
from tension.taxonomy import mode_weights, signal_types

#: Columns of `events`.
COLUMNS = (
    "event", "day", "country", "place_id", "place_name", "lat", "lon", "precision", "family", "code", "part",
    "codes", "n_reports", "n_independent", "languages", "weight", "confidence", "article_ids",
)  # fmt: skip


def corroboration(n_independent: int) -> float:
    """Return 1 - 2^-n: one voice counts half, two three quarters, many nearly one (METHOD §8)."""
    return 1.0 - 2.0**-n_independent


def fingerprint(signals: pd.DataFrame) -> pd.Series:
    """Return the event of each signal: `day|place|family`, or the article where place or day is unknown."""
    types = signal_types()
    family = signals["code"].astype(str).map({c: t.family for c, t in types.items()})
    day = pd.to_datetime(signals["day"]).dt.strftime("%Y-%m-%d")
    place = signals["place_id"].astype(object).where(signals["place_id"].notna() & day.notna())
    alone = "article:" + signals["article_id"].astype(str)
    return day.fillna("undated") + "|" + place.fillna(alone).astype(str) + "|" + family


def events(signals: pd.DataFrame) -> pd.DataFrame:
    """Group signals (columns of `tension.store.frames.SIGNALS`) into events, heaviest first, then by fingerprint.

    An event's weight is its heaviest code's weight times mode times corroboration; the other codes are listed.
    """
    if signals.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    types = signal_types()
    weights = {c: t.weight for c, t in types.items()}
    modes = {m.value: w for m, w in mode_weights().items()}
    rows = signals.assign(
        event=fingerprint(signals),
        code=signals["code"].astype(str),
        family_of_publisher=signals["family"].astype(str),
        base=signals["code"].astype(str).map(weights).astype(float)
        * signals["mode"].astype(str).map(modes).fillna(modes[Mode.ACTUAL.value]).astype(float),
    ).sort_values(["base", "confidence", "first_seen_at", "signal_id"], ascending=[False, False, True, True], kind="stable")
    grouped = rows.groupby("event", sort=True, observed=True)
    first = grouped[["day", "country", "place_id", "place_name", "lat", "lon", "precision", "code", "base"]].first()
    found = first.assign(
        family=first["code"].map({c: t.family for c, t in types.items()}),
        part=first["code"].map({c: t.part for c, t in types.items()}),
        codes=_distinct(rows, "code"),
        n_reports=grouped["article_id"].nunique(),
        n_independent=grouped["family_of_publisher"].nunique(),
        languages=_distinct(rows, "language").map(lambda values: tuple(sorted(values))),
        confidence=grouped["confidence"].max(),
        article_ids=_distinct(rows, "article_id"),
    )
    found["weight"] = found["base"] * (1.0 - 2.0 ** -found["n_independent"].astype(float))
    ordered = found.reset_index().sort_values(["weight", "event"], ascending=[False, True], kind="stable")
    return ordered[list(COLUMNS)].reset_index(drop=True)


def _distinct(rows: pd.DataFrame, column: str) -> "pd.Series[Any]":
    """Return the distinct values of a column by event, in the order of the rows.

    One pass in Python: an aggregation by groups calls a function per event and takes ten times as long.
    """
    values: dict[str, dict[str, None]] = {}
    for event, value in zip(rows["event"], rows[column].astype(str), strict=True):
        values.setdefault(event, {})[value] = None
    return pd.Series({event: tuple(found) for event, found in values.items()}, dtype=object)
