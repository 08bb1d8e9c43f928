"""What one more article asks of a SQLite store is answered by indexes: no question goes through a table that grows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from streams import NOON, PLACES, SPAN

from tension.model import Article, Candidate, Mode, PlaceMention, Reading, Signal
from tension.review.record import Act, Review
from tension.store import Delivery, open_writer
from tension.store.engines import connect_engine
from tension.store.limits import _told

#: Tables that grow with what is reported.
GROWS = {
    "article", "score", "signal", "candidate", "mention", "party", "sighting", "event_report", "membership", "event_fact",
    "event_said", "standing", "standing_change", "daily_sum", "daily_articles", "daily_answer",
}  # fmt: skip
CODES = ("border_blockade", "coercive_measure", "protest")


def delivery(n: int) -> Delivery:
    """Return an article with a signal of each code, with a voice of its own."""
    place = PLACES["crossing-jarinje"]
    signals = [Signal(code=c, mode=Mode.ACTUAL, confidence=0.8, evidence=(SPAN,), rule="r", place=place) for c in CODES]
    seen = [Candidate(code=c, mode=Mode.ACTUAL, confidence=0.8, evidence=(SPAN,), rule="r") for c in CODES]
    reading = Reading(
        language="sr", scorer_version="v1", signals=tuple(signals), candidates=tuple(seen),
        mentions=(PlaceMention(place=place, span=SPAN),),
    )  # fmt: skip
    at = NOON + timedelta(hours=n)
    article = Article(
        id=f"a{n}", outlet=f"o{n}", url=None, title="Barikade kod prelaza", published_date=at.date(), first_seen_at=at,
        family=f"o{n}", side="serbia", country="RS",
    )  # fmt: skip
    return Delivery(article=article, feed_id=None, guid=None, seen_at=at, reading=reading)


@pytest.fixture
def asked(tmp_path: Any) -> Iterator[tuple[sa.Connection, dict[str, Any]]]:
    """Return a connection to a store, and what was asked of it while one more article was added after a review."""
    url = f"sqlite:///{tmp_path / 'plans.db'}"
    writer = open_writer(url)
    # More days than one, and a correction: what was moved by a reviewer is looked up with every batch from then on.
    writer.add([delivery(n) for n in range(0, 72, 6)])
    said = Review(
        act=Act.RETRACT, recorded_at=NOON + timedelta(days=4), article_id="a0", code="protest", reviewer="ana", reason="not so"
    )  # fmt: skip
    assert writer.review([said])
    found: dict[str, Any] = {}

    def note(*event: Any) -> None:
        _, _, statement, parameters, _, many = event
        if statement.startswith(("SELECT", "DELETE", "UPDATE")) and not many:
            found.setdefault(statement, parameters)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        writer.add([delivery(75)])
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
        writer.close()
    engine = connect_engine(url, writing=True)
    with engine.connect() as connection:
        yield connection, found
    engine.dispose()


def test_one_more_article_goes_through_no_table_that_grows(asked: tuple[sa.Connection, dict[str, Any]]) -> None:
    """Every table that grows is searched by an index, also once reviewers corrected something."""
    connection, found = asked
    assert len(found) > 20, "the questions were not seen"
    for statement, parameters in found.items():
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        scans = [row[3] for row in plan if row[3].startswith("SCAN") and row[3].split()[1] in GROWS]
        assert not scans, (scans, statement)


def test_reports_at_crossings_are_found_by_an_index_of_their_own(store_url: str) -> None:
    """Of a code that names every town only the signals at crossings are read: both engines see that the index has them."""
    open_writer(store_url).close()
    engine = connect_engine(store_url, writing=True)
    asked = _told("all", ["t1"], "coercive_measure").compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # An empty table is read faster than any index.
            connection.exec_driver_sql("SET enable_seqscan = off")
            connection.exec_driver_sql("SET enable_bitmapscan = off")
        words = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        plan = "\n".join(str(row) for row in connection.execute(sa.text(f"{words} {asked}")))
    engine.dispose()

    assert "ix_signal_at_crossing" in plan


def test_no_question_to_postgresql_is_compiled(postgresql_url: str) -> None:
    """What is asked takes milliseconds; a server that compiles what it takes to be dear would take longer over that."""
    for writing in (True, False):
        engine = connect_engine(postgresql_url, writing=writing)
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SHOW jit")) == "off"
        engine.dispose()
