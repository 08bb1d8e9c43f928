"""Briefs as files: written whole or not at all; and when the schedule owes one."""

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from tension.brief.files import FORMATS, file_name
from tension.errors import InputError


def write(path: Path, what: bytes) -> None:
    """Write a file in one step: nobody ever finds half of it.

    Raises:
        InputError: it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(what)
        unfinished.replace(path)
    except OSError as e:
        raise InputError(path, e.strerror or str(e)) from e


def due(folder: Path, scopes: Sequence[str], at: str, now: datetime) -> list[tuple[date, str, Path]]:
    """Return the files that should be there and are not: of yesterday, once the time of day is past.

    What is there says what was done, so a process that was down at the time makes up for it, and a restart makes nothing twice.

    Args:
        folder: of the briefs.
        scopes: that a brief is made of.
        at: time of day, HH:MM in UTC.
        now: the present instant, in UTC.
    """
    hour, minute = map(int, at.split(":"))
    if (now.hour, now.minute) < (hour, minute):
        return []
    day = now.date() - timedelta(days=1)
    wanted = [(form, scope, folder / file_name(day, scope, form)) for scope in scopes for form in FORMATS]
    return [(day, scope, path) for _, scope, path in wanted if not path.exists()]
