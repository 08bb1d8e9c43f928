"""The stores that the API reads: opened when asked for, each table made once while the store stands still."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock

import pandas as pd

from app import access
from app.access import Desk
from app.api import resources as r
from app.api.asking import Asked
from tension.errors import StoreError
from tension.frametypes import typed
from tension.model import Query
from tension.opened import Store, open_store

#: Tables kept; one of a year of a large store takes tens of megabytes.
_KEPT = 4
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a store."""

    desk: Desk
    store: Store

    def revision(self, name: str) -> str:
        """Return what changes when the rows of a table may have changed."""
        return self.desk.freshness if r.TABLES[name].of_feeds else self.desk.watermark


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows of a table."""

    rows: pd.DataFrame
    #: Rows of the whole table.
    n_matched: int
    #: Key of its last row, where there are more; else None.
    last: tuple[str, ...] | None


class Source:
    """Stores and tables, shared by all requests."""

    def __init__(self, now: Callable[[], datetime] = access.now) -> None:
        self._now = now
        self._stores: dict[str, Store] = {}
        self._tables: OrderedDict[tuple[object, ...], tuple[pd.DataFrame, pd.Series]] = OrderedDict()
        self._opening, self._making = Lock(), Lock()

    def look(self, name: str, known: date | None) -> Look:
        """Look at the live store or the replay archive as it stands, or stood at the end of a day.

        Raises:
            StoreError: it cannot be read.
        """
        url = access.url_of(name)
        store = self._open(url)
        try:
            reader = store.reader
            desk = Desk(
                store=name,
                url=url,
                watermark=reader.watermark(),
                freshness=reader.freshness(),
                span=reader.span(),
                now=self._now(),
            )
        except StoreError:
            # It may have been put in place of another: the next request opens it anew.
            self._forget(url)
            raise
        return Look(desk=desk.known(known), store=store)

    def _open(self, url: str) -> Store:
        with self._opening:
            if url not in self._stores:
                self._stores[url] = open_store(url)
            return self._stores[url]

    def _forget(self, url: str) -> None:
        with self._opening:
            store = self._stores.pop(url, None)
        if store is not None:
            store.close()

    def page(self, look: Look, name: str, asked: Asked) -> Page:
        """Return the page of a table that is asked for."""
        frame, keys = self._table(look, name, asked)
        begin = 0 if asked.after is None else int(keys.searchsorted(_SEPARATOR.join(asked.after), side="right"))
        end = min(begin + asked.limit, len(frame))
        last = tuple(keys.iloc[end - 1].split(_SEPARATOR)) if begin < end < len(frame) else None
        return Page(rows=frame.iloc[begin:end], n_matched=len(frame), last=last)

    def _table(self, look: Look, name: str, asked: Asked) -> tuple[pd.DataFrame, pd.Series]:
        """Return a table in the order of its keys, and the keys; one is made at a time, whoever asks."""
        query = self.query(look, name, asked)
        named = (look.desk.url, look.revision(name), name, query, asked.scope, asked.panel, asked.articles)
        with self._making:
            if named not in self._tables:
                self._tables[named] = _ordered(_made(look.store, name, query, asked), r.TABLES[name].key)
                while len(self._tables) > _KEPT:
                    self._tables.popitem(last=False)
            self._tables.move_to_end(named)
            return self._tables[named]

    @staticmethod
    def query(look: Look, name: str, asked: Asked) -> Query:
        """Return the query of a table: feeds are as of the end of this quarter of an hour, as the dashboard shows them."""
        if name != "feeds":
            return asked.query
        now = look.desk.now
        quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
        plain = asked.query
        return Query(
            since=date.min, until=date.max, countries=plain.countries, languages=plain.languages, outlets=plain.outlets,
            as_known_at=plain.as_known_at or quarter,
        )  # fmt: skip

    def close(self) -> None:
        """Let go of all stores."""
        for url in list(self._stores):
            self._forget(url)


def _made(store: Store, name: str, query: Query, asked: Asked) -> pd.DataFrame:
    if name == "index":
        return store.index(asked.scope or "", query, panel=asked.panel)
    if name == "articles" and asked.articles:
        found = typed(store.reader.evidence(asked.articles), name)
        until = query.as_known_at or datetime.combine(date.max, time.max, UTC)
        return found[found["first_seen_at"].map(lambda seen: seen.to_pydatetime() <= until)] if len(found) else found
    return store.table(name, query)


def _ordered(frame: pd.DataFrame, key: tuple[str, ...]) -> tuple[pd.DataFrame, pd.Series]:
    """Return the rows in the order of their keys as texts, and these: a page begins where a text stands in them."""
    named = [_SEPARATOR.join(map(_text, values)) for values in zip(*(frame[column] for column in key), strict=True)]
    texts = pd.Series(named, index=frame.index, dtype=object)
    order = texts.argsort(kind="stable")
    return frame.iloc[order.to_numpy()], texts.iloc[order.to_numpy()]


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, pd.Timestamp) else str(value)
