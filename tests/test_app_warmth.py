"""What the first view needs is read before somebody asks, again when the store changed, and never at the cost of the server."""

import gc
import threading
import weakref
from datetime import UTC, datetime, timedelta

import anyio
import pytest
import structlog

from app import access, atlas, outlook, passing, recall, repository, warmth
from tension.errors import StoreError
from tests.parts.desk import asked_of, open_page

#: What reads the events, or the situations, of whole days.
_OF_EVENTS = ("facts", "event_facets", "event_signals", "situations")


@pytest.fixture
def full(desk_stores, tell):
    """A live store with a blockade of yesterday."""
    day = datetime.now(UTC).date() - timedelta(days=1)
    tell(desk_stores["live"], [(day, "Srbi blokirali put ka Jarinju", "Primer", "primer", "serbia", "RS", "sr")])


@pytest.mark.usefixtures("full")
def test_pages_find_all_read(monkeypatch):
    """After reading ahead Now and Map ask the store for no events of their own."""
    assert warmth.read("") != ""
    asked = asked_of(type(repository.reader(access.url_of("live"))), _OF_EVENTS, monkeypatch)

    open_page("now", store="live")
    open_page("map", store="live")

    assert asked == []


@pytest.mark.usefixtures("full")
def test_filters_windows_and_other_pages_find_all_read(monkeypatch):
    """Read on, neither a filter, nor the longest of the usual windows, nor another page's first view asks for events."""
    warmth.read_more(warmth.read(""))
    asked = asked_of(type(repository.reader(access.url_of("live"))), _OF_EVENTS, monkeypatch)

    today = datetime.now(UTC).date()
    quarter = [(today - timedelta(days=89)).isoformat(), today.isoformat()]
    open_page("now", store="live", outlets="primer", signals="border_blockade")
    open_page("map", store="live", where="XK")
    open_page("map", store="live", window=quarter, certainty="0.3", where="XK")
    open_page("situations", store="live", window=quarter)
    for view in ("situations", "events", "index", "sides"):
        open_page(view, store="live")

    assert asked == []


@pytest.mark.usefixtures("full")
def test_no_more_is_read_of_a_state_that_has_passed(monkeypatch):
    """What was read first of another state is to be read first anew: until then nothing more is read."""
    read = []
    monkeypatch.setattr(recall, "read_ahead", lambda *_: read.append("ahead"))

    now = warmth.read_more("another state")

    assert read == []
    assert now == warmth.read_more(now)
    assert read == ["ahead"]


@pytest.mark.usefixtures("full")
def test_nothing_is_read_while_the_store_stands_still(monkeypatch):
    """A look at an unchanged store reads nothing; a look that knows of no reading reads."""
    stands = warmth.read("")
    drawn = []
    monkeypatch.setattr(outlook, "outlook", lambda *_: drawn.append("now"))
    monkeypatch.setattr(atlas, "atlas", lambda *_: drawn.append("map"))

    assert warmth.read(stands) == stands
    assert drawn == []
    assert warmth.read("") == stands
    assert drawn == ["now", "map", "map"]


@pytest.mark.usefixtures("desk_stores")
def test_a_store_that_is_not_there_is_looked_for_again():
    """Without any store nothing is read and nothing fails: the state is unknown, so the next look tries again."""
    assert warmth.read("") == ""
    assert warmth.read("before") == ""


@pytest.mark.usefixtures("full")
def test_more_is_read_once_nobody_works(monkeypatch):
    """A reader at work is left alone, for as long as patience lasts; a calm desk is read on at once."""
    read, calm = [], [False]
    monkeypatch.setattr(recall, "read_ahead", lambda *_: read.append("ahead"))
    monkeypatch.setattr(warmth, "_MORE", (warmth._days,))
    monkeypatch.setattr(warmth, "_CALM_S", 0.04)
    monkeypatch.setattr(passing, "is_calm", lambda _: calm[0])
    stands = warmth.read("")

    async def left_alone():
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(warmth._read_on, stands)
            await anyio.sleep(0.2)
            assert read == []
            calm[0] = True

    anyio.run(left_alone)
    assert read == ["ahead"]
    calm[0] = False
    monkeypatch.setattr(warmth, "_PATIENCE_S", 0.05)
    assert anyio.run(warmth._read_on, stands) == stands
    assert read == ["ahead", "ahead"]


class _Ring:
    """An object that holds itself."""

    def __init__(self):
        self.me = self


def test_the_collector_passes_over_what_stays():
    """What was there is looked through no more; a cycle of it that died is freed by the next call, a later one at once."""
    old = _Ring()
    seen = weakref.ref(old)
    try:
        warmth.settle()
        assert all(one is not old for one in gc.get_objects())
        del old
        new = weakref.ref(_Ring())
        gc.collect()
        assert (seen() is None, new() is None) == (False, True)
        warmth.settle()
        assert seen() is None
    finally:
        gc.unfreeze()


@pytest.mark.usefixtures("full")
def test_reading_ends_with_the_server():
    """The task that reads ahead ends when the server does."""

    async def lived():
        with anyio.fail_after(20):
            async with warmth.kept(None):
                await anyio.sleep(0.1)

    anyio.run(lived)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("error", "level"), [(StoreError("sqlite:///x", "the database is locked"), "debug"), (OSError("no such disk"), "warning")]
)
def test_a_store_that_fails_is_named_and_looked_at_again(monkeypatch, error, level):
    """An error of the store or the disk is logged with the store, and the state is unknown: the next look tries again."""

    def fails(_store):
        raise error

    monkeypatch.setattr(repository, "desk", fails)
    with structlog.testing.capture_logs() as said:
        assert warmth.read("before") == ""

    assert [(one["log_level"], one["store"]) for one in said] == [(level, "live")]


def test_an_error_that_nobody_foresaw_ends_the_reading_alone(monkeypatch):
    """The server lives on, and ends without an error; the log has what happened."""
    monkeypatch.setattr(warmth, "read", lambda _: 1 // 0)

    async def lived():
        with anyio.fail_after(20):
            async with warmth.kept(None):
                await anyio.sleep(0.2)
        return "lived"

    with structlog.testing.capture_logs() as said:
        assert anyio.run(lived) == "lived"

    assert [(one["log_level"], type(one["exc_info"])) for one in said] == [("error", ZeroDivisionError)]


def test_nothing_is_read_or_collected_while_a_page_runs(monkeypatch):
    """Not even when patience is over: a part, a look at the store and the collector wait for the end of the run."""
    done, going = [], threading.Event()
    monkeypatch.setattr(warmth, "_PATIENCE_S", 0.02)
    monkeypatch.setattr(warmth, "_PAUSE_S", 0.02)
    monkeypatch.setattr(warmth, "read", lambda _: done.append("look") or "")
    monkeypatch.setattr(warmth, "read_more", lambda *_: done.append("part") or "")
    monkeypatch.setattr(warmth, "settle", lambda: done.append("collected"))
    monkeypatch.setattr(warmth, "_MORE", (warmth._days,))
    run = threading.Thread(target=going.wait, args=(20,), name="ScriptRunner.scriptThread")

    async def meanwhile():
        async with anyio.create_task_group() as tasks:
            for one in (warmth._keep, warmth._settled):
                tasks.start_soon(one)
            tasks.start_soon(warmth._read_on, "")
            await anyio.sleep(0.2)
            assert done == []
            going.set()
            await anyio.sleep(0.3)
            tasks.cancel_scope.cancel()

    run.start()
    try:
        anyio.run(meanwhile)
    finally:
        going.set()
        run.join()
    assert set(done) == {"look", "part", "collected"}
