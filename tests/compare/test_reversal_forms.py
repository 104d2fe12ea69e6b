"""The forms of DANN: what each sweeps, what arrives where, and that the right ones are the package's own."""

from dataclasses import replace

import numpy as np
import pytest

from minidann.adapt import MOONS, Training
from minidann.compare import FORMS, FormTraining, multiples
from minidann.data import moons_pair
from minidann.probe import diagnose, probe

STEADY = replace(MOONS, steps=40, ramp=False)
WEIGHT = STEADY.adapt_weight
ARRIVING = {  # ∂L_y at θy, ∂L_y at θf, ∂L_d at θf, ∂L_d at θd
    "features": (1, 1, -WEIGHT, 1),
    "both": (1, 1, -WEIGHT, WEIGHT),
    "no-reversal": (1, 1, WEIGHT, WEIGHT),
    "two-nodes": (1, 1, WEIGHT**2, 1),
    "subtracted": (1, 1, -WEIGHT, -WEIGHT),
    "eq-18": (1, 1, WEIGHT, -WEIGHT),
    "below-both-heads": (1, -WEIGHT, -WEIGHT, 1),
    "above-the-head": (1, 1, -WEIGHT, -WEIGHT),
}
ILLNESS = {
    "features": [],
    "both": [],
    "no-reversal": ["no_reversal"],
    "two-nodes": ["no_reversal", "twice_negative"],
    "subtracted": ["domain_head_ascends"],
    "eq-18": ["twice_negative"],
    "below-both-heads": ["misplaced_reversal"],
    "above-the-head": ["misplaced_reversal", "domain_head_ascends"],
}


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=100, n_test=100)


def theta(training):
    return training.optimiser.vector.values.copy()


@pytest.mark.parametrize("form", FORMS)
def test_what_arrives_is_what_the_formula_says(pair, form):
    training = FormTraining(pair, STEADY, form=form)
    found = multiples(training, training.next_batch())
    np.testing.assert_allclose(list(found.values()), ARRIVING[form], atol=2e-5)
    assert list(FORMS[form].arriving(WEIGHT).values()) == pytest.approx(ARRIVING[form])
    assert list(FORMS[form].arriving(WEIGHT)) == list(found)
    assert FORMS[form].right == (np.sign(ARRIVING[form]).tolist() == [1, 1, -1, 1])


@pytest.mark.parametrize("form", FORMS)
def test_the_doctor_knows_each(pair, form):
    training = FormTraining(pair, MOONS, form=form)
    assert diagnose(training, training.next_batch()).names == ILLNESS[form]


def test_the_first_form_is_the_packages_own_training_bit_for_bit(pair):
    own, form = Training(pair, MOONS, 3), FormTraining(pair, MOONS, 3)
    for _ in range(30):
        own.step()
        form.step()
    np.testing.assert_array_equal(theta(own), theta(form))
    assert own.history == form.history


def test_lambda_on_both_is_the_recipe_with_that_domain_weight(pair):
    form = FormTraining(pair, replace(STEADY, adapt_weight=3.0), form="both").fit()
    recipe = Training(pair, replace(STEADY, adapt_weight=1.0, domain_weight=3.0)).fit()
    np.testing.assert_allclose(theta(form), theta(recipe), rtol=1e-4, atol=1e-5)


def test_the_forward_pass_is_the_same_for_all(pair):
    trainings = [FormTraining(pair, STEADY, form=form) for form in FORMS]
    seen = [training.losses(training.next_batch()) for training in trainings]
    assert len({(losses.label_loss.item(), losses.domain_loss.item()) for losses in seen}) == 1
    for losses in seen:
        assert losses.label_loss.dtype == losses.domain_loss.dtype == np.float32


def test_a_node_on_the_logits_is_the_subtracted_loss_drawn_differently(pair):
    one, other = (FormTraining(pair, STEADY, form=form).fit() for form in ("subtracted", "above-the-head"))
    np.testing.assert_allclose(theta(one), theta(other), rtol=1e-3, atol=1e-4)


def test_a_form_can_be_changed_on_the_way(pair):
    training = FormTraining(pair, STEADY)
    training.step()
    training.form = "no-reversal"
    batch = training.next_batch()
    assert multiples(training, batch)["L_d at theta_f"] == pytest.approx(WEIGHT, abs=1e-4)
    assert probe(training.losses(batch), training.network).reversals == {}
    with pytest.raises(ValueError, match="form: got 'right', expected one of features, both"):
        training.form = "right"
    assert training.form == "no-reversal"


def test_without_a_domain_loss_all_forms_are_one(pair):
    alone = replace(STEADY, domain_weight=0.0)
    ends = [theta(FormTraining(pair, alone, form=form).fit()) for form in FORMS]
    assert all(np.array_equal(ends[0], end) for end in ends)
    training = FormTraining(pair, alone)
    with pytest.raises(ValueError, match="training: got one with domain_weight 0"):
        multiples(training, training.next_batch())


def test_where_nothing_arrives_there_is_nothing_to_measure(pair):
    training = FormTraining(pair, STEADY)
    for tensor in training.network.parts()["domain_head"].values():
        tensor.data[...] = 0  # a head that says nothing: no gradient of L_d comes through it
    found = multiples(training, training.next_batch())
    assert np.isnan(found["L_d at theta_f"])
    assert found["L_y at theta_f"] == pytest.approx(1)


@pytest.mark.parametrize("setting", [{"batch_normalise": "own", "trunk": "digits"}, {"conditioned": True}])
def test_recipes_that_the_forms_do_not_fit_are_refused(pair, setting):
    with pytest.raises(ValueError, match="recipe: got batch_normalise"):
        FormTraining(pair, replace(MOONS, **setting))
