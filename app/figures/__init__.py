"""Figures: a frame in, a plotly figure out; nothing here knows Streamlit."""
