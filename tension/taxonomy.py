"""The 19 signals, their families and weights, as `assets/taxonomy.toml` states them."""

from dataclasses import dataclass
from functools import lru_cache

from tension import assets
from tension.model import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalType:
    """One code of the taxonomy."""

    code: str
    name: str
    #: violence | military | obstruction | political | stabilising
    family: str
    #: escalatory | stabilising
    direction: str
    #: acts | threats | stabilising: the three parts of the index.
    part: str
    weight: float
    plover: str
    cameo: str
    reports: str


@lru_cache(maxsize=1)
def signal_types() -> dict[str, SignalType]:
    """Return the signals by code, in the order of the file."""
    rows = assets.read_toml("taxonomy.toml")["signal"]
    return {row["code"]: SignalType(**row) for row in rows}


@lru_cache(maxsize=1)
def mode_weights() -> dict[Mode, float]:
    """Return the factor by which a mode weighs; modes that are no signal are absent."""
    return {Mode(k): v for k, v in assets.read_toml("taxonomy.toml")["mode_weight"].items()}


def method_version() -> str:
    """Return the version of weights and formula."""
    return str(assets.read_toml("taxonomy.toml")["method_version"])


#: Families in the order in which they are drawn.
FAMILIES = ("violence", "military", "obstruction", "political", "stabilising")
