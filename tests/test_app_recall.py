"""What was read ahead of a hundred days: windows within it ask the store for nothing and say what the store says."""

from datetime import date, timedelta

import pandas as pd
import pytest
import streamlit as st
from desk import asked_of

from app import access, recall, repository
from tension.events.choosing import newest_first
from tension.model import Query

LAST = date(2021, 9, 27)
FEED = ("Primer", "primer", "serbia", "RS", "sr")


@pytest.fixture
def reader(desk_stores, tell):
    """Return the reader of a store with a report every ten days, of which nothing is read ahead."""
    days = (LAST - timedelta(days=10 * n) for n in range(15))
    tell(desk_stores["live"], [(day, f"Srbi blokirali put ka Jarinju {day}", *FEED) for day in days])
    st.cache_resource.clear()
    return repository.reader(access.url_of("live"))


def asked(reader, monkeypatch) -> list[str]:
    """Return a list of what the store is asked for from now on."""
    return asked_of(type(reader), ("facts", "event_facets"), monkeypatch)


def test_a_window_within_is_answered_from_memory(reader, monkeypatch):
    """Facts and facets of every window within the days read are those of the store, without asking it."""
    wanted = {}

    def of_store(since, until):
        return reader.facts("region", since, until), newest_first(reader.event_facets(Query(since=since, until=until)))

    windows = [(LAST - timedelta(days=n), LAST - timedelta(days=m)) for n, m in ((100, 0), (89, 0), (29, 3), (6, 0), (5, 2))]
    for since, until in windows:
        wanted[since, until] = (
            reader.facts("region", since, until),
            newest_first(reader.event_facets(Query(since=since, until=until))),
        )
    recall.read_ahead(reader, "here", "1", LAST)
    found_in_store = asked(reader, monkeypatch)

    for (since, until), (facts, facets) in wanted.items():
        assert recall.facts(reader, "here", "1", since, until) == facts
        found = recall.facets(reader, "here", "1", Query(since=since, until=until))
        kept = found.astype(dict.fromkeys(found.columns, object)).drop(columns="report")
        pd.testing.assert_frame_equal(kept, facets.astype(dict.fromkeys(facets.columns, object)).drop(columns="report"))
    recall.read_ahead(reader, "here", "1", LAST)

    assert found_in_store == []
    assert len(wanted[windows[0]][0]) == 11


@pytest.mark.parametrize(
    ("watermark", "since", "until"),
    [("2", LAST, LAST), ("1", LAST - timedelta(days=101), LAST), ("1", LAST, LAST + timedelta(days=1))],
)
def test_what_lies_outside_is_read(reader, monkeypatch, watermark, since, until):
    """Another state of the store, earlier days and later ones are asked for."""
    recall.read_ahead(reader, "here", "1", LAST)
    of_store = asked(reader, monkeypatch)

    recall.facts(reader, "here", watermark, since, until)
    recall.facets(reader, "here", watermark, Query(since=since, until=until))

    assert of_store == ["facts", "event_facets"]


def test_looking_back_is_read(reader, monkeypatch):
    """What was known on an earlier day is not what is known now."""
    recall.read_ahead(reader, "here", "1", LAST)
    of_store = asked(reader, monkeypatch)
    then = Query(since=LAST, until=LAST, as_known_at=repository.desk("live").now - timedelta(days=1))

    recall.facets(reader, "here", "1", then)

    assert of_store == ["event_facets"]
