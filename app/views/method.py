"""Method: how a number comes about, how good the readings are, and what the numbers cannot say."""

import streamlit as st

from app.components import method_desk

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
method_desk.draw(desk, query, look)
