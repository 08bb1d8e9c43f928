"""The first view in a real browser: on screen before any script of the application, gone once the page says the same."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from served import Served, dashboard

from ingest import replay
from tension.store import open_writer

_LIVE = "() => document.querySelector('#root .k-scopes') || document.querySelector('.k-map-desk')?.karaula?.overlay?.painted"
_BOX = "(name) => { const b = document.querySelector(name).getBoundingClientRect(); return [b.x, b.y, b.width].map(Math.round); }"


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    """A dashboard on the archive, which has read ahead."""
    folder = tmp_path_factory.mktemp("first")
    archive = f"sqlite:///{folder / 'replay.db'}"
    replay.build(archive)
    with dashboard(folder / "log", live=f"sqlite:///{folder / 'live.db'}", replay=archive) as server:
        yield server


@pytest.fixture
def page(browser, served, request) -> Iterator[object]:
    """A page of a reader who was never here; what fails in it is written down."""
    context = browser.new_context(**getattr(request, "param", {"viewport": {"width": 1440, "height": 900}}))
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    _until_kept(opened, served.url)
    yield opened
    assert failures == []
    context.close()


def _until_kept(page: object, url: str) -> None:
    """Wait until the server has read ahead."""
    for _ in range(120):
        if 'id="k-first"' in page.request.get(f"{url}map", headers={"accept": "text/html"}).text():
            return
        page.wait_for_timeout(250)
    pytest.fail("the server has read nothing ahead within half a minute")


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_numbers_are_on_screen_without_any_script(page, served):
    """Where no script runs at all, the pages are to be read and lead to each other."""
    page.goto(served.url)
    assert page.locator("#k-first .k-scopes").is_visible()
    page.locator("#k-first nav").get_by_text("Map", exact=True).click()

    assert page.locator("#k-first .k-frame img.k-light").is_visible()
    assert "events at" in page.locator("#k-first .k-said").inner_text()


@pytest.mark.parametrize(
    "page", [{"viewport": {"width": 1440, "height": 900}}, {"viewport": {"width": 375, "height": 900}}], indirect=True
)
@pytest.mark.parametrize(("path", "first", "then"), [("", ".k-scopes", ".k-scopes"), ("map", ".k-frame", ".k-map-desk .k-frame")])
def test_page_takes_its_place(page, served, path, first, then):
    """The same stands in the same column before and after; the first view goes, and leaves nothing behind."""
    page.add_init_script(f"""const look = () => {{ if (document.querySelector('#k-first {first}'))
        window.before ??= ({_BOX})('#k-first {first}'); if (!window.before) requestAnimationFrame(look); }}; look();""")
    page.goto(served.url + path)
    page.wait_for_function(_LIVE)
    page.wait_for_function("() => !document.getElementById('k-first')")
    page.wait_for_timeout(500)
    before, after = page.evaluate("() => window.before"), page.evaluate(_BOX, f"#root {then}")

    assert abs(before[0] - after[0]) <= 2
    assert abs(before[2] - after[2]) <= 4
    assert page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "14px"


@pytest.mark.parametrize("page", [{"java_script_enabled": False, "color_scheme": "dark"}], indirect=True)
def test_system_in_the_dark_has_a_dark_one(page, served):
    """Without a word of the reader the appearance is the system's."""
    page.goto(f"{served.url}map")

    assert page.locator("#k-first img.k-dark").is_visible()
    assert not page.locator("#k-first img.k-light").is_visible()


def test_appearance_that_a_reader_chose_is_kept(page, served):
    """What the reader chose in the page's menu holds for the first view too, whatever the system says."""
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{served.url}map")
    page.evaluate(
        "(chosen) => localStorage.setItem(`stActiveTheme-${location.pathname}-v2`, chosen)", json.dumps({"name": "Dark"})
    )
    page.reload()

    assert page.locator("#k-first img.k-dark").is_visible()
    assert not page.locator("#k-first img.k-light").is_visible()


def test_page_with_something_else_to_say_is_not_hidden(browser, records, tmp_path_factory):
    """Where the page has neither table nor map, the first view goes all the same."""
    folder = tmp_path_factory.mktemp("calm")
    live = f"sqlite:///{folder / 'live.db'}"
    writer = open_writer(live)
    writer.put_feeds([records.feed("f")], datetime.now(UTC) - timedelta(days=2))
    article = records.article("a", published_at=datetime.now(UTC), published_date=datetime.now(UTC).date())
    writer.add([records.delivery(article, feed_id="f", seen_at=datetime.now(UTC))])
    writer.close()
    with dashboard(folder / "log", live=live, replay=f"sqlite:///{folder / 'none.db'}") as server:
        opened = browser.new_page()
        _until_kept(opened, server.url)
        opened.goto(server.url)
        opened.wait_for_function("() => !document.getElementById('k-first')", timeout=15_000)
        opened.close()
