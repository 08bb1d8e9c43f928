"""What is wrong with a feed, since when, and what to do about it, from the record of its attempts. Pure.

A feed that answers and brings nothing is not healthy: silence is told from calm by what it usually brings.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tension.feeds.rhythm import rhythm_of
from tension.store.protocol import FetchRecord
from tension.tongue import N_, _, ngettext

#: How the remarks on an offset and on a feed that runs through begin, as they are written down with an attempt.
OFFSET, RAN_THROUGH = "dates are about", "all entries are new"


class State(StrEnum):
    """What a feed may suffer from, the worst first."""

    GONE = N_("gone")
    BLOCKED = N_("blocked")
    FAILING = N_("failing")
    SILENT = N_("silent")
    DEGRADED = N_("degraded")
    CHANGED = N_("changed format")
    MOVED = N_("moved")
    CLOCK = N_("clock off")
    RUNS_THROUGH = N_("loses entries")


#: What to do about each.
ADVICE = {
    State.GONE: N_("look for its successor on the site, or take it out of the catalogue"),
    State.BLOCKED: N_("set KARAULA_CONTACT to a real address and write to the publisher; do not hide who asks"),
    State.FAILING: N_("open the address in a browser; if it works there, tell us, else look for a new one"),
    State.SILENT: N_("look at the site: if it publishes, the feed is broken or was moved"),
    State.DEGRADED: N_("compare the feed with the site's front page: sections may have left it"),
    State.CHANGED: N_("read a few of its entries: titles and dates may mean something else now"),
    State.MOVED: N_("put the new address into the catalogue; permanent redirects do not last for ever"),
    State.CLOCK: N_("nothing is mended: its dates count as stated; write to the publisher"),
    State.RUNS_THROUGH: N_("it is asked as often as its kind allows; add the site's feeds by section, which are slower"),
}
#: Statuses that say: not you.
_BLOCKING = frozenset({401, 403, 429, 451})
_ROBOTS = "robots.txt"
#: So many entries must have been expected before their absence says anything.
_TELLING = 8.0
_SHORTEST_SILENCE = timedelta(hours=6)
_DEGRADED_SHARE = 0.25
#: One failed attempt is no state; so many in a row are.
_IN_A_ROW = 2
_SHARE, _OFTEN = 0.6, 5
#: Where the part of a remark ends that is the same each time.
_ENDS = re.compile(r";| since ")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """One thing that is wrong with a feed."""

    feed_id: str
    state: State
    since: datetime
    #: In words, without feed and state.
    words: str

    @property
    def sentence(self) -> str:
        """Return all of it in one line."""
        return f"{self.feed_id}: {self.state} since {self.since:%Y-%m-%d %H:%M} UTC: {self.words}"


def ailments(fetches: Sequence[FetchRecord], now: datetime) -> tuple[Ailment, ...]:
    """Return what is wrong with one feed, the worst first.

    Args:
        fetches: its attempts, oldest first.
        now: the present moment.
    """
    if not fetches:
        return ()
    found = [*_failing(fetches), *_quiet(fetches, now), *_changed(fetches), *_moved(fetches), *_remarked(fetches)]
    order = list(State)
    return tuple(sorted(found, key=lambda a: order.index(a.state)))


def _failing(fetches: Sequence[FetchRecord]) -> Iterator[Ailment]:
    streak = _streak(fetches, lambda f: f.outcome == "failed")
    if not streak:
        return
    last = streak[-1]
    if last.grade == "gone":
        state = State.GONE
    elif last.status in _BLOCKING or _ROBOTS in last.reason:
        state = State.BLOCKED
    elif len(streak) < _IN_A_ROW and last.grade == "temporary":
        return
    else:
        state = State.FAILING
    tries = ngettext("once", "{n} times", len(streak))
    yield Ailment(feed_id=last.feed_id, state=state, since=streak[0].fetched_at, words=f"{last.reason} ({tries})")


def _quiet(fetches: Sequence[FetchRecord], now: datetime) -> Iterator[Ailment]:
    """Hold what came against what usually comes; while nothing answers there is nothing to hold."""
    if fetches[-1].outcome == "failed":
        return
    bringing = [f for f in fetches if f.n_new]
    learnt = rhythm_of([f for f in fetches if not bringing or f.fetched_at <= bringing[-1].fetched_at], now)
    if learnt is None or not bringing:
        return
    last, until = bringing[-1], fetches[-1].fetched_at
    missed = learnt.expected(last.fetched_at, until)
    if missed >= _TELLING and until - last.fetched_at >= _SHORTEST_SILENCE:
        words = _("it answers, but brought nothing new where about {n} entries were to be expected", n=round(missed))
        yield Ailment(feed_id=last.feed_id, state=State.SILENT, since=last.fetched_at, words=words)
        return
    since = until - _DAY
    usual, got = learnt.expected(since, until), sum(f.n_new for f in fetches if f.fetched_at > since)
    if usual >= _TELLING and got < _DEGRADED_SHARE * usual:
        words = _("{got} new entries in a day where about {usual} are usual", got=got, usual=round(usual))
        yield Ailment(feed_id=last.feed_id, state=State.DEGRADED, since=since, words=words)


def _changed(fetches: Sequence[FetchRecord]) -> Iterator[Ailment]:
    stated = [f for f in fetches if f.format]
    if not stated:
        return
    now_as = stated[-1].format
    streak = _streak(stated, lambda f: f.format == now_as)
    before = stated[: len(stated) - len(streak)]
    if before and streak[0].fetched_at >= stated[-1].fetched_at - 7 * _DAY:
        usual, _n = Counter(f.format for f in before).most_common(1)[0]
        words = _("it was {usual}, and is {now_as}", usual=usual, now_as=now_as)
        yield Ailment(feed_id=stated[-1].feed_id, state=State.CHANGED, since=streak[0].fetched_at, words=words)


def _moved(fetches: Sequence[FetchRecord]) -> Iterator[Ailment]:
    answered = [f for f in fetches if f.outcome != "failed"]
    if answered and answered[-1].moved_to:
        streak = _streak(answered, lambda f: f.moved_to is not None)
        words = _("for good, to {address}", address=answered[-1].moved_to)
        yield Ailment(feed_id=answered[-1].feed_id, state=State.MOVED, since=streak[0].fetched_at, words=words)


def _remarked(fetches: Sequence[FetchRecord]) -> Iterator[Ailment]:
    """Find what is remarked on again and again: one entry dated ahead is no clock, and one busy hour loses nothing."""
    bringing = [f for f in fetches if f.n_new][-20:]
    for begins, state in ((OFFSET, State.CLOCK), (RAN_THROUGH, State.RUNS_THROUGH)):
        said = [(f, r) for f in bringing for r in f.remarks if r.startswith(begins)]
        if len(said) >= max(_OFTEN, _SHARE * len(bringing)):
            gist, n = Counter(_ENDS.split(remark)[0] for _, remark in said).most_common(1)[0]
            words = _("{gist}, in {n} of the last {all} documents with news", gist=gist, n=n, all=len(bringing))
            yield Ailment(feed_id=said[0][0].feed_id, state=state, since=said[0][0].fetched_at, words=words)


def _streak(fetches: Sequence[FetchRecord], holds: Callable[[FetchRecord], bool]) -> Sequence[FetchRecord]:
    """Return the attempts at the end for which something holds without a break."""
    n = 0
    for fetch in reversed(fetches):
        if not holds(fetch):
            break
        n += 1
    return fetches[len(fetches) - n :]
