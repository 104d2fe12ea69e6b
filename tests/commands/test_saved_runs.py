"""Runs with checkpoints: Ctrl-C loses nothing, and a resumed run continues bit for bit."""

import os
import signal
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from helpers.image_pair import image_pair
from helpers.same_run import assert_same_run, theta

from minidann.adapt import MOONS, RECIPES, Training
from minidann.adapt.resume import load_checkpoint
from minidann.commands.checkpoints import Checkpoints
from minidann.commands.saved_runs import fit_with_checkpoints
from minidann.compare import compare
from minidann.compare.methods import TRAINED, train
from minidann.data import moons_pair

pytestmark = pytest.mark.usefixtures("backend")

SHORT = replace(MOONS, steps=30, batch_size=16, average_decay=0.9)
IMAGES = replace(
    RECIPES["digits"],
    steps=12,
    batch_size=4,
    features=(8,),
    domain_hidden=(8,),
    average_decay=0.9,
    batch_normalise="own",
)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=40, n_test=30, seed=7)


@pytest.fixture(scope="module")
def images():
    return image_pair(np.random.default_rng(0), classes=4, n=20, name="noise", side=8)


def trained(method, pair, recipe, seed, checkpoints, on_step=None):
    return train(method, pair, recipe, seed, partial(fit_with_checkpoints, checkpoints=checkpoints, on_step=on_step))


def press_ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("every", [0, -1, 2.5, True])
def test_checkpoints_at_no_whole_number_of_steps_are_refused(every, tmp_path):
    with pytest.raises(ValueError, match=f"every: got {every}, expected a whole number of at least 1"):
        Checkpoints(tmp_path, every=every)


# runs with checkpoints ---------------------------------------------------------------------------------------------


@pytest.fixture(params=["points", "images"])
def problem(request, pair, images):
    return (pair, SHORT) if request.param == "points" else (images, IMAGES)


@pytest.mark.slow
@pytest.mark.parametrize("method", TRAINED)
def test_a_run_left_by_ctrl_c_goes_on_to_the_same_end_bit_for_bit(problem, method, tmp_path):
    pair, recipe = problem
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    whole = trained(method, pair, recipe, 1, Checkpoints(tmp_path / "whole", every=5))
    seen = []

    def interrupt_at_7(training):
        seen.append(training.step_count)
        if training.step_count == 7:
            press_ctrl_c()

    folder = Checkpoints(tmp_path / "parts", every=5)
    with pytest.raises(KeyboardInterrupt):
        trained(method, pair, recipe, 1, folder, interrupt_at_7)
    assert seen == list(range(1, 8))  # the step was finished, and no other begun
    assert [path.name for path in folder.folder.iterdir()] == [f"{method}-seed-1.npz"]
    seen.clear()
    resumed = trained(method, pair, recipe, 1, replace(folder, resume=True), lambda t: seen.append(t.step_count))
    assert seen == list(range(7, recipe.steps + 1))
    assert_same_run(resumed, whole)


def test_checkpoints_leave_the_weights_as_they_are_without(problem, tmp_path):
    pair, recipe = problem
    plain, kept = (
        train("dann", pair, recipe, 0),
        trained("dann", pair, recipe, 0, Checkpoints(tmp_path, 4)),
    )
    np.testing.assert_array_equal(theta(plain), theta(kept))
    assert [row for row in kept.history if "target_accuracy" not in row] == plain.history


def test_a_finished_run_is_not_trained_again(pair, tmp_path, monkeypatch):
    checkpoints = Checkpoints(tmp_path, resume=True)
    finished = trained("dann", pair, SHORT, 0, checkpoints)
    monkeypatch.setattr(Training, "step", lambda self: pytest.fail("a step was taken"))
    seen = []
    again = trained("dann", pair, SHORT, 0, checkpoints, lambda t: seen.append(t.step_count))
    assert seen == [SHORT.steps]
    assert_same_run(again, finished)


def test_a_file_that_lies_there_is_only_replaced_on_demand(pair, tmp_path):
    (tmp_path / "dann-seed-0.npz").write_bytes(b"something old")
    seen = []
    with pytest.raises(ValueError, match=r"holds checkpoints of an earlier run \(dann-seed-0.npz\); --resume goes on"):
        trained("dann", pair, SHORT, 0, Checkpoints(tmp_path), lambda t: seen.append(t.step_count))
    assert seen == []
    assert (tmp_path / "dann-seed-0.npz").read_bytes() == b"something old"
    trained("dann", pair, SHORT, 0, Checkpoints(tmp_path, overwrite=True), lambda t: seen.append(t.step_count))
    assert seen == list(range(1, SHORT.steps + 1))
    assert load_checkpoint(tmp_path / "dann-seed-0.npz", Training(pair, SHORT)).step_count == SHORT.steps


def test_resuming_from_another_recipe_s_run_is_refused(pair, tmp_path):
    trained("dann", pair, SHORT, 0, Checkpoints(tmp_path))
    with pytest.raises(ValueError, match="is of recipe"):
        trained("dann", pair, replace(SHORT, rate=0.001), 0, Checkpoints(tmp_path, resume=True))


def test_target_accuracy_is_noted_at_every_checkpoint_and_at_the_end(pair, tmp_path):
    result = compare(
        pair, SHORT, methods=TRAINED, fit=partial(fit_with_checkpoints, checkpoints=Checkpoints(tmp_path, every=8))
    )
    for row in result.rows:
        noted = [entry for entry in result.histories[row["method"]] if "target_accuracy" in entry]
        assert [entry["step"] for entry in noted] == [8, 16, 24, 30]
        assert noted[-1]["target_accuracy"] == row["target_accuracy"]
    assert sorted(path.name for path in tmp_path.glob("*.npz")) == sorted(f"{method}-seed-0.npz" for method in TRAINED)


def test_a_state_is_there_while_the_run_goes_on(pair, tmp_path):
    path, found = tmp_path / "dann-seed-0.npz", []

    def look(training):
        if training.step_count in (9, 11):
            found.append(load_checkpoint(path, Training(pair, SHORT)).step_count if path.exists() else None)

    trained("dann", pair, SHORT, 0, Checkpoints(tmp_path, every=10), look)
    assert found == [None, 10]
