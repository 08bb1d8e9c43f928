"""What a report says, in the few features by which it is compared with others. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tension.events import concepts
from tension.model import REGION, Article, PlaceMention, Precision, Reading, Signal
from tension.text.language import group
from tension.text.normal import fold

#: Raised by hand when features stored before can no longer be compared with those of now.
FEATURES_VERSION = "1"
_NUMBER = re.compile(r"\d+")
#: Longer runs of digits are identifiers of an address, not counts.
_LONGEST_NUMBER = 4
#: Words of a report that take part; what stands farther down is seldom about the incident itself.
_MOST_WORDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One article as the merger sees it. Everything is folded, so that script and case play no part."""

    article_id: str
    #: Whose voice it is: the agency where one is named, else the publisher.
    origin: str
    family: str
    language: str
    #: The day it happened where the text says so, else the day of publication; None where neither is known.
    day: date | None
    first_seen_at: datetime
    title: str
    codes: frozenset[str]
    #: The code that the report leads with, or empty.
    lead: str
    #: Codes that the text names in any mode: denied, historical or dropped ones, too.
    hints: frozenset[str]
    #: Exact places (a crossing, a town) and areas smaller than a country.
    places: frozenset[str]
    #: Countries of places that say where, and of actors.
    countries: frozenset[str]
    numbers: frozenset[str]
    concepts: frozenset[str]
    stems: frozenset[str]


def _words(article: Article, mentions: Sequence[PlaceMention]) -> list[str]:
    """Return the folded words of a report without those that name its places, which are compared for themselves."""
    named = {word for m in mentions for word in fold(m.span.text).split()}
    words = fold(f"{article.title}\n{article.summary}").split()
    return [word for word in words if word not in named][:_MOST_WORDS]


def _numbers(words: Sequence[str]) -> frozenset[str]:
    return frozenset(w for w in words if _NUMBER.fullmatch(w) and len(w) <= _LONGEST_NUMBER)


def _places(mentions: Sequence[PlaceMention]) -> frozenset[str]:
    found = (m.place for m in mentions if not m.actor and m.place.country in REGION)
    return frozenset(p.id for p in found if p.precision is not Precision.COUNTRY)


def _day(article: Article, reading: Reading) -> date | None:
    """Return the day of what the report leads with; a date beside it ("after the attack of 10 May") is circumstance."""
    lead = _lead_of(reading.signals)
    if lead is not None and lead.happened_on is not None:
        return lead.happened_on
    return article.published_date or (article.published_at.astimezone(UTC).date() if article.published_at else None)


def _lead_of(signals: Sequence[Signal]) -> Signal | None:
    """Return the signal whose words come first: what the headline is about; the rest is circumstance."""

    def place(s: Signal) -> tuple[bool, int, str]:
        return s.evidence[0].field != "title", s.evidence[0].start, s.code

    return min((s for s in signals if s.evidence), key=place, default=None)


def _lead(signals: Sequence[Signal]) -> str:
    """Return the code that a report leads with, or an empty text."""
    found = _lead_of(signals)
    return "" if found is None else found.code


def report_of(article: Article, reading: Reading, *, seen_at: datetime, origin: str = "") -> Report:
    """Return the features of an article and its reading.

    Args:
        article: as stored.
        reading: what scoring found in it.
        seen_at: first sight, for articles that do not say it themselves.
        origin: the agency that it took its text from, or empty.
    """
    words = _words(article, reading.mentions)
    family = article.family or article.outlet
    return Report(
        article_id=article.id,
        origin=origin or family,
        family=family,
        language=group(reading.language),
        day=_day(article, reading),
        first_seen_at=article.first_seen_at or seen_at,
        title=fold(article.title),
        codes=frozenset(s.code for s in reading.signals),
        lead=_lead(reading.signals),
        hints=frozenset(c.code for c in reading.candidates),
        places=_places(reading.mentions),
        countries=frozenset(m.place.country for m in reading.mentions if m.place.country in REGION),
        numbers=_numbers(words),
        concepts=concepts.concepts(words),
        stems=concepts.stems(words),
    )
