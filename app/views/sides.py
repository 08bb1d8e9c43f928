"""Sides: who reports what, in which words, and who denies it."""

import streamlit as st

from app.components import sides_desk

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
sides_desk.draw(desk, query, look)
