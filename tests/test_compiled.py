"""Kept tables: knowledge made once, and read as it was made for as long as nothing that it was made of changes."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tension import compiled
from tension.errors import AssetError
from tension.places.gazetteer import gazetteer
from tension.scoring.lexicon import Lexicon, lexicon
from tension.scoring.matcher import find
from tension.text.normal import tokenise


class Made:
    """Something that counts how often it was made."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        return self.source.read_text(encoding="utf-8")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Return a source of one file, and keep tables in a folder of the test."""
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "kept")
    source = tmp_path / "source.toml"
    source.write_text("most", encoding="utf-8")
    return Made(source)


def ask(made: Made) -> str:
    """Ask for the table."""
    return compiled.kept("table", [made.source], made)


def kept_file() -> Path:
    """Return the file of the table."""
    (found,) = compiled.FOLDER.iterdir()
    return found


def test_a_table_is_made_once(made: Made) -> None:
    """Whoever asks again is given what was kept, and nothing is left beside it."""
    assert [ask(made), ask(made)] == ["most", "most"]
    assert made.times == 1
    assert kept_file().name.startswith("table.")


def test_a_changed_source_is_read_anew(made: Made) -> None:
    """A word more in a file counts at once, whatever its date says."""
    ask(made)
    made.source.write_text("mosta", encoding="utf-8")
    assert ask(made) == "mosta"
    assert ask(made) == "mosta"
    assert made.times == 2


def test_changed_code_makes_anew(made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tables that other code of the package made are not used."""
    module = tmp_path / "package" / "module.py"
    module.parent.mkdir()
    monkeypatch.setattr(compiled, "_PACKAGE", module.parent)
    for code in ("x = 1", "x = 1", "x = 2"):
        module.write_text(code, encoding="utf-8")
        compiled._code.cache_clear()
        ask(made)
    compiled._code.cache_clear()
    assert made.times == 2


@pytest.mark.parametrize("left", [0, 10, 40])
def test_a_table_cut_short_is_made_anew(made: Made, left: int) -> None:
    """A disk that was full, or a copy that was broken off, costs the time to make it again and nothing else."""
    ask(made)
    whole = kept_file().read_bytes()
    kept_file().write_bytes(whole[:left])
    assert ask(made) == "most"
    assert made.times == 2
    assert kept_file().read_bytes() == whole


def test_a_folder_that_cannot_be_written_to_costs_time_alone(made: Made) -> None:
    """A checkout that is read-only gives the same tables."""
    compiled.FOLDER.write_text("no folder", encoding="utf-8")
    assert [ask(made), ask(made)] == ["most", "most"]
    assert made.times == 2


def test_many_may_make_it_at_once(made: Made) -> None:
    """Whoever comes first, each gets the whole table, and one file remains."""
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: ask(made), range(32))) == {"most"}
    assert pickle.loads(kept_file().read_bytes()[32:]) == "most"  # noqa: S301 - written by this test


def test_a_source_that_is_missing_is_told_by_the_maker(made: Made) -> None:
    """The error names the file as it does without kept tables."""

    def make() -> str:
        raise AssetError(made.source, "not found")

    made.source.unlink()
    with pytest.raises(AssetError, match=r"source\.toml: not found"):
        compiled.kept("table", [made.source], make)


def test_a_kept_lexicon_reads_as_a_new_one() -> None:
    """Words, phrases of several words and gaps are found at the same spots."""
    text = "Srbi postavili barikade na putu kod Jarinja, a specijalne jedinice policije stigle na granični prelaz"
    new = lexicon("hbs")
    again: Lexicon = pickle.loads(pickle.dumps(new))  # noqa: S301 - made a word before
    assert again.rules == new.rules
    assert again.cues == new.cues
    assert find(tokenise(text), again) == find(tokenise(text), new) != {}


def test_a_kept_gazetteer_is_the_same() -> None:
    """Places, names, sizes and numbers come back as they were."""
    assert pickle.loads(pickle.dumps(gazetteer())) == gazetteer()  # noqa: S301 - made a word before
