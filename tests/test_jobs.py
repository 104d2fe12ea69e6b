"""One function on many tasks: the same results from any number of workers, and an end for every mishap."""

import os
import signal
import threading

import joblib
import numpy as np
import pytest
from joblib.parallel import ThreadingBackend

import minidann as md
from minidann._jobs import LostWorkers, RemoteTraceback, in_parallel
from minidann.engine.blas import one_thread


class InRounds(ThreadingBackend):
    """A backend that returns nothing before all tasks of a call are done, as "multiprocessing" and "ray"."""

    supports_return_generator = False


@pytest.fixture(params=[ThreadingBackend, InRounds])
def backend(request):
    """A backend of joblib that returns results as they are done, and one that cannot. They begin at once."""
    with joblib.parallel_config(backend=request.param()):
        yield request.param


def square(x):
    return x * x


def reciprocal(x):
    return 1 / x


def test_one_job_runs_here_in_order_and_only_when_asked():
    here = []

    def note(x):
        here.append((x, threading.current_thread()))
        return -x

    results = in_parallel(note, iter(range(10**18)), jobs=1)  # the tasks are not made before they are needed
    assert [next(results), next(results)] == [(0, 0), (1, -1)]
    assert here == [(0, threading.main_thread()), (1, threading.main_thread())]


def test_each_task_comes_once_with_its_number(backend):
    assert sorted(in_parallel(square, range(3, 23), jobs=2)) == [(i, (i + 3) ** 2) for i in range(20)]


def test_none_is_the_number_of_an_open_configuration():
    def thread(_):
        return threading.get_ident()

    assert {found for _, found in in_parallel(thread, range(4), jobs=None)} == {threading.get_ident()}
    with joblib.parallel_config(backend="threading", n_jobs=2):
        assert threading.get_ident() not in {found for _, found in in_parallel(thread, range(4), jobs=None)}


def test_results_come_as_they_are_done():
    second = threading.Event()

    def wait_for_the_second(i):
        if i == 0:
            assert second.wait(60)
        return i

    with joblib.parallel_config(backend="threading"):
        results = in_parallel(wait_for_the_second, range(2), jobs=2)
        assert next(results) == (1, 1)
        second.set()
        assert list(results) == [(0, 0)]


def test_an_error_is_raised_after_the_results_before_it(backend):
    found = []
    with pytest.raises(ZeroDivisionError, match="division by zero") as raised:
        found.extend(in_parallel(reciprocal, [1, 2, 0, 4], jobs=2))
    assert set(found) <= {(0, 1.0), (1, 0.5), (3, 0.25)}
    assert isinstance(raised.value.__cause__, RemoteTraceback)
    assert "in reciprocal" in str(raised.value.__cause__)  # where in the worker


def test_a_generator_closed_early_ends_the_work_without_a_warning(backend):
    results = in_parallel(square, iter(range(10**18)), jobs=2)
    next(results)
    results.close()
    with pytest.raises(StopIteration):
        next(results)


def test_a_worker_has_the_switches_of_the_caller():
    def seen(_):
        return np.geterr()["over"], np.geterrcall(), one_thread._holders > 0, float(md.Tensor(np.float32(3)).data)

    with joblib.parallel_config(backend="threading"), np.errstate(over="call", call=print):
        assert [found for _, found in in_parallel(seen, range(2), jobs=2)] == [("call", print, True, 3.0)] * 2
    assert one_thread._holders == 0


@pytest.mark.parametrize("jobs", [0, 1.5, "2", True, None])
def test_a_number_of_jobs_that_is_none(jobs):
    if jobs is None:
        assert list(in_parallel(square, [3], jobs)) == [(0, 9)]
        return
    with pytest.raises(ValueError, match="jobs: got .*, expected a whole number of workers, or -1 for one a core"):
        in_parallel(square, [1], jobs)  # before the first result is asked for


@pytest.mark.slow
def test_processes_that_are_killed_once_and_always(tmp_path):
    """Worker processes: a killed one is replaced, its task done again; endless losses end the work in one line."""

    def fragile(task):
        if task == "once" and not (tmp_path / "killed").exists():
            (tmp_path / "killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if task == "always":
            os.kill(os.getpid(), signal.SIGKILL)
        return task, os.getpid(), signal.getsignal(signal.SIGINT)

    tasks = ["a", "once", "b", "c"]
    found = dict(in_parallel(fragile, tasks, jobs=2))
    assert [found[i][0] for i in range(4)] == tasks
    assert os.getpid() not in {process for _, process, _ in found.values()}
    assert {handler for *_, handler in found.values()} == {signal.SIG_IGN}  # Ctrl-C is for the first process
    with pytest.raises(LostWorkers, match="worker processes ended 3 times before they had finished a task"):
        list(in_parallel(fragile, ["always"], jobs=2))
