"""The engine under the lexicons: patterns, slots, cues and their reach, spans, hostile input."""

import gc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension import assets
from tension.assets import uncollected
from tension.errors import AssetError
from tension.model import Article, Mode
from tension.scoring import detect as detection
from tension.scoring.lexicon import _Compiler
from tension.scoring.matcher import classes_of, find, matches
from tension.scoring.phrases import ANY_ONE, Longer
from tension.text.normal import tokenise

WORDS = {"class": {"road": ["road*", "bridge"], "account": ["account*"]}}
SIGNALS = {
    "rule": [
        {
            "id": "block",
            "code": "border_blockade",
            "any": ["block*~4"],
            "near": [["@road"]],
            "without": ["@account"],
            "window": 4,
        },
        {"id": "removed", "code": "pullback", "any": ["removed"], "near": [["blocks"]], "overrides": ["border_blockade"]},
        {"id": "gap", "code": "unrest", "any": ["throw* ... stones"]},
        {"id": "wall", "code": "border_blockade", "any": ["wall"], "near": [["block"]]},
        {"id": "joker", "code": "protest", "any": ["march _ square"]},
    ]
}
MODES = {
    "cue": [
        {"mode": "denied", "any": ["not"], "scope": "before", "reach": 2, "except": ["not only"]},
        {"mode": "threatened", "any": ["will"], "scope": "before", "reach": 3, "across": True},
    ],
    "frame": [{"mode": "figurative", "any": ["football"], "scope": "item", "unless": ["police"]}],
    "years": {"except": ["since"]},
}


@pytest.fixture
def lexicon(monkeypatch):
    """A small lexicon of invented English, in place of the real ones."""
    built = _Compiler("en", WORDS, SIGNALS, MODES).lexicon
    monkeypatch.setattr(detection, "lexicon", lambda _: built)
    return built


def read(text, published=date(2021, 9, 20)):
    """Return (code, mode, dropped) of each candidate."""
    found = detection.detect(Article(id="a", outlet="", url=None, title=text, published_date=published), "en")
    return [(c.code, c.mode, c.dropped is not None) for c in found]


@pytest.mark.parametrize("pattern", ["op*en", "open*~", "open*~x", "open*4"])
def test_a_pattern_that_says_nothing_is_named(pattern):
    """A star within a word, or a limit that is no number, is refused by the pattern's own name."""
    broken = {"rule": [{"id": "x", "code": "unrest", "any": [pattern]}]}
    with pytest.raises(ValueError, match="only ~ and a number may follow"):
        _Compiler("en", WORDS, broken, MODES)


def test_a_trigger_needs_its_object(lexicon):
    """A road is blocked; a player is not."""
    assert read("Farmers block the main road") == [("border_blockade", Mode.ACTUAL, False)]
    assert read("Keeper blocks the shot") == []


def test_an_excluded_word_nearby_rules_the_trigger_out(lexicon):
    """A blocked account stays out although a road is named."""
    assert read("Bank blocks account of road firm") == []


def test_the_object_must_stand_in_the_window_and_the_sentence(lexicon):
    """Neither a far word nor the next sentence fills a slot."""
    assert read("They block this and that and other things and a road") == []
    assert read("They block it. The road is wide") == []


def test_a_bounded_stem_takes_only_short_endings(lexicon):
    """`block*~4` takes *blocking*, not *blockbusters*."""
    assert read("Blocking the road") == [("border_blockade", Mode.ACTUAL, False)]
    assert read("Blockbusters on the road") == []


def test_gaps_and_jokers_stand_for_words(lexicon):
    """`...` spans up to four words and `_` exactly one."""
    assert read("They throw a lot of stones") == [("unrest", Mode.ACTUAL, False)]
    assert read("They throw one two three four five stones") == []
    assert read("Thousands march on square") == [("protest", Mode.ACTUAL, False)]
    assert read("Thousands march square") == []


def test_a_cue_governs_what_it_reaches(lexicon):
    """Negation reaches two words ahead, within its clause, and not backwards."""
    assert read("They did not block the road") == [("border_blockade", Mode.DENIED, False)]
    assert read("They block the road, not us") == [("border_blockade", Mode.ACTUAL, False)]
    assert read("Not yesterday or today: they block the road") == [("border_blockade", Mode.ACTUAL, False)]
    assert read("They not only block the road") == [("border_blockade", Mode.ACTUAL, False)]


def test_what_is_denied_to_one_rule_is_denied_to_all_of_the_act(lexicon):
    """A cue that reaches the verb of one rule holds for the rule whose noun stands farther off, if they share a word."""
    assert read("They did not block the road with a wall") == [("border_blockade", Mode.DENIED, False)] * 2
    assert read("They block the road with a wall, not with cars") == [("border_blockade", Mode.ACTUAL, False)] * 2


def test_a_threat_may_reach_over_a_comma(lexicon):
    """A cue that may go across does."""
    assert read("We will, if there be need, block the road") == [("border_blockade", Mode.ACTUAL, False)]
    assert read("We will, friends, block the road") == [("border_blockade", Mode.THREATENED, False)]


def test_a_frame_decides_for_the_whole_item_unless_contradicted(lexicon):
    """Football makes it figurative; police at the football does not."""
    assert read("Football fans block the road") == [("border_blockade", Mode.FIGURATIVE, False)]
    assert read("Football fans and police block the road") == [("border_blockade", Mode.ACTUAL, False)]


def test_a_past_year_makes_history(lexicon):
    """A year two or more before publication is history; the year itself, or one after *since*, is not."""
    assert read("In 1999 they block the road") == [("border_blockade", Mode.HISTORICAL, False)]
    assert read("In 2021 they block the road") == [("border_blockade", Mode.ACTUAL, False)]
    assert read("First to block the road since 1999") == [("border_blockade", Mode.ACTUAL, False)]


def test_a_removal_sets_the_blockade_aside_and_keeps_it_for_the_record(lexicon):
    """The overridden candidate stays, marked, so that *why not?* has an answer."""
    assert sorted(read("The blocks on the road removed")) == [
        ("border_blockade", Mode.ACTUAL, True),
        ("pullback", Mode.ACTUAL, False),
    ]


@given(text=st.text(max_size=400))
def test_evidence_quotes_the_text(text):
    """Whatever is tagged, its spans are the text's own words."""
    built = _Compiler("en", WORDS, SIGNALS, MODES).lexicon
    tokens = tokenise("block the road " + text)
    for hits in find(tokens, built).values():
        for hit in hits:
            quoted = tokens.text[tokens.starts[hit.first] : tokens.ends[hit.last]]

            assert tokenise(quoted).folded == tokens.folded[hit.first : hit.last + 1]


@given(
    words=st.lists(
        st.sampled_from(["block", "road", "not", "will", "football", "removed", "throw", "stones", "1999", "."]), max_size=300
    )
)
def test_any_sequence_of_trigger_words_is_read(words):
    """Adversarial repetition neither crashes nor yields a candidate without evidence."""
    built = _Compiler("en", WORDS, SIGNALS, MODES).lexicon
    article = Article(id="a", outlet="", url=None, title=" ".join(words))
    tokens = tokenise(article.title)

    assert all(f.trigger.first <= f.trigger.last for f in detection.firings(tokens, find(tokens, built), built.rules))


def test_an_unknown_code_or_class_is_named():
    """A broken lexicon says which rule or class is at fault."""
    with pytest.raises(ValueError, match="nonsense"):
        _Compiler("en", {}, {"rule": [{"id": "x", "code": "nonsense", "any": ["a"]}]}, {})
    with pytest.raises(ValueError, match="@nowhere"):
        _Compiler("en", {}, {"rule": [{"id": "x", "code": "protest", "any": ["@nowhere"]}]}, {})


def test_phrases_keep_their_order_however_they_go_on():
    """What any word may continue and what one word continues come in the order in which they were made known, each once."""
    longer = Longer()
    phrases = [(0, (frozenset({7, 8}),), (1,)), (1, (ANY_ONE, frozenset({9})), (2,)), (2, (frozenset({8}),), (3,))]
    for phrase in phrases:
        longer.add(phrase)

    assert list(longer.going_on(frozenset({8, 7}))) == phrases
    assert list(longer.going_on(frozenset({7}))) == phrases[:2]
    assert list(longer.going_on(frozenset())) == phrases[1:2]


def test_no_rule_fires_where_it_is_said_that_none_may(lexicon):
    """A text without a trigger, or without what its trigger needs, is left early; one with both is not."""
    for text, may in (("The road is wide", False), ("Keeper blocks the shot", False), ("A road, blocked", True)):
        tokens = tokenise(text)
        ready = lexicon.ready(classes_of(matches(tokens, lexicon)))
        assert bool(ready) is may
        assert bool(detection.firings(tokens, find(tokens, lexicon), ready)) is may


@pytest.mark.parametrize("collecting", [True, False])
def test_the_garbage_collector_rests_only_while_a_table_is_built(collecting):
    """It rests inside, and is as before afterwards, also where building failed."""
    before = gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    try:
        with pytest.raises(AssetError), uncollected():
            assets.path("lexicon" if gc.isenabled() else "not there")
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if before else gc.disable)()
