"""The events of the last hundred days, where they were read ahead: a window that lies in them asks the store for nothing.

The usual windows, and the days that an index of a month looks back to, overlap: read by themselves, each would read most of
what another one has.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from tension.events.choosing import newest_first
from tension.events.facts import Facts
from tension.index.method import HORIZON_DAYS, REGION_SCOPE
from tension.model import Query
from tension.store import StoreReader

#: A month, and the days before it that still weigh on its first; the longest usual window is shorter.
REACH = timedelta(days=30 + HORIZON_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The events of some days of a state of a store."""

    watermark: str
    since: date
    until: date
    facts: Facts
    facets: pd.DataFrame

    def has(self, watermark: str, since: date, until: date) -> bool:
        """Tell whether some days of a state are among these."""
        return self.watermark == watermark and self.since <= since and until <= self.until


# With the other caches, so that it is emptied with them.
@st.cache_resource(show_spinner=False)
def _newest() -> dict[str, _Kept]:
    """Return by store the newest that was read ahead; another state takes its place."""
    return {}


def _kept(url: str, watermark: str, since: date, until: date) -> _Kept | None:
    found = _newest().get(url)
    return found if found and found.has(watermark, since, until) else None


def read_ahead(reader: StoreReader, url: str, watermark: str, until: date) -> None:
    """Read the days up to one, in place of what an earlier state of the store had; a store without roll-ups has no facts."""
    since = until - REACH
    if _kept(url, watermark, since, until) is None and reader.rolled_up():
        facts = Facts.of(reader.facts(REGION_SCOPE, since, until))
        facets = newest_first(reader.event_facets(Query(since=since, until=until)))
        _newest()[url] = _Kept(watermark=watermark, since=since, until=until, facts=facts, facets=facets)


def facts(reader: StoreReader, url: str, watermark: str, since: date, until: date) -> Facts:
    """Return the events of the region that are dated in some days, as known now, by day and id."""
    kept = _kept(url, watermark, since, until)
    if kept is None:
        return Facts.of(reader.facts(REGION_SCOPE, since, until))
    days = kept.facts.column("day")
    return kept.facts[bisect_left(days, since) : bisect_right(days, until)]


def facets(reader: StoreReader, url: str, watermark: str, whole: Query) -> pd.DataFrame:
    """Return what reports the events of some days, the newest first: see `tension.events.choosing.newest_first`."""
    kept = _kept(url, watermark, whole.since, whole.until) if whole.as_known_at is None else None
    if kept is None:
        return newest_first(reader.event_facets(whole))
    inside = kept.facets["event_day"].between(pd.Timestamp(whole.since), pd.Timestamp(whole.until))
    return kept.facets[inside].reset_index(drop=True)
