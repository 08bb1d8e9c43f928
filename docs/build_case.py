# ruff: noqa: INP001 - a script beside the page that it writes
"""Write the licence-plate crisis of September 2021, day by day, from a store of the replay archive.

    karaula replay --store sqlite:///case.db
    python docs/build_case.py sqlite:///case.db > docs/case-2021-09.md

Every number is the one that `karaula index --scope XK` prints of the same store; every line names the headlines that it
comes from. The headlines of the archive are restated in our own words.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from tension.events.crossings import NO_REPORT, Crossing, board
from tension.events.facts import Fact
from tension.events.situations import situations, standing_codes
from tension.index.method import HEADLINE
from tension.index.reading import contributions, index_of
from tension.index.series import Day
from tension.index.unread import countries_of, coverage_since, unread
from tension.model import REGION, Query
from tension.places.gazetteer import gazetteer
from tension.store import StoreReader, open_reader
from tension.taxonomy import signal_types

SCOPE, SINCE, UNTIL = "XK", date(2021, 9, 19), date(2021, 10, 5)
_HEADLINES, _LINES = 2, 6
HEAD = """# The licence-plate crisis of September 2021, day by day

Generated from the replay archive; nothing in it is written by hand:

    karaula replay --store sqlite:///case.db
    python docs/build_case.py sqlite:///case.db > docs/case-2021-09.md

The same numbers come from `karaula index --scope XK --from 2021-09-19 --to 2021-10-05 --store sqlite:///case.db`, the
boards from `karaula export crossings`, the events from `karaula export events`. *Value* is the load of Kosovo: acts and
threats, half of which is left after seven days, and what stands. Headlines are restated in our own words; the address of each
original is in the archive. An article is named by outlet and language.
"""


class Texts:
    """Headlines of articles."""

    def __init__(self, reader: StoreReader, article_ids: Iterable[str]) -> None:
        """Read the articles."""
        frame = reader.evidence(list(dict.fromkeys(article_ids)))
        self._texts = {
            row.article_id: f"{row.title} ({row.outlet}, {row.language})"
            for row in frame[["article_id", "title", "outlet", "language"]].itertuples(index=False)
        }

    def of(self, article_ids: Sequence[str]) -> str:
        """Return the first headlines, and how many more there are."""
        shown = [self._texts.get(i, i) for i in article_ids[:_HEADLINES]]
        more = len(article_ids) - len(shown)
        return "; ".join(shown) + (f"; and {more} more" if more else "")


def _name(code: str) -> str:
    return signal_types()[code].name


def _value(day: Day) -> str:
    if day.value is None or day.band is None:
        return f"**No reading**: {day.cause}."
    level = f", {day.level.word}" if day.level else ""
    low, high = day.band
    parts = ", ".join(f"{part} {day.parts[part]:.1f}" for part in ("acts", "threats", "stabilising"))
    return f"**Value {day.value:.1f}** (band {low:.1f} to {high:.1f}{level}; {parts})."


def _events(facts: Sequence[Fact], texts: Texts) -> Iterator[str]:
    for fact in sorted(facts, key=lambda f: (-f.weight, f.event)):
        voices = f"{len(fact.article_ids)} reports, {len(fact.origins)} independent, {len(fact.languages)} languages"
        what = f"`{fact.event}` {_name(fact.code)} at {fact.place_name or 'no place'}, weight {fact.weight:.2f}"
        yield f"- {what} ({voices}): {texts.of(fact.article_ids)}"


def _sum(rows: Sequence[Mapping[str, object]], texts: Texts) -> Iterator[str]:
    """Yield the largest contributions, and what the others add."""
    mine = [row for row in rows if row["part"] in HEADLINE]
    for row in islice(mine, _LINES):
        what = "standing since its opening" if "situation" in row else "event"
        articles = row["articles"]
        assert isinstance(articles, list)  # noqa: S101 - as listed
        yield f"| {what} `{row['event']}` | {_name(str(row['code']))} | {row['contribution']:.2f} | {texts.of(articles)} |"
    rest = mine[_LINES:]
    if rest:
        yield f"| {len(rest)} more | | {sum(float(str(r['contribution'])) for r in rest):.2f} | |"
    yield f"| **sum** | | **{sum(float(str(r['contribution'])) for r in mine):.2f}** | |"


def _board(rows: Sequence[Crossing], texts: Texts) -> Iterator[str]:
    for row in rows:
        if row.state != NO_REPORT:
            yield f"- {row.place.name}: {row.state} since {row.since}, last report {row.confirmed}: {texts.of(row.article_ids)}"


def lines(reader: StoreReader) -> Iterator[str]:
    """Yield the page."""
    query = Query(since=SINCE, until=UNTIL)
    span = reader.span()
    first = span[0] if span else SINCE
    silent = unread(
        reader.coverage(coverage_since(SINCE), UNTIL), countries_of(SCOPE, REGION, {}), SINCE, UNTIL, reader.days(query)
    )
    days = index_of(reader, SCOPE, SINCE, UNTIL, first=first, unread=silent)
    made = contributions(reader, SCOPE, SINCE, UNTIL)
    facts = reader.facts(SCOPE, SINCE, UNTIL)
    lasting = situations(reader.event_signals(Query(since=date.min, until=UNTIL, codes=standing_codes())))
    listed = {day.day: made.listed(day.day) for day in days}
    boards = {day.day: board(lasting, gazetteer().places, day.day) for day in days}
    texts = Texts(reader, [
        *(a for fact in facts for a in fact.article_ids), *(a for rows in listed.values() for r in rows for a in r["articles"]),
        *(a for rows in boards.values() for r in rows for a in r.article_ids),
    ])  # fmt: skip
    yield HEAD
    for day in days:
        yield f"## {day.day:%A}, {day.day.day} {day.day:%B %Y}\n"
        yield _value(day)
        yield "\nEvents dated on this day:\n"
        yield from list(_events([f for f in facts if f.day == day.day], texts)) or ["- none"]
        yield "\nCrossings:\n"
        yield from list(_board(boards[day.day], texts)) or ["- no report of any crossing"]
        if day.value:
            yield "\n| what the value is the sum of | code | contribution | from |\n|---|---|--:|---|"
            yield from _sum(listed[day.day], texts)
        yield ""


def main(url: str) -> None:
    """Print the page."""
    reader = open_reader(url)
    try:
        sys.stdout.write("\n".join(lines(reader)) + "\n")
    finally:
        reader.close()


if __name__ == "__main__":
    main(sys.argv[1])
