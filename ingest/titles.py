"""What an entry goes by: its headline as stated, else the nearest thing to it that the entry has. Pure.

An entry that only says *where* its text is was published all the same: to leave it out would be to call it silence.
"""

import re
import textwrap
from urllib.parse import unquote, urlsplit

from ingest.jsonfeed import RawEntry
from ingest.plaintext import to_line, to_plain

#: No headline is longer.
MAX_TITLE = 1_000
_MAX_WORDS = 200
#: A headline that lost its shape: what stands outside of tags, without the signs of markup.
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_SIGNS = re.compile(r"[<>\[\]!]+")
_LETTERS = re.compile(r"[^\W\d_]{3}")
#: Between the words of an address's last part, and behind them.
_BETWEEN = re.compile(r"[-_+\s]+")
_ENDING = re.compile(r"\.[a-zA-Z]{2,5}$")
#: So many words of an address are a headline; fewer are a name or a number.
_FEWEST_WORDS = 3


def title_of(row: RawEntry, link: str | None) -> tuple[str, str | None]:
    """Return what an entry goes by, empty where it has nothing to go by; and what is odd about that, in words."""
    title = to_line(row.title)[:MAX_TITLE] or _salvaged(row.title)
    if title:
        return title, None
    if words := _first_words(row):
        return words, "an entry without a title goes by its first words"
    if link:
        return _of_address(link)[:MAX_TITLE], "an entry without a title goes by its address"
    return "", "an entry without a title was left out"


def _salvaged(title: str) -> str:
    """Return the words of a headline whose markup is so broken that nothing of it is text."""
    if not _LETTERS.search(title):
        return ""
    plain = to_line(_SIGNS.sub(" ", _TAG.sub(" ", title[: 4 * MAX_TITLE])))[:MAX_TITLE]
    return plain if _LETTERS.search(plain) else ""


def _first_words(row: RawEntry) -> str:
    """Return the first line of an entry's text, as short messages have instead of a title."""
    lines = (to_plain(row.summary) or to_plain(row.body)).splitlines()
    return textwrap.shorten(lines[0], _MAX_WORDS, placeholder=" …") if lines else ""


def _of_address(link: str) -> str:
    """Return the words of an address's last part, which most sites make of the headline; else host and path.

    >>> _of_address("https://primer.example/vesti/2026/most-je-opet-otvoren-4711.html")
    'most je opet otvoren'
    """
    parts = urlsplit(link)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2], errors="replace")
    words = [word for word in _BETWEEN.split(_ENDING.sub("", last)) if word.isalpha()]
    if len(words) >= _FEWEST_WORDS:
        return to_line(" ".join(words))
    return to_line(f"{parts.netloc}{parts.path}")
