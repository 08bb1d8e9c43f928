"""Pieces of a page that Streamlit has no element for; every value that they show is escaped."""
