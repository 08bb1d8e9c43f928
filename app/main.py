"""The picture frame of every page: which store, which filters, how fresh; then the page itself."""

from pathlib import Path

import streamlit as st

from app import filters, repository, theme
from app.components import freshness, states
from tension.errors import KaraulaError

STATIC = Path(__file__).parent / "static"

# A Material icon here would be fetched from a font service: the browser's tab needs a file of ours.
st.set_page_config(page_title="Karaula", page_icon=STATIC / "icon.svg", layout="wide", initial_sidebar_state=290)
page = st.navigation(
    [
        st.Page("views/now.py", title="Now", default=True),
        st.Page("views/map.py", title="Map", url_path="map"),
        st.Page("views/sources.py", title="Sources", url_path="sources"),
    ]
)
look = theme.themed(st.context.theme.type)
st.logo(STATIC / f"brand-{look.name}.svg", size="medium")
strip, switch = st.columns([5, 1], vertical_alignment="center")
with switch:
    store = filters.store()
try:
    desk = repository.desk(store)
    with st.sidebar:
        st.caption("Shared filters")
        query = filters.query(desk)
    with strip:
        freshness.watch(desk, look)
        freshness.live_trouble(desk)
except KaraulaError as error:
    states.broken(error, store)
else:
    freshness.remember(desk)
    if desk.span is None and page.url_path != "sources":
        states.empty_store(store)
    st.session_state["desk"], st.session_state["query"], st.session_state["look"] = desk, query, look
    try:
        page.run()
    except KaraulaError as error:
        states.broken(error, store)
