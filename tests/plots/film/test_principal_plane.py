"""The plane of a running network comes along: it does not flip, and holds all the features."""

import numpy as np

from minidann.lab import Experiment
from minidann.plots.film.principal_plane import features_of, follow


def seen(plane, network, pair):
    return (features_of(network, pair) - plane.mean) @ plane.directions


def test_all_features_are_in_view_and_nothing_flips():
    experiment = Experiment()
    plane = follow(experiment.network(), experiment.pair)
    for _ in range(60):
        before = seen(plane, experiment.network(), experiment.pair)
        last = plane
        experiment.steps(3)
        plane = follow(experiment.network(), experiment.pair, last)
        now = seen(plane, experiment.network(), experiment.pair)
        assert np.abs(now).max() < 1
        for axis in (0, 1):  # what was at the right is at the right still
            assert np.corrcoef(before[:, axis], now[:, axis])[0, 1] > 0.7
        lengths = np.linalg.norm(plane.directions, axis=0)
        np.testing.assert_allclose(lengths, lengths[0])


def test_a_single_unit_is_a_line():
    experiment = Experiment(width=1)
    experiment.steps(5)
    plane = follow(experiment.network(), experiment.pair, follow(experiment.network(), experiment.pair))
    now = seen(plane, experiment.network(), experiment.pair)
    assert np.ptp(now[:, 0]) > 0
    assert np.isfinite(now).all()
