"""How things are said: numbers, days, names of countries and languages. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise

from babel import Locale

from tension import assets, taxonomy
from tension.model import Mode, Precision

#: How a text asserts an act.
MODES: Mapping[Mode, str] = {
    Mode.ACTUAL: "it is said to happen, or to have happened",
    Mode.ANNOUNCED: "it is announced, ordered or begun, and not yet done",
    Mode.THREATENED: "it is threatened",
    Mode.DENIED: "it is denied, ruled out or called off",
    Mode.HISTORICAL: "it is told of the past: an anniversary, a verdict, a memory",
    Mode.FIGURATIVE: "the words are meant otherwise: a metaphor, a name, sport, weather",
}
#: How exactly a place is known.
PRECISIONS: Mapping[Precision, str] = {
    Precision.CROSSING: "crossing, exact",
    Precision.SITE: "site, exact",
    Precision.SETTLEMENT: "settlement, exact",
    Precision.MUNICIPALITY: "known only to the municipality",
    Precision.REGION: "known only to the region",
    Precision.COUNTRY: "known only to the country",
}
_ENGLISH = Locale("en")
#: What the catalogue calls newsrooms of organisations and foreign desks.
INTERNATIONAL = "INT"
#: Seas and regions that no single country holds.
NO_COUNTRY = "no country"
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def plural(n: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: `1 event`, `1,204 events`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def day(d: date, *, year: bool = True) -> str:
    """Return a day as `27 Sep 2021`."""
    return f"{d.day} {d:%b %Y}" if year else f"{d.day} {d:%b}"


def days(since: date, until: date) -> str:
    """Return a span of days in the fewest words: `18 to 25 September 2021`."""
    last = f"{until.day} {until:%B %Y}"
    if since == until:
        return last
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day} to {last}"
    if since.year == until.year:
        return f"{since.day} {since:%B} to {last}"
    return f"{since.day} {since:%B %Y} to {last}"


def instant(at: datetime) -> str:
    """Return an instant as `27 Sep 2021, 14:20 UTC`."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def elapsed(seconds: float) -> str:
    """Return a length of time in its largest sensible unit: `40 min`, `5 h`, `3 days`."""
    if seconds < _HOUR:
        return f"{max(0, int(seconds // _MINUTE))} min"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)} h"
    return f"{int(seconds // _DAY)} days"


@lru_cache(maxsize=512)
def country(code: str) -> str:
    """Return the English name of a country or territory, after Unicode CLDR."""
    if code == INTERNATIONAL:
        return "International"
    return str(_ENGLISH.territories.get(code, code)).replace(" & ", " and ") if code else NO_COUNTRY


@lru_cache(maxsize=256)
def language(code: str) -> str:
    """Return the English name of a language, after Unicode CLDR."""
    if code == "und":
        return "language not known"
    if code == "hbs":
        return "Serbian, Bosnian, Croatian or Montenegrin"
    return str(_ENGLISH.languages.get(code, code))


@lru_cache(maxsize=1)
def _sides() -> Mapping[str, str]:
    return {row["id"]: row["name"] for row in assets.read_toml("feeds", "sides.toml")["side"]}


def side(code: str) -> str:
    """Return the name of the public that an outlet addresses."""
    return _sides().get(code, code)


@lru_cache(maxsize=1)
def _wires() -> Mapping[str, str]:
    return {row["id"]: row["name"] for row in assets.read_toml("wires.toml")["wire"]}


def wire(code: str) -> str:
    """Return the name of a news agency."""
    return _wires().get(code, code)


def signal(code: str) -> str:
    """Return the short name of a signal."""
    known = taxonomy.signal_types().get(code)
    return known.name if known else code


def place(name: str, country_code: str) -> str:
    """Return a place with its country, where it has one and is not one."""
    held_by = country(country_code)
    return name if held_by in {name, NO_COUNTRY} else f"{name}, {held_by}"


def listed(items: Sequence[str]) -> str:
    """Join words as a sentence does: `a, b and c`."""
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def runs(found: Sequence[date]) -> list[tuple[date, date]]:
    """Group sorted days into unbroken runs, each with its first and last day."""
    if not found:
        return []
    breaks = [(a, b) for a, b in pairwise(found) if (b - a).days > 1]
    starts = [found[0], *(b for _, b in breaks)]
    ends = [*(a for a, _ in breaks), found[-1]]
    return list(zip(starts, ends, strict=True))
