"""The records that travel through Karaula. All are immutable; every instant is aware and in UTC.

Vocabulary: RSS/Atom for feeds and entries, GeoNames for places, PLOVER for modes, ACLED for event columns.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


class Mode(StrEnum):
    """How a text asserts an act (PLOVER's modes). Only `actual` and `announced` become signals."""

    ACTUAL = "actual"
    ANNOUNCED = "announced"
    THREATENED = "threatened"
    DENIED = "denied"
    HISTORICAL = "historical"
    FIGURATIVE = "figurative"


class Precision(StrEnum):
    """How exactly a place is known. Coarser than a settlement is drawn as an area, never as a dot."""

    CROSSING = "crossing"
    SITE = "site"
    SETTLEMENT = "settlement"
    MUNICIPALITY = "municipality"
    REGION = "region"
    COUNTRY = "country"


#: Precisions that stand for a point on the ground.
EXACT = frozenset({Precision.CROSSING, Precision.SITE, Precision.SETTLEMENT})

#: The states and territories that Karaula watches (ISO 3166-1 alpha-2; XK is the user-assigned code for Kosovo).
REGION = frozenset("AL BA BG CY GR HR ME MK RO RS SI TR XK".split())

Field = Literal["title", "summary", "body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the original text: `text == getattr(article, field)[start:end]`, in code points."""

    field: Field
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a feed should yield; outside these bounds it is reported, not silently accepted."""

    min_per_day: float = 0.0
    max_per_day: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One source of the catalogue."""

    #: Stable key, lower-case ASCII: country-outlet[-section].
    id: str
    outlet: str
    url: str
    #: BCP 47 primary subtag of what it publishes (`sr`, `sq`, `cnr`, ...).
    language: str
    #: ISO 15924 (`Latn`, `Cyrl`, `Grek`), or None where both are used.
    script: str | None
    #: ISO 3166-1 alpha-2 of the newsroom, or `INT` for organisations and foreign desks.
    country: str
    #: Publisher family (owner): two feeds of one family are one independent voice.
    family: str
    #: Whose public it addresses, a key of `sides.toml`.
    side: str
    #: wire | public_service | daily | portal | broadcaster | institution | international | investigative
    kind: str
    #: How often it is worth asking, before its own rhythm is learnt.
    cadence_minutes: int = 30
    #: Member of the fixed panel that the panel series and coverage are measured on.
    panel: bool = True
    expects: Expectation = field(default_factory=Expectation)
    #: Read the articles' own pages where the feed brings headlines only: the operator's choice, within the site's terms.
    fulltext: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CachingInfo:
    """What a server asked us to send back (RFC 9110 validators)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievedFeed:
    """Bytes of one response, before anybody tried to understand them."""

    feed_id: str
    #: Address that answered, after redirects.
    url: str
    status: int
    content: bytes
    media_type: str | None
    charset: str | None
    caching: CachingInfo
    retrieved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as the feed states it: nothing cleaned, nothing guessed."""

    feed_id: str
    #: The feed's own identifier (guid, atom:id), or None.
    guid: str | None
    link: str | None
    title: str
    summary: str = ""
    body: str = ""
    #: Instant as stated, or None; a day alone goes to `published_date`.
    published_at: datetime | None = None
    #: Calendar day as stated in the publisher's own offset, or None.
    published_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One text of one outlet, cleaned to plain text."""

    #: Versioned content hash; equal for every sighting of the same text under the same address.
    id: str
    outlet: str
    #: Canonical address, or None where the feed gave none.
    url: str | None
    title: str
    summary: str = ""
    body: str = ""
    #: BCP 47; `und` where it could not be told.
    language: str = "und"
    published_at: datetime | None = None
    published_date: date | None = None
    #: When Karaula first saw it: the time axis of *as known on*.
    first_seen_at: datetime | None = None
    family: str = ""
    side: str = ""
    country: str = ""
    #: The headline is ours, the original is at the link (replay archive).
    restated: bool = False


#: Why an act does not count that its text sets outside the region (TAXONOMY rule 6).
OUTSIDE = "outside the region"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible signal, kept whatever becomes of it, so that *why not?* has an answer."""

    code: str
    mode: Mode
    #: 0..1; the share of such candidates that careful readers would tag.
    confidence: float
    #: Trigger and slot words, in the order of the text; never empty.
    evidence: tuple[Span, ...]
    #: `language:code:rule`, or the model's name.
    rule: str
    #: Words that decided the mode, or None for the default.
    cue: Span | None = None
    #: Why it is no signal although its mode would allow it (overridden, outside the region), or None.
    dropped: str | None = None
    #: Token index of the trigger: orders candidates and attaches places.
    position: int = 0

    def judged(self, confidence: float, dropped: str | None) -> "Candidate":
        """Return it with another confidence, and why it is dropped; `dataclasses.replace` takes more than twice as long."""
        return Candidate(
            code=self.code, mode=self.mode, confidence=confidence, evidence=self.evidence, rule=self.rule, cue=self.cue,
            dropped=dropped, position=self.position,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the gazetteer. `id` is a GeoNames id as text, or a slug of our own list."""

    id: str
    name: str
    country: str
    #: WGS 84 degrees; None for countries elsewhere, which are recognised but never drawn.
    lat: float | None
    lon: float | None
    precision: Precision
    #: Every party's forms, in every script.
    aliases: tuple[str, ...] = ()
    #: For areas without a polygon of their own: the radius of the circle drawn, in km.
    radius_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A place found in a text, with what else it could have been."""

    place: Place
    span: Span
    #: Names only who acts ("Serbian jets"), not where.
    actor: bool = False
    #: A word or case ending beside it says *where* ("in", "near"), so that it is no mere subject.
    locative: bool = False
    #: That word says where something comes from ("missiles from Iran").
    origin: bool = False
    #: Ids of the other candidates, best first.
    rivals: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What the desk counts: a code that the text reports, with its words and, where known, its place."""

    code: str
    mode: Mode
    confidence: float
    evidence: tuple[Span, ...]
    rule: str
    cue: Span | None = None
    place: Place | None = None
    #: Day it happened where the text says so, else None (then the day of publication is used, and said so).
    happened_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that scoring found in one article."""

    language: str
    candidates: tuple[Candidate, ...]
    mentions: tuple[PlaceMention, ...]
    signals: tuple[Signal, ...]
    scorer_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the desk looks at. Frozen and hashable; empty tuples mean *all*."""

    since: date
    until: date
    codes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    min_confidence: float = 0.0
    #: Only what had been seen by then; None is now.
    as_known_at: datetime | None = None
