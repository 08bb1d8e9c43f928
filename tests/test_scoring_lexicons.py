"""Every rule of every lexicon does what its own example says."""

import tomllib

import pytest

from tension import assets
from tension.model import Article, Candidate, Mode
from tension.scoring.detect import detect
from tension.text.language import LANGUAGES

RULES = [
    pytest.param(language, rule, id=f"{language}:{rule['code']}:{rule['id']}")
    for language in LANGUAGES
    for rule in tomllib.loads(assets.path("lexicon", language, "signals.toml").read_text(encoding="utf-8")).get("rule", [])
]
COUNTED = {Mode.ACTUAL, Mode.ANNOUNCED}


def candidates(language: str, rule: dict, text: str) -> list[Candidate]:
    """Return the candidates of one rule in one sentence."""
    found = detect(Article(id="a", outlet="", url=None, title=text), language)
    return [c for c in found if c.rule == f"{language}:{rule['code']}:{rule['id']}"]


@pytest.mark.parametrize(("language", "rule"), RULES)
def test_a_rule_tags_its_example_and_spares_its_counter_example(language, rule):
    """The example fires the rule; the counter-example, where one is given, does not count as its signal."""
    assert candidates(language, rule, rule["example"])

    if "counter" in rule:
        assert [] == [c for c in candidates(language, rule, rule["counter"]) if c.mode in COUNTED and c.dropped is None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_have_names_of_their_own(language):
    """No two rules of a language share code and id, so that evidence leads to exactly one."""
    rules = tomllib.loads(assets.path("lexicon", language, "signals.toml").read_text(encoding="utf-8")).get("rule", [])
    names = [(r["code"], r["id"]) for r in rules]

    assert len(names) == len(set(names))
