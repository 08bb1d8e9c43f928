"""Where facts are kept: append-only, on SQLite or PostgreSQL."""

from tension.store.opening import open_reader, open_watches, open_writer
from tension.store.protocol import Delivery, FetchRecord, Leases, StoreReader, StoreWriter, Written
from tension.store.sole import sole_writer
from tension.store.watching import WatchStore

__all__ = [
    "Delivery",
    "FetchRecord",
    "Leases",
    "StoreReader",
    "StoreWriter",
    "WatchStore",
    "Written",
    "open_reader",
    "open_watches",
    "open_writer",
    "sole_writer",
]
