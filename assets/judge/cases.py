"""What the small functions of a tier are fitted on: features of a candidate or code, and whether it was right."""

import hashlib
from dataclasses import dataclass

import numpy as np
from labelled import Item
from numpy.typing import NDArray
from scipy.optimize import minimize

from tension.model import Candidate
from tension.reading import read
from tension.scoring.detect import COUNTED, detect
from tension.scoring.judge import agreeing
from tension.scoring.overrule import counted_out, is_outside
from tension.scoring.verdicts import Limit
from tension.taxonomy import signal_types
from tension.text.language import group

CODES = tuple(sorted(signal_types()))


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


def _fold(item: Item) -> int:
    return int(hashlib.md5(b"fold" + item.event.encode(), usedforsecurity=False).hexdigest(), 16) % 5


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
        fold = _fold(item)
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


def overrule_cases(items: list[Item], counting: Limit, sense: NDArray[np.float32]) -> Cases:
    """Return the cases of `overrule`: acts that a cue or a place counts out."""
    rows: list[tuple[list[float], bool, int, float]] = []
    for n, item in enumerate(items):
        for code, some in counted_out(read(item.article).candidates).items():
            column = CODES.index(code)
            beside = [float(sense[n, column]), float(np.delete(sense[n], column).max())]
            least = counting.of(code, group(item.language))
            rows.append(([*beside, float(is_outside(some))], code in item.codes, _fold(item), least))
    return _as_cases(rows)


def calibration_error(p: NDArray[np.float64], y: NDArray[np.float64], bins: int = 10) -> float:
    """Return the expected calibration error over equal-width bins."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(p[which == b].mean() - y[which == b].mean()) * (which == b).mean() for b in set(which)))


def counted_figures(cases: Cases, name: str) -> dict[str, float]:
    """Return how many cases count by cross-validation, and the share of them that is right."""
    p = cases.probability()
    counted = p >= cases.counted
    return {f"{name}": int(counted.sum()), f"{name}_right": float(cases.y[counted].mean()) if counted.any() else 0.0}


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
