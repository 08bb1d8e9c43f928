"""Where facts are kept: append-only, on SQLite or PostgreSQL."""

from tension.store.opening import open_reader, open_writer
from tension.store.protocol import Delivery, FetchRecord, StoreReader, StoreWriter, Written

__all__ = ["Delivery", "FetchRecord", "StoreReader", "StoreWriter", "Written", "open_reader", "open_writer"]
