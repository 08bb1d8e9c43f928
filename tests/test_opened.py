"""The documented path for notebooks: `from tension import open_store`, then frames with stable columns and types."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from tension import open_store
from tension.errors import SettingsError, StoreError
from tension.frametypes import TABLES, types_of
from tension.store import open_writer

KARAULA = Path(sys.executable).with_name("karaula")
KINDS = {"day": "datetime64[us]", "instant": "datetime64[us, UTC]", "text": "str", "integer": "int64", "number": "float64",
         "flag": "bool", "list": "object"}  # fmt: skip
RS = ("serbia", "RS", "sr")
TOLD = [
    (date(2021, 9, 20), "Srbi kamionima blokirali put ka prelazu Jarinje", "Danas", "danas", *RS),
    (date(2021, 9, 20), "Serbs block road to Jarinje crossing with lorries", "Wire", "wire", "", "INT", "en"),
    (date(2021, 9, 22), "Serbs still block the road at Jarinje crossing for third day", "Wire", "wire", "", "INT", "en"),
    (date(2021, 9, 25), "Eksplozija u Leposaviću", "Danas", "danas", *RS),
]


@pytest.fixture
def url(sqlite_url, tell) -> str:
    """A store with a blockade told in two languages, and an explosion."""
    tell(sqlite_url, TOLD)
    return sqlite_url


@pytest.fixture
def store(url):
    """The same, opened."""
    with open_store(url) as opened:
        yield opened


def exported(url, folder, *arguments):
    """Return what the installed command writes."""
    target = folder / "out.jsonl"
    subprocess.run(
        [KARAULA, "export", *arguments, "--format", "jsonl", "--output", str(target)],
        env=os.environ | {"KARAULA_STORE": url}, check=True, capture_output=True,
    )  # fmt: skip
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def asked(name):
    """Return what a table needs to be told."""
    return {"scope": "XK"} if name == "index" else {}


@pytest.mark.parametrize("name", TABLES)
def test_columns_and_types_are_those_that_are_documented(store, name):
    """Every table has its columns in their order and types, full or empty."""
    wanted = {column: KINDS[kind] for column, kind in types_of(name).items()}
    full = store.frame(name, **asked(name))
    empty = store.frame(name, since="2011-01-01", until="2011-01-02", countries="ME", **asked(name))

    assert {column: str(dtype) for column, dtype in full.dtypes.items()} == wanted
    assert {column: str(dtype) for column, dtype in empty.dtypes.items()} == wanted
    assert len(full) > 0


def test_an_empty_store_has_empty_tables(sqlite_url):
    """Before the first article every table is there, with no row that says anything."""
    open_writer(sqlite_url).close()
    with open_store(sqlite_url) as opened:
        assert [len(opened.frame(name)) for name in ("events", "situations", "articles", "feeds", "coverage")] == [0] * 5


def test_events_are_those_of_the_export(store, url, tmp_path):
    """The same events with the same weights, voices and reports as `karaula export events` writes."""
    rows = {row["event"]: row for row in exported(url, tmp_path, "events")}
    found = store.frame("events").set_index("event")

    assert set(found.index) == set(rows)
    for event, row in rows.items():
        mine = found.loc[event]
        assert mine["weight"] == pytest.approx(row["weight"], abs=1e-9)
        assert (mine["code"], mine["n_independent"], list(mine["article_ids"])) == (
            row["code"], row["n_independent"], row["article_ids"],
        )  # fmt: skip


@pytest.mark.parametrize("what", ["situations", "crossings"])
def test_what_stands_is_that_of_the_export(store, url, tmp_path, what):
    """The same situations and crossings in the same states as the export writes them, now and as of a day."""
    for days in ({}, {"until": "2021-09-21"}):
        arguments = ["--to", days["until"]] if days else []
        rows = exported(url, tmp_path, what, *arguments)
        found = store.frame(what, since="2021-09-01", **days).astype(object)
        key, state = ("situation", "status") if what == "situations" else ("place_id", "state")

        assert {row[key]: row[state] for row in rows} == dict(zip(found[key], found[state], strict=True))
        assert len(rows) > 0


def test_index_is_that_of_the_command(store, url):
    """Every number of every day equals that of `karaula index`; a day without a reading has its cause and no number."""
    done = subprocess.run(
        [KARAULA, "index", "--scope", "XK", "--from", "2021-09-18", "--to", "2021-09-27"],
        env=os.environ | {"KARAULA_STORE": url, "NO_COLOR": "1"}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    days = json.loads(done.stdout)["days"]
    found = store.frame("index", scope="XK", since="2021-09-18", until="2021-09-27")

    assert len(found) == len(days) == 10
    for row, (_, mine) in zip(days, found.iterrows(), strict=True):
        for name in ("value", "acts", "threats", "stabilising", "low", "high"):
            assert (row[name] is None) == pd.isna(mine[name])
            assert row[name] is None or row[name] == mine[name]
        assert row["cause"] is None or row["cause"] == mine["cause"]


def test_a_filter_leaves_events_out_and_changes_no_weight(store):
    """The blockade weighs the same whether or not only its code, its country or one of its languages is asked for."""
    whole = store.frame("events").set_index("event")["weight"]
    for filters in ({"codes": "border_blockade"}, {"countries": ["XK"], "languages": ["en"]}, {"min_confidence": 0.1}):
        found = store.frame("events", **filters)
        assert 0 < len(found) <= len(whole)
        assert all(whole[event] == weight for event, weight in zip(found["event"], found["weight"], strict=True))
    assert set(store.frame("events", codes=["border_blockade"])["code"]) == {"border_blockade"}


def test_what_was_not_yet_seen_is_not_there(store):
    """As known on a day, the later reports are absent."""
    known = store.frame("events", as_known_on=date(2021, 9, 20))

    assert known["day"].max() == pd.Timestamp("2021-09-20")
    assert len(store.frame("articles", as_known_on="2021-09-20")) == 2
    assert len(store.frame("articles")) == 4


def test_feeds_are_as_of_an_instant_that_is_told(store):
    """Without a clock of its own, the table of feeds is as of the end of the last day."""
    found = store.frame("feeds", until="2021-09-25")

    assert set(found["outlet"]) == {"Danas", "Wire"}
    assert found["last_success_at"].max() == pd.Timestamp(datetime(2021, 9, 25, 8, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"name": "secrets"}, "secrets"), ({"name": "index"}, "scope"), ({"name": "index", "scope": "ZZ"}, "ZZ"),
        ({"name": "events", "since": "yesterday"}, "since"), ({"name": "events", "codes": ["x"]}, "'x'"),
        ({"name": "events", "colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(store, arguments, named):
    """A table, scope, day, code or filter that does not exist is an error that names it."""
    with pytest.raises(SettingsError, match=named):
        store.frame(**arguments)


def test_a_store_that_does_not_exist_is_not_made(sqlite_url):
    """Opening for reading makes nothing."""
    with pytest.raises(StoreError):
        open_store(sqlite_url)
    assert not Path(sqlite_url.removeprefix("sqlite:///")).exists()


def test_importing_the_core_brings_no_pandas():
    """The path for notebooks costs whoever does not ask for it nothing."""
    code = (
        "import sys, tension; assert 'pandas' not in sys.modules; from tension import open_store; assert 'pandas' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
