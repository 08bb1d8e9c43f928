"""Scoring many texts: every engine gives the same answer, in the same order."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pandas as pd
import pytest

from tension import batch
from tension.errors import SettingsError

HEADLINES = [
    "Srbi blokirali put ka Jarinju", "Serbët bllokuan rrugën për në Jarinjë", "Police fire tear gas at protesters in Tirana",
    "Војни авиони изнад Рашке", "Ordinary day at the book fair", "", "Srbi blokirali put ka Jarinju",
]  # fmt: skip


@pytest.fixture(scope="module")
def frame():
    """More rows than one chunk holds, with repeats."""
    titles = [HEADLINES[n % len(HEADLINES)] for n in range(batch.CHUNK * 2 + 11)]
    return pd.DataFrame({"id": [str(n) for n in range(len(titles))], "title": titles, "published": "2021-09-20"})


@pytest.fixture(scope="module")
def local(frame):
    """What one process says."""
    return batch.score(frame, engine="local")


def test_rows_keep_their_order_and_progress_is_told(frame, local):
    """As many answers as rows, in their order; progress adds up to all rows."""
    done = []
    again = batch.score(frame, progress=done.append)

    assert list(again["id"]) == list(frame["id"])
    assert sum(done) == len(frame)
    pd.testing.assert_frame_equal(again, local)


def test_a_process_pool_says_the_same(frame, local):
    """Two processes change nothing."""
    pd.testing.assert_frame_equal(batch.score(frame, engine="pool"), local)


@pytest.fixture
def cluster(tmp_path) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process of its own on loopback."""
    pytest.importorskip("distributed")
    known = tmp_path / "scheduler.json"
    common = ("--scheduler-file", str(known), "--host", "127.0.0.1", "--no-dashboard")
    dask = (sys.executable, "-m", "dask")
    worker = (*dask, "worker", *common, "--no-nanny", "--nthreads", "1", "--local-directory", str(tmp_path))
    with ExitStack() as stack:
        for command in ((*dask, "scheduler", *common, "--port", "0"), worker, worker):
            process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            stack.callback(process.terminate)
            while not known.exists():
                assert process.poll() is None
                time.sleep(0.05)
        yield json.loads(known.read_text(encoding="utf-8"))["address"]


def test_a_dask_cluster_says_the_same(frame, local, cluster):
    """Real workers on loopback change nothing."""
    pd.testing.assert_frame_equal(batch.score(frame, engine="dask", scheduler=cluster), local)


def test_a_cluster_without_address_is_refused(frame):
    """Engine dask needs to know where."""
    with pytest.raises(SettingsError, match="address"):
        batch.score(frame, engine="dask")
