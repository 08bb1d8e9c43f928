"""What comes without a date, with one of another year or of tomorrow, or from an outlet of another name: where it counts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from streams import NOON, PLACES, SPAN, Stores

from tension.index.reading import contributions, index_of
from tension.model import Article, Candidate, Mode, PlaceMention, Reading, Signal
from tension.store import Delivery, StoreReader, StoreWriter

TODAY = NOON.date()
OLD = TODAY - timedelta(days=900)
WEIGHT = 7.0


@pytest.fixture
def store(tmp_path_factory: Any, records: Any) -> Iterator[tuple[StoreWriter, StoreReader]]:
    """A store with a blockade that one outlet reported today."""
    made = Stores(tmp_path_factory.mktemp("odd"), records.feed)
    writer, reader, _ = made.new()
    writer.add([report("first", TODAY)])
    yield writer, reader
    made.close()


def report(name: str, day: date | None, *, at: datetime = NOON, outlet: str = "a", family: str = "a", flag: str | None = None,
           title: str = "Barikade kod prelaza") -> Delivery:  # fmt: skip
    """Return a report of a blockade at Jarinje that is dated on a day."""
    place = PLACES["crossing-jarinje"]
    told = {"code": "border_blockade", "mode": Mode.ACTUAL, "confidence": 0.8, "evidence": (SPAN,), "rule": "r"}
    reading = Reading(
        language="sr", scorer_version="v1", signals=(Signal(**told, place=place),), candidates=(Candidate(**told),),
        mentions=(PlaceMention(place=place, span=SPAN),),
    )  # fmt: skip
    article = Article(id=name, outlet=outlet, url=None, title=title, published_date=day, first_seen_at=at, family=family,
                      side="serbia", country="RS")  # fmt: skip
    return Delivery(article=article, feed_id=None, guid=name, seen_at=at, reading=reading, flag=flag)


def value(reader: StoreReader, day: date, known: datetime | None = None) -> float | None:
    """Return the index of Kosovo on a day, as known at an instant."""
    (found,) = index_of(reader, "XK", day, day, first=OLD - timedelta(days=99), unread={}, as_known_at=known)
    return found.value


def event_of(reader: StoreReader, name: str) -> dict[str, Any]:
    """Return event and reasons of an article."""
    return dict(reader.reasons([name])[name])


def test_what_has_no_date_is_listed_and_in_no_number(store: tuple[StoreWriter, StoreReader]) -> None:
    """It has an event of its own without a day, and moves no day."""
    writer, reader = store
    before = [value(reader, TODAY + timedelta(days=n)) for n in range(-1, 9)]
    writer.add([report("undated", None, outlet="b", family="b")])
    rows = reader.memberships().set_index("article_id")

    assert [value(reader, TODAY + timedelta(days=n)) for n in range(-1, 9)] == before
    assert event_of(reader, "undated")["as"] == "undated"
    assert rows.loc["undated"].isna()["event_day"]
    assert rows["event"].nunique() == 2


def test_what_is_dated_ahead_is_held_on_the_day_it_was_seen(store: tuple[StoreWriter, StoreReader]) -> None:
    """A report of next month counts today, says that it was dated ahead, and nothing waits for its day."""
    writer, reader = store
    ahead = TODAY + timedelta(days=30)
    writer.add([report("ahead", ahead, outlet="b", family="b", flag="future", title="Kamioni na putu ka prelazu")])
    why = event_of(reader, "ahead")
    listed = contributions(reader, "XK", TODAY, TODAY).listed(TODAY)

    assert why["dated in the future"] == str(ahead)
    assert why["event"] in {row["event"] for row in listed}
    assert reader.facts("XK", ahead - timedelta(days=1), ahead + timedelta(days=1)) == []


def test_what_comes_years_late_joins_its_day_and_leaves_what_was_known(store: tuple[StoreWriter, StoreReader]) -> None:
    """A blockade of years ago that is told now counts on its day, not today; as known before, its day had nothing."""
    writer, reader = store
    late = NOON + timedelta(hours=1)
    today = value(reader, TODAY)
    writer.add([report(f"late {by}", OLD, at=late, outlet=by, family=by, flag="archive") for by in ("a", "b")])

    assert value(reader, TODAY) == today
    assert value(reader, OLD) == pytest.approx(2 * WEIGHT * 0.75), "the event and what it opened, by two voices"
    assert value(reader, OLD, known=NOON) == 0.0
    assert event_of(reader, "late a")["event"] == event_of(reader, "late b")["event"] != event_of(reader, "first")["event"]


def test_an_archive_that_is_published_again_moves_nothing_of_today(store: tuple[StoreWriter, StoreReader]) -> None:
    """What is known is a no-op; what is not counts on its own days, and today's number is, to the last bit, what it was."""
    writer, reader = store
    before = value(reader, TODAY)
    known = [report("first", TODAY, at=NOON + timedelta(days=1))]
    old = [report(f"old{n}", OLD + timedelta(days=n), at=NOON + timedelta(days=1), flag="archive") for n in range(0, 200, 20)]
    written = writer.add([*known, *old])

    assert written.n_articles == len(old)
    assert value(reader, TODAY) == before
    assert all(value(reader, OLD + timedelta(days=n)) for n in range(0, 200, 20))


@pytest.mark.parametrize(("family", "n_voices"), [("a", 1), ("new owner", 2)])
def test_an_outlet_of_another_name_is_another_voice_where_its_owner_is(
    store: tuple[StoreWriter, StoreReader], family: str, n_voices: int
) -> None:
    """Renamed, an outlet stays one voice; sold, it is another from then on. What was stored keeps the name that it had."""
    writer, reader = store
    writer.add([report("renamed", TODAY, outlet="a as it is called now", family=family)])
    (fact,) = reader.facts("XK", TODAY, TODAY)
    outlets = dict(zip(*(reader.evidence(["first", "renamed"])[name] for name in ("article_id", "outlet")), strict=True))

    assert len(fact.origins) == n_voices
    assert fact.weight == pytest.approx(WEIGHT * (1 - 2**-n_voices))
    assert outlets == {"first": "a", "renamed": "a as it is called now"}


def test_a_copy_seen_again_under_another_date_changes_nothing(store: tuple[StoreWriter, StoreReader]) -> None:
    """An outlet that moves the date of what it published moves no number: the first sight holds."""
    writer, reader = store
    before = [value(reader, TODAY + timedelta(days=n)) for n in range(6)]
    moved = report("first", TODAY + timedelta(days=3), at=NOON + timedelta(days=3))
    written = writer.add([replace(moved, seen_at=NOON + timedelta(days=3))])

    assert written.n_articles == 0
    assert [value(reader, TODAY + timedelta(days=n)) for n in range(6)] == before
