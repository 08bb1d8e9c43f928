"""Train what tells our languages apart: `weights.npz` in this folder.

    python assets/language/train.py         # half a minute; needs the `train` extra (scipy)

From the headlines of `assets/headlines` whose events are not kept for measuring, and those of `others.tsv`, which are in
languages that are not ours; each as it is written and once more without marks on its letters. Deterministic.
"""

import json
import sys
from collections.abc import Iterator

import numpy as np
from cyrtranslit import to_cyrillic
from scipy.sparse import csr_matrix

from ingest.headlines import is_kept
from tension import assets
from tension.text.language import LANGUAGES, SURELY, UNKNOWN, group
from tension.text.normal import fold
from tension.text.telling import SIZE, SMALLEST_SHARE, features

sys.path.insert(0, str(assets.path("judge")))
from train import fit

#: Languages whose press writes either script; most of our headlines in them are in Latin letters.
IN_BOTH_SCRIPTS = ("sr", "cnr")
#: Texts of other languages are few, and each stands for many.
WEIGHING = 2


def texts(*, kept: bool) -> Iterator[tuple[str, str]]:
    """Yield (text, group) of the headlines, those kept for measuring or the others."""
    for file in sorted(assets.path("headlines").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if is_kept(row["event"]) != kept:
                continue
            yield row["title"], group(row["language"])
            if row["language"] in IN_BOTH_SCRIPTS and row["script"] == "Latn" and not kept:
                yield to_cyrillic(row["title"], "sr"), group(row["language"])
    for line in assets.path("language", "others.tsv").read_text(encoding="utf-8").splitlines():
        _, text = line.split("\t")
        if is_kept(text) == kept:
            yield text, UNKNOWN


def matrix(rows: list[str]) -> csr_matrix:
    """Return texts x buckets."""
    starts, columns, values = [0], [], []
    for row in rows:
        found = features(row)
        columns += found
        values += [len(found) ** -0.5] * len(found)
        starts.append(len(columns))
    return csr_matrix((np.array(values, np.float32), np.array(columns, np.int32), np.array(starts)), shape=(len(rows), SIZE))


def main() -> None:
    """Fit, write, and say how many kept headlines are told right among all languages."""
    known = list(texts(kept=False))
    known += [one for one in known if one[1] == UNKNOWN] * (WEIGHING - 1)
    known += [(fold(text), language) for text, language in known]
    y = np.array([[language == one for one in (*LANGUAGES, UNKNOWN)] for _, language in known], np.float32)
    weights, intercepts = fit(matrix([text for text, _ in known]), y)
    small = np.where(np.abs(weights) < SMALLEST_SHARE, 0, weights).astype(np.float16)
    np.savez_compressed(assets.path("language") / "weights.npz", weights=small, intercepts=intercepts.astype(np.float32))
    asked = list(texts(kept=True))
    told = np.asarray(matrix([text for text, _ in asked]) @ small.astype(np.float32)) + intercepts
    names = (*LANGUAGES, UNKNOWN)
    right = [names[best] == language for best, (_, language) in zip(told.argmax(1), asked, strict=True)]
    print(len(known) // 2, "headlines;", len(asked), "kept, told right:", round(float(np.mean(right)), 4))
    strange = np.array([language == UNKNOWN for _, language in asked])
    lead = told[:, :-1].max(1) - told[:, -1]
    sure = np.abs(lead) >= SURELY
    wrong = sure & ((lead < 0) != strange)
    print(f"sure whether ours: {sure.mean():.3f}, of others' {sure[strange].mean():.3f}; wrong {wrong.sum()} of {sure.sum()}")


if __name__ == "__main__":
    main()
