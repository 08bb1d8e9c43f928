"""The twin of every figure: the same signals as a table, and as a CSV file that no spreadsheet will run."""

import pandas as pd
import streamlit as st

from app import repository, words
from app.access import Desk
from app.components import markup
from tension.model import Query

#: Rows that are shown; the file has all.
_MOST_ROWS = 500
_COLUMNS = (
    "day", "signal", "place", "title", "outlet", "language", "url", "confidence", "mode", "family", "country", "precision",
    "day_stated", "publisher", "rule", "signal_id", "article_id",
)  # fmt: skip
#: A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(signals: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Return signals with the titles and addresses of their articles, in the columns of the table."""
    titles = articles[["article_id", "title", "url"]]
    renamed = signals.rename(columns={"family": "publisher"}).rename(columns={"group": "family", "place_name": "place"})
    joined = renamed.merge(titles, on="article_id", how="left")
    joined["signal"] = joined["code"].astype(object).map(words.signal)
    return joined.sort_values(["day", "signal_id"], kind="stable")[list(_COLUMNS)]


def csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8 with a mark for spreadsheets; text that would be a formula is quoted."""
    safe = table.copy()
    for column in ("title", "outlet", "publisher", "place", "url"):
        safe[column] = safe[column].astype(object).map(_inert, na_action="ignore")
    safe["day"] = safe["day"].dt.strftime("%Y-%m-%d")
    return safe.to_csv(index=False).encode("utf-8-sig")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def draw(desk: Desk, asked: Query, signals: pd.DataFrame, said: str) -> None:
    """Draw the signals as a table, with the file to take away."""
    table = rows(signals, repository.articles(desk, asked))
    shown = table.tail(_MOST_ROWS).iloc[::-1]
    shown = shown.assign(url=shown["url"].where(shown["url"].map(markup.is_web_address)))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        more = "" if len(shown) == len(table) else f"; the newest {len(shown):,} are shown, the file has all"
        st.caption(f"{words.plural(len(table), 'signal')}{more}")
        st.download_button("CSV", data=lambda: csv(table), file_name="karaula-signals.csv", mime="text/csv",
                           icon=":material/download:", on_click="ignore")  # fmt: skip
    st.dataframe(
        shown, hide_index=True, height=460, key="table", alt=f"Table of signals, {said}", column_order=_COLUMNS[:14],
        column_config={
            "day": st.column_config.DateColumn("Day", format="D MMM YYYY"), "day_stated": "Day stated", "signal": "Signal",
            "family": "Family", "mode": "Mode", "confidence": st.column_config.NumberColumn("Certainty", format="%.2f"),
            "place": "Place", "country": "Country", "precision": "Precision", "outlet": "Outlet", "publisher": "Publisher",
            "title": st.column_config.TextColumn("Headline", width="large"), "language": "Language",
            "url": st.column_config.LinkColumn("Source", display_text="open"),
        },
    )  # fmt: skip
