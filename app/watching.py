"""What the page Watches reads and writes: the watches of a store, their firings and deliveries, and previews."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import streamlit as st

from app import lines, repository, standing, words
from app.access import Desk
from tension.errors import StoreError
from tension.index.method import REGION_SCOPE
from tension.model import REGION, Query
from tension.store import StoreReader, WatchStore, open_watches
from tension.store.outbox import Letter
from tension.tongue import Later, _, ngettext, spoken
from tension.watches.firing import Found, Preview, preview, preview_window
from tension.watches.gather import gather
from tension.watches.watch import Watch

#: Deliveries that are listed.
MOST_LETTERS = 40
_TOKEN_BYTES = 24
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The watches of a store as they stand."""

    watches: tuple[Watch, ...] = ()
    letters: tuple[Letter, ...] = ()
    #: When each fired last, and how often in what is listed.
    last: dict[str, datetime]
    #: Why they cannot be read or changed, or None.
    trouble: str | None = None


def _close(store: WatchStore) -> None:
    store.close()


@st.cache_resource(ttl=timedelta(hours=1), max_entries=4, show_spinner=False, on_release=_close)
def store(url: str) -> WatchStore:
    """Return the watches of a store, to read and to change.

    Raises:
        StoreError: the store cannot be opened for writing.
    """
    return open_watches(url)


def kept(desk: Desk) -> Kept:
    """Return what is kept; the archive keeps no watches, which are for what is yet to come."""
    if desk.is_replay:
        return Kept(last={})
    try:
        found = store(desk.url)
        last: dict[str, datetime] = {}
        for at, firing in found.firings(limit=500):
            last.setdefault(firing.watch_id, at)
        return Kept(watches=tuple(found.watches()), letters=tuple(found.outbox.letters(limit=MOST_LETTERS)), last=last)
    except StoreError as error:
        return Kept(last={}, trouble=str(error))


def blank(desk: Desk) -> Watch:
    """Return a new watch, from today on."""
    day = desk.now.date()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    return Watch(id=secrets.token_hex(4), name="", token=token, made_at=desk.now, since=day)


def looked_back(desk: Desk, query: Query, watch: Watch) -> tuple[Preview, Found]:
    """Return how often a watch would have fired in the 90 days to the last one, and what that was read from.

    In the archive, where no day is today, they end with the window.
    """
    until = min(query.until, desk.last_day) if desk.is_replay else desk.last_day
    # Secrets are no part of the question, nor of the key that the answer is kept under.
    bare = replace(watch, id="", name="", token="", targets=(), since=date.min, made_at=_NEVER, paused=False)
    reader, key = repository.reader(desk.url), (desk.url, desk.freshness)
    return _looked_back(reader, *key, bare, until, desk.as_known_at, spoken())


# Why a watch fires is said in a language.
@st.cache_resource(ttl=timedelta(hours=1), max_entries=32, show_spinner=Later("Looking back over 90 days …"))
def _looked_back(
    _reader: StoreReader, url: str, freshness: str, watch: Watch, until: date, known: datetime | None, tongue: str  # noqa: ARG001
) -> tuple[Preview, Found]:  # fmt: skip
    found = gather(_reader, watch, preview_window(until), until, known)
    return preview(watch, found, until), found


def scopes(desk: Desk, query: Query, also: Sequence[str]) -> list[str]:
    """Return the scopes that can be watched: those of the page Index, and every crossing."""
    crossings = [f"place:{place}" for place in standing.borders()]
    usual = [REGION_SCOPE, *lines.dyads(), *sorted(REGION, key=words.country)]
    known = usual if desk.span is None else lines.places(desk, query)
    return list(dict.fromkeys((*known, *sorted(crossings, key=lines.name_of), *also)))


def firings(found: Preview) -> pd.DataFrame:
    """Return the firings of a preview as a table, newest first."""
    rows = [
        (f.day, f.cause, f.n_events, max((seen.n_independent for seen in f.events), default=0), f.key) for f in found.firings
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["day", "cause", "events", "voices", "key"])
    frame["day"] = pd.to_datetime(frame["day"])
    return frame.sort_values(["day", "key"], ascending=[False, True], kind="stable").drop(columns="key").reset_index(drop=True)


def letters(found: Kept, now: datetime) -> pd.DataFrame:
    """Return the newest deliveries with what became of each, in words."""
    named = {watch.id: watch.name for watch in found.watches}
    rows = [
        (letter.made_at, named.get(letter.watch_id, _("a removed watch")), letter.subject, letter.service, became(letter, now))
        for letter in found.letters
    ]
    frame = pd.DataFrame(rows, columns=["made", "watch", "message", "service", "became"])
    frame["made"] = pd.to_datetime(frame["made"], utc=True)
    return frame


def became(letter: Letter, now: datetime) -> str:
    """Say what became of a delivery."""
    if letter.delivered_at is not None:
        return _("delivered {instant}", instant=words.instant(letter.delivered_at))
    if letter.given_up_at is not None:
        return _("given up: {reason}", reason=letter.reason)
    if not letter.attempts:
        return _("waits for the scheduler")
    due = letter.next_at is None or letter.next_at <= now
    again = _("again at once")
    if letter.next_at is not None and not due:
        again = _("again {instant}", instant=words.instant(letter.next_at))
    failed = ngettext("failed {n} time: {reason}", "failed {n} times: {reason}", letter.attempts, reason=letter.reason)
    return f"{failed}; {again}"


def failing(found: Kept) -> list[Letter]:
    """Return the deliveries that failed and were not delivered since."""
    return [letter for letter in found.letters if letter.delivered_at is None and letter.reason]
