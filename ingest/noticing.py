"""What is odd about the entries of a feed by their dates: archives that come again, dates ahead, a clock that is off. Pure.

Nothing is mended: an article counts on the day that its publisher states, and one that is dated ahead on none.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tension.feeds.ailments import OFFSET, RAN_THROUGH
from tension.model import Article

#: Older than this at first sight is an archive's article: it is stored, and it is no news of today.
OLD = timedelta(days=7)
#: Further ahead than this is no time zone's doing.
AHEAD = timedelta(days=1)
#: From so many old articles on at once, and from this share of what is new, a feed is said to bring its archive again.
_DUMP, _DUMP_SHARE = 50, 0.5
#: Clocks of publishers differ by minutes; zones by quarters of an hour at least, up to fourteen hours.
_CLOCKS = timedelta(minutes=20)
_FURTHEST_ZONE = timedelta(hours=14)
#: Fewer new articles do not show that they are all late.
_ENOUGH = 3
#: Shorter documents run through in any busy hour.
_MANY = 5


def flag_of(article: Article, seen_at: datetime) -> str | None:
    """Return what is odd about an article at first sight: `archive`, `future`, or None."""
    if article.published_at is not None:
        age = seen_at - article.published_at
    elif article.published_date is not None:
        age = timedelta(days=(seen_at.date() - article.published_date).days)
    else:
        return None
    if age < -AHEAD:
        return "future"
    return "archive" if age > OLD else None


def remarks(
    articles: Iterable[Article],
    new: Sequence[Article],
    flags: Mapping[str, str | None],
    seen_at: datetime,
    asked_at: datetime | None,
) -> tuple[str, ...]:
    """Say what is odd about one document by its dates.

    Args:
        articles: all that it announces.
        new: those among them that were not stored yet.
        flags: what `flag_of` says of the new ones.
        seen_at: when it was retrieved.
        asked_at: when the feed last answered before that, or None.
    """
    n_old = sum(flags.get(a.id) == "archive" for a in new)
    n_ahead = sum(flags.get(a.id) == "future" for a in new)
    said = []
    if n_old >= _DUMP and n_old >= _DUMP_SHARE * len(new):
        said.append(
            f"brings its archive: {n_old} of {len(new)} new entries are more than {OLD.days} days old; they count on their days"
        )
    if n_ahead:
        ahead = f"{n_ahead} new entries are dated more than a day ahead"
        said.append(f"{ahead}; they are kept, and what they tell counts on the day that they were seen")
    articles = list(articles)
    if _ran_through(articles, new, asked_at):
        said.append(f"{RAN_THROUGH} since {asked_at:%Y-%m-%d %H:%M} UTC: others may have come and gone in between")
    off = _offset(articles, new, seen_at, asked_at)
    if off is not None:
        hours = round(off / timedelta(minutes=30)) / 2
        said.append(f"{OFFSET} {abs(hours):g} h {'ahead' if hours > 0 else 'behind'}; is its time zone wrong?")
    return tuple(said)


def _ran_through(articles: Sequence[Article], new: Sequence[Article], asked_at: datetime | None) -> bool:
    """Tell whether a document holds nothing that was there when the feed last answered, because all of it is younger."""
    if asked_at is None or len(new) < _MANY or len(new) < len(articles):
        return False
    return all(a.published_at is not None and a.published_at > asked_at for a in articles)


def _offset(
    articles: Iterable[Article], new: Sequence[Article], seen_at: datetime, asked_at: datetime | None
) -> timedelta | None:
    """Return by how much the clock of a feed seems to be off, or None.

    Ahead: its newest article is from the future. Behind: all that came since we last asked is older than that.
    """
    stated = [a.published_at - seen_at for a in articles if a.published_at is not None]
    ahead = max((s for s in stated if s <= _FURTHEST_ZONE), default=timedelta(0))
    if ahead > _CLOCKS:
        return ahead
    fresh = [a.published_at for a in new if a.published_at is not None and seen_at - a.published_at <= _FURTHEST_ZONE]
    if asked_at is None or len(fresh) < _ENOUGH:
        return None
    behind = max(fresh) - asked_at
    return behind if behind < -2 * _CLOCKS else None
