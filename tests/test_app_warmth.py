"""What the first view needs is read before somebody asks, again when the store changed, and never at the cost of the server."""

from datetime import UTC, datetime, timedelta

import anyio
import pytest

from app import access, atlas, outlook, repository, warmth
from tests.parts.desk import open_page


@pytest.fixture
def full(desk_stores, tell):
    """A live store with a blockade of yesterday."""
    day = datetime.now(UTC).date() - timedelta(days=1)
    tell(desk_stores["live"], [(day, "Srbi blokirali put ka Jarinju", "Primer", "primer", "serbia", "RS", "sr")])


@pytest.mark.usefixtures("full")
def test_pages_find_all_read(monkeypatch):
    """After reading ahead Now and Map ask the store for no events of their own."""
    assert warmth.read("") != ""
    asked = []
    for name in ("facts", "event_signals", "situations"):
        reader = type(repository.reader(access.url_of("live")))
        monkeypatch.setattr(reader, name, _noting(getattr(reader, name), name, asked))

    open_page("now", store="live")
    open_page("map", store="live")

    assert asked == []


def _noting(act, name, asked):
    def noted(*args, **kwargs):
        asked.append(name)
        return act(*args, **kwargs)

    return noted


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
def test_reading_ends_with_the_server():
    """The task that reads ahead ends when the server does."""

    async def lived():
        with anyio.fail_after(20):
            async with warmth.kept(None):
                await anyio.sleep(0.1)

    anyio.run(lived)
