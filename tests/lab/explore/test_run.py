"""A run of the page is a run of the lab, bit for bit."""

import numpy as np
import pytest

from minidann.lab import Experiment
from minidann.lab.explore.run import CURVES, EVERY, NUMBERS, curve_steps, run, snapshot_steps


@pytest.mark.parametrize("form", ["features", "below-both-heads"])
def test_its_weights_and_numbers_are_those_of_the_lab(form):
    settings = {"form": form, "rotation": 50.0, "adapt_weight": 2.0, "seed": 3}
    found = run(settings, 30)
    for i in (0, 4, -1):
        step = snapshot_steps(30)[i]
        lab = Experiment(**settings)
        lab.steps(step)
        np.testing.assert_array_equal(found.weights[i], lab.training.optimiser.vector.values)
        before = lab.numbers()
        lab.steps(1)
        expected = lab.numbers() | {name: before[name] for name in NUMBERS if name.endswith(("accuracy", "weights"))}
        expected["domain accuracy"] = lab.numbers()["domain accuracy"]  # of the step's batch
        np.testing.assert_array_equal(found.numbers[i], np.float32([expected[name] for name in NUMBERS]))
        at = curve_steps(30).index(step)
        np.testing.assert_array_equal(found.curves[at], np.float32([expected[name] for name in CURVES]))


@pytest.mark.parametrize("steps", [1, 7, 100, 4000, 12345])
def test_snapshots_go_from_the_first_step_to_the_last_and_are_points_of_the_curves(steps):
    kept, points = snapshot_steps(steps), curve_steps(steps)
    assert kept[0] == points[0] == 0
    assert kept[-1] == points[-1] == steps
    assert set(kept) <= set(points)
    assert kept == sorted(set(kept))
    if steps == 4000:
        assert kept == points[::EVERY] == [0, 49, 198, 444, 790, 1235, 1778, 2420, 3160, 4000]


def test_a_run_that_diverges_ends_there():
    found = run({"form": "subtracted", "adapt_weight": 1e30}, 9)
    assert 0 < found.ended < 9
    after = [step >= found.ended for step in snapshot_steps(9)]
    np.testing.assert_array_equal(np.isnan(found.numbers).all(axis=1), after)
    assert np.isfinite(found.weights).all()
    assert len(found.weights) == len(after)
