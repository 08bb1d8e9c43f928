"""A brief as a file: its bytes and its name."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from tension.brief.making import brief_of
from tension.brief.markdown import markdown

if TYPE_CHECKING:
    from tension.store import StoreReader

#: What it is called, and its media type, by format.
FORMATS = {"md": ("Markdown", "text/markdown"), "pdf": ("PDF", "application/pdf")}

_OTHER = re.compile(r"[^A-Za-z0-9-]+")


def file_name(day: date, scope: str, form: str, as_known_at: datetime | None = None) -> str:
    """Return a name that says scope and day, and as known when.

    >>> file_name(date(2021, 9, 27), "place:crossing-jarinje", "pdf")
    'karaula-brief_place-crossing-jarinje_2021-09-27.pdf'
    """
    known = f"_known-{as_known_at.date()}" if as_known_at else ""
    return f"karaula-brief_{_OTHER.sub('-', scope)}_{day}{known}.{form}"


def content(reader: "StoreReader", day: date, scope: str, form: str, *, as_known_at: datetime | None = None) -> bytes:
    """Return the brief of a day as the bytes of a file, `md` or `pdf`."""
    brief = brief_of(reader, day, scope, as_known_at=as_known_at)
    if form == "md":
        return markdown(brief).encode()
    from tension.brief.pdf import pdf  # noqa: PLC0415 - the library takes a second to load; only this format needs it

    return pdf(brief)
