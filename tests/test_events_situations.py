"""Situations: opened, confirmed and closed by events; unconfirmed after their term; the crossings board."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tension import assets
from tension.errors import AssetError
from tension.events.crossings import BLOCKED, NO_REPORT, REOPENED, UNCONFIRMED, board
from tension.events.kinds import kinds, standing_codes
from tension.events.situations import situation_table, situations
from tension.places.gazetteer import gazetteer
from tension.store.frames import EVENT_SIGNALS
from tension.taxonomy import signal_types

DAY = date(2021, 9, 20)
TERM = next(k.term_days for k in kinds() if k.id == "blockade")


def row(n, code="border_blockade", days=0, *, place="crossing-jarinje", precision="crossing", country="XK", mode="actual",
        event=None, origin=None):  # fmt: skip
    """Return one signal of an event, some days after the first."""
    day = pd.Timestamp(DAY + timedelta(days=days))
    return dict.fromkeys(EVENT_SIGNALS) | {
        "signal_id": f"s{n}", "article_id": f"a{n}", "code": code, "mode": mode, "confidence": 0.9, "day": day, "event_day": day,
        "place_id": place, "place_name": place, "country": country, "precision": precision, "origin": origin or f"o{n}",
        "first_seen_at": pd.Timestamp("2021-10-20", tz="UTC"), "event": event or f"e{n}", "countries": "RS,XK", "lat": 43.2,
        "lon": 20.7,
    }  # fmt: skip


def read(*rows, kind="blockade"):
    """Return the situations of one kind that rows tell of."""
    return [s for s in situations(pd.DataFrame(list(rows), columns=list(EVENT_SIGNALS))) if s.kind == kind]


def test_reports_open_confirm_and_close():
    """A blockade stands from its first report to the report of its end, with the evidence of each change."""
    (found,) = read(row(1), row(2, days=3), row(3, "pullback", days=5))

    assert (found.since, found.until) == (DAY, DAY + timedelta(days=5))
    assert [(c.change, c.article_ids) for c in found.changes] == [
        ("opened", ("a1",)), ("confirmed", ("a2",)), ("closed", ("a3",))
    ]  # fmt: skip
    assert found.status_on(DAY + timedelta(days=4)) == "open"
    assert found.status_on(DAY + timedelta(days=5)) == "closed"


def test_silence_never_closes():
    """After its term a situation is unconfirmed, and stays so."""
    (found,) = read(row(1))

    assert found.until is None
    assert found.stands_on(DAY + timedelta(days=TERM))
    assert found.status_on(DAY + timedelta(days=TERM + 1)) == "unconfirmed"
    assert found.unconfirmed_since == DAY + timedelta(days=TERM + 1)


def test_a_report_after_the_term_is_another_one():
    """A blockade months later is not the old one confirmed."""
    first, second = read(row(1), row(2, days=90))

    assert (first.since, second.since) == (DAY, DAY + timedelta(days=90))


def test_a_thing_of_one_day_lasts_only_where_it_is_repeated():
    """One demonstration opens nothing; a second day of it within the term does, and is the day on which it is opened."""
    assert read(row(1, "protest"), row(2, "protest"), kind="protests") == []
    (found,) = read(row(1, "protest"), row(2, "protest", days=3), row(3, "protest", days=5), kind="protests")
    assert (found.since, found.confirmed) == (DAY + timedelta(days=3), DAY + timedelta(days=5))


def test_a_thing_of_one_day_that_comes_again_after_its_term_is_no_series():
    """Two demonstrations weeks apart, or in two towns, are two demonstrations."""
    assert read(row(1, "protest"), row(2, "protest", days=30), kind="protests") == []
    assert read(row(1, "protest"), row(2, "protest", days=1, place="crossing-brnjak"), kind="protests") == []


def test_what_has_to_be_repeated_cannot_be_closed(monkeypatch):
    """A file of kinds that asks for both is refused by the name of the kind."""
    row = {"id": "x", "name": "X", "codes": ["protest"], "closes": ["pullback"], "at": "place", "term_days": 7, "repeated": True}
    monkeypatch.setattr(assets, "read_toml", lambda *_: {"kind": [row]})
    kinds.cache_clear()
    try:
        with pytest.raises(AssetError, match="x: what has to be repeated"):
            kinds()
    finally:
        kinds.cache_clear()


def test_an_owners_many_feeds_outvote_nobody():
    """Whether an event says that a road is blocked or clear is decided by voices, not by the number of copies."""
    blocked, *clear = row(1, event="e1"), *(row(n, "pullback", event="e1") | {"origin": "one"} for n in range(2, 9))

    assert len(read(blocked, *clear)) == 1


def test_what_is_announced_neither_stands_nor_has_ended():
    """A plan to block a road opens nothing, a promise to clear it closes nothing."""
    assert read(row(1, mode="announced")) == []
    (found,) = read(row(1), row(2, "pullback", days=1, mode="announced"))
    assert found.until is None


def test_the_announcement_of_a_measure_is_the_measure():
    """A decision opens a measure."""
    assert len(read(row(1, "coercive_measure", mode="announced"), kind="measure")) == 1


def test_one_voice_clears_no_whole_country():
    """That all of a country's roads are clear needs two independent reports; a place's own end needs one."""
    everywhere = {"place": "country-xk", "precision": "country"}
    (one,) = read(row(1), row(2, "pullback", days=2, **everywhere))
    (two,) = read(row(1), *(row(n, "pullback", days=2, event="e9", **everywhere) for n in (2, 3)))

    assert one.until is None
    assert two.until == DAY + timedelta(days=2)


def test_a_report_of_two_crossings_tells_of_both():
    """Where one report names two crossings, both are blocked."""
    found = read(row(1) | {"places": "crossing-brnjak,crossing-jarinje"})

    assert {s.place_id for s in found} == {"crossing-jarinje", "crossing-brnjak"}


def test_places_are_told_apart():
    """Each crossing has its own situation, and the end of one is not the end of the other."""
    found = read(row(1), row(2, place="crossing-brnjak"), row(3, "pullback", days=1))

    assert {s.place_id: s.until for s in found} == {"crossing-jarinje": DAY + timedelta(days=1), "crossing-brnjak": None}


rows_of = st.lists(
    st.builds(
        lambda n, code, days, place: row(n, code, days, place=place),
        st.integers(0, 99), st.sampled_from(["border_blockade", "pullback", "protest", "force_posture"]), st.integers(0, 60),
        st.sampled_from(["crossing-jarinje", "crossing-brnjak"]),
    ),
    min_size=1, max_size=25, unique_by=lambda r: r["signal_id"],
)  # fmt: skip


@settings(max_examples=30)
@given(rows_of, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(rows, random):
    """Shuffled signals tell of the same situations."""
    shuffled = rows.copy()
    random.shuffle(shuffled)

    assert situations(pd.DataFrame(rows)) == situations(pd.DataFrame(shuffled))


@settings(max_examples=30)
@given(rows_of, st.integers(0, 60))
def test_the_past_does_not_know_the_future(rows, days):
    """What stood on a day is the same without the reports of later days."""
    on = DAY + timedelta(days=days)
    until_then = [r for r in rows if r["event_day"].date() <= on]
    standing = {s.id for s in situations(pd.DataFrame(rows)) if s.stands_on(on)}
    known = {s.id for s in situations(pd.DataFrame(until_then, columns=list(EVENT_SIGNALS))) if s.stands_on(on)}

    assert standing == known


def test_kinds_name_known_codes():
    """The file speaks of codes of the taxonomy only."""
    assert set(standing_codes()) <= set(signal_types())
    assert all(kind.term_days > 0 and not kind.codes & kind.closes for kind in kinds())


@pytest.mark.parametrize(
    ("rows", "days", "state", "since"),
    [
        ([], 0, NO_REPORT, None),
        ([row(1)], 1, BLOCKED, DAY),
        ([row(1)], TERM + 5, UNCONFIRMED, DAY),
        ([row(1), row(2, "pullback", days=2)], 3, REOPENED, DAY + timedelta(days=2)),
        ([row(1, days=5)], 3, NO_REPORT, None),
    ],
)
def test_board(rows, days, state, since):
    """A crossing is blocked, unconfirmed, reported open again, or nobody reported on it."""
    found = situations(pd.DataFrame(rows, columns=list(EVENT_SIGNALS)))
    rows = {c.place.id: c for c in board(found, gazetteer().places, DAY + timedelta(days=days))}

    assert (rows["crossing-jarinje"].state, rows["crossing-jarinje"].since) == (state, since)
    assert rows["crossing-merdare"].state == NO_REPORT
    assert all(c.place.precision == "crossing" for c in rows.values())


def test_the_table_has_days_also_where_it_is_empty():
    """Columns keep their types without rows."""
    empty = situation_table([], DAY)

    assert str(empty["since"].dtype) == str(situation_table(situations(pd.DataFrame([row(1)])), DAY)["since"].dtype)


def test_what_changed_is_recorded_and_nothing_closes_by_a_single_voice():
    """A wider blockade, an announcement that comes into force, and one voice that says it is over each say so."""
    country = {"place": "country-xk", "precision": "country"}
    (alert,) = read(
        row(1, "force_posture", place="leposavic"),
        row(2, "force_posture", days=1, place="zvecan"),
        row(3, "pullback", days=2, **country),
        kind="alert",
    )
    (measure,) = read(
        row(1, "coercive_measure", mode="announced", **country), row(2, "coercive_measure", days=2, **country), kind="measure"
    )
    (blockade,) = read(row(1), row(2, "pullback", days=1, **country))

    assert [(c.change, c.detail) for c in alert.changes][:2] == [("opened", ""), ("changed", "also at zvecan")]
    assert [(c.change, c.detail) for c in measure.changes] == [("opened", ""), ("changed", "in force")]
    assert [(c.change, c.detail) for c in blockade.changes] == [("opened", ""), ("changed", "said to be over by one voice")]
    assert blockade.until is None
    assert blockade.confirmed == DAY
