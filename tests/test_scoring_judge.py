"""The model beside the rules: calibrated confidence, what rules missed, and the words that carried it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tension import assets
from tension.errors import AssetError
from tension.model import Article, Candidate, Mode, Span
from tension.reading import read
from tension.scoring.detect import detect, fields
from tension.scoring.judge import agreeing, judge, judged, opinion
from tension.scoring.verdicts import verdicts
from tension.taxonomy import signal_types
from tension.text.ngrams import MOST_LETTERS, buckets, ngrams
from tension.text.normal import tokenise

CONFIRM = {"intercept": 0, "confidence": 1, "rules": 0, "odds": 1, "best_other": 0, "kept": 0.2}
FIND = {"intercept": 0, "odds": 1, "tagged": 0, "shown": 0.5, "counted": 1}


def _article(title: str, summary: str = "", language: str = "en") -> Article:
    return Article(id="x", outlet="", url=None, title=title, summary=summary, language=language)


def test_every_code_of_the_taxonomy_has_a_column():
    """The model knows all signals, and no others."""
    assert set(judge().codes) == set(signal_types())
    assert judge().linear.weights.shape[1] == len(judge().codes)


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=30))
def test_the_shares_of_the_words_sum_to_the_log_odds(words):
    """Every word's part in a decision can be named, and nothing else has a part in it."""
    said = opinion(judge(), words)
    assert said.shares.sum(axis=0) + judge().intercepts == pytest.approx(said.odds, abs=1e-3)


@given(st.text(min_size=1, max_size=5_000))
def test_a_words_ngrams_are_bounded(word):
    """A word of any length and any characters costs bounded work, and stays within the table."""
    found = buckets(word, 1024)
    assert len(found) <= 4 * (MOST_LETTERS + 2)
    assert all(0 <= bucket < 1024 for bucket in found)


def test_ngrams_mark_the_ends_of_a_word():
    """Beginnings and endings are told from middles."""
    assert list(ngrams("puca"))[:4] == ["<pu", "puc", "uca", "ca>"]


def test_rules_that_agree_make_a_tag_surer():
    """Different rules for one code count once each; what is denied, dropped or told in the body does not agree."""

    def tag(rule: str, mode: Mode = Mode.ACTUAL, name: str = "title", dropped: str | None = None) -> Candidate:
        evidence = (Span(field=name, start=0, end=4, text="Army"),)
        return Candidate(code="protest", mode=mode, confidence=0.75, evidence=evidence, rule=rule, dropped=dropped)

    others = [tag("c", Mode.DENIED), tag("d", name="body"), tag("e", dropped="overridden")]
    assert agreeing([tag("a"), tag("a"), tag("b"), *others]) == {"protest": 2}
    assert agreeing(others) == {}
    parts = fields(_article("Army at the gate of the town"))
    alone, together = (judged(tags, parts, "en", None)[0].confidence for tags in ([tag("a")], [tag("a"), tag("b")]))
    assert together > alone


def test_confidence_follows_the_opinion_of_the_model():
    """A rule's tag that the words of the text speak for is surer than one that they speak against."""
    evidence = (Span(field="title", start=0, end=4, text="Army"),)
    tag = Candidate(code="military_maneuver", mode=Mode.ACTUAL, confidence=0.75, evidence=evidence, rule="en:military_maneuver:x")
    texts = ("Army starts live-fire military exercise near border", "Army choir starts summer tour of seaside theatres")
    sure = [judged([tag], fields(_article(t)), "en", None)[0].confidence for t in texts]
    assert sure[0] > sure[1]


def test_what_only_the_model_sees_names_its_words_and_waits_for_a_reviewer():
    """Between the two thresholds a code is a candidate with evidence in the text, and no signal."""
    by = judge().verdicts
    found = [c for row in _kept() for c in read(row).candidates if c.rule.startswith("model:")]
    assert found
    for candidate in found:
        assert candidate.evidence
        assert candidate.confidence >= round(by.shown, 4)
        assert (candidate.dropped is None) <= (candidate.confidence >= round(by.counted.of(candidate.code, "en"), 4))


def _kept() -> list[Article]:
    import json

    lines = (assets.path("headlines") / "en.jsonl").read_text(encoding="utf-8").splitlines()[:400]
    return [_article(json.loads(line)["title"]) for line in lines]


def test_a_text_of_unknown_language_is_left_alone():
    """No opinion is given on a language that no lexicon knows."""
    parts = (("title", tokenise("Ejercito moviliza tropas")),)
    assert judged((), parts, "und", None) == ()


def test_candidates_of_the_body_keep_their_confidence():
    """The model was trained on headlines, and says nothing of an article's text."""
    article = Article(
        id="x", outlet="", url=None, title="News of the day", body="Police fired tear gas at protesters.", language="en"
    )
    found = detect(article, "en")
    parts = tuple(p for p in fields(article) if p[0] != "body")
    before = [c for c in found if c.evidence[0].field == "body"]
    assert before
    assert [c for c in judged(found, parts, "en", None) if c.evidence[0].field == "body"] == before


def test_of_several_limits_the_strictest_counts():
    """A limit holds for its codes and its languages; none named means all; the highest that applies decides."""
    stricter = [
        {"codes": ["protest"], "languages": [], "counted": 0.8},
        {"codes": [], "languages": ["en"], "counted": 0.9},
        {"codes": ["protest"], "languages": ["en"], "counted": 1.0},
    ]
    kept = [{"codes": [], "languages": ["sl"], "kept": 0.3}]
    confirm, find = {**CONFIRM, "kept": 0.1, "stricter": kept}, {**FIND, "counted": 0.7, "stricter": stricter}
    made = verdicts({"confirm": confirm, "find": find}, (), Path("judge.toml"))

    asked = [(code, language) for language in ("sl", "en") for code in ("unrest", "protest")]
    assert [made.counted.of(*one) for one in asked] == [0.7, 0.8, 0.9, 1.0]
    assert [made.kept.of(*one) for one in asked] == [0.3, 0.3, 0.1, 0.1]


def test_a_limit_without_its_codes_names_the_file():
    """A table that lacks what it is about is refused in words."""
    with pytest.raises(AssetError, match=r"judge\.toml.*'stricter'"):
        verdicts({"confirm": CONFIRM, "find": {**FIND, "stricter": [{"counted": 1}]}}, (), Path("judge.toml"))


def test_settings_without_a_number_name_the_file_and_the_key():
    """A broken model file is refused in words that say what is wrong with it."""
    with pytest.raises(AssetError, match=r"judge\.toml.*'shown'"):
        verdicts({"confirm": CONFIRM, "find": {**FIND, "shown": "much"}}, (), Path("judge.toml"))
