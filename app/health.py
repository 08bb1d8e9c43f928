"""How fresh and how complete the data is, in words, from the frame of feeds. Pure: the instant is handed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from app import words
from tension.tongue import N_, _, ngettext

#: After this long without a fetch, what is on screen is called stale.
STALE_AFTER = timedelta(hours=2)
ANSWERING = ("ok", "not_modified")
#: States of a feed, in the order in which they need attention; said by `_`.
FAILING, LATE, LOW, NEVER, HEALTHY, PAUSED, RETIRED = (
    N_("failing"), N_("late"), N_("below expectation"), N_("never asked"), N_("healthy"), N_("paused"), N_("retired"),
)  # fmt: skip
STATES = (FAILING, LATE, LOW, NEVER, HEALTHY, PAUSED, RETIRED)
_LATE_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of all feeds at an instant."""

    #: Newest attempt at any feed, or None.
    fetched_at: datetime | None
    n_answering: int
    n_feeds: int
    #: Countries whose feeds delivered less in a day than they should, each with the cause.
    below_floor: dict[str, str]
    is_stale: bool


def health(feeds: pd.DataFrame, now: datetime) -> Health:
    """Sum up the feeds that are not retired."""
    active = feeds[~feeds["retired"]]
    newest = active["last_attempt_at"].max()
    fetched_at = None if pd.isna(newest) else newest.to_pydatetime()
    return Health(
        fetched_at=fetched_at,
        n_answering=int(active["outcome"].isin(ANSWERING).sum()),
        n_feeds=len(active),
        below_floor=_below_floor(active) if fetched_at else {},
        is_stale=fetched_at is not None and now - fetched_at > STALE_AFTER,
    )


def _below_floor(active: pd.DataFrame) -> dict[str, str]:
    found = {}
    for country, rows in active.groupby("country", sort=True):
        silent = int((~rows["outcome"].isin(ANSWERING)).sum())
        got, floor = int(rows["n_1d"].sum()), float(rows["expected_per_day"].sum())
        if silent == len(rows):
            found[str(country)] = ngettext("{n} feed, none answering", "{n} feeds, none answering", len(rows))
        elif got < floor:
            due = ngettext(
                "{n} article in a day, at least {floor} expected", "{n} articles in a day, at least {floor} expected", got,
                floor=round(floor),
            )  # fmt: skip
            found[str(country)] = f"{due}; {_('{n} of {all} feeds silent', n=silent, all=len(rows))}"
    return found


def states(feeds: pd.DataFrame, now: datetime) -> pd.Series:
    """Return the state of each feed as one of `STATES`."""
    found = pd.Series(HEALTHY, index=feeds.index, dtype=object)
    found[feeds["n_7d"] < feeds["expected_per_day"] * 7] = LOW
    found[feeds["next_due_at"] < pd.Timestamp(now - _LATE_AFTER)] = LATE
    found[~feeds["outcome"].isin(ANSWERING)] = FAILING
    found[feeds["last_attempt_at"].isna()] = NEVER
    found[feeds["retired"]] = RETIRED
    return found


def sentence(feeds: pd.DataFrame, now: datetime) -> str:
    """Say in one sentence how the feeds are."""
    if feeds.empty:
        return _("No feed is known to this store yet: the first refresh makes the catalogue known.")
    counts = states(feeds, now).value_counts()
    active = len(feeds) - int(counts.get(RETIRED, 0))
    bad = [f"{counts[state]} {_(state)}" for state in (FAILING, LATE, LOW, NEVER) if counts.get(state)]
    healthy = ngettext(
        "{healthy} of {n} feed healthy", "{healthy} of {n} feeds healthy", active, healthy=int(counts.get(HEALTHY, 0))
    )
    said = f"{healthy}; {words.listed(bad)}." if bad else f"{healthy}."
    known = health(feeds, now)
    if known.is_stale and known.fetched_at:
        age = words.elapsed((now - known.fetched_at).total_seconds())
        said += " " + _("Nothing has been fetched for {age}: this is how they were then.", age=age)
    return said
