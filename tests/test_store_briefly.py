"""Situations as a window needs them, on both engines: the opening, the newest, all that came in it, and where measures bind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tension.model import Mode, Place, Precision, Query
from tension.store import StoreReader, StoreWriter, open_writer

GATE = Place(id="crossing-merdare", name="Merdare", country="XK", lat=42.98, lon=21.26, precision=Precision.CROSSING)
WHOLE = Place(id="country-xk", name="Kosovo", country="XK", lat=None, lon=None, precision=Precision.COUNTRY)


@pytest.fixture
def writer(store_url: str) -> Iterator[StoreWriter]:
    """Open a store on both engines."""
    made = open_writer(store_url)
    yield made
    made.close()


def told(records: Any, writer: StoreWriter, days: list[int], place: Place, code: str) -> None:
    """Tell of something on some days after the first."""
    for n in days:
        at = records.now + timedelta(days=n)
        article = records.article(f"{code}{n}", published_at=at, published_date=at.date(), first_seen_at=at, title=f"{code} {n}")
        signal = replace(records.signal(code, place=place), mode=Mode.ACTUAL)
        writer.add([records.delivery(article, signal, seen_at=at, feed_id=None)])


def test_of_long_ago_only_the_opening_and_the_newest_are_read(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """What was reported between is left out; how each day of the window stands is the same."""
    told(records, writer, list(range(0, 20, 2)), GATE, "border_blockade")
    since = (records.now + timedelta(days=15)).date()

    (whole,) = (s for s in reader.situations() if s.kind == "blockade")
    (brief,) = (s for s in reader.situations(since=since, briefly=True) if s.kind == "blockade")

    assert [c.day for c in brief.changes] == [
        c.day for n, c in enumerate(whole.changes) if n == 0 or c.day >= since - timedelta(1)
    ]
    for n in range(15, 40):
        day = records.now.date() + timedelta(days=n)
        assert brief.status_on(day) == whole.status_on(day)


def test_measures_tell_at_which_crossings_they_bind(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """A report at a crossing is named with its days and article; one of the whole country and another's situation are not."""
    told(records, writer, [0, 2], GATE, "coercive_measure")
    told(records, writer, [3], WHOLE, "coercive_measure")
    (measure,) = (s for s in reader.situations() if s.kind == "measure")
    first: date = records.now.date()

    found = reader.limits([measure.id], "coercive_measure")

    assert [row[:3] for row in found[measure.id]] == [(d, d, GATE.id) for d in (first, first + timedelta(days=2))]
    assert reader.limits([], "coercive_measure") == {}
    assert reader.limits(["t1nothing"], "coercive_measure") == {}


@pytest.mark.parametrize("looking_back", [False, True])
def test_situations_are_found_by_their_names(
    writer: StoreWriter, reader: StoreReader, records: Any, *, looking_back: bool
) -> None:  # fmt: skip
    """One is read with all its changes, as known now or then; a name that is not there is nothing."""
    told(records, writer, [0, 2, 4], GATE, "border_blockade")
    told(records, writer, [1], WHOLE, "coercive_measure")
    at = records.now + timedelta(days=30) if looking_back else None
    whole = {s.id: s for s in reader.situations(as_known_at=at)}
    (blockade,) = (s for s in whole.values() if s.kind == "blockade")

    (found,) = reader.situations(ids=[blockade.id, "t1nothing"], as_known_at=at)

    assert found == whole[blockade.id]
    assert len(found.changes) == 3
    assert list(reader.situations(ids=[], as_known_at=at)) == []


def test_articles_pass_by_their_signals_whatever_the_day(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """Language, outlet and certainty decide; days do not, and what is not stored passes nothing."""
    article = records.article("a1", language="sq", outlet="Other")
    signal = records.signal("protest", confidence=0.4)
    other = records.delivery("a2", records.signal("protest", confidence=0.9), feed_id=None)
    writer.add([records.delivery(article, signal, feed_id=None), other])
    asked = Query(since=date(1999, 1, 1), until=date(1999, 1, 2))
    ids = ["a1", "a2", "no such article"]

    def passing(**facets: Any) -> set[str]:
        return set(reader.passing(ids, replace(asked, **facets)))

    assert passing() == {"a1", "a2"}
    assert passing(languages=("sq",)) == passing(outlets=("Other",)) == {"a1"}
    assert passing(min_confidence=0.5) == {"a2"}
    assert passing(outlets=("Other",), min_confidence=0.5) == set()
    assert reader.passing([], asked) == frozenset()
