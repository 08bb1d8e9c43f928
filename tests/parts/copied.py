"""Stores that many tests fill alike: filled once in a session, copied for each test."""

import itertools
import shutil
from collections.abc import Callable, Hashable
from pathlib import Path

import sqlalchemy as sa

from tension.store import open_writer


class Copied:
    """Keeps each store that was filled, by what it was filled with."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where they are kept."""
        self.folder = folder
        self.numbers = itertools.count()
        self.made: dict[Hashable, Path] = {}

    def empty(self, url: str) -> None:
        """Make an empty SQLite store of the present schema, where there is none."""
        self.fill(url, None, lambda made: open_writer(made).close())

    def fill(self, url: str, told: Hashable, fill: Callable[[str], None]) -> None:
        """Make the store at `url` as `fill` makes it of what is `told`; where a store is there already, that one is filled."""
        address = sa.make_url(url)
        target = Path(address.database or "")
        if address.get_backend_name() != "sqlite" or target.exists():
            fill(url)
            return
        if told not in self.made:
            made = self.folder / f"{next(self.numbers)}.db"
            fill(f"sqlite:///{made}")
            self.made[told] = made
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.made[told], target)
