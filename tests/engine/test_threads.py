"""Products of ordinary size run on one BLAS thread, and afterwards every BLAS library has its threads back."""

import os
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from minidann.adapt.recipes import DIGITS, MOONS
from minidann.adapt.training import Training
from minidann.data.digits import digits_pair
from minidann.data.points import moons_pair
from minidann.engine import functions as F
from minidann.engine import ops, threads
from minidann.engine.image_functions import convolve


class Library:
    """A BLAS library of four threads, which notes every number it is set to."""

    def __init__(self):
        self.threads, self.set_to = 4, []

    def get_num_threads(self):
        return self.threads

    def set_num_threads(self, number):
        self.threads = number
        self.set_to.append(number)


@pytest.fixture
def library(monkeypatch):
    library = Library()
    monkeypatch.setattr(threads.one_thread, "_libraries", [library])
    return library


def numbers():
    return {library["filepath"]: library["num_threads"] for library in threadpool_info()}


# the context ----------------------------------------------------------------------------------------------------------


def test_nested_contexts_set_the_limit_once(library):
    with threads.one_thread:
        with threads.one_thread:
            assert library.threads == 1
        assert library.threads == 1
    assert library.set_to == [1, 4]


def test_the_limit_ends_after_an_exception(library):
    with pytest.raises(KeyError), threads.one_thread:
        raise KeyError
    assert library.threads == 4


def test_run_returns_the_result_and_ends_the_limit(library):
    assert threads.one_thread.run(lambda a, b: (a + b, library.threads), 1, 2) == (3, 1)
    assert library.threads == 4


def test_a_library_of_one_thread_is_left_alone(library):
    library.threads = 1
    with threads.one_thread:
        pass
    assert library.set_to == []


def test_the_last_of_two_python_threads_ends_the_limit(library):
    inside, leave = threading.Event(), threading.Event()

    def hold():
        with threads.one_thread:
            inside.set()
            leave.wait(600)

    other = threading.Thread(target=hold)
    with threads.one_thread:
        other.start()
        assert inside.wait(600)
    assert library.threads == 1  # the other one is inside still
    leave.set()
    other.join()
    assert library.set_to == [1, 4]


def test_many_python_threads_leave_no_limit_behind(library):
    def enter():
        for _ in range(200):
            with threads.one_thread:
                assert library.threads == 1

    running = [threading.Thread(target=enter) for _ in range(4)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert library.threads == 4
    assert threads.one_thread._holders == 0


@pytest.mark.skipif(not hasattr(os, "register_at_fork"), reason="there is no fork here")
def test_a_child_forked_while_the_limit_is_held_has_all_threads(library):
    with threads.one_thread:
        threads.one_thread._lock.acquire()  # as another Python thread would at that moment
        lock = threads.one_thread._lock
        threads.one_thread.forked()  # as in the child
        assert library.threads == 4
        with threads.one_thread:
            assert library.threads == 1
        assert library.threads == 4
    lock.release()
    assert threads.one_thread._holders == 0
    assert library.threads == 4


# which products -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(128, 16, 64), (64, 128, 16), (128, 64, 1), (1, 128, 64), (2, 2, 2)])
def test_products_that_blas_itself_gives_one_thread_cost_nothing(sizes):
    assert threads.threads_for(*sizes) is threads.as_they_are


@pytest.mark.parametrize("sizes", [(128, 64, 100), (1808, 144, 32), (6400, 16, 64), (10000, 9, 1), (1, 150, 64)])
def test_products_of_ordinary_size_need_the_limit(sizes):
    assert threads.threads_for(*sizes) is threads.one_thread


def test_large_products_keep_their_threads():
    assert threads.threads_for(128, 3072, 1024) is threads.as_they_are


class Watched(np.ndarray):
    """An array that notes the number of threads at each of its products, as an operand on either side."""

    seen: list

    def dot(self, other):
        self.seen.append(self.library.threads)
        return np.asarray(self).dot(np.asarray(other))

    def __matmul__(self, other):
        return self.dot(other)


def watched(library, *shape):
    array = np.ones(shape, np.float32).view(Watched)
    Watched.seen, Watched.library = [], library
    return array


@pytest.mark.parametrize("op", ["matmul", "affine"])
@pytest.mark.parametrize(("n", "k", "threads_seen"), [(100, 100, 1), (50, 10, 4), (100, 2000, 4)])
def test_the_products_of_an_op_and_of_its_backward(library, op, n, k, threads_seen):
    x, w = watched(library, n, k), np.ones((k, 100), np.float32)
    node = ops.MatMul() if op == "matmul" else ops.Affine()
    y = node.forward(x, w) if op == "matmul" else node.forward(x, w, np.zeros(100, np.float32))
    node.backward(np.asarray(y).view(Watched))
    assert len(Watched.seen) >= 2
    assert set(Watched.seen) == {threads_seen}
    assert library.threads == 4


@pytest.mark.parametrize(("maps", "threads_seen"), [(32, {1}), (64, {4})])
def test_a_convolution_of_many_maps_keeps_its_threads(library, monkeypatch, maps, threads_seen):
    seen = []
    rows = ops.Convolution._rows
    monkeypatch.setattr(ops.Convolution, "_rows", lambda *a: seen.append(library.threads) or rows(*a))
    x = F.as_tensor(np.ones((40, 12, 12, 32), np.float32))
    weight = F.as_tensor(np.ones((5, 5, 32, maps), np.float32))
    weight.requires_grad = True
    y = convolve(x, weight, np.zeros(maps, np.float32))
    y.op.backward(np.ones(y.shape, np.float32))
    assert set(seen) == threads_seen
    assert len(seen) > 2


def test_batch_normalisation_sums_on_one_thread(library):
    node = ops.BatchNormalise(1e-5)
    y = node.forward(np.ones((1000, 32), np.float32), np.ones(32, np.float32), np.zeros(32, np.float32))
    node.backward(y)
    assert library.set_to == [1, 4, 1, 4]


def test_a_step_on_moons_never_sets_a_number(library):
    Training(moons_pair(), MOONS).step()
    assert library.set_to == []


def test_a_step_on_digits_sets_it_to_one_and_back(library):
    Training(digits_pair("turned", 0), DIGITS).step()
    assert set(library.set_to[::2]) == {1}
    assert set(library.set_to[1::2]) == {4}


# nothing stays behind -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    return digits_pair("turned", 0)


def test_after_a_fit_every_library_has_its_threads_back(digits):
    with threadpool_limits(2):
        before = numbers()
        training = Training(digits, replace(DIGITS, steps=2)).fit()
        training.result().accuracy(digits.x_target_test, digits.y_target_test)
        assert numbers() == before


def test_after_a_failure_within_an_op_too(digits, monkeypatch):
    def fail(*_):
        raise FloatingPointError

    training = Training(digits, replace(DIGITS, steps=2))
    monkeypatch.setattr(ops.Convolution, "_rows", fail)
    with threadpool_limits(2):
        before = numbers()
        with pytest.raises(FloatingPointError):
            training.fit()
        assert numbers() == before


def test_after_two_fits_that_overlap(digits):
    trainings = [Training(digits, replace(DIGITS, steps=5), seed) for seed in (0, 1)]
    with threadpool_limits(2):
        before = numbers()
        running = [threading.Thread(target=training.fit) for training in trainings]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        assert numbers() == before
    assert [training.step_count for training in trainings] == [5, 5]


def test_digits_have_the_same_weights_on_any_number_of_threads(digits):
    weights = []
    for number in (1, 2):
        with threadpool_limits(number):
            weights.append(Training(digits, replace(DIGITS, steps=5)).fit().optimiser.vector.values)
    np.testing.assert_array_equal(*weights)


def test_importing_limits_nothing_and_does_not_search():
    code = """
import numpy, sys, minidann.adapt
from minidann.engine.threads import one_thread
assert one_thread._libraries is None and "threadpoolctl" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
