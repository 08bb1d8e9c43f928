"""The picture frame of every page: which store, as known when, which filters, how fresh; then the page itself."""

from pathlib import Path

import streamlit as st

from app import filters, repository, theme, tongue
from app.components import freshness, header, login_desk, states
from app.contents import PAGES
from tension.errors import KaraulaError
from tension.tongue import _

STATIC = Path(__file__).parent / "static"
#: Pages that have something to say of a store without an article.
_WITHOUT_DATA = {"sources", "watches", "method"}

# A Material icon here would be fetched from a font service: the browser's tab needs a file of ours.
st.set_page_config(page_title="Karaula", page_icon=STATIC / "icon.svg", layout="wide", initial_sidebar_state=290)
filters.let_go()
tongue.adopt()
page = st.navigation(
    [st.Page(f"views/{script}.py", title=_(title), url_path=path, default=not path) for script, path, title in PAGES]
)
look = theme.themed(st.context.theme.type)
st.logo(STATIC / f"brand-{look.name}.svg", size="medium")
strip, side = st.columns([8, 11], vertical_alignment="center")
with side:
    known, tools, switch = header.tools()
with switch:
    store = filters.store()
with st.sidebar:
    # Above what comes behind the page: a button that moves while the page is drawn takes no click.
    login_desk.side()
    shared, language = st.container(), st.container()
try:
    desk = repository.desk(store)
    known_on = filters.stated_known_on(desk)
    then = desk.known(known_on)
    query = filters.stated(desk, then)
    with strip:
        freshness.watch(desk, look)
        freshness.live_trouble(desk)
except KaraulaError as error:
    states.broken(error, store)
else:
    freshness.remember(desk)
    st.session_state["desk"], st.session_state["query"], st.session_state["look"] = then, query, look
    header.forget()
    try:
        if desk.span is None and page.url_path not in _WITHOUT_DATA:
            states.empty_store(store)
        else:
            page.run()
    except KaraulaError as error:
        states.broken(error, store)
    # What asks comes behind what is shown: the browser takes longer for the widgets than for all that a page says.
    finally:
        with known:
            header.known_on(desk, known_on)
        with shared:
            st.caption(_("Shared filters"))
            filters.draw(desk, then)
    with tools:
        header.take_away(desk, query)
with language:
    tongue.choose()
filters.restate()
