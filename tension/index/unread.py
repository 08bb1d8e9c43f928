"""Which days of a scope have no reading, and why. Pure."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import pandas as pd

from tension.index.coverage import LOOK_BACK, Coverage
from tension.index.method import REGION_SCOPE
from tension.places.municipalities import municipalities
from tension.tongue import N_, _

#: The region is read where at least this share of its countries is.
_REGION_SHARE = 0.5
NOTHING = N_("no article of that day was received")


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
    return unread_of({"": scope}, frame, since, until, heard)[""]


def unread_of(
    scopes: Mapping[str, Collection[str]], frame: pd.DataFrame, since: date, until: date, heard: Collection[date]
) -> dict[str, dict[date, str]]:
    """Return what `unread` says of several scopes, each country judged once.

    Args:
        scopes: the countries whose feeds cover each scope.
        frame: see `unread`.
        since: first day.
        until: last day, included.
        heard: the days of which there is any article.
    """
    with_feeds = frame[frame["n_feeds"] > 0]
    first = pd.to_datetime(with_feeds["day"]).min().date() if len(with_feeds) else None
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    silent = {day: _(NOTHING) for day in days if (first is None or day < first) and day not in set(heard)}
    judged = [day for day in days if first is not None and day >= first]
    countries = sorted({country for scope in scopes.values() for country in scope})
    coverage = Coverage.of(frame) if judged else Coverage({})
    causes = {day: {country: coverage.no_reading(country, day) for country in countries} for day in judged}
    return {name: silent | _of_scope(sorted(scope), causes) for name, scope in scopes.items()}


def _of_scope(scope: Collection[str], causes: Mapping[date, Mapping[str, str | None]]) -> dict[date, str]:
    """Return the judged days of which the countries of a scope say too little, with the cause."""
    found = ((day, _cause({country: of[country] for country in scope})) for day, of in causes.items())
    return {day: cause for day, cause in found if cause is not None}


#: A scope of more countries than a dyad has is the region.
_PARTIES = 2


def _cause(causes: Mapping[str, str | None]) -> str | None:
    """Return why a scope of several countries has no reading, or None."""
    missing = [(country, cause) for country, cause in causes.items() if cause is not None]
    if len(causes) > _PARTIES:
        read = len(causes) - len(missing)
        if read >= _REGION_SHARE * len(causes):
            return None
        return _("only {n} of {all} countries have a reading", n=read, all=len(causes))
    return "; ".join(f"{country}: {cause}" for country, cause in missing) or None


def countries_of(scope: str, region: Collection[str], country_of_place: Mapping[str, str]) -> tuple[str, ...]:
    """Return the countries whose feeds cover a scope; empty for a place that is nobody's own."""
    if scope == REGION_SCOPE:
        return tuple(sorted(region))
    if scope.startswith("place:"):
        country = country_of_place.get(scope.removeprefix("place:"), "")
        return (country,) if country in region else ()
    if scope.startswith("municipality:"):
        found = municipalities().get(scope.removeprefix("municipality:"))
        return (found[1],) if found is not None else ()
    return tuple(scope.split("-"))
