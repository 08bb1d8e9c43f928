"""Weights of four bits in PyTorch: what is tuned is what the file will hold. Needs the `tune` extra."""

import importlib.util
from types import SimpleNamespace

import numpy as np
import pytest

from tension import assets
from tension.scoring.weights import BLOCK_BYTES

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def e5():
    """The module under test, which lies among the assets."""
    spec = importlib.util.spec_from_file_location("e5", assets.path("judge", "e5.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _matrix(e5, numbers, scales):
    bias = np.zeros(len(numbers), np.float32)
    return e5.Matrix(SimpleNamespace(blocks=lambda _: (numbers, scales), floats=lambda _: bias), "l0.q")


def test_weights_that_were_not_moved_are_written_as_they_were_read(e5):
    """Numbers from -8 to 7 with their scale: the file's bytes, before and after; a block of nothing too."""
    numbers = np.stack([np.arange(-8, 8).repeat(2), np.zeros(32, int), np.full(32, -8)]).astype(np.int8)
    scales = np.array([0.5, 0.0, -0.25], np.float16).astype(np.float32)
    kept, again = e5.rounded(_matrix(e5, numbers, scales).blocks.detach())
    assert (kept * again).numpy() == pytest.approx(numbers * scales[:, None])
    assert len(_matrix(e5, numbers, scales).data()) == 3 * BLOCK_BYTES


def test_the_slope_passes_through_the_rounding(e5):
    """What is learned moves the weights themselves, as if nothing had been rounded."""
    matrix = _matrix(e5, np.full((1, 32), -8, np.int8), np.array([0.1], np.float32))
    matrix(torch.ones(1, 32)).sum().backward()
    assert matrix.blocks.grad.numpy() == pytest.approx(np.ones((1, 32)))
