"""Reviews in the store: numbers follow them, nothing is overwritten, a later scorer changes nothing of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from tension.errors import ReviewError
from tension.events.merge import event_id
from tension.events.table import events
from tension.model import Mode, Place, PlaceMention, Precision, Query, Span
from tension.review.groups import split_id
from tension.review.record import Act, Review
from tension.scoring.judge import UNSURE
from tension.store import Delivery, StoreReader, StoreWriter, open_writer
from tension.store.checking import problems

ELSEWHERE = Place(id="3194360", name="Pljevlja", country="ME", lat=43.3567, lon=19.3584, precision=Precision.SETTLEMENT)
SERBIA = Place(id="country-rs", name="Serbia", country="RS", lat=44.0, lon=21.0, precision=Precision.COUNTRY)


@pytest.fixture
def writer(store_url: str, records: Any) -> Iterator[StoreWriter]:
    made = open_writer(store_url)
    made.put_feeds([records.feed()], records.now)
    yield made
    made.close()


@pytest.fixture
def made(records: Any):
    """Make a review of the blockade that `a1` reports, so many hours after it was seen."""

    def make(act: Act, hours: int = 1, **fields: Any) -> Review:
        given = {"article_id": "a1", "code": "border_blockade", "reviewer": "ana", "reason": "as the text says"}
        return Review(act=act, recorded_at=records.now + timedelta(hours=hours), **(given | fields))

    return make


@pytest.fixture
def month(records: Any) -> Query:
    return Query(since=records.day(1), until=records.day(30))


def elsewhere(records: Any, article_id: str, *, family: str = "other", **fields: Any) -> Delivery:
    """Return the delivery of a report of another act, on another day at another place."""
    at = records.now - timedelta(days=1)
    article = records.article(
        article_id, title="Tenkovi na putu", summary="", family=family, published_at=at, published_date=at.date()
    )  # fmt: skip
    words = Span(field="title", start=0, end=7, text="Tenkovi")
    found = records.signal("force_posture", place=ELSEWHERE, evidence=(words,))
    return records.delivery(article, reading=records.reading(found, mentions=()), **fields)


def table(reader: StoreReader, query: Query) -> pd.DataFrame:
    """Return the events of a query, as every page and file reads them."""
    return events(reader.event_signals(query), reader.denials(query))


def index(reader: StoreReader, query: Query, at: datetime | None = None) -> list[float]:
    """Return the sums of the region's days from the roll-ups."""
    rolled = reader.daily("region", query.since, query.until, as_known_at=at)
    return [*rolled.parts.sum(axis=1), *rolled.draws.sum(axis=1)]


def same(reader: StoreReader, query: Query, at: datetime | None = None) -> None:
    """The facts that are kept equal the events that are made of signals."""
    found = table(reader, replace(query, as_known_at=at))
    facts = {f.event: (f.code, f.place_id) for f in reader.facts("region", query.since, query.until, as_known_at=at)}
    rows = found[["event", "code", "place_id"]].astype(object).where(found[["event", "code", "place_id"]].notna(), None)
    assert facts == {event: (code, place) for event, code, place in rows.itertuples(index=False)}


def test_a_retracted_signal_leaves_every_number(writer, reader, records, made, month, store_url):
    """Signals, events, index and situations are without it, the roll-ups are what they would be when made anew."""
    writer.add([records.delivery("a1", records.signal()), elsewhere(records, "b1")])
    before = index(reader, month)
    n = writer.review([made(Act.RETRACT)])

    assert n == 1
    assert set(reader.signals(month)["code"]) == {"force_posture"}
    assert set(table(reader, month)["code"]) == {"force_posture"}
    assert index(reader, month) != before
    assert {s.kind for s in reader.situations()} == {"alert"}
    assert list(reader.evidence(["a1"])["signals"]) == [[]]
    same(reader, month)
    assert list(problems(store_url, lambda *_: "", "none")) == []
    kept = index(reader, month)
    writer.roll_up(anew=True)
    assert index(reader, month) == kept


def test_a_relocated_event_leaves_its_pair_of_countries(writer, reader, records, made, month, store_url):
    """Moved to another country, an event counts in the pairs of that one; who acts still counts; undone, all is as it was."""
    acts = PlaceMention(place=SERBIA, span=records.span, actor=True, rivals=())
    reading = records.reading(records.signal())
    reading = replace(reading, mentions=(*reading.mentions, acts))
    writer.add([records.delivery("a1", reading=reading)])

    def pairs(at: datetime | None = None) -> tuple[set[str], dict[str, int]]:
        asked = replace(month, as_known_at=at)
        (named,) = set(table(reader, asked)["countries"])
        scopes = ("RS-XK", "ME-RS", "ME-XK")
        counted = {s: len(reader.facts(s, month.since, month.until, as_known_at=at)) for s in scopes}
        return set(named), counted

    before = ({"RS", "XK"}, {"RS-XK": 1, "ME-RS": 0, "ME-XK": 0})
    assert pairs() == before

    move = made(Act.RELOCATE, place=ELSEWHERE)
    writer.review([move])

    assert pairs() == ({"ME", "RS"}, {"RS-XK": 0, "ME-RS": 1, "ME-XK": 0})
    assert pairs(records.now) == before
    assert list(problems(store_url, lambda *_: "", "none")) == []
    writer.review([made(Act.RETAG, 2, to_code="force_posture")])
    assert pairs()[0] == {"ME", "RS"}
    writer.review([made(Act.UNDO, 3, article_id=None, code=None, supersedes=move.id)])
    assert pairs()[0] == {"RS", "XK"}


def test_a_country_that_acts_stays_where_the_place_is_moved(writer, reader, records, made, month):
    """Forces of the country that the act was moved away from are still named; within one country nothing changes."""
    acts = PlaceMention(place=replace(SERBIA, id="country-xk", name="Kosovo", country="XK"), span=records.span, actor=True)
    reading = records.reading(records.signal())
    writer.add([records.delivery("a1", reading=replace(reading, mentions=(*reading.mentions, acts)))])

    writer.review([made(Act.RELOCATE, place=replace(ELSEWHERE, id="1", country="XK"))])
    assert set(table(reader, month)["countries"].iloc[0]) == {"XK"}
    writer.review([made(Act.RELOCATE, 2, place=ELSEWHERE)])
    assert set(table(reader, month)["countries"].iloc[0]) == {"ME", "XK"}


def test_what_was_known_before_a_review_is_still_shown(writer, reader, records, made, month):
    """Each state that reviews brought about is read as known at its time, from signals and from roll-ups alike."""
    writer.add([records.delivery("a1", records.signal())])
    retag = made(Act.RETAG, 1, to_code="force_posture")
    writer.review([retag])
    writer.review([made(Act.RELOCATE, 2, place=ELSEWHERE)])
    writer.review([made(Act.UNDO, 3, supersedes=retag.id)])
    found = []
    for hours in range(4):
        at = records.now + timedelta(hours=hours)
        same(reader, month, at)
        row = table(reader, replace(month, as_known_at=at)).iloc[0]
        signals = reader.signals(replace(month, as_known_at=at))
        assert list(signals["code"]) == [row["code"]]
        found.append((row["code"], row["country"]))

    assert found == [
        ("border_blockade", "XK"), ("force_posture", "XK"), ("force_posture", "ME"), ("border_blockade", "ME"),
    ]  # fmt: skip


def test_undo_restores_exactly(writer, reader, records, made, month):
    """After the undo events, index and situations are what they were, bit by bit; the history has both records."""
    writer.add([records.delivery("a1", records.signal()), elsewhere(records, "b1")])
    before = table(reader, month), index(reader, month), reader.situations()
    retract = made(Act.RETRACT)
    writer.review([retract])
    assert index(reader, month) != before[1]
    writer.review([made(Act.UNDO, 2, supersedes=retract.id)])

    pd.testing.assert_frame_equal(table(reader, month), before[0])
    assert index(reader, month) == before[1]
    assert reader.situations() == before[2]
    assert [r.act for r in reader.reviews()] == [Act.RETRACT, Act.UNDO]
    assert [r.item for r in reader.reviews()] == [("a1", "border_blockade")] * 2


def test_reviews_outlive_a_later_scorer(writer, reader, records, made, month):
    """What was retracted stays away, what was confirmed stays, what was retagged stays so, whatever the scorer finds."""
    for n in range(1, 4):
        writer.add([records.delivery(records.article(f"a{n}", title=f"Naslov {n}"), records.signal())])
    writer.review([
        made(Act.RETRACT), made(Act.CONFIRM, article_id="a2"), made(Act.RETAG, article_id="a3", to_code="force_posture"),
    ])  # fmt: skip
    readings = {"a1": records.reading(records.signal(), version="v2")}
    readings |= {i: records.reading(version="v2") for i in ("a2", "a3")}
    writer.add_readings(readings, records.now + timedelta(days=1))
    found = reader.signals(month)

    assert dict(zip(found["article_id"], found["code"].astype(str), strict=True)) == {
        "a2": "border_blockade",
        "a3": "force_posture",
    }
    same(reader, month)


def test_a_missed_code_is_added_with_its_words(writer, reader, records, made, month):
    """A report that nobody counted gets a signal and an event; words that do not stand in it are refused."""
    writer.add([records.delivery("a1")])
    words = Span(field="summary", start=0, end=6, text="Vojska")
    with pytest.raises(ReviewError, match="does not stand"):
        writer.review([made(Act.ADD, code="force_posture", evidence=(replace(words, text="Armija"),))])
    writer.review([made(Act.ADD, code="force_posture", evidence=(words,), place=ELSEWHERE)])
    row = table(reader, month).iloc[0]

    assert (row["code"], row["place_id"], row["confidence"]) == ("force_posture", ELSEWHERE.id, 1.0)
    assert row["day"] == pd.Timestamp(records.now.date())
    same(reader, month)


def test_events_are_merged_and_split_and_come_apart_again(writer, reader, records, made, month):
    """Merged reports are one event, a split founds another, undone both are as they were; reasons name who and why."""
    writer.add([records.delivery("a1", records.signal())])
    writer.add([elsewhere(records, "b1")])
    before, kept = table(reader, month), index(reader, month)
    one, other = event_id("a1"), event_id("b1")
    assert set(before["event"]) == {one, other}
    merge = made(Act.MERGE, article_id=None, code=None, event_id=one, other_event=other)
    writer.review([merge])
    merged = table(reader, month)
    assert list(merged["event"]) == [one]
    assert merged.iloc[0]["n_reports"] == 2
    assert reader.reasons(["b1"])["b1"] == {
        "event": one,
        "as": "reviewed",
        "by": "ana",
        "why": "as the text says",
        "review": merge.id,
        "was": other,
    }
    same(reader, month)
    same(reader, month, records.now)
    split = made(Act.SPLIT, 2, article_id=None, code=None, event_id=one, articles=("a1",))
    writer.review([split])
    assert set(table(reader, month)["event"]) == {one, split_id(split)}
    same(reader, month)
    writer.review([made(Act.UNDO, 3, supersedes=r.id) for r in (merge, split)])

    pd.testing.assert_frame_equal(table(reader, month), before)
    assert index(reader, month) == kept
    assert reader.reasons(["b1"])["b1"] == {"event": other, "as": "first"}
    assert len(table(reader, replace(month, as_known_at=records.now + timedelta(hours=1)))) == 1


def test_a_later_report_joins_the_merged_event(writer, reader, records, made, month):
    """The merger sees the groups as reviewers left them."""
    writer.add([records.delivery("a1", records.signal())])
    writer.add([elsewhere(records, "b1")])
    writer.review([made(Act.MERGE, article_id=None, code=None, event_id=event_id("a1"), other_event=event_id("b1"))])
    writer.add([elsewhere(records, "b2", family="third", seen_at=records.now + timedelta(hours=5))])

    assert set(table(reader, month)["event"]) == {event_id("a1")}


def test_the_same_review_twice_is_one(writer, reader, records, made, month):
    """A repeat adds nothing and does not count as a change."""
    writer.add([records.delivery("a1", records.signal())])
    assert writer.review([made(Act.CONFIRM), made(Act.CONFIRM)]) == 1
    mark = reader.watermark()

    assert writer.review([made(Act.CONFIRM)]) == 0
    assert reader.watermark() == mark
    assert len(reader.reviews()) == 1
    assert reader.reviews(records.now) == ()


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        (Act.RETAG, {"to_code": "no_such_code"}, "unknown code"),
        (Act.RETAG, {}, "neither another code nor another mode"),
        (Act.RETAG, {"to_mode": Mode.DENIED}, "retract it"),
        (Act.RETRACT, {"reason": " "}, "a reason is needed"),
        (Act.RETRACT, {"reviewer": ""}, "nobody is named"),
        (Act.RETRACT, {"article_id": "a9"}, "no report a9"),
        (Act.RETRACT, {"article_id": None}, "an article and a code"),
        (Act.ADD, {}, "the words that say so"),
        (Act.MERGE, {"event_id": "e1", "other_event": "e1"}, "two events"),
        (Act.MERGE, {"event_id": "e1", "other_event": "e2"}, "no event"),
        (Act.SPLIT, {"event_id": "e1"}, "the reports that leave it"),
        (Act.CONFIRM, {"article_id": None, "code": None}, "a signal or an event"),
        (Act.UNDO, {}, "which review"),
        (Act.UNDO, {"supersedes": "v1"}, "no review v1"),
    ],
)
def test_what_says_nothing_is_refused(writer, reader, records, made, act, fields, said):
    """Every act names what it lacks, and nothing of the batch is stored."""
    writer.add([records.delivery("a1", records.signal())])
    with pytest.raises(ReviewError, match=said):
        writer.review([made(Act.CONFIRM), made(act, **fields)])

    assert reader.reviews() == ()


def test_what_the_model_alone_saw_waits_and_counts_once_confirmed(writer, reader, records, made, month):
    """Dropped candidates of the model are found with their event, others are not; confirmed, it counts without a place."""
    reading = records.reading(records.signal())
    unsure = replace(reading.candidates[0], code="force_posture", dropped=UNSURE, confidence=0.4)
    denied = replace(unsure, code="armed_clash", mode=Mode.DENIED)
    reading = replace(reading, candidates=(*reading.candidates, unsure, denied))
    writer.add([Delivery(article=records.article("a1"), feed_id=None, guid="g", seen_at=records.now, reading=reading)])
    (found,) = reader.waiting(month)

    assert (found.item, found.event, found.counts) == (("a1", "force_posture"), event_id("a1"), False)
    with pytest.raises(ReviewError, match="confirm or add it first"):
        writer.review([made(Act.RELOCATE, code="force_posture", place=ELSEWHERE)])
    writer.review([made(Act.CONFIRM, code="force_posture")])
    signals = reader.signals(month).set_index("code")
    assert signals.loc["force_posture", "confidence"] == 0.4
    assert pd.isna(signals.loc["force_posture", "place_id"])
    writer.review([made(Act.RELOCATE, 2, code="force_posture", place=ELSEWHERE)])
    assert reader.signals(month).set_index("code").loc["force_posture", "place_id"] == ELSEWHERE.id
    same(reader, month)
