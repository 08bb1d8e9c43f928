"""What a place is called: in all parties' forms, as it is called there, or in English. Pure over reviewed lists."""

from collections.abc import Mapping
from functools import lru_cache

from tension import assets
from tension.tongue import N_

#: Styles of names: every party's form (the default), the names at the place, the English one.
ALL, LOCAL, ENGLISH = "all", "local", "english"
STYLES = (ALL, LOCAL, ENGLISH)
#: What each style is called.
SAID: Mapping[str, str] = {ALL: N_("Both parties’ names"), LOCAL: N_("Local names"), ENGLISH: N_("English names")}
_BETWEEN = " / "
_SEVERAL = 2


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, tuple[str, str, str]]:
    """Return the forms of each listed place, in the order of `STYLES`."""
    found = {}
    for place_id, row in assets.read_toml("gazetteer", "labels.toml")["labels"].items():
        local, english = _BETWEEN.join(row["local"]), str(row["english"])
        found[str(place_id)] = (local if len(row["local"]) >= _SEVERAL else english, local, english)
    return found


def forms(place_id: str, name: str) -> tuple[str, str, str]:
    """Return the names of a place in the order of `STYLES`; one without reviewed forms has one name in all of them.

    Args:
        place_id: of the gazetteer.
        name: its main name there.
    """
    return _labels().get(place_id, (name, name, name))
