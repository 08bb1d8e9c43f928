"""Index: how a scope's load went, and what a day's number is made of."""

import streamlit as st

from app.components import index_desk

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
index_desk.draw(desk, query, look)
