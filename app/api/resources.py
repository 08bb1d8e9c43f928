"""The tables of the API: what each is, which parameters it takes, and by what its rows are ordered and paged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Names of parameters. The filters' are those of the dashboard's addresses; a test holds them equal.
STORE, WINDOW, KNOWN, SIGNALS, WHERE, LANGUAGES, OUTLETS, CERTAINTY = (
    "store", "window", "known", "signals", "where", "languages", "outlets", "certainty",
)  # fmt: skip
SINCE, UNTIL, AS_KNOWN_ON, SCOPE, FEEDS, ARTICLE, LIMIT, CURSOR = (
    "since", "until", "as_known_on", "scope", "feeds", "article", "limit", "cursor",
)  # fmt: skip
DEFAULT_LIMIT, MOST_ROWS = 1_000, 10_000
#: So many values of one filter, and so many characters in one, are read.
MOST_VALUES, MOST_CHARACTERS = 100, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a query."""

    text: str
    schema: Mapping[str, Any]
    #: May be given several times; the values are alternatives.
    several: bool = False


_TEXT: Mapping[str, Any] = {"type": "string", "maxLength": MOST_CHARACTERS}
_DAY: Mapping[str, Any] = {"type": "string", "format": "date"}
PARAMETERS: Mapping[str, Parameter] = {
    STORE: Parameter(
        text="The live store or the replay archive.", schema={"type": "string", "enum": ["live", "replay"], "default": "live"}
    ),
    WINDOW: Parameter(
        text="Days, as in the dashboard's address: first and last, both included (one alone: that day). "
        "Default: what the dashboard opens on.",
        schema=_DAY,
        several=True,
    ),
    SINCE: Parameter(text="First day; the same as the first `window`.", schema=_DAY),
    UNTIL: Parameter(text="Last day, included; the same as the second `window`.", schema=_DAY),
    KNOWN: Parameter(text="Only what had been seen by the end of this day (UTC).", schema=_DAY),
    AS_KNOWN_ON: Parameter(text="The same as `known`.", schema=_DAY),
    SIGNALS: Parameter(text="Only these signal codes (see taxonomy).", schema=_TEXT, several=True),
    WHERE: Parameter(
        text="Only these countries (ISO 3166-1 alpha-2; XK for Kosovo).",
        schema={"type": "string", "pattern": "^[A-Za-z]{2}$"},
        several=True,
    ),
    LANGUAGES: Parameter(
        text="Only reports in these languages (BCP 47 primary subtag).",
        schema={"type": "string", "pattern": "^[a-z]{2,3}$"},
        several=True,
    ),
    OUTLETS: Parameter(text="Only reports of these outlets, by their names.", schema=_TEXT, several=True),
    CERTAINTY: Parameter(
        text="Only what some report tells with at least this certainty.",
        schema={"type": "number", "minimum": 0, "maximum": 1, "default": 0},
    ),
    SCOPE: Parameter(
        text="Needed. A country (`RS`), a pair (`RS-XK`), `region`, `place:ID`, `municipality:ID` or `crossing:NAME`.",
        schema=_TEXT,
    ),
    FEEDS: Parameter(
        text="All feeds, or the fixed panel that later feeds do not move.",
        schema={"type": "string", "enum": ["all", "panel"], "default": "all"},
    ),
    ARTICLE: Parameter(
        text="These articles alone, by the ids that events list; the window plays no part then.", schema=_TEXT, several=True
    ),
    LIMIT: Parameter(
        text="Rows of a page.", schema={"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": DEFAULT_LIMIT}
    ),
    CURSOR: Parameter(
        text="Where the page begins; taken from `next` or the header Link, never made.",
        schema={"type": "string", "maxLength": 1_000},
    ),
}

_DAYS = (STORE, WINDOW, SINCE, UNTIL, KNOWN, AS_KNOWN_ON)
_PAGE = (LIMIT, CURSOR)
_FILTERS = (SIGNALS, WHERE, LANGUAGES, OUTLETS, CERTAINTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table."""

    text: str
    parameters: tuple[str, ...]
    #: Columns that its rows are ordered by; together they name a row.
    key: tuple[str, ...]
    #: The longest window.
    most_days: int
    #: Whether its rows have places, so that it is to be had as GeoJSON.
    has_places: bool = False
    #: Whether the state of the feeds is part of its numbers, not the articles alone.
    of_feeds: bool = False


_YEAR, _DECADE = 366, 3_653
TABLES: Mapping[str, Table] = {
    "events": Table(
        text="Events with day, place, codes, weight, independent voices and the ids of their reports. A filter leaves events "
        "out; it does not change what one weighs.",
        parameters=(*_DAYS, *_FILTERS, *_PAGE), key=("day", "event"), most_days=_YEAR, has_places=True,
    ),
    "situations": Table(
        text="What lasts (blockades, alert states, measures): what stood in some of the days, with its status on the last of "
        "them.",
        parameters=(*_DAYS, SIGNALS, WHERE, *_PAGE), key=("since", "situation"), most_days=_DECADE, has_places=True,
    ),
    "crossings": Table(
        text="Every crossing as it stood on the last day of the window: blocked, restricted by a measure, open again; that "
        "nobody reports of it is a state of its own.",
        parameters=(*_DAYS, WHERE, *_PAGE), key=("place_id",), most_days=_DECADE, has_places=True,
    ),
    "index": Table(
        text="The index of a scope, a row a day: value (acts and threats), stabilising load, 90 % band, level. A day without a "
        "reading has its cause and no numbers.",
        parameters=(*_DAYS, SCOPE, FEEDS, *_PAGE), key=("day",), most_days=_DECADE, of_feeds=True,
    ),
    "coverage": Table(
        text="Articles and answering feeds of each country and day of first sight, and why a day has no reading.",
        parameters=(*_DAYS, WHERE, *_PAGE), key=("day", "country"), most_days=_DECADE, of_feeds=True,
    ),
    "feeds": Table(
        text="Every feed as it stands now, or stood as known then: last success, next due, yield, error in words.",
        parameters=(STORE, KNOWN, AS_KNOWN_ON, WHERE, LANGUAGES, OUTLETS, *_PAGE), key=("feed_id",), most_days=_DECADE,
        of_feeds=True,
    ),
    "articles": Table(
        text="Headlines with address, outlet and dates: those that tell of the signals asked for, else all of the days. "
        "Summaries and bodies stay with their publishers.",
        parameters=(*_DAYS, *_FILTERS, ARTICLE, *_PAGE), key=("first_seen_at", "article_id"), most_days=_YEAR,
    ),
}  # fmt: skip
