"""The scorer's version: changes when, and only when, code or knowledge that decides a reading changes."""

import hashlib
from functools import lru_cache

from tension import assets

#: Raised by hand when the code of detection, context, places or reading changes what is found.
CODE_VERSION = 3

_KNOWLEDGE = ("judge", "lexicon", "gazetteer", "taxonomy.toml")


@lru_cache(maxsize=1)
def scorer_version() -> str:
    """Return e.g. `2-3f9ac2d1`: the code's version and a digest of the knowledge files it reads."""
    digest = hashlib.blake2b(digest_size=4)
    for part in _KNOWLEDGE:
        root = assets.path(part)
        files = sorted(root.rglob("*")) if root.is_dir() else [root]
        for file in files:
            if file.suffix in {".toml", ".csv", ".npz"}:
                digest.update(file.relative_to(assets.ROOT).as_posix().encode())
                digest.update(file.read_bytes())
    return f"{CODE_VERSION}-{digest.hexdigest()}"
