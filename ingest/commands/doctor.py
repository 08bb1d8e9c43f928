"""`karaula doctor`: what is wrong, and what to do about it."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby

import typer

from ingest.commands import options
from ingest.commands.console import Exit, out
from ingest.commands.refresh import feeds_of
from ingest.standstill import ahead, standstills
from tension.errors import KaraulaError
from tension.feeds.ailments import ADVICE, Ailment, State, ailments
from tension.feeds.rhythm import LEARNT_FROM
from tension.index.coverage import LOOK_BACK, Coverage
from tension.places.gazetteer import gazetteer
from tension.scoring.lexicon import lexicon
from tension.settings import Settings
from tension.store import open_reader
from tension.text.language import LANGUAGES

#: A store that has not heard of any feed for longer than this is stale.
STALE = timedelta(hours=2)
#: How far back standstills of the schedule are told.
REMEMBERED = timedelta(days=7)


def _python(_: Settings) -> str:
    return f"Python {sys.version.split()[0]}"


def _knowledge(_: Settings) -> str:
    n_rules = sum(len(lexicon(language).rules) for language in LANGUAGES)
    return f"{n_rules} rules in {len(LANGUAGES)} language groups, {len(gazetteer().places)} places"


def _catalogue(settings: Settings) -> str:
    return f"{len(feeds_of(settings))} feeds in the catalogue"


def _live(settings: Settings) -> str:
    return _store(settings.store, "live store")


def _replay(settings: Settings) -> str:
    return _store(settings.replay, "replay archive")


def _store(url: str, name: str) -> str:
    reader = open_reader(url)
    try:
        span = reader.span()
    finally:
        reader.close()
    return f"{name}: {span[0]} to {span[1]}" if span else f"{name}: nothing dated in it yet; run karaula refresh"


def _freshness(settings: Settings) -> str:
    now = datetime.now(UTC)
    reader = open_reader(settings.store)
    try:
        feeds = reader.feeds(now)
    finally:
        reader.close()
    answered = feeds["last_success_at"].dropna()
    if answered.empty:
        raise KaraulaError("no feed has answered yet; run karaula refresh, and karaula feeds check to see which could")
    age = now - answered.max()
    failing = int((feeds["outcome"] == "failed").sum())
    if age > STALE:
        hours = age.total_seconds() / 3600
        raise KaraulaError(f"the newest answer is {hours:.1f} h old; is karaula watch running, and is there a network?")
    minutes = age.total_seconds() / 60
    return f"newest answer {minutes:.0f} min ago; {failing} of {len(feeds)} feeds fail (karaula feeds check says why)"


def unbroken(settings: Settings) -> str:
    """Look for traces of a clock that was set, a machine that slept, or a process that did not run."""
    now = datetime.now(UTC)
    reader = open_reader(settings.store)
    try:
        history = reader.history(now - REMEMBERED)
    finally:
        reader.close()
    n_ahead, by = ahead(history, now)
    if n_ahead:
        raise KaraulaError(
            f"{n_ahead} attempts at feeds are dated up to {by / timedelta(hours=1):.1f} h ahead: the clock was set back, or "
            "another machine's is wrong; set it by NTP. They are left out of account until their time comes"
        )
    found = standstills(history, now)
    if not found:
        return f"the schedule ran without a break for the last {REMEMBERED.days} days, as far as it was kept"
    newest = f"{len(found)} in the last {REMEMBERED.days} days, the newest {found[-1].sentence}"
    if found[-1].until > now - timedelta(days=1):
        raise KaraulaError(
            f"the schedule stood still, {newest}: the clock was set, the machine slept, or karaula watch did not run; what feeds "
            "dropped meanwhile is lost"
        )
    return f"the schedule runs; it stood still {newest}"


def _covered(settings: Settings) -> str:
    """Hold yesterday against the floor of each country whose feeds were known by then."""
    day = datetime.now(UTC).date() - timedelta(days=1)
    reader = open_reader(settings.store)
    try:
        frame = reader.coverage(day - LOOK_BACK, day)
    finally:
        reader.close()
    coverage = Coverage.of(frame)
    causes = {str(c): coverage.no_reading(str(c), day) for c in frame.loc[frame["n_feeds"] > 0, "country"].unique()}
    unread = [f"{country} ({cause})" for country, cause in sorted(causes.items()) if cause]
    if unread:
        raise KaraulaError(f"no reading for {day}: {'; '.join(unread)}")
    return f"every country with feeds has a reading for {day}"


def _unwell(settings: Settings) -> Iterator[Ailment]:
    now = datetime.now(UTC)
    reader = open_reader(settings.store)
    try:
        history = reader.history(now - LEARNT_FROM - timedelta(days=1))
    finally:
        reader.close()
    for fetches in history.values():
        yield from ailments(fetches, now)


def _say_unwell(settings: Settings) -> None:
    """Name the feeds that are not well, by what they suffer from, with what to do about it."""
    try:
        found = sorted(_unwell(settings), key=lambda a: (list(State).index(a.state), a.feed_id))
    except KaraulaError:
        return  # the store was named above
    for state, some in groupby(found, key=lambda a: a.state):
        out.print(f"feeds      {state}: {ADVICE[state]}", markup=False)
        for ailment in some:
            out.print(f"           {ailment.sentence}", markup=False)


CHECKS: tuple[Callable[[Settings], str], ...] = (
    _python, _knowledge, _catalogue, _live, _replay, _freshness, unbroken, _covered,
)  # fmt: skip


def _results(settings: Settings) -> Iterator[tuple[bool, str]]:
    for check in CHECKS:
        try:
            yield True, check(settings)
        except KaraulaError as e:
            yield False, str(e)


def doctor(store: options.Store = None) -> None:
    """Check installation, knowledge, stores and freshness. Exit code 1 where something needs attention."""
    results = list(_results(options.settings(store)))
    for good, words in results:
        out.print(f"{'ok       ' if good else 'attention'}  {words}", markup=False)
    _say_unwell(options.settings(store))
    if not all(good for good, _ in results):
        raise typer.Exit(Exit.FAILED)
