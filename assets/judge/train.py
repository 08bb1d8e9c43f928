"""Train the judge from our labelled headlines: writes words.npz and the coefficients of judge.toml.

    python assets/judge/train.py            # trains and writes; needs the `train` extra (scipy)

The n-gram model sees the three quarters of events of `assets/headlines` that are not kept for measuring, and the
minimal pairs of `assets/pairs`. The two small functions on top are fitted on the kept quarter, since rules know the
others too well; their figures are therefore reported by five-fold cross-validation over events.
Deterministic: same files, same bytes.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from ingest.headlines import is_kept
from tension import assets
from tension.model import Article, Candidate
from tension.scoring.detect import COUNTED, detect, fields
from tension.scoring.ngrams import MOST_WORDS, buckets
from tension.taxonomy import signal_types
from tension.text.language import group

SIZE = 2**16
#: Inverse strength of the L2 penalty, and rounds of L-BFGS.
C, ROUNDS = 30.0, 60
#: A code that no rule saw becomes a candidate from the first probability on, and counts from the second, which none reaches:
#: ordinary news is more various than our headlines, and most of what the model alone made of real ones was wrong.
SHOWN, COUNTED_FROM = 0.5, 1.0
#: A rule's tag counts from this probability on; below it four of five are wrong.
KEPT = 0.2
CODES = tuple(sorted(signal_types()))
#: What a pair's variant says of its code: present, or not.
PAIR_HAS = {"actual": True, "announced": True, "denied": False, "historical": False, "figurative": False}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One labelled text."""

    event: str
    language: str
    title: str
    summary: str
    codes: frozenset[str]

    @property
    def article(self) -> Article:
        return Article(id="", outlet="", url=None, title=self.title, summary=self.summary, language=self.language)

    @property
    def words(self) -> list[str]:
        return [word for _, tokens in fields(self.article) for word in tokens.folded][:MOST_WORDS]


def headlines() -> Iterator[Item]:
    """Yield every labelled headline."""
    for file in sorted(assets.path("headlines").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield Item(
                event=row["event"],
                language=row["language"],
                title=row["title"],
                summary=row.get("summary") or "",
                codes=frozenset(row["codes"]),
            )


def pairs() -> Iterator[Item]:
    """Yield the variants of the minimal pairs whose label is plain."""
    for file in sorted(assets.path("pairs").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for variant, has in PAIR_HAS.items():
                if variant in row:
                    codes = frozenset({row["code"]} if has else ())
                    yield Item(event=row["id"], language=row["language"], title=row[variant], summary="", codes=codes)


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


def by_rules(item: Item) -> tuple[dict[str, Candidate], set[str]]:
    """Return the surest counted candidate a code, and every code that any candidate has."""
    found = detect(item.article, group(item.language))
    best: dict[str, Candidate] = {}
    for c in sorted(found, key=lambda c: c.confidence):
        if c.dropped is None and c.mode in COUNTED:
            best[c.code] = c
    return best, {c.code for c in found}


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Feature rows of a small function, whether each was right, and the fold that its event is in."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    fold: NDArray[np.int64]

    def probability(self) -> NDArray[np.float64]:
        """Return each case's probability, from a function that did not see its event."""
        p = np.zeros(len(self.y))
        for held in range(5):
            w = logistic(self.x[self.fold != held], self.y[self.fold != held])
            rest = self.x[self.fold == held]
            p[self.fold == held] = 1 / (1 + np.exp(-(w[0] + rest @ w[1:])))
        return p


def cases(items: list[Item], odds: NDArray[np.float32]) -> tuple[Cases, Cases]:
    """Return the cases of `confirm` and of `find`."""
    rows: dict[str, list[tuple[list[float], bool, int]]] = {"confirm": [], "find": []}
    for item, said in zip(items, odds, strict=True):
        best, seen = by_rules(item)
        fold = int(hashlib.md5(b"fold" + item.event.encode(), usedforsecurity=False).hexdigest(), 16) % 5
        for column, code in enumerate(CODES):
            right = code in item.codes
            if code in best:
                others = float(np.delete(said, column).max())
                rows["confirm"].append(([_odds(best[code].confidence), float(said[column]), others], right, fold))
            elif code not in seen:
                rows["find"].append(([float(said[column]), float(bool(best))], right, fold))
    made = [
        Cases(x=np.array([r[0] for r in v]), y=np.array([r[1] for r in v], float), fold=np.array([r[2] for r in v]))
        for v in rows.values()
    ]
    return made[0], made[1]


def calibration_error(p: NDArray[np.float64], y: NDArray[np.float64], bins: int = 10) -> float:
    """Return the expected calibration error over equal-width bins."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(p[which == b].mean() - y[which == b].mean()) * (which == b).mean() for b in set(which)))


def main() -> None:
    """Train, report, write."""
    everything = list(headlines())
    training = [i for i in everything if not is_kept(i.event)] + [i for i in pairs() if not is_kept(i.event)]
    kept = [i for i in everything if is_kept(i.event)]
    weights, intercepts = fit(matrix(training), labels(training))
    small = weights.astype(np.float16)
    odds = np.asarray(matrix(kept) @ small.astype(np.float32)) + intercepts
    confirm, find = cases(kept, odds)
    p, q = confirm.probability(), find.probability()
    shown, said = q >= SHOWN, q >= COUNTED_FROM
    figures = {
        "training": len(training),
        "kept": len(kept),
        "confirm_calibration_error": calibration_error(p, confirm.y),
        "confirm_right": float(confirm.y.mean()),
        "find_calibration_error": calibration_error(q, find.y),
        "shown": int(shown.sum()),
        "shown_right": float(find.y[shown].mean()) if shown.any() else 0.0,
        "counted": int(said.sum()),
        "counted_right": float(find.y[said].mean()) if said.any() else 0.0,
        "missed_by_rules": int(find.y.sum()),
    }
    np.savez_compressed(assets.path("judge") / "words.npz", weights=small, intercepts=intercepts, codes=np.array(CODES))
    write(logistic(confirm.x, confirm.y), logistic(find.x, find.y), figures)
    print(json.dumps(figures, indent=1))


def write(confirm: NDArray[np.float64], find: NDArray[np.float64], figures: dict[str, float]) -> None:
    """Write judge.toml."""
    lines = [
        "# Written by train.py; see README.md.",
        "",
        "[confirm]",
        *(f"{n} = {v:.6g}" for n, v in zip(("intercept", "confidence", "odds", "best_other"), confirm, strict=True)),
        f"kept = {KEPT}",
        "",
        "[find]",
        *(f"{n} = {v:.6g}" for n, v in zip(("intercept", "odds", "tagged"), find, strict=True)),
        f"shown = {SHOWN}",
        f"counted = {COUNTED_FROM}",
        "",
        "[figures]",
        *(f"{n} = {v:.4g}" if isinstance(v, float) else f"{n} = {v}" for n, v in figures.items()),
        "",
    ]
    (assets.path("judge") / "judge.toml").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
