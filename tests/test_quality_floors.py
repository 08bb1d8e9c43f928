"""The quality ratchet: what was reached once is not lost again."""

import json
import tomllib
from pathlib import Path

import pytest

from ingest.commands import quality as command
from ingest.headlines import is_kept
from ingest.replay import labelled
from tension.errors import SettingsError
from tension.quality import Labelled, by_language, interval, measure
from tension.scoring.version import scorer_version

FLOORS = tomllib.loads(Path(__file__).with_name("quality_floors.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def measured():
    """The figures of the present scorer over the archive's labelled headlines."""
    return {q.group: q for q in by_language(labelled())}


@pytest.mark.parametrize("language", FLOORS)
def test_no_language_falls_below_its_floor(measured, language):
    """F1 over codes, F1 of escalation, and false alarms of each language hold what the file says."""
    floor, reached = FLOORS[language], measured[language]

    assert reached.f1 >= floor["f1"]
    assert reached.escalation_f1 >= floor["escalation_f1"]
    assert (reached.false_alarms or 0.0) <= floor["false_alarms"]


def test_every_language_has_a_floor(measured):
    """A language that has labelled headlines is measured."""
    assert set(FLOORS) == set(measured)


def test_figures_are_what_their_names_say():
    """Two hits, one false and one missed: precision and recall two thirds; one of two silent items alarmed."""
    items = [
        Labelled(language="x", wanted=frozenset({"protest", "unrest"}), found=frozenset({"protest", "unrest"})),
        Labelled(language="x", wanted=frozenset({"dialogue"}), found=frozenset()),
        Labelled(language="x", wanted=frozenset(), found=frozenset({"armed_clash"})),
        Labelled(language="x", wanted=frozenset(), found=frozenset()),
    ]
    q = measure(items, "x")

    assert (q.precision, q.recall, q.false_alarms) == (pytest.approx(2 / 3), pytest.approx(2 / 3), 0.5)
    assert q.escalation_f1 == pytest.approx(2 / 3)


def test_figures_are_written_where_asked(tmp_path, monkeypatch, capsys):
    """The command prints the figures, and writes them to a file with the version of the scorer; a folder is no file."""
    items = [Labelled(language="en", wanted=frozenset({"protest"}), found=frozenset({"protest"}))]
    monkeypatch.setattr(command.replay, "labelled", lambda _tier: iter(items))

    command.quality(json=tmp_path / "quality.json")
    written = json.loads((tmp_path / "quality.json").read_text(encoding="utf-8"))

    assert written["scorer_version"] == scorer_version()
    assert [row["f1"] for row in written["by_language"]] == [1.0, 1.0]
    assert "| en | 1 |" in capsys.readouterr().out
    with pytest.raises(SettingsError, match="cannot be written"):
        command.quality(json=tmp_path)


def test_headlines_are_split_by_event():
    """About a quarter of the slugs is kept for measuring, and always the same ones: moving one would leak."""
    kept = [n for n in range(1000) if is_kept(f"event-{n}")]

    assert 200 < len(kept) < 300
    assert [5, 6, 12, 13, 14] == [n for n in kept if n < 20]


def test_the_interval_holds_the_figure_and_narrows_with_more_items():
    """Few items say little: the bootstrap's interval around F1 shrinks as items are added, and is always the same."""
    some = [
        Labelled(language="x", wanted=frozenset({"protest"}), found=frozenset({"protest"} if n % 3 else ())) for n in range(30)
    ]
    few, many = interval(some), interval(some * 20)

    assert few == interval(some)
    assert few[0] < measure(some, "x").f1 < few[1]
    assert many[1] - many[0] < few[1] - few[0]
