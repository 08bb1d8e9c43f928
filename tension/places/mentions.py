"""Where a text names a place: every reading of the words, before anybody decides which place is meant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import contains

from tension import assets
from tension.model import Precision
from tension.places.gazetteer import LONGEST_WORDS, Named, gazetteer
from tension.text.normal import MEMO_WORDS, Tokens

#: Signs behind which a headline begins anew: "Golubović: Visoka izlaznost", "(VIDEO) Pala rasveta".
_BEGINS = frozenset(":;|)]")
#: Signs that part a name from its case suffix.
APOSTROPHES = frozenset("'’ʼ`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Words that are some place's name."""

    first: int
    last: int
    #: The places that have this name.
    readings: tuple[Named, ...]
    #: A word before it says *where* ("in", "near").
    locative: bool
    #: That word says where something comes from.
    origin: bool
    #: It opens a sentence or a part of one, so that its capital letter says nothing.
    opening: bool
    #: Of these, it opens a part of a sentence only, as behind a colon.
    anew: bool
    #: A capitalised word that is no place stands beside it, as in a person's name.
    beside_name: bool
    #: It opens the text and a colon follows: what comes is from there, or said by someone of that name.
    dateline: bool = False


@lru_cache(maxsize=16)
def _endings(language: str) -> tuple[dict[str, list[tuple[str, str]]], frozenset[str], dict[str, str]]:
    """Return case endings by their last letter, words that say *where*, and small words inside names with their base form."""
    row = assets.read_toml("gazetteer", "endings.toml").get(language, {})
    pairs: dict[str, list[tuple[str, str]]] = {}
    for oblique, base in row.get("endings", ()):
        pairs.setdefault(oblique[-1], []).append((oblique, base))
    return pairs, frozenset(row.get("locative", "").split()), row.get("words", {})


@lru_cache(maxsize=2_000)
def bases(language: str, token: str) -> tuple[str, ...]:
    """Return the forms that a folded word may have in its base form, itself first.

    >>> "beograd" in bases("hbs", "beogradu"), "podgorica" in bases("hbs", "podgorici")
    (True, True)
    """
    endings, _, small = _endings(language)
    found = [token, *([small[token]] if token in small else [])]
    for oblique, base in endings.get(token[-1:], ()):
        stem = token[: len(token) - len(oblique)]
        if len(stem) >= 2 and token.endswith(oblique):  # noqa: PLR2004 - a letter alone is no stem
            found.append(stem + base)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=MEMO_WORDS)
def beginning(language: str, token: str, capital: bool) -> tuple[Named, ...]:  # noqa: FBT001 - part of the key
    """Return the names that a folded word may begin, in any case: for most words none.

    Where it begins small, one of them has to as well.
    """
    index = gazetteer().index
    names = tuple([named for base in bases(language, token) for named in index.get(base, ())])
    return names if capital or any(named.small and named.rest for named in names) else ()


def _longest(names: Sequence[Named], index: int, tokens: Tokens, language: str) -> tuple[int, tuple[Named, ...]]:
    """Return the longest of the names that begin at a word: their number of words (0: none) and readings."""
    best = 0
    found: list[Named] = []
    behind: list[tuple[str, ...]] | None = None
    for named in names:
        words = 1 + len(named.rest)
        if words < best:
            continue
        if named.rest:
            if behind is None:
                behind = _behind(index, tokens, language)
            if words - 1 > len(behind) or not all(map(contains, behind, named.rest)):
                continue
        if words > best:
            best, found = words, []
        found.append(named)
    return best, tuple(dict.fromkeys(found))


def _is_tied(before: Name, index: int, readings: Sequence[Named], tokens: Tokens, language: str) -> bool:
    """Tell whether a country is named in one breath with the place before it: "between Armenia and Turkey"."""
    if gazetteer().places[readings[0].place].precision is not Precision.COUNTRY:
        return False
    return before.locative and before.last == index - 2 and tokens.folded[index - 1] in listed(language, "and")


def _behind(index: int, tokens: Tokens, language: str) -> list[tuple[str, ...]]:
    """Return the base forms of the words of a sentence behind one, as many as a name may have."""
    last = min(index + LONGEST_WORDS, len(tokens.folded))
    return [bases(language, tokens.folded[i]) for i in range(index + 1, last) if tokens.sentence[i] == tokens.sentence[index]]


def capitals_matter(tokens: Tokens) -> bool:
    """Tell whether capital letters distinguish names here: not in all-lower text."""
    return any(tokens.capital) or any(c.isupper() for c in tokens.text)


def find_names(tokens: Tokens, language: str) -> list[Name]:
    """Return the names in a text from left to right, none overlapping, the longest first. Linear."""
    matter = capitals_matter(tokens)
    found: list[Name] = []
    free = 0
    for index, token in enumerate(tokens.folded):
        capital = not matter or tokens.capital[index]
        names = beginning(language, token, capital)
        if not names or index < free:
            continue
        words, readings = _longest(names, index, tokens, language)
        if not capital:
            readings = tuple(named for named in readings if named.small and named.rest)
        if readings:
            name = _name(index, min(words, LONGEST_WORDS), readings, tokens, language)
            tied = found and _is_tied(found[-1], index, readings, tokens, language)
            found.append(replace(name, locative=True, origin=found[-1].origin) if tied else name)
            free = index + words
    return found


@lru_cache(maxsize=64)
def listed(language: str, kind: str) -> tuple[str, ...]:
    """Return the words of a kind that `endings.toml` lists for a language."""
    return tuple(assets.read_toml("gazetteer", "endings.toml").get(language, {}).get(kind, "").split())


def is_soil(index: int, tokens: Tokens, language: str) -> bool:
    """Tell whether an adjective stands beside a word for a stretch of land, sea or air: "Romanian airspace" is a place."""
    beside = (i for i in (index - 1, index + 1) if 0 <= i < len(tokens) and tokens.clause[i] == tokens.clause[index])
    stems = listed(language, "soil")
    return bool(stems) and any(tokens.folded[i].startswith(stems) for i in beside)


@lru_cache(maxsize=16)
def _where_signs(language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the suffixes after an apostrophe, and the case endings, that say *where*."""
    row = assets.read_toml("gazetteer", "endings.toml").get(language, {})
    return frozenset(row.get("suffixes", "").split()), tuple(row.get("where_endings", "").split())


def _suffix(last: int, tokens: Tokens) -> str | None:
    """Return the word that an apostrophe ties to a name, as Turkish writes case endings, or None."""
    following = last + 1
    if following >= len(tokens) or tokens.starts[following] - tokens.ends[last] != 1:
        return None
    return tokens.folded[following] if tokens.text[tokens.ends[last]] in APOSTROPHES else None


def _ends_where(token: str, readings: Sequence[Named], language: str) -> bool:
    """Tell whether a name carries a case ending that says *where* ("Tetovóban")."""
    lasts = {r.rest[-1] if r.rest else r.word for r in readings}
    stems = (token[: -len(ending)] for ending in _where_signs(language)[1] if token.endswith(ending))
    return any(not lasts.isdisjoint(bases(language, stem)) for stem in stems)


def _is_dateline(last: int, tokens: Tokens) -> bool:
    """Tell whether a colon stands right behind a name that opens the text: "Tetovo: shots at a patrol"."""
    return tokens.text[tokens.ends[last] : tokens.ends[last] + 1] == ":"


def _is_first(before: int, index: int, tokens: Tokens) -> bool:
    """Tell whether what stands between two words begins something new, as a colon does: what follows is capitalised anyway."""
    return not _BEGINS.isdisjoint(tokens.text[tokens.ends[before] : tokens.starts[index]])


def _said_before(index: int, tokens: Tokens, language: str) -> tuple[str, str]:
    """Return the word of the same sentence before a name and its article, and the one before that; empty where none is."""
    before = index - 1
    if before > 0 and tokens.folded[before] in listed(language, "articles"):
        before -= 1
    said = [tokens.folded[i] if i >= 0 and tokens.sentence[i] == tokens.sentence[index] else "" for i in (before, before - 1)]
    return said[0], said[1]


def _name(index: int, words: int, readings: tuple[Named, ...], tokens: Tokens, language: str) -> Name:
    before = index - 1 if index and tokens.sentence[index - 1] == tokens.sentence[index] else None
    said, earlier = _said_before(index, tokens, language)
    words_where = _endings(language)[1]
    last = index + words - 1
    suffix = _suffix(last, tokens) if _where_signs(language)[0] else None
    where = suffix in _where_signs(language)[0] or _ends_where(tokens.folded[last], readings, language)
    anew = before is not None and _is_first(before, index, tokens)
    after = last + 1 if last + 1 < len(tokens) and tokens.clause[last + 1] == tokens.clause[last] else None
    return Name(
        first=index,
        last=last,
        readings=readings,
        locative=where or said in words_where,
        # "Outside of" and "close to" end in the word for *from* in Greek.
        origin=said in listed(language, "origin") and earlier not in words_where,
        opening=suffix is None and (before is None or anew),
        anew=anew,
        dateline=before is None and _is_dateline(last, tokens),
        beside_name=any(
            i is not None and tokens.capital[i] and tokens.clause[i] == tokens.clause[index]
            and not (i == before and (i == 0 or tokens.sentence[i - 1] != tokens.sentence[i]))
            for i in (before, after)
        ),
    )  # fmt: skip
