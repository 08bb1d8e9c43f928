"""What to review first: least certain, most consequential. Pure, and the same for all who ask."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tension.model import Mode
from tension.review.agreement import Item
from tension.taxonomy import mode_weights, signal_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A signal, or what the model alone saw, that nobody has reviewed."""

    article_id: str
    code: str
    mode: Mode
    confidence: float
    event: str
    #: Independent reports of its event.
    n_independent: int = 1
    #: Whether it counts in the numbers; what the model alone saw does not.
    counts: bool = True

    @property
    def item(self) -> Item:
        """Return article and code."""
        return (self.article_id, self.code)

    @property
    def urgency(self) -> float:
        """Return weight x uncertainty x corroboration.

        Weight is that of code and mode. Uncertainty is 4c(1 - c): 1 at an even chance, 0 where it is sure either way.
        Corroboration is the event's own factor 1 - 2^-n: what many report moves the numbers most.
        """
        weight = signal_types()[self.code].weight * mode_weights().get(self.mode, 1.0)
        return weight * 4.0 * self.confidence * (1.0 - self.confidence) * (1.0 - 2.0**-self.n_independent)


def queue(waiting: Iterable[Waiting], done: Collection[Item] = ()) -> list[Waiting]:
    """Return what is to be reviewed, most urgent first; of one item the most urgent entry.

    Args:
        waiting: all that could be.
        done: items that need no (further) review.
    """
    ordered = sorted(waiting, key=lambda w: (-w.urgency, w.item, not w.counts, w.mode, w.confidence, w.n_independent, w.event))
    first: dict[Item, Waiting] = {}
    for one in ordered:
        if one.item not in done:
            first.setdefault(one.item, one)
    return list(first.values())
