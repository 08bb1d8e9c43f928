"""How things are said in the language that is spoken: numbers, days, names of countries and languages."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise

from babel.dates import format_date, format_interval, format_skeleton

from tension import assets, taxonomy
from tension.model import Mode, Precision
from tension.tongue import ENGLISH, N_, _, locale, ngettext, pgettext, spoken

#: How a text asserts an act; said by `_`.
MODES: Mapping[Mode, str] = {
    Mode.ACTUAL: N_("it is said to happen, or to have happened"),
    Mode.ANNOUNCED: N_("it is announced, ordered or begun, and not yet done"),
    Mode.THREATENED: N_("it is threatened"),
    Mode.DENIED: N_("it is denied, ruled out or called off"),
    Mode.HISTORICAL: N_("it is told of the past: an anniversary, a verdict, a memory"),
    Mode.FIGURATIVE: N_("the words are meant otherwise: a metaphor, a name, sport, weather"),
}
#: How exactly a place is known; said by `_`.
PRECISIONS: Mapping[Precision, str] = {
    Precision.CROSSING: N_("crossing, exact"),
    Precision.SITE: N_("site, exact"),
    Precision.SETTLEMENT: N_("settlement, exact"),
    Precision.MUNICIPALITY: N_("known only to the municipality"),
    Precision.REGION: N_("known only to the region"),
    Precision.COUNTRY: N_("known only to the country"),
}
#: What the catalogue calls newsrooms of organisations and foreign desks.
INTERNATIONAL = "INT"
#: Seas and regions that no single country holds.
NO_COUNTRY = N_("no country")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def plural(n: int, one: str, many: str | None = None) -> str:
    """Return a count with its English noun: `1 event`, `1,204 events`; the desk says `ngettext`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def day(d: date, *, year: bool = True) -> str:
    """Return a day as `27 Sep 2021`."""
    if spoken() == ENGLISH:
        return f"{d.day} {d:%b %Y}" if year else f"{d.day} {d:%b}"
    return _day(d.year, d.month, d.day, spoken(), year=year)


@lru_cache(maxsize=4096)
def _day(year_: int, month: int, day_: int, language: str, *, year: bool) -> str:
    return str(format_skeleton("yMMMd" if year else "MMMd", date(year_, month, day_), locale=locale(language)))


def days(since: date, until: date) -> str:
    """Return a span of days in the fewest words: `18 to 25 September 2021`."""
    if spoken() != ENGLISH:
        here = locale(spoken())
        return str(format_date(until, "long", here) if since == until else format_interval(since, until, "yMMMd", locale=here))
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
    return f"{day(at)}, {at:%H:%M} UTC"


def elapsed(seconds: float) -> str:
    """Return a length of time in its largest sensible unit: `40 min`, `5 h`, `3 days`."""
    if seconds < _HOUR:
        return f"{max(0, int(seconds // _MINUTE))} min"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)} h"
    return ngettext("{n} day", "{n} days", int(seconds // _DAY))


def country(code: str) -> str:
    """Return the name of a country or territory, after Unicode CLDR."""
    if code == INTERNATIONAL:
        return _("International")
    return _country(code, spoken()) if code else _(NO_COUNTRY)


@lru_cache(maxsize=1024)
def _country(code: str, tongue: str) -> str:
    return str(locale(tongue).territories.get(code, code)).replace(" & ", " and ")


def language(code: str) -> str:
    """Return the name of a language, after Unicode CLDR."""
    if code == "und":
        return _("language not known")
    if code == "cnr":
        return pgettext("language", "Montenegrin")
    if code == "hbs":
        return _("Serbian, Bosnian, Croatian or Montenegrin")
    return str(locale(spoken()).languages.get(code, code))


@lru_cache(maxsize=1)
def _sides() -> Mapping[str, str]:
    return {row["id"]: row["name"] for row in assets.read_toml("feeds", "sides.toml")["side"]}


def side(code: str) -> str:
    """Return the name of the public that an outlet addresses."""
    return _(_sides().get(code, code))


@lru_cache(maxsize=1)
def _wires() -> Mapping[str, str]:
    return {row["id"]: row["name"] for row in assets.read_toml("wires.toml")["wire"]}


def wire(code: str) -> str:
    """Return the name of a news agency."""
    return _wires().get(code, code)


def signal(code: str) -> str:
    """Return the short name of a signal."""
    known = taxonomy.signal_types().get(code)
    return _(known.name) if known else code


def place(name: str, country_code: str) -> str:
    """Return a place with its country, where it has one and is not one."""
    held_by = country(country_code)
    return name if held_by in {name, _(NO_COUNTRY)} else f"{name}, {held_by}"


def listed(items: Sequence[str]) -> str:
    """Join words as a sentence does: `a, b and c`."""
    before, last = ", ".join(items[:-1]), "".join(items[-1:])
    return _("{items} and {last}", items=before, last=last) if before and last else before or last


def runs(found: Sequence[date]) -> list[tuple[date, date]]:
    """Group sorted days into unbroken runs, each with its first and last day."""
    if not found:
        return []
    breaks = [(a, b) for a, b in pairwise(found) if (b - a).days > 1]
    starts = [found[0], *(b for _, b in breaks)]
    ends = [*(a for a, _ in breaks), found[-1]]
    return list(zip(starts, ends, strict=True))
