"""Now: where is it rising, since when, why."""

import streamlit as st

from app.components import now_desk
from tension.tongue import _

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
with st.spinner(_("Reading the last year …")):
    now_desk.draw(desk, query, look)
