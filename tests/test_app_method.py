"""The page Method: its example is the formula of the core, its tables are the assets, its figures are those measured."""

import json

import numpy as np
import pandas as pd
import pytest
from desk import html, open_page

from app import tally, words, worked
from app.components import method_tables
from app.theme import LIGHT
from tension import assets, quality, taxonomy
from tension.errors import AssetError
from tension.events.table import events
from tension.index.load import HALF_LIFE_DAYS
from tension.model import Mode
from tension.quality import Labelled, as_json, by_code, by_language, measured, measured_of
from tension.scoring.version import scorer_version
from tension.store import open_writer


@pytest.fixture
def signals() -> pd.DataFrame:
    """Weighed signals: a blockade that three publishers report, one clash that one reports, a dialogue."""
    rows = [
        ("border_blockade", "gate", "A", "actual"), ("border_blockade", "gate", "B", "announced"),
        ("border_blockade", "gate", "C", "actual"), ("armed_clash", "town", "A", "actual"), ("dialogue", "town", "B", "actual"),
        ("unrest", None, "A", "actual"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["code", "place_id", "family", "mode"])
    return tally.weighed(
        frame.assign(
            signal_id=[f"s{n}" for n in range(len(rows))], article_id=[f"a{n}" for n in range(len(rows))], confidence=0.8,
            day=pd.Timestamp("2023-09-01"), place_name=frame["place_id"], country="XK", lat=1.0, lon=1.0, precision="site",
            language="sr", first_seen_at=pd.Timestamp("2023-09-01", tz="UTC"), event_day=pd.Timestamp("2023-09-01"),
            event=["e1", "e1", "e1", "e2", "e3", "e4"], origin=frame["family"], side="", countries="XK",
        )
    )  # fmt: skip


def test_example_is_the_event_that_several_report(signals):
    """The heaviest event of several voices stands for all, though one voice tells of something heavier."""
    found = worked.example(events(signals), signals)

    assert found is not None
    assert (found.place_name, found.code, found.n_independent) == ("gate", "border_blockade", 3)
    assert set(found.article_ids) == {"a0", "a1", "a2"}
    assert set(found.signal_ids) == {"s0", "s1", "s2"}


def test_steps_multiply_to_the_weight_of_the_core(signals):
    """Weight of the code times mode times corroboration is what the core says the event weighs."""
    found = worked.example(events(signals), signals)
    core = events(signals).set_index("place_id")["weight"]

    assert found is not None
    assert found.code_weight * found.mode_weight * found.corroboration == pytest.approx(found.weight)
    assert found.weight == pytest.approx(core["gate"])
    assert found.code_weight == taxonomy.signal_types()["border_blockade"].weight


def test_what_is_left_halves_with_the_half_life(signals):
    """The days after show the decay of the index: all on the day itself, half after a half-life."""
    found = worked.example(events(signals), signals)

    assert found is not None
    assert found.left[0] == pytest.approx(found.weight)
    for age, value in found.left.items():
        assert value == pytest.approx(found.weight * 2 ** (-age / HALF_LIFE_DAYS))


def test_without_an_escalatory_event_at_a_place_there_is_no_example(signals):
    """Stabilising events and those without a place are no example; nor is nothing."""
    for kept in (signals["code"] == "dialogue", signals["place_id"].isna(), np.zeros(len(signals), dtype=bool)):
        some = signals[kept]
        assert worked.example(events(some), some) is None


def test_example_says_its_steps(signals):
    """The line under the place is the product, and the table has each day that is looked at."""
    found = worked.example(events(signals), signals)
    assert found is not None

    said = method_tables.example(found)

    assert "border blockade 7.0 × actual 1.0 × 3 independent publishers 0.875 = <b>6.12</b>" in said
    assert "<th>that day</th><th>+1 day</th>" in said


def test_tables_are_made_from_the_taxonomy():
    """Every code with its weight and its like in the ontologies, every mode with its factor."""
    said, modes = method_tables.signals(LIGHT), method_tables.modes()

    for kind in taxonomy.signal_types().values():
        assert f">{kind.name}</span>" in said
        assert f"{kind.weight:.1f}" in said
        assert kind.plover in said
    for mode in Mode:
        assert f"<b>{mode}</b>" in modes
        assert words.MODES[mode] in modes
    for factor in taxonomy.mode_weights().values():
        assert f"{factor:.1f}" in modes


def test_hostile_cells_of_tables_are_text():
    """Names and limits are escaped, whatever an asset says."""
    row = {"name": "<script>", "text": "<img src=x onerror=alert(1)>"}

    said = method_tables.limits([row]) + method_tables.table(("<b>",), [], "<i>")

    assert "<script>" not in said
    assert "<img" not in said
    assert "&lt;b&gt;" in said


def test_limits_are_sentences():
    """The known limits stand in an asset, each with a name and a text that ends as a sentence does."""
    limits = assets.read_toml("limits.toml")["limit"]

    assert len(limits) >= 5
    assert all(row["name"] and row["text"].strip().endswith(".") for row in limits)


# --- accuracy ---------------------------------------------------------------------------------------------------------

ITEMS = [
    Labelled(language="sr", wanted=frozenset({"protest"}), found=frozenset({"protest", "unrest"})),
    Labelled(language="en", wanted=frozenset(), found=frozenset()),
]


def test_figures_are_read_back_as_written():
    """What is written is read back, to four digits, with the scorer's version and without a date."""
    text = as_json(by_language(ITEMS), by_code(ITEMS), "1-abc")

    back = measured_of(json.loads(text))

    assert back.scorer_version == "1-abc"
    assert back.by_language == tuple(by_language(ITEMS)[:1]) + back.by_language[1:]
    assert {q.group for q in back.by_language} == {"sr", "en", "all"}
    assert back.by_code[0].f1 == round(by_code(ITEMS)[0].f1, 4)
    assert text == as_json(by_language(ITEMS), by_code(ITEMS), "1-abc")
    assert set(json.loads(text)) == {"scorer_version", "by_language", "by_code"}


def test_published_figures_cover_every_language_and_code():
    """The file that the page shows has all languages and all codes."""
    found = measured()

    assert found.by_language[-1].group == "all"
    assert [q.group for q in found.by_code] == list(taxonomy.signal_types())
    assert sum(q.n_items for q in found.by_language[:-1]) == found.by_language[-1].n_items


def test_accuracy_is_shown_by_name():
    """Languages are named, figures have two digits, and what cannot be told stays empty."""
    said = method_tables.accuracy(
        measured_of(json.loads(as_json(by_language(ITEMS), by_code(ITEMS), "v"))).by_language, "language", "Accuracy by language"
    )

    assert "<td>Serbian</td>" in said
    assert "<td>all languages</td>" in said
    assert '<td class="k-num">0.67</td>' in said
    assert '<td class="k-num"></td>' in said


def test_damaged_figures_name_the_file(tmp_path, monkeypatch):
    """A file that is something else is refused by its name."""
    (tmp_path / "quality.json").write_text('{"scorer_version": "x"}', encoding="utf-8")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    quality.measured.cache_clear()

    with pytest.raises(AssetError, match=r"quality\.json"):
        measured()

    quality.measured.cache_clear()


# --- the page -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("full")
def test_method_works_an_event_of_the_store_through():
    """The page takes its example from the open store: the blockade that two publishers report, and what is left of it."""
    said = html(open_page("method"))

    assert "border blockade 7.0 × actual 1.0 × " in said
    assert "Jarinje / Jarinjë, Kosovo" in said
    assert taxonomy.method_version() in said
    assert scorer_version() in said
    for kind in taxonomy.signal_types().values():
        assert words.signal(kind.code) in said


def test_method_does_not_need_an_article(stores):
    """Over an empty store the method is told all the same, without an example."""
    open_writer(stores.live).close()

    at = open_page("method", store="live")

    assert "no escalatory event" in at.info[0].value
    assert "Known limits" in html(at)
