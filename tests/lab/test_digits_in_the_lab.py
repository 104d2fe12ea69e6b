"""The digits in the lab: the steps of a Training on the rotated digits, and the settings that go with them."""

from dataclasses import replace

import numpy as np
import pytest

from minidann.adapt import DIGITS, MOONS, Training
from minidann.compare.reversal_forms import FORMS
from minidann.data import digits_pair
from minidann.lab import Experiment, Settings
from minidann.lab.settings import NO_EFFECT, PAIRS
from minidann.lab.widgets import PALE
from minidann.probe import probe

pytestmark = pytest.mark.slow  # the gate's own Python runs these: another Python changes little here

HAND = {"brush", "undo", "clear"}  # the controls for drawing by hand
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


@pytest.mark.slow
def test_the_doctor_accuses_no_right_form_on_digits():
    """Copies without L_d give wrong classes to rotated digits: other shares than in the source, but not the same."""
    experiment = Experiment(pair="digits")
    experiment.steps(100)
    assert experiment.diagnose().names == []


def test_the_doctor_names_a_wrong_form_on_digits():
    experiment = Experiment(pair="digits", form="subtracted")
    experiment.steps(20)
    assert experiment.diagnose().names == ["domain_head_ascends"]


# in the window ------------------------------------------------------------------------------------------------------


def test_controls_without_an_effect_are_pale(lab):
    def pale():
        return {name for name, widget in lab.controls.widgets.items() if _opacity(widget) == PALE}

    def named(names):
        return {part for name in names for part in (name, f"{name} typed")}

    assert pale() == HAND
    lab.set(pair="digits")
    assert pale() == HAND | named(NO_EFFECT["digits"])
    lab.set(pair="drawn")
    assert pale() == named(NO_EFFECT["drawn"])
    lab.set(pair="moons")
    assert pale() == HAND


def _opacity(widget):
    (opacity,) = {artist.get_alpha() for artist in widget.moving}
    return opacity


def test_digits_are_chosen_and_run_and_a_wrong_form_is_seen(lab, hand):
    lab.controls.open_tab("data")
    hand.choose("pair", list(PAIRS).index("digits"))
    assert lab.experiment.settings == Settings().changed({"pair": "digits"})
    assert lab.controls.widgets["width typed"].text.get_text() == "64"
    lab.controls.open_tab("training")
    lab.step()
    lab.tick()
    answers = [text.get_text() for text in lab.view.axes["label"].texts]
    assert len(answers) == 20
    hand.choose("form", list(FORMS).index("subtracted"))
    lab.step()
    lab.tick()
    assert lab.view.axes["features"].get_legend().get_texts()[-1].get_text() == "push: × −λ"
    lab.set(pair="blobs")
    lab.step()
    lab.tick()
    assert not lab.view.axes["label"].texts
    assert lab.experiment.settings.width == 16


def test_at_the_end_of_its_schedule_the_rate_is_said_to_be_0(lab):
    lab.set(pair="digits", width=4)
    lab.step()
    lab.tick()
    assert "rate" not in lab.view._state.get_text()
    lab.experiment.training.step_count = PLAIN.steps
    lab._look()
    lab.tick()
    assert lab.view._state.get_text().endswith("rate 0")
