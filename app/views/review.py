"""Review: what people say of signals and events, with a reason, and what waits to be judged."""

import streamlit as st

from app.components import review_desk

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
review_desk.draw(desk, query, look)
