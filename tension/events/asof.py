"""How what lasts stood on a day: situations as of it, and the crossings board with measures in force. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import pandas as pd

from tension import assets
from tension.events.crossings import BLOCKED, NO_REPORT, REOPENED, UNCONFIRMED, Crossing, board
from tension.events.situations import CLOSED, OPEN, Change, Situation, kinds
from tension.model import Precision, Query
from tension.places.gazetteer import gazetteer
from tension.places.municipalities import municipality_of

#: Not blocked, but a measure in force is reported at the crossing itself.
RESTRICTED = "restricted"
#: States of a crossing, worst first, and what each is called on the board.
STATES: Mapping[str, str] = {
    BLOCKED: "closed", UNCONFIRMED: "closed, unconfirmed", RESTRICTED: "restricted", REOPENED: "open again",
    NO_REPORT: "no report",
}  # fmt: skip
MEASURE = "measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A situation as it stood on a day, by what was reported up to that day."""

    situation: Situation
    #: open | unconfirmed | closed
    status: str
    day: date
    #: Last day of which a report says that it stands.
    confirmed: date
    #: From when on nothing confirmed it, or None.
    unconfirmed_since: date | None
    changes: tuple[Change, ...]

    @property
    def id(self) -> str:
        """Return the id of the situation."""
        return self.situation.id

    @property
    def n_days(self) -> int:
        """Return for how many days it stands, or stood, the first one included."""
        end = self.situation.until if self.status == CLOSED else self.day
        return ((end or self.day) - self.situation.since).days + 1

    @property
    def article_ids(self) -> tuple[str, ...]:
        """Return its reports, those of the last change first."""
        return tuple(dict.fromkeys(a for change in reversed(self.changes) for a in change.article_ids))


def as_of(found: Iterable[Situation], day: date) -> list[Standing]:
    """Return the situations that had begun by a day, as they stood on it."""
    return [_as_of(s, day) for s in found if s.since <= day]


def _as_of(s: Situation, day: date) -> Standing:
    known = tuple(change for change in s.changes if change.day <= day)
    confirmed = max(change.day for change in known if change.holds and change.change != CLOSED)
    status = s.status_on(day)
    lapsed = confirmed + timedelta(days=s.term_days + 1)
    silent = None if status in {OPEN, CLOSED} else lapsed
    return Standing(situation=s, status=status, day=day, confirmed=confirmed, unconfirmed_since=silent, changes=known)


def measure_code() -> str:
    """Return the code that measures are made of."""
    return next(iter(next(kind for kind in kinds() if kind.id == MEASURE).codes))


def measures(found: Iterable[Standing], read: Query) -> Query:
    """Return the query of the signals that the measures in force are made of.

    Args:
        found: situations as of the last day of a query.
        read: that query; its filters of outlets, languages and certainty hold.
    """
    begun = [s.situation.since for s in found if s.situation.kind == MEASURE and s.status == OPEN]
    return replace(read, since=min(begun, default=read.until), codes=(measure_code(),), countries=())


def restricted(found: Iterable[Standing], signals: pd.DataFrame) -> dict[str, tuple[Standing, date, tuple[str, ...]]]:
    """Return the crossings at which a measure in force is reported: its situation, since when, and the reports of it.

    Args:
        found: situations as of a day; those of measures that are open count.
        signals: `EVENT_SIGNALS` that they were made of.
    """
    here = signals[
        (signals["precision"].astype(object) == Precision.CROSSING) & (signals["code"].astype(object) == measure_code())
    ]
    told: dict[str, list[tuple[date, str, str]]] = {}
    for event, day, place, article in zip(here["event"], here["event_day"], here["place_id"], here["article_id"], strict=True):
        if not pd.isna(day):
            told.setdefault(str(event), []).append((pd.Timestamp(day).date(), str(place), str(article)))
    result: dict[str, tuple[Standing, date, tuple[str, ...]]] = {}
    for s in found:
        if s.situation.kind == MEASURE and s.status == OPEN:
            rows = sorted(row for change in s.changes for row in told.get(change.event, ()))
            for place in dict.fromkeys(place for _, place, _ in rows):
                mine = [row for row in rows if row[1] == place]
                result[place] = (s, mine[0][0], tuple(dict.fromkeys(article for _, _, article in reversed(mine))))
    return result


def crossings(found: Sequence[Standing], signals: pd.DataFrame, day: date) -> list[Crossing]:
    """Return every crossing of the gazetteer as it stood on a day, in the order of `STATES`, then by name."""
    limited = restricted(found, signals)
    rows = []
    for row in board((s.situation for s in found), gazetteer().places, day):
        measure = limited.get(row.place.id)
        if measure is None or row.state == BLOCKED:
            rows.append(row)
        else:
            s, since, articles = measure
            rows.append(replace(row, state=RESTRICTED, since=since, confirmed=s.confirmed, situation=s.id, article_ids=articles))
    order = list(STATES)
    return sorted(rows, key=lambda c: (order.index(c.state), -(c.since or date.min).toordinal(), c.place.name))


@lru_cache(maxsize=1)
def borders() -> Mapping[str, tuple[str, str]]:
    """Return the two countries of each crossing; the second is empty where it does not lie on a border between two."""
    rows = assets.read_toml("gazetteer", "flashpoints.toml")["place"]
    return {row["id"]: (row["country"], row.get("other", "")) for row in rows if row["kind"] == Precision.CROSSING}


def border_of(place_id: str) -> tuple[str, str]:
    """Return the two countries of a crossing in an order that is the same for all crossings of their border."""
    one, other = borders().get(place_id, ("", ""))
    return (one, other) if not other or one < other else (other, one)


def is_of(s: Situation, scope: str) -> bool:
    """Tell whether a situation counts in a scope."""
    if scope == "region":
        return True
    kind, _, key = scope.partition(":")
    if kind == "place":
        return s.place_id == key
    if kind == "municipality":
        return municipality_of().get(s.place_id) == key
    return set(scope.split("-")) <= set(s.countries) if "-" in scope else s.country == scope
