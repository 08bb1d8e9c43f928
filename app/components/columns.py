"""Columns of tables whose cells the browser writes: days and instants as the language of the desk writes them."""

from typing import Any

import streamlit as st

from tension.tongue import ENGLISH, spoken


def day(label: str) -> Any:  # noqa: ANN401 - Streamlit names no type for columns
    """Return a column of days."""
    return st.column_config.DateColumn(label, format="D MMM YYYY" if spoken() == ENGLISH else "DD.MM.YYYY.")


def instant(label: str) -> Any:  # noqa: ANN401 - Streamlit names no type for columns
    """Return a column of instants in UTC."""
    shown = "D MMM, HH:mm" if spoken() == ENGLISH else "DD.MM. HH:mm"
    return st.column_config.DatetimeColumn(label, format=shown, timezone="UTC")
