"""Which scopes there are an index of: countries, pairs of them, the region, places, municipalities and crossings."""

from tension.errors import SettingsError
from tension.index.method import REGION_SCOPE
from tension.model import REGION
from tension.places.gazetteer import gazetteer
from tension.places.municipalities import municipalities


def check_scope(scope: str) -> str:
    """Return the scope as the index knows it.

    Raises:
        SettingsError: it is none of the kinds that this version computes, or a place that the gazetteer does not know.
    """
    if scope.upper() in REGION:
        return scope.upper()
    if scope.lower() == REGION_SCOPE:
        return REGION_SCOPE
    parties = scope.upper().split("-")
    if len(parties) == 2 and REGION.issuperset(parties):  # noqa: PLR2004 - a dyad has two
        return "-".join(sorted(parties))
    kind, _, name = scope.partition(":")
    if kind == "municipality":
        if name not in municipalities():
            raise SettingsError(f"scope {scope!r}: the gazetteer has no municipality {name!r}")
        return scope
    place = {"place": name, "crossing": f"crossing-{name}"}.get(kind)
    if place is None:
        raise SettingsError(
            f"scope {scope!r} is unknown; use a country code ({', '.join(sorted(REGION))}), two of them (RS-XK), region, "
            "place:ID, municipality:ID or crossing:NAME"
        )
    if not any(p.id == place for p in gazetteer().places):
        raise SettingsError(f"scope {scope!r}: the gazetteer has no place {place!r}")
    return f"place:{place}"
