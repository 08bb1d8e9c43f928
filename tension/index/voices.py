"""How often each voice counts in each replicate of the band.

Every voice (publisher family or agency) is drawn a number of times that a hash of its name decides, once a replicate
(the Poisson bootstrap): no voice's draw depends on which others are looked at, so that a past band stands still.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

REPLICATES = 200
#: A replicate's weight is counted in units of this share of one.
DRAW_UNIT = 2.0**12
_SEED = b"karaula-band-1"


@lru_cache(maxsize=20_000)
def _draws(voice: str) -> np.ndarray:
    """Return how often a voice is drawn in each replicate."""
    digest = hashlib.blake2b(voice.encode("utf-8", "surrogatepass"), digest_size=8, key=_SEED).digest()
    return np.random.default_rng(int.from_bytes(digest, "big")).poisson(1.0, REPLICATES).astype(float)


def drawn(base: float, voices: Sequence[str]) -> np.ndarray:
    """Return what an event weighs in each replicate, in whole units of 1 / `DRAW_UNIT`: sums of it know no order."""
    total = np.sum([_draws(voice) for voice in voices], axis=0)
    result: np.ndarray = np.rint(base * DRAW_UNIT * (1.0 - 2.0**-total)).astype(np.int64)
    return result
