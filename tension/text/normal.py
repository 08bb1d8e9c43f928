"""Fold and tokenise: case, diacritics and script go, positions stay.

Matching works on folded tokens, so that *Лепосавић*, *Leposavić* and *LEPOSAVIC* are one word;
every token keeps its span in the original, so that evidence is quoted exactly.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from cyrtranslit.mapping import TRANSLIT_DICT

from tension import assets

#: Marks that join letters into one word although they are none: combining marks, soft hyphen, zero-width signs.
_INSIDE = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_][\w{_INSIDE}]*")
_DROPPED = re.compile(r"[\W_]")
#: Letters of a word that matching looks at; what is longer is no word of any language.
LONGEST = 80
#: Words of a sentence, at most: what is longer is a list or no prose, and would cost time by the square.
LONGEST_SENTENCE = 120
#: Words that each table remembers which is asked for every word: those of a day's news in all languages, and no more.
MEMO_WORDS = 2**16
#: What ends a sentence between two words.
_SENTENCE_END = re.compile(r"[.!?…;\n]|\|")
_CLAUSE_END = re.compile(r"[,:()\[\]]|\s[-–—]\s|[–—]")


@lru_cache(maxsize=1)
def _letters() -> dict[int, str]:
    """Return the table of single letters: Cyrillic by cyrtranslit, then what `letters.toml` states."""
    data = assets.read_toml("lexicon", "letters.toml")
    table: dict[int, str] = {}
    for code in reversed(data["order"]):
        table.update({ord(k): _strip(v.lower()) for k, v in TRANSLIT_DICT[code]["tolatin"].items() if len(k) == 1})
    table.update({ord(k): v for k, v in data["fold"].items()})
    return table


def _strip(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


class _Folding(dict[int, str]):
    """What each lower-case letter folds to, worked out when it is first met."""

    #: So many are remembered: a bound, so that hostile input cannot fill the memory.
    MOST = 20_000

    def __missing__(self, code: int) -> str:
        letters = _letters()
        # Single letters first (й would lose its breve and become и), then decomposition, then letters again for those
        # that only lower-casing or decomposition brought up: opening a compatibility form may bring up a capital (𝕊).
        text = chr(code).translate(letters)
        if not text.isascii():
            text = _strip(_strip(text).lower()).translate(letters)
        text = _DROPPED.sub("", text)
        if len(self) < self.MOST:
            self[code] = text
        return text


_FOLDING = _Folding()


# To fold a rare word anew costs little: fewer are remembered than of what costs more.
@lru_cache(maxsize=MEMO_WORDS // 4)
def fold_token(token: str) -> str:
    """Fold one word: lower case, compatibility forms opened, marks dropped, Cyrillic as Latin.

    >>> fold_token("Лепосавић"), fold_token("ĐAKOVICA"), fold_token("İzmir")
    ('leposavic', 'djakovica', 'izmir')
    """
    if token.isascii():
        return token.lower().replace("_", "")
    return unicodedata.normalize("NFC", token).lower().translate(_FOLDING)


def fold(text: str) -> str:
    """Return the folded words of a text, joined by single spaces: the form that searches compare."""
    if text.isascii() and text.isalpha():
        return text[:LONGEST].lower()
    return " ".join(filter(None, [fold_token(word[:LONGEST]) for word in _WORD.findall(text)]))


@lru_cache(maxsize=4_096)
def fold_title(title: str) -> str:
    """Fold a headline, and remember it for a while: identity, likeness and row each ask for it."""
    return fold(title)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of one field, side by side in lists of equal length."""

    text: str
    folded: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    #: Number of the sentence that each word stands in.
    sentence: tuple[int, ...]
    #: Number of the clause that each word stands in; clauses end at commas, colons, dashes and sentence ends.
    clause: tuple[int, ...]
    #: Whether each word begins with a capital letter in the original.
    capital: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.folded)


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    return frozenset(assets.read_toml("lexicon", "letters.toml")["abbreviations"]["words"].split())


def _breaks(gap: str, before: str) -> tuple[bool, bool]:
    """Tell whether the gap after the word `before` ends a sentence, and whether it ends a clause."""
    if _SENTENCE_END.search(gap):
        # "20. septembra", "A. Kurti": a number or an initial before the stop does not end a sentence.
        if gap.startswith(".") and "\n" not in gap and (before.isdigit() or len(before) == 1 or before in _abbreviations()):
            return False, False
        if gap.startswith(".") and len(gap) == 1:
            return False, False
        return True, True
    return False, bool(_CLAUSE_END.search(gap))


def tokenise(text: str) -> Tokens:
    """Split a text into words with spans, sentences and clauses. Linear in its length."""
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [text[start:end] for start, end in spans]
    folded = [fold_token(word if len(word) <= LONGEST else word[:LONGEST]) for word in words]
    if not all(folded):  # a word of marks alone is none
        kept = [n for n, word in enumerate(folded) if word]
        spans, words, folded = [spans[n] for n in kept], [words[n] for n in kept], [folded[n] for n in kept]
    sentence = clause = 0
    sentences, clauses = [0] * len(spans), [0] * len(spans)
    for index in range(1, len(spans)):
        gap = text[spans[index - 1][1] : spans[index][0]]
        if gap != " ":
            new_sentence, new_clause = _breaks(gap, folded[index - 1])
            sentence += new_sentence
            clause += new_clause
        sentences[index], clauses[index] = sentence, clause
    starts, ends = zip(*spans, strict=True) if spans else ((), ())
    capital = tuple([word[0].isupper() for word in words])
    return Tokens(text, tuple(folded), starts, ends, tuple(sentences), tuple(clauses), capital)


def end_after_numbers(tokens: Tokens) -> Tokens:
    """Return the words of running text, where a number, a full stop and a capital letter end a sentence ("in 2008. The").

    Headlines are tokenised without this: there "12. Brigade" is as likely.
    """
    sentence: list[int] = []
    clause: list[int] = []
    more = 0
    for i in range(len(tokens)):
        gap = tokens.text[tokens.ends[i - 1] : tokens.starts[i]] if i else ""
        more += gap == ". " and tokens.capital[i] and tokens.folded[i - 1].isdigit()
        sentence.append(tokens.sentence[i] + more)
        clause.append(tokens.clause[i] + more)
    return replace(tokens, sentence=tuple(sentence), clause=tuple(clause))


def sentences(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield (first word, word behind the last) of each sentence; text without full stops is cut."""
    first = 0
    for index in range(1, len(tokens) + 1):
        ends = index == len(tokens) or tokens.sentence[index] != tokens.sentence[first]
        if ends or index - first == LONGEST_SENTENCE:
            yield first, index
            first = index


def part(tokens: Tokens, first: int, end: int) -> Tokens:
    """Return a stretch of words; spans still refer to the whole text."""
    return Tokens(
        tokens.text,
        tokens.folded[first:end],
        tokens.starts[first:end],
        tokens.ends[first:end],
        tokens.sentence[first:end],
        tokens.clause[first:end],
        tokens.capital[first:end],
    )
