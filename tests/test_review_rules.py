"""What follows from reviews, whatever the order in which they arrive: signals, events, agreement, queue, labelled set."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension.model import Mode, Place, Precision, Span
from tension.review.agreement import agreement, kappa
from tension.review.groups import concerned, regrouped, split_id
from tension.review.labelled import COLUMNS, labelled
from tension.review.queue import Waiting, queue
from tension.review.record import Act, Fact, Review, standing
from tension.review.signals import corrected, spells

NOON = datetime(2023, 9, 25, 12, tzinfo=UTC)
CODES = ("border_blockade", "force_posture", "protest")
HERE = Place(id="1", name="Leposavić", country="XK", lat=43.1, lon=20.8, precision=Precision.SETTLEMENT)
THERE = Place(id="2", name="Pljevlja", country="ME", lat=43.4, lon=19.4, precision=Precision.SETTLEMENT)
WORDS = (Span(field="title", start=0, end=8, text="Barikade"),)


def fact(code: str = CODES[0], **fields) -> Fact:
    """Make a signal as the scorer found it."""
    made = Fact(
        signal_id=f"s1{code}", code=code, mode=Mode.ACTUAL, confidence=0.8, rule=f"sr:{code}:1", evidence=WORDS, cue=None,
        place=HERE, day=NOON.date(), day_stated="published", item=code,
    )  # fmt: skip
    return replace(made, **fields)


def review(act: Act, minutes: int = 0, reviewer: str = "ana", **fields) -> Review:
    """Make a review of the blockade of `a1`."""
    given = {"article_id": "a1", "code": CODES[0], "reason": "as the text says"} | fields
    return Review(recorded_at=NOON + timedelta(minutes=minutes), reviewer=reviewer, act=act, **given)


@st.composite
def histories(draw) -> list[Review]:
    """Draw reviews of one article's signals, some of which undo earlier ones."""
    made: list[Review] = []
    for n in range(draw(st.integers(1, 8))):
        act = draw(st.sampled_from([Act.CONFIRM, Act.RETAG, Act.RELOCATE, Act.RETRACT, Act.ADD, Act.UNDO]))
        fields: dict = {"code": draw(st.sampled_from(CODES))}
        if act is Act.RETAG:
            fields["to_code"] = draw(st.sampled_from(CODES))
        if act is Act.RELOCATE:
            fields["place"] = draw(st.sampled_from([None, HERE, THERE]))
        if act is Act.ADD:
            fields["evidence"] = WORDS
        if act is Act.UNDO:
            if not made:
                continue
            fields["supersedes"] = draw(st.sampled_from(made)).id
        if act in {Act.CONFIRM, Act.RETAG, Act.RELOCATE} and draw(st.booleans()):
            fields["facts"] = (fact(fields["code"]),)
        made.append(review(act, draw(st.integers(0, 3)) + n, draw(st.sampled_from(["ana", "boro"])), **fields))
    return made


BASES = st.lists(st.sampled_from(CODES), unique=True).map(lambda codes: [fact(code) for code in codes])


@given(BASES, histories(), st.randoms())
def test_the_order_of_arrival_changes_nothing(base, given_, random):
    """The same reviews, shuffled and repeated, leave the same signals in the same states."""
    shuffled = [*given_, *given_[:2]]
    random.shuffle(shuffled)

    assert corrected(base, shuffled) == corrected(base, given_)
    assert spells(base, shuffled) == spells(base, given_)


@given(BASES, histories())
def test_undoing_all_restores_what_the_scorer_found(base, given_):
    """After an undo of every review that holds, the signals are exactly the scorer's."""
    later = 100
    while held := standing(given_):
        given_ = [*given_, *(review(Act.UNDO, later, supersedes=r.id) for r in held)]
        later += 1

    assert corrected(base, given_) == base


@given(BASES, histories())
def test_every_state_can_be_read_later(base, given_):
    """The spells that hold at an instant are the signals as corrected by then."""
    found = spells(base, given_)
    for at in sorted({r.recorded_at for r in given_}):
        held = {s.fact for s in found if (s.since is None or s.since <= at) and (s.until is None or s.until > at)}
        assert held == set(corrected(base, given_, at))
    assert {s.fact for s in found if s.until is None} == set(corrected(base, given_))
    assert {s.fact for s in found if s.since is None} == set(base)


def test_the_latest_verdict_on_a_signal_holds():
    """Two retags of one signal leave the second code alone, not both."""
    given_ = [review(Act.RETAG, 1, to_code="protest"), review(Act.RETAG, 2, "boro", to_code="force_posture")]

    assert [f.code for f in corrected([fact()], given_)] == ["force_posture"]
    assert [f.rule for f in corrected([fact()], given_)] == ["review:border_blockade"]


def test_a_retag_to_what_is_there_already_counts_once():
    """The signal of that code stays as it is, the wrong one goes."""
    assert corrected([fact(), fact("protest")], [review(Act.RETAG, to_code="protest")]) == [fact("protest")]


def test_a_place_is_not_put_on_what_was_retracted():
    """A relocation after a retraction does not bring the signal back."""
    given_ = [review(Act.RETRACT, 1), review(Act.RELOCATE, 2, place=THERE, facts=(fact(),))]

    assert corrected([fact()], given_) == []


def test_undoing_an_undo_brings_the_review_back():
    """What superseded it holds no longer itself."""
    retract = review(Act.RETRACT)
    undo = review(Act.UNDO, 1, supersedes=retract.id)
    again = review(Act.UNDO, 2, supersedes=undo.id)

    assert standing([retract, undo, again]) == [retract]
    assert standing([retract, undo, again], NOON + timedelta(minutes=1)) == []


EVENTS = ("e1", "e2", "e3")
GROUPS = st.dictionaries(st.sampled_from([f"a{n}" for n in range(6)]), st.sampled_from(EVENTS), min_size=1)


@st.composite
def groupings(draw) -> list[Review]:
    """Draw merges and splits."""
    made: list[Review] = []
    for n in range(draw(st.integers(1, 6))):
        act = draw(st.sampled_from([Act.MERGE, Act.SPLIT]))
        one, other = draw(st.permutations(EVENTS))[:2]
        fields: dict = {"article_id": None, "code": None, "event_id": one}
        fields |= (
            {"other_event": other}
            if act is Act.MERGE
            else {"articles": tuple(draw(st.sets(st.sampled_from([f"a{n}" for n in range(6)]), min_size=1)))}
        )
        made.append(review(act, n, **fields))
    return made


@given(GROUPS, groupings(), st.randoms())
def test_merges_and_splits_know_no_order_of_arrival(base, given_, random):
    """Shuffled reviews group alike; no report is lost, and every event is one that reviews or the merger name."""
    shuffled = list(given_)
    random.shuffle(shuffled)
    found = regrouped(base, shuffled)

    assert found == regrouped(base, given_)
    assert found.keys() == base.keys()
    assert {event for event, _ in found.values()} <= set(base.values()) | concerned(given_)


@given(GROUPS, groupings())
def test_undone_merges_and_splits_leave_the_merger_s_events(base, given_):
    """After an undo of each, every report is where the merger had put it."""
    undone = [*given_, *(review(Act.UNDO, 50 + n, supersedes=r.id) for n, r in enumerate(given_))]

    assert regrouped(base, undone) == {a: (event, None) for a, event in base.items()}


def test_a_split_founds_an_event_of_its_own():
    """The reports that are named leave, the others stay; the reason is known."""
    split = review(Act.SPLIT, article_id=None, code=None, event_id="e1", articles=("a2", "a9"))

    assert regrouped({"a1": "e1", "a2": "e1"}, [split]) == {"a1": ("e1", None), "a2": (split_id(split), split)}


def test_kappa_is_cohen_s():
    """The worked example of two clerks: 20 and 15 of 50 alike, 5 and 10 apart, kappa 0.4; and the cases without one."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15

    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("y", "y")]) is None
    assert kappa([]) is None


def test_agreement_is_between_first_and_second_and_names_conflicts():
    """Each one's latest verdict counts, a third reviewer does not; what differs is listed with both labels."""
    given_ = [
        review(Act.CONFIRM, 1), review(Act.RETRACT, 2), review(Act.CONFIRM, 3, "boro"), review(Act.RETRACT, 4, "vesna"),
        review(Act.RETAG, 5, article_id="a2", to_code="protest"),
        review(Act.RETAG, 6, "boro", article_id="a2", to_code="protest"),
        review(Act.CONFIRM, 7, article_id="a3"),
    ]  # fmt: skip
    found = agreement(given_)

    assert (found.n_items, found.observed) == (2, 0.5)
    assert found.conflicts == ((("a1", CODES[0]), "", CODES[0]),)


WAITING = st.builds(
    Waiting, article_id=st.sampled_from(["a1", "a2", "a3"]), code=st.sampled_from(CODES), event=st.just("e1"),
    mode=st.sampled_from([Mode.ACTUAL, Mode.ANNOUNCED]), confidence=st.floats(0, 1), n_independent=st.integers(1, 9),
    counts=st.booleans(),
)  # fmt: skip


@given(st.lists(WAITING), st.randoms())
def test_the_queue_is_the_same_for_all(found, random):
    """Order in, order out play no part; each item stands once, most urgent first; what is done is left out."""
    shuffled = list(found)
    random.shuffle(shuffled)
    made = queue(found, {("a1", CODES[0])})

    assert queue(shuffled, {("a1", CODES[0])}) == made
    assert [w.urgency for w in made] == sorted((w.urgency for w in made), reverse=True)
    assert len({w.item for w in made}) == len(made)
    assert ("a1", CODES[0]) not in {w.item for w in made}


def test_uncertain_and_corroborated_comes_first():
    """An even chance goes before near certainty, many voices before one."""
    even, sure = (Waiting(article_id="a1", code=CODES[0], mode=Mode.ACTUAL, confidence=c, event="e") for c in (0.5, 0.95))

    assert even.urgency > sure.urgency
    assert replace(even, n_independent=3).urgency > even.urgency


def test_the_labelled_set_says_what_people_leave_of_a_report():
    """Codes, modes and places go together; what was taken away and who judged are named; undone reviews leave no row."""
    row = {
        "article_id": "a1", "url": "https://outlet.example/1", "outlet": "Outlet", "title": "Barikade", "language": "sr",
        "published_at": pd.NaT, "published_date": pd.Timestamp(2023, 9, 25),
        "signals": [{"code": "protest", "mode": "actual", "place": {"id": "1"}}],
    }  # fmt: skip
    retag = review(Act.RETAG, to_code="protest")
    second = review(Act.RETAG, 1, "boro", to_code="protest")
    (found,) = labelled([retag, second], [row]).to_dict("records")

    assert (found["codes"], found["places"], found["rejected"]) == (("protest",), ("1",), (CODES[0],))
    assert (found["reviewers"], found["agreed"], found["published"]) == (("ana", "boro"), True, "2023-09-25")
    empty = labelled([retag, review(Act.UNDO, 1, supersedes=retag.id)], [row])
    assert (len(empty), tuple(empty.columns)) == (0, COLUMNS)
