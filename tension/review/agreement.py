"""How far reviewers agree: conflicts, and Cohen's kappa between first and second reviewer. Pure.

Kappa: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960),
37-46: (observed - expected) / (1 - expected), where expected is what two reviewers with these habits agree on by chance.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tension.review.record import VERDICTS, Review, standing

Item = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What two reviewers say of the same items."""

    n_items: int
    #: Share of the items on which both say the same; None without an item.
    observed: float | None
    #: Cohen's kappa; None where it is not defined: no item, or both always say one and the same.
    kappa: float | None
    #: Items of which the two say different things, with both labels (empty: no signal).
    conflicts: tuple[tuple[Item, str, str], ...]


def labels(reviews: Iterable[Review]) -> dict[Item, dict[str, str]]:
    """Return what each reviewer says last of each signal, reviewers in the order of their first verdict."""
    found: dict[Item, dict[str, str]] = {}
    for review in standing(reviews):
        if review.act in VERDICTS and review.article_id is not None:
            found.setdefault(review.item, {})[review.reviewer] = review.label
    return found


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of pairs of labels, or None where it is not defined."""
    n = len(pairs)
    if not n:
        return None
    observed = sum(one == other for one, other in pairs) / n
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(first[label] * second[label] for label in first) / n**2
    return None if expected == 1.0 else (observed - expected) / (1.0 - expected)


def agreement(reviews: Iterable[Review]) -> Agreement:
    """Return how far the first and the second reviewer of each signal agree."""
    both = {
        item: (said[0], said[1])
        for item, given in sorted(labels(reviews).items())
        if len(said := list(given.values())) > 1
    }  # fmt: skip
    pairs = list(both.values())
    return Agreement(
        n_items=len(pairs),
        observed=sum(one == other for one, other in pairs) / len(pairs) if pairs else None,
        kappa=kappa(pairs),
        conflicts=tuple((item, one, other) for item, (one, other) in both.items() if one != other),
    )
