"""Everything that moves together on the page Map: title, map, player, timeline, evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from app import filters, onscreen, repository, tally, words
from app.access import Desk
from app.components import header, markup, place_panel, player, plot, signal_table, states
from app.figures import basemap, tension_map, timeline
from app.theme import Theme
from tension.model import Query

VIEW = "view"
#: As high as map and timeline together: the reports scroll beside them.
_PANEL_PX = 900
_VIEWS = ("map", "table")
_FOOTNOTE = (
    "Boundaries: Natural Earth; OpenStreetMap for districts. Drawn without prejudice to positions on status; "
    "dashed where control and recognition differ. Size: weight against the heaviest place of the window."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the days shown hold."""

    since: date
    until: date
    signals: pd.DataFrame
    events: pd.DataFrame
    marks: pd.DataFrame
    outlines: Mapping[str, Any]
    #: Largest weight of one place over the whole window.
    heaviest: float

    @property
    def said(self) -> str:
        """Return the days in words."""
        return words.days(self.since, self.until)


def draw(desk: Desk, query: Query, look: Theme) -> None:
    """Draw the page; a fragment, so that a step of the player redraws nothing else."""
    window = (query.since, query.until)
    player.advance(window)
    if st.session_state.pop("stopped", False):
        st.rerun()
    main, side = st.columns([7, 3], gap="medium")
    with main:
        head = st.container()
        body = st.container()
        player.controls(window)
        shown = player.slider(window)
        picture = _picture(desk, query, shown)
        _offer(desk, query, picture)
        with head:
            _title(picture, look)
        with body:
            _body(desk, query, picture, look)
        _timeline(desk, query, shown, look)
        st.caption(_FOOTNOTE)
    with side, st.container(border=True, height=_PANEL_PX if place_panel.stated() else "content"):
        place_panel.draw(desk, picture.signals, picture.marks, picture.said, look)


def _picture(desk: Desk, query: Query, shown: tuple[date, date]) -> Picture:
    everything = repository.events(desk, query)
    events = tally.between(everything, *shown)
    signals = tally.between(repository.signals(desk, query), *shown)
    marks = tally.marks(events, signals)
    areas = marks[~marks["exact"]].drop_duplicates("place_id")
    outlines = basemap.outlines(areas, repository.area_outlines(), repository.boundaries("countries.geojson"), repository.radii())
    placed = everything[everything["place_id"].notna()]
    heaviest = placed.groupby("place_id", observed=True)["weight"].sum().max()
    return Picture(
        since=shown[0], until=shown[1], signals=signals, events=events, marks=marks, outlines=outlines,
        heaviest=0.0 if pd.isna(heaviest) else float(heaviest),
    )  # fmt: skip


def _offer(desk: Desk, query: Query, picture: Picture) -> None:
    """Offer the signals of the days shown as a file."""
    asked = _narrowed(query, picture)
    days = (picture.since.isoformat(), picture.until.isoformat())
    table = onscreen.OnScreen(
        name="signals", has_places=True, days=days,
        frame=lambda: onscreen.signals(picture.signals, repository.articles(desk, asked)),
    )  # fmt: skip
    header.show(table)


def _title(picture: Picture, look: Theme) -> None:
    n_places = picture.marks["place_id"].nunique()
    counted = f"{words.plural(len(picture.events), 'event')} at {words.plural(n_places, 'place')}"
    said = f"{picture.said}: {counted if len(picture.events) else 'no event'}"
    legend = (
        f"{markup.legend(look)}<span class='k-muted'>ring: independent reports</span>"
        f"<span class='k-muted'>shaded: known only to an area</span>{_not_drawn(picture)}"
    )
    st.html(
        f'{markup.style(look)}<div class="k-card"><div class="k-title">{markup.text(said)}</div>'
        f'<div class="k-legend">{legend}</div></div>'
    )


def _not_drawn(picture: Picture) -> str:
    """Say how many events the map cannot show, and why; they are in the list of places all the same."""
    n_unplaced = int(picture.events["place_id"].isna().sum())
    n_vague = int(tension_map.undrawable(picture.marks, picture.outlines)["n_events"].sum())
    said = [f"{words.plural(n_unplaced, 'event')} without a place"] if n_unplaced else []
    said += [f"{words.plural(n_vague, 'event')} in areas without a known outline"] if n_vague else []
    return "".join(f"<span class='k-muted'>{markup.text(part)}</span>" for part in said)


def _body(desk: Desk, query: Query, picture: Picture, look: Theme) -> None:
    filters.adopt(VIEW, _VIEWS, default="map")
    view = st.segmented_control("View", _VIEWS, key=VIEW, required=True, label_visibility="collapsed", persist_state="session")
    filters.publish(VIEW, "table" if view == "table" else None)
    if repository.signals(desk, query).empty:
        states.empty_window(f"from {words.days(query.since, query.until)}", filtered=filters.is_filtered(query))
    if view == "table":
        asked = _narrowed(query, picture)
        signal_table.draw(desk, asked, picture.signals, picture.said)
        return
    figure = tension_map.build(
        picture.marks, heaviest=picture.heaviest, outlines=picture.outlines,
        countries=repository.boundaries("countries.geojson"), theme=look, selected=place_panel.stated(),
        view=_opening(desk, query),
    )  # fmt: skip
    plot.draw(figure, key="map", alt=tension_map.alt(picture.marks, picture.said), zoomable=True, halo=look.land,
              on_picked=_pick)  # fmt: skip


def _opening(desk: Desk, query: Query) -> tuple[float, float, float]:
    """Return the view that the map opened with: it is chosen once, so that no filter moves what the reader looks at."""
    key = f"opening-{desk.store}"
    if key not in st.session_state:
        st.session_state[key] = basemap.opening(tally.marks(repository.events(desk, query), repository.signals(desk, query)))
    view: tuple[float, float, float] = st.session_state[key]
    return view


def _narrowed(query: Query, picture: Picture) -> Query:
    return replace(query, since=picture.since, until=picture.until)


def _pick() -> None:
    picked = plot.value("map", "picked")
    if picked and picked["custom"]:
        st.session_state[place_panel.PLACE] = str(picked["custom"][0])


def _timeline(desk: Desk, query: Query, shown: tuple[date, date], look: Theme) -> None:
    bars = tally.bars(repository.events(desk, query), query.since, query.until)
    silent = repository.silent_days(desk, query)
    gap = "no item in the archive" if desk.is_replay else "no reading"
    gap = f"{gap}, or not yet known" if desk.known_on else gap
    st.caption(
        "Events a day: escalatory above, stabilising below the line. Drag to choose days, click one for it alone."
        + (f" Grey: {gap}." if silent else "")
    )
    brush = partial(_brush, (query.since, query.until))
    plot.draw(
        timeline.build(bars, shown=shown, silent=silent, gap_words=gap, theme=look), key="timeline",
        alt=timeline.alt(bars, silent, gap), on_picked=brush, on_brushed=brush,
    )  # fmt: skip


def _brush(window: tuple[date, date]) -> None:
    picked, brushed = plot.value("timeline", "picked"), plot.value("timeline", "brushed")
    stated = brushed or (picked and [picked["x"], picked["x"]])
    if stated:
        first, last = (datetime.fromisoformat(str(x)[:19].strip()).date() for x in stated)
        player.show((first, last), window)
