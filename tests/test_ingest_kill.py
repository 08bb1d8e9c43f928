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
import asyncio, json, os, time
from ingest.workers import Workers

async def pids(pool):
    worker = await pool.read(os.getpid)
    free = await pool.run(os.getpid)
    queue = [asyncio.ensure_future(pool.read(time.sleep, 0.001)) for _ in range(200)]
    await asyncio.sleep(0)
    busy = await pool.run(os.getpid)
    await asyncio.gather(*queue)
    return {"worker": worker, "free": free, "busy": busy, "here": os.getpid()}

if __name__ == "__main__":
    with Workers(1000) as pool:
        print(json.dumps(asyncio.run(pids(pool))), flush=True)
        time.sleep(60)
"""


def test_workers_share_the_work_and_end_with_a_killed_round(tmp_path: Path) -> None:
    """Where a queue waits for reading, other steps are done by the round itself; its processes do not outlive it."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = json.loads(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert pids["worker"] != pids["here"] == pids["busy"]
    assert pids["free"] != pids["here"]
    for _ in range(500):
        if not _alive(pids["worker"]):
            return
        time.sleep(0.02)
    os.kill(pids["worker"], signal.SIGKILL)
    pytest.fail("the worker was still there")


def _alive(pid: int) -> bool:
    try:
        # A zombie has ended; in a container there may be nobody to bury it.
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
