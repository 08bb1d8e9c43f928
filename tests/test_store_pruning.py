"""Retention: what is old and speaks of nothing goes, every number stays, and the store is sound afterwards."""

import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ingest.articles import ID_VERSION, article_id
from tension.errors import StoreError
from tension.model import Query
from tension.store import open_reader, open_writer
from tension.store.checking import problems
from tension.store.engines import connect_engine
from tension.store.pruning import prunable, prune

NOW = datetime(2023, 9, 25, 12, 0, tzinfo=UTC)
CUT = NOW.date() - timedelta(days=100)
KARAULA = Path(sys.executable).with_name("karaula")


def identify(url: str, title: str) -> str:
    return article_id(url=url, title=title)


@pytest.fixture
def filled(store_url: str, records: Any) -> str:
    """A store with a quiet and a telling article, and three attempts, on each of 200 days."""
    with closing(open_writer(store_url)) as writer:
        writer.put_feeds([records.feed(), records.feed("rs-never")], NOW - timedelta(days=200))
        for n in range(0, 200, 20):
            at = NOW - timedelta(days=n)
            deliveries = []
            for title, signals in (("Sajam knjiga", ()), ("Barikade u Leposaviću", (records.signal(),))):
                url = f"https://outlet.example/{n}-{len(signals)}"
                made = records.article(
                    identify(url, title), url=url, title=title, published_at=at, published_date=at.date(), first_seen_at=at
                )
                deliveries.append(records.delivery(made, *signals, seen_at=at))
            writer.add(deliveries)
            writer.add_fetches([records.fetch(fetched_at=at), records.fetch("rs-never", fetched_at=at, outcome="failed")])
    return store_url


def numbers(url: str) -> tuple[list[Any], ...]:
    """Return what the desk counts of all days: coverage, signals, events, situations."""
    since, until = NOW.date() - timedelta(days=300), NOW.date()
    with closing(open_reader(url)) as reader:
        query = Query(since=since, until=until)
        return (
            reader.coverage(since, until).to_dict("records"),
            reader.signals(query)["signal_id"].tolist(),
            reader.event_signals(query)["event"].tolist(),
            list(reader.situations()),
        )


def test_numbers_stay_and_the_store_is_sound(filled: str) -> None:
    """Coverage, signals, events and situations of pruned days are what they were; so are they when rolled up anew."""
    before, counted = numbers(filled), prunable(filled, CUT)
    gone = prune(filled, CUT)

    assert gone == {"articles": 4, "attempts": counted["attempts"]}
    assert (counted["articles"], counted["articles_left"]) == (4, 16)
    assert numbers(filled) == before
    assert list(problems(filled, identify, ID_VERSION)) == []
    with closing(open_writer(filled)) as writer:
        writer.roll_up(anew=True)
    assert numbers(filled) == before


def test_pruning_again_does_nothing(filled: str) -> None:
    """A second run finds nothing; an earlier day than before changes nothing either."""
    prune(filled, CUT)

    assert prune(filled, CUT) == {"articles": 0, "attempts": 0}
    assert prune(filled, CUT - timedelta(days=50)) == {"articles": 0, "attempts": 0}


def test_the_schedule_knows_what_it_knew(filled: str) -> None:
    """The newest attempt at each feed stays, with what to send the server next time, however old it is."""
    with closing(open_writer(filled)) as writer:
        before = writer.last_fetches()
    prune(filled, NOW.date() + timedelta(days=1000))
    with closing(open_writer(filled)) as writer:
        assert writer.last_fetches() == before


def test_what_went_is_not_found_and_may_come_again(filled: str, records: Any) -> None:
    """A search does not find it; a feed that brings it again brings a new article, old at first sight."""
    prune(filled, CUT)
    query = Query(since=NOW.date() - timedelta(days=300), until=NOW.date())
    with closing(open_reader(filled)) as reader:
        assert len(reader.search("sajam", query)) == 6
    url = "https://outlet.example/180-0"
    again = records.article(identify(url, "Sajam knjiga"), url=url, title="Sajam knjiga")
    with closing(open_writer(filled)) as writer:
        assert writer.add([records.delivery(again, flag="archive")]).n_articles == 1
    assert list(problems(filled, identify, ID_VERSION)) == []


def test_numbers_that_are_not_rolled_up_are_not_lost(filled: str) -> None:
    """A store without roll-ups is not pruned, and says what to do."""
    engine = connect_engine(filled, writing=True)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM rollup_state"))
    engine.dispose()
    with pytest.raises(StoreError, match="run karaula rescore first"):
        prune(filled, CUT)


def test_the_command_counts_first(filled: str) -> None:
    """Without --apply nothing changes; fewer days than the rhythms need are refused; with it the articles go."""
    command = [KARAULA, "prune", "--store", filled, "--now", NOW.isoformat(), "--older-than"]
    dry = subprocess.run([*command, "100"], capture_output=True, text=True, check=True)
    short = subprocess.run([*command, "30"], capture_output=True, text=True, check=False)
    wet = subprocess.run([*command, "100", "--apply"], capture_output=True, text=True, check=True)

    assert "4 articles without a signal" in dry.stdout
    assert "Nothing was changed" in dry.stdout
    assert short.returncode == 2
    assert "4 articles and" in wet.stdout
