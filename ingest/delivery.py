"""From what is in the store to messages that arrived: look | fire | post | send | feed. Each step can be killed and repeated."""

import os
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tension.errors import InputError
from tension.settings import Settings
from tension.store import WatchStore, open_reader, open_watches
from tension.store.outbox import Letter
from tension.watches.rss import MOST_ITEMS, rss
from tension.watches.targets import target_id
from tension.watches.timing import day_begins, groups, next_try
from tension.watches.watch import Watch

#: How long a claim holds: longer than any attempt lasts.
TERM = timedelta(minutes=5)
#: Letters that are claimed at once.
_AT_A_TIME = 20
#: One process at a time looks and posts, so that two do not spend one budget.
_LOOKING = "watches"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


@dataclass(slots=True)
class Delivered:
    """What one run of delivery did."""

    fired: int = 0
    posted: int = 0
    sent: int = 0
    #: Service and reason of each attempt that failed.
    failed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """Say it."""
        said = f"{self.fired} new firings, {self.posted} messages made, {self.sent} deliveries"
        return said + (f", {len(self.failed)} attempts failed" if self.failed else "")


def deliver(
    settings: Settings,
    who: str,
    clock: Callable[[], datetime],
    allow_hosts: Sequence[str] = (),
    *,
    store: WatchStore | None = None,
) -> Delivered:
    """Look at all watches, write what fired, and send what is due.

    Args:
        settings: which store, and where the private feeds go.
        who: name of this process.
        clock: gives the present moment.
        allow_hosts: hosts inside the own network that may be sent to.
        store: the open watches, where the caller keeps them open.
    """
    if store is not None:
        return _deliver(store, settings, who, clock, allow_hosts)
    with closing(open_watches(settings.store)) as opened:
        return _deliver(opened, settings, who, clock, allow_hosts)


def _deliver(
    store: WatchStore, settings: Settings, who: str, clock: Callable[[], datetime], allow_hosts: Sequence[str]
) -> Delivered:  # fmt: skip
    done = Delivered()
    watches = store.watches()
    now = clock()
    if watches and store.leases.take([_LOOKING], who, now, now + TERM, 1):
        try:
            done.fired = look(store, settings.store, watches, now)
            done.posted = sum(post(store, watch, now) for watch in watches)
            write_feeds(store, watches, settings)
        finally:
            store.leases.drop([_LOOKING], who)
    send_due(store, done, who, clock, frozenset(host.lower() for host in allow_hosts))
    return done


def look(store: WatchStore, url: str, watches: Sequence[Watch], now: datetime) -> int:
    """Hold every watch against the days of the last week, and write what fired; return how much was new."""
    active = [watch for watch in watches if not watch.paused]
    if not active:
        return 0
    # They bring pandas, which a process without watches does without.
    from tension.watches.firing import LATE_DAYS, fires  # noqa: PLC0415
    from tension.watches.gather import gather, with_reports  # noqa: PLC0415

    today, n = now.date(), 0
    with closing(open_reader(url)) as reader:
        for watch in active:
            since = max(watch.since, today - timedelta(days=LATE_DAYS))
            if since > today:
                continue
            fired = fires(watch, gather(reader, watch, since, today), since, today, store.fired(watch.id, now))
            n += store.add_firings(with_reports(reader, fired), now) if fired else 0
    return n


def post(store: WatchStore, watch: Watch, now: datetime) -> int:
    """Make the messages of a watch that are due by its quiet hours, budget and digest; return how many."""
    pending = store.pending(watch.id)
    if not pending:
        return 0
    sent = store.n_messages(watch.id, day_begins(watch, now))
    return sum(store.post(watch, keys, now) is not None for keys in groups(watch, pending, sent, now))


def send_due(store: WatchStore, done: Delivered, who: str, clock: Callable[[], datetime], allow_hosts: frozenset[str]) -> None:
    """Send what is due, a few letters at a time; each is noted before the next is sent."""
    # A letter that failed is not due again before a minute: this ends.
    while letters := store.outbox.claim(who, clock(), clock() + TERM, _AT_A_TIME):
        addresses = {target_id(url): url for watch in store.watches() for url in watch.targets}
        for letter in letters:
            reason = _send(store, letter, addresses.get(letter.target), clock, allow_hosts)
            if reason:
                done.failed.append((letter.service, reason))
            else:
                done.sent += 1


def _send(
    store: WatchStore, letter: Letter, url: str | None, clock: Callable[[], datetime], allow_hosts: frozenset[str]
) -> str:  # fmt: skip
    """Send a letter and note what became of it; return why it failed, or nothing."""
    if url is None:
        reason = "this place to deliver to was taken out of the watch"
        store.outbox.failed(letter.id, clock(), None, reason)
        return reason
    # Apprise takes a third of a second to load: only where there is something to send.
    from ingest.posting import send  # noqa: PLC0415

    sent = send(url, letter.subject, letter.body, letter.message_id, allow_hosts)
    now = clock()
    if sent.went_well:
        store.outbox.delivered(letter.id, now)
    else:
        store.outbox.failed(letter.id, now, next_try(letter.attempts + 1, now) if sent.again else None, sent.reason)
    return sent.reason


def feed_path(settings: Settings, token: str) -> Path:
    """Return where the private feed of a watch lies."""
    return settings.watch_feeds / f"{token}.xml"


def write_feeds(store: WatchStore, watches: Sequence[Watch], settings: Settings) -> None:
    """Write the private feed of each watch where it changed, and take away those of removed watches.

    Raises:
        InputError: the folder cannot be written to.
    """
    link = f"http://{settings.host}:{settings.port}/watches"
    try:
        settings.watch_feeds.mkdir(parents=True, exist_ok=True, mode=0o700)
        for watch in watches:
            _write(feed_path(settings, watch.token), rss(watch, store.firings(watch.id, MOST_ITEMS), link))
        for token in store.retired():
            feed_path(settings, token).unlink(missing_ok=True)
    except OSError as e:
        # The name of a feed's file is its key: it is not told.
        raise InputError(settings.watch_feeds, e.strerror or "cannot be written to") from e


def _write(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    begun = path.with_name(f".{path.name}.{os.getpid()}")
    begun.write_bytes(content)
    begun.replace(path)


def feed_of(settings: Settings, name: str) -> bytes | None:
    """Return a private feed by the name of its file, or None: of a request anything may come."""
    token = name.removesuffix(".xml")
    path = feed_path(settings, token)
    return path.read_bytes() if _TOKEN.fullmatch(token) and path.is_file() else None
