"""Since my last visit: whose it is, when it began, and what the store did not know then; never a guess."""

from datetime import UTC, datetime, timedelta

import pytest
from desk import html, open_page

from app import access, news, repository, visits
from tension.model import Query

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_a_visit_ends_with_a_pause(tmp_path):
    """The first visit knows no one before; looks close to each other are one visit, and the next begins where it ended."""
    path = tmp_path / "folder" / "visits.db"

    def look(minutes: int) -> datetime | None:
        return visits.look(path, "ana", "store", NOW + timedelta(minutes=minutes))

    assert look(0) is None
    assert look(10) is None
    assert look(100) == NOW + timedelta(minutes=10)
    assert look(110) == NOW + timedelta(minutes=10)
    assert look(24 * 60) == NOW + timedelta(minutes=110)


def test_readers_and_stores_are_apart_and_all_can_be_taken_as_seen(tmp_path):
    """What one reader saw says nothing of another, nor of another store; with all seen, only what comes later is new."""
    path = tmp_path / "visits.db"
    visits.look(path, "ana", "one", NOW)
    later = NOW + timedelta(hours=3)

    assert visits.look(path, "ben", "one", later) is None
    assert visits.look(path, "ana", "two", later) is None
    assert visits.look(path, "ana", "one", later) == NOW
    visits.all_seen(path, "ana", "one", later)
    assert visits.look(path, "ana", "one", later + timedelta(minutes=1)) == later


def test_clock_that_went_back_loses_nothing(tmp_path):
    """A look that is dated before the last one neither begins a visit nor moves the last look back."""
    path = tmp_path / "visits.db"
    visits.look(path, "ana", "one", NOW)
    visits.look(path, "ana", "one", NOW - timedelta(days=1))

    assert visits.look(path, "ana", "one", NOW + timedelta(hours=1)) == NOW


@pytest.fixture
def desk_with_news(desk_stores, tell, tmp_path, monkeypatch):
    """Return the moment between two deliveries of a live store: a blockade before it; a report of it and a raid after it."""
    monkeypatch.setenv("KARAULA_VISITS", str(tmp_path / "visits.db"))
    access.settings.cache_clear()
    today = datetime.now(tz=UTC).date()
    before, after = today - timedelta(days=2), today - timedelta(days=1)
    tell(
        desk_stores["live"],
        [
            (before, "Barikade na prelazu Jarinje", "Danas", "danas", "serbia", "RS", "sr"),
            (after, "Policija pretresla prostorije u Zubinom Potoku", "Danas", "danas", "serbia", "RS", "sr"),
        ],
    )
    return datetime(after.year, after.month, after.day, 1, tzinfo=UTC)


def test_new_is_what_the_store_did_not_know_then(desk_with_news):
    """Events and situations that came in after the moment are new, those of before are not; later than all, nothing is."""
    desk = repository.desk("live")
    query = Query(since=desk.window[0], until=desk.window[1])

    found = news.since(desk, query, desk_with_news)
    everything = news.since(desk, query, desk_with_news - timedelta(days=5))
    nothing = news.since(desk, query, desk.now)

    assert len(everything.events) == len(repository.events(desk, query))
    assert 0 < len(found.events) < len(everything.events)
    assert set(found.events["day"].dt.date) == {desk_with_news.date()}
    assert everything.opened
    assert not found.opened
    assert not nothing


def test_filters_narrow_what_is_new(desk_with_news):
    """With another country asked for, nothing of this one is new."""
    desk = repository.desk("live")
    query = Query(since=desk.window[0], until=desk.window[1], countries=("GR",))

    assert not news.since(desk, query, desk_with_news - timedelta(days=5))


def test_first_visit_promises_and_the_next_one_counts(desk_with_news, tmp_path):
    """The page says that nothing can be new yet; at the next visit it counts, lists and marks what came in between."""
    first = open_page("now", store="live")
    assert "This is your first visit" in html(first)
    desk = repository.desk("live")
    visits.all_seen(tmp_path / "visits.db", access.settings().profile, visits._store(desk), desk_with_news)

    second = open_page("now", store="live")

    said = html(second)
    assert "k-new" in said
    assert ">new<" in said
    expander = next(block for block in second.expander if "Since you looked last" in block.label)
    assert "new event" in expander.label
    assert "Policija pretresla" in "".join(str(h.proto.body) for h in expander.get("html"))
    expander.button[0].click().run()
    assert all("0 new events" in block.label for block in second.expander if "Since you looked last" in block.label)


def test_the_address_carries_the_moment_where_nobody_is_remembered(desk_with_news, monkeypatch):
    """A dashboard that only shows remembers nobody: a moment in the address counts, nonsense or the future in it does not."""
    monkeypatch.setenv("KARAULA_READ_ONLY", "true")
    access.settings.cache_clear()

    bare = open_page("now", store="live")
    assert "seen" not in bare.query_params
    next(button for button in bare.button if button.key == "seen-begin").click().run()
    assert datetime.fromisoformat("".join(bare.query_params["seen"])) <= datetime.now(tz=UTC)

    stated = open_page("now", store="live", seen=desk_with_news.isoformat())
    assert any("Since you looked last" in block.label for block in stated.expander)
    for nonsense in ("yesterday", (datetime.now(tz=UTC) + timedelta(days=9)).isoformat(), "<b>"):
        at = open_page("now", store="live", seen=nonsense)
        assert not any("Since you looked last" in block.label for block in at.expander)


def test_visits_that_cannot_be_written_are_named(desk_with_news, tmp_path, monkeypatch):
    """Where the file cannot be made, the page says so and offers the address instead."""
    (tmp_path / "blocked").write_text("", encoding="utf-8")
    monkeypatch.setenv("KARAULA_VISITS", str(tmp_path / "blocked" / "visits.db"))
    access.settings.cache_clear()

    at = open_page("now", store="live")

    assert "Your visits cannot be remembered" in html(at)
    assert any(button.key == "seen-begin" for button in at.button)
