"""Tell the languages of one script apart, where neither letters nor function words do: a linear model over n-grams.

It knows our own languages, and as one more all others. Trained on texts of our own by `assets/language/train.py`.
"""

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tension import assets
from tension.errors import AssetError
from tension.text.ngrams import MOST_WORDS, Linear, buckets

#: Buckets that n-grams are hashed into, and the weight below which one is taken for nothing.
SIZE, SMALLEST_SHARE = 2**15, 0.01


#: Letters, as long as no mark that is none of them parts them.
_LETTERS = re.compile(r"[^\W\d_]+")


def _words(text: str) -> list[str]:
    return _LETTERS.findall(text.casefold())[:MOST_WORDS]


def features(text: str) -> list[int]:
    """Return the hashed n-grams of a text's words as they are written, but for capitals."""
    return [bucket for word in _words(text) for bucket in buckets(word, SIZE)]


@lru_cache(maxsize=1)
def _model() -> tuple[Linear, NDArray[np.float32]]:
    file = assets.path("language", "weights.npz")
    with np.load(file, allow_pickle=False) as stored:
        weights, intercepts = stored["weights"].astype(np.float32), stored["intercepts"]
    if weights.shape != (SIZE, len(intercepts)):
        raise AssetError(file, f"weights of {weights.shape[0]} buckets where {SIZE} are hashed into")
    return Linear(weights), intercepts


def log_odds(text: str) -> NDArray[np.float32]:
    """Return how much speaks for each language that the model was trained for, in its order."""
    model, intercepts = _model()
    odds: NDArray[np.float32] = model.shares(_words(text)).sum(axis=0) + intercepts
    return odds
