"""Knowledge as it is asked for, kept in `assets/.compiled/`, as Python keeps bytecode beside a module.

To make tables out of the reviewable files takes a process seconds; to read made ones, a fraction. A kept table is used only
where everything that it was made of is unchanged, to the byte: its files, the code of this package, the library that folds.
Whoever may write there may write the code itself, so it is trusted as bytecode is.
"""

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from threading import get_ident
from typing import TypeVar

from tension import assets

T = TypeVar("T")

#: Where the tables lie; not part of the repository.
FOLDER = assets.ROOT / ".compiled"
_PACKAGE = Path(__file__).parent
#: What transliterates: another version may fold words to other letters.
_LIBRARY = "cyrtranslit"
_LENGTH = 32
#: What a table that was cut short or made by other code may raise.
_UNREADABLE = (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, KeyError, TypeError, ValueError)


@assets.uncollected()
def kept(name: str, sources: Sequence[Path], build: Callable[[], T]) -> T:
    """Return what `build` makes of the sources: as it was kept, if they are unchanged; else made now, and kept.

    Args:
        name: of the table, e.g. `lexicon-hbs`.
        sources: every file that `build` reads.
        build: makes the table; what it raises is not kept.
    """
    try:
        digest = _digest(sources)
    except OSError:  # a source is missing, which `build` tells better
        return build()
    place = FOLDER / f"{name}.{sys.implementation.cache_tag}.pickle"
    with suppress(OSError, *_UNREADABLE):
        stored = place.read_bytes()
        if stored[:_LENGTH] == digest:
            return pickle.loads(memoryview(stored)[_LENGTH:])  # type: ignore[no-any-return]  # noqa: S301 - trusted as bytecode is
    made = build()
    # A checkout that may not be written to works as well, only slower.
    with suppress(OSError):
        _keep(place, digest + pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
    return made


def _keep(place: Path, content: bytes) -> None:
    """Write whole or not at all: several processes may do so at once."""
    place.parent.mkdir(exist_ok=True)
    beside = place.with_name(f"{place.name}.{os.getpid()}-{get_ident()}")
    try:
        beside.write_bytes(content)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def _digest(sources: Sequence[Path]) -> bytes:
    digest = _code().copy()
    for source in sources:
        content = source.read_bytes()
        digest.update(f"{source.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.digest()


@lru_cache(maxsize=1)
def _code() -> "hashlib.blake2b":
    digest = hashlib.blake2b(f"{_LIBRARY} {version(_LIBRARY)}\n".encode(), digest_size=_LENGTH)
    for module in sorted(_PACKAGE.rglob("*.py")):
        digest.update(module.read_bytes())
    return digest
