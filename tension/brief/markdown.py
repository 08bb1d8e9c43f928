"""A brief as Markdown (CommonMark with tables): whatever a feed wrote is escaped, and no address but of the web is linked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from tension import words
from tension.brief import notes
from tension.brief.model import Brief, Sentence, Source
from tension.brief.scopes import Scope
from tension.brief.sentences import change

#: What would be markup inside a line.
_MARKUP = re.compile(r"([\\`*_\[\]<>&|~$@])")
_SCHEME = re.compile(r"(?i)\b(https?|ftp)://|\bwww\.")
#: What may stand in an address between angle brackets; the rest is written in percent.
_IN_ADDRESS = ":/?#@!$&'*+,;=%-._~()[]"


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is: no link, no tag, no address that becomes a link by itself."""
    marked = _MARKUP.sub(r"\\\1", text)
    return _SCHEME.sub(lambda m: m.group().replace(":", "\\:").replace("www.", "www\\."), marked)


def _cites(numbers: Iterable[int], sources: Mapping[int, Source]) -> str:
    return "".join(_cite(n, sources[n].url) for n in numbers)


def _cite(number: int, url: str | None) -> str:
    label = f"\\[{number}\\]"
    return label if url is None else f"[{label}](<{quote(url, safe=_IN_ADDRESS)}>)"


class _Page:
    """Lines of a brief as they are written."""

    def __init__(self, brief: Brief) -> None:
        self._sources = brief.sources
        self.lines: list[str] = []

    def said(self, sentence: Sentence) -> str:
        cites = _cites(sentence.cites, self._sources)
        return f"{escaped(sentence.text)} {cites}" if cites else escaped(sentence.text)

    def add(self, *lines: str) -> None:
        self.lines += [line for line in lines if line] + [""]

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> None:
        """Write a table; its cells are Markdown already."""
        numeric = set(right)
        rule = ["--:" if n in numeric else "---" for n in range(len(head))]
        self.add(*(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)))


def markdown(brief: Brief) -> str:
    """Return a brief as Markdown."""
    page = _Page(brief)
    page.add(f"# {escaped(brief.title)}, {words.day(brief.day)}")
    page.add(f"**{escaped(brief.headline.text)}** {_cites(brief.headline.cites, brief.sources)}".rstrip())
    page.add(page.said(brief.since_yesterday))
    _movers(brief, page)
    _standing(brief, page)
    _places(brief, page)
    _coverage(brief, page)
    page.add("## Method")
    page.add(escaped(notes.method(brief)))
    page.add(notes.VALUE)
    page.add("## Sources")
    page.add(*(_source(source) for source in brief.sources.values()), "" if brief.sources else notes.NOTHING_SOURCED)
    return "\n".join(page.lines).rstrip() + "\n"


def _movers(brief: Brief, page: _Page) -> None:
    page.add("## Where it moves, and why")
    if not brief.movers:
        page.add(notes.NOTHING_MOVED)
    else:
        head = ("Scope", "Level", "Against", "Value", "24 hours", "7 days")
        page.table(head, (_row(mover.row) for mover in brief.movers), right=(3, 4, 5))
    for mover in brief.movers:
        page.add(page.said(mover.sentence))
        page.add(*(f"- Event {e.number}: {page.said(e.sentence)}" for e in mover.events if not e.repeated))
        page.add(notes.told_above(mover))
    page.add(*(escaped(s.text) for s in (brief.quiet, brief.uncovered) if s is not None))


def _row(row: Scope) -> tuple[str, ...]:
    value = "no reading" if row.value is None else f"{row.value:,.1f}"
    changes = ("" if by is None else change(by) for by in (row.change_1d, row.change_7d))
    return (escaped(row.name), escaped(row.level), escaped(row.against), value, *changes)


def _standing(brief: Brief, page: _Page) -> None:
    page.add("## What stands")
    page.add(*(f"- {page.said(s.sentence)}" for s in brief.situations), "" if brief.situations else notes.NOTHING_STANDS)
    page.add(notes.standing(brief))
    page.add("## Crossings")
    if brief.gates:
        page.table(("Crossing", "State"), ((escaped(g.name), page.said(g.sentence)) for g in brief.gates))
    page.add(notes.gates(brief))


def _places(brief: Brief, page: _Page) -> None:
    page.add("## Where")
    page.add(notes.on_the_map(brief))
    if brief.spots:
        rows = (tuple(map(escaped, notes.spot(spot))) for spot in brief.spots[: notes.MOST_SPOTS])
        page.table(("Place", "Weight", "Events", "Independent voices", "Family"), rows, right=(1, 2, 3))


def _coverage(brief: Brief, page: _Page) -> None:
    page.add("## Coverage")
    page.add(escaped(notes.coverage(brief)))
    if brief.from_files:
        page.add(notes.FROM_FILES)
    elif brief.coverage:
        rows = ((escaped(row.country), *map(escaped, notes.covered(row))) for row in brief.coverage)
        page.table(("Country", "Articles", "Feeds that answered", "Reading"), rows, right=(1, 2))


def _source(source: Source) -> str:
    said = escaped(notes.source(source))
    address = "" if source.url is None else f" <{quote(source.url, safe=_IN_ADDRESS)}>"
    return f"- \\[{source.number}\\] {said}{address}"
