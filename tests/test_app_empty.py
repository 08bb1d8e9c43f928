"""Pages over a store that is empty, missing, broken or of a newer schema."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from desk import address, html, open_page, sent
from filled import CRISIS

from app import access, catalogue
from tension.store import open_writer

VIEWS = ("now", "map", "situations", "events", "index", "sides", "sources", "watches", "method")


def test_without_a_live_store_the_archive_opens(stores, fill):
    """While live has nothing to show, the first view is the working map of the archive, and says so."""
    fill(stores.replay, CRISIS, restated=True)
    at = open_page("map")

    assert at.session_state["desk"].is_replay
    assert sent(at, "events")["since"].startswith("2021-")
    assert "There is no live store yet" in html(at)
    assert "live.db" not in html(at)
    assert address(at, "store") == ["replay"]


def test_a_live_store_that_cannot_be_read_is_named_above_the_archive(stores, fill):
    """A file that is there and is no store is a fault, and no first run: its address is said."""
    fill(stores.replay, CRISIS, restated=True)
    (stores.path / "live.db").write_text("no store")

    said = html(open_page("map"))

    assert "The live store cannot be read." in said
    assert "live.db" in said


def test_missing_store_is_a_sentence(stores, fill):
    """Asked for a live store that is not there, every page names it and says what to do."""
    fill(stores.replay, CRISIS, restated=True)

    for view in VIEWS:
        at = open_page(view, store="live")
        assert "does not exist yet" in at.error[0].value
        assert "live.db" in at.error[0].value
        assert "karaula refresh" in html(at)


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("view", ["now", "map", "watches"])
def test_before_anything_was_read_the_desk_explains_itself(view):
    """On a bare machine every page says in three sentences what is seen, and how to fill the archive; nothing is an error."""
    at = open_page(view)

    assert not at.error
    assert at.subheader[0].value == "Nothing has been read yet"
    assert len([said for said in at.markdown if said.value.endswith(".") and "`" not in said.value]) == 3
    assert "karaula replay" in html(at)
    assert [button.key for button in at.button] == ["fill-archive"]


def test_an_empty_live_store_without_an_archive_has_its_sources(stores):
    """Nothing was read yet: the pages of numbers explain the desk, and the feeds can be looked at and added."""
    open_writer(stores.live).close()

    now, sources = open_page("now"), open_page("sources")

    assert now.subheader[0].value == "Nothing has been read yet"
    assert "Nothing has been read yet" not in [one.value for one in sources.subheader]
    assert "No feed is known to this store yet" in html(sources)


def test_feeds_that_nobody_asked_yet_are_a_sentence_and_no_figure(stores, records):
    """A figure that holds gaps alone would be one nameless patch."""
    writer = open_writer(stores.live)
    writer.put_feeds([records.feed("rs-a")], datetime.now(UTC) - timedelta(days=3))
    writer.close()

    said = html(open_page("sources", store="live"))

    assert "0 of 1 feed healthy; 1 never asked." in said
    assert "No feed was asked and no article seen" in said
    assert "Stronger colour" not in said


def test_a_broken_live_store_is_no_first_run(full):
    """Where the live store cannot be read, that is said, though there is no archive either."""
    with sqlite3.connect(full.path / "live.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    (full.path / "replay.db").unlink()

    at = open_page("map", store="live")

    assert "newer" in at.error[0].value
    assert not at.button


def test_the_archive_is_filled_by_one_button(stores, monkeypatch):
    """An operator fills it from the page by the command that anybody may type; a desk that only shows has no button."""
    at = open_page("map")
    ran: list[tuple[str, ...]] = []

    def run(*arguments: str) -> catalogue.Outcome:
        ran.append(arguments)
        open_writer(stores.replay).close()
        return catalogue.Outcome(done=True, said="replay archive: 3 new articles")

    monkeypatch.setattr(catalogue, "run", run)
    at.button(key="fill-archive").click().run()

    assert ran == [("replay",)]
    assert "The replay archive is empty." in html(at)
    monkeypatch.setenv("KARAULA_REPLAY", stores.replay.replace("replay.db", "other.db"))
    monkeypatch.setenv("KARAULA_READ_ONLY", "true")
    access.settings.cache_clear()
    assert not open_page("map").button


def test_an_archive_that_cannot_be_filled_says_why(stores, monkeypatch):
    """What the command says is shown as plain text, and the page stays as it is."""
    at = open_page("now")
    monkeypatch.setattr(catalogue, "run", lambda *_arguments: catalogue.Outcome(done=False, said="no space <b>left</b>"))

    at.button(key="fill-archive").click().run()

    assert at.text[0].value == "no space <b>left</b>"


def test_store_of_a_newer_schema_is_a_sentence(full):
    """A store that a newer Karaula wrote is refused in words."""
    with sqlite3.connect(full.path / "live.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    at = open_page("now", store="live")

    assert "newer schema" in at.error[0].value


def test_file_that_is_no_store_is_a_sentence(stores):
    """A file that is something else is refused in words."""
    (stores.path / "live.db").write_bytes(b"not a database, but long enough to be looked at" * 50)

    assert "cannot be read" in open_page("now", store="live").error[0].value


@pytest.mark.parametrize("view", VIEWS)
def test_empty_store_does_not_look_calm(stores, view):
    """A store without any article says that it is empty, and draws no figure of nothing."""
    open_writer(stores.live).close()

    at = open_page(view, store="live")

    assert not at.error
    assert at.info
    assert not at.get("bidi_component") or view == "sources"


@pytest.mark.usefixtures("full")
def test_window_without_signals_says_so():
    """Days without a signal are told as that, with a way out, and the map stays."""
    at = open_page("map", store="replay", window=["2021-10-01", "2021-10-05"])

    assert "No signal" in at.info[0].value
    assert "does not mean calm" in at.info[0].value
    assert json.loads(sent(at, "events")["figure"])["layout"]["map"]["style"]["name"] == "karaula-light"
