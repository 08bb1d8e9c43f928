"""What a brief says about itself: coverage, method, and what it does not know. Pure."""

from tension import words
from tension.brief.model import Brief, Covered, Mover, Source, Spot
from tension.brief.sentences import capital, known

#: Places that are listed.
MOST_SPOTS = 12
NOTHING_MOVED = "Nothing was reported in the week that moved any scope of this brief."
NOTHING_STANDS = "No report of anything that lasts holds on this day."
NOTHING_SOURCED = "Nothing is cited: no event was reported."
VALUE = (
    "Value: events weighed by kind, mode and independent reports, halved every seven days, and what stands. "
    "Level: against the scope’s own days of the year before. Every sentence is a pattern filled from events; "
    "the numbers in brackets are its reports."
)
FROM_FILES = "This store knows no feed; it was filled from files. A day counts as read where it has any article."


def told_above(mover: Mover) -> str:
    """Name the events that moved a scope and were told under another before."""
    numbers = [str(event.number) for event in mover.events if event.repeated]
    return f"{'Event' if len(numbers) == 1 else 'Events'} {words.listed(numbers)}: told above." if numbers else ""


def standing(brief: Brief) -> str:
    """Say what is not in the list of situations."""
    n = brief.n_long_silent
    return f"{words.plural(n, 'situation')} that no report has confirmed for long: not listed, never called over." if n else ""


def gates(brief: Brief) -> str:
    """Say how many crossings nobody reported on."""
    n = brief.n_silent_gates
    if not n and not brief.gates:
        return "No crossing belongs to this scope."
    return f"{words.plural(n, 'crossing')} without any report, which does not mean open." if n else ""


def covered(row: Covered) -> tuple[str, str, str]:
    """Return articles, answering feeds, and *read* or the cause why not."""
    feeds = f"{row.n_answered} of {row.n_feeds}" if row.n_feeds else "no feed"
    return f"{row.n_articles:,}", feeds, "read" if row.cause is None else f"no reading: {row.cause}"


def coverage(brief: Brief) -> str:
    """Say how many countries have a reading."""
    unread = [row.country for row in brief.coverage if row.cause is not None]
    n = len(brief.coverage)
    if not n:
        return "This scope lies in no country that is followed."
    read = f"{n - len(unread)} of {words.plural(n, 'country', 'countries')} with a reading on {words.day(brief.day)}"
    return f"{read}; no reading: {words.listed(unread)}." if unread else f"{read}."


def on_the_map(brief: Brief) -> str:
    """Say what the map shows, and what it cannot."""
    n_drawn = sum(spot.n_events for spot in brief.spots if spot.exact)
    n_areas = sum(spot.n_events for spot in brief.spots if not spot.exact)
    said = [f"{words.plural(n_drawn, 'event')} at exact places"]
    said += [f"{n_areas} known only to an area"] if n_areas else []
    said += [f"{brief.n_unplaced} without a place"] if brief.n_unplaced else []
    return f"{words.plural(brief.n_events, 'event')} of the seven days to {words.day(brief.day)}: {words.listed(said)}."


def spot(found: Spot) -> tuple[str, ...]:
    """Return place, weight, events, independent voices, and how exactly it is known."""
    known_as = found.family if found.exact else f"{found.family}; known only as an area"
    return found.name, f"{found.weight:,.1f}", f"{found.n_events}", f"{found.n_independent}", known_as


def source(one: Source) -> str:
    """Return what a report is, without its address."""
    day = words.day(one.day) if one.day else "day not stated"
    ours = ", headline restated" if one.restated else ""
    none = "" if one.url else ", no address"
    return f"“{one.title}” ({one.outlet}, {one.language}, {day}{ours}{none})"


def method(brief: Brief) -> str:
    """Say by which method, and as known when."""
    return f"Method {brief.method_version}. {capital(known(brief.as_known_at, brief.revision))}"
