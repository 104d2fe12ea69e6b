"""The threads of a comparison, and the words for its machine."""

import os

from threadpoolctl import threadpool_info

from minidann import get_threads
from minidann.bench.machine import load_line, machine_line
from minidann.bench.threads import blas_name, limited_to
from minidann.engine.threads import cores


def test_inside_all_have_the_same_number_of_threads_and_afterwards_their_own():
    before = get_threads(), [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]
    with limited_to(1):
        assert get_threads() == 1
        assert all(one["num_threads"] == 1 for one in threadpool_info() if one["user_api"] == "blas")
    assert before == (get_threads(), [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"])


def test_there_is_a_core_and_a_blas():
    assert cores() >= 1
    assert blas_name()


def test_busy_cores_are_told(monkeypatch):
    monkeypatch.setattr(os, "getloadavg", lambda: (0.9 * cores(), 0.0, 0.0), raising=False)
    assert load_line().startswith(f"the load average of the last minute is {0.9 * cores():.1f}: ")
    monkeypatch.setattr(os, "getloadavg", lambda: (0.1, 9.0, 9.0))
    assert load_line() == ""


def test_the_line_of_the_machine_has_the_threads():
    assert ", 1 thread for each framework; Python 3." in machine_line(1)
    assert ", 3 threads for each framework; " in machine_line(3)
