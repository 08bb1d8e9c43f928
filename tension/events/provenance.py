"""Whose voice a report is: the agency that its by-line names, else its publisher; and which sides tell of an event."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tension import assets
from tension.model import Article
from tension.text.normal import Tokens, fold, tokenise

#: By-lines stand at the beginning or at the end; farther in, an agency's name is somebody who is quoted.
_HEAD, _TAIL = 400, 300
_OPENS = re.compile(r"[(\[/|]\s*$")
_CLOSES = re.compile(r"^\s*[)\]/|,]")
#: After a name at the very beginning: "Tanjug - ", "AP: ".
_DASH = re.compile(r"^\s*[-–—:)]")
#: Words of the dateline that may stand before it: "BEOGRAD, 20. septembra (Tanjug)".
_DATELINE = 4
#: An agency's name of so few letters is also an ordinary word or abbreviation: counts only as written.
_SHORT = 4


@dataclass(frozen=True, slots=True)
class _Form:
    words: tuple[str, ...]
    #: The spelling that is asked for, or None where any will do.
    exact: str | None
    wire: str


@lru_cache(maxsize=1)
def _forms() -> dict[str, tuple[_Form, ...]]:
    """Return the forms of all agencies by their first folded word, longest first."""
    table: dict[str, list[_Form]] = {}
    for row in assets.read_toml("wires.toml")["wire"]:
        for form in row["forms"]:
            words = tuple(fold(form).split())
            table.setdefault(words[0], []).append(_Form(words, form if len(form) <= _SHORT else None, row["id"]))
    return {first: tuple(sorted(found, key=lambda f: -len(f.words))) for first, found in table.items()}


@lru_cache(maxsize=1)
def _source_words() -> frozenset[str]:
    return frozenset(assets.read_toml("wires.toml")["words"]["before"].split())


def _is_byline(tokens: Tokens, first: int, last: int) -> bool:
    """Tell whether a name is a by-line where it stands, and not the subject of a sentence."""
    before, after = tokens.text[: tokens.starts[first]], tokens.text[tokens.ends[last] :]
    if _OPENS.search(before) and _CLOSES.match(after):
        return True
    if first <= _DATELINE and tokens.sentence[first] == 0 and _DASH.match(after):
        return first == 0 or _OPENS.search(before) is not None
    # "according to Reuters", "javlja agencija Beta": the word may be one farther off.
    return not _source_words().isdisjoint(tokens.folded[max(0, first - 2) : first])


def _in_text(text: str) -> str:
    tokens = tokenise(text)
    forms = _forms()
    for at, word in enumerate(tokens.folded):
        for form in forms.get(word, ()):
            last = at + len(form.words) - 1
            if tokens.folded[at : last + 1] != form.words:
                continue
            written = tokens.text[tokens.starts[at] : tokens.ends[last]]
            if (form.exact is None or written == form.exact) and _is_byline(tokens, at, last):
                return form.wire
    return ""


def wire_of(article: Article) -> str:
    """Return the origin of a text that names an agency as its source: `wire:` and the agency's id, or an empty text.

    >>> wire_of(Article(id="a", outlet="o", url=None, title="Barikade uklonjene", summary="BEOGRAD (Tanjug) - Uklonjene su."))
    'wire:tanjug'
    """
    for text in (article.summary, article.body, article.title):
        if text:
            found = _in_text(text[:_HEAD]) or (_in_text(text[-_TAIL:]) if len(text) > _HEAD else "")
            if found:
                return f"wire:{found}"
    return ""


#: How an event is told.
BOTH, ONE, DISPUTED, UNKNOWN = "both sides", "one side only", "disputed", "side unknown"


@lru_cache(maxsize=1)
def _party_of() -> dict[str, str]:
    """Return the party of each public."""
    parties = assets.read_toml("parties.toml")["party"]
    return {side: party for party, sides in parties.items() for side in sides.split()}


@lru_cache(maxsize=256)
def _concerned(countries: tuple[str, ...]) -> frozenset[str]:
    """Return the parties that events in or between countries concern."""
    known = assets.read_toml("parties.toml")["country"]
    return frozenset(party for country in countries for party in known.get(country, "").split())


def told(sides: Iterable[str], countries: tuple[str, ...], *, denied: bool) -> str:
    """Say how an event is told: by the publics of several parties that it concerns, of one, of none, or disputed.

    >>> told(["serbia", "kosovo-albanian"], ("RS", "XK"), denied=False), told(["serbia", "slovenia"], ("XK",), denied=False)
    ('both sides', 'one side only')
    """
    if denied:
        return DISPUTED
    parties = {_party_of().get(side, "") for side in sides} & _concerned(countries)
    return BOTH if len(parties) > 1 else ONE if parties else UNKNOWN
