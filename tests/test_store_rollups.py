"""Daily roll-ups: kept up batch by batch they are what is made anew, and they say what every signal together says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from streams import DAY, NOON, PLACES, SCOPES, Stores, few, streams, write

from tension.events.crossings import board
from tension.events.situations import Situation, situations, standing_codes
from tension.index import rollup
from tension.index.reading import contributions, index_of, indexes_of, scope_of
from tension.index.series import needed_since, series
from tension.model import Query
from tension.store import Delivery, StoreReader, open_reader, open_writer
from tension.store.daily_schema import COVERAGE, EVENTS
from tension.store.engines import connect_engine
from tension.store.lately import trimmed
from tension.store.rollups import differences, rebuild

FEW = few(8)


@pytest.fixture
def stores(tmp_path_factory: Any, records: Any) -> Iterator[Stores]:
    """Make a new, empty store for each example."""
    made = Stores(tmp_path_factory.mktemp("rolled"), records.feed)
    yield made
    made.close()


def dump(connection: sa.Connection) -> dict[str, list[Any]]:
    """Return every row of every roll-up."""
    return {t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=repr) for t in (*EVENTS, *COVERAGE)}


def kept_and_made(url: str) -> tuple[Any, Any]:
    """Return the roll-ups as they are kept and as they are made anew."""
    engine = connect_engine(url, writing=True)
    with engine.begin() as connection:
        kept = dump(connection)
        assert list(differences(connection)) == []
        rebuild(connection)
        made = dump(connection)
    engine.dispose()
    return kept, made


def same(reader: StoreReader, name: str, *, panel: bool, at: datetime | None) -> None:
    """Check that a scope's index from roll-ups is that from every signal."""
    since, until = DAY - timedelta(days=3), DAY + timedelta(days=30)
    query = Query(since=needed_since(since), until=until, as_known_at=at)
    slow = series(scope_of(reader, name, query, panel=panel), since, until, first=DAY - timedelta(days=99), unread={}, full=False)
    fast = index_of(reader, name, since, until, first=DAY - timedelta(days=99), unread={}, panel=panel, as_known_at=at)
    for one, other in zip(slow, fast, strict=True):
        assert other.value == pytest.approx(one.value, abs=1e-6), (name, panel, at, one.day)
        assert dict(other.parts) == pytest.approx(dict(one.parts), abs=1e-6)
        assert other.band == pytest.approx(one.band, abs=1e-2)
    listing = contributions(reader, name, since, until, panel=panel, as_known_at=at)
    for day in fast:
        listed = listing.listed(day.day)
        assert sum(row["contribution"] for row in listed) == pytest.approx(sum(day.parts.values()), abs=1e-6)


@FEW
@given(stream=streams, size=st.integers(1, 6), undone=st.integers(0, 23))
def test_kept_up_roll_ups_are_those_made_anew(
    stream: list[Delivery], size: int, undone: int, stores: Stores, records: Any
) -> None:
    """Batch by batch, with a merge undone, a newer reading and another panel: every byte is that of a rebuild."""
    writer, _, url = stores.new()
    write(writer, stream, size)
    writer.undo_merge(f"a{undone}", NOON + timedelta(days=40), "another place")
    again = {
        d.article.id: replace(d.reading, scorer_version="v2", signals=d.reading.signals[:1]) for d in stream[::3] if d.reading
    }
    writer.add_readings(again, NOON + timedelta(days=41))
    writer.put_feeds([records.feed(outlet=o, id=f"rs-{o}", panel=o != "a") for o in ("a", "b", "late")], NOON)
    kept, made = kept_and_made(url)

    assert kept == made


@few(12)
@given(
    stream=streams, size=st.integers(1, 6), name=st.sampled_from(SCOPES), feeds=st.sampled_from(["all", "panel"]),
    days=st.sampled_from([None, 4, 10]),
)  # fmt: skip
def test_the_index_from_roll_ups_is_that_from_every_signal(
    stream: list[Delivery], size: int, name: str, feeds: str, days: int | None, stores: Stores
) -> None:
    """For every kind of scope, all feeds and the panel, now and as known on a day; contributions sum to it."""
    writer, reader, _ = stores.new()
    write(writer, stream, size)

    same(reader, name, panel=feeds == "panel", at=None if days is None else NOON + timedelta(days=days))


@FEW
@given(stream=streams, size=st.integers(1, 6), days=st.integers(0, 20))
def test_situations_from_roll_ups_are_those_from_every_signal(
    stream: list[Delivery], size: int, days: int, stores: Stores
) -> None:
    """The same situations with the same changes, now and as known at an instant."""
    writer, reader, _ = stores.new()
    write(writer, stream, size)
    for at in (None, NOON + timedelta(days=days)):
        lasting = Query(since=date.min, until=date.max, codes=standing_codes(), as_known_at=at)
        assert list(reader.situations(as_known_at=at)) == situations(reader.event_signals(lasting))


@FEW
@given(stream=streams, size=st.integers(1, 6), stopped=st.integers(0, 6))
def test_known_on_a_day_is_what_a_store_stopped_then_says(
    stream: list[Delivery], size: int, stopped: int, stores: Stores
) -> None:
    """As-known-on equals the index of a store that ended there."""
    writer, reader, _ = stores.new()
    other, stood, _ = stores.new()
    at = NOON + timedelta(days=3 * stopped + 1)
    write(writer, stream, size)
    write(other, [d for d in stream if d.seen_at <= at], size)
    for name in SCOPES:
        known = index_of(reader, name, DAY, DAY + timedelta(days=20), first=DAY, unread={}, as_known_at=at)
        assert known == index_of(stood, name, DAY, DAY + timedelta(days=20), first=DAY, unread={})
    assert reader.situations(as_known_at=at) == stood.situations()


def test_roll_ups_work_on_both_engines(store_url: str, records: Any) -> None:
    """What is kept up on either database is what is made anew there, and the index is read from it."""
    writer = open_writer(store_url)
    writer.put_feeds([records.feed(outlet="a", id="rs-a")], NOON)
    made = []
    for n, outlet in enumerate(("a", "b", "a", "b")):
        d = records.delivery(f"x{n}", records.signal(), records.signal("pullback" if n > 2 else "protest"), feed_id=None)
        made.append(
            replace(d, article=replace(d.article, outlet=outlet, family=outlet), seen_at=records.now + timedelta(hours=n))
        )
    for d in made:
        writer.add([d])
    writer.undo_merge("x1", records.now + timedelta(days=1), "another")
    writer.close()
    kept, anew = kept_and_made(store_url)
    reader = open_reader(store_url)
    days = index_of(reader, "XK", records.day(20), records.day(30), first=records.day(1), unread={})
    panel = index_of(reader, "XK", records.day(20), records.day(30), first=records.day(1), unread={}, panel=True)
    known = reader.daily("XK", records.day(20), records.day(30), as_known_at=records.now)
    reader.close()

    assert kept == anew
    assert 0 < panel[-1].value < days[-1].value
    assert known.parts.sum() < rollup.UNIT * 100


def test_a_large_store_without_roll_ups_is_read_signal_by_signal(sqlite_url: str, records: Any, monkeypatch: Any) -> None:
    """Until they are made, numbers are the same, only slower."""
    writer = open_writer(sqlite_url)
    writer.add([records.delivery("a1", records.signal(), feed_id=None)])
    engine = connect_engine(sqlite_url, writing=True)
    reader = open_reader(sqlite_url)
    before = index_of(reader, "XK", records.day(20), records.day(30), first=records.day(1), unread={})
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE rollup_state SET version = 'older'")
    monkeypatch.setattr("tension.store.rollups.SMALL", 0)
    writer.add([records.delivery("a2", records.signal(), feed_id=None)])
    assert not reader.rolled_up()
    after = index_of(reader, "XK", records.day(20), records.day(30), first=records.day(1), unread={})
    monkeypatch.setattr("tension.store.rollups.SMALL", 10)
    writer.add([records.delivery("a3", records.signal(), feed_id=None)])
    writer.close()
    engine.dispose()

    assert reader.rolled_up()
    assert [d.value for d in before] == pytest.approx([d.value for d in after])
    reader.close()


def test_verify_says_where_a_roll_up_is_wrong(sqlite_url: str, records: Any) -> None:
    """A sum that somebody changed is found."""
    writer = open_writer(sqlite_url)
    writer.add([records.delivery("a1", records.signal(), feed_id=None)])
    writer.close()
    engine = connect_engine(sqlite_url, writing=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE daily_sum SET acts = acts + 1 WHERE scope = 'XK'")
        found = list(differences(connection))
    engine.dispose()

    assert [words.partition(" daily")[0] for words in found] == ["1"]


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE standing SET confirmed = '2030-01-01'",
        "UPDATE standing_change SET change = 'closed'",
        "DELETE FROM standing_change",
        "DELETE FROM standing",
    ],
)
def test_verify_says_where_a_situation_is_wrong(sqlite_url: str, records: Any, harm: str) -> None:
    """A situation, or a change of one, that somebody altered or took away is found; untouched ones are not named."""
    writer = open_writer(sqlite_url)
    signal = replace(records.signal(), code=standing_codes()[0], place=PLACES["crossing-jarinje"])
    writer.add([records.delivery("a1", replace(signal, code="border_blockade"), feed_id=None)])
    writer.close()
    engine = connect_engine(sqlite_url, writing=True)
    with engine.begin() as connection:
        assert list(differences(connection)) == []
        assert connection.exec_driver_sql(harm).rowcount > 0
        found = list(differences(connection))
    engine.dispose()

    assert [words.partition(" are not what the events say")[0] for words in found] == ["1 situations"]


@FEW
@given(stream=streams, size=st.integers(1, 6), days=st.integers(-2, 40))
def test_a_window_of_situations_tells_each_of_its_days_as_all_do(
    stream: list[Delivery], size: int, days: int, stores: Stores
) -> None:
    """What stands, what changed and how every crossing is, from a day on: the same from fewer situations."""
    writer, reader, _ = stores.new()
    write(writer, stream, size)
    since = DAY + timedelta(days=days)
    for at in (None, NOON + timedelta(days=9)):
        every, some = reader.situations(as_known_at=at), reader.situations(as_known_at=at, since=since)
        assert {s.id for s in some} <= {s.id for s in every}
        for day in (since, since + timedelta(days=1), since + timedelta(days=9)):
            assert [s for s in some if s.stands_on(day)] == [s for s in every if s.stands_on(day)]
            changed = [[c for s in found for c in s.changes if c.day == day] for found in (some, every)]
            assert changed[0] == changed[1]
            assert board(some, PLACES.values(), day) == board(every, PLACES.values(), day)
        _in_brief(every, reader.situations(as_known_at=at, since=since, briefly=True), since)
        ended = [s for s in every if s.since <= since]
        assert list(reader.situations(as_known_at=at, since=since, until=since)) == [s for s in some if s in ended]


def _in_brief(every: Sequence[Situation], brief: Sequence[Situation], since: date) -> None:
    """Check that with the opening, the newest and the later changes alone every day from a day on is told as with all."""
    whole = {s.id: s for s in every}
    for s in brief:
        of = whole[s.id]
        assert list(s.changes) == trimmed(of.changes, since)
        for day in (since, since + timedelta(days=1), since + timedelta(days=9)):
            if s.since <= day:
                assert (s.status_on(day), s.stands_on(day)) == (of.status_on(day), of.stands_on(day))
                newest = [max(c.day for c in found.changes if c.day <= day) for found in (s, of)]
                assert newest[0] == newest[1]


@FEW
@given(stream=streams, size=st.integers(1, 6))
def test_many_scopes_at_once_are_each_alone(stream: list[Delivery], size: int, stores: Stores) -> None:
    """What is read once for several scopes is what each of them is alone, now and as known on a day."""
    writer, reader, _ = stores.new()
    write(writer, stream, size)
    until = DAY + timedelta(days=20)
    for at in (None, NOON + timedelta(days=5)):
        together = indexes_of(reader, DAY, until, first=DAY, unread={name: {} for name in SCOPES}, as_known_at=at)
        for name in SCOPES:
            assert together[name] == index_of(reader, name, DAY, until, first=DAY, unread={}, as_known_at=at)
