"""The read API beside the dashboard: the same tables, filters and numbers for R, QGIS, Excel and notebooks. GET only.

No Streamlit here: it runs in a process of its own (`karaula api`), on loopback.
"""
