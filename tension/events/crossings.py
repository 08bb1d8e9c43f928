"""The crossings board: how each crossing stands, with since when and the evidence; *no report* is a state of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from tension.events.situations import CLOSED, OPEN, Situation
from tension.model import Place, Precision

NO_REPORT, BLOCKED, UNCONFIRMED, REOPENED = "no report", "blocked", "blocked, unconfirmed", "reported open again"
#: The kind of situation that closes a crossing.
BLOCKADE = "blockade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One row of the board."""

    place: Place
    #: no report | blocked | blocked, unconfirmed | reported open again
    state: str
    #: Since when it is in this state; None where nothing was reported.
    since: date | None
    #: Last day of which there is a report.
    confirmed: date | None
    situation: str | None
    #: Articles that tell of the state: of the last change first.
    article_ids: tuple[str, ...]


#: Worst first; what nobody reported on comes last.
_ORDER = {BLOCKED: 0, UNCONFIRMED: 1, REOPENED: 2, NO_REPORT: 3}


def board(situations: Iterable[Situation], places: Iterable[Place], on: date) -> list[Crossing]:
    """Return every crossing as it stood on a day, the blocked ones first, then by name.

    Args:
        situations: of all kinds, as `tension.events.situations.situations` returns them.
        places: of the gazetteer; those that are no crossing are passed over.
        on: the day.
    """
    newest: dict[str, Situation] = {}
    for s in situations:
        if s.kind == BLOCKADE and s.since <= on:
            rival = newest.get(s.place_id)
            if rival is None or s.since >= rival.since:
                newest[s.place_id] = s
    gates = {p.id: p for p in places if p.precision is Precision.CROSSING}
    rows = [_row(place, newest.get(place.id), on) for place in gates.values()]
    return sorted(rows, key=lambda c: (_ORDER[c.state], -(c.since or date.min).toordinal(), c.place.name))


def _row(place: Place, s: Situation | None, on: date) -> Crossing:
    if s is None:
        return Crossing(place=place, state=NO_REPORT, since=None, confirmed=None, situation=None, article_ids=())
    known = [c for c in s.changes if c.day <= on]
    articles = tuple(dict.fromkeys(a for c in reversed(known) for a in c.article_ids))
    status = s.status_on(on)
    state = {OPEN: BLOCKED, CLOSED: REOPENED}.get(status, UNCONFIRMED)
    since = s.until if status == CLOSED else s.since
    return Crossing(
        place=place, state=state, since=since, confirmed=max(c.day for c in known), situation=s.id, article_ids=articles
    )


#: Columns of `crossing_table`.
COLUMNS = (
    "place_id", "place_name", "country", "lat", "lon", "precision", "state", "since", "confirmed", "situation", "article_ids",
)  # fmt: skip


def crossing_table(rows: Iterable[Crossing]) -> pd.DataFrame:
    """Return the board as a frame, in its order."""
    listed = [
        (c.place.id, c.place.name, c.place.country, c.place.lat, c.place.lon, str(c.place.precision), c.state, c.since,
         c.confirmed, c.situation, c.article_ids)
        for c in rows
    ]  # fmt: skip
    frame = pd.DataFrame(listed, columns=list(COLUMNS))
    for name in ("since", "confirmed"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return frame
