"""Character n-grams of words, hashed, and what linear models over them make of a text.

Each word stands alone between marks of its ends, as in scikit-learn's `char_wb`, so that inflected and compounded
forms share most of their features, in both scripts, and so that a word's share in a decision can be named.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import sqrt
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tension.text.normal import MEMO_WORDS

Floats = NDArray[np.float32]

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


class Linear:
    """A linear model over hashed n-grams, each weighing one over the root of the text's number of n-grams."""

    def __init__(self, weights: Floats) -> None:
        """Take the weights: buckets x classes."""
        self.weights = weights
        self._of_word = lru_cache(maxsize=MEMO_WORDS)(self._summed)

    def _summed(self, word: str) -> tuple[bytes, int]:
        # As bytes: an array of so few numbers is larger by half.
        rows = buckets(word, len(self.weights))
        return self.weights[rows].sum(axis=0).tobytes(), len(rows)

    def shares(self, words: Sequence[str]) -> Floats:
        """Return what each word adds to the log-odds of its text: words x classes."""
        known = [self._of_word(word) for word in words]
        if not known:
            return np.zeros((0, self.weights.shape[1]), np.float32)
        rows = np.frombuffer(b"".join([share for share, _ in known]), np.float32).reshape(len(known), -1)
        return np.asarray(rows / np.float32(sqrt(sum(count for _, count in known) or 1)), np.float32)
