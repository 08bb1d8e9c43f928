"""A store that an earlier version filled is brought to the present schema with everything in it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from tension.model import CachingInfo, Query
from tension.store import open_reader, open_writer
from tension.store.engines import connect_engine
from tension.store.migrations import config
from tension.store.schema import HEAD, KNOWN, metadata

INSTANT = datetime(2023, 9, 25, 12, 0, tzinfo=UTC)
DAY = INSTANT.date()
#: What an earlier version had written, row by row, in the columns that it knew.
ROWS: dict[str, dict[str, object]] = {
    "feed": {
        "id": "rs-outlet", "outlet": "Outlet", "url": "https://outlet.example/rss", "language": "sr", "country": "RS",
        "family": "publisher", "side": "rs", "kind": "daily", "cadence_minutes": 30, "panel": True, "min_per_day": 0.0,
        "known_since": DAY,
    },
    "fetch": {
        "feed_id": "rs-outlet", "fetched_at": INSTANT, "day": DAY, "outcome": "ok", "status": 200, "reason": "",
        "grade": "", "n_entries": 1, "n_new": 1, "seconds": 0.5, "etag": '"1"',
    },
    "article": {
        "id": "a1", "outlet": "Outlet", "url": "https://outlet.example/1", "title": "Barikade u Leposaviću", "summary": "",
        "body": "", "language": "sr", "published_at": INSTANT, "published_date": DAY, "first_seen_at": INSTANT,
        "family": "publisher", "side": "rs", "country": "RS", "restated": False, "day": DAY,
        "seen_day": DAY, "title_folded": "barikade u leposavicu", "folded": "barikade u leposavicu",
    },
    "sighting": {"article_id": "a1", "source": "rs-outlet", "feed_id": "rs-outlet", "guid": "g1", "seen_at": INSTANT},
    "score": {"article_id": "a1", "scorer_version": "v1", "language": "sr", "scored_at": INSTANT, "current": True},
    "signal": {
        "id": "s1x", "article_id": "a1", "scorer_version": "v1", "n": 0, "current": True, "code": "border_blockade",
        "mode": "actual", "confidence": 0.8, "rule": "r", "day": DAY, "day_stated": "published", "language": "sr",
        "outlet": "Outlet", "family": "publisher", "side": "rs", "outlet_country": "RS", "first_seen_at": INSTANT,
        "evidence": "[]",
    },
}  # fmt: skip


def fill(url: str, revision: str) -> None:
    """Make a store as that version made it, with data."""
    engine = connect_engine(url, writing=True)
    try:
        with engine.begin() as connection:
            made = config()
            made.attributes["connection"] = connection
            command.upgrade(made, revision)
            for table, row in ROWS.items():
                known = metadata.tables[table].c
                columns = [sa.column(name, known[name].type) for name in row]
                connection.execute(sa.insert(sa.table(table, *columns)).values(row))
    finally:
        engine.dispose()


@pytest.mark.parametrize("revision", sorted(KNOWN - {HEAD}))
def test_data_of_an_earlier_schema_is_kept(new_url: str, tmp_path: Any, revision: str, records: Any) -> None:
    """Articles, signals, texts to search and what to send a server are all there afterwards, and writing goes on."""
    (tmp_path / "new").mkdir()
    fill(new_url, revision)
    writer = open_writer(new_url)
    last = writer.last_fetches()["rs-outlet"]
    written = writer.add([records.delivery("a2", records.signal(), flag="archive"), records.delivery("a1")])
    writer.add_fetches([records.fetch(moved_to="https://new.example/", format="rss20", remarks=("odd",))])
    writer.close()
    reader = open_reader(new_url)
    month = Query(since=records.day(1), until=records.day(30))
    signals, found = reader.signals(month), reader.search("barikade", month)
    reader.close()

    assert last.caching == CachingInfo(etag='"1"')
    assert (last.moved_to, last.format, last.remarks) == (None, None, ())
    assert written.n_articles == 1
    assert "s1x" in set(signals["signal_id"])
    assert len(signals) == 2
    assert len(found) == 2


#: A situation as earlier versions stored it: what it adds to the index lay in its opening alone.
OLD_SITUATION = (
    "INSERT INTO standing (series, id, kind, country, place_id, since, confirmed, held, last, opening) VALUES ('all', 't1',"
    " 'measure', 'XK', 'country-xk', '2021-09-20', '2021-09-20', '2021-12-19', '2021-12-19', :opening)"
)


def test_what_a_situation_adds_is_brought_into_columns_of_its_own(new_url: str, tmp_path: Any) -> None:
    """Event, code, countries and weight of the opening are read from what an earlier version had stored of it."""
    (tmp_path / "new").mkdir()
    fill(new_url, "0007")
    opening = {"event": "e1", "code": "coercive_measure", "countries": ["RS", "XK"], "weight": 5.25, "at": "country-xk"}
    engine = connect_engine(new_url, writing=True)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(OLD_SITUATION), {"opening": json.dumps(opening)})
        open_writer(new_url).close()
        with engine.begin() as connection:
            names = sa.text("SELECT event_id, code, countries, weight FROM standing WHERE id = 't1'")
            found = connection.execute(names).all()
    finally:
        engine.dispose()

    assert [tuple(row) for row in found] == [("e1", "coercive_measure", "RS,XK", 5.25)]
