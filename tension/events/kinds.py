"""Kinds of things that last, as `assets/situations.toml` states them."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tension import assets
from tension.errors import AssetError


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of situation, as `assets/situations.toml` states it."""

    id: str
    name: str
    codes: frozenset[str]
    closes: frozenset[str]
    #: place | country
    at: str
    term_days: int
    #: An announcement opens it, too.
    announced: bool = False
    #: Done in a day: only where it is reported of a second day within the term does it last. Nothing closes such a kind.
    repeated: bool = False


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """Return the kinds, in the order of the file.

    Raises:
        AssetError: one has to be repeated and can be closed.
    """
    rows = assets.read_toml("situations.toml")["kind"]
    found = tuple(Kind(**row | {"codes": frozenset(row["codes"]), "closes": frozenset(row["closes"])}) for row in rows)
    for kind in found:
        if kind.repeated and kind.closes:
            raise AssetError(assets.path("situations.toml"), f"{kind.id}: what has to be repeated cannot be closed")
    return found


@lru_cache(maxsize=1)
def standing_codes() -> tuple[str, ...]:
    """Return the codes that situations are made of: what a query for them needs."""
    return tuple(sorted({code for kind in kinds() for code in kind.codes | kind.closes}))


def looks_back(kind: Kind, day: date) -> date:
    """Return the first day of which a fold that goes on from a day has to know what was said."""
    reach = kind.term_days if kind.repeated else 0
    return date.fromordinal(max(date.min.toordinal(), day.toordinal() - reach))
