"""Other ways in which a headline may be written: what the encoder is tuned on beside the headline itself.

A text is read the same in another script, without its marks, in small letters, without its summary; and an act stays
the act that it is when it is told of another town or politician. Each variant is drawn by a seed of its headline's own,
so the same headline is varied the same way in every run.
"""

import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import md5
from typing import TYPE_CHECKING

import cyrtranslit

from tension.scoring.encoder import MOST_LETTERS
from tension.scoring.meaning import text_of

if TYPE_CHECKING:
    from labelled import Item

#: Languages that are written in two scripts, as the transliteration knows them.
SCRIPTS = {"sr": "sr", "bs": "sr", "cnr": "me"}
_CYRILLIC = re.compile("[\u0400-\u04ff]")
#: A word inside a sentence, so that a capital says something: neither the first one nor an abbreviation.
_INSIDE = re.compile(r"(?<=[\w,;)] )[^\W\d_][^\W\d_]{3,}")
#: How often each other way of writing is drawn, in the order in which `other_writing` lists them.
OFTEN = (6, 5, 2, 2)
#: Share of the names of a headline that are swapped.
SWAPPED = 0.65

Names = Mapping[tuple[str, str], Sequence[str]]


def _is_name(word: str) -> bool:
    return word[0].isupper() and not word[1].isupper()


def _alike(item: "Item", name: str) -> tuple[str, str]:
    """Return what names have in common that may stand for each other: language, and the last letter for the case."""
    return item.language, name[-1]


def names(items: Sequence["Item"]) -> Names:
    """Return the names in headlines of the region, by language and ending."""
    found: dict[tuple[str, str], list[str]] = {}
    for item in items:
        for name in filter(_is_name, _INSIDE.findall(item.title)) if item.kind != "out_of_region" else ():
            found.setdefault(_alike(item, name), []).append(name)
    return found


def other_names(item: "Item", known: Names, chance: random.Random) -> str:
    """Return a headline with most of its names swapped for others of its language. Outside the region names decide: no swap."""

    def other(word: re.Match[str]) -> str:
        name = word.group()
        if not _is_name(name) or chance.random() > SWAPPED:
            return name
        return chance.choice(known.get(_alike(item, name), [name]))

    title = item.title if item.kind == "out_of_region" else _INSIDE.sub(other, item.title)
    return text_of([title, item.summary])


def other_script(text: str, language: str) -> str:
    """Return a text in the other script of its language, or the text where there is none."""
    code = SCRIPTS.get(language)
    if code is None:
        return text
    turned: str = (cyrtranslit.to_latin if _CYRILLIC.search(text) else cyrtranslit.to_cyrillic)(text, code)
    return turned


def without_marks(text: str) -> str:
    """Return a text without the marks on its letters, as it is typed in haste; Cyrillic as it is, where they make the letter."""
    if _CYRILLIC.search(text):
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def other_writing(item: "Item", chance: random.Random) -> str:
    """Return a text without its summary, in its other script, without marks or in small letters."""
    text = text_of([item.title, item.summary])
    ways = (item.title, other_script(text, item.language), without_marks(text), text.lower())
    drawn = [(way, weight) for way, weight in zip(ways, OFTEN, strict=True) if way != text]
    return chance.choices(*zip(*drawn, strict=True))[0] if drawn else text


def variants(item: "Item", known: Names) -> list[str]:
    """Return up to two other texts that say what an item says, apart from names."""
    seed = md5(f"{item.language} {item.text}".encode(), usedforsecurity=False).hexdigest()
    chance = random.Random(seed)  # noqa: S311 - variety, not a secret
    made = [text[:MOST_LETTERS] for text in (other_writing(item, chance), other_names(item, known, chance))]
    return [text for text in dict.fromkeys(made) if text != item.text]


def joined(items: Sequence["Item"], count: int, chance: random.Random) -> list["Item"]:
    """Return a number of texts of two items each, of one language, that report what both report.

    Feeds put a second matter behind a title ("…; students march on"), and a lead tells more than its headline.
    """
    of_language: dict[str, list[Item]] = {}
    for item in items:
        of_language.setdefault(item.language, []).append(item)
    made = []
    for first in chance.sample(items, count):
        second = chance.choice(of_language[first.language])
        codes = first.codes | second.codes
        tempting = (first.tempting | second.tempting) - codes
        kind = "signal" if codes else first.kind
        made.append(replace(first, summary=second.title, codes=codes, tempting=tempting, kind=kind))
    return made
