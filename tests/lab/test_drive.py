"""The number of steps in a frame of the lab, where the time of a frame has a limit."""

from types import SimpleNamespace

import pytest

from minidann.lab import drive
from minidann.lab.drive import FIRST, Drive


class Counted:
    """An experiment whose steps cost a fixed time."""

    def __init__(self, clock, cost):
        self.clock, self.cost, self.next, self.ran_off = clock, cost, "forward", ""
        self.training = SimpleNamespace(step_count=0)

    def steps(self, n):
        self.training.step_count += n
        self.clock[0] += n * self.cost


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(drive.time, "thread_time", lambda: now[0])
    return now


def counts(clock, cost, limit, speed, frames=3):
    experiment = Counted(clock, cost)
    driven = Drive([experiment], lambda: None)
    driven.most_seconds = limit
    found = [0]
    for _ in range(frames):
        driven.frame(speed, None)
        found.append(experiment.training.step_count)
    return [after - before for before, after in zip(found, found[1:])]


def test_without_a_limit_every_frame_has_all_steps(clock):
    assert counts(clock, 1.0, None, 1000) == [1000] * 3


def test_a_limit_allows_the_steps_that_fit(clock):
    assert counts(clock, 0.01, 0.105, 1000) == [FIRST, 10, 10]
    assert counts(clock, 0.0, 0.1, 1000) == [FIRST, 1000, 1000]
    assert counts(clock, 0.01, 0.105, 2) == [2, 2, 2]


def test_a_limit_allows_one_step_at_least(clock):
    assert counts(clock, 1.0, 0.1, 20) == [FIRST, 1, 1]


def test_after_a_change_the_cost_is_not_known(clock):
    experiment = Counted(clock, 0.0)
    driven = Drive([experiment], lambda: None)
    driven.most_seconds = 0.1
    driven.frame(1000, None)
    driven.step_seconds, before = None, experiment.training.step_count
    driven.frame(1000, None)
    assert experiment.training.step_count == before + FIRST
