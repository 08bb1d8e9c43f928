"""What the browser needs to draw the map of a window and to play it by itself: events in columns, places, what stands. Pure."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from app import naming, words
from app.figures import basemap
from app.rows import records
from app.theme import Theme, blend
from tension import taxonomy
from tension.events import crossings
from tension.events.asof import RESTRICTED
from tension.events.situations import OPEN, Situation
from tension.model import EXACT, Place, Precision
from tension.tongue import _, ngettext

HEIGHT_PX = 540
#: States of a crossing, as the browser numbers its marks.
_GATES = {crossings.BLOCKED: 0, crossings.UNCONFIRMED: 1, crossings.REOPENED: 2, crossings.NO_REPORT: 3, RESTRICTED: 4}
_ABSENT = -1
_DAY = timedelta(days=1)
#: First and last day of a run (from the window's first), its state, what is said of it, since when, and that day's number.
Run = list[Any]


def of_events(events: pd.DataFrame, places: pd.DataFrame, since: date) -> dict[str, list[Any]]:
    """Return events as columns, in order of day.

    Args:
        events: as `tension.events.table.events` returns them.
        places: as `app.tally.places` returns them: an event names its place by its number there, or -1.
        since: the day that days are counted from.
    """
    ordered = events.sort_values(["day", "event"], kind="stable")
    number = {place: n for n, place in enumerate(places["place_id"].tolist())}
    kinds = {code: n for n, code in enumerate(taxonomy.signal_types())}
    families = {family: n for n, family in enumerate(taxonomy.FAMILIES)}
    days = (pd.to_datetime(ordered["day"]) - pd.Timestamp(since)).dt.days if len(ordered) else ordered["day"]
    # As lists: going through a column of texts itself takes ten times as long.
    return {
        "id": ordered["event"].tolist(),
        "place": [number.get(p, _ABSENT) for p in ordered["place_id"].tolist()],
        "day": days.astype(int).tolist(),
        "weight": np.round(ordered["weight"].to_numpy(dtype=float), 2).tolist(),
        "family": [families[f] for f in ordered["family"].tolist()],
        "code": [kinds[c] for c in ordered["code"].tolist()],
        "reports": ordered["n_reports"].tolist(),
        "voices": ordered["n_independent"].tolist(),
    }


def of_places(places: pd.DataFrame) -> dict[str, list[Any]]:
    """Return places as columns, each with its names in every style."""
    rows = records(places[["place_id", "place_name", "country", "precision", "lat", "lon", "exact"]])
    named = [naming.forms(str(r["place_id"]), str(r["place_name"])) for r in rows]
    return {
        "id": [str(r["place_id"]) for r in rows],
        "names": [[forms[style] for forms in named] for style in range(len(naming.STYLES))],
        "where": [_where(r) for r in rows],
        "lat": [round(float(r["lat"]), 4) if pd.notna(r["lat"]) else None for r in rows],
        "lon": [round(float(r["lon"]), 4) if pd.notna(r["lon"]) else None for r in rows],
        "exact": [int(r["exact"]) for r in rows],
    }


def _where(row: Mapping[str, Any]) -> str:
    precision = _(words.PRECISIONS[Precision(str(row["precision"]))])
    return precision if row["precision"] == Precision.COUNTRY else f"{words.country(str(row['country']))}, {precision}"


def areas(places: pd.DataFrame, outlines: Mapping[str, Any]) -> list[tuple[int, bool, Any]]:
    """Return the areas among places: number, whether it is a country as a whole, and its outline; whole ones first.

    A country is named by its code: the browser has its outline already.
    """
    rows = records(places[["place_id", "country", "precision", "exact"]])
    found = [(n, str(r["precision"]) == Precision.COUNTRY, r) for n, r in enumerate(rows) if not r["exact"]]
    drawn = [(n, whole, str(r["country"]) if whole else outlines[r["place_id"]])
             for n, whole, r in found if r["place_id"] in outlines]  # fmt: skip
    return sorted(drawn, key=lambda area: not area[1])


def runs(states: Iterable[tuple[Any, str, date | None]], since: date) -> list[Run]:
    """Group the states of following days, each (state or None, words, since when), into runs."""
    found: list[Run] = []
    for key, days in groupby(enumerate(states), key=lambda pair: pair[1]):
        state, said, begun = key
        numbers = [n for n, _ in days]
        if state is not None and begun is not None:
            found.append([numbers[0], numbers[-1], state, said, words.day(begun), (begun - since).days])
    return found


def of_situations(situations: Iterable[Situation], since: date, until: date) -> list[dict[str, Any]]:
    """Return what stood at an exact place on any day of a window, with how it stood; crossings have marks of their own.

    What nothing had confirmed for longer than its term when the window began is left out: the page Situations lists it.
    """
    found = []
    for s in situations:
        if s.lat is None or s.precision not in EXACT or s.precision == Precision.CROSSING:
            continue
        if s.since > until or (s.since <= since and s.status_on(since) != OPEN):
            continue
        stood = _stood(s, since, until)
        if stood:
            found.append(_marked(s.place_id, s.place_name, s.lat, s.lon, stood))
    return found


def _stood(s: Situation, since: date, until: date) -> list[Run]:
    """Return how a situation stood on the days of a window: open from its beginning to its last day, then unconfirmed."""
    over = until if s.until is None else min(until, s.until - _DAY)
    spans = ((True, max(s.since, since), min(s.last, over)), (False, max(s.last + _DAY, since), over))
    begun = (words.day(s.since), (s.since - since).days)
    return [
        [(first - since).days, (last - since).days, is_open, _(s.name) if is_open else f"{_(s.name)}, {_('unconfirmed')}", *begun]
        for is_open, first, last in spans
        if first <= last
    ]


def of_crossings(stood: Iterable[tuple[Place, Iterable[tuple[str, date | None]]]], since: date) -> list[dict[str, Any]]:
    """Return every crossing with how it stood on each day.

    Args:
        stood: crossings, each with its state on every day of the window, and since when.
        since: the first day.
    """
    return [_gate(place, days, since) for place, days in sorted(stood, key=lambda one: one[0].id)]


def _gate(place: Place, days: Iterable[tuple[str, date | None]], since: date) -> dict[str, Any]:
    told = runs(((None, "", None) if begun is None else (_GATES[state], _(state), begun) for state, begun in days), since)
    return _marked(place.id, place.name, place.lat, place.lon, told)


def _marked(place_id: str, name: str, lat: float | None, lon: float | None, stood: list[Run]) -> dict[str, Any]:
    return {"id": place_id, "names": list(naming.forms(place_id, name)), "lat": lat, "lon": lon, "runs": stood}


def silent_runs(silent: Sequence[date], since: date) -> list[tuple[int, int]]:
    """Return the days without a reading as runs of day numbers."""
    return [((a - since).days, (b - since).days) for a, b in words.runs(sorted(silent))]


def tokens(theme: Theme) -> dict[str, Any]:
    """Return the tokens of an appearance that the browser draws with."""
    tone = theme.family["obstruction"]
    return {
        **{name: getattr(theme, name) for name in ("page", "panel", "line", "ink", "muted", "land", "water", "border", "shade")},
        "gap": theme.line,
        "families": [theme.family[f] for f in taxonomy.FAMILIES],
        "heat": [blend(tone, theme.land, 0.35), tone, theme.family["violence"]],
    }


def figure(drawn: Mapping[str, Any], theme: Theme, view: tuple[float, float, float]) -> str:
    """Return the empty map that everything is drawn on, as plotly takes it."""
    layout = {**basemap.layout(drawn, theme, view), "height": HEIGHT_PX, "autosize": True}
    # Without a trace plotly mounts no map.
    return json.dumps({"data": [{"type": "scattermap", "lat": [], "lon": [], "hoverinfo": "skip"}], "layout": layout})


def alt(events: pd.DataFrame, places: pd.DataFrame, said: str) -> str:
    """Say in words what the map shows, for who cannot see it."""
    if places.empty:
        return _("Map, {days}: no event at a known place.", days=said)
    top = words.listed([str(name) for name in places["place_name"].head(3)])
    counts = Counter(events["family"].tolist())
    kinds = words.listed([f"{counts[family]} {_(family)}" for family in taxonomy.FAMILIES if counts[family]])
    known = ngettext("{n} place known", "{n} places known", len(places))
    return _("Map, {days}: {kinds} events, {known}; heaviest at {places}.", days=said, kinds=kinds, known=known, places=top)
