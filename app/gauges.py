"""The index of many scopes over the last days, for the page Now: the same days as `karaula index` prints."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from app import repository
from app.access import Desk
from tension.index.reading import indexes_of
from tension.index.series import Day
from tension.index.unread import countries_of, coverage_since, unread_of
from tension.model import REGION, Query
from tension.store import StoreReader
from tension.tongue import spoken

#: Days that a row tells of: thirty, and one more to tell the change of the first.
DAYS = 31


def read(desk: Desk, scopes: Sequence[str], day: date) -> Mapping[str, Sequence[Day]]:
    """Return the index of scopes, countries or pairs of them or the region, over the days up to one."""
    query = Query(since=day - timedelta(days=DAYS - 1), until=day, as_known_at=desk.as_known_at)
    return _read(repository.reader(desk.url), desk.url, desk.freshness, query, tuple(scopes), spoken())


# The causes of days without a reading are said in a language.
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _read(
    _reader: StoreReader, url: str, freshness: str, query: Query, scopes: tuple[str, ...], tongue: str  # noqa: ARG001 - the key
) -> Mapping[str, Sequence[Day]]:  # fmt: skip
    since, until = query.since, query.until
    coverage, heard = _reader.coverage(coverage_since(since), until), _reader.days(query)
    first = (_reader.span() or (until, until))[0]
    silent = unread_of({name: countries_of(name, REGION, {}) for name in scopes}, coverage, since, until, heard)
    return indexes_of(_reader, since, until, first=first, unread=silent, as_known_at=query.as_known_at)
