"""Who does what a signal tells, and to whom: kept with the reading, and written beside the signals of an export."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tension.export.parties import COLUMNS, with_parties
from tension.model import Article, Query
from tension.parties import parties
from tension.reading import read
from tension.store import Delivery, StoreReader, StoreWriter, open_writer


@pytest.fixture
def writer(store_url: str) -> Iterator[StoreWriter]:
    """Open a store on both engines."""
    made = open_writer(store_url)
    yield made
    made.close()


def delivery(records: Any, n: int, title: str) -> Delivery:
    """Return a headline with the reading that scoring gives it."""
    article = records.article(f"a{n}", title=title, summary="", language="und")
    return Delivery(article=article, feed_id=None, guid=f"g{n}", seen_at=records.now, reading=read(article))


def told(reader: StoreReader, article_id: str) -> dict[str, tuple[str, str, str]]:
    """Return (actor, level, pair) by role."""
    return {p["role"]: (p["actor_id"], p["level"], p["dyad"]) for p in reader.parties([article_id])}


def test_states_that_act_on_each_other_are_kept_with_their_pair(
    writer: StoreWriter, reader: StoreReader, records: Any
) -> None:  # fmt: skip
    """Both sides of one act, at the level of states."""
    writer.add([delivery(records, 1, "Serbia expels Croatian diplomat")])

    assert told(reader, "a1") == {
        "initiator": ("RS", "state", "serbia-croatia"), "target": ("HR", "state", "serbia-croatia"),
    }  # fmt: skip


def test_a_community_is_not_its_state(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """Kosovo Serbs that block a road are a community; peacekeepers and police are no state either."""
    writer.add([delivery(records, 1, "Kosovo Serbs block road to Jarinje crossing")])
    writer.add([delivery(records, 2, "KFOR increases patrols in Kosovo")])

    assert told(reader, "a1")["initiator"][:2] == ("kosovo-serbs", "community")
    assert told(reader, "a2")["initiator"][0] == "kfor"
    assert told(reader, "a2")["initiator"][1] != "state"


def test_who_is_not_named_is_not_guessed(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """An act without a subject has no parties, and neither has an article that is not stored."""
    writer.add([delivery(records, 1, "Barricades put up near Jarinje crossing")])

    assert told(reader, "a1") == {}
    assert reader.parties(["nobody"]) == reader.parties([]) == []


def test_a_newer_reading_brings_its_own_parties(writer: StoreWriter, reader: StoreReader, records: Any) -> None:
    """Parties are of a signal, thus of the scorer version that found it; the older ones stay beside."""
    first = delivery(records, 1, "Serbia expels Croatian diplomat")
    assert first.reading is not None
    writer.add([first, first])
    before = reader.parties(["a1"])
    writer.add_readings({"a1": replace(first.reading, scorer_version="newer")}, records.now)
    query = Query(since=records.day(1), until=records.day(30))
    signals = reader.signals(query)

    assert len(reader.parties(["a1"])) == 2 * len(before) > 0
    assert set(with_parties(signals, reader.parties(["a1"]))["target"]) == {"HR"}


def test_a_reading_of_an_earlier_text_names_nobody_instead_of_somebody_else() -> None:
    """What an outlet shortened no longer has the words that an older reading points at."""
    article = Article(id="a", outlet="o", url=None, title="Serbia expels Croatian diplomat")
    reading = read(article)

    assert {(r.initiator and r.initiator.id, r.dyad) for _, r in parties(article, reading)} == {("RS", "serbia-croatia")}
    assert parties(replace(article, title="Serbia"), reading) == []
    assert parties(replace(article, title=""), reading) == []


def test_an_export_says_it_in_columns_and_leaves_empty_what_is_not_known() -> None:
    """One row a signal; what a reviewer confirmed keeps who acts in it; without signals the columns are there, too."""
    signals = pd.DataFrame({"signal_id": ["s1", "s1~0", "s2"]})
    kept = [
        {"signal_id": "s1", "role": "initiator", "actor_id": "kosovo-serbs", "level": "community", "dyad": ""},
        {"signal_id": "s1", "role": "target", "actor_id": "XK", "level": "state", "dyad": ""},
    ]
    found = with_parties(signals, kept)

    assert found["initiator"].fillna("").tolist() == ["kosovo-serbs", "kosovo-serbs", ""]
    assert found["target_level"].fillna("").tolist() == ["state", "state", ""]
    assert found["dyad"].isna().all()
    assert list(with_parties(signals.iloc[:0], []).columns) == ["signal_id", *COLUMNS]
