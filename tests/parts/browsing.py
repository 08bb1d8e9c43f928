"""A Chromium of this machine, as a reader's browser."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from served import CANDIDATES

#: As on a machine without a graphics processor: the map by software, and all else painted by the browser itself.
ARGUMENTS = (
    "--headless", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-gpu-rasterization",
)  # fmt: skip


@contextmanager
def chromium() -> Iterator[object]:
    """Open it; without one, or without its driver, the test is skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    with playwright.sync_playwright() as p:
        found = next(filter(None, map(shutil.which, CANDIDATES)), None) or p.chromium.executable_path
        if not found or not Path(found).exists():
            pytest.skip("no Chromium is installed: apt-get install chromium, or playwright install chromium")
        opened = p.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A Chromium of this machine."""
    with chromium() as opened:
        yield opened
