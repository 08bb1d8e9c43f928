"""Where the reviewable knowledge lies, and how it is read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

# The standard library's parser in compiled form: every process reads some megabytes of knowledge first.
import tomli

from tension.errors import AssetError

#: The folder `assets/` of this checkout.
ROOT = Path(__file__).resolve().parents[1] / "assets"


def path(*parts: str) -> Path:
    """Return the path of an asset.

    Raises:
        AssetError: it does not exist.
    """
    found = ROOT.joinpath(*parts)
    if not found.exists():
        raise AssetError(found, "not found")
    return found


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the garbage collector rest while tables are built: they stay, and it would walk through them time and again."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


def read_once(*parts: str) -> dict[str, Any]:
    """Read one TOML asset that is made into something else at once: nobody remembers it as it stands.

    Raises:
        AssetError: it is missing or is not TOML; the message names the line.
    """
    found = path(*parts)
    try:
        return tomli.loads(found.read_text(encoding="utf-8"))
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as e:
        raise AssetError(found, str(e)) from e


@lru_cache(maxsize=256)
@uncollected()
def read_toml(*parts: str) -> dict[str, Any]:
    """Read one TOML asset, and remember it.

    Raises:
        AssetError: it is missing or is not TOML; the message names the line.
    """
    return read_once(*parts)
