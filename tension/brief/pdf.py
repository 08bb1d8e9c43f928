"""A brief as PDF: the same sentences as in Markdown, with the map and linked citations."""

from collections.abc import Iterable, Iterator

from tension import words
from tension.brief import mapping, notes
from tension.brief.model import Brief, Sentence
from tension.brief.paper import BODY, INK, MUTED, SMALL, WARNING, Paper
from tension.brief.scopes import ELEVATED, Scope
from tension.brief.sentences import change


class _Writer:
    """Writes a brief on paper; citations without an address lead to the list of sources."""

    def __init__(self, brief: Brief) -> None:
        self.brief, self.paper = brief, Paper(brief.title, brief.day)
        self._anchors = {n: self.paper.add_link() for n, source in brief.sources.items() if source.url is None}

    def cites(self, numbers: Iterable[int]) -> Iterator[tuple[str, str | int]]:
        for number in numbers:
            yield f"[{number}]", self.brief.sources[number].url or self._anchors[number]

    def said(self, sentence: Sentence, size: float = BODY, *, bold: bool = False, indent: float = 0.0, prefix: str = "") -> None:
        self.paper.said(prefix + sentence.text, self.cites(sentence.cites), size, bold=bold, indent=indent)

    def sources(self) -> None:
        self.paper.heading("Sources")
        for number, source in self.brief.sources.items():
            if number in self._anchors:
                self.paper.set_link(self._anchors[number], y=self.paper.get_y())
            address = [] if source.url is None else [(words_of(source.url), source.url)]
            self.paper.said(f"[{number}] {notes.source(source)}", address, SMALL)
        if not self.brief.sources:
            self.paper.paragraph(notes.NOTHING_SOURCED)


def words_of(url: str, longest: int = 90) -> str:
    """Return an address as it is printed: long ones are cut, the link is whole."""
    return url if len(url) <= longest else url[: longest - 1] + "…"


def pdf(brief: Brief) -> bytes:
    """Return a brief as PDF; the same brief is the same bytes."""
    writer = _Writer(brief)
    paper = writer.paper
    paper.face(SMALL, colour=MUTED)
    paper.cell(0, 5, f"Karaula · {words.day(brief.day)}", new_x="LMARGIN", new_y="NEXT")
    paper.paragraph(brief.title, 17, bold=True)
    writer.said(brief.headline, 12.5, bold=True)
    writer.said(brief.since_yesterday)
    paper.paragraph(notes.on_the_map(brief), SMALL, colour=MUTED)
    mapping.draw(paper, brief)
    _movers(writer)
    _standing(writer)
    _places(writer)
    _coverage(writer)
    paper.heading("Method")
    paper.paragraph(notes.method(brief))
    paper.paragraph(notes.VALUE)
    writer.sources()
    return bytes(paper.output())


def _movers(writer: _Writer) -> None:
    brief, paper = writer.brief, writer.paper
    paper.heading("Where it moves, and why")
    if not brief.movers:
        paper.paragraph(notes.NOTHING_MOVED)
    else:
        rows = []
        for row in (mover.row for mover in brief.movers):
            value = "no reading" if row.value is None else f"{row.value:,.1f}"
            rows.append((row.name, row.level, row.against, value, *("" if c is None else change(c) for c in _changes(row))))
        head = ("Scope", "Level", "Against", "Value", "24 h", "7 days")
        paper.rows(head, rows, (42, 24, 66, 18, 14, 14), right=(3, 4, 5))
    for mover in brief.movers:
        paper.room(16)
        writer.said(mover.sentence, bold=mover.row.level in ELEVATED)
        for event in mover.events:
            if not event.repeated:
                writer.said(event.sentence, indent=5, prefix=f"Event {event.number}. ")
        if notes.told_above(mover):
            paper.said(notes.told_above(mover), (), SMALL, colour=MUTED, indent=5)
        paper.ln(1)
    for sentence in (brief.quiet, brief.uncovered):
        if sentence is not None:
            paper.paragraph(sentence.text, SMALL, colour=MUTED)


def _changes(row: Scope) -> tuple[float | None, float | None]:
    return row.change_1d, row.change_7d


def _standing(writer: _Writer) -> None:
    brief, paper = writer.brief, writer.paper
    paper.heading("What stands")
    for situation in brief.situations:
        writer.said(situation.sentence)
    if not brief.situations:
        paper.paragraph(notes.NOTHING_STANDS)
    _note(paper, notes.standing(brief))
    paper.heading("Crossings")
    for gate in brief.gates:
        writer.said(gate.sentence, prefix=f"{gate.name}: ")
    _note(paper, notes.gates(brief))


def _note(paper: Paper, text: str) -> None:
    if text:
        paper.paragraph(text, SMALL, colour=MUTED)


def _places(writer: _Writer) -> None:
    spots = writer.brief.spots[: notes.MOST_SPOTS]
    if spots:
        writer.paper.heading("Where")
        head = ("Place", "Weight", "Events", "Independent voices", "Family")
        writer.paper.rows(head, map(notes.spot, spots), (62, 18, 16, 30, 52), right=(1, 2, 3))


def _coverage(writer: _Writer) -> None:
    brief, paper = writer.brief, writer.paper
    paper.heading("Coverage")
    unread = any(row.cause is not None for row in brief.coverage)
    paper.paragraph(notes.coverage(brief), colour=WARNING if unread else INK)
    if brief.from_files:
        paper.paragraph(notes.FROM_FILES)
    elif brief.coverage:
        head = ("Country", "Articles", "Feeds that answered", "Reading")
        rows = [(row.country, *notes.covered(row)) for row in brief.coverage]
        paper.rows(head, rows, (44, 20, 34, 80), right=(1, 2))
