"""Reading again, more thoroughly, what came in: articles are stored as the *fast* tier reads them, and the *full* one follows.

A round never waits for sentence vectors. Each reading stays in the store beside the next, with its scorer's version; the
newest is what the desk shows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tension.store import StoreWriter
from tension.tier import Tier

#: Articles that are read and stored together.
_BATCH = 64
#: Older articles wait for `karaula rescore`: the schedule is for what comes in.
RECENT = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deepened:
    """What came of it."""

    n_read: int
    n_signals: int


def deepen(writer: StoreWriter, tier: Tier, now: datetime, *, most: int) -> Deepened:
    """Read what was first seen lately and this tier has not read, oldest first, at most `most` articles.

    Safe to stop at any moment and to repeat: what is stored is not read again.
    """
    n_read = n_signals = 0
    while n_read < most:
        batch = writer.unscored(tier.version, min(_BATCH, most - n_read), since=now - RECENT)
        if not batch:
            break
        readings = dict(zip((article.id for article in batch), tier.read(batch), strict=True))
        n_signals += writer.add_readings(readings, now)
        n_read += len(batch)
    return Deepened(n_read=n_read, n_signals=n_signals)
