"""What is cached of a store goes when its states have passed; pages that were opened before are not made to wait for that."""

import gc
import weakref
from datetime import date
from uuid import uuid4

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import access, passing, repository
from tension.model import Query
from tension.store import open_writer

_MADE: list[tuple[str, str, int]] = []


@passing.of_state
@st.cache_resource(max_entries=100, show_spinner=False)
def _read(_reader: object, url: str, watermark: str, n: int) -> pd.DataFrame:
    _MADE.append((url, watermark, n))
    return pd.DataFrame({"n": [n]})


@pytest.fixture
def url() -> str:
    """A store that nobody else asks for."""
    return f"sqlite:///{uuid4().hex}"


def made(url: str) -> list[tuple[str, int]]:
    """Return what was really read of a store: state and number."""
    return [(state, n) for of, state, n in _MADE if of == url]


def test_states_that_were_looked_at_last_are_kept(url):
    """A page of an older state that is worked with stays quick; what nobody looked at since goes, all that was read of it."""
    for n in (1, 2):
        _read(object(), url, "first", n)
    for state in ("second", "third"):
        _read(object(), url, state, 1)
        _read(object(), url, "first", 1)
    _read(object(), url, "fourth", 1)  # the second is the one that was looked at longest ago
    assert made(url) == [("first", 1), ("first", 2), ("second", 1), ("third", 1), ("fourth", 1)]

    for state in ("first", "third", "fourth"):
        _read(None, url, state, 1)
    assert len(made(url)) == 5
    _read(None, url, "second", 1)
    assert made(url)[-1] == ("second", 1)
    _read(None, url, "first", 2)  # it went with the first state, which was looked at before the third and the fourth
    assert made(url)[-1] == ("first", 2)


def test_what_has_passed_is_let_go(url):
    """Nothing holds a frame of a state that has passed."""
    gone = weakref.ref(_read(None, url, "0", 1))
    for n in range(1, passing.MOST + 1):
        _read(None, url, str(n), 1)
    gc.collect()

    assert gone() is None


def test_what_was_read_ahead_and_never_asked_for_goes_with_the_next_state(url):
    """Of what was read ahead only what a reader asked for outlasts another state of the store."""
    with passing.ahead():
        never, once = weakref.ref(_read(None, url, "0", 1)), weakref.ref(_read(None, url, "0", 2))
    _read(None, url, "0", 2)
    with passing.ahead():
        newest = weakref.ref(_read(None, url, "1", 1))
    gc.collect()

    assert never() is None
    assert once() is not None
    assert newest() is not None
    assert not passing.is_ahead()


def test_a_desk_is_calm_once_readers_have_asked_for_nothing_for_a_while(url, monkeypatch):
    """What is read ahead is no question of a reader's."""
    monkeypatch.setattr(passing, "_LAST", [float("-inf")])
    with passing.ahead():
        _read(None, url, "0", 1)
    assert passing.is_calm(3600)

    _read(None, url, "0", 1)

    assert not passing.is_calm(3600)
    assert passing.is_calm(-1)


def test_a_page_that_runs_and_a_file_that_is_made_are_work(monkeypatch):
    """A desk is idle neither in the run of a page nor while a file is made, and calm only some time after."""
    monkeypatch.setattr(passing, "_LAST", [float("-inf")])
    seen = []
    with passing.at_work():
        seen.append((passing.is_idle(), passing.is_calm(3600)))
    assert passing.is_idle()
    assert not passing.is_calm(3600)

    page = AppTest.from_function(_looks)
    page.session_state["seen"], page.session_state["idle"] = seen, passing.is_idle
    page.run()

    assert seen == [(False, False), False]


def _looks() -> None:
    import streamlit as st

    st.session_state["seen"].append(st.session_state["idle"]())


def test_a_store_does_not_push_out_another(url):
    """States of the live store pass; the archive, which stands still, stays."""
    _read(None, f"{url}-archive", "still", 1)
    for n in range(10):
        _read(None, url, str(n), 1)
    _read(None, f"{url}-archive", "still", 1)

    assert made(f"{url}-archive") == [("still", 1)]


def test_events_of_passed_states_are_let_go(desk_stores, records):
    """The desk's own frames of days: after as many changes as are kept, the oldest are in memory no longer, the newest are."""
    days, seen = Query(since=date(2023, 9, 1), until=date(2023, 9, 30)), []
    writer = open_writer(desk_stores["live"])
    for n in range(passing.MOST + 2):
        writer.add([records.delivery(f"a{n}", records.signal(), feed_id=None)])
        desk = repository.desk(access.LIVE)
        seen.append([weakref.ref(one(desk, days)) for one in (repository.events, repository.signals)])
    writer.close()
    gc.collect()

    assert seen[0][0]() is None
    assert seen[0][1]() is None
    assert seen[-1][0]() is repository.events(desk, days)
