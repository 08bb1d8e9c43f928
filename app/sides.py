"""Who reports what: events by pair of countries and by how they are told, publishers, agencies, and denials. Mostly pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from app import lines, repository, words
from app.access import Desk
from tension import assets
from tension.events.provenance import BOTH, DISPUTED, ONE, UNKNOWN
from tension.index.coverage import LOOK_BACK, Coverage
from tension.model import REGION, Mode
from tension.store import StoreReader
from tension.tongue import _

#: How events are told, in the order in which they are listed.
TOLD = (BOTH, DISPUTED, ONE, UNKNOWN)
#: What is between no two countries that are followed.
ELSEWHERE = "other"
_WIRE = "wire:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A pair of countries, or one country by itself, and how its events are told."""

    scope: str
    name: str
    #: Number of events by how they are told.
    told: Mapping[str, int]
    #: One-sided events by the party whose publics tell them.
    alone: Mapping[str, int]
    #: Days of the window on which no public of a party was heard, by party.
    unheard: Mapping[str, int]

    @property
    def n_events(self) -> int:
        """Return the number of events."""
        return sum(self.told.values())


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    return {row["id"]: row["name"] for row in assets.read_toml("feeds", "sides.toml")["side"]}


def side_name(side: str) -> str:
    """Return what a public is called."""
    return _(_names().get(side, side)) if side else _("Public not known")


@lru_cache(maxsize=1)
def publics() -> Mapping[str, tuple[str, ...]]:
    """Return the publics that tell each party's side."""
    return {party: tuple(names.split()) for party, names in assets.read_toml("parties.toml")["party"].items()}


@lru_cache(maxsize=1)
def _concerned() -> Mapping[str, tuple[str, ...]]:
    return {code: tuple(names.split()) for code, names in assets.read_toml("parties.toml")["country"].items()}


def parties_of(countries: Collection[str]) -> tuple[str, ...]:
    """Return the parties that events in or between countries concern."""
    return tuple(dict.fromkeys(party for code in sorted(countries) for party in _concerned().get(code, ())))


def party_name(party: str) -> str:
    """Return what a party is called."""
    return _(party.capitalize())


@lru_cache(maxsize=1_000)
def party_of(side: str) -> str:
    """Return the party whose side a public tells, or an empty text."""
    return next((party for party, sides in publics().items() if side in sides), "")


def scopes_of(countries: Sequence[str]) -> tuple[str, ...]:
    """Return the pairs that an event is of; else the one country of the region that it names, or `ELSEWHERE`."""
    return _scopes_of(tuple(countries))


@lru_cache(maxsize=10_000)
def _scopes_of(countries: tuple[str, ...]) -> tuple[str, ...]:
    named = {code for code in countries if code in REGION}
    found = tuple(scope for scope in lines.dyads() if set(scope.split("-")) <= named)
    return found or ((named.pop(),) if len(named) == 1 else (ELSEWHERE,))


def scope_name(scope: str) -> str:
    """Return what a pair, or one country by itself, is called."""
    if scope == ELSEWHERE:
        return _("Between others")
    return lines.name_of(scope) if "-" in scope else _("Within {country}", country=words.country(scope))


def placed(found: pd.DataFrame) -> pd.DataFrame:
    """Return events, one row for each pair that an event is of."""
    rows = found.assign(scope=found["countries"].map(scopes_of))
    return rows.explode("scope", ignore_index=True)


def pairs(found: pd.DataFrame, unheard: Mapping[str, int]) -> list[Pair]:
    """Return the pairs that have events: dyads first, those with most events first.

    Args:
        found: events, as `placed` returns them.
        unheard: days without a reading, by party.
    """
    columns = [found[name].tolist() for name in ("scope", "told", "sides", "countries")]
    told: dict[str, Counter[str]] = {}
    alone: dict[str, Counter[str]] = {}
    for scope, how, sides, countries in zip(*columns, strict=True):
        told.setdefault(scope, Counter())[how] += 1
        if how == ONE and (party := _teller(tuple(sides), tuple(countries))):
            alone.setdefault(scope, Counter())[party] += 1
    rows = [_pair(scope, told[scope], alone.get(scope, Counter()), unheard) for scope in sorted(told)]
    return sorted(rows, key=lambda p: (p.scope == ELSEWHERE, "-" not in p.scope, -p.n_events, p.name))


@lru_cache(maxsize=10_000)
def _teller(sides: tuple[str, ...], countries: tuple[str, ...]) -> str:
    """Return the party that tells an event, of those that it concerns; empty where none of them does."""
    concerned = parties_of(countries)
    return next((party for side in sides if (party := party_of(side)) and party in concerned), "")


def _pair(scope: str, told: Counter[str], alone: Counter[str], unheard: Mapping[str, int]) -> Pair:
    concerned = parties_of(scope.split("-")) if scope != ELSEWHERE else ()
    return Pair(
        scope=scope, name=scope_name(scope), told={how: told[how] for how in TOLD}, alone=dict(alone.most_common()),
        unheard={party: unheard[party] for party in concerned if unheard.get(party)},
    )  # fmt: skip


def unheard(coverage: pd.DataFrame, since: date, until: date) -> dict[str, int]:
    """Return on how many days no public of a party was heard; parties without any feed are not asked after.

    Args:
        coverage: `StoreReader.coverage` by side, beginning `LOOK_BACK` before the first day.
        since: first day.
        until: last day, included.
    """
    known = set(coverage.loc[coverage["n_feeds"] > 0, "side"].astype(str))
    found = Coverage.of(coverage, by="side")
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    counts = {}
    for party, sides in publics().items():
        mine = [side for side in sides if side in known]
        silent = [day for day in days if all(found.no_reading(side, day) is not None for side in mine)]
        if mine and silent:
            counts[party] = len(silent)
    return counts


@st.cache_resource(ttl=timedelta(hours=1), max_entries=8, show_spinner=False)
def _unheard(_reader: StoreReader, url: str, freshness: str, since: date, until: date) -> dict[str, int]:  # noqa: ARG001
    frame = _reader.coverage(since - LOOK_BACK, until, by="side")
    first = pd.to_datetime(frame.loc[frame["n_feeds"] > 0, "day"]).min()
    # Before the store knew any feed, silence says nothing.
    return {} if pd.isna(first) else unheard(frame, max(since, first.date()), until)


def silent_parties(desk: Desk, since: date, until: date) -> dict[str, int]:
    """Return on how many days of a window each party was not heard."""
    last = min(until, desk.last_day)
    if desk.is_replay or last < since:
        return {}
    return _unheard(repository.reader(desk.url), desk.url, desk.freshness, since, last)


@lru_cache(maxsize=1)
def _families() -> Mapping[str, tuple[str, str]]:
    rows = assets.read_toml("feeds", "families.toml")["family"]
    return {row["id"]: (row["name"], row.get("owner", "")) for row in rows}


def families(signals: pd.DataFrame) -> pd.DataFrame:
    """Return publisher families: outlets, reports with a signal, signals, and the share that is an agency's text."""
    texts = _numbered(signals)
    n_signals = texts.groupby("family", observed=True).size()
    told: dict[str, list[str]] = {}
    for family, outlet in texts[["family", "outlet"]].drop_duplicates().astype(object).itertuples(index=False):
        told.setdefault(family, []).append(outlet)
    articles = texts.drop_duplicates("article_id")
    rows = pd.DataFrame(
        {"outlets": [tuple(sorted(told[str(name)])) for name in n_signals.index]}, index=n_signals.index.astype(object)
    )
    rows = rows.assign(
        n_articles=_distinct(texts, "family", "article_id"), n_signals=n_signals, n_events=_distinct(texts, "family", "event"),
        wire_share=articles["is_wire"].groupby(articles["family"], observed=True).mean().astype(float),
    )  # fmt: skip
    rows.insert(0, "name", [_families().get(str(key), (str(key), ""))[0] for key in rows.index])
    rows.insert(1, "owner", [_families().get(str(key), ("", ""))[1] for key in rows.index])
    return rows.reset_index().sort_values(["n_articles", "family"], ascending=[False, True], kind="stable", ignore_index=True)


def _numbered(signals: pd.DataFrame) -> pd.DataFrame:
    """Return who reports in numbers, for tens of thousands of texts compare slowly, and whether a text is an agency's."""
    names = ("family", "outlet", "origin", "event")
    texts = pd.DataFrame({name: signals[name].astype("category") for name in names})
    origins = texts["origin"].cat
    wired = np.array([*(str(name).startswith(_WIRE) for name in origins.categories), False], dtype=bool)
    return texts.assign(article_id=pd.factorize(signals["article_id"])[0], is_wire=wired[origins.codes.to_numpy()])


def _distinct(texts: pd.DataFrame, by: str, column: str) -> "pd.Series[int]":
    """Return how many different values a column has by the values of another one."""
    return texts[[by, column]].drop_duplicates().groupby(by, observed=True).size()


@lru_cache(maxsize=1)
def _agencies() -> Mapping[str, tuple[str, str]]:
    return {row["id"]: (row["name"], row["country"]) for row in assets.read_toml("wires.toml")["wire"]}


def wire_name(origin: str) -> str:
    """Return the name of the agency of an origin, or an empty text where it is no agency."""
    key = origin.removeprefix(_WIRE)
    return _agencies().get(key, (key, ""))[0] if origin.startswith(_WIRE) else ""


def wires(signals: pd.DataFrame) -> pd.DataFrame:
    """Return agencies: how many reports are their texts, and how many outlets and publishers printed them."""
    whole = _numbered(signals)
    texts = whole[whole["is_wire"]]
    counted = {"n_articles": "article_id", "n_outlets": "outlet", "n_families": "family", "n_events": "event"}
    rows = pd.DataFrame({name: _distinct(texts, "origin", column) for name, column in counted.items()})
    rows.insert(0, "origin", rows.index.astype(object))
    rows = rows.reset_index(drop=True)
    rows.insert(1, "agency", [wire_name(str(origin)) for origin in rows["origin"]])
    rows.insert(2, "country", [words.country(_agencies().get(str(o).removeprefix(_WIRE), ("", ""))[1]) for o in rows["origin"]])
    return rows.sort_values(["n_articles", "origin"], ascending=[False, True], kind="stable", ignore_index=True)


def denied(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the acts that a report denies, of a row of `evidence`."""
    return [c for c in row["candidates"] if c["mode"] == Mode.DENIED and not c["dropped"]]


def contradicted(row: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the reports whose signals a report denies."""
    codes = {candidate["code"] for candidate in denied(row)}
    return [
        other
        for other in others
        if other["article_id"] != row["article_id"] and codes & {signal["code"] for signal in other["signals"]}
    ]


def by_side(rows: Sequence[Mapping[str, Any]], countries: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    """Return reports by the public that they address: the parties' first, then others, then those whose public is not known."""
    concerned = parties_of(countries)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row["side"] or ""), []).append(row)

    def rank(side: str) -> tuple[bool, int, str]:
        party = party_of(side)
        return (not side, concerned.index(party) if party in concerned else len(concerned), side)

    return {side: found[side] for side in sorted(found, key=rank)}
