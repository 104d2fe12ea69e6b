"""Products run on one BLAS thread, and afterwards every BLAS library has its threads back."""

import os
import threading

import numpy as np
import pytest

from minidann.adapt.recipes import DIGITS, MOONS
from minidann.adapt.training import Training
from minidann.data.digits import digits_pair
from minidann.data.points import moons_pair
from minidann.engine import blas, ops
from minidann.engine.blas import one_thread


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
    monkeypatch.setattr(one_thread, "_libraries", [library])
    return library


# the context ----------------------------------------------------------------------------------------------------------


def test_nested_contexts_set_the_limit_once(library):
    with one_thread:
        with one_thread:
            assert library.threads == 1
        assert library.threads == 1
    assert library.set_to == [1, 4]


def test_the_limit_ends_after_an_exception(library):
    with pytest.raises(KeyError), one_thread:
        raise KeyError
    assert library.threads == 4


def test_run_returns_the_result_and_ends_the_limit(library):
    assert one_thread.run(lambda a, b: (a + b, library.threads), 1, 2) == (3, 1)
    assert library.threads == 4


def test_a_library_of_one_thread_is_left_alone(library):
    library.threads = 1
    with one_thread:
        pass
    assert library.set_to == []


def test_the_last_of_two_python_threads_ends_the_limit(library):
    inside, leave = threading.Event(), threading.Event()

    def hold():
        with one_thread:
            inside.set()
            leave.wait(600)

    other = threading.Thread(target=hold)
    with one_thread:
        other.start()
        assert inside.wait(600)
    assert library.threads == 1  # the other one is inside still
    leave.set()
    other.join()
    assert library.set_to == [1, 4]


def test_many_python_threads_leave_no_limit_behind(library):
    def enter():
        for _ in range(200):
            with one_thread:
                assert library.threads == 1

    running = [threading.Thread(target=enter) for _ in range(4)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert library.threads == 4
    assert one_thread._holders == 0


@pytest.mark.skipif(not hasattr(os, "register_at_fork"), reason="there is no fork here")
def test_a_child_forked_while_the_limit_is_held_has_all_threads(library):
    with one_thread:
        one_thread._lock.acquire()  # as another Python thread would at that moment
        lock = one_thread._lock
        one_thread.forked()  # as in the child
        assert library.threads == 4
        with one_thread:
            assert library.threads == 1
        assert library.threads == 4
    lock.release()
    assert one_thread._holders == 0
    assert library.threads == 4


# which products -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(128, 16, 64), (64, 128, 16), (128, 64, 1), (1, 128, 64), (2, 2, 2)])
def test_products_that_blas_itself_gives_one_thread_cost_nothing(sizes):
    assert blas.limit_for(*sizes) is blas.as_they_are


@pytest.mark.parametrize(
    "sizes", [(128, 64, 100), (1808, 144, 32), (6400, 16, 64), (10000, 9, 1), (1, 150, 64), (128, 3072, 1024)]
)
def test_larger_products_need_the_limit(sizes):
    assert blas.limit_for(*sizes) is one_thread


class Watched(np.ndarray):
    """An array that notes the number of threads at each of its products, as an operand on either side."""

    seen: list

    def dot(self, other, out=None):
        self.seen.append(self.library.threads)
        return np.asarray(self).dot(np.asarray(other))

    def __matmul__(self, other):
        return self.dot(other)


def watched(library, *shape):
    array = np.ones(shape, np.float32).view(Watched)
    Watched.seen, Watched.library = [], library
    return array


@pytest.mark.parametrize("op", ["matmul", "affine"])
@pytest.mark.parametrize(("n", "k", "threads_seen"), [(100, 100, 1), (50, 10, 4)])
def test_the_products_of_an_op_and_of_its_backward(library, op, n, k, threads_seen):
    x, w = watched(library, n, k), np.ones((k, 100), np.float32)
    node = ops.MatMul() if op == "matmul" else ops.Affine()
    y = node.forward(x, w) if op == "matmul" else node.forward(x, w, np.zeros(100, np.float32))
    node.backward(np.asarray(y).view(Watched))
    assert len(Watched.seen) >= 2
    assert set(Watched.seen) == {threads_seen}
    assert library.threads == 4


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
