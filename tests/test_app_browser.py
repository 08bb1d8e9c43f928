"""The dashboard in a real browser: the map is drawn, a click opens the evidence, and no request leaves this machine."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from served import Served, dashboard, free_port, running

from app import contents
from tension.model import Place, Precision, Span
from tension.store import open_writer

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

CRISIS = datetime(2021, 9, 20, 12, tzinfo=UTC)
GATE = Place(id="crossing-jarinje", name="Jarinje / Jarinjë", country="XK", lat=43.21, lon=20.69, precision=Precision.CROSSING)
TOWN = Place(id="786714", name="Pristina", country="XK", lat=42.67, lon=21.17, precision=Precision.SETTLEMENT)
HOSTILE = (
    '<img src=x onerror="window.attacked = true"><script>window.attacked = true</script> '
    "[x](javascript:window.attacked=true) **b** :red[c] \u202e"
)
#: Nothing that a page can break in two.
ENDLESS = "w" * 10_000
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
#: Where the heaviest disc is on the screen.
POINT = """() => {
  const k = document.querySelector('.k-map-desk').karaula;
  const at = k.laid().point(k.overlay.discs[0].lon, k.overlay.discs[0].lat);
  const edge = k.map.getContainer().getBoundingClientRect();
  return [edge.x + at.x, edge.y + at.y];
}"""
VIEW = "() => { const m = document.querySelector('.k-map-desk').karaula.map; return [m.getCenter().lat, m.getZoom()]; }"
MAP_READY = """() => {
  const k = document.querySelector('.k-map-desk')?.karaula;
  return Boolean(k?.overlay?.painted && k.ready);
}"""
#: All pages, as the frame of the app lists them.
PAGES = tuple(path for _script, path, _title in contents.PAGES)
#: What Streamlit asks for below the address of a page before it asks for it at the root.
PROBES = ("/_stcore/health", "/_stcore/host-config")
#: Said of the event at the crossing.
EVIDENCE = "2 reports, 2 independent voices"


@dataclass
class Desk:
    """An open page of a running dashboard, and every address it asked for."""

    page: object
    url: str
    asked: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open a page and wait until the map is drawn, where there is one."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector("[data-testid=stMain]")
        if path.startswith("map"):
            self.page.wait_for_function(MAP_READY)


@pytest.fixture(scope="module")
def archive(tmp_path_factory, records) -> str:
    """An archive with three hostile headlines at two places."""
    url = f"sqlite:///{tmp_path_factory.mktemp('browser') / 'replay.db'}"
    writer = open_writer(url)
    rows = [("border_blockade", GATE), ("border_blockade", GATE), ("dialogue", TOWN)]
    deliveries = []
    for n, (code, place) in enumerate(rows):
        at = CRISIS - timedelta(days=n if n < len(rows) - 1 else 8)
        span = Span(field="title", start=len(HOSTILE) + 1, end=len(HOSTILE) + 8, text="Блокада")
        article = records.article(
            f"a{n}",
            title=f"{HOSTILE} Блокада {n}",
            summary=ENDLESS if place is TOWN else "",
            published_at=at,
            published_date=at.date(),
            family=f"f{n}",
            restated=True,
        )
        signal = records.signal(code, place=place, evidence=(span,))
        deliveries.append(records.delivery(article, signal, seen_at=at, feed_id=None))
    writer.add(deliveries)
    writer.close()
    return url


@pytest.fixture(scope="module")
def server(archive, tmp_path_factory) -> Iterator[Served]:
    """A dashboard on this archive, without a live store."""
    missing = tmp_path_factory.mktemp("none") / "live.db"
    with dashboard(tmp_path_factory.mktemp("log"), live=f"sqlite:///{missing}", replay=archive) as served:
        yield served


@pytest.fixture(scope="module")
def context(browser) -> Iterator[object]:
    """A reader who comes back: scripts and letters are in the browser's cache after the first page."""
    opened = browser.new_context(viewport={"width": 1440, "height": 1300})
    yield opened
    opened.close()


@pytest.fixture
def desk(context, server) -> Iterator[Desk]:
    """A fresh page; what it asks for and what fails in it is written down."""
    page = context.new_page()
    page.set_default_timeout(60_000)
    opened = Desk(page, server.url)
    page.on("request", lambda request: opened.asked.append(request.url))
    page.on("pageerror", lambda error: opened.failures.append(str(error)))
    page.on("console", lambda said: opened.failures.append(said.text) if is_fault(said) else None)
    yield opened
    page.close()


def is_fault(said) -> bool:
    """Tell whether a line of the console is an error; that Streamlit looks for its own address under a page's is none."""
    return said.type == "error" and not urlsplit(said.location.get("url", "")).path.endswith(PROBES)


def settle(page) -> None:
    """Wait until Streamlit has drawn everything that it is going to."""
    page.wait_for_selector("[data-testid=stMain]")
    page.get_by_text("Replay archive").first.wait_for()
    page.wait_for_function("() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'")


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_serves_everybody_and_asks_this_machine_alone(desk, scheme, width):
    """Nothing serious or critical for axe-core, contrast included; no other host, no error, no headline run, nothing too wide.

    What axe may not judge is our own to mend.
    """
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = []
    for path in PAGES:
        desk.open(path)
        settle(desk.page)
        for barrier in axe.Axe().run(desk.page).response["violations"]:
            if barrier["impact"] in {"serious", "critical"}:
                found += [f"{path or 'now'}: {barrier['id']}: {node['target']} {node['html'][:160]}" for node in barrier["nodes"]]
        assert desk.page.evaluate("window.attacked") is None
        assert desk.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= width
        if path == "map":
            assert desk.page.locator(".k-map-desk .k-speed").input_value() == "slow"
    hosts = {urlsplit(url).hostname for url in desk.asked if urlsplit(url).scheme not in {"data", "blob"}}

    assert not found, "\n".join(found)
    assert hosts <= LOOPBACK
    assert any("plotly.min.js" in url for url in desk.asked)
    assert any(url.endswith(".woff2") for url in desk.asked)
    assert desk.failures == []


def test_console_of_the_server_is_quiet(desk, server):
    """Neither the start of the dashboard nor a reader of it makes Streamlit warn of a cache or a session that is missing."""
    desk.open("map")
    settle(desk.page)
    said = server.errors.read_text(encoding="utf-8")

    assert "No runtime found" not in said
    assert "ScriptRunContext" not in said
    assert "Traceback" not in said


@pytest.fixture(scope="module")
def api_served(archive, tmp_path_factory) -> Iterator[str]:
    """The address of the read API's page, on the same archive."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/api/v1/"
    arguments = ["-m", "app.api", "--port", str(port)]
    with running(tmp_path_factory.mktemp("api"), arguments, url, "", {"KARAULA_REPLAY": archive}) as served:
        yield served.url


def test_page_of_the_api_has_no_barrier_and_asks_this_machine_alone(desk, api_served):
    """Light and dark, wide and narrow: nothing serious, nothing wider than the screen, no request to another machine."""
    for scheme, width in (("light", 1440), ("dark", 375)):
        desk.page.emulate_media(color_scheme=scheme)
        desk.page.set_viewport_size({"width": width, "height": 900})
        desk.page.goto(api_served)
        serious = [b for b in axe.Axe().run(desk.page).response["violations"] if b["impact"] in {"serious", "critical"}]
        assert serious == []
        assert desk.page.evaluate("() => document.documentElement.scrollWidth") <= width

    assert {urlsplit(url).hostname for url in desk.asked if urlsplit(url).scheme != "data"} <= LOOPBACK
    assert desk.failures == []


def test_names_in_two_alphabets_are_written_on_the_map(desk):
    """Names are written above the dots although no server gives letters, and the switch changes them without a new map."""
    desk.open("map")
    written = """() => { const k = document.querySelector('.k-map-desk').karaula; const said = [];
      const pen = k.overlay.canvas.getContext('2d'); const before = pen.fillText;
      pen.fillText = (text, ...at) => { said.push(text); before.call(pen, text, ...at); }; k.frame(); pen.fillText = before;
      return said; }"""
    both = desk.page.evaluate(written)
    asked = len(desk.asked)
    desk.page.get_by_role("button", name="Layers").click()
    desk.page.get_by_text("English names").click()
    desk.page.wait_for_function("() => document.querySelector('.k-map-desk').karaula.view.names === 2")

    assert "Jarinje / Jarinjë" in both
    assert "Prishtinë / Priština" in both
    assert "Pristina" in desk.page.evaluate(written)
    assert len([url for url in desk.asked[asked:] if "plotly" in url]) == 0


def test_days_are_stepped_and_played_by_the_browser_alone(desk):
    """Keys step, play runs to the last day and stops there; zoom, centre and place stay, and the address learns the days."""
    desk.open("map?place=crossing-jarinje&shown=2021-09-18&shown=2021-09-18&window=2021-09-10&window=2021-09-25")
    state = "() => { const k = document.querySelector('.k-map-desk').karaula; return [k.from, k.to, Boolean(k.playing)]; }"
    desk.page.wait_for_function(f"() => ({state})()[0] === 8")
    before = desk.page.evaluate(VIEW)
    desk.page.locator(".k-map-desk").focus()
    desk.page.keyboard.press("ArrowRight")
    stepped = desk.page.evaluate(state)
    desk.page.locator(".k-map-desk .k-play").click()
    desk.page.wait_for_function(f"() => !({state})()[2]")
    desk.page.wait_for_url("**shown=2021-09-25**")

    assert stepped == [9, 9, False]
    assert desk.page.evaluate(state) == [15, 15, False]
    assert desk.page.evaluate(VIEW) == before
    assert "place=crossing-jarinje" in desk.page.url
    assert desk.page.locator(".k-said").inner_text().startswith("25 September 2021: ")


def test_map_speaks_serbian_and_the_next_page_does_so_too(desk):
    """Opened in Serbian, our own script counts, dates and names its buttons in it; a click to another page keeps the language."""
    desk.open("map?window=2021-09-16&window=2021-09-25&lang=sr-Latn")

    assert re.match(r"16\.–25\. septembar 2021\.: \d+ događaj", desk.page.locator(".k-said").inner_text())
    assert desk.page.locator(".k-map-desk .k-play").inner_text() == "Pusti"
    assert desk.page.evaluate("document.documentElement.lang") == "sr-Latn"
    assert desk.page.locator(".k-map-desk .k-step option").all_inner_texts() == ["1 dan", "7 dana"]
    desk.page.get_by_role("link", name="Situacije").click()
    desk.page.get_by_text("Otvaraju ih, potvrđuju i zatvaraju izveštaji").wait_for()
    desk.page.wait_for_url("**lang=sr-Latn**")
    assert desk.failures == []


def test_click_on_a_dot_opens_the_evidence_and_keeps_the_view(desk):
    """After zooming, a click on a dot shows its reports beside the map, which stays where it was."""
    desk.open("map")
    edge = desk.page.locator(".k-map-desk .maplibregl-canvas").bounding_box()
    desk.page.mouse.move(edge["x"] + 300, edge["y"] + 200)
    desk.page.mouse.wheel(0, -150)
    desk.page.wait_for_timeout(1500)
    before = desk.page.evaluate(VIEW)

    desk.page.mouse.move(*desk.page.evaluate(POINT))
    told = desk.page.locator(".k-tip").inner_text()
    desk.page.mouse.click(*desk.page.evaluate(POINT))
    desk.page.get_by_text(EVIDENCE, exact=True).wait_for()
    desk.page.wait_for_url("**place=crossing-jarinje**")

    assert "Jarinje / Jarinjë" in told
    assert "border blockade" in told
    playwright.expect(desk.page.locator("mark", has_text="Блокада")).to_have_count(2)
    assert desk.page.evaluate(VIEW) == before


def test_hostile_headline_is_only_text(desk):
    """A headline of tags and scripts is read, not run."""
    desk.open("map?place=crossing-jarinje")
    desk.page.get_by_text(EVIDENCE, exact=True).wait_for()

    assert desk.page.get_by_text("<script>window.attacked").count() >= 2
    assert desk.page.evaluate("window.attacked") is None
    assert desk.page.locator(".k-report img, .k-report script").count() == 0


def test_link_to_the_source_opens_without_opener(desk):
    """The link under a report leads to its source and hands nothing over."""
    desk.open("map?place=786714")
    link = desk.page.get_by_role("link", name="open the source")

    assert link.get_attribute("href") == "https://outlet.example/a2"
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in link.get_attribute("rel")


def test_brushing_the_timeline_narrows_the_map(desk):
    """Dragging over days shows these days; the address carries them."""
    desk.open("map")
    plot = desk.page.locator(".k-map-desk .k-time")
    plot.scroll_into_view_if_needed()
    edge = plot.bounding_box()
    middle = edge["y"] + edge["height"] / 2
    desk.page.mouse.move(edge["x"] + edge["width"] * 0.90, middle)
    desk.page.mouse.down()
    desk.page.mouse.move(edge["x"] + edge["width"] * 0.99, middle, steps=8)
    desk.page.mouse.up()

    desk.page.wait_for_url("**shown=**")

    assert desk.page.url.count("shown=") == 2


def test_link_and_files_are_above_the_page(desk):
    """The link names store and days and opens the same view; the files have what is on screen."""
    desk.open("map?place=crossing-jarinje&known=2021-09-20")
    desk.page.get_by_text("As known on 20 Sep 2021").wait_for()
    desk.page.get_by_role("button", name="Link").click()
    code = desk.page.locator("[data-testid=stCode]")
    code.wait_for()
    link = code.inner_text().strip()
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("button", name="Export").click()
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="CSV", exact=True).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")

    assert "known=2021-09-20" in link
    assert link.count("window=") == 2
    assert "store=replay" in link
    assert download.value.suggested_filename.startswith("karaula-events_")
    assert len(text.splitlines()) == 3

    desk.page.goto(link)
    desk.page.get_by_text(EVIDENCE, exact=True).wait_for()


def test_map_is_a_picture_to_take_away(desk):
    """Once the map is drawn it can be had as a PNG that is named after its days."""
    desk.open("map")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="Map as PNG file").click()

    assert re.fullmatch(r"karaula-map_\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.png", download.value.suggested_filename)
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_headline_in_the_box_is_only_text(desk):
    """What is pasted is answered as text, and a search for markup finds text."""
    desk.page.goto(desk.url + "events")
    desk.page.get_by_text("Why not? Paste any headline").click()
    box = desk.page.get_by_role("textbox", name="Headline")
    box.fill(f"{HOSTILE} jets over Jarinje")
    box.press("Control+Enter")
    desk.page.get_by_text("Places and actors that were found").first.wait_for()

    assert desk.page.evaluate("window.attacked") is None
    assert desk.page.locator(".k-card img, .k-card script").count() == 0
    assert desk.failures == []


def test_page_fits_a_phone(desk):
    """At 375 pixels nothing is wider than the screen, and the evidence stands below the map."""
    desk.page.set_viewport_size({"width": 375, "height": 800})
    for path in ("events?headline=Jarinje", "map?place=crossing-jarinje"):
        desk.open(path)
        settle(desk.page)
        wide = desk.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 375

    desk.page.get_by_text(EVIDENCE, exact=True).wait_for()
    map_edge = desk.page.locator(".st-key-map").bounding_box()
    report = desk.page.get_by_text(EVIDENCE, exact=True).bounding_box()
    assert report["y"] > map_edge["y"] + map_edge["height"]


def test_back_leads_to_the_page_before_as_it_was_left(desk):
    """A page is in the history once, whatever it writes to its address; back, pressed while a page is drawn, shows what was."""
    page = desk.page
    page.goto(f"{desk.url}events?reports=all")
    settle(page)
    pages = page.evaluate("history.length")
    page.get_by_role("link", name="Situations").click()
    page.wait_for_url("**/situations**")
    page.get_by_text("crossings", exact=True).click()
    page.wait_for_url("**stand=crossings**")
    settle(page)
    assert page.evaluate("history.length") == pages + 1

    page.get_by_role("link", name="Map").click()
    page.wait_for_url("**/map**")
    page.evaluate("history.back()")
    page.get_by_text("No report: nobody wrote about it").wait_for()
    settle(page)
    assert urlsplit(page.url).path == "/situations"
    assert "stand=crossings" in page.url

    page.evaluate("history.back()")
    page.get_by_role("radio", name="newest first").wait_for()
    settle(page)
    assert urlsplit(page.url).path == "/events"
    assert "reports=all" in page.url
    assert page.evaluate("history.length") == pages + 2
    assert desk.failures == []


MORNING = "window=2021-09-10&window=2021-09-25"
#: What the map is told by its reader, and what must survive it.
STATE = """() => { const k = document.querySelector('.k-map-desk').karaula; const c = k.map.getCenter();
  return { zoom: k.map.getZoom(), lat: c.lat, lon: c.lng, place: k.view.place }; }"""


def test_a_morning_from_the_first_sentence_to_the_brief(desk):
    """Now leads to the words of a report; ten acts leave the map where it was; back goes back; the link opens the same."""
    page = desk.page
    page.goto(f"{desk.url}?{MORNING}")
    settle(page)
    page.locator(".k-scopes .k-mover a").first.click()
    page.get_by_text("Selected event").wait_for()
    settle(page)
    page.wait_for_function(MAP_READY)
    page.evaluate("() => document.querySelector('.k-map-desk').karaula.map.jumpTo({ center: [20.9, 42.9], zoom: 7.1 })")
    before = page.evaluate(STATE)
    for act in ("ArrowRight", "ArrowLeft", "ArrowRight"):
        page.locator(".k-map-desk").focus()
        page.keyboard.press(act)
    page.get_by_role("button", name="Layers").click()
    for name in ("Density", "Crossings", "What stands", "Density"):
        page.get_by_role("button", name=name, exact=True).click()
        settle(page)
    page.keyboard.press("Escape")
    page.locator(".k-map-desk .k-whole").click()
    page.wait_for_url(lambda url: "shown=" not in url)
    slider = page.locator("[data-testid=stSlider] input[type=range]").first
    for key in ("ArrowRight", "ArrowLeft"):
        slider.focus()
        page.keyboard.press(key)
        settle(page)
    assert page.evaluate(STATE) == before

    page.get_by_role("button", name="Link").click()
    link = page.locator("[data-testid=stCode]").inner_text().strip()
    page.keyboard.press("Escape")
    said = page.locator(".k-map-desk .k-said").inner_text()
    page.get_by_role("link", name="Situations").click()
    page.get_by_text("Opened, confirmed and closed by reports").wait_for()
    settle(page)
    page.go_back()
    page.wait_for_function(MAP_READY)
    assert page.locator(".k-map-desk .k-said").inner_text() == said
    page.goto(link)
    page.wait_for_function(MAP_READY)
    assert page.locator(".k-map-desk .k-said").inner_text() == said

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Brief as PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert desk.failures == []
