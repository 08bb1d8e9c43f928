"""The index of a scope from a store: from the daily roll-ups where they are there, else from every signal."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tension.events.facts import Fact
from tension.events.situations import standing_codes
from tension.index import rollup
from tension.index.listing import Listing
from tension.index.method import HORIZON_DAYS
from tension.index.series import Day, Scope, needed_since, series
from tension.model import Query

if TYPE_CHECKING:
    from tension.store import StoreReader


def index_of(
    reader: "StoreReader",
    scope: str,
    since: date,
    until: date,
    *,
    first: date,
    unread: Mapping[date, str],
    panel: bool = False,
    as_known_at: datetime | None = None,
) -> list[Day]:
    """Return the index of every day without its contributions.

    Args:
        reader: of the store.
        scope: see `tension.index.scopes`.
        since: first day.
        until: last day, included.
        first: the first day that the store has anything of.
        unread: the days without a reading, each with its cause.
        panel: count the fixed panel alone.
        as_known_at: as known then; None is now.
    """
    if reader.rolled_up():
        rolled = reader.daily(
            scope, needed_since(since), until, panel=panel, as_known_at=as_known_at, redrawn=rollup.redrawn_since(since)
        )  # fmt: skip
        return rollup.series(rolled, since, until, first=first, unread=unread)
    made = scope_of(reader, scope, Query(since=needed_since(since), until=until, as_known_at=as_known_at), panel=panel)
    return series(made, since, until, first=first, unread=unread, full=False)


def indexes_of(
    reader: "StoreReader",
    since: date,
    until: date,
    *,
    first: date,
    unread: Mapping[str, Mapping[date, str]],
    as_known_at: datetime | None = None,
) -> dict[str, list[Day]]:
    """Return what `index_of` says of several scopes: what they have in common is read once.

    Args:
        reader: of the store.
        since: first day.
        until: last day, included.
        first: the first day that the store has anything of.
        unread: by scope the days without a reading, each with its cause.
        as_known_at: as known then; None is now.
    """
    if not reader.rolled_up():
        return {
            scope: index_of(reader, scope, since, until, first=first, unread=silent, as_known_at=as_known_at)
            for scope, silent in unread.items()
        }
    rolled = reader.dailies(
        tuple(unread), needed_since(since), until, as_known_at=as_known_at, redrawn=rollup.redrawn_since(since)
    )  # fmt: skip
    return {scope: rollup.series(rolled[scope], since, until, first=first, unread=silent) for scope, silent in unread.items()}


def contributions(
    reader: "StoreReader", scope: str, since: date, until: date, *, panel: bool = False, as_known_at: datetime | None = None,
    read: Callable[[date, date], Sequence[Fact]] | None = None,
) -> "Listing | Scope":  # fmt: skip
    """Return what lists the contributions of each of some days: its `listed(day)` sums to the parts of the day.

    Args:
        reader: of the store.
        scope: whose.
        since: first day.
        until: last day, included.
        panel: of the fixed panel alone.
        as_known_at: as known then; None is now.
        read: returns the events of the scope that are dated in some days, for whoever has them; None: the reader's.
    """
    if not reader.rolled_up():
        return scope_of(reader, scope, Query(since=needed_since(since), until=until, as_known_at=as_known_at), panel=panel)
    begins = since - timedelta(days=HORIZON_DAYS)
    facts = read(begins, until) if read else reader.facts(scope, begins, until, panel=panel, as_known_at=as_known_at)
    rolled = reader.daily(scope, since, until, panel=panel, as_known_at=as_known_at, evidence=True)
    return Listing(facts, rolled.listed)


def scope_of(reader: "StoreReader", scope: str, query: Query, *, panel: bool = False) -> Scope:
    """Read every signal that the index of a scope is made of."""
    signals = reader.event_signals(query)
    lasting = Query(since=date.min, until=query.until, codes=standing_codes(), as_known_at=query.as_known_at)
    standing = reader.event_signals(lasting)
    if panel:
        outlets = reader.panel()
        signals, standing = (frame[frame["outlet"].astype(object).isin(outlets)] for frame in (signals, standing))
    return Scope(scope, signals, standing, reader.denials(query))
