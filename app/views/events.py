"""Events: search in any script, every report down to the sentence, and why not."""

import streamlit as st

from app.components import event_desk

desk, query, look = (st.session_state[key] for key in ("desk", "query", "look"))
event_desk.ask(look)
event_desk.draw(desk, query, look)
