"""Processes of ours that answer HTTP, as a reader meets them: started, waited for, and ended."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest

from ingest import serving
from tension.settings import Settings

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@dataclass(frozen=True, kw_only=True)
class Served:
    """A server that answers."""

    url: str
    #: What it wrote to its standard error.
    errors: Path


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def dashboard(
    folder: Path, *, live: str, replay: str, port: int | None = None, said: Sequence[str] = (), **settings: str
) -> Iterator[Served]:
    """Serve the dashboard as `karaula up` does.

    Args:
        folder: for its log.
        live: address of the live store.
        replay: address of the archive.
        port: to listen on; a free one where none is given.
        said: further arguments.
        settings: further variables of its environment.
    """
    server = serving.dashboard(Settings(port=port or free_port()))
    environment = {"KARAULA_STORE": live, "KARAULA_REPLAY": replay, **settings}
    arguments = [*server.arguments, *said]
    with running(folder, arguments, f"{server.address}/", "_stcore/health", environment, server.folder) as served:
        yield served


@contextmanager
def running(
    folder: Path, arguments: Sequence[str], url: str, health: str, environment: Mapping[str, str], at: Path | None = None
) -> Iterator[Served]:
    """Run Python with arguments until it answers below its address; end it afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    errors = folder / "errors.log"
    with errors.open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, *arguments], env=os.environ | environment, cwd=at, stdout=subprocess.DEVNULL, stderr=log
        )
        try:
            _wait(f"{url}{health}", child, errors)
            yield Served(url=url, errors=errors)
        finally:
            child.terminate()
            child.wait(20)


def _wait(health: str, child: "subprocess.Popen[bytes]", errors: Path) -> None:
    for _ in range(300):
        if child.poll() is not None:
            pytest.fail(f"the server stopped: {errors.read_text()}")
        try:
            with urllib.request.urlopen(health, timeout=2):  # noqa: S310 - loopback
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail("the server did not answer within a minute")
