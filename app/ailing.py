"""Which feeds are not well, by the record of the last four weeks: what `karaula doctor` says, for the page Sources."""

from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from app import repository
from app.access import Desk
from tension.feeds.ailments import ADVICE, Ailment, State, ailments
from tension.feeds.rhythm import LEARNT_FROM
from tension.store import StoreReader
from tension.tongue import Later, _, spoken

COLUMNS = ("state", "outlet", "since", "words", "advice", "feed_id")


# Anew each quarter of an hour: what takes hours to show need not be looked for at each round. With the language, for the
# words are those of the reader.
@st.cache_data(ttl=timedelta(hours=1), max_entries=8, show_spinner=Later("Reading the record of four weeks …"))
def _found(_reader: StoreReader, url: str, at: datetime, language: str) -> list[Ailment]:  # noqa: ARG001 - the key
    history = _reader.history(at - LEARNT_FROM - timedelta(days=1))
    until = {feed: [f for f in fetches if f.fetched_at <= at] for feed, fetches in history.items()}
    return [ailment for fetches in until.values() for ailment in ailments(fetches, at)]


def unwell(desk: Desk, feeds: pd.DataFrame) -> pd.DataFrame:
    """Return what feeds suffer from, the worst first, each with since when and what to do.

    Args:
        desk: what is looked at.
        feeds: the feeds that are asked; others need no attention.
    """
    at = (desk.as_known_at or desk.now).replace(second=0, microsecond=0)
    found = _found(repository.reader(desk.url), desk.url, at.replace(minute=at.minute // 15 * 15), spoken())
    outlets = dict(zip(feeds["feed_id"], feeds["outlet"], strict=True))
    order = list(State)
    rows = [
        (_(one.state), outlets[one.feed_id], one.since, one.words, _(ADVICE[one.state]), one.feed_id)
        for one in sorted(found, key=lambda a: (order.index(a.state), a.since, a.feed_id))
        if one.feed_id in outlets
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
