"""The daily brief: numbers of the index, sentences from cited events, and files that are harmless and repeat themselves."""

import re
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

from app import theme
from app.components import brief_menu
from ingest import briefing
from ingest.commands import watch
from tension.brief import paper
from tension.brief.files import content, file_name
from tension.brief.making import brief_of
from tension.brief.markdown import escaped, markdown
from tension.brief.pdf import pdf
from tension.brief.reach import reach_of
from tension.brief.sentences import plain
from tension.errors import InputError, SettingsError
from tension.index.reading import index_of
from tension.model import Query
from tension.settings import Settings
from tension.store import Delivery, open_reader, open_writer

DAY = date(2021, 9, 21)
HOSTILE = "Barricades at Jarinje <img src=x onerror=alert(1)> [click](javascript:alert(1)) **x** `y` https://evil.example =1+1"
TOLD = [
    (date(2021, 9, 20), "Serbs block the Jarinje crossing with trucks", "Daily", "daily", "serbia", "RS", "en"),
    (date(2021, 9, 20), "Специјална полиција Косова распоређена на Јарињу", "Лист", "list", "serbia", "RS", "sr"),
    (date(2021, 9, 21), HOSTILE, "Portal | one", "portal", "kosovo-albanian", "XK", "en"),
    (date(2021, 9, 21), "Ελληνικά μαχητικά αναχαίτισαν τουρκικά αεροσκάφη στο Αιγαίο", "Φύλλο", "fyllo", "greece", "GR", "el"),
]


@pytest.fixture
def store(sqlite_url, tell) -> str:
    """A store of two days with hostile and non-Latin headlines, whose Albanian feed does not answer."""
    silent = (date(2021, 9, 20), "Moti sot me diell", "Gazeta", "gazeta", "albania", "AL", "sq")
    tell(sqlite_url, [*TOLD, silent], silent=(("Gazeta", date(2021, 9, 20)),))
    return sqlite_url


@pytest.fixture
def reader(store):
    """Its reader."""
    with closing(open_reader(store)) as opened:
        yield opened


def hrefs(text: str) -> set[str]:
    """Return every address that a Markdown page links to, as a browser would follow it."""
    return set(re.findall(r'href="([^"]*)"', MarkdownIt("commonmark", {"html": True}).enable("table").render(text)))


def addresses(document: PdfReader) -> set[str]:
    """Return every address that a PDF links to."""
    notes = [note.get_object() for page in document.pages for note in page.get("/Annots") or ()]
    return {str(note["/A"]["/URI"]) for note in notes if "/A" in note and "/URI" in note["/A"]}


def letters(document: PdfReader) -> str:
    """Return the text of a PDF without spaces: lines break where they will."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in document.pages))


def test_values_are_those_of_the_index(reader):
    """Each row has the value that the index computes for the scope and day."""
    found = {mover.row.code: mover.row.value for mover in brief_of(reader, DAY, "region").movers if mover.row.is_read}

    first = reader.span()[0]
    expected = {code: index_of(reader, code, DAY, DAY, first=first, unread={})[-1].value for code in found}
    assert "XK" in found
    assert found == pytest.approx(expected)


def test_every_event_is_cited_and_every_citation_is_a_source(reader):
    """No sentence on an event or a situation without reports; all numbers lead somewhere, counted from one without a gap."""
    brief = brief_of(reader, DAY, "region")
    events = [event.sentence for mover in brief.movers for event in mover.events]
    stands = [situation.sentence for situation in brief.situations]

    assert events
    assert stands
    assert all(sentence.cites for sentence in [*events, *stands])
    cited = {n for sentence in [*events, *stands, brief.since_yesterday] for n in sentence.cites}
    assert cited <= set(brief.sources)
    assert list(brief.sources) == list(range(1, len(brief.sources) + 1))


def test_both_names_and_the_crossing_are_told(reader):
    """A crossing bears both parties' names, is closed since its day, and silence on the others is not called open."""
    brief = brief_of(reader, DAY, "RS-XK")
    jarinje = next(gate for gate in brief.gates if gate.crossing.place.id == "crossing-jarinje")

    assert jarinje.name.startswith("Jarinje / Jarinjë")
    assert jarinje.sentence.text.startswith("closed, since 20 Sep 2021 (day 2)")
    assert "without any report, which does not mean open" in markdown(brief)


def test_country_without_answering_feeds_has_no_reading_and_its_cause(reader):
    """Silence is no calm: the country has no value, and the cause is told."""
    brief = brief_of(reader, DAY, "AL")
    albania = next(mover.row for mover in brief.movers if mover.row.code == "AL")

    assert albania.value is None
    assert "no article was received" in brief.coverage[0].cause
    assert "no reading: no article was received; 0 of 1 feeds answered" in markdown(brief)


def test_links_of_both_files_are_the_cited_addresses(reader):
    """What can be followed from either file is the addresses of the cited reports, and nothing else."""
    brief = brief_of(reader, DAY, "region")
    wanted = {source.url for source in brief.sources.values()}

    assert all(url.startswith("https://outlet.example/") for url in wanted)
    assert hrefs(markdown(brief)) == wanted
    assert addresses(PdfReader(BytesIO(pdf(brief)))) == wanted


def test_text_of_the_pdf_is_that_of_the_brief_in_every_script(reader):
    """Sentences and headlines can be read out of the file: Latin, Cyrillic and Greek; language, title and day are stated."""
    brief = brief_of(reader, DAY, "region")
    document = PdfReader(BytesIO(pdf(brief)))
    text = letters(document)

    for sentence in (brief.headline.text, TOLD[1][1], TOLD[3][1], "Jarinje / Jarinjë", brief.method_version):
        assert re.sub(r"\s+", "", sentence) in text
    assert f"Page1of{len(document.pages)}" in text
    assert document.trailer["/Root"]["/Lang"] == "en"
    assert document.metadata.title == "Karaula: Daily brief: The whole region, 21 Sep 2021"
    assert {entry.title for entry in document.outline} >= {"Coverage", "Crossings", "Sources"}
    assert document.pages[0].mediabox.width == pytest.approx(595.28, abs=0.1)


@pytest.mark.parametrize("form", ["md", "pdf"])
def test_same_store_makes_the_same_bytes(store, form):
    """Two readers of one store make one file, whenever they are asked."""
    made = []
    for _ in range(2):
        with closing(open_reader(store)) as opened:
            made.append(content(opened, DAY, "XK", form))

    assert made[0] == made[1]


def test_hostile_headline_is_shown_and_does_nothing(reader):
    """Markup in a headline is its text in Markdown; no tag, no link, no emphasis of its making."""
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown(brief_of(reader, DAY, "XK")))

    assert "&lt;img src=x onerror=alert(1)&gt; [click](javascript:alert(1)) **x** `y` https://evil.example" in html
    assert "<img" not in html
    assert "javascript:" not in "".join(re.findall(r'href="[^"]*"', html))


def test_address_that_is_none_of_the_web_is_not_linked(sqlite_url, records):
    """A report under `javascript:` is cited without a link, in both files."""
    with closing(open_writer(sqlite_url)) as writer:
        article = records.article("a1", url="javascript:alert(1)", first_seen_at=records.now)
        writer.add(
            [Delivery(article=article, feed_id=None, guid=None, seen_at=records.now, reading=records.reading(records.signal()))]
        )
    with closing(open_reader(sqlite_url)) as opened:
        brief = brief_of(opened, records.now.date(), "XK")

    assert [source.url for source in brief.sources.values()] == [None]
    assert hrefs(markdown(brief)) == set()
    document = PdfReader(BytesIO(pdf(brief)))
    assert addresses(document) == set()
    assert "noaddress" in letters(document)


@pytest.mark.parametrize(
    ("given", "shown"),
    [("a\u202eb\u200bc", "abc"), ("one\n\ttwo", "one two"), ("x" * 10_000, "x" * 59 + "…"), ("w " * 300, "w " * 109 + "w…")],
)
def test_headlines_are_one_line_without_anything_invisible(given, shown):
    """No change of direction, no control, no word or headline without end."""
    assert plain(given) == shown


def test_letters_that_the_typeface_lacks_are_squares(reader):
    """What cannot be printed is seen to be missing; what can, is kept."""
    kept = "č ђ ë ș ğ Ω „“ −"

    assert paper.shown(kept) == kept
    assert paper.shown("漢") in {"\N{WHITE SQUARE}", "?"}
    assert escaped("www.evil.example") == "www\\.evil.example"


def test_alphabets_are_cut_as_they_are_needed():
    """A document in Latin letters asks for no other alphabet; one that has others shows them, in both weights."""
    page = paper.Paper("č", DAY)
    page.paragraph("Šid, Niš")
    assert set(page.fonts) <= {"inter0", "inter0B", "inter1", "inter1B"}

    page.paragraph("Лист Ω")
    page.paragraph("Лист ș", bold=True)

    assert {"inter2", "inter2B", "inter4", "inter1B"} <= set(page.fonts)
    assert "inter4B" not in page.fonts
    assert "Лист Ω" in PdfReader(BytesIO(bytes(page.output()))).pages[0].extract_text()


def test_nothing_is_said_to_be_nothing(sqlite_url):
    """Of an empty store the brief says that there is no reading, no situation and no source, and is a file all the same."""
    open_writer(sqlite_url).close()
    with closing(open_reader(sqlite_url)) as opened:
        brief = brief_of(opened, DAY, "region")

    text = markdown(brief)
    assert brief.headline.text == "No scope has a reading on 21 Sep 2021."
    assert "No report of anything that lasts holds on this day." in text
    assert "Nothing is cited: no event was reported." in text
    assert letters(PdfReader(BytesIO(pdf(brief)))).startswith("Karaula·21Sep2021Dailybrief:Thewholeregion")


def test_looking_back_tells_nothing_seen_later(reader):
    """As known on the first day, the reports of the second are neither told nor cited, and the day is stated."""
    known = datetime(2021, 9, 20, 23, 59, 59, 999999, UTC)
    brief = brief_of(reader, DAY, "region", as_known_at=known)

    assert {source.day for source in brief.sources.values()} == {date(2021, 9, 20)}
    assert "As known on 20 Sep 2021: nothing seen later is in it" in markdown(brief)


def test_scope_that_is_none_is_refused():
    """A scope that the index does not know is named in the error; the others say what they reach."""
    for wrong in ("DE", "RS-RS", "RS-XK-ME", "place:nowhere", "municipality:nowhere"):
        with pytest.raises(SettingsError, match=wrong):
            reach_of(wrong)
    assert list(reach_of("RS-XK").rows) == ["RS-XK", "RS", "XK"]
    assert reach_of("place:crossing-jarinje").name == "Jarinje / Jarinjë, Kosovo"


def test_colours_are_those_of_the_interface():
    """Paper and screen have one palette."""
    light = theme.LIGHT
    tokens = (light.ink, light.muted, light.line, light.land, light.border, light.water, light.warning, light.panel)

    assert (paper.INK, paper.MUTED, paper.LINE, paper.LAND, paper.BORDER, paper.WATER, paper.WARNING, paper.PAPER) == tokens
    assert dict(light.family) == paper.FAMILY


def test_schedule_owes_the_briefs_of_yesterday_once(tmp_path):
    """Nothing before the time of day; then both files of each scope; what is there is not owed again, a day missed is made up."""
    noon = datetime(2021, 9, 22, 12, tzinfo=UTC)

    assert briefing.due(tmp_path, ["region"], "12:01", noon) == []
    owed = briefing.due(tmp_path, ["region", "RS-XK"], "12:00", noon)
    assert [(day, scope, path.suffix) for day, scope, path in owed] == [
        (DAY, "region", ".md"), (DAY, "region", ".pdf"), (DAY, "RS-XK", ".md"), (DAY, "RS-XK", ".pdf"),
    ]  # fmt: skip
    briefing.write(owed[0][2], b"x")
    assert briefing.due(tmp_path, ["region", "RS-XK"], "06:00", noon) == owed[1:]


def test_scheduler_writes_them_whole(store, tmp_path):
    """At its time the schedule writes both files; without a time of day it writes none."""
    folder = tmp_path / "briefs"
    at = datetime(2021, 9, 22, 7, tzinfo=UTC)

    watch._write_briefs(Settings(store=store, brief_folder=folder), at)
    assert not folder.exists()
    watch._write_briefs(Settings(store=store, brief_folder=folder, brief_at="06:30", brief_scopes="RS-XK"), at)
    assert sorted(path.name for path in folder.iterdir()) == [
        "karaula-brief_RS-XK_2021-09-21.md", "karaula-brief_RS-XK_2021-09-21.pdf",
    ]  # fmt: skip


def test_folder_that_cannot_be_written_is_named(tmp_path):
    """Where a folder is a file, the error names what could not be written."""
    (tmp_path / "file").write_text("x")

    with pytest.raises(InputError, match=r"brief\.md"):
        briefing.write(tmp_path / "file" / "brief.md", b"x")


def test_menu_offers_what_the_filters_leave(reader):
    """One country, or a pair, is the scope; more of them, or others, are the region. A live day that is not over is not told."""
    query = Query(since=DAY - timedelta(days=7), until=DAY)

    class Live:
        is_replay, last_day, now = False, DAY, datetime(2021, 9, 21, 9, tzinfo=UTC)

    scopes = {
        ("XK",): "XK", ("XK", "RS"): "RS-XK", ("XK", "RS", "ME"): "region", (): "region", ("DE",): "region",
    }  # fmt: skip
    for countries, scope in scopes.items():
        assert brief_menu.scope_of(Query(since=DAY, until=DAY, countries=countries)) == scope
    assert brief_menu.day_of(Live, query) == DAY - timedelta(days=1)
    assert (
        file_name(DAY, "RS-XK", "pdf", datetime(2021, 9, 25, tzinfo=UTC)) == "karaula-brief_RS-XK_2021-09-21_known-2021-09-25.pdf"
    )
