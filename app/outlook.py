"""What the page Now says of each scope, made once for a state of the store and what is asked, and shared by all sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from app import gauges, repository, scopes
from app.access import Desk
from app.scopes import Scope
from tension.brief.week import Week
from tension.model import Query
from tension.tongue import spoken

WEEK = timedelta(days=7)
_MOVERS = 2
#: What a row tells of its events.
_TOLD = (
    "event", "day", "place_id", "country", "countries", "family", "codes", "origins", "languages", "sides", "denied_by",
    "n_reports", "told", "article_ids",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The rows of a day, ranked, and what moved each."""

    rows: Sequence[Scope]
    #: By scope the events that moved it, as records; of each there is a headline in `titles`, by its first report.
    movers: Mapping[str, Sequence[Mapping[str, Any]]]
    titles: Mapping[str, str]


def recent(desk: Desk, query: Query, day: date) -> pd.DataFrame:
    """Return the events of the week to a day that the filters of a query leave, those of all places."""
    return repository.events(desk, days(query, day))


def days(query: Query, day: date) -> Query:
    """Return what a query asks of the week to a day, of all places."""
    return replace(query, since=day - WEEK + timedelta(days=1), until=day, countries=())


def outlook(desk: Desk, query: Query, day: date) -> Outlook:
    """Return how the scopes stand on a day that the filter of places leaves."""
    return _outlook(desk, desk.url, desk.freshness, days(query, day), tuple(query.countries), day, spoken())


# Levels, names and causes are said in a language.
@st.cache_resource(ttl=timedelta(hours=1), max_entries=32, show_spinner=False)
def _outlook(
    _desk: Desk, url: str, freshness: str, asked: Query, countries: tuple[str, ...], day: date, tongue: str  # noqa: ARG001
) -> Outlook:  # fmt: skip
    found = repository.events(_desk, asked)
    rows, movers = rows_of(_desk, found, countries, day)
    first = tuple(dict.fromkeys(str(event["article_ids"][0]) for events in movers.values() for event in events))
    texts = repository.evidence(_desk, first)
    titles = dict(zip(texts["article_id"].astype(str), texts["title"].astype(str), strict=True))
    return Outlook(rows=rows, movers=movers, titles=titles)


def rows_of(
    desk: Desk, found: pd.DataFrame, countries: Sequence[str], day: date
) -> tuple[Sequence[Scope], Mapping[str, Sequence[Mapping[str, Any]]]]:
    """Return the rows of scopes, ranked, and by scope what moved it.

    Args:
        desk: the open store.
        found: events, the week to the day among them.
        countries: those that are looked at; all where none is named.
        day: that is told of.
    """
    wanted = [code for code in scopes.known() if not countries or scopes.countries(code) & frozenset(countries)]
    index = gauges.read(desk, tuple(scopes.known()), day)
    week = Week(scopes.week(found, day), _TOLD)
    rows, movers = [], {}
    for code in wanted:
        mine = week.of(code)
        rows.append(scopes.scope(code, index[code], week.voices(mine)))
        movers[code] = week.movers(mine, _MOVERS)
    return scopes.ranked(rows), movers
