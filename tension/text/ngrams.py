"""Character n-grams of folded words, hashed: what the judge's linear model sees of a text.

Each word stands alone between marks of its ends, as in scikit-learn's `char_wb`, so that inflected and compounded
forms share most of their features, in both scripts, and so that a word's share in a decision can be named.
"""

from collections.abc import Iterator
from zlib import crc32

#: Lengths of the n-grams.
SHORTEST, LONGEST = 3, 6
#: Words of a text that are looked at: a headline and its summary have fewer.
MOST_WORDS = 60
#: Letters of a word that are looked at.
MOST_LETTERS = 40


def ngrams(word: str) -> Iterator[str]:
    """Yield the n-grams of a folded word, ends marked.

    >>> list(ngrams("puca"))[:4]
    ['<pu', 'puc', 'uca', 'ca>']
    """
    marked = f"<{word[:MOST_LETTERS]}>"
    for length in range(SHORTEST, min(LONGEST, len(marked)) + 1):
        yield from (marked[start : start + length] for start in range(len(marked) - length + 1))


def buckets(word: str, size: int) -> list[int]:
    """Return the hashed n-grams of a folded word: numbers below `size`, the same on every machine."""
    return [crc32(gram.encode("utf-8", "surrogatepass")) % size for gram in ngrams(word)]
