"""The page Now tells the index's own numbers: those that `karaula index` prints of the same store and day."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import streamlit as st
from called import call
from streamlit.testing.v1 import AppTest

from app import access, gauges, outlook, repository, scopes
from ingest import replay as archive
from tension.model import Query
from tension.store import open_writer

DAY = date(2021, 9, 27)
WINDOW = ("2021-09-01", "2021-09-27")


@pytest.fixture(scope="module")
def archived(tmp_path_factory) -> str:
    """The address of the whole replay archive."""
    url = f"sqlite:///{tmp_path_factory.mktemp('now') / 'replay.db'}"
    archive.build(url)
    return url


@pytest.fixture
def opened(archived, tmp_path, monkeypatch) -> SimpleNamespace:
    """The archive as the pages see it; nothing is cached from one test to the next."""
    monkeypatch.setenv("KARAULA_STORE", f"sqlite:///{tmp_path / 'live.db'}")
    monkeypatch.setenv("KARAULA_REPLAY", archived)
    for clear in (access.settings.cache_clear, st.cache_data.clear, st.cache_resource.clear):
        clear()
    yield SimpleNamespace(url=archived, desk=repository.desk("replay"), live=f"sqlite:///{tmp_path / 'live.db'}")
    for clear in (st.cache_data.clear, st.cache_resource.clear, access.settings.cache_clear):
        clear()


def karaula(*asked: str) -> str:
    """Return what the command prints."""
    return call(*asked, environment={}, folder=Path.cwd())[1]


def printed(url: str, scope: str, *more: str) -> dict:
    """Return the last day that `karaula index` prints of a scope."""
    asked = ["index", "--scope", scope, "--from", "2021-08-28", "--to", DAY.isoformat(), "--store", url, *more]
    last: dict = json.loads(karaula(*asked))["days"][-1]
    return last


@pytest.mark.parametrize("scope", ["XK", "RS", "RS-XK", "ME"])
def test_value_of_a_row_is_that_of_karaula_index(opened, scope):
    """Value, band, level and what it is measured against are what the command prints of that day."""
    query = Query(since=date(2021, 9, 1), until=DAY)
    rows, _ = outlook.rows_of(opened.desk, repository.events(opened.desk, query), (), DAY)
    (row,) = [r for r in rows if r.code == scope]

    told = printed(opened.url, scope)

    assert row.value == pytest.approx(told["value"], abs=1e-9)
    assert row.band == pytest.approx((told["low"], told["high"]), abs=1e-6)
    assert row.index == pytest.approx(told["index"])
    assert row.level in {told["level"], scopes.QUIET}
    if told["highest_since"] is None and row.level in scopes.ELEVATED:
        assert row.against == "highest in its year"


def test_looking_back_is_what_the_command_knew_then(opened):
    """As known on a day, the row has the number that the command gives as known on it."""
    then = opened.desk.known(DAY)

    value = gauges.read(then, ("XK",), DAY)["XK"][-1].value

    assert value == pytest.approx(printed(opened.url, "XK", "--as-known-on", DAY.isoformat())["value"])


def test_events_of_the_pages_are_those_that_are_exported(opened, tmp_path):
    """The events of a window are the rows of `karaula export events` of the same days, weights and all."""
    target = tmp_path / "events.csv"
    asked = ["export", "events", "--from", WINDOW[0], "--to", WINDOW[1], "--output", str(target), "--store", opened.url]
    karaula(*asked)
    exported = pd.read_csv(target).set_index("event")

    found = repository.events(opened.desk, Query(since=date(2021, 9, 1), until=DAY)).set_index("event")

    assert set(found.index) == set(exported.index)
    assert found["weight"].to_numpy() == pytest.approx(exported["weight"].loc[found.index].to_numpy())
    assert found["told"].tolist() == exported["told"].loc[found.index].tolist()


def test_filter_leaves_events_out_and_changes_no_weight(opened):
    """Events that a filter leaves weigh what they weigh without it."""
    whole = repository.events(opened.desk, Query(since=date(2021, 9, 1), until=DAY)).set_index("event")

    some = repository.events(opened.desk, Query(since=date(2021, 9, 1), until=DAY, codes=("protest",), languages=("sr",)))

    assert 0 < len(some) < len(whole)
    assert some["weight"].tolist() == whole["weight"].loc[some["event"]].tolist()


def page(**stated: str | tuple[str, str]) -> str:
    """Return all that the page Now says, without its drawings."""
    at = AppTest.from_file(str(access.__file__).replace("access.py", "main.py"), default_timeout=120)
    for name, value in stated.items():
        at.query_params[name] = list(value) if isinstance(value, tuple) else value
    at.run()
    assert not at.exception
    elements = [*at.get("html"), *at.caption, *at.info]
    said = "\n".join(str(getattr(e, "value", None) or getattr(e.proto, "body", "")) for e in elements)
    return re.sub(r"<style>.*?</style>|data:image[^\"]*", "", said, flags=re.DOTALL)


@pytest.mark.usefixtures("opened")
def test_page_answers_where_since_when_and_why():
    """The crisis stands first: sentence, row, movers that lead to their evidence, crossings, situations, what is disputed."""
    said = page(store="replay", window=WINDOW)

    assert re.search("Kosovo(–Serbia)? is very high, highest in its year", said)
    assert said.index("<b>Kosovo–Serbia</b>") < said.index("<b>Montenegro</b>")
    assert re.search(r'href="map\?place=[^"]+event=e1[0-9a-f]+', said)
    assert "Jarinje / Jarinjë</b> <b" in said
    assert "blocked" in said
    assert "day 8, since 20 Sep 2021" in said
    assert "denied in" in said
    assert "Read, and at zero for a week: " in said


@pytest.mark.usefixtures("opened")
def test_filter_of_places_leaves_scopes_out_and_others_are_said_to_change_no_index():
    """Where leaves the scopes of these countries; a filter of signals narrows what is named, and the page says so."""
    said = page(store="replay", window=WINDOW, where="ME")
    narrowed = page(store="replay", window=WINDOW, signals="protest")

    assert "<b>Montenegro</b>" in said
    assert "<b>Kosovo</b>" not in said
    assert "an index is always that of all feeds" in narrowed
    assert "an index is always that of all feeds" not in said


def test_scopes_that_no_feed_covers_are_named_apart(opened, records):
    """In a live store with feeds of one country, the others have no reading, are not called calm, and take no row each."""
    now = datetime.now(UTC)
    writer = open_writer(opened.live)
    writer.put_feeds([records.feed("rs-a")], now)
    article = records.article("a1", published_at=now, published_date=now.date())
    writer.add([records.delivery(article, records.signal(), seen_at=now, feed_id="rs-a")])
    writer.add_fetches([records.fetch("rs-a", fetched_at=now)])
    writer.close()

    said = page(store="live")

    assert "No reading, for no feed of this store covers them: " in said
    assert "<b>Albania</b>" not in said
    assert "<b>Serbia</b>" in said


def test_no_count_of_what_is_new_where_nothing_was_read(opened, records):
    """A store whose last report is long past shows no *0 new events*: that would be a reading, and there is none."""
    long_ago = datetime(2024, 3, 5, 9, tzinfo=UTC)
    writer = open_writer(opened.live)
    writer.put_feeds([records.feed("rs-a")], long_ago)
    article = records.article("a1", published_at=long_ago, published_date=long_ago.date())
    writer.add([records.delivery(article, records.signal(), seen_at=long_ago, feed_id="rs-a")])
    writer.close()

    said = page(store="live")

    assert "nothing was read: what is new is not known" in said
    assert "0 new events" not in said
    assert "No event of the week is known." in said
    assert "Nothing of the week is denied" not in said
