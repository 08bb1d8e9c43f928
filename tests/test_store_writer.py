"""What the writing door may rely on, on both engines."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tension.errors import StoreError
from tension.model import CachingInfo, Query
from tension.store import StoreReader, StoreWriter, Written, open_writer

NOTHING = Written(n_articles=0, n_sightings=0, n_signals=0)


@pytest.fixture
def writer(store_url: str, records: Any) -> Iterator[StoreWriter]:
    made = open_writer(store_url)
    made.put_feeds([records.feed(), records.feed("rs-other")], records.now)
    yield made
    made.close()


@pytest.fixture
def everything(records: Any) -> Query:
    return Query(since=records.day(1), until=records.day(30))


def test_written_counts_what_is_new(writer: StoreWriter, records: Any) -> None:
    """A batch reports its new articles, sightings and signals."""
    written = writer.add([records.delivery("a1", records.signal(), records.signal("protest")), records.delivery("a2")])

    assert Written(n_articles=2, n_sightings=2, n_signals=2) == written


def test_repeat_is_no_op(writer: StoreWriter, reader: StoreReader, records: Any, everything: Query) -> None:
    """Writing the same batch again changes nothing and says so."""
    batch = [records.delivery("a1", records.signal()), records.delivery("a2")]
    writer.add(batch)
    before = (reader.watermark(), reader.freshness(), reader.signals(everything))

    assert writer.add(batch) == NOTHING
    assert before[:2] == (reader.watermark(), reader.freshness())
    assert before[2].equals(reader.signals(everything))


def test_repeats_within_a_batch_count_once(writer: StoreWriter, records: Any) -> None:
    """One article delivered twice in one batch is one article; the same signal twice is one signal."""
    twice = [records.delivery("a1", records.signal(), records.signal(confidence=0.5))] * 2

    assert Written(n_articles=1, n_sightings=1, n_signals=1) == writer.add(twice)


def test_a_large_batch_says_which_of_its_articles_are_new(writer: StoreWriter, records: Any) -> None:
    """Of more than one statement takes, some stored before and some twice in the batch, exactly the new ones are told."""
    writer.add([records.delivery(f"a{n}") for n in range(0, 130, 2)])

    written = writer.add([records.delivery(f"a{n}") for n in (*range(130), *range(130))])

    assert written.new_ids == {f"a{n}" for n in range(1, 130, 2)}
    assert (written.n_articles, written.n_sightings) == (65, 65)


def test_second_feed_adds_a_sighting_only(writer: StoreWriter, records: Any) -> None:
    """The same text from another feed is one article that was seen twice."""
    writer.add([records.delivery("a1", records.signal())])

    written = writer.add([records.delivery("a1", records.signal(), feed_id="rs-other")])

    assert Written(n_articles=0, n_sightings=1, n_signals=0) == written


def test_backfilled_items_need_no_feed(writer: StoreWriter, records: Any) -> None:
    """What no feed delivered is kept under its own id, once."""
    first, second = (records.delivery("a1", feed_id=None, guid=guid) for guid in ("x", "y"))

    assert writer.add([first, second]).n_sightings == 2
    assert writer.add([first]) == NOTHING


def test_first_sight_stays(writer: StoreWriter, reader: StoreReader, records: Any, everything: Query) -> None:
    """A later delivery does not move the instant at which an article was first seen."""
    writer.add([records.delivery("a1", reading=None)])
    later = records.now + timedelta(days=2)
    writer.add([records.delivery("a1", records.signal(), seen_at=later, feed_id="rs-other")])

    assert [records.now] == list(reader.articles(everything)["first_seen_at"])
    assert [records.now] == list(reader.signals(everything)["first_seen_at"])


def test_unknown_feed_rolls_back(writer: StoreWriter, reader: StoreReader, records: Any, everything: Query) -> None:
    """A batch that fails in the middle leaves nothing behind, and the error names the cause."""
    before = reader.watermark()

    with pytest.raises(StoreError, match="refers to a feed or an article that is not stored"):
        writer.add([records.delivery("a1", records.signal()), records.delivery("a2", feed_id="nobody")])
    assert set() == writer.known(["a1", "a2"])
    assert before == reader.watermark()
    assert reader.signals(everything).empty


def test_late_failure_rolls_back(writer: StoreWriter, records: Any) -> None:
    """Also where articles were already written when a signal turns out to be unusable."""
    broken = records.signal(confidence=None)

    with pytest.raises(StoreError, match="cannot be stored"):
        writer.add([records.delivery("a1", records.signal()), records.delivery("a2", broken)])
    assert set() == writer.known(["a1", "a2"])
    assert writer.add([records.delivery("a1")]).n_articles == 1


def test_naive_instants_are_refused(writer: StoreWriter, records: Any) -> None:
    """An instant without a zone would mean another moment on every machine."""
    naive = datetime(2023, 9, 25)  # noqa: DTZ001 - the subject of the test

    with pytest.raises(StoreError, match="has no time zone"):
        writer.add([records.delivery("a1", seen_at=naive)])


def test_known(writer: StoreWriter, records: Any) -> None:
    """Known articles are found among more ids than one statement can hold."""
    writer.add([records.delivery("a1"), records.delivery("a2")])

    assert {"a1", "a2"} == writer.known(["a1", "a2", *(f"b{i}" for i in range(40_000))])
    assert set() == writer.known([])


def test_recent_titles(writer: StoreWriter, records: Any) -> None:
    """Titles come folded, of the asked outlets and days, and lead to the articles that had them, with their instants."""
    cyrillic = records.article("a2", title="БАРИКАДЕ у Лепосавићу")
    other = records.article("a3", outlet="Other")
    old = records.delivery(records.article("a4", title="Stara vest"), seen_at=records.now - timedelta(days=9))
    writer.add([records.delivery("a1"), records.delivery(cyrillic), records.delivery(other), old])

    titles = writer.recent_titles(["Outlet"], records.day(20))

    assert {("Outlet", "barikade u leposavicu"): ["a1", "a2"]} == {k: [i for i, _ in v] for k, v in titles.items()}
    assert all(at is None or at.tzinfo for v in titles.values() for _, at in v)


def test_newer_scorer_stands_beside_the_old(writer: StoreWriter, reader: StoreReader, records: Any, everything: Query) -> None:
    """Readings of a newer scorer are shown; those of the old one are kept and do not come back."""
    writer.add([records.delivery("a1", records.signal()), records.delivery("a2", records.signal())])
    newer = {"a1": records.reading(records.signal("protest"), version="v2")}

    assert writer.add_readings(newer, records.now) == 1
    assert writer.add_readings(newer, records.now) == 0
    assert writer.add([records.delivery("a1", records.signal())]) == NOTHING
    shown = reader.signals(everything).set_index("article_id")["code"]
    assert shown.to_dict() == {"a1": "protest", "a2": "border_blockade"}


def test_newer_scorer_may_find_nothing(writer: StoreWriter, reader: StoreReader, records: Any, everything: Query) -> None:
    """An article in which the newer scorer finds no signal has none any more."""
    writer.add([records.delivery("a1", records.signal())])

    assert writer.add_readings({"a1": records.reading(version="v2")}, records.now) == 0
    assert reader.signals(everything).empty


def test_readings_of_unknown_articles_are_refused(writer: StoreWriter, records: Any) -> None:
    """A reading needs its article."""
    with pytest.raises(StoreError, match="not stored: a9"):
        writer.add_readings({"a9": records.reading(records.signal())}, records.now)


def test_unscored(writer: StoreWriter, records: Any) -> None:
    """What a scorer has not read comes oldest first, whole, and no longer once it was read."""
    old = records.delivery("a2", reading=None, seen_at=records.now - timedelta(days=1))
    writer.add([records.delivery("a1", reading=None), old, records.delivery("a3", records.signal())])

    assert [a.id for a in writer.unscored("v1", 10)] == ["a2", "a1"]
    assert [a.id for a in writer.unscored("v2", 10)] == ["a2", "a1", "a3"]
    assert (replace(old.article, first_seen_at=old.seen_at),) == tuple(writer.unscored("v1", 1))
    writer.add_readings({"a2": records.reading()}, records.now)
    assert [a.id for a in writer.unscored("v1", 10)] == ["a1"]


def test_last_fetches(writer: StoreWriter, records: Any) -> None:
    """The newest attempt is returned with the validators of the newest success."""
    hour = timedelta(hours=1)
    confirmed = records.fetch(outcome="not_modified", status=304, fetched_at=records.now + hour, caching=CachingInfo())
    failed = records.fetch(
        outcome="failed", status=None, reason="no answer", grade="temporary",
        fetched_at=records.now + 2 * hour, next_due_at=records.now + 3 * hour, caching=CachingInfo(),
    )  # fmt: skip
    writer.add_fetches([failed, confirmed, records.fetch()])

    assert {"rs-outlet": replace(failed, caching=CachingInfo(etag='"1"'))} == writer.last_fetches()


def test_success_without_validators_forgets_them(writer: StoreWriter, records: Any) -> None:
    """A server that no longer sends validators is asked without."""
    later = records.fetch(fetched_at=records.now + timedelta(hours=1), caching=CachingInfo())
    writer.add_fetches([records.fetch(), later])

    assert CachingInfo() == writer.last_fetches()["rs-outlet"].caching


def test_two_writers_queue(store_url: str, writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """Two processes that write the same at once wait for each other; each article is counted by one of them."""
    other = open_writer(store_url)
    batches = [[records.delivery(f"a{i}", records.signal()) for i in range(n, n + 20)] for n in range(0, 100, 10)]
    counts: list[int] = []

    def run(mine: StoreWriter, order: int) -> None:
        counts.extend(mine.add(batch[::order]).n_articles for batch in batches[::order])

    threads = [threading.Thread(target=run, args=args) for args in ((writer, 1), (other, -1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    assert sum(counts) == 110
    assert len(reader.signals(Query(since=records.day(1), until=records.day(30)))) == 110


ENDLESS = """
import itertools, sys
from datetime import UTC, datetime
from tension.model import Article
from tension.store import Delivery, open_writer
writer, at = open_writer(sys.argv[1]), datetime(2023, 9, 25, tzinfo=UTC)
for n in itertools.count():
    articles = [Article(id=f"{n}-{i}", outlet="o", url=None, title="t") for i in range(100)]
    writer.add([Delivery(article=a, feed_id=None, guid=a.id, seen_at=at, reading=None) for a in articles])
    print(n, flush=True)
"""


def test_kill_leaves_whole_batches(store_url: str, writer: StoreWriter) -> None:
    """A process that is killed while it writes leaves whole batches, all of those it had reported."""
    command = [sys.executable, "-c", ENDLESS, store_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        reported = [process.stdout.readline() for _ in range(5)]
        os.kill(process.pid, signal.SIGKILL)

    assert reported == ["0\n", "1\n", "2\n", "3\n", "4\n"]
    kept = len(writer.unscored("v1", 1_000_000))
    assert kept >= 500
    assert kept % 100 == 0


def test_whole_and_broken_numbers_in_one_batch(writer: StoreWriter, records: Any) -> None:
    """A radius of 5 and one of 2.5 km, a confidence of 1 and one of 0.8 go into one batch."""
    whole = records.signal(confidence=1, place=replace(records.place, id="p1", radius_km=5))
    broken = records.signal("protest", place=replace(records.place, id="p2", radius_km=2.5))

    assert writer.add([records.delivery("a1", whole, broken)]).n_signals == 2


def test_what_is_held_for_merging_is_begun_anew_each_day(writer: Any, reader: StoreReader, records: Any) -> None:
    """A process that lives for months holds the events of days that reports speak of now; none of them is lost for that."""
    writer.add([records.delivery("a1", records.signal())])
    later = records.now + timedelta(days=30)
    writer.put_feeds([records.feed(), records.feed("rs-other")], later)
    then = records.article("b1", published_at=later, published_date=later.date())
    writer.add([records.delivery(then, records.signal(), seen_at=later)])
    assert [event.day for event in writer._merging._book.events.values()] == [later.date()]

    writer.add([records.delivery(records.article("a2", outlet="Other", family="other"), records.signal(), seen_at=later)])
    events = {article_id: why["event"] for article_id, why in reader.reasons(["a1", "a2", "b1"]).items()}
    assert events["a1"] == events["a2"] != events["b1"]
