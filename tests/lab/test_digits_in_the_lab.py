"""The digits in the lab: the steps of a Training on the rotated digits, and the settings that go with them."""

from dataclasses import replace

import numpy as np
import pytest

from minidann.adapt import DIGITS, MOONS, Training
from minidann.compare.reversal_forms import FORMS
from minidann.data import digits_pair
from minidann.lab import Experiment, Settings
from minidann.lab.settings import NO_EFFECT
from minidann.probe import probe

PLAIN = replace(DIGITS, batch_normalise="none")


@pytest.fixture(scope="module")
def pair():
    return digits_pair("turned", 1, rotation=50.0)


def test_steps_and_phases_here_are_steps_of_a_training(pair):
    experiment, training = Experiment(pair="digits", seed=1, rotation=50.0), Training(pair, PLAIN, 1)
    np.testing.assert_array_equal(experiment.pair.x_target, pair.x_target)
    experiment.steps(4)
    for _ in range(4):
        experiment.phase()
        experiment.numbers()
    experiment.set(adapt_weight=2.0, rate=0.01)
    experiment.steps(2)
    for _ in range(5):
        training.step()
    training.change(adapt_weight=2.0, rate=0.01)
    for _ in range(2):
        training.step()
    np.testing.assert_array_equal(experiment.training.optimiser.vector.values, training.optimiser.vector.values)
    np.testing.assert_array_equal(experiment.training.average.values, training.average.values)
    assert experiment.training.history == training.history


def test_the_row_of_the_probe_is_that_of_the_dense_feature_layer():
    experiment = Experiment(pair="digits", width=8, ramp=False)
    experiment.steps(2)
    training, numbers = experiment.training, experiment.numbers()
    assert training.network.parameters()["features.2.weight"].shape == (128, 8)
    for _ in range(3):
        experiment.phase()
    row = probe(experiment.losses, training.network, by="layer")["features.2"]
    assert experiment.numbers()["|L_d| before R"] == row["L_d before"]
    assert experiment.numbers()["|L_y|"] == row["L_y after"]
    assert list(numbers) == list(experiment.numbers())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_takes_a_step(form):
    experiment = Experiment(pair="digits", form=form, width=8)
    experiment.steps(1)
    assert np.isfinite(experiment.numbers()["|L_d| after R"])


def test_with_the_pair_come_the_defaults_of_its_recipe_and_what_was_chosen_stays():
    digits = Settings().changed({"pair": "digits"})
    assert digits.recipe() == PLAIN
    chosen = Settings().changed({"adapt_weight": 2.0, "width": 20}).changed({"pair": "digits", "ramp": False})
    assert chosen.recipe() == replace(PLAIN, adapt_weight=2.0, features=(20,), ramp=False)
    assert digits.changed({"pair": "blobs"}).recipe() == MOONS
    assert digits.changed({"pair": "moons"}) == Settings()
    with pytest.raises(ValueError, match="pair: got 'letters', expected one of moons"):
        digits.changed({"pair": "letters"})


def test_settings_without_an_effect_are_named():
    assert NO_EFFECT["digits"] == ("noise", "source_share", "target_share")
    one = Settings().changed({"pair": "digits"})
    other = one.changed({"noise": 0.4, "source_share": 0.2, "target_share": 0.1})
    for array in ("x_source", "x_target"):
        np.testing.assert_array_equal(getattr(one.make_pair([]), array), getattr(other.make_pair([]), array))


def test_the_doctor_accuses_no_right_form_on_digits():
    """Copies without L_d give wrong classes to rotated digits: other shares than in the source, but not the same."""
    experiment = Experiment(pair="digits")
    experiment.steps(100)
    assert experiment.diagnose().names == []


def test_the_doctor_names_a_wrong_form_on_digits():
    experiment = Experiment(pair="digits", form="subtracted")
    experiment.steps(20)
    assert experiment.diagnose().names == ["domain_head_ascends"]
