"""Who reports it: names behind a report that say nothing of where it happened."""

import re
from collections.abc import Sequence

from tension.model import PlaceMention, Span

#: Words of this length are capitalised in a name, whatever their kind.
LONG_WORD = 5
#: What stands behind a report in brackets, or behind its last dash: who reports it, where all its longer words are capitalised.
_BEHIND = re.compile(r"[(\[]([^()\[\]]{2,60})[)\]][.\s]*$|\s[-|]\s([^-|]{2,40})$")
#: Names behind a report that are looked at at most.
_MOST_SOURCES = 4


def _may_be_title(word: str) -> bool:
    return word[0].isupper() or len(word) < LONG_WORD or not word[0].isalpha()


def bylines(text: str) -> list[tuple[int, int]]:
    """Return where a text names who reports it: "(France 24)", " - The Sofia Echo". Names in it say nothing of where.

    A place alone in brackets is one.

    >>> [text[a:z] for text in ["Shots in Tetovo (France 24) (AP)"] for a, z in bylines(text)]
    ['AP', 'France 24']
    """
    found: list[tuple[int, int]] = []
    while len(found) < _MOST_SOURCES and (behind := _BEHIND.search(text)):
        group = 1 if behind[1] is not None else 2
        words = behind[group].split()
        if not (words and words[0][0].isupper() and all(_may_be_title(word) for word in words)):
            break
        found.append(behind.span(group))
        text = text[: behind.start()]
    return found


def placing(mentions: Sequence[PlaceMention], text: str) -> list[PlaceMention]:
    """Return the mentions of a text that are no part of the name of who reports it."""
    behind = bylines(text)
    return [m for m in mentions if not any(_is_within(m.span, *ends) for ends in behind)]


def _is_within(span: Span, start: int, end: int) -> bool:
    """Tell whether a span is a part of what stands between two letters, and not the whole of it."""
    return start <= span.start and span.end <= end and (span.start, span.end) != (start, end)
