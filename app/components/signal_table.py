"""The twin of every figure: the same signals as a table, and as a CSV file that no spreadsheet will run."""

import pandas as pd
import streamlit as st

from app import repository
from app.access import Desk
from app.components import columns, markup
from tension import taxonomy
from tension.model import Query
from tension.tongue import _, ngettext, pgettext

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
    types = taxonomy.signal_types()
    joined["signal"] = [types[code].name if code in types else code for code in joined["code"].astype(str)]
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
        more = _("the newest {n} are shown, the file has all", n=len(shown))
        counted = ngettext("{n} signal", "{n} signals", len(table))
        st.caption(counted if len(shown) == len(table) else f"{counted}; {more}")
        st.download_button("CSV", data=lambda: csv(table), file_name="karaula-signals.csv", mime="text/csv",
                           icon=":material/download:", on_click="ignore")  # fmt: skip
    st.dataframe(
        _in_words(shown), hide_index=True, height=460, key="table", alt=_("Table of signals, {days}", days=said),
        column_order=_COLUMNS[:14],
        column_config={
            "day": columns.day(_("Day")), "day_stated": _("Day stated"), "signal": _("Signal"), "family": _("Family"),
            "mode": _("Mode"), "confidence": st.column_config.NumberColumn(_("Certainty"), format="%.2f"),
            "place": _("Place"), "country": _("Country"), "precision": _("Precision"), "outlet": _("Outlet"),
            "publisher": _("Publisher"), "title": st.column_config.TextColumn(_("Headline"), width="large"),
            "language": _("Language"), "url": st.column_config.LinkColumn(_("Source"), display_text=pgettext("link", "open")),
        },
    )  # fmt: skip


def _in_words(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the words of the interface in place of the core's; the file keeps those of the core."""
    names = ("signal", "family", "mode", "precision", "day_stated")
    return shown.assign(**{name: shown[name].astype(object).map(_, na_action="ignore") for name in names})
