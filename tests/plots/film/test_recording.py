"""A recording changes nothing, and what it kept is what was."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.hidden_labels import moons_without_target_labels

from minidann.adapt import MOONS, Training
from minidann.adapt.recipes import DIGITS
from minidann.adapt.resume import state_of
from minidann.data.pairs import DomainPair
from minidann.engine.backend import to_numpy
from minidann.plots.film.recording import Recording, spread

pytestmark = pytest.mark.usefixtures("backend")

RECIPE = replace(MOONS, steps=60)


@pytest.fixture(scope="module")
def pair():
    return moons_without_target_labels(n=60, n_test=40)


def record(pair, recipe=RECIPE, frames=12, at=()):
    """A recording, its training, and the logits that the network gave after the steps ``at``."""
    training = Training(pair, recipe, 3)
    recording, seen = Recording(training, pair, frames), {}

    def on_step(training):
        recording(training)
        if training.step_count in at:
            seen[training.step_count] = training.network.label_logits(pair.x_target_test)

    training.fit(on_step)
    return recording, training, seen


def flat(value):
    """A state as nested tuples with bytes for arrays, to be compared."""
    if isinstance(value, dict):
        return tuple((name, flat(of)) for name, of in value.items())
    if isinstance(value, list):
        return tuple(map(flat, value))
    return (value.dtype.str, value.tobytes()) if isinstance(value, np.ndarray) else value


def test_a_recorded_run_is_the_same_bit_for_bit(pair):
    _, training, _ = record(pair)
    assert flat(state_of(training)) == flat(state_of(Training(pair, RECIPE, 3).fit()))


def test_the_network_of_a_moment_is_that_of_then(pair):
    steps = spread(0, 60, 12)
    recording, training, seen = record(pair, at=steps[1:])
    assert [moment.step for moment in recording.snapshots] == steps
    assert len(recording) == 12
    for i, step in enumerate(steps[1:], 1):
        np.testing.assert_array_equal(recording.network(i).label_logits(pair.x_target_test), seen[step])
    assert recording.snapshots[-1].weights.dtype == np.float32
    np.testing.assert_array_equal(recording.snapshots[-1].weights, training.optimiser.vector.values)
    first = Training(pair, RECIPE, 3).optimiser.vector.values
    np.testing.assert_array_equal(recording.snapshots[0].weights, first)


def test_a_moment_has_the_history_until_then_and_its_own_λ(pair):
    recording, training, _ = record(pair)
    assert recording.history == training.history
    assert recording.history_until(0) == []
    for i, moment in enumerate(recording.snapshots):
        assert recording.history_until(i) == [row for row in training.history if row["step"] < moment.step]
    assert recording.snapshots[-1].adapt_weight == training.adapt_weight > 0.6
    assert recording.snapshots[0].adapt_weight == 0


def test_without_a_domain_loss_there_is_no_λ(pair):
    recording, _, _ = record(pair, replace(RECIPE, domain_weight=0.0))
    assert {moment.adapt_weight for moment in recording.snapshots} == {0.0}


def test_a_run_is_recorded_from_where_it_stands(pair):
    training = Training(pair, RECIPE, 3)
    for _ in range(25):
        training.step()
    recording = Recording(training, pair, 5)
    training.fit(recording)
    assert [moment.step for moment in recording.snapshots] == spread(25, 60, 5)
    assert len(recording.history_until(0)) == 3  # rows of steps 0, 10 and 20


def test_batch_normalisation_is_kept_too():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(24, 8, 8, 1)), np.arange(24) % 3
    test = {"x_source_test": x - 0.5, "y_source_test": y, "x_target_test": x - 1, "y_target_test": y}
    images = DomainPair("noise", x_source=x, y_source=y, x_target=x + 1, **test)
    recipe = replace(DIGITS, steps=4, batch_size=8, features=(4,), domain_hidden=(4,))
    recording, training, seen = record(images, recipe, 5, at=(2,))
    assert recording.snapshots[2].statistics
    np.testing.assert_array_equal(recording.network(2).label_logits(images.x_target_test), seen[2])
    last = recording.network(4).statistics()
    for name, array in training.network.statistics().items():
        np.testing.assert_array_equal(to_numpy(last[name]), to_numpy(array))


@pytest.mark.parametrize(
    ("first", "last", "frames"), [(0, 4000, 100), (0, 99, 100), (0, 100, 100), (0, 5, 100), (7, 4000, 40), (0, 1, 2)]
)
def test_moments_are_different_steps_closer_together_early_on(first, last, frames):
    steps = spread(first, last, frames)
    assert (steps[0], steps[-1]) == (first, last)
    assert len(steps) == min(frames, last - first + 1)
    gaps = np.diff(steps)
    assert gaps.min() >= 1
    if last - first > 10 * frames:
        assert np.median(gaps[: len(gaps) // 4]) * 3 < np.median(gaps[-len(gaps) // 4 :])


def test_a_finished_run_is_one_moment(pair):
    training = Training(pair, RECIPE, 3).fit()
    assert [moment.step for moment in Recording(training, pair).snapshots] == [60]


def test_what_does_not_fit_is_refused(pair):
    training = Training(pair, RECIPE, 3)
    with pytest.raises(ValueError, match="frames: got 1, expected a whole number of at least 2"):
        Recording(training, pair, 1)
    with pytest.raises(ValueError, match="training: got another"):
        Recording(training, pair)(Training(pair, RECIPE, 3))
    rng = np.random.default_rng(0)
    wide = {f"x_{part}": rng.normal(size=(4, 5)) for part in ("source", "target", "source_test", "target_test")}
    labels = {name: [0, 1, 0, 1] for name in ("y_source", "y_source_test", "y_target_test")}
    with pytest.raises(ValueError, match=r"pair: got examples of shape \(5,\), expected \(2,\)"):
        Recording(training, DomainPair("wide", **wide, **labels))
