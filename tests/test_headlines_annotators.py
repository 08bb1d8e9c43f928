"""The second annotation of our headlines: what it states, and what it is computed into."""

import json
import shutil

import pytest

from ingest import annotators
from ingest.annotators import Twice, agreed, by_language, table, twice
from tension import assets
from tension.errors import AssetError


@pytest.fixture(scope="module")
def labelled_twice():
    """Every headline that was labelled twice."""
    return list(twice())


@pytest.fixture(scope="module")
def stored():
    """Every headline of the set, by id."""
    files = sorted(assets.path("headlines").glob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row for row in rows}


def headline(first, second, *, countries=("RS", "RS"), language="en"):
    """One headline with codes in the actual mode, unless a mode is stated."""
    modes = [dict.fromkeys(codes, "actual") if isinstance(codes, tuple) else codes for codes in (first, second)]
    there = (frozenset({countries[0]}), frozenset({countries[1]}))
    return Twice(id="hl-x", language=language, first=modes[0], second=modes[1], countries=there, right=None)


def test_forty_headlines_of_each_language_were_labelled_twice(labelled_twice, stored):
    """Each is a headline of the set, each once; a few were dropped from the set since, as near duplicates."""
    assert {a.group: a.n_items for a in by_language(labelled_twice)} == {
        **dict.fromkeys(["bg", "bs", "cnr", "el", "en", "hr", "hu", "mk", "ro", "sl", "sq", "sr", "tr"], 40),
        "all": 520,
    }
    assert len({i.id for i in labelled_twice}) == 520
    kept = [i for i in labelled_twice if i.id in stored]
    assert len(kept) >= 510
    assert all(stored[i.id]["language"] == i.language for i in kept)


def test_a_settled_difference_is_what_the_set_now_says(labelled_twice, stored):
    """Where the guide decided, the label of the set is that annotator's."""
    kept = [i for i in labelled_twice if i.id in stored]
    settled = [(i, i.first if i.right == "first" else i.second) for i in kept if i.right in {"first", "second"}]
    assert len(settled) > 20
    for item, right in settled:
        assert set(stored[item.id]["codes"]) == set(right), item.id


def test_the_two_agree_as_far_as_the_datasheet_says(labelled_twice):
    """The figures of the datasheet are those that the files give."""
    whole = by_language(labelled_twice)[-1]
    sheet = assets.path("headlines", "README.md").read_text(encoding="utf-8")
    row = table([whole]).splitlines()[-1]
    assert row in sheet


def test_agreement_is_computed_over_codes_modes_and_countries():
    """One code of two is shared, its mode is not, one of two headlines has the same countries."""
    both = [
        headline(("protest", "unrest"), {"protest": "announced"}),
        headline((), (), countries=("RS", "XK")),
    ]
    found = agreed(both, "en")
    assert found.f1 == pytest.approx(2 / 3)
    assert found.escalation_f1 == 1.0
    assert found.kappa is not None
    assert 0 < found.kappa < 1
    assert (found.modes, found.countries) == (0.0, 0.5)


def test_headlines_without_a_code_leave_kappa_and_modes_undefined():
    """Two who never give a code agree, but not by more than chance; the table leaves the cells empty."""
    found = agreed([headline((), ())], "en")
    assert (found.kappa, found.modes) == (None, None)
    assert table([found]).splitlines()[-1] == "| en | 1 | 0.00 | 0.00 |  |  | 1.00 |"
    assert by_language([]) == []


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"id": "hl-en-0055"}',
        '{"id": "a", "first": {"modes": {"war": "actual"}, "countries": []}, "second": {"modes": {}, "places": []}}',
        '{"id": "a", "first": {"modes": {"unrest": "actual"}, "countries": []}, "second": {"modes": {}, "places": []}}',
        '{"id": "a", "first": {"modes": {}, "countries": []}, "second": {"modes": {}, "places": []}, "right": "first"}',
    ],
)
def test_a_broken_line_is_named(tmp_path, monkeypatch, line):
    """What is no second annotation stops the count, with the file's name."""
    folder = tmp_path / "headlines" / "second"
    folder.mkdir(parents=True)
    shutil.copy(assets.path("headlines", "second", "en.jsonl"), folder / "en.jsonl")
    (folder / "sr.jsonl").write_text(line + "\n", encoding="utf-8")
    monkeypatch.setattr(annotators.assets, "path", tmp_path.joinpath)

    with pytest.raises(AssetError, match=r"sr\.jsonl"):
        list(twice())
