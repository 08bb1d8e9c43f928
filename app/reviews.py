"""What the page Review reads and writes: reviews, what waits for one, and the one place of the desk that records."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import streamlit as st

from app import repository
from app.access import Desk
from app.passing import of_state
from app.rows import records
from tension.model import Mode, Place, Precision, Query
from tension.places.gazetteer import gazetteer
from tension.review.agreement import Item, labels
from tension.review.queue import Waiting, queue
from tension.review.record import RULE, Fact, Review
from tension.store import StoreReader, open_writer
from tension.text.normal import fold

#: Places that a typed name may find.
_MOST_PLACES = 25


@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _reviews(_reader: StoreReader, url: str, watermark: str, known: datetime | None) -> Sequence[Review]:  # noqa: ARG001 - the key
    return _reader.reviews(known)


def reviews(desk: Desk) -> Sequence[Review]:
    """Return all reviews, oldest first, as known on the day that is looked back to."""
    return _reviews(repository.reader(desk.url), desk.url, desk.watermark, desk.as_known_at)


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _waiting(_reader: StoreReader, url: str, watermark: str, query: Query) -> Sequence[Waiting]:  # noqa: ARG001 - the key
    return _reader.waiting(query)


def waiting(desk: Desk, query: Query) -> list[Waiting]:
    """Return all of a query that could be reviewed: what counts, and what the model alone saw."""
    events = repository.events(desk, query)
    voices = dict(zip(events["event"], events["n_independent"], strict=True))
    signals = repository.signals(desk, query)
    columns = signals[["article_id", "code", "rule", "mode", "confidence", "event"]]
    counted = [
        Waiting(
            article_id=str(article), code=item_of(str(code), str(rule)), mode=Mode(str(mode)), confidence=float(sure),
            event=str(event), n_independent=int(voices.get(event, 1)),
        )
        for article, code, rule, mode, sure, event in columns.itertuples(index=False)
    ]  # fmt: skip
    unsure = _waiting(repository.reader(desk.url), desk.url, desk.watermark, Query(since=query.since, until=query.until))
    return [*counted, *(w for w in unsure if passes(w, query))]


def passes(unsure: Waiting, query: Query) -> bool:
    """Tell whether what the model alone saw passes the filters that can be asked of it."""
    return (not query.codes or unsure.code in query.codes) and unsure.confidence >= query.min_confidence


def item_of(code: str, rule: str) -> str:
    """Return the code that the reviews of a signal are filed under: what the scorer said first."""
    return rule.removeprefix(RULE) if rule.startswith(RULE) else code


def first_queue(found: Sequence[Waiting], given: Sequence[Review]) -> list[Waiting]:
    """Return what nobody has judged yet, most urgent first."""
    return queue(found, labels(given))


def second_queue(given: Sequence[Review], reviewer: str) -> list[Item]:
    """Return the signals that one other person alone has judged, oldest verdict first."""
    return [item for item, said in labels(given).items() if len(said) == 1 and reviewer not in said]


def found_first(given: Sequence[Review], item: Item) -> tuple[Fact, ...]:
    """Return the signals of an item as the first reviewer met them: a second reviewer must not see the verdict."""
    return next((r.facts for r in given if r.item == item), ())


@lru_cache(maxsize=1)
def _named() -> tuple[dict[str, Place], list[tuple[str, Place]]]:
    places = gazetteer().places
    by_name = [(fold(name), place) for place in places if place.lat is not None for name in (place.name, *place.aliases)]
    return {place.id: place for place in places}, sorted(by_name, key=lambda pair: (pair[0], pair[1].id))


def places_called(text: str) -> list[Place]:
    """Return places whose name, in any party's form and script, is or begins with a text; whole names first."""
    wanted = fold(text.strip())
    if not wanted:
        return []
    hits = [(name != wanted, place) for name, place in _named()[1] if name.startswith(wanted)]
    ranked = sorted(hits, key=lambda hit: (hit[0], hit[1].name, hit[1].id))
    return list({place.id: place for _, place in ranked}.values())[:_MOST_PLACES]


def place_of(found: Mapping[str, Any]) -> Place:
    """Return a place as the store's evidence tells it; the gazetteer's own entry where it has one."""
    known = _named()[0].get(str(found["id"]))
    if known is not None:
        return known
    names = ("id", "name", "country", "lat", "lon", "radius_km")
    return Place(**{name: found[name] for name in names}, precision=Precision(found["precision"]))


def report(desk: Desk, article_id: str) -> dict[str, Any] | None:
    """Return a report with all that was found in it, or None where the store has none of this id."""
    rows = records(repository.evidence(desk, (article_id,)))
    return rows[0] if rows else None


def record(desk: Desk, given: Review) -> None:
    """Record a review; every number of the desk follows with the next look at the store.

    Raises:
        ReviewError: it says nothing that could be recorded.
        StoreError: the store cannot be written.
    """
    writer = open_writer(desk.url)
    try:
        writer.review([given])
    finally:
        writer.close()
