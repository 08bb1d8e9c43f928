"""The dashboard in a real browser: the map is drawn, a click opens the evidence, and no request leaves this machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest

import app
from tension.model import Place, Precision, Span
from tension.store import open_writer

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
CRISIS = datetime(2021, 9, 20, 12, tzinfo=UTC)
GATE = Place(id="crossing-jarinje", name="Jarinje / Jarinjë", country="XK", lat=43.21, lon=20.69, precision=Precision.CROSSING)
TOWN = Place(id="789128", name="Pristina", country="XK", lat=42.67, lon=21.17, precision=Precision.SETTLEMENT)
HOSTILE = '<img src=x onerror="window.attacked = true"><script>window.attacked = true</script>'
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
#: Where a trace's first point is on the screen.
POINT = """(name) => {
  const box = document.querySelector('.st-key-map .js-plotly-plot');
  const {map, div} = box._fullLayout.map._subplot;
  const trace = box._fullData.find((t) => t.name === name);
  const at = map.project([trace.lon[0], trace.lat[0]]);
  const edge = div.getBoundingClientRect();
  return [edge.x + at.x, edge.y + at.y];
}"""
VIEW = "() => { const m = document.querySelector('.st-key-map .js-plotly-plot')._fullLayout.map; return [m.center.lat, m.zoom]; }"
MAP_READY = """() => {
  const box = document.querySelector('.st-key-map .js-plotly-plot');
  return Boolean(box && box.karaulaWired && box._fullLayout.map._subplot.map.loaded());
}"""


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


def _chromium() -> str | None:
    found = next(filter(None, map(shutil.which, CANDIDATES)), None)
    if found:
        return found
    with playwright.sync_playwright() as p:
        own = p.chromium.executable_path
    return own if own and Path(own).exists() else None


@pytest.fixture(scope="module")
def archive(tmp_path_factory, records) -> str:
    """An archive with three hostile headlines at two places."""
    url = f"sqlite:///{tmp_path_factory.mktemp('browser') / 'replay.db'}"
    writer = open_writer(url)
    rows = [("border_blockade", GATE), ("border_blockade", GATE), ("dialogue", TOWN)]
    deliveries = []
    for n, (code, place) in enumerate(rows):
        at = CRISIS - timedelta(days=n)
        span = Span(field="title", start=len(HOSTILE) + 1, end=len(HOSTILE) + 8, text="Блокада")
        article = records.article(
            f"a{n}", title=f"{HOSTILE} Блокада {n}", published_at=at, published_date=at.date(), family=f"f{n}", restated=True
        )
        signal = records.signal(code, place=place, evidence=(span,))
        deliveries.append(records.delivery(article, signal, seen_at=at, feed_id=None))
    writer.add(deliveries)
    writer.close()
    return url


@pytest.fixture(scope="module")
def served(archive, tmp_path_factory) -> Iterator[str]:
    """The address of a dashboard on this archive, without a live store."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    main = Path(app.__file__).with_name("main.py")
    missing = tmp_path_factory.mktemp("none") / "live.db"
    environment = os.environ | {"KARAULA_REPLAY": archive, "KARAULA_STORE": f"sqlite:///{missing}"}
    command = [sys.executable, "-m", "streamlit", "run", str(main), "--server.port", str(port), "--server.headless", "true"]
    log = (tmp_path_factory.mktemp("log") / "server.log").open("wb")
    process = subprocess.Popen(command, env=environment, cwd=main.parents[1], stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}/"
    try:
        _wait(url, process, Path(log.name))
        yield url
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            pytest.fail(f"the server stopped: {log.read_text()}")
        try:
            with urllib.request.urlopen(f"{url}_stcore/health", timeout=2):  # noqa: S310 - loopback
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail("the server did not answer within a minute")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A Chromium of this machine."""
    executable = _chromium()
    if executable is None:
        pytest.skip("no Chromium is installed: apt-get install chromium, or playwright install chromium")
    with playwright.sync_playwright() as p:
        opened = p.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def desk(browser, served) -> Iterator[Desk]:
    """A fresh page; what it asks for and what fails in it is written down."""
    context = browser.new_context(viewport={"width": 1440, "height": 1300})
    page = context.new_page()
    page.set_default_timeout(60_000)
    opened = Desk(page, served)
    page.on("request", lambda request: opened.asked.append(request.url))
    page.on("pageerror", lambda error: opened.failures.append(str(error)))
    yield opened
    context.close()


def test_map_is_drawn_and_no_request_leaves_the_machine(desk):
    """All pages, light and dark, ask this machine alone; the map is drawn without an error."""
    for scheme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=scheme)
        for path in ("map", "", "events", "sources", "method"):
            desk.open(path)
            desk.page.get_by_text("Replay archive").first.wait_for()

    hosts = {urlsplit(url).hostname for url in desk.asked if urlsplit(url).scheme not in {"data", "blob"}}

    assert hosts <= LOOPBACK
    assert any("plotly.min.js" in url for url in desk.asked)
    assert any(url.endswith(".woff2") for url in desk.asked)
    assert desk.failures == []


def test_names_in_two_alphabets_are_written_on_the_map(desk):
    """The layer of names is on the map although no server gives it letters."""
    desk.open("map")

    layers = desk.page.evaluate(
        """() => document.querySelector('.st-key-map .js-plotly-plot')._fullLayout.map._subplot.map
             .getStyle().layers.filter((l) => l.type === 'symbol' && l.layout['text-field']).length"""
    )

    assert layers >= 1


def test_click_on_a_dot_opens_the_evidence_and_keeps_the_view(desk):
    """After zooming, a click on a dot shows its reports beside the map, which stays where it was."""
    desk.open("map")
    edge = desk.page.locator(".st-key-map .maplibregl-canvas").bounding_box()
    desk.page.mouse.move(edge["x"] + 300, edge["y"] + 200)
    desk.page.mouse.wheel(0, -150)
    desk.page.wait_for_timeout(1500)
    before = desk.page.evaluate(VIEW)

    desk.page.mouse.move(*desk.page.evaluate(POINT, "dots"))
    desk.page.wait_for_timeout(400)
    desk.page.mouse.click(*desk.page.evaluate(POINT, "dots"))
    desk.page.get_by_text("2 reports, 2 publisher families").wait_for()

    assert "place=crossing-jarinje" in desk.page.url
    assert desk.page.locator("mark", has_text="Блокада").count() == 2
    assert desk.page.evaluate(VIEW) == before


def test_hostile_headline_is_only_text(desk):
    """A headline of tags and scripts is read, not run."""
    desk.open("map?place=crossing-jarinje")
    desk.page.get_by_text("2 reports, 2 publisher families").wait_for()

    assert desk.page.get_by_text("<script>window.attacked").count() >= 2
    assert desk.page.evaluate("window.attacked") is None
    assert desk.page.locator(".k-report img, .k-report script").count() == 0


def test_link_to_the_source_opens_without_opener(desk):
    """The link under a report leads to its source and hands nothing over."""
    desk.open("map?place=789128")
    link = desk.page.get_by_role("link", name="open the source")

    assert link.get_attribute("href") == "https://outlet.example/a2"
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in link.get_attribute("rel")


def test_brushing_the_timeline_narrows_the_map(desk):
    """Dragging over days shows these days; the address carries them."""
    desk.open("map")
    plot = desk.page.locator(".st-key-timeline .nsewdrag")
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
    assert download.value.suggested_filename.startswith("karaula-signals_")
    assert len(text.splitlines()) == 4

    desk.page.goto(link)
    desk.page.get_by_text("2 reports, 2 publisher families").wait_for()


def test_headline_in_the_box_is_only_text(desk):
    """What is pasted is answered as text, and a search for markup finds text."""
    desk.page.goto(desk.url + "events")
    desk.page.get_by_text("Why not? Paste any headline").click()
    box = desk.page.get_by_role("textbox", name="Headline")
    box.fill(f"{HOSTILE} jets over Jarinje")
    box.press("Control+Enter")
    desk.page.get_by_text("Places and actors that were found").wait_for()

    assert desk.page.evaluate("window.attacked") is None
    assert desk.page.locator(".k-card img, .k-card script").count() == 0
    assert desk.failures == []


def test_page_fits_a_phone(desk):
    """At 375 pixels nothing is wider than the screen, and the evidence stands below the map."""
    desk.page.set_viewport_size({"width": 375, "height": 800})
    for path in ("map?place=crossing-jarinje", "", "events?headline=Jarinje", "sources", "method"):
        desk.open(path)
        desk.page.get_by_text("Replay archive").first.wait_for()
        wide = desk.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 375

    desk.open("map?place=crossing-jarinje")
    desk.page.get_by_text("2 reports, 2 publisher families").wait_for()
    map_edge = desk.page.locator(".st-key-map").bounding_box()
    report = desk.page.get_by_text("2 reports, 2 publisher families").bounding_box()
    assert report["y"] > map_edge["y"] + map_edge["height"]
