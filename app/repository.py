"""All that the pages read, and all caching: nothing is read twice while the store's watermark stands still."""

import gc
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from app import access, recall, tally
from app.access import Desk
from app.passing import of_state
from tension.errors import StoreError
from tension.events import choosing, table
from tension.index.method import REGION_SCOPE
from tension.model import Article, Query, Reading
from tension.places.gazetteer import gazetteer
from tension.reading import read
from tension.store import StoreReader, open_reader
from tension.tongue import Later

# A month of events is a hundred thousand objects: by its usual threshold the collector would go through all while they are made.
gc.set_threshold(100_000, 20, 20)


def _close(reader: StoreReader) -> None:
    reader.close()


@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False, on_release=_close)
def reader(url: str) -> StoreReader:
    """Return the one reader of a store.

    Raises:
        StoreError: the store does not exist, cannot be opened, or is of another schema.
    """
    return open_reader(url)


def desk(store: str) -> Desk:
    """Look at a store as it stands now.

    Raises:
        StoreError: it cannot be opened.
    """
    url = access.url_of(store)
    open_store = reader(url)
    watermark, freshness = open_store.watermark(), open_store.freshness()
    span = _span(open_store, url, watermark)
    return Desk(store=store, url=url, watermark=watermark, freshness=freshness, span=span, now=access.now())


def has_signals(store: str) -> bool:
    """Tell whether a store has anything to show; a missing or unreadable one has not (see `trouble`)."""
    try:
        open_store = reader(access.url_of(store))
        return bool(_options(open_store, access.url_of(store), open_store.watermark())["codes"])
    except StoreError:
        return False


def trouble(store: str) -> str | None:
    """Return why a store cannot be read, or None where it can."""
    try:
        reader(access.url_of(store)).watermark()
    except StoreError as error:
        return str(error)
    return None


@st.cache_data(ttl=timedelta(days=1), max_entries=16, show_spinner=False)
def _span(_reader: StoreReader, url: str, watermark: str) -> tuple[date, date] | None:  # noqa: ARG001 - the key
    return _reader.span()


@st.cache_data(ttl=timedelta(days=1), max_entries=16, show_spinner=False)
def _options(_reader: StoreReader, url: str, watermark: str) -> Mapping[str, Sequence[str]]:  # noqa: ARG001 - the key
    return {name: [value for value in values if value] for name, values in _reader.options().items()}


def options(desk: Desk) -> Mapping[str, Sequence[str]]:
    """Return the countries, languages, outlets and codes that the store holds."""
    return _options(reader(desk.url), desk.url, desk.watermark)


# A resource, not data: a copy of a hundred thousand rows on every run would cost more than all that is drawn from them.
@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=Later("Reading the events of these days …"))
def _signals(_reader: StoreReader, url: str, watermark: str, whole: Query) -> pd.DataFrame:  # noqa: ARG001 - the key
    return tally.weighed(_reader.event_signals(whole))


def _unfiltered(query: Query) -> Query:
    """Return the query of the same days as known then: filters are applied in memory, where they cost nothing."""
    return Query(since=query.since, until=query.until, as_known_at=query.as_known_at)


def signals(desk: Desk, query: Query) -> pd.DataFrame:
    """Return the weighed signals of the events of a query's days. Treat as frozen: all sessions share the frame."""
    found = _signals(reader(desk.url), desk.url, desk.watermark, _unfiltered(query))
    return tally.chosen(found, query)


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _denials(_reader: StoreReader, url: str, watermark: str, whole: Query) -> Mapping[str, Sequence[str]]:  # noqa: ARG001
    return _reader.denials(whole)


def denials(desk: Desk, query: Query) -> Mapping[str, Sequence[str]]:
    """Return the articles that deny, by the event of a query's days that they are of."""
    return _denials(reader(desk.url), desk.url, desk.watermark, _unfiltered(query))


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=Later("Reading the events of these days …"))
def _events(_reader: StoreReader, url: str, watermark: str, whole: Query) -> pd.DataFrame:
    denied = _denials(_reader, url, watermark, whole)
    if not _reader.rolled_up():
        return table.events(_signals(_reader, url, watermark, whole), denied)
    if whole.as_known_at is None:
        return tally.of_facts(recall.facts(_reader, url, watermark, whole.since, whole.until), denied)
    facts = _reader.facts(REGION_SCOPE, whole.since, whole.until, as_known_at=whole.as_known_at)
    return tally.of_facts(facts, denied)


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=Later("Reading the events of these days …"))
def _facets(_reader: StoreReader, url: str, watermark: str, whole: Query) -> pd.DataFrame:
    return recall.facets(_reader, url, watermark, whole)


def facets(desk: Desk, query: Query) -> pd.DataFrame:
    """Return what reports the events of a query's days, the newest first: the signals that pass its filters, in brief."""
    found = _facets(reader(desk.url), desk.url, desk.watermark, _unfiltered(query))
    return tally.chosen(found, query)


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _seats(_reader: StoreReader, url: str, watermark: str, whole: Query) -> np.ndarray:
    return choosing.seats(_facets(_reader, url, watermark, whole), _events(_reader, url, watermark, whole))


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=32, show_spinner=False)
def _chosen(_reader: StoreReader, url: str, watermark: str, query: Query) -> pd.DataFrame:
    whole = _unfiltered(query)
    found = _events(_reader, url, watermark, whole)
    if query == whole:
        return found
    told = tally.chosen_events(found, query)
    if told is not None:
        return told
    passing = choosing.passing(_facets(_reader, url, watermark, whole), query)
    return choosing.told_by(found, _seats(_reader, url, watermark, whole)[passing])


def events(desk: Desk, query: Query) -> pd.DataFrame:
    """Return the events of a query, heaviest first: those of which some signal passes its filters. Treat as frozen.

    A filter leaves events out; it does not change what one weighs, which is the same number everywhere.
    """
    return _chosen(reader(desk.url), desk.url, desk.watermark, query)


def prepare(desk: Desk, query: Query) -> None:
    """Read what any filter of a query's days needs, so that a choice is answered from memory."""
    _seats(reader(desk.url), desk.url, desk.watermark, _unfiltered(query))


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=32, show_spinner=False)
def _shown(
    _reader: StoreReader, url: str, watermark: str, query: Query, since: date, until: date
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    events = tally.between(_chosen(_reader, url, watermark, query), since, until)
    return events, tally.places(events)


def shown(desk: Desk, query: Query, since: date, until: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the events of a part of a query's days, and their places. Treat as frozen: all sessions share the frames."""
    return _shown(reader(desk.url), desk.url, desk.watermark, query, since, until)


@st.cache_data(ttl=timedelta(hours=1), max_entries=32, show_spinner=Later("Fetching the reports …"))
def _evidence(_reader: StoreReader, url: str, watermark: str, ids: tuple[str, ...]) -> pd.DataFrame:  # noqa: ARG001
    return _reader.evidence(ids)


def evidence(desk: Desk, ids: Sequence[str]) -> pd.DataFrame:
    """Return the texts of articles with all that was found in them."""
    return _evidence(reader(desk.url), desk.url, desk.watermark, tuple(ids))


@st.cache_data(ttl=timedelta(hours=1), max_entries=32, show_spinner=False)
def _reasons(
    _reader: StoreReader, url: str, watermark: str, ids: tuple[str, ...], known: datetime | None  # noqa: ARG001 - the key
) -> Mapping[str, Mapping[str, Any]]:  # fmt: skip
    return _reader.reasons(ids, known)


def reasons(desk: Desk, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return why each of some articles is of its event."""
    return _reasons(reader(desk.url), desk.url, desk.watermark, tuple(ids), desk.as_known_at)


@st.cache_data(ttl=timedelta(hours=1), max_entries=8, show_spinner=Later("Fetching the headlines …"))
def _articles(_reader: StoreReader, url: str, watermark: str, query: Query) -> pd.DataFrame:  # noqa: ARG001
    return _reader.articles(query)


def articles(desk: Desk, query: Query) -> pd.DataFrame:
    """Return the articles of a query with titles, addresses and dates."""
    return _articles(reader(desk.url), desk.url, desk.watermark, query)


@st.cache_data(ttl=timedelta(hours=1), max_entries=8, show_spinner=Later("Searching …"))
def _search(_reader: StoreReader, url: str, watermark: str, text: str, query: Query) -> pd.DataFrame:  # noqa: ARG001
    return _reader.search(text, query)


def search(desk: Desk, text: str, query: Query) -> pd.DataFrame:
    """Return the articles of a query that have every word of a text, in any script, newest first."""
    return _search(reader(desk.url), desk.url, desk.watermark, text, query)


@st.cache_data(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _feeds(_reader: StoreReader, url: str, freshness: str, at: datetime) -> pd.DataFrame:  # noqa: ARG001
    return _reader.feeds(at)


def feeds(desk: Desk) -> pd.DataFrame:
    """Return every feed as it stands, or stood at the end of the day looked back to; yields are those of this quarter hour."""
    at = desk.now.replace(minute=desk.now.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
    return _feeds(reader(desk.url), desk.url, desk.freshness, desk.as_known_at or at)


@st.cache_data(ttl=timedelta(hours=1), max_entries=16, show_spinner=False)
def _coverage(_reader: StoreReader, url: str, freshness: str, since: date, until: date) -> pd.DataFrame:  # noqa: ARG001
    return _reader.coverage(since, until)


def coverage(desk: Desk, since: date, until: date) -> pd.DataFrame:
    """Return articles and answering feeds per country and day."""
    return _coverage(reader(desk.url), desk.url, desk.freshness, since, until)


@st.cache_data(ttl=timedelta(hours=1), max_entries=16, show_spinner=False)
def _days(_reader: StoreReader, url: str, watermark: str, whole: Query) -> Sequence[date]:  # noqa: ARG001 - the key
    return _reader.days(whole)


def days(desk: Desk, query: Query) -> Sequence[date]:
    """Return the days of a query of which there is any article."""
    return _days(reader(desk.url), desk.url, desk.watermark, _unfiltered(query))


def silent_days(desk: Desk, query: Query) -> list[date]:
    """Return the days of a query, up to today, on which nothing was read: a gap, not a calm; in the archive, one of it."""
    if desk.span is None:
        return []
    since, until = query.since, query.until
    if desk.is_replay:
        heard = set(days(desk, query))
    else:
        found = coverage(desk, since, until)
        heard = set(pd.to_datetime(found.loc[found["n_articles"] > 0, "day"]).dt.date)
    # Looking back, the days after are not calm: nothing was known of them.
    first, last = max(since, desk.span[0]), until if desk.known_on else min(until, desk.last_day)
    known = desk.known_on or last
    return [d.date() for d in pd.date_range(first, last, freq="D") if d.date() > known or d.date() not in heard]


def n_items(desk: Desk) -> int:
    """Return how many articles came in today and yesterday: two such numbers tell how many are new."""
    found = coverage(desk, desk.now.date() - timedelta(days=1), desk.now.date())
    return int(found["n_articles"].sum())


@st.cache_resource(max_entries=1, show_spinner=False)
def _places() -> Mapping[str, tuple[str, str]]:
    return {place.id: (place.name, place.country) for place in gazetteer().places}


def place(place_id: str) -> tuple[str, str] | None:
    """Return name and country of a place, or None where the gazetteer does not know it."""
    return _places().get(place_id)


@st.cache_data(max_entries=256, show_spinner=Later("Reading it …"))
def pasted(headline: str, summary: str, language: str) -> tuple[Article, Reading]:
    """Read a text that somebody pasted, as one that a feed delivered would be; it goes into no store."""
    article = Article(id="pasted", outlet="", url=None, title=headline, summary=summary, language=language)
    return article, read(article)
