"""The boundaries that every map is drawn on, as files that the browser fetches once and keeps."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from hashlib import blake2b

from app.figures import basemap
from tension import assets

#: Files that the ground is made of, below `assets/`.
_MADE_OF = (("boundaries", "countries.geojson"), ("boundaries", "disputed.toml"))
_NAMES = ("countries", "borders", "disputed")


@lru_cache(maxsize=1)
def addresses() -> Mapping[str, str]:
    """Return the address of each file, relative to a page; it changes with what is in it.

    Raises:
        AssetError: a file is missing.
    """
    digest = blake2b(digest_size=8)
    for parts in _MADE_OF:
        digest.update(assets.path(*parts).read_bytes())
    return {name: f"ground/{digest.hexdigest()}/{name}.json" for name in _NAMES}


def files() -> Mapping[str, Callable[[], bytes]]:
    """Return what is served at those addresses; made when it is first asked for."""
    return {f"/{address}": partial(_written, name) for name, address in addresses().items()}


@lru_cache(maxsize=1)
def disputed() -> tuple[frozenset[str], ...]:
    """Return the pairs of codes whose common line is disputed.

    Raises:
        AssetError: the file is missing.
    """
    return tuple(frozenset(pair) for pair in assets.read_toml("boundaries", "disputed.toml")["pairs"])


def _written(name: str) -> bytes:
    return _all()[name]


@lru_cache(maxsize=1)
def _all() -> Mapping[str, bytes]:
    countries = json.loads(assets.path("boundaries", "countries.geojson").read_text(encoding="utf-8"))
    made = basemap.ground(countries, disputed())
    return {name: json.dumps(part, separators=(",", ":")).encode("utf-8") for name, part in made.items()}
