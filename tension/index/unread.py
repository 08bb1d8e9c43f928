"""Which days of a scope have no reading, and why. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import pandas as pd

from tension.index.coverage import LOOK_BACK, Coverage
from tension.index.load import REGION_SCOPE

#: The region is read where at least this share of its countries is.
_REGION_SHARE = 0.5
NOTHING = "no article of that day was received"


def coverage_since(since: date) -> date:
    """Return the first day whose coverage a judgement from `since` on needs."""
    return since - LOOK_BACK


def unread(frame: pd.DataFrame, scope: Collection[str], since: date, until: date, heard: Collection[date]) -> dict[date, str]:
    """Return the days without a reading, each with its cause.

    From the day on that the store knows any feed, the feeds of the scope's countries decide. Before, and in a store
    that was filled from files, a day is read if there is any article of it.

    Args:
        frame: of `StoreReader.coverage` from `coverage_since` on.
        scope: the countries whose feeds cover the scope; a dyad needs both, the region (more than two) half of them.
        since: first day.
        until: last day, included.
        heard: the days of which there is any article.
    """
    with_feeds = frame[frame["n_feeds"] > 0]
    first = pd.to_datetime(with_feeds["day"]).min().date() if len(with_feeds) else None
    coverage = Coverage.of(frame)
    known = set(heard)
    found: dict[date, str] = {}
    for day in (since + timedelta(days=n) for n in range((until - since).days + 1)):
        if first is None or day < first:
            cause = None if day in known else NOTHING
        else:
            cause = _cause({country: coverage.no_reading(country, day) for country in sorted(scope)})
        if cause is not None:
            found[day] = cause
    return found


#: A scope of more countries than a dyad has is the region.
_PARTIES = 2


def _cause(causes: Mapping[str, str | None]) -> str | None:
    """Return why a scope of several countries has no reading, or None."""
    missing = [(country, cause) for country, cause in causes.items() if cause is not None]
    if len(causes) > _PARTIES:
        read = len(causes) - len(missing)
        return None if read >= _REGION_SHARE * len(causes) else f"only {read} of {len(causes)} countries have a reading"
    return "; ".join(f"{country}: {cause}" for country, cause in missing) or None


def countries_of(scope: str, region: Collection[str], country_of_place: Mapping[str, str]) -> tuple[str, ...]:
    """Return the countries whose feeds cover a scope; empty for a place that is nobody's own."""
    if scope == REGION_SCOPE:
        return tuple(sorted(region))
    if scope.startswith("place:"):
        country = country_of_place.get(scope.removeprefix("place:"), "")
        return (country,) if country in region else ()
    return tuple(scope.split("-"))
