"""Watches: what is looked out for, how often it would have fired, and what became of its messages."""

import streamlit as st

from app.components import watch_desk

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
watch_desk.draw(desk, query, look)
