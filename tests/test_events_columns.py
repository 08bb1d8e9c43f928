"""Events in columns: what is read of very many at once is, event by event and filter by filter, what the plain way says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streams import DAY, PLACES, SPAN, Stores, few, streams, write

from app import scopes
from tension.brief.week import Week
from tension.events import choosing, crossing_days, table
from tension.events.facts import Fact, Facts
from tension.events.situations import Change, Situation, in_order
from tension.index.listing import Listing, shared
from tension.index.method import HEADLINE, PARTS
from tension.index.reading import contributions
from tension.model import Candidate, Mode, Query
from tension.rows import records
from tension.store import Delivery, StoreReader, open_reader, open_writer
from tension.store.daily_codec import FACT_COLUMNS, fact_row
from tension.store.fact_columns import facts_of_columns

UNTIL = DAY + timedelta(days=40)
WHOLE = Query(since=DAY - timedelta(days=3), until=UNTIL)
AT = datetime(2021, 9, 28, 12, tzinfo=UTC)
#: A store takes no other texts.
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)
lists = st.lists(texts, max_size=3).map(tuple)
numbers = st.floats(allow_nan=False, allow_infinity=False)
facts = st.builds(
    Fact, event=texts, day=st.dates(), base=numbers, code=texts, place_id=texts | st.none(), place_name=texts | st.none(),
    country=texts | st.none(), lat=numbers | st.none(), lon=numbers | st.none(), precision=texts | st.none(), confidence=numbers,
    origins=lists, countries=st.lists(st.sampled_from(["RS", "XK", "BA"]), max_size=2).map(tuple), codes=lists, languages=lists,
    sides=lists, article_ids=lists,
)  # fmt: skip


@pytest.fixture
def stores(tmp_path_factory: Any, records: Any) -> Iterator[Stores]:
    """Make a new, empty store for each example."""
    made = Stores(tmp_path_factory.mktemp("columns"), records.feed)
    yield made
    made.close()


def mixed(stream: Sequence[Delivery]) -> list[Delivery]:
    """Return a stream in several languages and certainties, in which some deny what others say."""
    found = []
    for n, one in enumerate(stream):
        assert one.reading is not None
        signals = tuple(replace(s, confidence=0.5 + 0.1 * (n % 4)) for s in one.reading.signals)
        denial = Candidate(code="protest", mode=Mode.DENIED, confidence=0.9, evidence=(SPAN,), rule="r")
        seen = one.reading.candidates + ((denial,) if n % 5 == 0 else ())
        article = replace(one.article, language=("sr", "sq", "en")[n % 3])
        found.append(replace(one, article=article, reading=replace(one.reading, signals=signals, candidates=seen)))
    return found


def filled(stores: Stores, stream: Sequence[Delivery]) -> StoreReader:
    """Return the reader of a store that a stream was written to."""
    writer, reader, _ = stores.new()
    write(writer, mixed(stream), 8)
    return reader


# --- facts --------------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, max_size=6))
def test_facts_come_back_as_they_were_stored(made: list[Fact]) -> None:
    """Whatever their texts hold, line ends and quotes included, the facts of many rows are those that the rows were made of."""
    rows = [fact_row(fact, "both", datetime(2026, 1, 1, tzinfo=UTC)) for fact in made]
    columns = [[row[name] for row in rows] for name in FACT_COLUMNS]

    found = facts_of_columns(columns)

    assert list(found) == made
    assert [fact.weight for fact in made] == found.weights()


@settings(max_examples=30, deadline=None)
@given(st.lists(facts, max_size=5), st.integers(0, 5), st.integers(0, 5))
def test_facts_in_columns_are_a_sequence(made: list[Fact], one: int, other: int) -> None:
    """They have length, order, parts and equality as a list of them has; beyond the last there is none."""
    found = Facts.of(made)

    assert (len(found), list(found), found[one:other]) == (len(made), made, made[one:other])
    assert Facts.of(found) is found
    assert found == made
    assert found != [*made, None]
    with pytest.raises(IndexError):
        found[len(made)]


@few(6)
@given(stream=streams)
def test_events_of_facts_are_those_of_their_signals(stream: list[Delivery], stores: Stores) -> None:
    """Every column of every event is the same, in the same order, now and as known then."""
    reader = filled(stores, stream)
    for at in (None, AT):
        query = replace(WHOLE, as_known_at=at)
        slow = table.events(reader.event_signals(query), reader.denials(query))
        fast = table.of_facts(reader.facts("region", query.since, query.until, as_known_at=at), reader.denials(query))
        assert {name: fast[name].tolist() for name in table.COLUMNS} == {name: slow[name].tolist() for name in table.COLUMNS}


# --- filters ------------------------------------------------------------------------------------------------------------

FILTERS: tuple[dict[str, Any], ...] = (
    {}, {"min_confidence": 0.65}, {"codes": ("border_blockade", "protest")}, {"languages": ("sq",)}, {"countries": ("RS",)},
    {"outlets": ("a", "late")}, {"countries": ("XK",), "languages": ("sr", "en"), "min_confidence": 0.6},
    {"codes": ("armed_clash",), "min_confidence": 0.55}, {"countries": ("nowhere",)},
)  # fmt: skip


@few(6)
@given(stream=streams)
def test_a_filter_leaves_the_same_events_whichever_way_they_are_found(stream: list[Delivery], stores: Stores) -> None:
    """From the events alone where they can tell it, else from facets: those of which some signal passes, now and then."""
    reader = filled(stores, stream)
    for at in (None, AT):
        whole = replace(WHOLE, as_known_at=at)
        signals, brief = reader.event_signals(whole), choosing.newest_first(reader.event_facets(whole))
        events = table.events(signals)
        at_row = choosing.seats(brief, events)
        for asked in FILTERS:
            query = replace(whole, **asked)
            left = choosing.chosen(signals, query)
            wanted = events[events["event"].isin(left["event"].astype(str))]["event"].tolist()
            assert choosing.told_by(events, at_row[choosing.passing(brief, query)])["event"].tolist() == wanted
            alone = choosing.chosen_events(events, query)
            assert alone is None or alone["event"].tolist() == wanted
            assert sorted(choosing.chosen(brief, query)["signal_id"]) == sorted(left["signal_id"])


def test_facets_are_the_signals_in_brief(store_url: str, tell: Any) -> None:
    """On both engines each column is that of the signals; an empty window has the same types."""
    open_writer(store_url).close()
    feed = ("Primer", "primer", "serbia", "RS", "sr")
    tell(store_url, [(date(2021, 9, 20), f"Srbi blokirali put ka Jarinju {n}", *feed) for n in "ab"])
    reader = open_reader(store_url)
    asked = Query(since=date(2021, 9, 1), until=date(2021, 9, 30))

    brief, whole = reader.event_facets(asked), reader.event_signals(asked)
    nothing = reader.event_facets(Query(since=date(2020, 1, 1), until=date(2020, 1, 2)))
    reader.close()

    keys = brief["signal_id"].tolist()
    assert len(keys) == len(whole) > 0
    pd.testing.assert_frame_equal(
        brief.set_index("signal_id"),
        whole.set_index("signal_id").loc[keys, brief.columns[1:]], check_categorical=False,
    )  # fmt: skip
    assert nothing.dtypes["confidence"] == brief.dtypes["confidence"]
    assert choosing.newest_first(nothing)["report"].tolist() == []


def test_where_nothing_is_dated_every_filter_leaves_nothing() -> None:
    """A window without an event has all columns whatever is asked for."""
    events = table.events(pd.DataFrame())

    for asked in ({"codes": ("protest",)}, {"languages": ("sr",)}, {"min_confidence": 0.5}):
        left = choosing.chosen_events(events, replace(WHOLE, **asked))
        assert left is not None
        assert list(left.columns) == list(table.COLUMNS)
        assert left.empty


# --- what stands --------------------------------------------------------------------------------------------------------


def _by_reports(s: Situation, day: date) -> bool:
    """Tell whether a situation stands by the reports up to a day, one by one."""
    if not s.since <= day or (s.until is not None and day >= s.until):
        return False
    heard = max(c.day for c in s.changes if c.day <= day and c.holds)
    return (day - heard).days <= s.term_days


@few(6)
@given(stream=streams)
def test_how_a_thing_stands_needs_none_of_its_reports(stream: list[Delivery], stores: Stores) -> None:
    """By its opening and its last day alone it stands on the days on which its reports say so, now and as known then."""
    reader = filled(stores, stream)
    days = [DAY + timedelta(days=n) for n in range(-2, 60)]
    for at in (None, AT):
        every = reader.situations(as_known_at=at)
        bare = reader.situations(as_known_at=at, since=days[0], openings_only=True)
        assert [[s.stands_on(day) for day in days] for s in every] == [[_by_reports(s, day) for day in days] for s in every]
        assert [replace(s, changes=s.changes[:1]) for s in every] == list(bare)


@few(6)
@given(stream=streams)
def test_crossings_over_a_window_are_those_of_each_day(stream: list[Delivery], stores: Stores) -> None:
    """State, and since when, of each crossing on each day, measures in force among them: as the board of that day has it."""
    reader = filled(stores, stream)
    since, until = DAY - timedelta(days=1), DAY + timedelta(days=45)
    every, bare = reader.situations(since=since), reader.situations(since=since, openings_only=True)
    told = reader.limits([s.id for s in every if s.kind == "measure"], "coercive_measure")
    gates = [place for place in PLACES.values() if place.precision == "crossing"]

    found = {place.id: states for place, states in crossing_days.stood(bare, told, gates, since, until)}

    for n in range((until - since).days + 1):
        board = crossing_days.crossings(every, told, gates, since + timedelta(days=n))
        assert {row.place.id: (row.state, row.since) for row in board} == {gate: states[n] for gate, states in found.items()}


GATES = tuple(place for place in PLACES.values() if place.precision == "crossing")


@st.composite
def situations(draw: Any) -> Situation:
    """Draw a blockade or a measure at one of two crossings, which may have fallen silent or ended."""
    since, kind = DAY + timedelta(days=draw(st.integers(0, 15))), draw(st.sampled_from(["blockade", "measure"]))
    confirmed, place = since + timedelta(days=draw(st.integers(0, 8))), draw(st.sampled_from(GATES))
    over = draw(st.none() | st.integers(0, 9).map(lambda n: confirmed + timedelta(days=n)))
    change = Change(day=since, change="opened", event="e", article_ids=())
    return Situation(
        id=draw(st.uuids().map(str)), kind=kind, name=kind, place_id=place.id, place_name=place.name, country="XK", lat=1.0,
        lon=1.0, precision="crossing", since=since, until=over, confirmed=confirmed, term_days=draw(st.integers(1, 6)),
        weight=1.0, code=kind, changes=(change,),
    )  # fmt: skip


days_after = st.integers(0, 30).map(lambda n: DAY + timedelta(days=n))
told_at = st.lists(st.tuples(days_after, days_after, st.sampled_from([gate.id for gate in GATES]), st.just("a")), max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(situations(), told_at), max_size=6), st.integers(-3, 20), st.integers(0, 25))
def test_measures_and_closures_of_crossings_over_a_window(made: list[Any], after: int, n_days: int) -> None:
    """However often a measure is told at a crossing, of earlier days too, and whatever was closed before: as day by day."""
    found = in_order(s for s, _ in made)
    told = {s.id: sorted(rows) for s, rows in made if s.kind == "measure" and rows}
    since = DAY + timedelta(days=after)

    over = crossing_days.stood(found, told, GATES, since, since + timedelta(days=n_days))

    for n in range(n_days + 1):
        board = crossing_days.crossings(found, told, GATES, since + timedelta(days=n))
        assert {row.place.id: (row.state, row.since) for row in board} == {place.id: states[n] for place, states in over}


# --- what a page sums up ------------------------------------------------------------------------------------------------


@few(6)
@given(stream=streams, days=st.integers(0, 14))
def test_a_week_gone_through_once_tells_what_each_scope_tells(stream: list[Delivery], days: int, stores: Stores) -> None:
    """Voices and movers of every scope are those of its own frame of events."""
    reader = filled(stores, stream)
    day, told = DAY + timedelta(days=days), ("event", "day", "place_id", "family", "article_ids")
    found = table.of_facts(reader.facts("region", WHOLE.since, WHOLE.until), reader.denials(WHOLE))
    week = Week(scopes.week(found, day), told)
    for scope in scopes.known():
        mine = scopes.of_week(found, scope, day)
        assert week.voices(week.of(scope)) == scopes.voices(mine)
        assert week.movers(week.of(scope), 2) == records(scopes.movers(mine, 2)[list(told)])


@few(6)
@given(stream=streams, days=st.integers(0, 30))
def test_a_share_of_a_day_is_that_of_its_list(stream: list[Delivery], days: int, stores: Stores) -> None:
    """The largest, their number and their sums are, to the last digit, those of the day's whole list."""
    reader = filled(stores, stream)
    listing = contributions(reader, "region", DAY, UNTIL)
    assert isinstance(listing, Listing)
    day = DAY + timedelta(days=days)
    for parts in (HEADLINE, ("stabilising",), PARTS):
        found, plain = listing.share(day, parts, 3), shared(listing.listed(day), parts, 3)
        assert (list(found.largest), found.n, dict(found.sums)) == (list(plain.largest), plain.n, dict(plain.sums))
        assert list(found.sums) == list(plain.sums)
