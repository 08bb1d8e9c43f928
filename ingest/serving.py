"""The processes that a reader talks to, run as children: the dashboard and the read API."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tension.errors import SettingsError
from tension.settings import Settings

_ROOT = Path(__file__).resolve().parents[1]
_SERVED = _ROOT / "app" / "asgi.py"
#: How long a child may take to answer before something is wrong.
_START_S = 60.0
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A child process that listens."""

    #: As sentences call it.
    name: str
    host: str
    port: int
    #: The setting that gives it another port.
    setting: str
    #: What Python runs.
    arguments: Sequence[str]
    folder: Path = _ROOT

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://{self.host}:{self.port}"


def dashboard(settings: Settings) -> Server:
    """Return the dashboard."""
    arguments = [
        "-m", "streamlit", "run", str(_SERVED), "--server.address", settings.host, "--server.port", str(settings.port),
        "--server.headless", "true", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    return Server(
        name="the dashboard", host=settings.host, port=settings.port, setting="KARAULA_PORT", arguments=arguments,
        folder=_SERVED.parent,
    )  # fmt: skip


def api(settings: Settings) -> Server:
    """Return the read API: on loopback, whatever the dashboard binds to."""
    port = settings.api_port or settings.port + 1
    arguments = ["-m", "app.api", "--port", str(port)]
    return Server(name="the read API", host=_LOOPBACK, port=port, setting="KARAULA_API_PORT", arguments=arguments)


def answers(host: str, port: int) -> bool:
    """Tell whether somebody listens."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((host, port)) == 0


@contextmanager
def serving(server: Server, settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server as a child process; yield it once it answers, and end it afterwards.

    Raises:
        SettingsError: the port is taken, or the child ended at once.
    """
    if answers(server.host, server.port):
        raise SettingsError(f"port {server.port} on {server.host} is taken; set {server.setting} to another")
    environment = os.environ | {"KARAULA_STORE": settings.store, "KARAULA_REPLAY": settings.replay}
    command = [sys.executable, *server.arguments]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=server.folder)  # noqa: S603 - our own
    try:
        _wait(child, server)
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait(child: "subprocess.Popen[bytes]", server: Server) -> None:
    deadline = time.monotonic() + _START_S
    while not answers(server.host, server.port):
        if child.poll() is not None:
            raise SettingsError(f"{server.name} ended at once (exit code {child.returncode}); its words are above")
        if time.monotonic() > deadline:
            raise SettingsError(f"{server.name} did not answer within {_START_S:g} s")
        time.sleep(0.1)
