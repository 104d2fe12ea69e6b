"""Runs on a Dask cluster: a worker that is killed costs no row, and a task that kills all of them ends the work."""

import os
import signal
from dataclasses import replace

import joblib
import pytest
from helpers.comparisons import assert_equal_comparisons, small_pair

from minidann._jobs import LostWorkers, in_parallel
from minidann.adapt import MOONS
from minidann.commands.long_runs import compare_over_seeds
from minidann.compare import METHODS

pytestmark = pytest.mark.slow
SHORT = replace(MOONS, steps=50, batch_size=16)


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and two worker processes of this machine. A task may lose one worker, not two."""
    dask, distributed = pytest.importorskip("dask"), pytest.importorskip("distributed")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config(backend="dask"),
    ):
        client.wait_for_workers(2)
        yield client


def test_all_rows_come_though_a_worker_is_killed(cluster):
    workers = list(cluster.run(os.getpid).values())
    assert os.getpid() not in workers
    killed = []

    def kill_one(_):
        if not killed:
            killed.append(workers[0])
            os.kill(workers[0], signal.SIGKILL)

    found, _ = compare_over_seeds(small_pair, SHORT, range(4), METHODS, keep=kill_one, jobs=-1)
    assert killed
    expected, _ = compare_over_seeds(small_pair, SHORT, range(4), METHODS)
    assert_equal_comparisons(found, expected)


def test_a_task_that_kills_its_workers_ends_the_work_in_one_line(cluster):
    """joblib alone would wait for ever."""

    def deadly(_):
        os.kill(os.getpid(), signal.SIGKILL)

    cluster.wait_for_workers(2)
    with pytest.raises(LostWorkers, match="the workers cannot go on: .*all those workers died") as raised:
        list(in_parallel(deadly, range(2), jobs=-1))
    assert "\n" not in str(raised.value)
