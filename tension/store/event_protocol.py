"""What a reader tells of events: part of the protocol of `tension.store.protocol`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from tension.model import Query

if TYPE_CHECKING:
    import pandas as pd


class EventReader(Protocol):
    """What events are made of."""

    def event_signals(self, query: Query) -> "pd.DataFrame":
        """Return the signals of the events of a query's days, with event, its day, origin and countries."""
        ...

    def event_facets(self, query: Query) -> "pd.DataFrame":
        """Return of the same signals what filters ask for and who reports them, in no order: a third of the columns."""
        ...

    def denials(self, query: Query) -> Mapping[str, Sequence[str]]:
        """Return the articles that deny something, by the event of a query's days that they are of."""
        ...

    def parties(self, article_ids: Sequence[str]) -> "Sequence[Mapping[str, Any]]":
        """Return the parties of all signals of some articles: one mapping a signal and role, as in `party_schema`."""
        ...

    def memberships(self, as_known_at: datetime | None = None) -> "pd.DataFrame":
        """Return every article that was read with its event, as known at an instant."""
        ...

    def reasons(self, article_ids: Sequence[str], as_known_at: datetime | None = None) -> Mapping[str, Mapping[str, Any]]:
        """Return of some articles the `event` that each is of and why: `as`, `like`, `points`, `shared`, as merging said it."""
        ...
