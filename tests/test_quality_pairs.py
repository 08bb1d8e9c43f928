"""Minimal pairs: the same act in several modes, each read as it is meant."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from ingest.pairs import Variant, is_right, table, variants
from tension import assets
from tension.model import Mode
from tension.taxonomy import signal_types

FLOORS = tomllib.loads(Path(__file__).with_name("pairs_floors.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def read_pairs():
    """Every sentence of every group, read by the present scorer."""
    return list(variants())


@pytest.mark.parametrize("language", FLOORS)
def test_no_language_falls_below_its_floor(read_pairs, language):
    """The share read in the mode that is meant holds what the file says."""
    here = [v.right for v in read_pairs if v.language == language]
    assert sum(here) / len(here) >= FLOORS[language]


@pytest.mark.parametrize("language", FLOORS)
def test_every_code_has_groups_with_four_flips(language):
    """Each signal has three groups in each language; each group says the act and four ways of not quite saying it."""
    lines = (assets.path("pairs") / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    groups = [json.loads(line) for line in lines]
    assert all(sum(m.value in g for m in Mode) >= 5 and "actual" in g for g in groups)
    assert min(Counter(g["code"] for g in groups)[code] for code in signal_types()) >= 3
    assert len({g["id"] for g in groups}) == len(groups)


@pytest.mark.parametrize(
    ("mode", "found", "right"),
    [
        (Mode.ACTUAL, {"protest": Mode.ACTUAL}, True),
        (Mode.ACTUAL, {"protest": Mode.ANNOUNCED}, False),
        (Mode.ANNOUNCED, {"protest": Mode.ANNOUNCED, "unrest": Mode.ACTUAL}, True),
        (Mode.THREATENED, {"threat_rhetoric": Mode.ACTUAL}, True),
        (Mode.THREATENED, {"threat_rhetoric": Mode.ACTUAL, "protest": Mode.ACTUAL}, False),
        (Mode.DENIED, {"dialogue": Mode.ACTUAL}, True),
        (Mode.DENIED, {"protest": Mode.ACTUAL}, False),
        (Mode.FIGURATIVE, {"dialogue": Mode.ACTUAL}, False),
        (Mode.HISTORICAL, {}, True),
    ],
)
def test_what_counts_as_right(mode, found, right):
    """A threat is a threat and not the act; a denial takes back only its own act; a figure of speech says nothing."""
    assert is_right("protest", mode, found) is right


def test_the_table_counts_pairs_and_shares():
    """Two sentences of one group are one pair; one of two read as meant is a half."""
    some = [
        Variant(id="a", language="en", code="protest", mode=Mode.ACTUAL, title="x", right=True),
        Variant(id="a", language="en", code="protest", mode=Mode.DENIED, title="y", right=False),
    ]
    assert "| all | 1 | 1.00 |  |  | 0.00 |  |  | 0.50 |" in table(some)
