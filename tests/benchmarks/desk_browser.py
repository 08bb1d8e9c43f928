"""Pages of a dashboard in a real browser, with clocks in both: for `bench_desk_million`."""

import base64
import gzip
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from desk_process import Server
from playwright.sync_api import sync_playwright

from app import contents

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: As on a machine without a graphics processor: the map by software, and all else painted by the browser itself.
_ARGUMENTS = (
    "--headless", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-gpu-rasterization",
)  # fmt: skip
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
#: What Streamlit asks for below the address of a page before it asks for it at the root.
_PROBES = ("/_stcore/health", "/_stcore/host-config")
_PATIENCE_MS = 120_000
#: What a new window of the browser needs for its own furniture (`chrome://omnibox-popup`, hundreds of modules) before it is
#: quiet: a reader calls an address in a window that stands.
_WINDOW_MS = 2000
#: All pages, as the frame of the app lists them.
PAGES = tuple(path for _script, path, _title in contents.PAGES)
#: Notes when messages go and come, how large they are, and when the page said that its script had ended.
_WATCH = """
  window.karaulaWire = {sent: [], got: [], bytes: 0, kept: [], ended: []};
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", (event) => {
        window.karaulaWire.got.push(performance.now());
        window.karaulaWire.kept.push(event.data);
      });
    }
    send(data) { window.karaulaWire.sent.push(performance.now()); super.send(data); }
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.element?.closest("#k-first")) window.karaulaWire.first = entry.startTime;
  }).observe({type: "largest-contentful-paint", buffered: true});
  const state = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  let before = "";
  const look = () => {
    const map = document.querySelector(".k-map-desk")?.karaula;
    if (document.querySelector("#root .k-scopes") || map?.overlay?.painted) window.karaulaWire.painted ??= performance.now();
    const now = state();
    if (now !== before && now === "notRunning") window.karaulaWire.ended.push(performance.now());
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""
_IDLE = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"


class Desk:
    """A page of a session of its own."""

    def __init__(self, browser: Any, server: Server, path: str) -> None:
        self.server = server
        self._context = browser.new_context(viewport={"width": 1440, "height": 900})
        self.page = self._context.new_page()
        self.page.set_default_timeout(_PATIENCE_MS)
        self.page.add_init_script(_WATCH)
        self._files: list[Any] = []
        self.page.on("requestfinished", self._note)
        self.page.wait_for_timeout(_WINDOW_MS)
        self.seconds = self.go(path)
        told = self.page.evaluate("() => window.karaulaWire.first ?? window.karaulaWire.painted")
        #: Until the first view was painted whole: what the document brought along, or else the page.
        self.first_seconds = float(told) / 1000

    @classmethod
    def first_view(cls, browser: Any, server: Server, path: str) -> tuple[float, float, float]:
        """Return the seconds from the call of an address to its numbers on screen, in a new session without a browser's cache.

        And those to the page that takes their place and answers, and the processor seconds of the server.
        """
        before = server.seconds()
        desk = cls(browser, server, path)
        spent = server.seconds() - before
        desk.close()
        return desk.first_seconds, desk.seconds, spent

    def _note(self, request: Any) -> None:
        # A function of ours: the driver writes on what it calls, which one of the language does not allow.
        self._files.append(request)

    def go(self, path: str) -> float:
        """Call an address; return the seconds until it is painted, by the browser's own clock."""
        self.page.goto(self.server.address + path, wait_until="commit")
        self.page.wait_for_function("() => window.karaulaWire?.painted || document.querySelector('[data-testid=stException]')")
        if self.page.locator("[data-testid=stException]").count():
            raise SystemExit(self.page.locator("[data-testid=stException]").first.inner_text())
        self.page.wait_for_function(f"() => {_IDLE}")
        return float(self.page.evaluate("() => window.karaulaWire.painted")) / 1000

    def close(self) -> None:
        """End the session."""
        self._context.close()

    def _answered(self, act: Any) -> tuple[float, float]:
        """Do something; return the milliseconds that the server took for it, and those until the answer was painted."""
        self.page.wait_for_timeout(800)
        self.page.evaluate("() => { const w = window.karaulaWire; w.sent.length = w.got.length = w.ended.length = 0; }")
        act()
        self.page.wait_for_function("() => window.karaulaWire.sent.length && window.karaulaWire.got.length")
        self.page.wait_for_function(f"() => performance.now() - window.karaulaWire.got.at(-1) > 700 && {_IDLE}")
        found = self.page.evaluate("() => [window.karaulaWire.sent[0], window.karaulaWire.got.at(-1), window.karaulaWire.ended]")
        sent, got, ended = found
        return got - sent, max([got, *ended[:1]]) - sent

    def filter_change(self, n: int) -> tuple[float, float]:
        """Move the slider of certainty by a step."""
        slider = self.page.locator("[data-testid=stSlider] input[type=range]").first
        slider.focus()
        return self._answered(lambda: self.page.keyboard.press("ArrowLeft" if n % 2 else "ArrowRight"))

    def day_step(self) -> tuple[float, float]:
        """Step the days by a key; the browser paints it by itself, the server is told once they rest."""
        painted: list[float] = []

        def act() -> None:
            painted.append(
                self.page.evaluate("""() => new Promise((done) => { const k = document.querySelector('.k-map-desk').karaula;
                  const began = performance.now(); k.step(1); requestAnimationFrame(() => done(performance.now() - began)); })""")
            )

        server_ms, _ = self._answered(act)
        return server_ms, painted[0]

    def click(self, n: int) -> tuple[float, float]:
        """Click on one of the heaviest discs that lie free."""
        point = self.page.evaluate(
            """(n) => { const k = document.querySelector('.k-map-desk').karaula;
              const edge = k.map.getContainer().getBoundingClientRect();
              const free = k.overlay.discs.filter((d) => d.x > 30 && d.y > 30 && d.x < edge.width - 30 && d.y < edge.height - 30);
              return [edge.x + free[n].x, edge.y + free[n].y]; }""",
            n,
        )
        self.page.mouse.move(*point)
        return self._answered(lambda: self.page.mouse.click(*point))

    def _loaded(self) -> None:
        self.page.wait_for_function("() => document.querySelector('.k-map-desk').karaula.ready")
        self.page.wait_for_timeout(1000)

    def play(self) -> float:
        """Play the window at the fast speed, once all is loaded; return the painted frames a second."""
        self._loaded()
        self.page.select_option(".k-map-desk .k-speed", "fast")
        self.page.evaluate(
            """() => { const k = document.querySelector('.k-map-desk').karaula; k.choose(0, 6, { quiet: true });
              window.karaulaPlay = [k.frames, performance.now()]; k.play(true); }"""
        )
        self.page.wait_for_function("() => !document.querySelector('.k-map-desk').karaula.playing")
        n, ms = self.page.evaluate(
            """() => { const k = document.querySelector('.k-map-desk').karaula;
              return [k.frames - window.karaulaPlay[0], performance.now() - window.karaulaPlay[1]]; }"""
        )
        return 1000 * float(n) / float(ms)

    def frames(self) -> float:
        """Step as often as the browser paints, over the whole window; return the frames a second."""
        self._loaded()
        return float(
            self.page.evaluate("""() => new Promise((done) => { const k = document.querySelector('.k-map-desk').karaula;
              k.choose(0, 6, { quiet: true }); const began = performance.now(); let n = 0;
              const tick = () => { k.step(1); n += 1;
                if (k.to >= k.data.n_days - 1) done(1000 * n / (performance.now() - began)); else requestAnimationFrame(tick); };
              requestAnimationFrame(tick); })""")
        )

    def wire_bytes(self) -> int:
        """Return how large the messages of the view are, compressed."""
        whole = self.page.evaluate(
            """async () => { const parts = window.karaulaWire.kept.filter((one) => typeof one !== 'string');
              const bytes = new Uint8Array(await new Blob(parts).arrayBuffer()); let said = '';
              for (let at = 0; at < bytes.length; at += 32768) said += String.fromCharCode(...bytes.subarray(at, at + 32768));
              return btoa(said); }"""
        )
        return len(gzip.compress(base64.b64decode(whole)))

    def file_bytes(self) -> int:
        """Return how large the files are that the page loaded, compressed."""
        bodies = [one.response().body() for one in self._files if one.response() and one.response().ok]
        return sum(len(gzip.compress(body)) for body in bodies)


def barriers(browser: Any, server: Server) -> Iterator[tuple[str, float]]:
    """Yield what every page, light and dark, asks of other machines, says to the console, and puts in the way."""
    asked: set[str] = set()
    faults: list[str] = []
    found: list[str] = []
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        page.on("request", lambda request: asked.add(request.url))
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
        for path in PAGES:
            page.goto(server.address + path)
            page.wait_for_selector("[data-testid=stMain] .k-card")
            page.wait_for_function(f"() => {_IDLE}")
            for barrier in Axe().run(page).response["violations"]:
                found += [f"{scheme} {path}: {barrier['id']}"] if barrier["impact"] in {"serious", "critical"} else []
        context.close()
    hosts = {urlsplit(url).hostname for url in asked if urlsplit(url).scheme not in {"data", "blob"}}
    sys.stderr.write("".join(f"{line}\n" for line in (*found, *faults)))
    yield "requests that left the machine", float(len(hosts - _LOOPBACK))
    yield "errors of the console", float(len(faults))
    yield "serious or critical barriers, all pages, light and dark", float(len(found))


def _is_fault(said: Any) -> bool:
    return said.type == "error" and not urlsplit(said.location.get("url", "")).path.endswith(_PROBES)


@contextmanager
def opened_browser() -> Iterator[Any]:
    """Open a Chromium of this machine."""
    executable = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    with sync_playwright() as p:
        opened = p.chromium.launch(executable_path=executable, args=list(_ARGUMENTS))
        yield opened
        opened.close()
