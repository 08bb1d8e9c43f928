"""kill -9 of an ingest in the middle of its rounds, on both engines; and that nothing of it stays behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "benchmarks" / "bench_kill.py"


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_is_killed_again_and_again_loses_and_doubles_nothing(request: pytest.FixtureRequest, engine: str) -> None:
    """After ten kills at random instants every row of every table is as an undisturbed run has it."""
    url = request.getfixturevalue(f"{engine}_url")
    printed = subprocess.run(
        [sys.executable, BENCH, url],
        env=os.environ | {"BENCH_KILLS": "10"},
        capture_output=True,
        text=True,
        check=True,
        timeout=110,
    ).stdout
    found = json.loads(printed)

    assert found["kills"] >= 5
    assert (found["lost"], found["doubled"]) == (0, 0)
    assert found["articles"] > 500


PARENT = """
import os, sys, time
from ingest.digest import workers
if __name__ == "__main__":
    pool = workers(1000)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_workers_end_with_a_killed_round(tmp_path: Path) -> None:
    """The processes that a round made do not outlive it, however it ended."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    for _ in range(500):
        if not _alive(worker):
            return
        time.sleep(0.02)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the worker was still there")


def _alive(pid: int) -> bool:
    try:
        # A zombie has ended; in a container there may be nobody to bury it.
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
