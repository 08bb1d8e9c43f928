"""What was received, and who answered, by country (or side) and day: the frame that a day's reading is judged from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from tension.store import codec, frames, rollups, selects
from tension.store.columns import from_columns
from tension.store.schema import feed
from tension.store.spanning import columns_of, days_of

#: Received, answered, known.
_NUMBERS = 3


def coverage(connection: sa.Connection, since: date, until: date, by: str) -> pd.DataFrame:
    """Return `frames.COVERAGE` with `by` (country or side) in the first column, in order; days without anything are left out."""
    counted = rollups if rollups.are_current(connection) else selects
    found = [columns_of(connection, ask(since, until, by)) for ask in (counted.articles_per_day, counted.answers_per_day)]
    lives = connection.execute(sa.select(feed.c[by], feed.c.known_since, feed.c.retired_at)).fetchall()
    names = sorted({*found[0][0], *found[1][0], *(row[0] for row in lives)})
    row_of = {name: n for n, name in enumerate(names)}
    n_days = (until - since).days + 1
    numbers = np.zeros((len(names), n_days, _NUMBERS), dtype=np.int64)
    for n, (keys, days, counts) in enumerate(found):
        numbers[[row_of[key] for key in keys], _offsets(days, since), n] = counts
    numbers[:, :, -1] = _known([tuple(row) for row in lives], row_of, since, until)
    at, day = np.nonzero(numbers.any(axis=2))
    columns = ([names[n] for n in at.tolist()], np.datetime64(since) + day, *numbers[at, day].T)
    return from_columns(columns, (by, *frames.COVERAGE[1:]))


def _offsets(days: Sequence[Any], since: date) -> list[int]:
    first = since.toordinal()
    return [day.toordinal() - first for day in days_of(days)]


def _known(lives: Iterable[Sequence[Any]], row_of: Mapping[str, int], since: date, until: date) -> np.ndarray:
    """Count the feeds of each country and day between becoming known and being retired."""
    n_days = (until - since).days + 1
    steps = np.zeros((len(row_of), n_days + 1), dtype=np.int64)
    for name, known_since, retired_at in lives:
        last = until if retired_at is None else min(until, codec.day_of(retired_at))
        begins, ends = (max(since, known_since) - since).days, (last + timedelta(days=1) - since).days
        if begins < ends:
            steps[row_of[name], begins] += 1
            steps[row_of[name], ends] -= 1
    return np.cumsum(steps, axis=1)[:, :-1]
