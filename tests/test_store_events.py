"""Events in the store: assigned with the batch that brings the reports, undone by a newer row, known as of a day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tension.events.merge import event_id
from tension.model import Query
from tension.reading import read
from tension.store import Delivery, StoreReader, StoreWriter, open_reader, open_writer

TITLES = (
    "Srbi kamionima blokirali put ka Jarinju",
    "Serbët bllokojnë rrugën drejt Jarinjës",
    "Serbs block road to Jarinje crossing",
)


@pytest.fixture
def writer(store_url: str) -> Iterator[StoreWriter]:
    made = open_writer(store_url)
    yield made
    made.close()


def delivery(records: Any, n: int, title: str, *, hours: int = 0, **fields: Any) -> Delivery:
    """Return a delivery with the reading that scoring gives it."""
    at = records.now + timedelta(hours=hours)
    article = replace(
        records.article(f"a{n}", title=title, summary="", family=f"f{n}", language="und"), first_seen_at=at, **fields
    )
    return Delivery(article=article, feed_id=None, guid=f"g{n}", seen_at=at, reading=read(article))


def members(reader: StoreReader, **known: Any) -> dict[str, str]:
    """Return article → event."""
    found = reader.memberships(**known)
    return dict(zip(found["article_id"], found["event"], strict=True))


def test_a_batch_gives_every_report_its_event(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """Reports of one incident share an event, with the reasons beside."""
    writer.add([delivery(records, n, title) for n, title in enumerate(TITLES)])
    found = reader.memberships()

    assert set(found["event"]) == {event_id("a0")} or len(set(found["event"])) == 1
    assert list(found["guid"]) == [f"g{i[1:]}" for i in found["article_id"]]
    assert found["reasons"].str.contains('"as":"joined"').sum() == 2


def test_later_batches_join_as_one_batch_would(writer: StoreWriter, store_url: str, records: Any) -> None:
    """Batch by batch, also after a restart, gives what the pure merger gives in one go."""
    for n, title in enumerate(TITLES):
        fresh = open_writer(store_url)
        fresh.add([delivery(records, n, title, hours=n)])
        fresh.close()
    reader = open_reader(store_url)
    found = members(reader)
    reader.close()

    assert found == dict.fromkeys(["a0", "a1", "a2"], event_id("a0"))


def test_repeats_assign_nothing(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """The same batch again adds no row."""
    batch = [delivery(records, n, title) for n, title in enumerate(TITLES)]
    writer.add(batch)
    before = reader.memberships()
    writer.add(batch)

    assert before.equals(reader.memberships())


def test_undoing_restores_what_was(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """An undone report stands alone, the others are as if it had never joined, and the past still shows the merge."""
    writer.add([delivery(records, 0, TITLES[0])])
    writer.add([delivery(records, 1, TITLES[1], hours=1)])
    later = records.now + timedelta(hours=2)

    assert writer.undo_merge("a1", later, "another crossing")
    assert members(reader) == {"a0": event_id("a0"), "a1": event_id("a1")}
    assert members(reader, as_known_at=later - timedelta(minutes=1)) == dict.fromkeys(["a0", "a1"], event_id("a0"))
    assert not writer.undo_merge("a1", later, "again")
    assert not writer.undo_merge("a0", later, "it founded the event")


def test_reports_join_the_event_that_was_left(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """After an undo the merger goes on with what holds."""
    writer.add([delivery(records, 0, TITLES[0]), delivery(records, 1, TITLES[1], hours=1)])
    writer.undo_merge("a1", records.now + timedelta(hours=2), "another crossing")
    writer.add([delivery(records, 2, TITLES[0], hours=3)])

    assert members(reader)["a2"] == event_id("a0")


def test_as_known_on_is_what_a_store_stopped_then_would_say(
    writer: StoreWriter, reader: StoreReader, records: Any, tmp_path: Any
) -> None:
    """Memberships and signals of events as known at an instant equal those of a store that ended there."""
    batches = [[delivery(records, n, title, hours=n)] for n, title in enumerate(TITLES)]
    stopped = open_writer(f"sqlite:///{tmp_path / 'stopped.db'}")
    for n, batch in enumerate(batches):
        writer.add(batch)
        if n < 2:
            stopped.add(batch)
    stopped.close()
    other = open_reader(f"sqlite:///{tmp_path / 'stopped.db'}")
    month = Query(since=records.day(1), until=records.day(30), as_known_at=records.now + timedelta(hours=1))
    then, stood = reader.event_signals(month), other.event_signals(replace(month, as_known_at=None))
    known = members(reader, as_known_at=month.as_known_at)
    stood_members = members(other)
    other.close()

    assert known == stood_members
    assert then.astype(object).equals(stood.astype(object))


def test_a_denial_is_linked_and_counts_nothing(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """A report that denies is found by its event, and brings no signal of what it denies."""
    writer.add([delivery(records, 0, "Serbian military helicopters circle near Jarinje")])
    writer.add([delivery(records, 1, "Belgrade denies that Serbian military helicopters circled near Jarinje", hours=1)])
    month = Query(since=records.day(1), until=records.day(30))

    assert reader.denials(month) == {members(reader)["a1"]: ["a1"]}
    flights = reader.event_signals(replace(month, codes=("air_activity",)))
    assert list(flights["article_id"]) == ["a0"]


def test_articles_of_an_older_store_join_when_they_are_read(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """What was stored unread has no event until its reading comes."""
    unread = [replace(delivery(records, n, title), reading=None) for n, title in enumerate(TITLES)]
    writer.add(unread)
    assert members(reader) == {}
    writer.add_readings({d.article.id: read(d.article) for d in unread}, records.now)

    assert len(set(members(reader).values())) == 1


def test_a_newer_reading_changes_no_membership(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """Reading again with a newer scorer brings new signals to the same events; the older reading stays beside."""
    first = [delivery(records, n, title) for n, title in enumerate(TITLES)]
    writer.add([replace(d, reading=replace(d.reading, scorer_version="older", signals=())) for d in first])
    before = members(reader)
    month = Query(since=records.day(1), until=records.day(30))
    assert len(reader.event_signals(month)) == 0
    waiting = writer.unscored("newer", 10)
    writer.add_readings({a.id: replace(read(a), scorer_version="newer") for a in waiting}, records.now + timedelta(days=1))

    assert members(reader) == before
    assert set(reader.event_signals(month)["event"].astype(str)) == set(before.values())
    assert writer.unmerged(10) == ()
