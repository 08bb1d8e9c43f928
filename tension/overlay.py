"""The operator's own changes to the catalogue: feeds added, paused, moved in or out of the panel, read in full.

They live in one file beside the settings, never in the reviewed catalogue, and may be reviewed and edited there by hand.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tension.errors import InputError

_HEAD = """\
# The operator's changes to the feed catalogue, written by `karaula feeds` and the page Sources; may be edited by hand.
# [[feed]]: a feed of the operator's own, with the columns of assets/feeds/README.md.
# [change.ID]: what is different about a feed, whether of the catalogue or of the operator's own.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the operator decided about one feed; None leaves it as it is listed."""

    paused: bool | None = None
    panel: bool | None = None
    fulltext: bool | None = None


#: What can be changed, in the order of the file.
CHANGES = tuple(Change.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """All that the operator decided."""

    #: Rows of added feeds, as in the catalogue.
    added: tuple[Mapping[str, Any], ...] = ()
    changes: Mapping[str, Change] = field(default_factory=dict)

    def of(self, feed_id: str) -> Change:
        """Return what was decided about a feed."""
        return self.changes.get(feed_id, Change())

    def changed(self, feed_id: str, **values: bool) -> "Overlay":
        """Return the overlay with a decision more."""
        return replace(self, changes={**self.changes, feed_id: replace(self.of(feed_id), **values)})

    def with_feed(self, row: Mapping[str, Any]) -> "Overlay":
        """Return the overlay with a feed more."""
        return replace(self, added=(*self.added, row))


def read_overlay(path: Path) -> Overlay:
    """Read the overlay; a file that does not exist changes nothing.

    Raises:
        InputError: the file cannot be read, or says what nobody understands; the message names file and feed.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Overlay()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise InputError(path, str(e)) from e
    if unknown := sorted(table.keys() - {"feed", "change"}):
        raise InputError(path, f"{unknown[0]} is neither [[feed]] nor [change.ID]")
    added, changes = table.get("feed", []), table.get("change", {})
    if not isinstance(added, list) or not all(isinstance(row, dict) for row in added) or not isinstance(changes, dict):
        raise InputError(path, "has rows that are neither [[feed]] nor [change.ID]")
    return Overlay(added=tuple(added), changes={i: _change(path, i, values) for i, values in changes.items()})


def _change(path: Path, feed_id: str, values: object) -> Change:
    if not isinstance(values, dict):
        raise InputError(path, f"{feed_id}: is not a table")
    for name, value in values.items():
        if name not in CHANGES:
            raise InputError(path, f"{feed_id}: {name} is none of {', '.join(CHANGES)}")
        if not isinstance(value, bool):
            raise InputError(path, f"{feed_id}: {name} is neither true nor false")
    return Change(**values)


def write_overlay(path: Path, overlay: Overlay) -> None:
    """Write the overlay in one step: who reads meanwhile sees the old file or the new one.

    Raises:
        InputError: the file cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(_text(overlay), encoding="utf-8")
        beside.replace(path)
    except OSError as e:
        raise InputError(path, e.strerror or str(e)) from e


def _text(overlay: Overlay) -> str:
    rows = ["[[feed]]\n" + "".join(f"{name} = {_value(v)}\n" for name, v in row.items()) for row in overlay.added]
    for feed_id, change in sorted(overlay.changes.items()):
        stated = {name: value for name in CHANGES if (value := getattr(change, name)) is not None}
        if stated:
            rows.append(f"[change.{_value(feed_id)}]\n" + "".join(f"{n} = {_value(v)}\n" for n, v in stated.items()))
    return _HEAD + "\n".join(rows)


def _value(value: object) -> str:
    """Return a value as TOML: of what rows of feeds hold, JSON writes all but tables alike."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_value(v)}" for name, v in value.items()) + " }"
    # DEL is the one sign that JSON leaves bare and TOML forbids.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
