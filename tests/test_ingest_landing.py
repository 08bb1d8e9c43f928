"""What feeds brought is stored together where it is ready together; each feed learns what it was the first to bring."""

import asyncio
import pickle
import threading
import time
from contextlib import closing, nullcontext
from typing import Any

import pytest

from ingest import landing as landing_module
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


def test_a_batch_waits_for_what_is_on_its_way(slow: Slow, records: Any) -> None:
    """The first waits while others are coming, also where one of them brings nothing in the end, and never for itself alone."""

    async def one_after_the_other() -> None:
        landing = Landing(slow, nullcontext)  # type: ignore[arg-type]

        async def feed(after_s: float, *ids: str) -> None:
            with landing.coming():
                await asyncio.sleep(after_s)
                if ids:
                    await landing.add(brought(records, "f0", *ids))

        await asyncio.gather(feed(0, "a"), feed(0.1, "b"), feed(0.2))
        await feed(0, "c")

    asyncio.run(one_after_the_other())

    assert slow.batches == [["a", "b"], ["c"]]


@pytest.mark.parametrize(("name", "value"), [("_PATIENCE_S", 0.05), ("_ENOUGH", 1)])
def test_a_batch_waits_for_nobody_for_long(
    slow: Slow, records: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: float
) -> None:
    """Who is late is stored later; and a batch that is large enough waits for nobody."""
    monkeypatch.setattr(landing_module, name, value)
    late = asyncio.Event()

    async def apart() -> frozenset[str]:
        landing = Landing(slow, nullcontext)  # type: ignore[arg-type]

        async def stuck() -> None:
            with landing.coming():
                await late.wait()

        waiting = asyncio.create_task(stuck())
        with landing.coming():
            found = await landing.add(brought(records, "f0", "a"))
        late.set()
        await waiting
        return found

    assert asyncio.run(asyncio.wait_for(apart(), 10)) == {"a"}


def test_looking_does_not_wait_for_what_is_written(slow: Slow, records: Any) -> None:
    """A step that only reads runs beside a batch that is being stored."""
    begun, looked = threading.Event(), threading.Event()

    class Held:
        """A writer that is not done before somebody has looked."""

        def add(self, deliveries: Any) -> Any:
            begun.set()
            assert looked.wait(10)
            return slow.writer.add(deliveries)

    async def beside() -> set[str]:
        landing = Landing(Held(), nullcontext)  # type: ignore[arg-type]
        writing = asyncio.create_task(landing.add(brought(records, "f0", "a")))
        await asyncio.to_thread(begun.wait, 10)
        before = await landing.look(slow.writer.known, {"a"})
        looked.set()
        await writing
        landing.close()
        return before | await asyncio.to_thread(slow.writer.known, {"a"})

    assert asyncio.run(beside()) == {"a"}


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
