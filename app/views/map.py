"""Map over time: where, when, on what evidence."""

import streamlit as st

from app.components import map_desk

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
st.fragment(map_desk.draw, key="map-desk")(desk, query, look)
