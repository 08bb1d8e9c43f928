"""A dashboard in a process of its own, as `bench_desk_million` looks at it: its address, its memory, its processor."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError

#: A server rests once it has taken less than so much of the processor a second, for longer than it waits between two looks.
_BUSY_S, _RESTS_S = 0.1, 9


class Server:
    """A dashboard on a live store, as its clock stands."""

    def __init__(self, url: str, now: datetime) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        stores = {
            "KARAULA_STORE": url,
            "KARAULA_REPLAY": f"sqlite:///{folder / 'none.db'}",
            "KARAULA_VISITS": str(folder / "v.db"),
        }
        self._log = (folder / "server.log").open("wb")
        command = [sys.executable, str(Path(__file__).with_name("desk_server.py")), str(self.port), now.isoformat()]
        self._process = subprocess.Popen(command, env=os.environ | stores, stdout=self._log, stderr=subprocess.STDOUT)

    def __enter__(self) -> Self:
        for _ in range(600):
            if self._process.poll() is not None:
                raise SystemExit(Path(self._log.name).read_text(encoding="utf-8"))
            try:
                with urllib.request.urlopen(f"{self.address}_stcore/health", timeout=2):  # noqa: S310 - loopback
                    return self
            except (URLError, TimeoutError, ConnectionError):
                time.sleep(0.1)
        raise SystemExit("the server did not answer within a minute")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()
        self._folder.cleanup()

    def megabytes(self) -> float:
        """Return the resident memory of the server, pages of the store's file that it has in memory included."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1e3  # type: ignore[index]

    def rest(self) -> None:
        """Wait until the server has nothing to do but to look at the store: it reads ahead while nobody asks for anything."""
        idle = 0
        while idle < _RESTS_S:
            before = self.seconds()
            time.sleep(1)
            idle = idle + 1 if self.seconds() - before < _BUSY_S else 0

    def seconds(self) -> float:
        """Return the processor seconds that the server has taken: they hardly know what else the machine does."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
