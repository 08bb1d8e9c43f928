"""Sources: what is read, how well it answers, and where there is a gap."""

import streamlit as st

from app.components import catalogue_desk, source_desk

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
source_desk.summary(desk)
source_desk.coverage(desk, query, look)
source_desk.table(desk)
source_desk.unwell(desk)
catalogue_desk.draw(desk)
