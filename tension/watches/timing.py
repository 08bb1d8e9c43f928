"""When firings are told: quiet hours, a budget a day, digests, and how long to wait after a failure. Pure: time is an argument.

Nothing is lost: what is held back by quiet hours or budget waits, and comes in one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tension.watches.watch import Watch

#: Minutes to wait after a failed attempt; after the last of them it is given up.
BACK_OFF_MINUTES = (1, 5, 15, 60, 180, 360, 720, 1440)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A firing that is not in any message yet."""

    key: str
    fired_at: datetime


def is_quiet(watch: Watch, now: datetime) -> bool:
    """Tell whether a moment lies in the quiet hours of a watch, by the clock on its wall."""
    return watch.quiet is not None and watch.quiet.holds(_local(watch, now).time())


def day_begins(watch: Watch, now: datetime) -> datetime:
    """Return when the day of a moment began, as the watch's zone tells days: the budget is counted from it."""
    zone = ZoneInfo(watch.zone)
    return datetime.combine(now.astimezone(zone).date(), time(0), zone).astimezone(UTC)


def last_digest(watch: Watch, now: datetime) -> datetime:
    """Return the newest moment at which a digest was due; every day has one, also those of 23 and 25 hours."""
    zone = ZoneInfo(watch.zone)
    today = now.astimezone(zone).date()
    at = watch.digest or time(0)
    moments = (datetime.combine(today - timedelta(days=n), at, zone).astimezone(UTC) for n in (0, 1, 2))
    return next(moment for moment in moments if moment <= now)


def groups(watch: Watch, pending: Sequence[Pending], n_sent: int, now: datetime) -> list[tuple[str, ...]]:
    """Return the firings that become messages now, those of one message together.

    Args:
        watch: whose they are.
        pending: firings without a message.
        n_sent: messages made since `day_begins`.
        now: the present moment.
    """
    left = watch.budget - n_sent
    if watch.paused or left <= 0 or is_quiet(watch, now):
        return []
    waiting = sorted(pending, key=lambda p: (p.fired_at, p.key))
    if watch.digest is not None:
        due = last_digest(watch, now)
        whole = tuple(p.key for p in waiting if p.fired_at <= due)
        return [whole] if whole else []
    # What fired in the night, or beyond yesterday's budget, is news of one morning.
    begins = day_begins(watch, now)
    held = tuple(p.key for p in waiting if is_quiet(watch, p.fired_at) or p.fired_at < begins)
    made = [held] if held else []
    made += [(p.key,) for p in waiting if p.key not in held]
    if len(made) <= left:
        return made
    # The last message of the day has all that is left.
    return [*made[: left - 1], tuple(key for some in made[left - 1 :] for key in some)]


def next_try(n_attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many failed attempts, or None to give up."""
    if n_attempts > len(BACK_OFF_MINUTES):
        return None
    return now + timedelta(minutes=BACK_OFF_MINUTES[n_attempts - 1])


def _local(watch: Watch, now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(watch.zone))
