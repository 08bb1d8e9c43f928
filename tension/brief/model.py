"""The records of a brief: sentences with the numbers of the reports that they are built from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tension.brief.scopes import Scope
from tension.events.asof import Standing
from tension.events.crossings import Crossing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence filled from data, and the numbers of its sources."""

    text: str
    cites: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One report that is cited."""

    number: int
    article_id: str
    title: str
    outlet: str
    language: str
    day: date | None
    #: An address that may be linked, or None.
    url: str | None
    #: The headline is ours, not the outlet's wording.
    restated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An event that moved a scope."""

    #: Number of the event in this brief; the same event has one number wherever it is named.
    number: int
    sentence: Sentence
    #: Whether it was told in full before.
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A scope, how it stands, and what moved it."""

    row: Scope
    sentence: Sentence
    events: tuple[Moved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place of the week on the map."""

    place_id: str
    #: In all parties' forms, with its country.
    name: str
    #: In all parties' forms, alone.
    label: str
    lat: float | None
    lon: float | None
    #: Drawn as a dot; else known only as an area.
    exact: bool
    weight: float
    #: Of its heaviest event.
    family: str
    n_events: int
    n_independent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A crossing on the board."""

    crossing: Crossing
    name: str
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """A situation in the list."""

    standing: Standing
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What was received of a country on the day."""

    country: str
    n_articles: int
    n_answered: int
    n_feeds: int
    #: Why there is no reading, or None.
    cause: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that a brief says, in the order in which it says it."""

    day: date
    scope: str
    scope_name: str
    #: What was known is what had been seen by then; None: all that the store held.
    as_known_at: datetime | None
    method_version: str
    #: Of the store that it was made from.
    revision: str
    headline: Sentence
    since_yesterday: Sentence
    movers: tuple[Mover, ...]
    #: Scopes without a row: at zero for a week, and not covered by any feed.
    quiet: Sentence | None
    uncovered: Sentence | None
    situations: tuple[Stands, ...]
    #: Situations that nothing has confirmed for long: not listed.
    n_long_silent: int
    gates: tuple[Gate, ...]
    #: Crossings of the scope without any report.
    n_silent_gates: int
    coverage: tuple[Covered, ...]
    spots: tuple[Spot, ...]
    #: Events of the week, and those of them whose reports name no place.
    n_events: int
    n_unplaced: int
    sources: Mapping[int, Source]

    @property
    def from_files(self) -> bool:
        """Tell whether the store knows no feed: it was filled from files."""
        return not any(row.n_feeds for row in self.coverage)

    @property
    def title(self) -> str:
        """Return what stands above it."""
        return f"Daily brief: {self.scope_name}"
