"""What holds for all records, on both engines."""

import itertools
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tension.model import Article, Candidate, Mode, Query, Reading, Signal, Span
from tension.store import Delivery, StoreReader, StoreWriter, open_writer
from tension.store.codec import signal_id, storable

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ALL_TIME = Query(since=date(1, 1, 1), until=date(9999, 12, 31))

#: One store lives through all examples of a test, so every example brings articles of its own.
NUMBERS = itertools.count()

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40) | st.sampled_from(
    ["'; DROP TABLE article; --", "%s %(x)s :x ? {}", "\\", '"', "\u202eabc", "e\u0301", "ﷺ", "İı", "\r\n\t", "null"]
)
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as Hypothesis wants it
SPANS = st.builds(
    Span, field=st.sampled_from(["title", "summary", "body"]), start=st.integers(0, 99), end=st.integers(100, 199), text=TEXTS
)
CONFIDENCES = st.floats(0, 1)
SIGNALS = st.builds(
    Signal,
    code=TEXTS,
    mode=st.sampled_from(Mode),
    confidence=CONFIDENCES,
    evidence=st.lists(SPANS, min_size=1, max_size=3).map(tuple),
    rule=TEXTS,
    cue=st.none() | SPANS,
    happened_on=st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
CANDIDATES = st.builds(
    Candidate,
    code=TEXTS,
    mode=st.sampled_from(Mode),
    confidence=CONFIDENCES,
    evidence=st.lists(SPANS, min_size=1, max_size=3).map(tuple),
    rule=TEXTS,
    cue=st.none() | SPANS,
    dropped=st.none() | TEXTS,
    position=st.integers(0, 1000),
)
ARTICLES = st.builds(
    Article,
    id=st.builds(lambda: f"n{next(NUMBERS)}"),
    outlet=TEXTS,
    url=st.none() | TEXTS,
    title=TEXTS,
    summary=TEXTS,
    body=TEXTS,
    language=st.sampled_from(["sr", "sq", "und"]),
    published_at=st.none() | INSTANTS,
    published_date=st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    first_seen_at=INSTANTS,
    family=TEXTS,
    side=TEXTS,
    country=TEXTS,
    restated=st.booleans(),
)


@pytest.fixture
def writer(store_url: str, records: Any) -> Iterator[StoreWriter]:
    made = open_writer(store_url)
    made.put_feeds([records.feed(), records.feed("rs-other")], records.now)
    yield made
    made.close()


@FEW
@given(article=ARTICLES)
def test_articles_come_back_as_they_went(writer: StoreWriter, records: Any, article: Article) -> None:
    """Any text in any field is stored letter by letter, any instant and day exactly."""
    writer.add([Delivery(article=article, feed_id=None, guid=None, seen_at=records.now, reading=None)])
    back = writer.unscored("v1", 1)
    writer.add_readings({article.id: records.reading()}, records.now)

    assert (article,) == tuple(back)


@FEW
@given(article=ARTICLES, signals=st.lists(SIGNALS, max_size=4), candidates=st.lists(CANDIDATES, max_size=3))
def test_readings_come_back_as_they_went(
    writer: StoreWriter, reader: StoreReader, records: Any, article: Article, signals: list[Signal], candidates: list[Candidate]
) -> None:
    """Signals and candidates come back with their spans and cues; signals of one id are one."""
    reading = Reading(language="sr", candidates=tuple(candidates), mentions=(), signals=tuple(signals), scorer_version="v1")
    writer.add([Delivery(article=article, feed_id=None, guid=None, seen_at=records.now, reading=reading)])
    row = reader.evidence([article.id]).iloc[0]

    unique = {signal_id(article.id, "v1", s): s for s in reversed(signals)}
    fields = ("code", "mode", "confidence", "evidence", "rule", "cue", "place", "happened_on")
    assert {i: _plain(s) for i, s in unique.items()} == {s["signal_id"]: {n: s[n] for n in fields} for s in row["signals"]}
    assert [_plain(c) for c in candidates] == row["candidates"]


def _plain(record: Any) -> dict[str, Any]:
    return asdict(record) | {"mode": str(record.mode), "evidence": [asdict(s) for s in record.evidence]}


BATCHES = st.lists(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["rs-outlet", "rs-other", None]), st.sampled_from([None, "v1", "v2"])),
        max_size=4,
    ),
    max_size=5,
)


@FEW
@given(batches=BATCHES)
def test_watermark_moves_when_and_only_when_data_does(
    writer: StoreWriter, reader: StoreReader, records: Any, batches: list[list[tuple[str, str | None, str | None]]]
) -> None:
    """Over any history of batches with repeats, the token and the contents change together."""
    run = next(NUMBERS)
    ids = [f"{run}-{letter}" for letter in "abcd"]
    for batch in batches:
        before = reader.watermark(), _contents(writer, reader, ids)
        deliveries = [_delivery(records, f"{run}-{letter}", feed, version) for letter, feed, version in batch]
        written = writer.add(deliveries)
        after = reader.watermark(), _contents(writer, reader, ids)

        assert (before[0] != after[0]) == (before[1] != after[1])
        assert (written.n_articles + written.n_sightings + written.n_signals == 0) or before[0] != after[0]


def _delivery(records: Any, article_id: str, feed_id: str | None, version: str | None) -> Delivery:
    reading = version and records.reading(records.signal(), version=version)
    made: Delivery = records.delivery(article_id, feed_id=feed_id, reading=reading or None)
    return made


def _contents(writer: StoreWriter, reader: StoreReader, ids: list[str]) -> tuple[object, ...]:
    """Return all that can be seen of some articles: rows, readings shown, and which scorers have read them."""
    waiting = [{a.id for a in writer.unscored(version, 10_000)} & set(ids) for version in ("v1", "v2")]
    return (reader.evidence(ids).to_json(date_format="iso"), *waiting)


@FEW
@given(articles=st.lists(ARTICLES, max_size=6, unique_by=lambda a: a.id), known_at=INSTANTS)
def test_as_known_on(writer: StoreWriter, reader: StoreReader, records: Any, articles: list[Article], known_at: datetime) -> None:
    """What is shown as known on an instant is what had been seen by then, and nothing else."""
    dated = [replace(a, published_date=records.day(25)) for a in articles]
    writer.add([records.delivery(a, records.signal(), feed_id=None) for a in dated])
    ids = {a.id for a in articles}

    shown = set(reader.signals(replace(ALL_TIME, as_known_at=known_at))["article_id"]) & ids
    assert {a.id for a in articles if a.first_seen_at and a.first_seen_at <= known_at} == shown
    assert ids <= set(reader.signals(ALL_TIME)["article_id"])


@given(st.text(st.characters()))
def test_storable_keeps_positions(text: str) -> None:
    """What no store can hold is replaced sign by sign, all else stays, so that spans still fit."""
    kept = storable(text)

    assert len(text) == len(kept)
    assert all(a == b or (b == "\ufffd" and (a == "\x00" or "\ud800" <= a <= "\udfff")) for a, b in zip(text, kept, strict=True))
    kept.encode()


def test_hostile_text_does_not_stop_a_batch(writer: StoreWriter, records: Any) -> None:
    """An entry with NUL and half a letter is stored, and the others of its batch with it."""
    hostile = records.article("a1", title="a\x00b\ud800c")

    assert writer.add([records.delivery(hostile), records.delivery("a2")]).n_articles == 2
    assert next(a for a in writer.unscored("v9", 10) if a.id == "a1").title == "a\ufffdb\ufffdc"


def test_signal_ids_are_pinned(records: Any) -> None:
    """The id of a signal is a stable promise: other rooms refer to it."""
    placed = records.signal()

    assert signal_id("a1", "v1", placed) == "s1ac1492d1475685f2d663"
    assert len({signal_id("a1", "v1", s) for s in (placed, replace(placed, place=None), replace(placed, code="x"))}) == 3
