"""What events say of things that last, and the fold of it into courses: begun, confirmed, changed, ended. Pure.

The fold goes through the reports of one kind and country in the order of their days, and can go on from any day: so the
store folds only what is new.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tension.events.facts import Row, corroboration
from tension.events.kinds import Kind, kinds, standing_codes
from tension.model import Mode, Precision
from tension.places.gazetteer import crossings

OPENED, CONFIRMED, CHANGED, CLOSED = "opened", "confirmed", "changed", "closed"
#: What may change while it stands.
IN_FORCE, ALSO_AT, SAID_OVER = "in force", "also at", "said to be over by one voice"
#: So many must say that something ended in a whole country before each place of it is believed to be clear.
_VOICES_FOR_ALL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one event says about one kind at one place."""

    event: str
    kind: str
    day: date
    opens: bool
    #: The place that it is about: a crossing, a town, or `country-xk`.
    at: str
    #: The place that the reports name.
    place_id: str
    place_name: str
    country: str
    lat: float | None
    lon: float | None
    precision: str
    code: str
    mode: str
    weight: float
    #: Independent reports.
    voices: int
    #: Countries that the event's reports name.
    countries: tuple[str, ...]
    article_ids: tuple[str, ...]


def _beside(row: Row) -> Iterator[dict[str, Any]]:
    """Yield what a report of one crossing says of the others that it names: both are blocked, or both clear."""
    if row["precision"] != Precision.CROSSING or not row["places"]:
        return
    for other in row["places"].split(","):
        place = crossings().get(other)
        if place is not None and other != row["place_id"]:
            yield {**row, "place_id": place.id, "place_name": place.name, "country": place.country, "lat": place.lat,
                   "lon": place.lon}  # fmt: skip


def _at(row: Row, kind: Kind) -> str:
    if kind.at == "country" and row["country"]:
        return f"country-{row['country'].lower()}"
    return str(row["place_id"])


def said(rows: Sequence[Row]) -> list[Said]:
    """Return what one event says, by kind and place.

    Args:
        rows: its signals, as `tension.events.facts.by_weight` orders them; those without a place say nothing.
    """
    told = [r for r in rows if r["place_id"] is not None and r["code"] in standing_codes()]
    told += [beside for row in told for beside in _beside(row)]
    countries = tuple(sorted({c for r in told for c in r["countries"].split(",") if c}))
    return [one for kind in kinds() for one in _of_kind(told, kind, countries)]


def _concerns(row: Row, kind: Kind) -> bool:
    """What is only announced has not ended; and it stands only where the announcement is the act, as with a law."""
    actual = row["mode"] == Mode.ACTUAL.value
    return (row["code"] in kind.closes and actual) or (row["code"] in kind.codes and (actual or kind.announced))


def _of_kind(rows: Iterable[Row], kind: Kind, countries: tuple[str, ...]) -> Iterator[Said]:
    """Yield what is said of a kind; where some say that it goes on and others that it ended, more voices are believed."""
    mine = [row for row in rows if _concerns(row, kind)]
    # Voices, not articles: an owner's twenty feeds outvote nobody.
    opening = {r["origin"] for r in mine if r["code"] in kind.codes}
    closing = {r["origin"] for r in mine if r["code"] in kind.closes}
    opens = len(opening) >= len(closing)
    by_place: dict[str, list[Row]] = {}
    for row in mine:
        if (row["code"] in kind.codes) == opens:
            by_place.setdefault(_at(row, kind), []).append(row)
    for at in sorted(by_place):
        yield _one(kind, at, by_place[at], opens, countries)


def _one(kind: Kind, at: str, rows: Sequence[Row], opens: bool, countries: tuple[str, ...]) -> Said:  # noqa: FBT001 - as said
    first = rows[0]
    # The first report of it, where the event began with something else or with its announcement.
    day = max(min((r["day"] for r in rows if r["day"] is not None), default=first["event_day"]), first["event_day"])
    voices = len({r["origin"] for r in rows})
    actual = any(r["mode"] == Mode.ACTUAL.value for r in rows)
    return Said(
        event=first["event"], kind=kind.id, day=day, opens=opens, at=at, code=first["code"], countries=countries,
        **{name: first[name] for name in ("place_id", "place_name", "lat", "lon", "precision")}, country=first["country"] or "",
        mode=str(Mode.ACTUAL if actual else Mode.ANNOUNCED), weight=first["base"] * corroboration(voices), voices=voices,
        article_ids=tuple(dict.fromkeys(r["article_id"] for r in rows)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an event did to a situation."""

    day: date
    #: opened | confirmed | changed | closed
    change: str
    event: str
    article_ids: tuple[str, ...]
    #: What changed: `in force`, `also at ...`, `said to be over by one voice`; empty otherwise.
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether the report says that it stands, or that it is over: not so where a single voice says the latter."""
        return self.detail != SAID_OVER


@dataclass(slots=True, kw_only=True, eq=False)
class Course:
    """How one thing that lasts went, while the fold goes on."""

    id: str
    kind: str
    opening: Said
    confirmed: date
    until: date | None = None
    #: Mode that it was last reported in, and the places that were named.
    mode: str
    places: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    #: How many changes are stored before these; None: all that are stored.
    stored: int | None = 0


def last_of(course: Course) -> date:
    """Return the last day on which a course counts as standing."""
    held = held_of(course)
    return held if course.until is None else min(held, course.until - timedelta(days=1))


def held_of(course: Course) -> date:
    """Return the last day of its term after the last report of it."""
    return course.confirmed + timedelta(days=kind_of(course).term_days)


def kind_of(course: Course) -> Kind:
    """Return the kind of a course."""
    return next(kind for kind in kinds() if kind.id == course.kind)


def begin(one: Said) -> Course:
    """Return the course that a report opens."""
    digest = hashlib.blake2b(f"{one.kind}|{one.at}|{one.event}".encode(), digest_size=8).hexdigest()
    change = Change(day=one.day, change=OPENED, event=one.event, article_ids=one.article_ids)
    return Course(
        id="t1" + digest, kind=one.kind, opening=one, confirmed=one.day, mode=one.mode, places={one.place_name}, changes=[change]
    )


def _covers(one: Said, course: Course) -> bool:
    """Tell whether a report speaks of the place of a course, or of the country or area that it lies in."""
    coarse = one.precision in {Precision.COUNTRY, Precision.REGION}
    return one.at == course.opening.at or (coarse and one.country == course.opening.country)


def _confirm(course: Course, one: Said) -> None:
    """Note a report that it stands, and what is new in it."""
    detail = ""
    if course.mode != Mode.ACTUAL and one.mode == Mode.ACTUAL:
        detail, course.mode = IN_FORCE, one.mode
    elif one.place_name not in course.places and one.precision != Precision.COUNTRY:
        detail = f"{ALSO_AT} {one.place_name}"
        course.places.add(one.place_name)
    course.confirmed = max(course.confirmed, one.day)
    change = CHANGED if detail else CONFIRMED
    course.changes.append(Change(day=one.day, change=change, event=one.event, article_ids=one.article_ids, detail=detail))


def _end(course: Course, one: Said) -> bool:
    """Note a report that it is over; return whether that is believed."""
    believed = one.at == course.opening.at or one.voices >= _VOICES_FOR_ALL
    if believed:
        course.until = one.day
    change, detail = (CLOSED, "") if believed else (CHANGED, SAID_OVER)
    course.changes.append(Change(day=one.day, change=change, event=one.event, article_ids=one.article_ids, detail=detail))
    return believed


def order(told: Iterable[Said]) -> list[Said]:
    """Return what was said in the order in which it is folded."""
    return sorted(told, key=lambda s: (s.day, s.event, s.at))


class _Days:
    """The days that reports of each place speak of."""

    def __init__(self, kind: Kind, before: Iterable[Said]) -> None:
        self._kind = kind
        self._of: dict[str, list[date]] = {}
        for one in order(before):
            self.note(one)

    def note(self, one: Said) -> None:
        """Note a report; they come in the order of their days."""
        days = self._of.setdefault(one.at, [])
        if one.opens and one.day not in days[-1:]:
            days.append(one.day)

    def lasts(self, one: Said) -> bool:
        """Tell whether what a report speaks of lasts: always, or where an earlier day within the term was reported, too."""
        earlier = (d for d in reversed(self._of.get(one.at, ())) if d < one.day)
        return not self._kind.repeated or (one.day - next(earlier, date.min)).days <= self._kind.term_days


def fold(kind: Kind, told: Iterable[Said], standing: Iterable[Course] = (), before: Iterable[Said] = ()) -> list[Course]:
    """Fold what was said of one kind in one country into courses.

    Args:
        kind: its kind.
        told: in any order; none of it lies before what `standing` was folded from.
        standing: the courses that had not ended when the first of it was said; they are changed in place.
        before: what was said from `looks_back` of the day on from which it goes on, up to that day.

    Returns:
        The courses of `standing`, then those that were opened, in order of their opening.
    """
    found = list(standing)
    open_now = list(found)
    days = _Days(kind, before)
    for one in order(told):
        # What nothing confirmed within its term stays unconfirmed: what is reported now is another one.
        open_now = [c for c in open_now if (one.day - c.confirmed).days <= kind.term_days]
        covered = [c for c in open_now if _covers(one, c)]
        if one.opens:
            for course in covered:
                _confirm(course, one)
            if not covered and days.lasts(one):
                found.append(begin(one))
                open_now.append(found[-1])
            days.note(one)
        else:
            ended = [c for c in covered if _end(c, one)]
            open_now = [c for c in open_now if c not in ended]
    return found


def by_country(told: Iterable[Said]) -> Mapping[tuple[str, str], list[Said]]:
    """Return what was said by kind and country: no report reaches beyond."""
    parts: dict[tuple[str, str], list[Said]] = {}
    for one in told:
        parts.setdefault((one.kind, one.country), []).append(one)
    return parts
