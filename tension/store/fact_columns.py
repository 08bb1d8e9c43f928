"""Rows of events to facts in columns: a window of three months has forty thousand events, whose details are read at once."""

from collections.abc import Collection, Iterable, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from tension.events.facts import Fact, Facts
from tension.store.daily_codec import FACT_COLUMNS
from tension.store.spanning import days_of

_LISTS = ("origins", "codes", "languages", "sides", "article_ids")
_DETAILS = pa.schema(
    [("place_name", pa.string()), ("precision", pa.string())]
    + [(name, pa.float64()) for name in ("lat", "lon", "confidence")]
    + [(name, pa.list_(pa.string())) for name in _LISTS]
)
_PARSE = pj.ParseOptions(explicit_schema=_DETAILS, unexpected_field_behavior="ignore")
#: Bytes that are read at once; no event has more.
_MOST_BYTES = 1 << 28


def facts_of_columns(columns: Sequence[Sequence[Any]]) -> Facts:
    """Return the facts of rows of `FACT_COLUMNS`.

    Args:
        columns: as the driver gives them.
    """
    named = dict(zip(FACT_COLUMNS, columns, strict=True))
    read = _details(named["details"])
    found: dict[str, list[Any]] = {name: list(named[name]) for name in ("base", "code", "country", "place_id")}
    found |= {"event": list(named["event_id"]), "day": days_of(named["day"]), "countries": _split(named["countries"])}
    found |= {name: _lists(read[name]) if name in _LISTS else read[name].to_pylist() for name in _DETAILS.names}
    return Facts(found)


def _details(texts: Sequence[str]) -> pa.Table:
    if not texts:
        return _DETAILS.empty_table()
    whole = BytesIO("\n".join(texts).encode())
    return pj.read_json(whole, pj.ReadOptions(use_threads=False, block_size=_MOST_BYTES), _PARSE)


def _split(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """Return countries that are named by commas; few sets of them are named over and over."""
    known = {text: tuple(filter(None, text.split(","))) for text in set(texts)}
    return [known[text] for text in texts]


def _lists(column: pa.ChunkedArray) -> list[tuple[str, ...]]:
    """Return lists as tuples, in which equal texts are one object."""
    whole = column.combine_chunks()
    ends, encoded = whole.offsets.to_pylist(), whole.values.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    values = [names[at] for at in encoded.indices.to_pylist()]
    return [tuple(values[first:last]) for first, last in pairwise(ends)]


def in_order(found: Facts, left_out: Collection[str] = (), besides: Sequence[Fact] = ()) -> Facts:
    """Return facts by day and id, without some events and with some others."""
    own, others = found.column("event"), Facts.of(besides)
    whole = {name: found.column(name) + others.column(name) for name in ("day", "event")}
    order = _by_day(whole["day"], whole["event"])
    if left_out:
        # Only those that are stored: of the same events there are others beside them.
        order = [at for at in order if at >= len(own) or own[at] not in left_out]
    columns = ((name, found.column(name) + others.column(name) if besides else found.column(name)) for name in found.names)
    return Facts({name: [values[at] for at in order] for name, values in columns})


def _by_day(days: Sequence[Any], events: Sequence[str]) -> list[int]:
    ordinals = np.fromiter((day.toordinal() for day in days), dtype=np.int64, count=len(days))
    by = pa.table({"day": ordinals, "event": pa.array(events, type=pa.string())})
    order: list[int] = pc.sort_indices(by, [("day", "ascending"), ("event", "ascending")]).to_pylist()
    return order
