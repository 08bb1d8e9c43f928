"""The sentences of a brief: patterns filled from data, nothing generated freely. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import pandas as pd

from tension import words
from tension.brief.model import Sentence, Source
from tension.brief.scopes import Scope
from tension.events.asof import RESTRICTED, STATES, Standing
from tension.events.crossings import NO_REPORT, REOPENED, Crossing
from tension.events.provenance import UNKNOWN
from tension.events.situations import OPEN
from tension.model import Precision
from tension.places import labels
from tension.text.web import is_web_address

#: Reports that one sentence cites at most; it says how many there are.
_MOST_CITED = 6
#: Headlines are quoted to this length.
_LONGEST = 220
_LONGEST_WORD = 60
_AT = frozenset({Precision.CROSSING, Precision.SITE})
_SPACES = re.compile(r"\s+")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD},}}")
_MINUS = "−"


def plain(text: object, longest: int = _LONGEST) -> str:
    r"""Return a text of a feed in one line without anything invisible: no controls, no changes of direction.

    >>> plain("a\u202eb\n c")
    'ab c'
    """
    seen = "".join(" " if c.isspace() else c for c in str(text) if c.isspace() or unicodedata.category(c)[0] != "C")
    line = _LONG_WORD.sub(lambda m: m.group()[: _LONGEST_WORD - 1] + "…", _SPACES.sub(" ", seen).strip())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


class Citations:
    """Numbers for the reports that are cited, in the order in which they first are."""

    def __init__(self, texts: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the articles by id."""
        self._texts = texts
        self._numbers: dict[str, int] = {}

    def cite(self, article_ids: Iterable[str], most: int = _MOST_CITED) -> tuple[int, ...]:
        """Return the numbers of some reports; those that are not stored any more have none."""
        known = [article for article in dict.fromkeys(article_ids) if article in self._texts][:most]
        return tuple(self._numbers.setdefault(article, len(self._numbers) + 1) for article in known)

    def title(self, article_ids: Iterable[str]) -> str:
        """Return the headline of the first report that is stored, or an empty text."""
        return next((plain(self._texts[a]["title"]) for a in article_ids if a in self._texts), "")

    def sources(self) -> dict[int, Source]:
        """Return what was cited, by number."""
        return {number: _source(number, self._texts[article]) for article, number in self._numbers.items()}


def _source(number: int, text: Mapping[str, Any]) -> Source:
    url = text["url"]
    return Source(
        number=number, article_id=str(text["article_id"]), title=plain(text["title"]), outlet=plain(text["outlet"], 80),
        language=words.language(str(text["language"])), day=_day(text), url=str(url) if is_web_address(url) else None,
        restated=bool(text["restated"]),
    )  # fmt: skip


def _day(text: Mapping[str, Any]) -> date | None:
    stated = next((text[name] for name in ("published_date", "published_at") if not pd.isna(text[name])), None)
    return None if stated is None else pd.Timestamp(stated).date()


def where(place_id: Any, name: Any, country: Any, precision: Any) -> str:  # noqa: ANN401 - cells of a frame
    """Return where something is, in all parties' names, with its country; empty where no place is known."""
    if any(pd.isna(value) for value in (place_id, name)):
        return ""
    if precision == Precision.COUNTRY:
        return words.country(str(country))
    return words.place(labels.forms(str(place_id), str(name))[0], "" if pd.isna(country) else str(country))


def capital(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def change(value: float) -> str:
    """Return a change with its sign: `+4.2`, `−1.0`, `0`."""
    rounded = round(value, 1)
    return "0" if not rounded else f"+{rounded:,.1f}" if rounded > 0 else f"{_MINUS}{-rounded:,.1f}"


def of_scope(row: Scope, cites: tuple[int, ...]) -> Sentence:
    """Say how a scope stands; cited is a report of each event that moved it."""
    if not row.is_read:
        last = f"; last reading {words.day(row.last_read)}" if row.last_read else ""
        return Sentence(text=f"{row.name} has no reading: {row.against}{last}.", cites=cites)
    said = [f"{row.name}: {row.level}, {row.against}"]
    if row.value is not None and row.band is not None:
        said.append(f"value {row.value:,.1f} (90 % band {row.band[0]:,.1f} to {row.band[1]:,.1f})")
    said += [f"{change(by)} in {span}" for by, span in ((row.change_1d, "24 hours"), (row.change_7d, "7 days")) if by is not None]
    if row.voices.n:
        told = "" if row.voices.told == UNKNOWN else f", {row.voices.told}"
        heard = words.plural(row.voices.n, "independent voice")
        said.append(f"reported in the week by {heard} in {words.plural(len(row.voices.languages), 'language')}{told}")
    return Sentence(text="; ".join(said) + ".", cites=cites)


def of_event(event: Mapping[str, Any], cited: Citations, day: date) -> Sentence:
    """Say what an event is, and what of it weighs on a day."""
    place = where(event["place_id"], event["place_name"], event["country"], event["precision"])
    at = f" {'at' if event['precision'] in _AT else 'in'} {place}" if place else ", no place named"
    what = capital(words.listed([words.signal(code) for code in event["codes"]]))
    told = "" if event["told"] == UNKNOWN else f", {event['told']}"
    denied = f", denied in {words.plural(len(event['denied_by']), 'report')}" if event["denied_by"] else ""
    voices = (
        f"{words.plural(int(event['n_reports']), 'report')}, {words.plural(int(event['n_independent']), 'independent voice')}"
    )
    side = " on the stabilising side" if event["calms"] else ""
    quoted = cited.title(event["article_ids"])
    text = (
        f"{what}{at}, {words.day(event['day'].date())}{f': “{quoted}”' if quoted else ''} ({voices}{told}{denied}); "
        f"weighs {float(event['left']):,.1f}{side} on {words.day(day)}."
    )
    return Sentence(text=text, cites=cited.cite([*event["article_ids"][:_MOST_CITED], *event["denied_by"][:2]], _MOST_CITED + 2))


def of_situation(s: Standing, cited: Citations) -> Sentence:
    """Say what stands, since when, and when it was last confirmed."""
    one = s.situation
    place = where(one.place_id, one.place_name, one.country, one.precision)
    held = f"day {s.n_days}, since {words.day(one.since)}"
    state = f"last confirmed {words.day(s.confirmed)}"
    if s.status != OPEN and s.unconfirmed_since is not None:
        state += f", unconfirmed since {words.day(s.unconfirmed_since)}"
    opened, newest = s.changes[0].article_ids[:2], s.article_ids[:2]
    return Sentence(text=f"{place}: {one.name}; {held}; {state}.", cites=cited.cite(dict.fromkeys((*opened, *newest))))


def of_gate(c: Crossing, day: date, cited: Citations) -> Sentence:
    """Say how a crossing stands; what nobody reported on is not called open."""
    if c.state == NO_REPORT or c.since is None:
        return Sentence(text="no report")
    begun = words.day(c.since) if c.state == REOPENED else f"since {words.day(c.since)} (day {(day - c.since).days + 1})"
    heard = f", last report {words.day(c.confirmed)}" if c.confirmed else ""
    measure = ", a measure in force is reported there" if c.state == RESTRICTED else ""
    return Sentence(text=f"{STATES[c.state]}, {begun}{heard}{measure}", cites=cited.cite(c.article_ids, 3))


def since_yesterday(n_events: int, n_turned: int, n_disputed: int, day: date, cites: tuple[int, ...]) -> Sentence:
    """Say what the day brought."""
    said = [words.plural(n_events, "new event"), f"{words.plural(n_turned, 'situation')} began or ended"]
    said += [f"{n_disputed} disputed"] if n_disputed else []
    return Sentence(text=f"On {words.day(day)}, against the day before: {', '.join(said)}.", cites=cites)


def known(at: datetime | None, revision: str) -> str:
    """Say what was known when the brief was made."""
    if at is None:
        return f"As known when it was made: all that the store held (revision {revision})."
    stated = words.day(at.date()) if at.time() == time.max else words.instant(at)
    return f"As known on {stated}: nothing seen later is in it (store revision {revision})."


def names(rows: Sequence[Scope]) -> str:
    """Return the names of scopes as a sentence lists them."""
    return words.listed(sorted(row.name for row in rows))
