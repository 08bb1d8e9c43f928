"""The first view: the document of Now and Map says what the pages say, before any script has run, and no more than is known."""

import re
import time
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

import anyio
import pytest
import structlog
from PIL import Image
from streamlit.testing.v1 import AppTest

from app import access, passing, prelude, repository, theme, warmth
from app.components import first_view
from app.figures import raster
from tension.errors import StoreError
from tests.parts.desk import html, open_page

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(1)</script>'
TITLE = f"{HOSTILE} Srbi blokirali put ka Jarinju"


@pytest.fixture(autouse=True)
def nothing_kept():
    """Nothing is kept from one test to the next."""
    prelude.forget()
    yield
    prelude.forget()


@pytest.fixture
def full(desk_stores, tell):
    """A live store with a blockade of yesterday, told by a headline that attacks."""
    day = datetime.now(UTC).date() - timedelta(days=1)
    tell(desk_stores["live"], [(day, TITLE, "Primer", "primer", "kosovo-serb", "XK", "sr")])


def look() -> str:
    """Look at the store as the server does, and draw what is due; return the state that was found."""
    return warmth.read_more(warmth.read(""), (prelude.keep,))


def document(path: str = "/", parameters: str = "") -> str:
    """Return the first view at an address."""
    return anyio.run(prelude.of, path, parameters)


def words(markup: str) -> str:
    """Return what a reader reads of HTML, in one line."""
    return " ".join(unescape(re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", markup, flags=re.DOTALL)).split())


def said(at: AppTest, kind: str) -> str:
    """Return what a page says in the piece of a class."""
    return words(re.search(rf'<(table|div) class="k-card{kind}".*?(</table>|</div></div>|$)', html(at), re.DOTALL)[0])


@pytest.mark.usefixtures("full")
def test_now_says_what_the_page_says():
    """Sentence, rows and numbers are those of the page, and the strip above them too."""
    look()
    first = words(document())
    page = open_page("now", store="live")

    assert said(page, " k-scopes") in first
    assert said(page, " k-strip") in first
    assert "Jarinju" in first


@pytest.mark.usefixtures("full")
def test_map_is_drawn_in_both_appearances():
    """The map is there as two pictures of one size that differ, with the names of its places and its numbers in words."""
    look()
    first = document("/map")
    pictures = re.findall(r'class="k-(light|dark)" src="data:image/webp;base64,([^"]+)"', first)

    assert [look for look, _ in pictures] == ["light", "dark"]
    assert pictures[0][1] != pictures[1][1]
    assert "1 event at 1 place" in words(first)
    assert re.search(r'<span style="left:\d+px;top:\d+px">[^<]*Jarinje', first)


@pytest.mark.usefixtures("full")
def test_text_of_a_feed_stays_text():
    """What a headline says is shown as letters: neither element nor handler comes of it."""
    look()
    first = document()

    assert HOSTILE not in first
    assert "onerror=&quot;alert(1)&quot;" in first
    assert not re.search(r"<img src=x|<script>alert", first)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/", "where=RS"), ("/", "window=2026-01-01&window=2026-01-31"), ("/map", "view=table"), ("/", "store=replay"),
        ("/", "known=2026-01-01"), ("/", "embed=true"), ("/", "lang=xx"), ("/index", ""), ("/map/", ""), ("/x/", ""), ("//", ""),
    ],
)  # fmt: skip
def test_no_other_address_has_one(path, parameters):
    """Only the pages' own view has one: whatever else an address says, the page answers, which understands it."""
    look()

    assert document() != ""
    assert document(path, parameters) == ""


@pytest.mark.usefixtures("full")
def test_language_of_the_address_is_spoken():
    """It is there in every language of the desk, and says which."""
    look()

    assert 'lang="en"' in document()
    serbian = document("/map", "lang=sr-Latn")
    assert 'lang="sr-Latn"' in serbian
    assert "Mapa" in words(serbian)


@pytest.mark.usefixtures("full")
def test_reader_who_was_here_before_has_one():
    """The address that carries the moment of the last visit is understood; what is new since then the page marks."""
    look()

    assert document("/", "seen=2026-01-01T00%3A00%3A00Z") != ""


@pytest.mark.usefixtures("full")
def test_strip_tells_the_age_of_this_moment(monkeypatch):
    """The strip is of the moment of the request: a store that nobody has fetched into since is called stale, not fresh."""
    look()
    later = access.now() + timedelta(days=3)
    monkeypatch.setattr(access, "now", lambda: later)

    assert "Stale" in words(document())


@pytest.mark.usefixtures("full")
def test_nothing_is_shown_of_a_state_that_nobody_has_looked_at(monkeypatch):
    """Five minutes after the last look that found it so nothing is shown: nobody knows whether it still stands so."""
    look()
    later = time.monotonic() + 301
    monkeypatch.setattr(prelude.time, "monotonic", lambda: later)

    assert document() == ""


@pytest.mark.usefixtures("full")
def test_store_that_can_no_longer_be_read_shows_nothing(monkeypatch):
    """When the store fails, what was drawn of it goes."""
    look()

    def fail(_store):
        raise StoreError("live", "it is locked")

    monkeypatch.setattr(repository, "desk", fail)

    assert warmth.read("") == ""
    assert document() == ""


@pytest.mark.usefixtures("full")
def test_look_at_an_unchanged_store_keeps_it(monkeypatch):
    """A look that finds the store as it was drawn lets it hold on from there; one that finds another state does not."""
    stands = look()
    began = time.monotonic()
    monkeypatch.setattr(prelude.time, "monotonic", lambda: began + 250)
    assert warmth.read(stands) == stands
    monkeypatch.setattr(prelude.time, "monotonic", lambda: began + 500)
    assert document() != ""

    prelude.confirm("another state")
    monkeypatch.setattr(prelude.time, "monotonic", lambda: began + 600)
    assert document() == ""


@pytest.mark.usefixtures("desk_stores")
def test_desk_without_a_store_has_none():
    """Before there is any store a document is as it was."""
    assert warmth.read("") == ""
    assert document() == ""


@pytest.mark.usefixtures("full")
def test_a_strip_that_takes_long_is_not_waited_for(monkeypatch):
    """A document is sent without it after half a second."""
    look()
    monkeypatch.setattr(prelude, "_PATIENCE_S", 0.05)
    monkeypatch.setattr(first_view, "document", lambda *_: time.sleep(0.3))

    assert document() == ""


@pytest.mark.usefixtures("full")
def test_page_below_a_path_of_the_operator_has_one(monkeypatch):
    """Where a proxy wants all pages below a path, they have their first view there, and only there."""
    look()
    monkeypatch.setattr(prelude.st, "get_option", lambda _: "/desk/")

    assert document("/desk/map") != ""
    assert document("/map") == ""


@pytest.mark.usefixtures("full")
def test_drawing_it_is_no_reader(monkeypatch):
    """What is read for it counts as read ahead: the caches may let it go."""
    seen = []
    monkeypatch.setitem(first_view.BODIES, "", lambda *_: seen.append(passing.is_ahead()) or "")
    look()

    assert set(seen) == {True}


@pytest.mark.usefixtures("full")
def test_fault_in_it_costs_no_page(monkeypatch):
    """Where drawing the strip fails, the document comes without a first view, and the fault is in the log."""
    look()
    monkeypatch.setattr(first_view, "document", lambda *_: 1 / 0)
    with structlog.testing.capture_logs() as logged:
        assert document() == ""

    assert [entry["log_level"] for entry in logged] == ["error"]


def test_every_token_of_an_appearance_is_declared():
    """Whatever a colour of the first view names as a variable, both appearances declare, once."""
    named = set(re.findall(r"var\((--k-[a-z-]+)\)", repr(theme.EITHER)))

    for look in (theme.LIGHT, theme.DARK):
        declared = re.findall(r"(--k-[a-z-]+):#[0-9A-F]{6};", theme.declared(look))
        assert set(declared) == named
        assert len(declared) == len(named)


def test_drawing_becomes_pixels_of_its_size():
    """A drawing keeps its size and its colours, and gives the same bytes each time."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#0B3C6F"/></svg>'
    picture = Image.open(BytesIO(raster.webp(drawing)))

    assert (picture.format, picture.size) == ("WEBP", (40, 20))
    assert all(abs(a - b) < 6 for a, b in zip(picture.convert("RGB").getpixel((20, 10)), (0x0B, 0x3C, 0x6F), strict=True))
    assert raster.webp(drawing) == raster.webp(drawing)
