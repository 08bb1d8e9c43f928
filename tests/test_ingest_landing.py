"""What feeds brought is stored together where it is ready together; each feed learns what it was the first to bring."""

import asyncio
import pickle
import time
from contextlib import closing, nullcontext
from typing import Any

import pytest

from ingest.landing import Landing
from tension.errors import StoreError
from tension.model import Article
from tension.reading import read
from tension.store import open_writer


class Slow:
    """A real writer whose batches take a moment, so that others queue up behind them; it counts them."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.batches: list[list[str]] = []
        self.fails = 0

    def add(self, deliveries: Any) -> Any:
        self.batches.append([d.article.id for d in deliveries])
        time.sleep(0.05)
        if self.fails:
            self.fails -= 1
            raise StoreError("here", "the disk is full")
        return self.writer.add(deliveries)


@pytest.fixture
def slow(store_url: str, records: Any) -> Any:
    """A store with four feeds."""
    with closing(open_writer(store_url)) as writer:
        writer.put_feeds([records.feed(f"f{n}") for n in range(4)], records.now)
        yield Slow(writer)


def brought(records: Any, feed: str, *ids: str) -> list[Any]:
    return [records.delivery(i, feed_id=feed) for i in ids]


def test_what_waits_is_stored_in_one_transaction(slow: Slow, records: Any) -> None:
    """While one batch is stored the others gather; an article that two feeds bring is new in the first of them only."""

    async def all_at_once() -> list[frozenset[str]]:
        landing = Landing(slow, nullcontext)  # type: ignore[arg-type]
        feeds = (brought(records, "f0", "a"), brought(records, "f1", "b", "c"), brought(records, "f2", "c", "d"))
        return list(await asyncio.gather(*(landing.add(some) for some in feeds)))

    found = asyncio.run(all_at_once())

    assert found == [{"a"}, {"b", "c"}, {"d"}]
    assert slow.batches in ([["a"], ["b", "c", "c", "d"]], [["a", "b", "c", "c", "d"]])
    assert slow.writer.known(["a", "b", "c", "d"]) == {"a", "b", "c", "d"}


def test_a_failed_batch_fails_its_own_feed_and_is_tried_again_by_the_others(slow: Slow, records: Any) -> None:
    """One hiccup of the store costs one feed's round; the others' articles are stored."""
    slow.fails = 1

    async def all_at_once() -> list[Any]:
        landing = Landing(slow, nullcontext)  # type: ignore[arg-type]
        feeds = (brought(records, "f0", "a"), brought(records, "f1", "b"), brought(records, "f2", "c"))
        return list(await asyncio.gather(*(landing.add(some) for some in feeds), return_exceptions=True))

    found = asyncio.run(all_at_once())

    assert sum(isinstance(f, StoreError) for f in found) == 1
    assert set().union(*(f for f in found if not isinstance(f, StoreError))) == slow.writer.known(["a", "b", "c"])
    assert len(slow.writer.known(["a", "b", "c"])) == 2


def test_steps_never_run_at_the_same_time(slow: Slow) -> None:
    """The store sees one step after the other, however many feeds ask."""
    inside: list[int] = []
    most: list[int] = []

    def step(n: int) -> int:
        inside.append(n)
        most.append(len(inside))
        time.sleep(0.01)
        inside.remove(n)
        return n

    async def many() -> list[int]:
        landing = Landing(slow, nullcontext)  # type: ignore[arg-type]
        return list(await asyncio.gather(*(landing.step(step, n) for n in range(8))))

    assert asyncio.run(many()) == list(range(8))
    assert max(most) == 1


def test_records_travel_between_processes_as_they_are() -> None:
    """A reading that was packed and unpacked is equal in every field."""
    made = Article(
        id="a",
        outlet="O",
        url=None,
        title="Srbi drugi dan blokiraju put ka Jarinju",
        summary="Vojni avioni nad Jarinjem.",
        language="sr",
    )
    reading = read(made)

    assert reading.signals
    assert reading.mentions
    assert pickle.loads(pickle.dumps((made, reading))) == (made, reading)  # noqa: S301 - our own
