"""What holds of every number, whatever comes in: from reports through merging and the store to the index.

Each property stands for a sentence that an analyst may rely on. That contributions sum to a value, that a kept-up store is a
rebuilt one, and that *as known on* is what a store stopped then says, is shown in `test_store_rollups.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams import DAY, NOON, PLACES, SCOPES, SPAN, Stores, few, streams, write

from tension.events.merge import event_id
from tension.index.answer import rows_of
from tension.index.reading import index_of
from tension.index.series import Day
from tension.model import Candidate, Mode, Query
from tension.store import Delivery, StoreReader

UNTIL = DAY + timedelta(days=20)
FEW = few(5)


@pytest.fixture
def stores(tmp_path_factory: Any, records: Any) -> Iterator[Stores]:
    """Make a new, empty store for each example."""
    made = Stores(tmp_path_factory.mktemp("invariants"), records.feed)
    yield made
    made.close()


def filled(stores: Stores, stream: Sequence[Delivery], size: int = 24) -> StoreReader:
    """Return the reader of a store that a stream was written to."""
    writer, reader, _ = stores.new()
    write(writer, list(stream), size)
    return reader


def days(reader: StoreReader, scope: str, since: date = DAY, until: date = UNTIL) -> list[Day]:
    """Return the index of some days."""
    return index_of(reader, scope, since, until, first=DAY - timedelta(days=99), unread={})


def again(delivery: Delivery, name: str, **fields: Any) -> Delivery:
    """Return a report like another one, which is seen later."""
    at = delivery.seen_at + timedelta(days=30)
    article = replace(delivery.article, **{"id": name, "first_seen_at": at, **fields})
    return replace(delivery, article=article, guid=name, seen_at=article.first_seen_at)


def denied(delivery: Delivery, name: str) -> Delivery:
    """Return a report that denies what another one says."""
    assert delivery.reading is not None
    said = [
        Candidate(code=s.code, mode=Mode.DENIED, confidence=0.8, evidence=(SPAN,), rule="r") for s in delivery.reading.signals
    ]
    reading = replace(delivery.reading, signals=(), candidates=tuple(said))
    return replace(again(delivery, name, outlet="denying", family="denying"), reading=reading)


@FEW
@given(stream=streams, random=st.randoms(use_true_random=False))
def test_order_of_arrival_within_a_batch_changes_no_number(stream: list[Delivery], random: Any, stores: Stores) -> None:
    """One batch, shuffled: the same memberships, facts, situations and days."""
    shuffled = stream.copy()
    random.shuffle(shuffled)
    one, other = filled(stores, stream), filled(stores, shuffled)

    assert one.facts("region", DAY, UNTIL) == other.facts("region", DAY, UNTIL)
    assert one.situations() == other.situations()
    for scope in SCOPES:
        assert days(one, scope) == days(other, scope)


@FEW
@given(stream=streams, copies=st.integers(2, 20))
def test_a_feed_twenty_times_over_moves_the_index_by_under_one_percent(
    stream: list[Delivery], copies: int, stores: Stores
) -> None:
    """Copies of an owner's feed, under as many addresses, join what they copy and add no voice."""
    telling = [replace(d, article=replace(d.article, title=f"{d.article.title} na severu")) for d in stream]
    copied = [
        again(d, f"{d.article.id}-{n:02}", first_seen_at=d.seen_at, outlet=f"a{n}")
        for d in telling
        if d.article.family == "a"
        for n in range(copies)
    ]
    once, often = filled(stores, telling), filled(stores, [*telling, *copied], 24 * copies)

    for scope in SCOPES:
        assert [d.value for d in days(often, scope)] == pytest.approx([d.value for d in days(once, scope)], rel=0.01, abs=1e-6)


@FEW
@given(stream=streams, scope=st.sampled_from(SCOPES), n=st.integers(0, 20), before=st.integers(0, 30), after=st.integers(0, 30))
def test_the_viewed_window_changes_no_past_value(
    stream: list[Delivery], scope: str, n: int, before: int, after: int, stores: Stores
) -> None:
    """Value, parts, band and level of a day are the same in whatever window it is looked at."""
    reader, day = filled(stores, stream), DAY + timedelta(days=n)
    (alone,) = days(reader, scope, day, day)
    within = days(reader, scope, day - timedelta(days=before), day + timedelta(days=after))[before]

    assert within.level == alone.level
    assert dict(within.parts) == pytest.approx(dict(alone.parts), abs=1e-9)
    assert within.band == pytest.approx(alone.band, abs=1e-9)


@FEW
@given(stream=streams)
def test_a_denial_never_raises_acts(stream: list[Delivery], stores: Stores) -> None:
    """Everything denied by somebody: no day of any scope has more acts than without the denials."""
    plain = filled(stores, stream)
    disputed = filled(stores, [*stream, *(denied(d, f"d{n}") for n, d in enumerate(stream))])

    for scope in SCOPES:
        for was, now in zip(days(plain, scope), days(disputed, scope), strict=True):
            assert (now.parts["acts"] or 0.0) <= (was.parts["acts"] or 0.0)


@FEW
@given(stream=streams, which=st.integers(0, 23))
def test_an_events_weight_is_monotone_in_independent_reports(stream: list[Delivery], which: int, stores: Stores) -> None:
    """One more publisher with the same report lowers the weight of no event."""
    more = again(stream[which % len(stream)], "z", outlet="another", family="another")
    before, after = (filled(stores, some).facts("region", DAY, UNTIL) for some in (stream, [*stream, more]))
    weights = {fact.event: fact.weight for fact in after}

    assert all(weights[fact.event] >= fact.weight for fact in before)


@FEW
@given(stream=streams, size=st.integers(1, 6))
def test_ids_are_stable_under_re_runs(stream: list[Delivery], size: int, stores: Stores) -> None:
    """The same stream written twice, and into another store: every id is the same, and nothing was added."""
    one, other = filled(stores, stream, size), filled(stores, [*stream, *stream], size)
    everything = Query(since=DAY, until=UNTIL)

    assert one.memberships().equals(other.memberships())
    assert list(one.event_signals(everything)["signal_id"]) == list(other.event_signals(everything)["signal_id"])
    assert [s.id for s in one.situations()] == [s.id for s in other.situations()]


@FEW
@given(stream=streams, which=st.integers(0, 23))
def test_undoing_a_merge_restores_exactly_what_was(stream: list[Delivery], which: int, stores: Stores) -> None:
    """What a report had joined is, without it, to the last field what it was before it came; the report stands alone."""
    late = again(stream[which % len(stream)], "z", outlet="another", family="another")
    before = filled(stores, stream)
    writer, after, _ = stores.new()
    write(writer, [*stream, late], 24)
    writer.undo_merge("z", NOON + timedelta(days=90), "another place")
    events = dict(zip(after.memberships()["article_id"], after.memberships()["event"], strict=True))

    # What says nothing of its own was never put anywhere.
    assert events.pop("z", event_id("z")) == event_id("z")
    assert events == dict(zip(before.memberships()["article_id"], before.memberships()["event"], strict=True))
    left = [fact for fact in after.facts("region", DAY, UNTIL) if fact.event != event_id("z")]
    assert left == before.facts("region", DAY, UNTIL)


@FEW
@given(stream=streams)
def test_removing_all_feeds_of_a_country_leaves_no_reading_and_moves_no_other(
    stream: list[Delivery], stores: Stores, records: Any
) -> None:
    """Feeds of Kosovo speak of Kosovo, those of Serbia of Serbia: without the former, the latter reads as before."""
    own = {"XK": "country-xk", "RS": "country-rs"}
    spoken = [_of_country(d, ("XK", "RS")[n % 2], PLACES[own[("XK", "RS")[n % 2]]]) for n, d in enumerate(stream)]
    readers = []
    for countries in (("XK", "RS"), ("RS",)):
        writer, reader, _ = stores.new()
        feeds = [records.feed(f"{c.lower()}-{o}", outlet=f"{c}{o}", country=c) for c in countries for o in "abc"]
        writer.put_feeds(feeds, NOON)
        writer.add_fetches([
            records.fetch(feed_id=f.id, fetched_at=NOON + timedelta(days=n)) for f in feeds for n in range(21)
        ])  # fmt: skip
        write(writer, [d for d in spoken if d.article.country in countries], 24)
        readers.append(reader)
    asked = Query(since=DAY, until=UNTIL)
    with_all, without = readers

    assert all(row["value"] is None and row["cause"] for row in rows_of(without, "XK", asked))
    assert rows_of(without, "RS", asked) == rows_of(with_all, "RS", asked)


def _of_country(delivery: Delivery, country: str, place: Any) -> Delivery:
    """Return a report as a feed of a country would give it, of a place there."""
    assert delivery.reading is not None
    signals = tuple(replace(s, place=place) for s in delivery.reading.signals)
    mentions = tuple(replace(m, place=place) for m in delivery.reading.mentions)
    outlet = f"{country}{delivery.article.outlet[0]}"
    # The same words for it in both would make one event of both.
    title = {"XK": "Bllokadë", "RS": "Vest"}[country] + f" {len(delivery.article.title)}"
    article = replace(delivery.article, title=title, outlet=outlet, family=outlet, country=country)
    return replace(delivery, article=article, reading=replace(delivery.reading, signals=signals, mentions=mentions))
