"""Paper for a brief: A4, the interface's own typeface, page numbers, text with cited links. fpdf2 writes the file."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from tension import words

#: Tokens of the light appearance (a test keeps them equal to the interface's).
INK, MUTED, LINE, LAND, BORDER, WATER, WARNING = "#1C2126", "#5D666E", "#E3E1DA", "#EFEDE6", "#B9B4A7", "#DDE6EA", "#8A5700"
PAPER = "#FFFFFF"
FAMILY = {
    "violence": "#A50F15", "military": "#0B3C6F", "obstruction": "#B87400", "political": "#8856A7", "stabilising": "#11846A",
}  # fmt: skip
LINK = FAMILY["military"]
#: Inter by alphabet, as the interface ships it; the first is the main one, the others stand in for what it lacks.
_FONTS = Path(__file__).resolve().parents[2] / "app" / "static"
_ALPHABETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext")
_WEIGHTS = {"": 400.0, "B": 650.0}
#: Points, and millimetres of a line.
BODY, SMALL = 9.5, 8.0
_LEADING = 0.48
_MARGIN = 16.0
_UNKNOWN = "\N{WHITE SQUARE}"


def _path(alphabet: str) -> Path:
    return _FONTS / f"inter-{alphabet}.woff2"


@lru_cache(maxsize=1)
def _folder() -> TemporaryDirectory[str]:
    """Return where the cuts are; it lives as long as the process."""
    return TemporaryDirectory(prefix="karaula-type-")


@lru_cache(maxsize=len(_ALPHABETS) * len(_WEIGHTS))
def _cut(alphabet: str, style: str) -> Path:
    """Return the typeface of an alphabet cut to a weight that is printed: up to half a second of work, once in a process.

    Tables of layout are left out: the printer of pages does not use them, and cutting them takes most of the time.
    """
    with TTFont(_path(alphabet), recalcTimestamp=False) as font:
        for table in ("GPOS", "GSUB", "GDEF"):
            if table in font:
                del font[table]
        cut = instantiateVariableFont(font, {"wght": _WEIGHTS[style]}, inplace=True)
        cut.flavor = None
        # Under a name of its own until it is whole: two briefs may be made at once.
        with NamedTemporaryFile(dir=_folder().name, suffix=".ttf", delete=False) as made:
            cut.save(made)
    return Path(made.name)


@lru_cache(maxsize=len(_ALPHABETS))
def _letters_of(alphabet: str) -> frozenset[int]:
    with TTFont(_path(alphabet), lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """Return every code point that the typeface can show."""
    return frozenset[int]().union(*map(_letters_of, _ALPHABETS))


def shown(text: str) -> str:
    """Return a text in which a square stands for each letter that the typeface lacks."""
    box = _UNKNOWN if ord(_UNKNOWN) in _letters() else "?"
    return "".join(c if ord(c) in _letters() else box for c in text)


class Paper(FPDF):
    """Pages with a foot: what it is, of which day, and the page's number."""

    def __init__(self, title: str, day: date) -> None:
        """Begin a document; its date of creation is the end of its day, so that one input makes one file."""
        super().__init__(format="A4")
        self._foot = f"Karaula · {shown(title)} · {words.day(day)}"
        self.set_creation_date(datetime.combine(day, time(23, 59, 59), UTC))
        self.set_title(f"Karaula: {title}, {words.day(day)}")
        self.set_author("Karaula")
        self.set_subject("Daily brief")
        self.set_lang("en")
        self.set_margins(_MARGIN, _MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(True, margin=20)
        self.alias_nb_pages("{nb}")
        for style in _WEIGHTS:
            self.add_font("inter0", style, _cut(_ALPHABETS[0], style))
        # Without any that stands in fpdf2 asks for none.
        self._standing_in: set[tuple[int, str]] = set()
        self._add_alphabet(1, "")
        self.face()
        self.add_page()

    def _add_alphabet(self, n: int, style: str) -> None:
        self.add_font(f"inter{n}", style, _cut(_ALPHABETS[n], style))
        self._standing_in.add((n, style))
        self.set_fallback_fonts([f"inter{n}" for n in sorted({n for n, _ in self._standing_in})], exact_match=False)

    def get_fallback_font(self, char: str, style: str = "") -> str | None:
        """Return what stands in for a letter that the main alphabet lacks; fpdf2 calls it. Alphabets are cut when needed."""
        bold = "B" if "B" in style else ""
        lacking = next((n for n, name in enumerate(_ALPHABETS) if n and ord(char) in _letters_of(name)), None)
        if lacking is not None and (lacking, bold) not in self._standing_in:
            self._add_alphabet(lacking, bold)
        return super().get_fallback_font(char, style)

    def face(self, size: float = BODY, *, bold: bool = False, colour: str = INK) -> None:
        """Set typeface, size and colour of what is written next."""
        self.set_font("inter0", "B" if bold else "", size)
        self.set_text_color(colour)

    def footer(self) -> None:
        """Write the foot of a page; fpdf2 calls it."""
        self.set_y(-14)
        self.face(SMALL, colour=MUTED)
        self.cell(self.epw / 2, 5, self._foot)
        self.cell(self.epw / 2, 5, f"Page {self.page_no()} of {{nb}}", align=Align.R)

    def heading(self, text: str) -> None:
        """Write the heading of a section, never alone at the end of a page."""
        self.room(22)
        self.ln(3)
        self.face(12.5, bold=True)
        self.start_section(text)
        self.multi_cell(0, 6.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def room(self, height: float) -> None:
        """Turn the page where less than so many millimetres are left."""
        if self.will_page_break(height):
            self.add_page()

    def paragraph(self, text: str, size: float = BODY, *, bold: bool = False, colour: str = INK) -> None:
        """Write a paragraph."""
        self.said(text, (), size, bold=bold, colour=colour)

    def said(
        self, text: str, cites: Iterable[tuple[str, str | int]], size: float = BODY, *, bold: bool = False,
        colour: str = INK, indent: float = 0.0,
    ) -> None:  # fmt: skip
        """Write a paragraph and its citations, each with where it leads: an address, or the source at the end."""
        high = size * _LEADING
        self.room(2 * high)
        left = self.l_margin
        self.set_left_margin(left + indent)
        self.set_x(left + indent)
        self.face(size, bold=bold, colour=colour)
        self.write(high, shown(text))
        for label, target in cites:
            self.face(size - 1.5, colour=LINK if isinstance(target, str) else MUTED)
            self.write(high, f" {label}", link=target)
        self.set_left_margin(left)
        self.ln(high + 1.2)

    def rows(
        self, head: Sequence[str], body: Iterable[Sequence[str]], widths: Sequence[int], right: Sequence[int] = ()
    ) -> None:  # fmt: skip
        """Write a table; its head is repeated on each page."""
        self.face(SMALL)
        self.set_draw_color(LINE)
        self.set_fill_color(PAPER)
        aligned = tuple(Align.R if n in right else Align.L for n in range(len(head)))
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES, col_widths=tuple(widths), text_align=aligned, line_height=4.2,
            padding=(1.0, 1.4, 1.0, 1.4), headings_style=FontFace(emphasis="", color=MUTED), width=self.epw,
        ) as table:  # fmt: skip
            for cells in (head, *body):
                row = table.row()
                for cell in cells:
                    row.cell(shown(cell))
        self.ln(2)
