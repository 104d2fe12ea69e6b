"""Large work is dealt to threads in pieces: the same bits for any number of threads, and nothing stays behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import hypothesis.strategies as st
import joblib
import numpy as np
import pytest
from hypothesis import given
from threadpoolctl import threadpool_info, threadpool_limits

import minidann as md
from minidann.adapt.recipes import DIGITS, PAPER
from minidann.adapt.training import Training
from minidann.data.digits import digits_pair
from minidann.engine import ops, threads
from minidann.engine.blas import one_thread
from minidann.nn import pieces


@pytest.fixture(autouse=True)
def _as_before():
    yield
    md.set_threads(None)


@pytest.fixture
def tiny(monkeypatch):
    """All work counts as large, so that a small network is dealt to threads too."""
    monkeypatch.setattr(threads, "LARGE", 1)
    monkeypatch.setattr(threads.pieces, "__defaults__", (np, 1))
    monkeypatch.setattr("minidann.engine.ops.matmul.PRODUCT", 1)
    monkeypatch.setattr(pieces, "LARGE", 1)
    monkeypatch.setattr(pieces, "PIECE", 100)


def numbers():
    return {library["filepath"]: library["num_threads"] for library in threadpool_info()}


# pieces ---------------------------------------------------------------------------------------------------------------


@given(n=st.integers(0, 100), numbers=st.sampled_from([0, threads.LARGE - 1, threads.LARGE, 10**9]))
def test_pieces_are_the_whole_in_order(n, numbers):
    parts = threads.pieces(n, numbers)
    assert [i for part in parts for i in range(n)[part]] == list(range(n))
    assert len(parts) == (min(n, threads.PIECES) if numbers >= threads.LARGE else 1)
    sizes = [part.stop - part.start for part in parts]
    assert not sizes or max(sizes) - min(sizes) <= 1


def test_a_gpu_takes_all_at_once():
    assert threads.pieces(100, 10**9, xp=object()) == [slice(0, 100)]


# threads --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2, 3, 20])
def test_results_come_in_the_order_of_the_parts(number):
    md.set_threads(number)
    assert threads.in_threads(lambda part: part**2, range(9)) == [part**2 for part in range(9)]


def test_several_threads_work_at_the_same_time():
    md.set_threads(3)
    all_there = threading.Barrier(3)
    assert len(set(threads.in_threads(lambda _: all_there.wait(60), range(3)))) == 3


def test_one_thread_is_the_caller():
    md.set_threads(1)
    assert set(threads.in_threads(lambda _: threading.current_thread(), range(5))) == {threading.current_thread()}


@pytest.mark.parametrize("number", [1, 2, 4])
def test_blas_has_one_thread_in_the_work_and_its_threads_afterwards(number, monkeypatch):
    class Library:
        threads = 4

        def get_num_threads(self):
            return self.threads

        def set_num_threads(self, number):
            self.threads = number

    library = Library()
    monkeypatch.setattr(one_thread, "_libraries", [library])
    md.set_threads(number)
    assert threads.in_threads(lambda _: library.threads, range(4)) == [1, 1, 1, 1]
    assert library.threads == 4


@pytest.mark.parametrize("number", [1, 2, 4])
def test_the_error_of_a_part_is_raised_when_no_thread_works_any_more(number):
    md.set_threads(number)
    working = []

    def work(part):
        working.append(part)
        try:
            if part == 3:
                raise KeyError(part)
        finally:
            working.remove(part)

    with pytest.raises(KeyError, match="3"):
        threads.in_threads(work, range(50))
    assert working == []
    assert threads.in_threads(abs, [-1, -2]) == [1, 2]  # and the threads go on working
    assert one_thread._holders == 0


def test_an_error_is_raised_only_when_every_helper_has_finished():
    md.set_threads(3)
    gate, working = threading.Barrier(3), []

    def work(part):
        gate.wait(60)  # each thread takes one part
        if part == 0:
            raise KeyError(part)
        working.append(part)
        time.sleep(0.1)
        working.remove(part)

    with pytest.raises(KeyError, match="0"):
        threads.in_threads(work, range(3))
    assert working == []


def test_after_the_error_of_a_helper_no_thread_takes_a_further_part():
    md.set_threads(2)
    failed, taken = threading.Event(), []

    def work(part):
        taken.append(part)
        if threading.current_thread() is not threading.main_thread():
            failed.set()
            raise KeyError(part)
        failed.wait(60)
        time.sleep(0.05)

    with pytest.raises(KeyError):
        threads.in_threads(work, range(50))
    assert len(taken) <= 3


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to a process")
def test_ctrl_c_while_the_caller_waits_is_raised_when_the_helper_has_finished():
    md.set_threads(2)
    gate, working = threading.Barrier(2), []

    def work(_):
        gate.wait(60)
        if threading.current_thread() is not threading.main_thread():
            working.append(1)
            time.sleep(0.05)  # the caller waits
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)
            working.pop()

    with pytest.raises(KeyboardInterrupt):
        threads.in_threads(work, range(2))
    assert working == []
    assert threads.in_threads(abs, [-1, -2]) == [1, 2]
    assert one_thread._holders == 0


def test_numpy_handles_errors_as_in_the_caller():
    md.set_threads(3)
    ones, gate = np.ones(3, np.float32), threading.Barrier(3)

    def overflow(_):
        gate.wait(60)  # each thread takes one part
        return ones * np.float32(1e38) * np.float32(1e38)

    with np.errstate(over="ignore"):
        assert np.isinf(threads.in_threads(overflow, range(3))).all()
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        threads.in_threads(overflow, range(3))


def test_numpy_calls_the_callers_function_for_errors():
    md.set_threads(3)
    zeros, gate, seen = np.zeros(1), threading.Barrier(3), []

    def divide(_):
        gate.wait(60)
        return 1 / zeros

    with np.errstate(divide="call", call=lambda *error: seen.append(error[0])):
        threads.in_threads(divide, range(3))
    assert seen == ["divide by zero"] * 3


def test_set_threads_at_any_moment(monkeypatch):
    class Pool(ThreadPoolExecutor):
        """A pool during whose making another Python thread calls set_threads."""

        def __init__(self, *args, **options):
            self._number = args[0]
            super().__init__(*args, **options)

        @property
        def _max_workers(self):
            md.set_threads(3)
            return self._number

        @_max_workers.setter
        def _max_workers(self, number):
            pass

    monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor", Pool)
    md.set_threads(3)
    monkeypatch.setattr(threads, "_helpers", Pool(2))
    assert threads.in_threads(abs, [-1, -2, -3]) == [1, 2, 3]


def test_callers_in_several_python_threads_share_the_helpers():
    md.set_threads(2)
    found = {}

    def call(i):
        for _ in range(50):
            found.setdefault(i, []).append(threads.in_threads(lambda part: part + i, range(8)))

    callers = [threading.Thread(target=call, args=(i,)) for i in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert all(each == [[part + i for part in range(8)]] * 50 for i, each in found.items())
    assert len(found) == 4
    assert one_thread._holders == 0


# how many -------------------------------------------------------------------------------------------------------------


def test_the_number_that_was_set():
    md.set_threads(7)
    assert md.get_threads() == 7


def test_by_default_the_cores_that_this_process_may_use(monkeypatch):
    monkeypatch.delenv(threads.VARIABLE, raising=False)
    md.set_threads(None)
    assert md.get_threads() == joblib.cpu_count()


def test_the_environment_says_how_many(monkeypatch):
    monkeypatch.setenv(threads.VARIABLE, "3")
    md.set_threads(None)
    assert md.get_threads() == 3


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", " ", "9" * 5000])
def test_a_wrong_number_in_the_environment_is_one_error(monkeypatch, text):
    monkeypatch.setenv(threads.VARIABLE, text)
    md.set_threads(None)
    message = "^MINIDANN_THREADS: got .* expected a whole number of threads, at least 1$"
    with pytest.raises(OSError, match=message):
        md.get_threads()
    with pytest.raises(OSError, match=message):  # and is not reported as an error of the images
        md.max_pool(np.zeros((2, 512, 512, 1)))


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "2", True, [1]])
def test_other_numbers_are_refused_and_change_nothing(wrong):
    md.set_threads(2)
    with pytest.raises((TypeError, ValueError), match="^number: got "):
        md.set_threads(wrong)
    assert md.get_threads() == 2


def in_a_process(code, **variables):
    environment = {name: value for name, value in os.environ.items() if name != threads.VARIABLE} | variables
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_a_worker_process_has_one_thread():
    code = """
import joblib, minidann
def number(_):
    import minidann
    return minidann.get_threads()
minidann.set_threads(None)
print(*joblib.Parallel(2)(joblib.delayed(number)(i) for i in range(2)))
"""
    assert in_a_process(code) == ["1", "1"]


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="there is no fork here")
def test_a_forked_child_works_although_it_has_none_of_the_threads():
    code = """
import os, numpy, minidann
from minidann.engine import threads
minidann.set_threads(3)
print(threads.in_threads(abs, [-1, -2, -3])[2], flush=True)
if os.fork() == 0:
    print(threads.in_threads(abs, [-4, -5, -6])[2], flush=True)
    os._exit(0)
os.wait()
"""
    assert in_a_process(code) == ["3", "6"]


@pytest.mark.parametrize("before", ["", "threads.in_threads(abs, [-1, -2])"], ids=["new threads", "used threads"])
def test_work_goes_on_when_the_main_program_has_ended(before):
    code = f"""
import atexit, threading, minidann
from minidann.engine import threads
minidann.set_threads(3)
{before}
def work():
    threading.main_thread().join()
    print(*threads.in_threads(abs, [-1, -2, -3]), flush=True)
threading.Thread(target=work).start()
atexit.register(lambda: print(*threads.in_threads(abs, [-4, -5, -6]), flush=True))
"""
    assert in_a_process(code) == ["1", "2", "3", "4", "5", "6"]


def test_importing_starts_no_thread_and_does_not_search():
    code = """
import threading, sys, minidann.adapt
from minidann.engine.blas import one_thread
print(threading.active_count(), one_thread._libraries, "threadpoolctl" in sys.modules, "joblib" in sys.modules)
"""
    assert in_a_process(code) == ["1", "None", "False", "False"]


# the same bits --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    return digits_pair("turned", 0)


def weights(digits, recipe, number):
    md.set_threads(number)
    training = Training(digits, recipe).fit()
    return np.concatenate([training.optimiser.vector.values, training.average.values])


@pytest.mark.parametrize("recipe", [DIGITS, replace(PAPER, trunk="digits", weight_decay=1e-3)], ids=["digits", "paper"])
def test_a_training_has_the_same_bits_on_any_number_of_threads(digits, tiny, recipe):
    recipe = replace(recipe, steps=4)
    one = weights(digits, recipe, 1)
    for number in (2, 3):
        np.testing.assert_array_equal(weights(digits, recipe, number), one)


def test_in_pieces_or_whole_a_training_is_the_same_but_for_rounding(digits, request):
    whole = weights(digits, replace(DIGITS, steps=4), 2)
    request.getfixturevalue("tiny")
    np.testing.assert_allclose(weights(digits, replace(DIGITS, steps=4), 2), whole, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("shapes", [((300, 200), (200, 150)), ((20, 700), (700, 900)), ((3000, 60), (60, 50))])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_a_large_product_and_its_gradients_are_those_of_numpy(shapes, dtype, monkeypatch):
    rng = np.random.default_rng(0)
    monkeypatch.setattr("minidann.engine.ops.matmul.PRODUCT", 2**23)
    assert shapes[0][0] * shapes[0][1] * shapes[1][1] > 2**23
    a, b = (md.Tensor(rng.standard_normal(shape).astype(dtype), requires_grad=True) for shape in shapes)
    bias = md.Tensor(rng.standard_normal(shapes[1][1]).astype(dtype), requires_grad=True)
    found = []
    for number in (1, 3):
        md.set_threads(number)
        for y in (a @ b, md.affine(a, b, bias)):
            g = rng.permutation(y.data.ravel()).reshape(y.shape)
            gradients = md.backprop(y, upstream=g)
            close = {"rtol": 1e-3 if dtype == "f4" else 1e-10, "atol": 0.05 if dtype == "f4" else 1e-9}
            np.testing.assert_allclose(gradients[a], g @ b.data.T, **close)
            np.testing.assert_allclose(gradients[b], a.data.T @ g, **close)
            assert gradients[a].dtype == gradients[b].dtype == y.dtype == np.dtype(dtype)
        found.append((a @ b).data)
    np.testing.assert_array_equal(*found)
    np.testing.assert_allclose(found[0], a.data @ b.data, rtol=1e-3 if dtype == "f4" else 1e-10, atol=1e-3)


# nothing stays behind -------------------------------------------------------------------------------------------------


def test_after_a_fit_every_library_has_its_threads_back(digits, tiny):
    with threadpool_limits(2):
        before = numbers()
        training = Training(digits, replace(DIGITS, steps=2)).fit()
        training.result().accuracy(digits.x_target_test, digits.y_target_test)
        assert numbers() == before


def test_after_a_failure_within_an_op_too(digits, monkeypatch, tiny):
    def fail(*_):
        raise FloatingPointError

    training = Training(digits, replace(DIGITS, steps=2))
    monkeypatch.setattr(ops.Convolution, "_blocks", fail)
    with threadpool_limits(2):
        before = numbers()
        with pytest.raises(FloatingPointError):
            training.fit()
        assert numbers() == before


def test_after_two_fits_that_overlap(digits, tiny):
    trainings = [Training(digits, replace(DIGITS, steps=5), seed) for seed in (0, 0)]
    with threadpool_limits(2):
        before = numbers()
        running = [threading.Thread(target=training.fit) for training in trainings]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        assert numbers() == before
    np.testing.assert_array_equal(*(training.optimiser.vector.values for training in trainings))
