"""What the page Map draws, made once for a window, its filters and an appearance, and shared by all sessions."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from app import geometry, grounds, lasting, limits, repository, words
from app.access import Desk
from app.figures import basemap, dots
from app.passing import of_state
from app.theme import Theme
from tension import taxonomy
from tension.events import crossing_days
from tension.model import Place, Query
from tension.places.gazetteer import crossings
from tension.tongue import Later, _, spoken

#: A longer window draws what stands on its last days only: each day of it is looked at.
_MOST_DAYS = 400


@lru_cache(maxsize=1)
def gates() -> tuple[Place, ...]:
    """Return the crossings of the gazetteer that have a position."""
    return tuple(place for place in crossings().values() if place.lat is not None)


@st.cache_resource(max_entries=16, show_spinner=False)
def figure(_look: Theme, name: str, view: tuple[float, float, float]) -> str:  # noqa: ARG001 - the name is the key
    """Return the empty map of an appearance, opened on a view."""
    return dots.figure(basemap.style(grounds.addresses(), _look), _look, view)


@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=16, show_spinner=Later("Laying out the map …"))
def _atlas(_desk: Desk, _look: Theme, url: str, watermark: str, query: Query, name: str, tongue: str) -> Mapping[str, str]:
    events, places = repository.shown(_desk, query, query.since, query.until)
    since, until = query.since, query.until
    said = words.days(since, until)
    data = {
        "alt": dots.alt(events, places, said), "since": since.isoformat(), "n_days": (until - since).days + 1,
        "silent": dots.silent_runs(repository.silent_days(_desk, query), since), "gap": gap_words(_desk),
        "theme": dots.tokens(_look), "codes": [words.signal(code) for code in taxonomy.signal_types()],
        "events": dots.of_events(events, places, since), "places": dots.of_places(places),
        "areas": dots.areas(places, outlines(places)),
        **_lasting(_desk, url, watermark, since, until, _desk.known_on, tongue),
    }  # fmt: skip
    digest = hashlib.blake2b(json.dumps([url, watermark, repr(query), name, tongue]).encode(), digest_size=8).hexdigest()
    # Written once, not in every run of every session: a month of a million signals takes a tenth of a second to write.
    return {"packed": json.dumps(data, ensure_ascii=False, separators=(",", ":")), "token": digest}


# Apart from the events: no filter changes it, and each day of a window is looked at for it.
@of_state
@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _lasting(
    _desk: Desk, url: str, watermark: str, since: date, until: date, known_on: date | None, tongue: str  # noqa: ARG001 - the key
) -> Mapping[str, Any]:  # fmt: skip
    is_long = until - since > timedelta(days=_MOST_DAYS)
    found = lasting.spans(_desk, since, until)
    told = {} if is_long else limits.told(_desk, since, until)
    return {
        "standing": dots.of_situations(found, since, until),
        "gates": [] if is_long else dots.of_crossings(crossing_days.stood(found, told, gates(), since, until), since),
    }


def atlas(desk: Desk, query: Query, look: Theme, view: tuple[float, float, float]) -> dict[str, Any]:
    """Return what the browser needs to draw and play a window; all that follows from the store is `packed` as JSON."""
    found = _atlas(desk, look, desk.url, desk.watermark, query, look.name, spoken())
    drawn = {"figure": figure(look, look.name, view), "ground": grounds.addresses()}
    return {**found, **drawn, "token": f"{found['token']}-{view}"}


def gap_words(desk: Desk) -> str:
    """Return what a day without anything read is called."""
    gap = _("no item in the archive") if desk.is_replay else _("no reading")
    return _("{gap}, or not yet known", gap=gap) if desk.known_on else gap


def outlines(places: pd.DataFrame) -> Mapping[str, Any]:
    """Return the outlines of the areas among places, by id, for those whose extent is known."""
    areas = places[~places["exact"]]
    countries = geometry.boundaries("countries.geojson")
    return basemap.outlines(areas, geometry.area_outlines(), countries, geometry.radii())


def undrawable(places: pd.DataFrame) -> pd.DataFrame:
    """Return the areas whose extent is not known: they are listed, never drawn at a made-up spot."""
    known: Sequence[str] = list(outlines(places))
    return places[~places["exact"] & ~places["place_id"].isin(known)]
