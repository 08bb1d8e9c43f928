"""The learning curve of the models beside the rules, as `assets/judge/curve.py` measured it."""

from dataclasses import dataclass

from tension import assets
from tension.errors import AssetError

#: Length of a bar that stands for an F1 of 1.
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Micro F1 of each model alone, trained on some labelled headlines, on the kept ones."""

    headlines: int
    ngrams: float
    vectors: float


def points() -> list[Point]:
    """Return the curve, from few headlines to all.

    Raises:
        AssetError: a point lacks a figure.
    """
    try:
        rows = [Point(**row) for row in assets.read_toml("judge", "curve.toml")["point"]]
    except (KeyError, TypeError) as e:
        raise AssetError(assets.path("judge", "curve.toml"), f"no learning curve: {e}") from e
    return sorted(rows, key=lambda p: p.headlines)


def plot(curve: list[Point]) -> str:
    """Return a curve as a Markdown table with bars."""

    def bar(f1: float) -> str:
        return f"{f1:.3f} {'▇' * round(f1 * _LONGEST)}"

    head = ["| headlines trained on | vectors alone, F1 | n-grams alone, F1 |", "|---:|:---|:---|"]
    return "\n".join([*head, *(f"| {p.headlines:,} | {bar(p.vectors)} | {bar(p.ngrams)} |" for p in curve)])
