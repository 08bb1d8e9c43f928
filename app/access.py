"""Which store is open, and what time it is: the one place of the reading door that reads settings and the clock."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from tension.settings import Settings
from tension.store.engines import file_of, parse

LIVE, REPLAY = "live", "replay"
STORES = (LIVE, REPLAY)
#: The window that is looked at when nobody says otherwise, in days.
DEFAULT_WINDOW_DAYS = 30
#: What the replay archive opens on: the licence-plate crisis in the north of Kosovo.
REPLAY_WINDOW = (date(2021, 9, 1), date(2021, 9, 29))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The open store as every page of one run sees it."""

    #: live | replay
    store: str
    url: str
    #: Changes when, and only when, data changed.
    watermark: str
    #: The same, and when the state of the feeds changed.
    freshness: str
    #: First and last day with anything dated, or None for an empty store.
    span: tuple[date, date] | None
    #: The instant at which this run began; looking back, the last instant of the day that is looked back to.
    now: datetime
    #: The day by whose end all that is shown had been seen, or None for now.
    known_on: date | None = None

    @property
    def is_replay(self) -> bool:
        """Tell whether the archive is open, whose headlines are restated."""
        return self.store == REPLAY

    @property
    def state(self) -> str:
        """Return what stays the same as long as pages would say the same of the store as it is now."""
        return f"{self.store} {self.watermark} {self.freshness} {self.last_day}"

    @property
    def last_day(self) -> date:
        """Return the day that counts as today: the clock's, or the archive's last."""
        last = self.span[1] if self.is_replay and self.span else self.now.date()
        return min(last, self.known_on or last)

    @property
    def as_known_at(self) -> datetime | None:
        """Return the last instant of the day that is looked back to, or None for now."""
        return None if self.known_on is None else datetime.combine(self.known_on, time.max, UTC)

    def known(self, on: date | None) -> "Desk":
        """Return the desk as it stood at the end of a day."""
        then = replace(self, known_on=on)
        return then if then.as_known_at is None else replace(then, now=min(self.now, then.as_known_at))

    @property
    def window(self) -> tuple[date, date]:
        """Return the days that are looked at when nobody says otherwise."""
        if not self.is_replay:
            return self.last_day - timedelta(days=DEFAULT_WINDOW_DAYS - 1), self.last_day
        since, until = REPLAY_WINDOW
        first, last = self.span or REPLAY_WINDOW
        if first <= since and until <= last:
            return REPLAY_WINDOW
        return max(first, last - timedelta(days=DEFAULT_WINDOW_DAYS - 1)), last


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings, read from the environment once a process."""
    return Settings()


def url_of(store: str) -> str:
    """Return the address of the live store or of the replay archive."""
    return settings().replay if store == REPLAY else settings().store


def is_absent(store: str) -> bool:
    """Tell whether a store is a file that is not there."""
    file = file_of(parse(url_of(store)))
    return file is not None and not file.exists()


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)
