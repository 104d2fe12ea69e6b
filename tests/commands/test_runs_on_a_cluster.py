"""Runs on a Dask cluster: a worker that is killed costs no row, and a task that kills all of them ends the work."""

import json
import os
import re
import signal
from dataclasses import replace
from pathlib import Path

import joblib
import pytest
from helpers.comparisons import assert_equal_comparisons, small_pair

from minidann._jobs import LostWorkers, in_parallel
from minidann.adapt import MOONS
from minidann.commands.long_runs import compare_over_seeds
from minidann.compare import METHODS

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "tutorials" / "pages" / "machines.md"
SHORT = replace(MOONS, steps=50, batch_size=16)


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and two worker processes of this machine. A task may lose one worker, not two."""
    dask, distributed = pytest.importorskip("dask"), pytest.importorskip("distributed")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
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


def test_the_page_on_machines_chooses_on_a_cluster(cluster, tmp_path, monkeypatch, capsys):
    code = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[1]
    smaller = {
        "tcp://scheduler:8786": cluster.scheduler.address,
        "wait_for_workers(40)": "wait_for_workers(2)",
        "range(100)": "range(2)",
        "range(19)": "range(1)",
        "RECIPES[recipe]": "replace(RECIPES[recipe], steps=20)",
    }
    for text, other in smaller.items():
        assert text in code
        code = code.replace(text, other)
    monkeypatch.chdir(tmp_path)
    exec("\n".join(line for line in code.splitlines() if '"digits")' not in line), {"replace": replace})
    assert capsys.readouterr().out.count("information") >= 2
    assert [len(json.loads(path.read_text("utf-8"))) for path in tmp_path.glob("moons-*.json")] == [4, 4]


def test_a_task_that_kills_its_workers_ends_the_work_in_one_line(cluster):
    """joblib alone would wait for ever."""

    def deadly(_):
        os.kill(os.getpid(), signal.SIGKILL)

    cluster.wait_for_workers(2)
    with pytest.raises(LostWorkers, match="the workers cannot go on: .*all those workers died") as raised:
        list(in_parallel(deadly, range(2), jobs=-1))
    assert "\n" not in str(raised.value)
