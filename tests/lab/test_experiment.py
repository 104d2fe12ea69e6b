"""The run behind the lab's window: its steps are the command's, bit for bit, and its numbers are those of one call."""

from dataclasses import replace

import numpy as np
import pytest

from minidann.adapt import MOONS, Training
from minidann.commands import options
from minidann.compare.methods import train
from minidann.data import Dab, moons_pair
from minidann.lab import Experiment
from minidann.lab.experiment import PHASES
from minidann.probe import probe

DABS = [Dab(0, 0, "source", 0), Dab(1, 0, "source", 1), Dab(0, 1, "target", 0), Dab(1, 1, "target", 1)]


def theta(training):
    return training.optimiser.vector.values.copy()


# the same run ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, 25])
def test_steps_here_are_steps_of_a_training(steps):
    experiment, training = Experiment(), Training(moons_pair(), MOONS)
    experiment.steps(steps)
    for _ in range(steps):
        training.step()
    np.testing.assert_array_equal(theta(experiment.training), theta(training))
    np.testing.assert_array_equal(experiment.training.average.values, training.average.values)
    assert experiment.training.history == training.history


def test_phases_here_are_steps_of_a_training_and_looking_changes_nothing():
    experiment, training = Experiment(seed=2), Training(moons_pair(seed=2), MOONS, 2)
    for _ in range(4 * 12):
        experiment.phase()
        experiment.numbers()
        experiment.numbers(averaged=True)
    for _ in range(12):
        training.step()
    np.testing.assert_array_equal(theta(experiment.training), theta(training))
    assert experiment.training.history == training.history


def test_a_whole_run_is_that_of_the_command():
    """With every setting other than by default that the command has an option for, driven in a mixed way."""
    settings = {"rotation": 20.0, "noise": 0.1, "seed": 1, "adapt_weight": 0.4, "rate": 0.03, "domain_rate": 2.0}
    experiment = Experiment(**settings, domain_steps=2, width=8)
    while experiment.training.step_count < 300:
        experiment.phase()
        experiment.steps(7)
    done = experiment.training.step_count
    # what `minidann moons --rotation 20 --noise 0.1 --lambda 0.4 …` trains
    recipe = replace(MOONS, adapt_weight=0.4, rate=0.03, domain_rate=2.0, domain_steps=2, features=(8, 8))
    assert {"adapt_weight", "rate", "domain_rate", "domain_steps", "features"} <= set(options.RECIPE_OPTIONS)

    class Enough(Exception):
        pass

    kept = []

    def stop(training):
        if training.step_count == done:
            kept.append(theta(training))
            raise Enough

    with pytest.raises(Enough):
        train("dann", moons_pair(20.0, 0.1, seed=1), recipe, 1, fit=lambda training, *_: training.fit(stop))
    np.testing.assert_array_equal(theta(experiment.training), kept[0])


def test_n_steps_finish_the_one_under_way_first():
    experiment = Experiment()
    experiment.phase()
    experiment.phase()
    experiment.steps(1)
    assert (experiment.training.step_count, experiment.next) == (1, "forward")
    experiment.phase()
    experiment.steps(3)
    assert (experiment.training.step_count, experiment.next) == (4, "forward")


# settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("rotation", 50.0), ("noise", 0.2), ("width", 5), ("seed", 3), ("pair", "blobs")),
        *(("source_share", 0.9), ("target_share", 0.1)),
    ],
)
def test_what_needs_other_data_or_another_network_begins_anew(name, value):
    experiment = Experiment()
    experiment.steps(5)
    experiment.set(**{name: value})
    assert experiment.training.step_count == 0
    fresh = Experiment(**{name: value})
    np.testing.assert_array_equal(theta(experiment.training), theta(fresh.training))
    np.testing.assert_array_equal(experiment.pair.x_target, fresh.pair.x_target)


def test_the_rest_acts_at_once_after_the_step_under_way():
    experiment, training = Experiment(), Training(moons_pair(), MOONS)
    experiment.steps(5)
    experiment.phase()
    experiment.set(adapt_weight=2.0, ramp=False, domain_rate=1.0, rate=0.01, domain_steps=3, momentum=0.5)
    for _ in range(6):
        training.step()
    np.testing.assert_array_equal(theta(experiment.training), theta(training))
    training.change(adapt_weight=2.0, ramp=False, domain_rate=1.0, rate=0.01, domain_steps=3, momentum=0.5)
    experiment.steps(4)
    for _ in range(4):
        training.step()
    np.testing.assert_array_equal(theta(experiment.training), theta(training))
    assert experiment.numbers()["adapt_weight"] == 2.0


def test_a_wrong_form_can_be_chosen_on_the_way():
    experiment = Experiment(ramp=False)
    experiment.steps(3)
    experiment.set(form="no-reversal")
    assert experiment.training.step_count == 3
    experiment.steps(1)
    assert experiment.probed.reversals == {}
    assert experiment.training.form == experiment.settings.form == "no-reversal"


def test_another_form_leaves_no_numbers_of_the_last_behind():
    experiment = Experiment(ramp=False)
    experiment.steps(1)
    experiment.phase()
    experiment.set(form="below-both-heads")
    assert (experiment.losses, experiment.moved, experiment.probed, experiment.swept) == (None, None, None, {})
    assert np.isnan(experiment.numbers()["L_d at theta_f"])
    experiment.steps(1)
    assert experiment.numbers()["L_d at theta_f"] > 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"pair": "suns"}, "pair: got 'suns', expected one of moons"),
        ({"form": "right"}, "form: got 'right', expected one of features"),
        ({"rotation": float("nan")}, "rotation: got nan"),
        ({"noise": -1}, "noise: got -1"),
        ({"width": 0}, "width: got 0"),
        ({"momentum": 1.0}, "momentum: got 1.0"),
        ({"source_share": 0.001}, "source_share: got 0.001, expected a point of each class among 300"),
        ({"target_share": 2}, "target_share: got 2, expected a share from 0 to 1"),
        ({"adapt_weight": -1.0}, "adapt_weight: got -1"),
        ({"speed": 3}, "settings: got 'speed', expected one of pair, form"),
    ],
)
def test_a_setting_that_cannot_be_changes_nothing(settings, message):
    experiment = Experiment()
    experiment.steps(2)
    before, at = experiment.settings, theta(experiment.training)
    with pytest.raises(ValueError, match=message):
        experiment.set(**settings)
    assert experiment.settings == before
    np.testing.assert_array_equal(theta(experiment.training), at)
    with pytest.raises(ValueError, match=message):
        Experiment(**settings)


def test_begin_anew_repeats_the_run():
    experiment = Experiment(seed=4)
    experiment.steps(9)
    at = theta(experiment.training)
    experiment.begin()
    assert experiment.training.step_count == 0
    experiment.steps(9)
    np.testing.assert_array_equal(theta(experiment.training), at)


# numbers ----------------------------------------------------------------------------------------------------------


def test_each_number_is_that_of_its_call():
    experiment = Experiment()
    experiment.steps(200)
    for _ in PHASES[:3]:
        experiment.phase()
    numbers, training, pair = experiment.numbers(), experiment.training, experiment.pair
    assert numbers["step"] == training.step_count == 200
    assert (numbers["adapt_weight"], numbers["rate"]) == (training.adapt_weight, training.rate)
    assert numbers["target accuracy"] == training.network.accuracy(pair.x_target_test, pair.y_target_test)
    assert numbers["L_y"] == experiment.losses.label_loss.item()
    assert numbers["L_d"] == experiment.losses.domain_loss.item()
    row = probe(experiment.losses, training.network, by="layer")["features.3"]
    assert numbers["|L_d| before R"] == row["L_d before"]
    assert numbers["cos(L_y, L_d) after"] == row["cosine after"]
    assert numbers["|L_d| after R"] == pytest.approx(numbers["adapt_weight"] * numbers["|L_d| before R"], rel=1e-5)
    swept = experiment.swept["L_y"] + experiment.swept["L_d"]
    np.testing.assert_allclose(
        swept, training.optimiser.vector.gather(training.gradients(experiment.losses)), rtol=1e-4, atol=1e-7
    )
    assert numbers["L_y at theta_d"] == numbers["L_d at theta_y"] == 0
    before = theta(training)
    experiment.phase()
    moved = theta(training) - before
    norms = [experiment.numbers()[f"moved {part}"] for part in ("theta_f", "theta_y", "theta_d")]
    assert np.hypot.reduce(norms) == pytest.approx(np.linalg.norm(moved), rel=1e-5)
    averaged = training.result().accuracy(pair.x_target_test, pair.y_target_test)
    assert experiment.numbers(averaged=True)["target accuracy"] == averaged
    assert experiment.numbers()["averaged weights"] == averaged


def test_lambda_is_that_of_the_gradients_beside_it():
    experiment = Experiment()
    experiment.steps(50)
    used = experiment.training.adapt_weight
    experiment.steps(1)
    assert experiment.numbers()["adapt_weight"] == used < experiment.training.adapt_weight
    experiment.set(adapt_weight=0.0)
    numbers = experiment.numbers()
    assert numbers["|L_d| after R"] == pytest.approx(numbers["adapt_weight"] * numbers["|L_d| before R"], rel=1e-5)


def test_scores_are_kept_and_those_of_the_run_before():
    experiment = Experiment()
    for _ in range(3):
        experiment.note()
        experiment.note()
        experiment.steps(20)
    assert [step for step, _ in experiment.scores] == [0, 20, 40]
    kept = experiment.scores
    experiment.begin()
    experiment.begin()
    assert experiment.scores == []
    assert experiment.scores_before == kept
    experiment.note()
    network, pair = experiment.training.network, experiment.pair
    assert experiment.scores == [(0, network.accuracy(pair.x_target_test, pair.y_target_test))]
    assert experiment.source_scores == [(0, network.accuracy(pair.x_source_test, pair.y_source_test, "source"))]


def test_changes_on_the_way_are_events():
    experiment = Experiment()
    experiment.set(adapt_weight=0.5)  # before the first step: no event of the run
    experiment.steps(10)
    experiment.set(adapt_weight=1.0)
    experiment.steps(5)
    experiment.set(adapt_weight=2.0)  # the slider moves on
    experiment.set(ramp=False)
    experiment.steps(10)
    experiment.set(form="subtracted")
    experiment.steps(200)
    experiment.set(form="features")
    assert experiment.events == [
        (10, "λ 0.5 → 2"),
        (15, "ramp of λ on → off"),
        (25, "form: subtracted"),
        (225, "form: features"),
    ]
    experiment.set(noise=0.1)
    assert experiment.events == []


def test_before_the_first_step_there_are_fewer_numbers_and_all_names():
    experiment = Experiment()
    names = list(experiment.numbers())
    assert np.isnan(experiment.numbers()["L_y"])
    experiment.steps(2)  # at the first λ is 0, and what has no length has no cosine
    assert list(experiment.numbers()) == names
    assert not any(np.isnan(list(experiment.numbers().values())))


# drawn by hand, and gone off --------------------------------------------------------------------------------------


def test_what_is_drawn_by_hand_becomes_a_run_as_soon_as_it_can():
    experiment = Experiment()
    experiment.draw(DABS[:2])
    assert experiment.training is not None  # the moons run on
    experiment.set(pair="drawn")
    assert experiment.training is None
    assert experiment.missing == ["target"]
    with pytest.raises(ValueError, match="training: there is none yet; first draw target"):
        experiment.phase()
    with pytest.raises(ValueError, match="first draw"):
        experiment.numbers()
    experiment.set(adapt_weight=0.2)
    experiment.draw(DABS[2:])
    experiment.steps(3)
    assert experiment.training.adapt_weight < 0.2
    assert len(experiment.pair.x_source) == 8
    experiment.clear()
    assert experiment.missing == ["source, class 0", "source, class 1", "target"]


def test_a_run_that_goes_off_says_so_and_can_be_begun_anew():
    experiment = Experiment(form="subtracted", rate=1e6, domain_rate=1e6, adapt_weight=1e6, ramp=False)
    with pytest.raises(FloatingPointError, match="training diverged"):
        experiment.steps(3000)
    assert "diverged" in experiment.ran_off
    experiment.set(rate=0.04, domain_rate=3.0, adapt_weight=0.7, form="features")
    experiment.begin()
    assert experiment.ran_off == ""
    experiment.steps(2)
