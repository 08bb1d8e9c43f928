"""A day of the schedule in fast-forward over a real server, with feeds that fail now and then."""

import json
import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parent / "benchmarks" / "bench_day.py"


def test_a_day_keeps_every_feed_within_its_cadence() -> None:
    """Nobody is asked early, or later than a look after he is due; none is forgotten; nothing grows or fails for good."""
    printed = subprocess.run(
        [sys.executable, BENCH],
        env=os.environ | {"BENCH_FEEDS": "10", "BENCH_HOURS": "24"},
        capture_output=True,
        text=True,
        check=True,
        timeout=900,
    ).stdout
    found = json.loads(printed.splitlines()[-1])

    assert found["feeds_asked"] == 10
    assert (found["early"], found["forgotten"], found["too_long"]) == (0, 0, 0)
    assert found["latest_minutes"] <= 1
    assert found["failed"] > 0
    assert found["unchanged"] > 0
    assert found["articles"] > 500
    # Half a day after it is warm it holds what it held, but for a few pages.
    assert found["grown_mb"] < 25
