"""Headlines that change: which stored articles are versions of one, by address or the feed's own id, and by their words. Pure.

A changed headline is an article of its own, read anew: nothing that was once published is overwritten. That several are
one story of one outlet is told from where they stand and what they say: feeds that give all entries one address, or one
id, are not fooled by.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

#: How far apart two versions of a headline may be first seen.
APART = timedelta(days=7)
#: Two headlines under one address are versions of each other from here on (percent of words in common).
ALIKE = 55.0
#: Longer chains are a page that changes all day (a live blog); the newest versions are shown.
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One headline of an article, with when it was first seen."""

    article_id: str
    title: str
    #: As it is compared.
    folded: str
    first_seen_at: datetime
    #: What its present reading found.
    n_signals: int = 0


def alike(one: str, other: str) -> bool:
    """Tell whether two folded headlines under one address may be versions of each other.

    >>> alike("dva vojnika povredjena kod jarinja", "tri vojnika povredjena kod jarinja")
    True
    >>> alike("dva vojnika povredjena kod jarinja", "vreme sutra suncano")
    False
    """
    return fuzz.token_sort_ratio(one, other) >= ALIKE


def chain(of: Version, others: Iterable[Version]) -> Sequence[Version]:
    """Return the versions of a headline, itself among them, in the order in which they were first seen.

    Args:
        of: the headline.
        others: what else stands at its address or goes by its id.
    """
    found, waiting = {of.article_id: of}, {v.article_id: v for v in others if v.article_id != of.article_id}
    news = [of]
    while news:
        last = news.pop()
        near = [
            v for v in waiting.values() if abs(v.first_seen_at - last.first_seen_at) <= APART and alike(v.folded, last.folded)
        ]
        for version in near:
            found[version.article_id] = waiting.pop(version.article_id)
        news += near
    return sorted(found.values(), key=lambda v: (v.first_seen_at, v.article_id))[-MOST:]
