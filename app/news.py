"""What came into the store since a moment: events and situations that it did not know then, told by its own memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pandas as pd
import streamlit as st

from app import lasting, repository, tally
from app.access import Desk
from app.passing import of_state
from tension.events import table
from tension.events.situations import CLOSED, OPENED, Situation
from tension.index.method import REGION_SCOPE
from tension.model import Query
from tension.store import StoreReader

#: Events that are dated earlier are not looked through.
REACH = timedelta(days=31)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new since a moment."""

    since: datetime
    #: Heaviest first: events that the store did not know then.
    events: pd.DataFrame
    #: Ids of events that it knew then with fewer reports.
    grown: frozenset[str]
    #: Ids of the situations that were opened since, and of those that were closed.
    opened: frozenset[str]
    closed: frozenset[str]
    #: First day of the events that were compared.
    reach: date

    @property
    def marked(self) -> frozenset[str]:
        """Return the ids that a page marks as new."""
        return frozenset(self.events["event"]) | self.opened

    def __bool__(self) -> bool:
        return bool(len(self.events) or self.grown or self.opened or self.closed)


def since(desk: Desk, query: Query, moment: datetime) -> News:
    """Return what came in since a moment, as far as the filters of a query leave it."""
    until = min(query.until, desk.last_day)
    first = max(until - REACH, min(moment.date(), until) - _WEEK)
    days = replace(query, since=first, until=until)
    found = repository.events(desk, days)
    # To the minute, so that readers of one moment share what is read.
    minute = moment.replace(second=0, microsecond=0)
    before = _then(repository.reader(desk.url), desk.url, desk.watermark, first, until, minute)
    known = found["event"].isin(list(before))
    pairs = zip(found["event"].astype(str), found["n_reports"], strict=True)
    grown = frozenset(event for event, n in pairs if n > before.get(event, n))
    here = [s for s in lasting.standing_on(desk, until) if not query.countries or s.country in query.countries]
    return News(
        since=moment, events=found[~known].reset_index(drop=True), grown=grown, reach=first,
        opened=_turned(here, OPENED, before, first), closed=_turned(here, CLOSED, before, first),
    )  # fmt: skip


def _turned(here: Sequence[Situation], turn: str, before: Collection[str], first: date) -> frozenset[str]:
    """Return the situations that were opened, or closed, by an event that was not known before."""
    return frozenset(s.id for s in here for c in s.changes if c.change == turn and c.day >= first and c.event not in before)


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=24, show_spinner=False)
def _then(
    _reader: StoreReader, url: str, watermark: str, first: date, until: date, moment: datetime  # noqa: ARG001 - the key
) -> Mapping[str, int]:  # fmt: skip
    """Return the events of some days as known at a moment, each with its number of reports."""
    if _reader.rolled_up():
        facts = _reader.facts(REGION_SCOPE, first, until, as_known_at=moment)
        return {fact.event: len(fact.article_ids) for fact in facts}
    whole = Query(since=first, until=until, as_known_at=moment)
    found = table.events(tally.weighed(_reader.event_signals(whole)), {})
    return dict(zip(found["event"].astype(str), found["n_reports"].astype(int), strict=True))
