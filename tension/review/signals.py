"""What signals an article has once its reviews are taken into account. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tension.model import Mode
from tension.review.record import RULE, VERDICTS, Act, Fact, Review, in_order, standing


def winners(reviews: Iterable[Review], at: datetime | None = None) -> list[Review]:
    """Return of each signal the verdict and the place that hold, in the order in which they were given."""
    found: dict[tuple[str, str, bool], Review] = {}
    for review in standing(reviews, at):
        if review.article_id is not None:
            found[(*review.item, review.act in VERDICTS)] = review
    return in_order(found.values())


def corrected(base: Sequence[Fact], reviews: Iterable[Review], at: datetime | None = None) -> list[Fact]:
    """Return the signals of one article with what reviewers said of them by an instant.

    A reviewed signal outlives a scorer that no longer finds it: the review has noted it as it stood.

    Args:
        base: what the scorer found.
        reviews: of this article, in any order.
        at: what was recorded later plays no part; None takes all.
    """
    rows = list(base)
    judged: set[str] = set()
    for review in winners(reviews, at):
        code = review.code or ""
        mine = [f for f in rows if code in (f.item, f.code)]
        others = [f for f in rows if code not in (f.item, f.code)]
        rows = [*others, *_judged(review, mine or _noted(review, judged), {f.code for f in others})]
        if review.act in VERDICTS:
            judged.add(code)
    return _once(rows)


def _noted(review: Review, judged: set[str]) -> Sequence[Fact]:
    """Return the signals as the review noted them, unless an earlier verdict took them away."""
    return () if review.code in judged else review.facts


def _judged(review: Review, mine: Sequence[Fact], beside: set[str]) -> list[Fact]:
    """Return what becomes of a review's signals. `beside`: the codes that the article has already."""
    match review.act:
        case Act.RETRACT:
            return []
        case Act.RELOCATE:
            return [replace(f, place=review.place) for f in mine]
        case Act.RETAG:
            code = review.to_code
            if code is not None and code in beside:
                return []
            rule = f"{RULE}{review.code}"
            return [replace(f, code=code or f.code, mode=review.to_mode or f.mode, rule=rule) for f in mine]
        case Act.ADD:
            return list(mine) or [_added(review)]
    return list(mine)


def _added(review: Review) -> Fact:
    code = review.code or ""
    return Fact(
        signal_id="", code=code, mode=review.to_mode or Mode.ACTUAL, confidence=1.0, rule=f"{RULE}{code}",
        evidence=review.evidence, cue=None, place=review.place, day=None, day_stated="", item=code,
    )  # fmt: skip


def _once(rows: Iterable[Fact]) -> list[Fact]:
    """Return one of those that say the same of the same words at the same place."""
    kept = {(f.code, f.place and f.place.id, f.evidence, f.item): f for f in reversed(list(rows))}
    return list(reversed(kept.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A signal and how long it held: from first sight (None) or from a review on, until a review or until now (None)."""

    fact: Fact
    since: datetime | None
    until: datetime | None


def spells(base: Sequence[Fact], reviews: Iterable[Review]) -> list[Spell]:
    """Return every state that an article's signals were in, so that what was known on a day can still be read."""
    given = list(reviews)
    instants = sorted({r.recorded_at for r in given})
    begun: dict[Fact, datetime | None] = dict.fromkeys(_once(base))
    found: list[Spell] = []
    for at in instants:
        now = dict.fromkeys(corrected(base, given, at))
        found += [Spell(fact=f, since=since, until=at) for f, since in begun.items() if f not in now]
        begun = {f: begun.get(f, at) for f in now}
    return [*found, *(Spell(fact=f, since=since, until=None) for f, since in begun.items())]
