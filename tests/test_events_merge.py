"""Merging: reports of one incident become one event, whatever their order, language or number of copies."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension import assets
from tension.events.concepts import concepts, concepts_of
from tension.events.likeness import compare
from tension.events.merge import Book, event_id, merge
from tension.events.report import Report, report_of
from tension.model import Article
from tension.reading import read
from tension.taxonomy import signal_types

DAY = date(2021, 9, 20)
SEEN = datetime(2021, 9, 20, 12, tzinfo=UTC)
CODES = ("border_blockade", "air_activity", "armed_clash", "pullback", "protest")


def article(n, title, *, day=DAY, outlet=None):
    """Return an article of a day."""
    return Article(
        id=f"a{n}", outlet=outlet or f"o{n}", url=None, title=title, published_date=day, first_seen_at=SEEN + timedelta(minutes=n)
    )


def reports(*titles, day=DAY):
    """Return the reports of headlines, as the pipeline makes them."""
    made = (article(n, title, day=day) for n, title in enumerate(titles))
    return [report_of(a, read(a), seen_at=SEEN) for a in made]


def report(n, *, day=DAY, codes=(), places=(), countries=("XK",), words=(), title=None, origin=None):
    """Return a report with given features."""
    return Report(
        article_id=f"a{n:03}", origin=origin or f"o{n}", family=origin or f"o{n}", language="hbs", day=day,
        first_seen_at=SEEN, title=title or f"headline number {n}", codes=frozenset(codes), lead=min(codes, default=""),
        hints=frozenset(codes), places=frozenset(places), countries=frozenset(countries), numbers=frozenset(),
        concepts=frozenset(words), stems=frozenset(words),
    )  # fmt: skip


generated = st.lists(
    st.builds(
        lambda n, day, codes, place, country, words: report(
            n, day=DAY + timedelta(days=day), codes=codes, places=[place] if place else [], countries=[country], words=words
        ),
        st.integers(0, 400), st.integers(0, 4), st.lists(st.sampled_from(CODES), max_size=2), st.sampled_from(["p1", "p2", None]),
        st.sampled_from(["XK", "RS", "GR"]), st.lists(st.sampled_from(["plates", "siren", "bridge", "ship"]), max_size=3),
    ),
    min_size=1, max_size=40, unique_by=lambda r: r.article_id,
)  # fmt: skip


def groups(members):
    """Return the sets of articles that are together."""
    found = {}
    for m in members:
        found.setdefault(m.event_id, set()).add(m.article_id)
    return {frozenset(g) for g in found.values()}


def test_one_incident_in_five_languages_is_one_event():
    """Reports of a blockade at one crossing come together across scripts and languages."""
    found = merge(
        reports(
            "Srbi kamionima blokirali put ka prelazu Jarinje", "Срби блокирали пут ка прелазу Јариње",
            "Serbët bllokojnë me kamionë rrugën drejt Jarinjës", "Serbs block road to Jarinje crossing with lorries",
            "Srbi zatvorili put ka Jarinju",
        )
    )  # fmt: skip

    assert len({m.event_id for m in found}) == 1


def test_different_acts_of_one_day_stay_apart():
    """A clash in the north of Kosovo and an exercise in the Aegean are two events."""
    found = merge(reports("Armed attack on police in Banjska", "Turkish navy begins exercise in the Aegean Sea"))

    assert len({m.event_id for m in found}) == 2


def test_the_same_headline_weeks_later_is_another_event():
    """Days too far apart are never one incident."""
    one, other = reports("Serbs block road to Jarinje crossing"), reports("Serbs block road to Jarinje crossing")
    later = replace(other[0], article_id="b0", day=DAY + timedelta(days=20), first_seen_at=SEEN + timedelta(days=20))

    assert len({m.event_id for m in merge([one[0], later])}) == 2


def test_an_event_is_named_after_its_first_report():
    """A late report joins and changes no id."""
    first, second = reports("Serbs block road to Jarinje crossing", "Jarinje crossing blocked by Serbs")
    book = Book()
    before = merge([first], book)
    after = merge([second], book)

    assert before[0].event_id == after[0].event_id == event_id("a0")
    assert after[0].reasons["as"] == "joined"
    assert after[0].reasons["like"] == "a0"
    assert after[0].reasons["points"] >= after[0].reasons["needed"]


def test_a_report_without_a_date_is_kept_apart():
    """It has an event of its own, on no day."""
    undated = replace(reports("Serbs block road to Jarinje crossing")[0], day=None)
    found = merge([*reports("Jarinje crossing blocked by Serbs", "x")[:1], replace(undated, article_id="u")])

    assert {m.article_id: m.day for m in found}["u"] is None
    assert len({m.event_id for m in found}) == 2


def test_a_report_from_the_future_is_held_at_first_sight():
    """What is dated after it was seen counts on the day it was seen, and says so."""
    (found,) = merge(reports("Serbs block road to Jarinje crossing", day=DAY + timedelta(days=400)))

    assert found.day == SEEN.date()
    assert found.reasons["dated in the future"] == "2022-10-25"


def test_a_report_that_comes_years_late_joins_its_event():
    """The day it happened on decides, not the day it was seen."""
    book = Book()
    first, second = reports("Serbs block road to Jarinje crossing", "Jarinje crossing blocked by Serbs")
    merge([first], book)
    (late,) = merge([replace(second, first_seen_at=SEEN + timedelta(days=900))], book)

    assert late.event_id == event_id("a0")


def test_each_day_of_what_stands_is_an_event_of_its_own():
    """Told three times on its day, a blockade takes no report of the next day, though that says the same; a lone one does."""
    told = {"codes": ["border_blockade"], "places": ["p1"], "words": ["truck", "road", "blockade", "north"]}
    first = [report(n, **told) for n in range(3)]
    next_day = report(9, day=DAY + timedelta(days=1), **told)

    assert groups(merge([*first, next_day])) == {frozenset({"a000", "a001", "a002"}), frozenset({"a009"})}
    assert groups(merge([first[0], next_day])) == {frozenset({"a000", "a009"})}


def test_what_peacekeepers_do_is_not_what_an_army_does():
    """Troops are raised on both sides of a line: one report is of the peacekeepers, the other knows nothing of them."""
    first, second = reports(
        "Serbian army deploys armour near the border with Kosovo", "NATO peacekeepers deploy troops in Kosovo"
    )
    army = replace(first, codes=frozenset({"force_posture"}), lead="force_posture")
    others = replace(second, codes=frozenset({"force_posture", "peacekeeping"}), lead="peacekeeping")

    assert len(groups(merge([army, others]))) == 2


def test_two_names_of_one_act_set_reports_less_apart():
    """What one newsroom calls a measure called off, another calls yielding; that shots were fired is neither."""
    off = report(1, codes=["agreement"], words=["measure", "postpone"])
    yielded = replace(off, article_id="a002", codes=frozenset({"pullback"}), lead="pullback")
    shots = replace(off, article_id="a003", codes=frozenset({"armed_clash"}), lead="armed_clash")

    assert compare(off, yielded).points > compare(off, shots).points
    assert not {"other codes", "other lead"} & dict(compare(off, yielded).reasons).keys()
    assert {"other codes", "other lead", "opposite codes"} <= dict(compare(off, shots).reasons).keys()


def test_codes_that_are_akin_are_of_the_taxonomy():
    """A group of codes names no code twice and none that there is not."""
    groups = [group.split() for group in assets.read_toml("concepts.toml")["akin"]["groups"]]

    assert all(len(group) == len(set(group)) > 1 and set(group) <= signal_types().keys() for group in groups)


def test_what_says_little_joins_company_of_its_own_day_only():
    """A headline without an act is told by what it stands beside; the day after, as much is asked of it as of any."""
    bridge = report(1, codes=["border_blockade"], places=["p1"], words=["bridge", "students"])
    vague = report(2, places=["p1"], words=["students"])

    assert len(groups(merge([bridge, vague]))) == 1
    assert len(groups(merge([bridge, replace(vague, day=DAY + timedelta(days=1))]))) == 2


def test_words_for_a_mood_tell_of_no_incident():
    """That the air is tense is said of everything in a crisis, in words as in concepts."""
    (found,) = reports("Tensions rise on the bridge")

    assert not any("tensions".startswith(stem) for stem in found.stems)


@given(generated, st.randoms(use_true_random=False))
def test_order_within_a_batch_changes_nothing(stream, random):
    """Shuffled reports give the same events with the same ids and reasons."""
    shuffled = stream.copy()
    random.shuffle(shuffled)

    assert merge(stream) == merge(shuffled)


@given(generated)
def test_ids_are_stable_under_a_second_run(stream):
    """The same stream read again gives the same memberships."""
    assert merge(stream) == merge(stream)


@given(generated, st.integers(1, 39))
def test_what_was_assigned_is_never_moved(stream, cut):
    """A stream stopped at some point says the same of its reports as the whole stream."""
    ordered = sorted(stream, key=lambda r: r.article_id)
    timed = [replace(r, first_seen_at=SEEN + timedelta(minutes=n)) for n, r in enumerate(ordered)]
    whole = {m.article_id: m for m in merge(timed)}

    assert {m.article_id: m for m in merge(timed[:cut])} == {r.article_id: whole[r.article_id] for r in timed[:cut]}


@given(generated, st.integers(1, 5))
def test_batch_by_batch_gives_what_one_pass_gives(stream, size):
    """Rebuilding from the beginning equals what was assigned as it came."""
    timed = [replace(r, first_seen_at=SEEN + timedelta(minutes=n)) for n, r in enumerate(stream)]
    book = Book()
    parts = [merge(timed[at : at + size], book) for at in range(0, len(timed), size)]

    assert [m for part in parts for m in part] == merge(timed)


@given(generated, st.integers(2, 20))
def test_copies_join_what_they_copy(stream, copies):
    """A feed twenty times over makes no event more, and changes no group of the others."""
    many = [*stream]
    for n in range(copies):
        many += [replace(r, article_id=f"{r.article_id}-{n:02}", origin="copy") for r in stream if len(r.title) > 12]
    names = {r.article_id for r in stream}
    found = groups(merge(many))

    assert {frozenset(g & names) for g in found} - {frozenset()} == groups(merge(stream))


@given(generated)
def test_reports_without_a_signal_move_none_that_has_one(stream):
    """Sport, weather and denials change nothing in how signals are grouped."""
    telling = [r for r in stream if r.codes]
    names = {r.article_id for r in telling}
    found = {frozenset(g & names) for g in groups(merge(stream))} - {frozenset()}

    assert found == groups(merge(telling))


@given(generated)
def test_likeness_is_symmetric(stream):
    """Which report came first plays no part in how alike two are."""
    for a, b in pairwise(stream):
        assert compare(a, b).points == pytest.approx(compare(b, a).points)


@given(generated)
def test_points_are_the_sum_of_the_reasons(stream):
    """A merge is explained in full."""
    for a, b in pairwise(stream):
        found = compare(a, b)
        assert found.points == pytest.approx(sum(points for _, points in found.reasons), abs=0.01)


def test_concepts_meet_across_languages():
    """Words for one thing are one concept, in any language and transliteration."""
    assert concepts_of("barikade") == concepts_of("odofragmata") == concepts_of("roadblocks") == concepts_of("barrikadat")
    assert concepts(["targave", "tablice", "plates"]) == {"plates"}
    assert concepts_of("xyz") == ()


def test_country_and_mood_alone_make_no_event():
    """In a crisis everything is tense and about the same countries: two reports must share more than that."""
    first = report(1, codes=["border_blockade"], words=["tension", "truck"])
    second = report(2, words=["tension"], title="tension rises")
    third = report(3, words=["tension", "truck"], title="trucks and tension")
    apart = replace(second, stems=frozenset({"tension2"}))

    assert groups(merge([replace(first, stems=frozenset()), apart])) == {frozenset({"a001"}), frozenset({"a002"})}
    assert groups(merge([first, third])) == {frozenset({"a001", "a003"})}


def test_the_day_is_that_of_the_lead():
    """A date of what is told beside the lead is circumstance."""
    (made,) = reports("Serbs block road to Jarinje crossing after the shooting of 2 September")

    assert made.day == DAY
