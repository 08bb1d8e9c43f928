"""The map on screen as an SVG file: what the page shows, gathered for whoever draws it without a browser."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from app import atlas, filters, geometry, grounds, lasting, limits, naming, repository, words
from app.access import Desk
from app.figures import basemap, dots, map_svg, marks
from app.figures.map_svg import Area, Mark, Sheet
from app.rows import records
from app.theme import Theme
from tension.events import crossing_days
from tension.events.asof import STATES
from tension.model import Precision, Query
from tension.tongue import _, ngettext, speaking, spoken

#: Values of one filter that are named before the others are counted.
_MOST_NAMED = 6


def svg(
    desk: Desk, query: Query, look: Theme, shown: tuple[date, date], centre: tuple[float, float, float], footnote: str,
    switches: Mapping[str, Any],
) -> bytes:  # fmt: skip
    """Return the map of some days of a window.

    Args:
        desk: the open store.
        query: of the window.
        look: the tokens of the appearance.
        shown: first and last day shown.
        centre: latitude, longitude and zoom that the map opened with.
        footnote: what is said below the map.
        switches: style of names, lines, density, situations, crossings, and the language.
    """
    with speaking(str(switches["language"])):
        return map_svg.draw(sheet(desk, query, shown, centre, footnote, switches), look)


def sheet(
    desk: Desk, query: Query, shown: tuple[date, date], centre: tuple[float, float, float], footnote: str,
    switches: Mapping[str, Any],
) -> Sheet:  # fmt: skip
    """Return all that is drawn of it, in the language that is spoken; arguments as of `svg`."""
    events, places = repository.shown(desk, query, *shown)
    whole = repository.shown(desk, query, query.since, query.until)[1]
    style = int(switches["names"])
    return Sheet(
        title=_title(events, places, shown), notes=_notes(desk, query), footnote=footnote, lines=str(switches["lines"]),
        centre=centre, ground=basemap.ground(geometry.boundaries("countries.geojson"), grounds.disputed()),
        areas=_areas(events, places, style), discs=marks.discs(events, places, marks.heaviest(whole), style),
        gates=_gates(desk, query, shown[1], style) if switches["crossings"] else (),
        standing=_standing(desk, query, shown[1], style) if switches["situations"] else (), density=bool(switches["density"]),
        language=spoken(),
    )  # fmt: skip


def _title(events: pd.DataFrame, places: pd.DataFrame, shown: tuple[date, date]) -> str:
    if events.empty:
        return f"{words.days(*shown)}: {_('no event')}"
    at = {"events": ngettext("{n} event", "{n} events", len(events)), "places": ngettext("{n} place", "{n} places", len(places))}
    return f"{words.days(*shown)}: {_('{events} at {places}', **at)}"


def _notes(desk: Desk, query: Query) -> list[str]:
    """Say what the numbers are of: window, as known when, which store, and what the filters leave."""
    window = words.days(query.since, query.until)
    # A day, not the minute: the same map on the same day is the same file.
    said = [_("Window: {days}. As known on {day}.", days=window, day=words.day(desk.known_on or desk.last_day))]
    if desk.is_replay:
        said.append(_("From the replay archive, a selection whose headlines are restated."))
    if filters.is_filtered(query):
        said.append(_("Filters: {filters}", filters="; ".join(_filters(query))))
    return said


def _filters(query: Query) -> Iterable[str]:
    named = (
        (_("Where"), [words.country(code) for code in query.countries]),
        (_("Signals"), [words.signal(code) for code in query.codes]),
        (_("Languages"), [words.language(code) for code in query.languages]), (_("Outlets"), list(query.outlets)),
    )  # fmt: skip
    for name, values in named:
        if values:
            more = [f"+{len(values) - _MOST_NAMED}"] if len(values) > _MOST_NAMED else []
            yield f"{name}: {', '.join([*values[:_MOST_NAMED], *more])}"
    if query.min_confidence:
        yield f"{_('Certainty at least')} {query.min_confidence:.2f}"


def _areas(events: pd.DataFrame, places: pd.DataFrame, style: int) -> list[Area]:
    outlines = atlas.outlines(places)
    mine = {str(place): some for place, some in events.groupby("place_id", sort=False, observed=True)}
    return [
        Area(
            place_id=str(row["place_id"]), name=naming.forms(str(row["place_id"]), str(row["place_name"]))[style],
            geometry=outlines[row["place_id"]], family=marks.family_of(mine[str(row["place_id"])]),
            whole=str(row["precision"]) == Precision.COUNTRY, n_events=int(row["n_events"]),
        )
        for row in records(places[~places["exact"]]) if row["place_id"] in outlines
    ]  # fmt: skip


def _gates(desk: Desk, query: Query, day: date, style: int) -> list[Mark]:
    """Return every crossing as the map has it on the last day shown."""
    found, told = lasting.spans(desk, query.since, query.until), limits.told(desk, query.since, query.until)
    board = crossing_days.crossings(found, told, atlas.gates(), day)
    return [
        Mark(
            place_id=c.place.id, name=naming.forms(c.place.id, c.place.name)[style], lon=c.place.lon, lat=c.place.lat,
            state=c.state, said=_state(STATES[c.state], c.since),
        )
        for c in board if c.place.lon is not None and c.place.lat is not None
    ]  # fmt: skip


def _state(said: str, since: date | None) -> str:
    return f"{_(said)}, {_('since {day}', day=words.day(since))}" if since else _(said)


def _standing(desk: Desk, query: Query, day: date, style: int) -> list[Mark]:
    """Return what stands on the last day shown."""
    found, at = lasting.spans(desk, query.since, query.until), (day - query.since).days
    rows = dots.of_situations(found, query.since, query.until)
    placed = [(row, next((run for run in row["runs"] if run[0] <= at <= run[1]), None)) for row in rows]
    return [
        Mark(
            place_id=row["id"], name=row["names"][style], lon=row["lon"], lat=row["lat"], state=run[2],
            said=f"{run[3]}, {_('since {day}', day=run[4])}",
        )
        for row, run in placed if run is not None
    ]  # fmt: skip
