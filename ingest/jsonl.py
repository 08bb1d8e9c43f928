"""Read JSON lines as an operator hands them in: a bad line is named by its number and costs only itself."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tension.errors import InputError


@dataclass(slots=True)
class Lines:
    """The good rows of a file, and what was wrong with the others."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    #: (line number from 1, what is wrong)
    bad: list[tuple[int, str]] = field(default_factory=list)


_NOTHING: Mapping[str, type] = {}


def _check(row: object, required: Mapping[str, type], optional: Mapping[str, type]) -> str | None:
    """Return what is wrong with a row, or None."""
    if not isinstance(row, dict):
        return "is not a JSON object"
    for key, kind in required.items():
        if key not in row:
            return f"lacks {key!r}"
        if not isinstance(row[key], kind):
            return f"{key!r} is not text"
    odd = (key for key, kind in optional.items() if not isinstance(row.get(key), kind | None))
    return next((f"{key!r} is neither text nor null" for key in odd), None)


def _decoded(raw: bytes) -> Any:  # noqa: ANN401 - whatever the line holds
    return json.loads(raw.decode("utf-8-sig"))


def read(path: Path, *, required: Mapping[str, type], optional: Mapping[str, type] = _NOTHING) -> Lines:
    """Read a JSON lines file.

    Args:
        path: the file.
        required: keys that a row must have, with their type.
        optional: keys that may be absent or null.

    Raises:
        InputError: the file cannot be opened.
    """
    found = Lines()
    for number, raw in _raw(path):
        try:
            row = _decoded(raw)
        except (ValueError, RecursionError) as e:
            found.bad.append((number, f"is not JSON: {e}"))
            continue
        wrong = _check(row, required, optional)
        if wrong:
            found.bad.append((number, wrong))
            continue
        if "lede" in row and "summary" not in row:
            row["summary"] = row.pop("lede")
        row["id"] = str(row["id"]) if "id" in row else None
        found.rows.append(row)
    return found


def _raw(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as lines:
            for number, raw in enumerate(lines, 1):
                if raw.strip():
                    yield number, raw
    except OSError as e:
        raise InputError(path, e.strerror or str(e)) from e
