"""Runs from another run's weights, and runs for more steps than they began with."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.checkpoints import read_members, write_members
from helpers.image_pair import image_pair
from helpers.same_run import assert_same_run, theta

from minidann.adapt import MOONS, RECIPES, Training, load_checkpoint, save_checkpoint, start_from
from minidann.compare.methods import train
from minidann.data import moons_pair

pytestmark = pytest.mark.usefixtures("backend")

SHORT = replace(MOONS, steps=30, batch_size=16, average_decay=0.9)
IMAGES = replace(RECIPES["digits"], steps=4, batch_size=4, features=(8,), domain_hidden=(8,))


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=40, n_test=30, seed=7)


@pytest.fixture
def saved(pair, tmp_path):
    """A checkpoint in the middle of a run, and its training."""
    training = Training(pair, SHORT)
    for _ in range(15):
        training.step()
    save_checkpoint(tmp_path / "run.npz", training)
    return tmp_path / "run.npz", training


def test_a_run_starts_from_another_run_s_weights_and_from_nothing_else_of_it(pair, saved):
    path, other = saved
    started, fresh = start_from(path, Training(pair, SHORT, 1)), Training(pair, SHORT, 1)
    np.testing.assert_array_equal(theta(started), theta(other))
    assert (started.step_count, started.history) == (0, [])
    assert not np.any(started.optimiser.state()["velocity"])
    np.testing.assert_array_equal(started.passes[0].left, fresh.passes[0].left)
    started.step()
    np.testing.assert_array_equal(started.average.values, theta(started))  # the average has none of the old weights


def test_a_started_run_is_resumed_bit_for_bit_and_only_as_such(pair, saved, tmp_path):
    path, _ = saved
    whole = start_from(path, Training(pair, SHORT, 1)).fit()
    half = start_from(path, Training(pair, SHORT, 1))
    for _ in range(10):
        half.step()
    save_checkpoint(tmp_path / "half.npz", half)
    again = load_checkpoint(tmp_path / "half.npz", start_from(path, Training(pair, SHORT, 1)))
    assert_same_run(again.fit(), whole)
    with pytest.raises(
        ValueError, match="is of started_from \"another run's weights .*\", expected 'random weights' as here"
    ):
        load_checkpoint(tmp_path / "half.npz", Training(pair, SHORT, 1))
    save_checkpoint(tmp_path / "own.npz", Training(pair, SHORT, 1))
    with pytest.raises(ValueError, match="is of started_from 'random weights', expected \"another run's weights"):
        load_checkpoint(tmp_path / "own.npz", start_from(path, Training(pair, SHORT, 1)))


def test_dann_starts_from_source_only_s_statistics_for_both_domains(tmp_path):
    images = image_pair(np.random.default_rng(0), classes=4, n=20, name="noise", side=8)
    save_checkpoint(tmp_path / "run.npz", source_only := train("source-only", images, IMAGES, 0))
    started = start_from(tmp_path / "run.npz", Training(images, IMAGES))
    kept = source_only.network.statistics()
    for name, array in started.network.statistics().items():
        np.testing.assert_array_equal(array, kept[name.removeprefix("source_")])


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        (replace(SHORT, features=(8, 24)), "holds a network of features [16, 16], expected (8, 24) as here"),
        (replace(SHORT, activation="relu"), "holds a network of activation 'tanh', expected 'relu' as here"),
        (replace(SHORT, conditioned=True), "holds a network of conditioned False, expected True as here"),
    ],
)
def test_another_network_is_refused_and_nothing_changes(pair, saved, recipe, said):
    training = Training(pair, recipe, 1)
    before = theta(training)
    with pytest.raises(ValueError) as caught:
        start_from(saved[0], training)
    assert said in str(caught.value)
    np.testing.assert_array_equal(theta(training), before)
    assert training.started_from == ""


def test_a_started_run_and_a_broken_file_are_refused(pair, saved, tmp_path):
    with pytest.raises(ValueError, match="training: got one that has done 15 steps"):
        start_from(*saved)
    (tmp_path / "none.npz").write_bytes(b"text")
    with pytest.raises(ValueError, match="expected a checkpoint of this package"):
        start_from(tmp_path / "none.npz", Training(pair, SHORT))


def test_a_prolonged_run_of_constant_schedules_is_the_longer_run_bit_for_bit(pair, tmp_path):
    constant = replace(SHORT, ramp=False)
    short = Training(pair, constant).fit()
    save_checkpoint(tmp_path / "run.npz", short)
    longer = replace(constant, steps=50)
    prolonged = load_checkpoint(tmp_path / "run.npz", Training(pair, longer), prolong=True).fit()
    whole = Training(pair, longer).fit()
    np.testing.assert_array_equal(theta(prolonged), theta(whole))
    np.testing.assert_array_equal(prolonged.average.values, whole.average.values)


def test_a_prolonged_run_has_the_progress_of_the_longer_run(pair, saved):
    prolonged = load_checkpoint(saved[0], Training(pair, replace(SHORT, steps=60)), prolong=True)
    assert prolonged.progress == 15 / 60


@pytest.mark.parametrize(("other", "prolong"), [({"steps": 60}, False), ({"steps": 20}, True), ({"rate": 1.0}, True)])
def test_fewer_steps_and_other_settings_are_refused(pair, saved, other, prolong):
    with pytest.raises(ValueError, match="is of recipe"):
        load_checkpoint(saved[0], Training(pair, replace(SHORT, **other)), prolong=prolong)


@pytest.mark.parametrize("ending", ["/weights", ".variance"])
def test_numbers_that_are_not_finite_are_refused_and_change_nothing(tmp_path, ending):
    pair, path = image_pair(np.random.default_rng(0)), tmp_path / "run.npz"
    save_checkpoint(path, Training(pair, IMAGES))
    members, content = read_members(path)
    at = next(member for member in members if member.endswith(ending))
    members[at] = np.full_like(members[at], np.nan)
    write_members(path, members, content)
    training = Training(pair, IMAGES, 1)
    before = theta(training)
    with pytest.raises(ValueError, match="does not fit .state: got NaN or infinite values in"):
        start_from(path, training)
    np.testing.assert_array_equal(theta(training), before)
