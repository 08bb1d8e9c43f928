"""Situations: what lasts, since when, on whose word; and how the crossings stand."""

import streamlit as st

from app.components import situation_desk

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
situation_desk.draw(desk, query, look)
