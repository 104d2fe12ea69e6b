"""Comparisons over seeds on a small pair, and whether two of them are the same to the last bit."""

import numpy as np

from minidann.data import moons_pair


def small_pair(seed):
    return moons_pair(n=40, n_test=30, seed=seed)


def rows_of(comparisons):
    """All rows, without the seconds: no two runs take the same time."""
    return [{key: row[key] for key in row if key != "seconds"} for each in comparisons for row in each.rows]


def assert_equal_comparisons(found, expected):
    """Rows, weights and histories are equal, and in the same order."""
    assert rows_of(found) == rows_of(expected)
    assert [each.histories for each in found] == [each.histories for each in expected]
    for some, others in zip(found, expected, strict=True):
        assert list(some.networks) == list(others.networks)
        for name, network in others.networks.items():
            own = some.networks[name].parameters()
            for part, parameter in network.parameters().items():
                np.testing.assert_array_equal(own[part].data, parameter.data, strict=True)
