"""From the address of a request to what is asked for; whatever cannot be used is named."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.datastructures import QueryParams

from app.access import Desk
from app.api import resources as r
from app.api.problems import bad
from tension.errors import SettingsError
from tension.index.scopes import check_scope
from tension.model import Query
from tension.opened import FIRST_DAY, LAST_DAY
from tension.taxonomy import signal_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for a table; what names the table comes first, what names the page after it."""

    query: Query
    scope: str | None = None
    panel: bool = False
    articles: tuple[str, ...] = ()
    limit: int = r.DEFAULT_LIMIT
    #: Key of the last row of the page before, or None for the first page.
    after: tuple[str, ...] | None = None


class Stated:
    """The parameters of a request for one table."""

    def __init__(self, parameters: QueryParams, name: str) -> None:
        """Take the parameters.

        Raises:
            Problem: there is one that the table does not know, or one too often.
        """
        self._given = parameters
        allowed = r.TABLES[name].parameters
        for key in parameters:
            if key in r.PARAMETERS and key not in allowed:
                raise bad(key, f"plays no part in {name}; leave it out")
            if key not in allowed:
                raise bad(key[: r.MOST_CHARACTERS], f"is not known; {name} takes {', '.join(allowed)}")
            if not r.PARAMETERS[key].several and len(parameters.getlist(key)) > 1:
                raise bad(key, "may be given once")

    def one(self, name: str) -> str | None:
        """Return the value of a parameter, or None; an empty one is none."""
        return self._given.get(name) or None

    def several(self, name: str, fits: Callable[[str], bool], wanted: str) -> tuple[str, ...]:
        """Return the values of a parameter.

        Raises:
            Problem: one does not fit, or they are too many.
        """
        values = tuple(dict.fromkeys(value for value in self._given.getlist(name) if value))
        if len(values) > r.MOST_VALUES:
            raise bad(name, f"may be given {r.MOST_VALUES} times")
        for value in values:
            if len(value) > r.MOST_CHARACTERS or not fits(value):
                raise bad(name, f"{value[:40]!r} is {wanted}")
        return values

    def choice(self, name: str) -> str:
        """Return one of the values that a parameter may have; its default where it is not given."""
        schema = r.PARAMETERS[name].schema
        value = self.one(name) or str(schema["default"])
        if value not in schema["enum"]:
            raise bad(name, f"{value[:40]!r} is not one of {', '.join(schema['enum'])}")
        return value

    def number(self, name: str) -> float:
        """Return a number within the bounds of a parameter; its default where it is not given."""
        schema = r.PARAMETERS[name].schema
        value = self.one(name)
        whole = schema["type"] == "integer"
        # By its form: Python reads more as a number than people do (nan, 1_000, other scripts' digits).
        if value is not None and not re.fullmatch(r"\d{1,9}" if whole else r"\d{1,9}(\.\d{1,9})?", value, re.ASCII):
            raise bad(
                name, f"{value[:40]!r} is not a {'whole ' if whole else ''}number from {schema['minimum']} to {schema['maximum']}"
            )
        stated = float(schema["default"] if value is None else value)
        if not schema["minimum"] <= stated <= schema["maximum"]:
            raise bad(name, f"must lie between {schema['minimum']} and {schema['maximum']}")
        return stated

    def days(self, name: str) -> list[date]:
        """Return the days that a parameter states, in order."""
        return sorted(_day(name, value) for value in self._given.getlist(name) if value)

    def day(self, name: str) -> date | None:
        """Return the day that a parameter states, or None."""
        found = self.days(name)
        return found[0] if found else None


def _day(name: str, value: str) -> date:
    wrong = bad(name, f"{value[:40]!r} is not a day, e.g. 2021-09-27")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise wrong
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise wrong from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise bad(name, f"{value} does not lie between {FIRST_DAY} and {LAST_DAY}")
    return day


def known_on(stated: Stated) -> date | None:
    """Return the day that is looked back to, by either of its names."""
    known, other = stated.day(r.KNOWN), stated.day(r.AS_KNOWN_ON)
    if known and other and known != other:
        raise bad(r.AS_KNOWN_ON, "says another day than known; give one of them")
    return known or other


def asked(stated: Stated, name: str, desk: Desk) -> Asked:
    """Return what is asked for.

    Args:
        stated: the parameters.
        name: of the table.
        desk: the store as it stands, or stood on the day that is looked back to.

    Raises:
        Problem: a parameter cannot be used.
    """
    since, until = _window(stated, name, desk)
    query = Query(
        since=since, until=until, as_known_at=desk.as_known_at, min_confidence=stated.number(r.CERTAINTY),
        codes=stated.several(r.SIGNALS, signal_types().__contains__, f"not one of {', '.join(signal_types())}"),
        countries=tuple(v.upper() for v in stated.several(r.WHERE, _matches(r.WHERE), "not a country code of two letters")),
        languages=stated.several(r.LANGUAGES, _matches(r.LANGUAGES), "not a language code of two or three letters"),
        outlets=stated.several(r.OUTLETS, str.isprintable, "not a name"),
    )  # fmt: skip
    return Asked(
        query=query, scope=_scope(stated) if r.SCOPE in r.TABLES[name].parameters else None,
        panel=stated.choice(r.FEEDS) == "panel", limit=int(stated.number(r.LIMIT)),
        articles=stated.several(r.ARTICLE, str.isprintable, "not an id"),
        after=_after(stated.one(r.CURSOR), len(r.TABLES[name].key)),
    )  # fmt: skip


def _matches(name: str) -> Callable[[str], bool]:
    pattern = re.compile(r.PARAMETERS[name].schema["pattern"])
    return lambda value: pattern.fullmatch(value) is not None


def _window(stated: Stated, name: str, desk: Desk) -> tuple[date, date]:
    """Return first and last day: of the window, of since and until, or what the dashboard opens on."""
    window, since, until = stated.days(r.WINDOW), stated.day(r.SINCE), stated.day(r.UNTIL)
    if window and (since or until):
        raise bad(r.WINDOW, "says the same as since and until; give one of them")
    if len(window) > 2:  # noqa: PLR2004 - first and last
        raise bad(r.WINDOW, "is a first and a last day")
    usual = _usual(desk)
    if window:
        first, last = window[0], window[-1]
    else:
        last = until or (max(usual[1], since) if since else usual[1])
        first = since or min(usual[0], last)
    if last < first:
        raise bad(r.UNTIL, f"{last} lies before {first}")
    most = r.TABLES[name].most_days
    if (last - first).days >= most:
        raise bad(r.WINDOW if window else r.SINCE, f"{name} answers for {most} days at once")
    return first, last


def _usual(desk: Desk) -> tuple[date, date]:
    """Return the window of the dashboard; looking back before it, as many days up to that day."""
    since, until = desk.window
    if desk.known_on is not None and since > desk.known_on:
        return desk.known_on - min(until - since, timedelta(days=365)), desk.known_on
    return since, until


def _scope(stated: Stated) -> str:
    value = stated.one(r.SCOPE)
    if value is None:
        raise bad(r.SCOPE, "is needed, e.g. RS, RS-XK or region")
    try:
        return check_scope(value[: r.MOST_CHARACTERS])
    except SettingsError as error:
        raise bad(r.SCOPE, str(error)) from error


def cursor(key: Sequence[str]) -> str:
    """Return where the page after a row begins."""
    text = json.dumps(list(key), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


def _after(value: str | None, length: int) -> tuple[str, ...] | None:
    if value is None:
        return None
    wrong = bad(r.CURSOR, "is none that this table gave")
    if not re.fullmatch(r"[\w-]{1,1000}", value, re.ASCII):
        raise wrong
    try:
        key = json.loads(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(key, list) or len(key) != length or not all(isinstance(part, str) for part in key):
        raise wrong
    return tuple(key)
