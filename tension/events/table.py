"""Events as a frame: one row an event, with weight, voices and what it is made of. Pure: frames in, frames out."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tension.events.facts import Fact, Facts
from tension.events.provenance import told
from tension.model import Mode
from tension.taxonomy import mode_weights, signal_types

#: Columns of `events`.
COLUMNS = (
    "event", "day", "country", "place_id", "place_name", "lat", "lon", "precision", "family", "code", "part",
    "codes", "n_reports", "n_independent", "languages", "weight", "confidence", "article_ids",
    "countries", "origins", "sides", "told", "denied_by",
)  # fmt: skip
_PLACE = ["country", "place_id", "place_name", "lat", "lon", "precision"]
#: Columns of `events` that are those of a fact.
_PLAIN = (
    "event", "country", "place_id", "place_name", "precision", "code", "codes", "languages", "confidence", "article_ids",
    "countries", "origins", "sides",
)  # fmt: skip
_NOBODY: Mapping[str, Sequence[str]] = {}


def weighed(signals: pd.DataFrame) -> pd.DataFrame:
    """Return the signals with `base`, the weight of their code and mode, heaviest first within an order that is fixed."""
    types = signal_types()
    modes = {m.value: w for m, w in mode_weights().items()}
    code = signals["code"].astype(str)
    base = code.map({c: t.weight for c, t in types.items()}).astype(float)
    base *= signals["mode"].astype(str).map(modes).fillna(modes[Mode.ACTUAL.value]).astype(float)
    rows = signals.assign(code=code, event=signals["event"].astype(str), base=base)
    keys = ["base", "confidence", "first_seen_at", "code", "signal_id"]
    return rows.sort_values(keys, ascending=[False, False, True, True, True], kind="stable")


def events(signals: pd.DataFrame, denials: Mapping[str, Sequence[str]] = _NOBODY) -> pd.DataFrame:
    """Return the events of signals, heaviest first, then by id.

    An event weighs what its heaviest code weighs, times mode, times corroboration: 1 - 2^-n for n independent reports,
    where an agency's text in twenty outlets, or ten feeds of one owner, are one.

    Args:
        signals: columns of `tension.store.frames.EVENT_SIGNALS`.
        denials: articles that deny, by event.
    """
    if signals.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    types = signal_types()
    rows = weighed(signals)
    grouped = rows.groupby("event", sort=True, observed=True)
    found = grouped[[*_PLACE, "code", "base", "event_day"]].first().rename(columns={"event_day": "day"})
    voices = _distinct(rows, "origin")
    sides = _distinct(rows, "side").map(lambda names: tuple(sorted(set(names) - {""})))
    found = found.assign(
        family=found["code"].map({c: t.family for c, t in types.items()}),
        part=found["code"].map({c: t.part for c, t in types.items()}),
        codes=_distinct(rows, "code"),
        n_reports=grouped["article_id"].nunique(),
        n_independent=voices.map(len),
        languages=_distinct(rows, "language").map(lambda values: tuple(sorted(values))),
        confidence=grouped["confidence"].max(),
        article_ids=_distinct(rows, "article_id"),
        countries=_countries(rows),
        origins=voices.map(lambda names: tuple(sorted(names))),
        sides=sides,
    )
    found["weight"] = found["base"] * (1.0 - 2.0 ** -found["n_independent"].astype(float))
    found["denied_by"] = [tuple(denials.get(str(event), ())) for event in found.index]
    found["told"] = [
        told(sides, countries, denied=bool(denied))
        for sides, countries, denied in zip(found["sides"], found["countries"], found["denied_by"], strict=True)
    ]
    ordered = found.reset_index().sort_values(["weight", "event"], ascending=[False, True], kind="stable")
    return ordered[list(COLUMNS)].reset_index(drop=True)


def of_facts(facts: Sequence[Fact], denials: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the store's events as the frame that `events` makes of their signals.

    Args:
        facts: events as they are counted.
        denials: articles that deny, by event.
    """
    types, found = signal_types(), Facts.of(facts)
    frame = pd.DataFrame({name: found.column(name) for name in _PLAIN})
    codes, origins = found.column("code"), found.column("origins")
    denied = [tuple(denials.get(event, ())) for event in found.column("event")]
    frame = frame.assign(
        day=pd.to_datetime(found.column("day")).astype("datetime64[us]"), family=[types[code].family for code in codes],
        part=[types[code].part for code in codes], n_reports=[len(ids) for ids in found.column("article_ids")],
        n_independent=[len(names) for names in origins], weight=np.array(found.weights(), dtype=float),
        denied_by=pd.Series(denied, dtype=object), told=_told(found, denied), lat=np.array(found.column("lat"), dtype=float),
        lon=np.array(found.column("lon"), dtype=float),
    )  # fmt: skip
    return frame[list(COLUMNS)].take(_heaviest(frame["weight"], found.column("event"))).reset_index(drop=True)


def _told(found: Facts, denied: Iterable[Sequence[str]]) -> list[str]:
    """Return how each event is told; few sets of publics and countries are named over and over."""
    known: dict[tuple[Any, ...], str] = {}
    for key in (keys := [*zip(found.column("sides"), found.column("countries"), map(bool, denied), strict=True)]):
        if key not in known:
            known[key] = told(key[0], key[1], denied=key[2])
    return [known[key] for key in keys]


def _heaviest(weights: "pd.Series[float]", events: Sequence[str]) -> np.ndarray:
    """Return the order of events by weight, the heaviest first, then by id."""
    by = pa.table({"weight": weights.to_numpy(), "event": pa.array(events, type=pa.string())})
    found: np.ndarray = pc.sort_indices(by, [("weight", "descending"), ("event", "ascending")]).to_numpy()
    return found


def _distinct(rows: pd.DataFrame, column: str) -> "pd.Series[Any]":
    """Return the distinct values of a column by event, in the order of the rows; one pass in Python is the fastest."""
    values: dict[Hashable, dict[str, None]] = {}
    for event, value in zip(rows["event"], rows[column].astype(str), strict=True):
        values.setdefault(event, {})[value] = None
    return pd.Series({event: tuple(found) for event, found in values.items()}, dtype=object)


def _countries(rows: pd.DataFrame) -> "pd.Series[Any]":
    """Return the countries that reports of each event name, as places or as actors."""
    lists = _distinct(rows, "countries")
    return lists.map(lambda texts: tuple(sorted({code for text in texts for code in text.split(",") if code})))
