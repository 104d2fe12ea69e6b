"""Comparing two trainings bit for bit."""

import numpy as np


def theta(training):
    return training.optimiser.vector.values.copy()


def assert_same_run(one, other):
    np.testing.assert_array_equal(theta(one), theta(other))
    np.testing.assert_array_equal(one.average.values, other.average.values)
    np.testing.assert_array_equal(one.optimiser.velocity, other.optimiser.velocity)
    for name, array in one.network.statistics().items():
        np.testing.assert_array_equal(array, other.network.statistics()[name])
    assert one.step_count == other.step_count
    assert one.history == other.history
