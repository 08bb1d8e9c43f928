"""What `train.py` does with sentence vectors: has them made, once a text, and fits the perceptrons over them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tension.scoring.encoder import Encoder
from tension.scoring.meaning import Perceptron

Floats = NDArray[np.float32]
#: Units of the hidden layer, perceptrons that are averaged, inverse strength of the L2 penalty, rounds of L-BFGS.
UNITS, MEMBERS, C, ROUNDS = 256, 3, 0.05, 150
_AT_ONCE = 64


def vectors(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Return texts x dimensions. Vectors made earlier are kept beside the weights, out of the repository."""
    file = encoder.folder / f".vectors-{encoder.name}.npz"
    known = _stored(file)
    new = [text for text in dict.fromkeys(texts) if text not in known]
    for i in range(0, len(new), _AT_ONCE):
        some = new[i : i + _AT_ONCE]
        known.update(zip(some, encoder.encode(some), strict=True))
        if i % (_AT_ONCE * 20) == 0:
            print(f"{i} of {len(new)} vectors", flush=True)
    if new:
        file.parent.mkdir(exist_ok=True)
        np.savez(file, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[text] for text in texts])


def _stored(file: Path) -> dict[str, Floats]:
    if not file.exists():
        return {}
    with np.load(file, allow_pickle=False) as stored:
        return dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))


def perceptron(x: Floats, y: Floats, seed: int) -> Perceptron:
    """Fit one perceptron to rows and labels (rows x codes) by L-BFGS from a seeded beginning."""
    shapes = ((x.shape[1], UNITS), (UNITS,), (UNITS, y.shape[1]), (y.shape[1],))
    cuts = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]

    def parts(flat: NDArray[np.float64]) -> list[Floats]:
        return [p.reshape(s).astype(np.float32) for p, s in zip(np.split(flat, cuts), shapes, strict=True)]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        inner, inner_bias, outer, outer_bias = parts(flat)
        hidden = np.maximum(x @ inner + inner_bias, 0)
        z = hidden @ outer + outer_bias
        slope = 1 / (1 + np.exp(-z)) - y
        back = (slope @ outer.T) * (hidden > 0)
        value = (np.logaddexp(0, z) - y * z).sum(dtype=np.float64)
        penalty = ((inner.astype(np.float64) ** 2).sum() + (outer.astype(np.float64) ** 2).sum()) / (2 * C)
        gradient = (x.T @ back + inner / C, back.sum(0), hidden.T @ slope + outer / C, slope.sum(0))
        return float(value + penalty), np.concatenate([g.ravel() for g in gradient]).astype(np.float64)

    random = np.random.default_rng(seed)
    start = [
        random.standard_normal(shapes[0]) / np.sqrt(shapes[0][0]),
        np.zeros(UNITS),
        random.standard_normal(shapes[2]) / np.sqrt(UNITS),
        np.full(shapes[3], -3.0),
    ]
    flat = np.concatenate([part.ravel() for part in start])
    best = minimize(loss, flat, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxcor": 10}).x
    return Perceptron(*parts(best))
