# ruff: noqa: INP001 - a script beside the page that it writes
"""Write the licence-plate crisis of September 2021, day by day, from a store of the replay archive.

    karaula replay --store sqlite:///case.db
    python docs/build_case.py sqlite:///case.db > docs/case-2021-09.md

Every number is the one that `karaula index --scope XK` prints of the same store; every line names the headlines that it
comes from. The headlines of the archive are restated in our own words.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from tension.events.asof import Standing, as_of, is_of
from tension.events.crossings import NO_REPORT, Crossing, board
from tension.events.facts import Fact
from tension.events.situations import OPEN
from tension.index.method import HEADLINE, HORIZON_DAYS
from tension.index.reading import contributions, index_of
from tension.index.series import Day
from tension.index.unread import countries_of, coverage_since, unread
from tension.model import REGION, Query
from tension.places.gazetteer import gazetteer
from tension.store import StoreReader, open_reader
from tension.taxonomy import signal_types

SCOPE, SINCE, UNTIL = "XK", date(2021, 9, 19), date(2021, 10, 5)
_HEADLINES, _LINES = 2, 6
_DAY = timedelta(days=1)
HEAD = """# The licence-plate crisis of September 2021, day by day

Generated from the replay archive; nothing in it is written by hand:

    karaula replay --store sqlite:///case.db
    python docs/build_case.py sqlite:///case.db > docs/case-2021-09.md

The same numbers come from `karaula index --scope XK --from 2021-09-19 --to 2021-10-05 --store sqlite:///case.db`, the
boards from `karaula export crossings`, the events from `karaula export events`.

How to read it: *value* is the load of Kosovo, acts and threats, half of which is left after seven days, and what stands.
*Band*: what it would be if other newsrooms had happened to publish (90 %). *Level*: how the day stands in the year before it.
Crossings and situations are shown as they stood on the day, by what was reported up to it; a crossing that is not named has
*no report*. Each table sums to the value above it. Every event is a link to all its reports
[at the end](#all-reports): outlet, language, headline in our own words, address of the original.
"""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What the store knows of the days."""

    days: Sequence[Day]
    facts: Sequence[Fact]
    #: By day: what it is the sum of, the crossings, and what stands.
    listed: Mapping[date, Sequence[Mapping[str, Any]]]
    boards: Mapping[date, Sequence[Crossing]]
    standing: Mapping[date, Sequence[Standing]]
    #: By id: headline, outlet, language, address.
    texts: Mapping[str, tuple[str, str, str, str]]

    def headlines(self, article_ids: Sequence[str]) -> str:
        """Return the first headlines, and how many more there are."""
        shown = [f"{title} ({outlet}, {tongue})" for title, outlet, tongue, _ in map(self.texts.__getitem__, article_ids)]
        more = len(shown) - _HEADLINES
        return "; ".join(shown[:_HEADLINES]) + (f"; and {more} more" if more > 0 else "")


def _name(code: str) -> str:
    return signal_types()[code].name


def _link(event: str) -> str:
    return f"[`{event[:8]}`](#{event})"


def read(reader: StoreReader) -> Story:
    """Read the days of the story."""
    span, query = reader.span(), Query(since=SINCE, until=UNTIL)
    frame = reader.coverage(coverage_since(SINCE), UNTIL)
    silent = unread(frame, countries_of(SCOPE, REGION, {}), SINCE, UNTIL, reader.days(query))
    days = index_of(reader, SCOPE, SINCE, UNTIL, first=span[0] if span else SINCE, unread=silent)
    made = contributions(reader, SCOPE, SINCE, UNTIL)
    lasting = reader.situations(until=UNTIL)
    facts = reader.facts(SCOPE, SINCE - HORIZON_DAYS * _DAY, UNTIL)
    listed = {day.day: made.listed(day.day) for day in days}
    boards = {day.day: [c for c in board(lasting, gazetteer().places, day.day) if c.place.country == SCOPE] for day in days}
    mine = [s for s in lasting if is_of(s, SCOPE)]
    named = {a for rows in listed.values() for row in rows for a in row["articles"]} | {a for f in facts for a in f.article_ids}
    named |= {a for s in lasting for change in s.changes for a in change.article_ids}
    rows = reader.evidence(sorted(named))[["article_id", "title", "outlet", "language", "url"]].itertuples(index=False)
    texts = {str(key): (str(title), str(outlet), str(tongue), str(url or "")) for key, title, outlet, tongue, url in rows}
    standing = {day.day: [s for s in as_of(mine, day.day) if s.status == OPEN] for day in days}
    return Story(days=days, facts=facts, listed=listed, boards=boards, standing=standing, texts=texts)


def summary(story: Story) -> Iterator[str]:
    """Yield the table of all days: value, level, what came new, what is blocked."""
    yield "| day | value | band | level | heaviest of the day | crossings blocked | stands in all |"
    yield "|---|--:|--:|---|---|---|--:|"
    for day in story.days:
        new = max((f for f in story.facts if f.day == day.day), key=lambda f: (f.weight, f.event), default=None)
        what = f"{_name(new.code)}, {new.place_name or 'no place'} {_link(new.event)}" if new else "-"
        gates = ", ".join(c.place.name.split(" / ")[0] for c in story.boards[day.day] if c.state == "blocked") or "-"
        value, band, level = "no reading", "", ""
        if day.value is not None and day.band is not None:
            value, band = f"{day.value:.1f}", f"{day.band[0]:.1f} to {day.band[1]:.1f}"
            level = day.level.word if day.level else ""
        stands = len(story.standing[day.day])
        yield f"| [{day.day.day} {day.day:%b}](#{day.day}) | {value} | {band} | {level} | {what} | {gates} | {stands} |"


def _value(day: Day) -> str:
    if day.value is None or day.band is None:
        return f"**No reading**: {day.cause}."
    level = day.level
    since = f", highest since {level.highest_since}" if level and level.highest_since and level.word.endswith("high") else ""
    low, high = day.band
    parts = ", ".join(f"{part} {day.parts[part]:.1f}" for part in ("acts", "threats", "stabilising"))
    return f"**Value {day.value:.1f}** (band {low:.1f} to {high:.1f}; {level.word if level else ''}{since}; {parts})."


def _events(story: Story, day: date) -> Iterator[str]:
    for fact in sorted((f for f in story.facts if f.day == day), key=lambda f: (-f.weight, f.event)):
        voices = f"{len(fact.article_ids)} reports, {len(fact.origins)} independent, {len(fact.languages)} languages"
        what = f"{_link(fact.event)} {_name(fact.code)} at {fact.place_name or 'no place'}, weight {fact.weight:.2f}"
        yield f"- {what} ({voices}): {story.headlines(fact.article_ids)}"


def _stands(story: Story, day: date) -> Iterator[str]:
    for row in story.boards[day]:
        if row.state != NO_REPORT:
            told = story.headlines(row.article_ids)
            yield f"- Crossing {row.place.name}: **{row.state}** since {row.since}, last report {row.confirmed}: {told}"
    for s in story.standing[day]:
        of = s.situation
        if of.kind != "blockade":
            first = of.changes[0]
            told = f"{_link(first.event)}: {story.headlines(first.article_ids)}"
            yield f"- {of.name}, {of.place_name}: since {of.since}, last confirmed {s.confirmed}, {told}"


def _sum(story: Story, day: date, *, calm: bool) -> Iterator[str]:
    """Yield the largest contributions, and what the others add."""
    mine = [row for row in story.listed[day] if (row["part"] in HEADLINE) != calm]
    for row in islice(mine, _LINES):
        what = "stands since" if "situation" in row else "event"
        told = f"{what} {_link(row['event'])} | {_name(row['code'])} | {row['contribution']:.2f}"
        yield f"| {told} | {story.headlines(row['articles'])} |"
    if mine[_LINES:]:
        yield f"| {len(mine) - _LINES} more | | {sum(row['contribution'] for row in mine[_LINES:]):.2f} | |"
    yield f"| **sum** | | **{sum(row['contribution'] for row in mine):.2f}** | |"


def _of_day(story: Story, day: Day) -> Iterator[str]:
    yield f'<a id="{day.day}"></a>\n\n## {day.day:%A}, {day.day.day} {day.day:%B %Y}\n'
    yield _value(day)
    yield "\nNew on this day:\n"
    yield from list(_events(story, day.day)) or ["- nothing that counts"]
    yield "\nStands:\n"
    yield from list(_stands(story, day.day)) or ["- nothing is reported to stand; of no crossing is there a report"]
    for what, calm in (("what the value is the sum of", False), ("below the axis: stabilising", True)):
        if day.value is not None and any((row["part"] in HEADLINE) != calm for row in story.listed[day.day]):
            yield f"\n| {what} | code | contribution | from |\n|---|---|--:|---|"
            yield from _sum(story, day.day, calm=calm)
    yield ""


def _reports(story: Story) -> Iterator[str]:
    """Yield every event that some number is made of, with all its reports."""
    yield '<a id="all-reports"></a>\n\n## All reports\n'
    of_event: dict[str, dict[str, None]] = {}
    for fact in story.facts:
        of_event.setdefault(fact.event, {}).update(dict.fromkeys(fact.article_ids))
    for row in (row for rows in story.listed.values() for row in rows):
        of_event.setdefault(row["event"], {}).update(dict.fromkeys(row["articles"]))
    for s in (s for found in story.standing.values() for s in found):
        first = s.situation.changes[0]
        of_event.setdefault(first.event, {}).update(dict.fromkeys(first.article_ids))
    for event, articles in of_event.items():
        yield f'<a id="{event}"></a>\n\n`{event}`\n'
        for title, outlet, tongue, url in map(story.texts.__getitem__, articles):
            yield f"- {title} ({outlet}, {tongue})" + (f", <{url}>" if url.startswith("http") else "")
        yield ""


def lines(reader: StoreReader) -> Iterator[str]:
    """Yield the page."""
    story = read(reader)
    yield HEAD
    yield from summary(story)
    yield ""
    for day in story.days:
        yield from _of_day(story, day)
    yield from _reports(story)


def main(url: str) -> None:
    """Print the page."""
    reader = open_reader(url)
    try:
        sys.stdout.write("\n".join(lines(reader)) + "\n")
    finally:
        reader.close()


if __name__ == "__main__":
    main(sys.argv[1])
