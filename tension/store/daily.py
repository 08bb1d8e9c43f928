"""Keep the roll-ups up: redo the events that a batch touched, and move the sums of their days by what differs."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tension.events.facts import Fact, by_weight, fact
from tension.events.kinds import kinds
from tension.events.standing import Said, said
from tension.index.sums import Sums, scopes_of, sums_of
from tension.places.municipalities import municipality_of
from tension.store.bulk import insert
from tension.store.codec import Row
from tension.store.daily_codec import fact_of, fact_row, gone_row, said_of, said_row, sums_of_row, sums_row
from tension.store.daily_schema import ALL, BOTH, PANEL, daily_sum, event_fact, event_said
from tension.store.daily_selects import (
    corrected_at,
    events_of,
    left_at,
    of_events,
    of_sums,
    panel_outlets,
    signals_of,
    without_events,
    without_sums,
)  # fmt: skip
from tension.store.moved import moved, moves
from tension.store.review_schema import are_there
from tension.store.standing_rows import refold

#: Ids in one `IN (...)`.
_CHUNK = 5_000
#: Which series of the sums a row of an event counts in.
COUNTS_IN = {BOTH: (ALL, PANEL), ALL: (ALL,), PANEL: (PANEL,)}
#: Kind and country of situations, by series, each with the first day of which something else is said.
Touched = dict[tuple[str, str, str], date]


@dataclass(slots=True)
class Entry:
    """What is stored of an event in one series."""

    fact: Fact | None
    day: date
    changed_at: datetime
    said: Sequence[Said]


Entries = dict[tuple[str, str], Entry]


def refresh(connection: sa.Connection, article_ids: Collection[str], event_ids: Collection[str] = ()) -> None:
    """Redo the events that some articles are of, and some others, inside the batch's transaction."""
    events = set(event_ids)
    for ids in _chunks(article_ids):
        events.update(connection.scalars(events_of(), {"articles": ids}))
    if events:
        redo(connection, events)


def redo(connection: sa.Connection, events: Collection[str]) -> None:
    """Redo events: facts, what they say, the sums of their days, and the situations that follow."""
    before, after = stored(connection, events), computed(connection, events)
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    if not changed:
        return
    _move(connection, before, after, changed)
    _write(connection, before, after, changed)
    refold(connection, _touched(before, after, changed))


def panel_of(connection: sa.Connection) -> frozenset[str]:
    """Return the outlets of the fixed panel."""
    return frozenset(connection.scalars(panel_outlets()))


def computed(connection: sa.Connection, events: Collection[str], until: datetime | None = None) -> Entries:
    """Return what follows from the signals of events, as known at an instant."""
    panel = panel_of(connection)
    then, asked = until is not None, {} if until is None else {"until": until}
    found: Entries = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    gone: dict[str, tuple[date, datetime]] = {}
    for ids in _chunks(events):
        told = connection.execute(signals_of(then=then), asked | {"events": ids}).mappings().all()
        elsewhere = moves(connection, sorted({row["article_id"] for row in told}))
        for row in told:
            move = elsewhere.get(row["signal_id"])
            kept = dict(row) if move is None else {**row, "countries": moved(row["countries"], move)}
            rows.setdefault(row["event"], []).append(kept)
        for event, day, at in connection.execute(left_at(then=then), asked | {"events": ids}):
            gone[event] = (day, at)
        if not then:
            _note_corrections(connection, ids, gone)
    for event, mine in rows.items():
        found |= _entries(event, by_weight(mine), panel, gone.get(event))
    for event, (day, at) in gone.items():
        if event not in rows:
            found[event, BOTH] = Entry(None, day, at, [])
    return found


def _note_corrections(connection: sa.Connection, events: Collection[str], gone: dict[str, tuple[date, datetime]]) -> None:
    """Note when reviewers corrected signals of events last: what is known of them differs from what was known before."""
    if not are_there(connection):
        return
    for event, day, *instants in connection.execute(corrected_at(), {"events": events}):
        known = [at for at in instants if at is not None]
        gone[event] = (day, max([*known, gone[event][1]] if event in gone else known))


def _entries(
    event: str, rows: Sequence[Mapping[str, Any]], panel: Collection[str], gone: tuple[date, datetime] | None
) -> Entries:
    """Return what follows from the weighed signals of one event, in each series where it differs."""
    instants = [row[name] for row in rows for name in ("first_seen_at", "assigned_at")]
    changed_at = max(instants if gone is None else [*instants, gone[1]])
    listed = [row for row in rows if row["outlet"] in panel]
    series = {BOTH: rows} if len(listed) == len(rows) else {ALL: rows, PANEL: listed} if listed else {ALL: rows}
    return {
        (event, name): Entry(fact(some), some[0]["event_day"], changed_at, said(some)) for name, some in series.items()
    }  # fmt: skip


def stored(connection: sa.Connection, events: Collection[str]) -> Entries:
    """Return what is stored of events."""
    found: Entries = {}
    for ids in _chunks(events):
        for row in connection.execute(of_events(event_fact), {"events": ids}).mappings():
            made = None if row["base"] is None else fact_of(row)
            found[row["event_id"], row["series"]] = Entry(made, row["day"], row["changed_at"], [])
        lists: dict[tuple[str, str], list[Said]] = {}
        for row in connection.execute(of_events(event_said), {"events": ids}).mappings():
            lists.setdefault((row["event_id"], row["series"]), []).append(said_of(row))
        for key, some in lists.items():
            found[key].said = _as_said(some)
    return found


def _as_said(some: Iterable[Said]) -> list[Said]:
    rank = {kind.id: n for n, kind in enumerate(kinds())}
    return sorted(some, key=lambda s: (rank.get(s.kind, len(rank)), s.at))


def _counted(entry: Entry | None) -> tuple[Any, ...] | None:
    """Return what of an entry the sums depend on."""
    if entry is None or entry.fact is None:
        return None
    f = entry.fact
    return f.day, f.base, f.part, f.origins, f.country, f.countries, f.place_id


def deltas(pairs: Iterable[tuple[str, Entry | None, Entry | None]]) -> dict[tuple[str, str, date], Sums]:
    """Return by series, scope and day what sums move by.

    Args:
        pairs: series of the event's row, what was, what is.
    """
    moved: dict[tuple[str, str, date], Sums] = {}
    for series, was, now in pairs:
        for entry, sign in ((was, -1), (now, 1)):
            if entry is None or entry.fact is None:
                continue
            mine = sums_of(entry.fact)
            for scope in scopes_of(entry.fact, municipality_of()):
                for name in COUNTS_IN[series]:
                    moved.setdefault((name, scope, entry.fact.day), Sums()).add(mine, sign)
    return moved


def _move(connection: sa.Connection, before: Entries, after: Entries, changed: Collection[tuple[str, str]]) -> None:
    """Move the sums of the days by what differs."""
    moved = deltas(
        (key[1], before.get(key), after.get(key))
        for key in sorted(changed)
        if _counted(before.get(key)) != _counted(after.get(key))
    )
    of_day: dict[tuple[str, date], list[str]] = {}
    for series, scope, day in moved:
        of_day.setdefault((series, day), []).append(scope)
    for (series, day), scopes in sorted(of_day.items()):
        for some in _chunks(scopes):
            asked = {"of": series, "on": day, "scopes": some}
            for row in connection.execute(of_sums(), asked).mappings():
                moved[series, row["scope"], day].add(sums_of_row(row))
            connection.execute(without_sums(), asked)
    insert(connection, daily_sum, [sums_row(*key, moved[key]) for key in sorted(moved) if moved[key].n_events])


def _write(connection: sa.Connection, before: Entries, after: Entries, changed: Collection[tuple[str, str]]) -> None:
    """Put the rows of changed events in the place of what was."""
    for table in (event_fact, event_said):
        gone = sorted({event for event, _ in changed if any((event, s) in before for s in COUNTS_IN)})
        for ids in _chunks(gone):
            connection.execute(without_events(table), {"events": ids})
    events = {event for event, _ in changed}
    rows = [(key, entry) for key, entry in sorted(after.items()) if key[0] in events]
    insert(connection, event_fact, [row_of(key, entry) for key, entry in rows])
    insert(connection, event_said, [said_row(one, key[1]) for key, entry in rows for one in entry.said])


def row_of(key: tuple[str, str], entry: Entry) -> Row:
    """Return the row of an event in a series."""
    if entry.fact is None:
        return gone_row(key[0], entry.day, entry.changed_at)
    return fact_row(replace(entry.fact, event=key[0]), key[1], entry.changed_at)


def _touched(before: Entries, after: Entries, changed: Iterable[tuple[str, str]]) -> Touched:
    """Return which situations are to be folded anew, and from which day on."""
    found: Touched = {}
    for key in changed:
        was, now = (set(entry.said) if entry else set() for entry in (before.get(key), after.get(key)))
        for one in was ^ now:
            for series in COUNTS_IN[key[1]]:
                part = (series, one.kind, one.country)
                found[part] = min(one.day, found.get(part, one.day))
    return found


def _chunks(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(set(values))
    return (ordered[at : at + _CHUNK] for at in range(0, len(ordered), _CHUNK))
