"""What the reading door may rely on, on both engines."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from tension.errors import StoreError
from tension.model import Candidate, Mode, Query
from tension.store import StoreReader, StoreWriter, frames, open_reader, open_writer
from tension.store.reader import SqlReader


@pytest.fixture
def writer(store_url: str, records: Any) -> Iterator[StoreWriter]:
    made = open_writer(store_url)
    made.put_feeds([records.feed(), records.feed("xk-other", country="XK")], records.now)
    yield made
    made.close()


@pytest.fixture
def everything(records: Any) -> Query:
    return Query(since=records.day(1), until=records.day(30))


@pytest.fixture
def four(writer: StoreWriter, records: Any) -> None:
    """Four signals that differ in all that a query can ask for."""
    unplaced = records.signal("protest", place=None, confidence=0.3)
    happened = records.signal("force_posture", happened_on=records.day(20), confidence=0.9)
    albanian = records.article("a2", language="sq", outlet="Other", published_at=None, published_date=records.day(24))
    undated = records.article("a3", published_at=None, published_date=None)
    later = records.now + timedelta(days=3)
    writer.add(
        [
            records.delivery("a1", records.signal(), unplaced),
            records.delivery(albanian, happened, seen_at=later, feed_id="xk-other"),
            records.delivery(undated, records.signal("hate_speech")),
        ]
    )


def test_frames_have_their_columns_and_types(reader: StoreReader, writer: StoreWriter, records: Any, everything: Query) -> None:
    """An empty store gives the same columns and kinds of column as a full one."""
    empty = _all_frames(reader, everything, records)
    writer.add([records.delivery("a1", records.signal())])
    writer.add_fetches([records.fetch()])
    full = _all_frames(reader, everything, records)

    contract = (frames.SIGNALS, frames.SIGNALS, frames.ARTICLES, frames.ARTICLES, frames.EVIDENCE, frames.FEEDS, frames.COVERAGE)
    assert contract == tuple(tuple(f.columns) for f in full)
    assert [_kinds(f) for f in full] == [_kinds(f) for f in empty]


def _all_frames(reader: StoreReader, query: Query, records: Any) -> list[pd.DataFrame]:
    return [
        reader.signals(query),
        reader.undated(query),
        reader.articles(query),
        reader.search("barikade", query),
        reader.evidence(["a1"]),
        reader.feeds(records.now),
        reader.coverage(query.since, query.until),
    ]


def _kinds(frame: pd.DataFrame) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        ({}, {"border_blockade", "protest", "force_posture"}),
        ({"since": 21}, {"border_blockade", "protest"}),
        ({"since": 20, "until": 20}, {"force_posture"}),
        ({"codes": ("protest", "force_posture")}, {"protest", "force_posture"}),
        ({"countries": ("XK",)}, {"border_blockade", "force_posture"}),
        ({"countries": ("GR",)}, set()),
        ({"languages": ("sq",)}, {"force_posture"}),
        ({"outlets": ("Outlet",)}, {"border_blockade", "protest"}),
        ({"min_confidence": 0.8}, {"border_blockade", "force_posture"}),
        ({"as_known_at": 26}, {"border_blockade", "protest"}),
        ({"as_known_at": 24}, set()),
    ],
)
def test_query_filters_signals(reader: StoreReader, records: Any, chosen: dict[str, Any], codes: set[str]) -> None:
    """Every part of a query narrows the signals; days are inclusive; undated signals are left out."""
    parts = chosen | {
        "since": records.day(chosen.get("since", 1)),
        "until": records.day(chosen.get("until", 30)),
        "as_known_at": chosen.get("as_known_at") and records.now.replace(day=chosen["as_known_at"]),
    }

    assert codes == set(reader.signals(Query(**parts))["code"])


@pytest.mark.usefixtures("four")
def test_signal_says_what_its_day_is(reader: StoreReader, everything: Query, records: Any) -> None:
    """The day is when it happened where the text says so, else the day of publication, else unknown."""
    dated = reader.signals(everything).set_index("code")
    undated = reader.undated(everything)

    assert (pd.Timestamp(records.day(20)), "happened") == tuple(dated.loc["force_posture", ["day", "day_stated"]])
    assert (pd.Timestamp(records.day(25)), "published") == tuple(dated.loc["protest", ["day", "day_stated"]])
    assert list(undated["code"]) == ["hate_speech"]
    assert list(undated["day_stated"]) == ["unknown"]
    assert undated["day"].isna().all()


@pytest.mark.usefixtures("four")
def test_signals_without_place_have_nulls(reader: StoreReader, everything: Query) -> None:
    """An unplaced signal has no coordinates, rather than some."""
    unplaced = reader.signals(everything).set_index("code").loc["protest"]

    assert unplaced[["place_id", "place_name", "country", "lat", "lon", "precision"]].isna().all()


@pytest.mark.usefixtures("four")
def test_articles_follow_the_query(reader: StoreReader, everything: Query, records: Any) -> None:
    """Without facets: what was published in these days; with facets of signals: what reports such signals."""
    plain = reader.articles(everything)
    placed = reader.articles(Query(since=records.day(1), until=records.day(20), countries=("XK",)))

    assert list(plain[["article_id", "n_sightings", "n_signals"]].itertuples(index=False)) == [("a1", 1, 2), ("a2", 1, 1)]
    assert list(placed["article_id"]) == ["a2"]
    assert list(reader.articles(Query(since=records.day(1), until=records.day(30), outlets=("Other",)))["article_id"]) == ["a2"]


def test_evidence_is_whole(reader: StoreReader, writer: StoreWriter, records: Any) -> None:
    """Evidence comes in the asked order with texts, signals, mentions and dropped candidates."""
    dropped = Candidate(
        code="force_posture", mode=Mode.DENIED, confidence=0.4, evidence=(records.span,), rule="sr:force_posture:2",
        cue=records.span, dropped="outside the region", position=3,
    )  # fmt: skip
    reading = records.reading(records.signal(), candidates=(dropped,))
    writer.add([records.delivery("a1", reading=reading), records.delivery("a2", reading=None)])

    frame = reader.evidence(["a2", "missing", "a1", "a2"]).set_index("article_id")
    first = frame.loc["a1"]
    span = {"field": "title", "start": 0, "end": 8, "text": "Barikade"}
    assert list(frame.index) == ["a2", "a1"]
    assert list(frame.loc["a2", ["signals", "mentions", "candidates"]]) == [[], [], []]
    assert [[span], None, "Leposavić"] == [first["signals"][0][k] for k in ("evidence", "cue")] + [
        first["signals"][0]["place"]["name"]
    ]
    assert [(span, ["1", "2"], False)] == [(m["span"], m["rivals"], m["actor"]) for m in first["mentions"]]
    assert [("denied", "outside the region", span)] == [(c["mode"], c["dropped"], c["cue"]) for c in first["candidates"]]


def test_evidence_is_of_the_newest_scorer(reader: StoreReader, writer: StoreWriter, records: Any) -> None:
    """Candidates and mentions of an older scorer version are not mixed in."""
    writer.add([records.delivery("a1", records.signal(), records.signal("protest"))])
    writer.add_readings({"a1": records.reading(records.signal("force_posture"), version="v2", mentions=())}, records.now)

    row = reader.evidence(["a1"]).iloc[0]
    assert [[c["code"] for c in row[n]] for n in ("signals", "candidates")] + [row["mentions"]] == [
        ["force_posture"],
        ["force_posture"],
        [],
    ]


def test_feeds_report_their_state(reader: StoreReader, writer: StoreWriter, records: Any) -> None:
    """Each feed has its last success, last attempt and error, and what it delivered, as of an instant."""
    failed_at = records.now + timedelta(hours=1)
    failed = records.fetch(fetched_at=failed_at, outcome="failed", status=503, reason="overloaded", grade="temporary")
    writer.add_fetches([records.fetch(), failed])
    for n, days in enumerate((0, 3, 20, 40)):
        writer.add([records.delivery(f"a{n}", seen_at=records.now - timedelta(days=days))])

    now, then = (reader.feeds(at).set_index("feed_id").loc["rs-outlet"] for at in (failed_at, records.now))
    assert list(now[["n_1d", "n_7d", "n_28d"]]) == [1, 2, 3]
    assert [records.now, failed_at, "failed", 503, "overloaded", "temporary"] == list(
        now[["last_success_at", "last_attempt_at", "outcome", "status", "reason", "grade"]]
    )
    assert [records.now, "ok", 200] == list(then[["last_attempt_at", "outcome", "status"]])
    never = reader.feeds(failed_at).set_index("feed_id").loc["xk-other"]
    assert never[["last_attempt_at", "last_success_at", "outcome", "status"]].isna().all()


def test_feeds_that_are_no_longer_given_are_retired(reader: StoreReader, writer: StoreWriter, records: Any) -> None:
    """They keep their history; given again, they are back; a changed entry replaces the old."""
    writer.put_feeds([records.feed(side="other")], records.now)
    retired = reader.feeds(records.now).set_index("feed_id")
    writer.put_feeds([records.feed(), records.feed("xk-other", country="XK")], records.now)

    assert retired["retired"].to_dict() == {"rs-outlet": False, "xk-other": True}
    assert retired.loc["rs-outlet", "side"] == "other"
    assert not reader.feeds(records.now)["retired"].any()


def test_coverage_counts_days_of_first_sight(reader: StoreReader, writer: StoreWriter, records: Any) -> None:
    """Articles and answering feeds are counted by country and day; failed attempts are no answer."""
    tomorrow = records.now + timedelta(days=1)
    writer.add([records.delivery("a1"), records.delivery("a2"), records.delivery("a3", seen_at=tomorrow)])
    writer.add_fetches([records.fetch(), records.fetch(fetched_at=tomorrow, outcome="failed")])

    rows = reader.coverage(records.day(25), records.day(26))
    assert [
        ("RS", pd.Timestamp(records.day(25)), 2, 1, 1),
        ("RS", pd.Timestamp(records.day(26)), 1, 0, 1),
        ("XK", pd.Timestamp(records.day(25)), 0, 0, 1),
        ("XK", pd.Timestamp(records.day(26)), 0, 0, 1),
    ] == list(rows.itertuples(index=False))


@pytest.mark.usefixtures("four")
def test_options_and_span(reader: StoreReader, records: Any) -> None:
    """The store says what can be asked for."""
    assert (records.day(20), records.day(25)) == reader.span()
    assert reader.options() == {
        "countries": ("XK",),
        "languages": ("sq", "sr"),
        "outlets": ("Other", "Outlet"),
        "codes": ("border_blockade", "force_posture", "hate_speech", "protest"),
    }


def test_empty_store_has_no_span_and_no_options(reader: StoreReader) -> None:
    """An empty store says so."""
    assert reader.span() is None
    assert reader.options() == {"countries": (), "languages": (), "outlets": (), "codes": ()}


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("leposavicu", ["a1", "a2"]),
        ("Лепосав ВОЈСКА", ["a1", "a2"]),
        ("barikade nema", []),
        ("", []),
        ("\"' OR * NEAR( :& | !", []),
        ("'; DROP TABLE article; --", []),
    ],
)
def test_search_in_any_script(reader: StoreReader, everything: Query, text: str, found: list[str]) -> None:
    """Every word must be there, in any script and case, whole or as a beginning; signs mean nothing."""
    assert found == list(reader.search(text, everything)["article_id"])


def test_watermark_leaves_out_the_state_of_feeds(reader: StoreReader, writer: StoreWriter, records: Any) -> None:
    """An attempt that brought nothing changes the freshness and not the watermark."""
    before = reader.watermark(), reader.freshness()
    writer.add_fetches([records.fetch()])
    after = reader.watermark(), reader.freshness()
    writer.add_fetches([records.fetch()])

    assert before[0] == after[0]
    assert before[1] != after[1]
    assert after[1] == reader.freshness()


def test_two_stores_have_different_watermarks(sqlite_url: str, reader: StoreReader) -> None:
    """What was cached of one store is never taken for another's."""
    open_writer(f"{sqlite_url}2").close()
    other = open_reader(f"{sqlite_url}2")

    assert reader.watermark() != other.watermark()
    other.close()


def test_reader_cannot_write(reader: StoreReader) -> None:
    """The reading door is locked by the database, not by good manners."""
    assert isinstance(reader, SqlReader)
    with pytest.raises(StoreError, match="may only be read"), reader._look() as connection:
        connection.exec_driver_sql("DELETE FROM article")
