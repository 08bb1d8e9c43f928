"""Scoring many texts: every engine gives the same answer, in the same order."""

import warnings

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


def test_a_dask_cluster_says_the_same(frame, local):
    """Two real workers on loopback change nothing."""
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the cluster's own teardown warns; what is tested is the answer
        with distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            worker_dashboard_address=None,
        ) as cluster:
            answers = batch.score(frame, engine="dask", scheduler=cluster.scheduler_address)

    pd.testing.assert_frame_equal(answers, local)


def test_a_cluster_without_address_is_refused(frame):
    """Engine dask needs to know where."""
    with pytest.raises(SettingsError, match="address"):
        batch.score(frame, engine="dask")
