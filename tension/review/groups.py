"""Which event each report is of once reviews are taken into account. Pure."""

from collections.abc import Iterable, Mapping

from tension.events.merge import event_id
from tension.review.record import Act, Review, standing


def split_id(review: Review) -> str:
    """Return the id of the event that a split founds."""
    return event_id(f"split {review.id}")


def concerned(reviews: Iterable[Review]) -> frozenset[str]:
    """Return all events that reviews merge or split, also those that hold no longer."""
    named: set[str] = set()
    for review in reviews:
        if review.act is Act.MERGE:
            named |= {review.event_id or "", review.other_event or ""}
        elif review.act is Act.SPLIT:
            named |= {review.event_id or "", split_id(review)}
    return frozenset(named - {""})


def regrouped(base: Mapping[str, str], reviews: Iterable[Review]) -> dict[str, tuple[str, Review | None]]:
    """Return the event of each report, and the review that put it there (None: the merger did).

    Args:
        base: the event of each report of the concerned events, as the merger said.
        reviews: in any order.
    """
    state: dict[str, tuple[str, Review | None]] = {article: (event, None) for article, event in base.items()}
    for review in standing(reviews):
        if review.act is Act.MERGE:
            moved, to = {a for a, (event, _) in state.items() if event == review.other_event}, review.event_id or ""
        elif review.act is Act.SPLIT:
            moved = {a for a in review.articles if a in state and state[a][0] == review.event_id}
            to = split_id(review)
        else:
            continue
        state |= dict.fromkeys(moved, (to, review))
    # What several reviews moved back to where the merger had it was not moved.
    return {a: (event, None if event == base[a] else by) for a, (event, by) in state.items()}
