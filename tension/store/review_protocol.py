"""What the two doors may do with reviews: part of the protocols of `tension.store.protocol`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tension.model import Query

if TYPE_CHECKING:
    from tension.review.queue import Waiting
    from tension.review.record import Review


class ReviewWriter(Protocol):
    """What a writer does with reviews."""

    def review(self, reviews: "Iterable[Review]") -> int:
        """Append reviews and bring signals, events and roll-ups to what follows; return how many were new.

        Raises:
            ReviewError: one says nothing that could be recorded; then none is.
        """
        ...


class ReviewReader(Protocol):
    """What a reader tells of reviews."""

    def reviews(self, as_known_at: datetime | None = None) -> "Sequence[Review]":
        """Return all reviews in the order in which they were made, also those that hold no longer."""
        ...

    def waiting(self, query: Query) -> "Sequence[Waiting]":
        """Return what the model alone saw, not surely enough to count, in the reports of a query's days."""
        ...
