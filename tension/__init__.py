"""Karaula's core: what a signal, a place and a number are. No network, no clock, no screen.

For notebooks: `from tension import open_store` (see docs/api.md).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tension.opened import open_store as open_store

__all__ = ["open_store"]


def __getattr__(name: str) -> object:
    # Only for whoever asks: it brings pandas and the store, which scoring does without.
    if name == "open_store":
        from tension.opened import open_store  # noqa: PLC0415

        return open_store
    raise AttributeError(f"module 'tension' has no attribute {name!r}")
