"""How every crossing stood on the days of a window, by what was told of blockades and of measures in force.

`tension.events.asof` says it from signals; this from the reports of measures at crossings alone, which a store has at hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate, pairwise

from tension.events.asof import RESTRICTED, STATES, Standing, as_of
from tension.events.crossings import BLOCKADE, BLOCKED, NO_REPORT, REOPENED, UNCONFIRMED, Crossing, board
from tension.events.situations import CLOSED, OPEN, Situation
from tension.model import Place

_DAY = timedelta(days=1)
#: By situation: the day on which it was told, the day of the event, crossing, article; in this order.
Told = Mapping[str, Sequence[tuple[date, date, str, str]]]


def crossings(found: Sequence[Situation], told_of: Told, places: Iterable[Place], day: date) -> list[Crossing]:
    """Return every crossing as it stood on a day, as `tension.events.asof.crossings` tells it.

    Args:
        found: situations that stand, or are spoken of, on the day.
        told_of: reports of measures at crossings.
        places: the crossings.
        day: the day.
    """
    limited = _limited(found, told_of, day)
    rows = [_row(row, limited.get(row.place.id)) for row in board(found, places, day)]
    order = list(STATES)
    return sorted(rows, key=lambda c: (order.index(c.state), -(c.since or date.min).toordinal(), c.place.name))


def _limited(found: Iterable[Situation], told_of: Told, day: date) -> dict[str, tuple[Standing, date, tuple[str, ...]]]:
    """Return by crossing the measure in force there, since when it is told of, and the reports, the newest first."""
    limited = {}
    for s in as_of((one for one in found if one.id in told_of), day):
        if s.status != OPEN:
            continue
        known = [(of, place, article) for told_on, of, place, article in told_of[s.id] if told_on <= day]
        for crossing in dict.fromkeys(place for _, place, _ in known):
            mine = [(of, article) for of, place, article in known if place == crossing]
            limited[crossing] = (s, min(mine)[0], tuple(dict.fromkeys(article for _, article in sorted(mine, reverse=True))))
    return limited


def _row(row: Crossing, measure: tuple[Standing, date, tuple[str, ...]] | None) -> Crossing:
    if measure is None or row.state == BLOCKED:
        return row
    s, since, articles = measure
    return replace(row, state=RESTRICTED, since=since, confirmed=s.confirmed, situation=s.id, article_ids=articles)


#: A crossing on a day: its state, and since when.
State = tuple[str, date | None]


def stood(
    found: Sequence[Situation], told_of: Told, places: Iterable[Place], since: date, until: date
) -> list[tuple[Place, list[State]]]:
    """Return every crossing with how it stood on each day of a window: state and since when, as `crossings` says of each day.

    Args:
        found: situations that stand, or are spoken of, on these days, in the order of their opening; their changes say nothing.
        told_of: reports of measures at crossings.
        places: the crossings.
        since: first day.
        until: last day, included.
    """
    blockades: dict[str, list[Situation]] = {}
    for s in found:
        if s.kind == BLOCKADE:
            blockades.setdefault(s.place_id, []).append(s)
    measures_at = _in_force(found, told_of, since, until)
    n_days = (until - since).days + 1
    nothing: list[date | None] = [None] * n_days
    return [
        (place, [*map(_state, _blocked(blockades.get(place.id, ()), since, n_days), measures_at.get(place.id, nothing))])
        for place in places
    ]


def _state(blocked: State, restricted: date | None) -> State:
    return blocked if restricted is None or blocked[0] == BLOCKED else (RESTRICTED, restricted)


def _blocked(mine: Sequence[Situation], since: date, n_days: int) -> list[State]:
    """Return what the youngest blockade of a crossing that had begun by each day says of it."""
    days: list[State] = [(NO_REPORT, None)] * n_days
    for s in mine:
        for at in range(max(0, (s.since - since).days), n_days):
            status = s.status_on(since + at * _DAY)
            days[at] = (REOPENED, s.until) if status == CLOSED else (BLOCKED if status == OPEN else UNCONFIRMED, s.since)
    return days


def _in_force(found: Iterable[Situation], told_of: Told, since: date, until: date) -> dict[str, list[date | None]]:
    """Return by crossing since when a measure in force on each day is told of, as far as it was told by then."""
    limited: dict[str, list[date | None]] = {}
    for s in found:
        rows: dict[str, list[tuple[date, date]]] = {}
        for told_on, of, place, _article in told_of.get(s.id, ()):
            rows.setdefault(place, []).append((told_on, of))
        for place, told_at in rows.items():
            days = limited.setdefault(place, [None] * ((until - since).days + 1))
            for first, last, begun in _lengths(told_at):
                begins, ends = max(first, s.since, since), min(last, s.last, until)
                if begins <= ends:
                    days[(begins - since).days : (ends - since).days + 1] = [begun] * ((ends - begins).days + 1)
    return limited


def _lengths(told_at: Iterable[tuple[date, date]]) -> Iterable[tuple[date, date, date]]:
    """Return runs of days (first, last), each with the earliest day of an event that had been told of by then."""
    rows = sorted(told_at)
    begun = dict(zip((told_on for told_on, _ in rows), accumulate((of for _, of in rows), min), strict=True))
    return ((first, after - _DAY, begun[first]) for first, after in pairwise([*begun, date.max]))
