"""The doctor in the lab: what the card says, and that the run goes on as if nobody had looked."""

from copy import deepcopy

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minidann.compare.reversal_forms import FORMS
from minidann.lab import Experiment
from minidann.lab.card import MOST, Card
from minidann.lab.doctor_card import LOOKING, DoctorCard, DoctorVisit, doctor_card
from minidann.lab.experiment import PHASES
from minidann.probe.doctor import FAILURES

pytestmark = pytest.mark.slow  # the gate's own Python runs these: another Python changes little here

LARGE = {"adapt_weight": 60.0, "ramp": False}
NAMED = {  # settings, and the findings that name what is wrong with them
    "no reversal": ({"form": "no-reversal"}, ["no_reversal"]),
    "two nodes": ({"form": "two-nodes"}, ["no_reversal", "twice_negative"]),
    "subtracted": ({"form": "subtracted"}, ["domain_head_ascends"]),
    "Eq. 18": ({"form": "eq-18"}, ["twice_negative"]),
    "R below both heads": ({"form": "below-both-heads"}, ["misplaced_reversal"]),
    "above the head": ({"form": "above-the-head"}, ["misplaced_reversal", "domain_head_ascends"]),
    "λ = 0": ({"adapt_weight": 0.0}, ["lambda_zero"]),
    "λ too large": (LARGE, ["lambda_too_large"]),
}


def state(experiment):
    """All that the next steps depend on, and all that the screen shows."""
    training = experiment.training
    arrays = [training.optimiser.vector.values, training.optimiser.velocity, training.average.values]
    arrays += [passes.left for passes in training.passes]
    generators = [deepcopy(rng.bit_generator.state) for rng in training.rngs.values()]
    settings = training.recipe, training.form, training.step_count, experiment.next, experiment.settings
    numbers = {name: value for name, value in experiment.numbers().items() if value == value}
    return [array.copy() for array in arrays], (generators, deepcopy(training.history), settings, numbers)


def check_same(one, other):
    for a, b in zip(one[0], other[0], strict=True):
        np.testing.assert_array_equal(a, b)
    assert one[1] == other[1]


@pytest.mark.parametrize(
    "done", [0, pytest.param(1, marks=pytest.mark.slow), 2, pytest.param(3, marks=pytest.mark.slow)], ids=PHASES
)
@pytest.mark.parametrize("form", ["features", pytest.param("subtracted", marks=pytest.mark.slow)])
def test_the_run_goes_on_as_one_that_nobody_looked_at(form, done):
    looked_at, alone = (Experiment(form=form, seed=1, domain_steps=2) for _ in range(2))
    for experiment in (looked_at, alone):
        experiment.steps(5)
        for _ in range(done):
            experiment.phase()
    losses, before = looked_at.losses, state(looked_at)
    looked_at.diagnose()
    check_same(state(looked_at), before)
    assert looked_at.losses is losses
    for experiment in (looked_at, alone):
        experiment.steps(3)
    check_same(state(looked_at), state(alone))


@pytest.mark.parametrize("name", NAMED)
def test_the_card_names_what_is_wrong(name):
    settings, expected = NAMED[name]
    experiment = Experiment(**settings)
    experiment.steps(100)
    card = doctor_card(experiment)
    assert [found.name for found in card.findings] == expected
    text = " ".join(card.lines)
    for found in card.findings:
        assert found.sentence.lower().rstrip(".") == FAILURES[found.name].lower()
        assert found.evidence[:20] in text
        assert "Remedy: " in text
    assert card.title == f"The doctor at step 100: {'2 failures' if expected[1:] else 'a failure'}"


@pytest.mark.parametrize("form", ["features", pytest.param("both", marks=pytest.mark.slow)])
def test_for_a_right_form_the_card_lists_the_questions_and_promises_nothing(form):
    experiment = Experiment(form=form)
    experiment.steps(100)
    card = doctor_card(experiment)
    assert card.findings == []
    assert card.title == "The doctor at step 100: none of the classic failures was found"
    asked = experiment.diagnose().looked_at
    assert len(asked) > 10
    assert sum(line.startswith("• ") for line in card.lines) == len(asked)
    assert "This says nothing of the accuracy on the target" in " ".join(card.lines)


def test_every_wrong_form_is_asked_about():
    wrong = {name for name, form in FORMS.items() if not form.right}
    assert wrong == {settings["form"] for settings, _ in NAMED.values() if "form" in settings}


def test_a_greek_letter_stays_small_at_the_beginning_of_a_sentence():
    experiment = Experiment(adapt_weight=0.0)
    experiment.steps(60)
    assert doctor_card(experiment).lines[0] == "λ is 0: the features never work against the domain head."


def test_without_a_training_or_after_it_has_gone_off_there_is_one_sentence():
    drawn = Experiment(pair="drawn")
    said = ["The doctor has nothing to look at: too little is drawn."]
    assert doctor_card(drawn) == DoctorCard("The doctor", [], said)
    with pytest.raises(ValueError, match="training: there is none yet; first draw"):
        drawn.diagnose()
    off = Experiment(rate=1e6, domain_rate=1e6, adapt_weight=1e6, ramp=False)
    with pytest.raises(FloatingPointError):
        off.steps(3000)
    card = doctor_card(off)
    assert card.findings == []
    assert len(card.lines) == 1
    assert card.lines[0].startswith("The run has gone off")


# in the window ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["button", "key"])
def test_the_doctor_is_called_and_the_card_says_so_before_the_answer(lab, hand, by):
    lab.set(form="subtracted")
    lab.experiment.steps(20)
    lab.run()
    lab.tick()
    hand.button("doctor") if by == "button" else hand.press("o")
    assert not lab.running
    step, theta = lab.experiment.training.step_count, lab.experiment.training.optimiser.vector.values.copy()
    lab.tick()
    assert lab.card.lines == [LOOKING]
    lab.tick()
    assert lab.card.title == f"The doctor at step {step}: a failure"
    assert lab.card.lines[0] == "The domain head ascends: it learns to be wrong."
    assert lab.experiment.training.step_count == step
    np.testing.assert_array_equal(lab.experiment.training.optimiser.vector.values, theta)
    hand.press("o")
    assert not lab.card.open
    lab.tick()
    assert not lab.card.open


def test_a_card_that_is_closed_before_the_look_stays_closed(lab, hand):
    hand.press("o")
    lab.tick()
    hand.press("escape")
    lab.tick()
    lab.tick()
    assert not lab.card.open


def test_a_doctor_that_fails_fails_once_and_the_lab_goes_on(lab, hand, monkeypatch):
    calls = []

    def fail():
        calls.append(1)
        raise MemoryError("too little")

    monkeypatch.setattr(lab.experiment, "diagnose", fail)
    hand.press("o")
    for _ in range(4):
        lab.tick()
    assert calls == [1]
    hand.press("escape")
    lab.step()
    assert lab.experiment.training.step_count == 1


def test_of_two_runs_side_by_side_both_are_looked_at():
    runs = [Experiment(form=form) for form in ("features", "subtracted")]
    for experiment in runs:
        experiment.steps(100)
    figure = Figure()
    FigureCanvasAgg(figure)
    card = Card(figure, 10, lambda: None)
    visit = DoctorVisit(card, runs)
    visit.ask()
    visit.answer()
    assert card.title == "The doctor"
    assert card.lines[0] == "λ on the features: the doctor at step 100: none of the classic failures was found"
    assert card.lines[2] == "subtracted, no node: the doctor at step 100: a failure"
    assert card.lines[3] == "The domain head ascends: it learns to be wrong."
    assert len(card.lines) <= MOST
