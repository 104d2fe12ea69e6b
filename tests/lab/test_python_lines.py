"""The lines of Python of a run: they give the same weights, bit for bit."""

import numpy as np
import pytest
from helpers.hands import theta

from minidann.compare import FORMS
from minidann.data import Dab
from minidann.lab import Experiment
from minidann.lab.python_lines import python_lines, to_clipboard

DABS = [Dab(0.1, 0, "source", 0), Dab(1, 1 / 3, "source", 1), Dab(0, 1, "target", 0), Dab(1.7e-5, 1, "target", 1)]


def trained(lines):
    """What the lines leave, in a fresh namespace."""
    names = {}
    exec("\n".join(lines), names)
    return names["training"]


def check(experiment):
    training = trained(python_lines(experiment))
    assert training.step_count == experiment.training.step_count
    np.testing.assert_array_equal(training.optimiser.vector.values, experiment.training.optimiser.vector.values)
    np.testing.assert_array_equal(training.average.values, experiment.training.average.values)
    assert training.history == experiment.training.history
    return python_lines(experiment)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"pair": "moons-origin", "rotation": 20.5, "noise": 0.1 / 3, "seed": 3, "width": 5},
        {"pair": "blobs", "form": "eq-18", "momentum": 0.5, "domain_steps": 3, "ramp": False},
        {"source_share": 0.9, "target_share": 0.1, "rate": 0.01, "domain_rate": 1.5, "adapt_weight": 1 / 7},
        {"pair": "digits", "rotation": 30.0},
    ],
    ids=lambda settings: settings.get("pair", "moons"),
)
def test_the_lines_give_the_run(settings, capsys):
    experiment = Experiment(**settings)
    experiment.steps(12)
    check(experiment)
    assert capsys.readouterr().out.strip()  # the accuracy


def test_changes_on_the_way_are_in_the_lines(capsys):
    experiment = Experiment()
    experiment.set(adapt_weight=0.9)  # before the first step: the run began with it
    experiment.steps(7)
    experiment.phase()
    experiment.set(adapt_weight=2.0, ramp=False)  # finishes step 8 first
    experiment.set(adapt_weight=1.5)
    experiment.steps(5)
    experiment.set(form="both")
    experiment.steps(1)
    experiment.set(domain_steps=2, momentum=0.3, rate=0.001, domain_rate=1.0)
    experiment.steps(4)
    experiment.set(form="features")
    lines = check(experiment)
    assert "training.change(adapt_weight=1.5, ramp=False)" in lines
    assert sum(line.startswith("training.form") for line in lines) == 2
    assert lines[0] == "from dataclasses import replace"
    experiment.begin()
    experiment.steps(2)
    assert not any("change" in line for line in check(experiment))


def test_the_lines_are_plain_where_the_form_is_that_of_the_paper():
    experiment = Experiment()
    experiment.steps(3)
    text = "\n".join(python_lines(experiment))
    assert "FormTraining" not in text
    assert "training = Training(pair, recipe, seed=0)" in text
    experiment.set(form="both")
    assert "FormTraining(pair, recipe, seed=0, form='features')" in "\n".join(python_lines(experiment))


def test_points_drawn_by_hand_are_in_the_lines(capsys):
    experiment = Experiment(pair="drawn", seed=2)
    with pytest.raises(ValueError, match="first draw source, class 0"):
        python_lines(experiment)
    experiment.draw(DABS)
    experiment.steps(6)
    check(experiment)


def test_a_step_under_way_is_said_to_be_left_out(capsys):
    experiment = Experiment()
    experiment.steps(3)
    experiment.phase()
    lines = python_lines(experiment)
    assert any("under way" in line for line in lines)
    assert trained(lines).step_count == 3


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_its_lines(form, capsys):
    experiment = Experiment(form=form, width=4, ramp=False)
    experiment.steps(2)
    check(experiment)


def test_the_window_shows_prints_and_copies_them(lab, hand, capsys, monkeypatch):
    copied = []

    class Widget:
        def clipboard_clear(self):
            copied.clear()

        def clipboard_append(self, text):
            copied.append(text)

    lab.experiment.steps(4)
    hand.press("y")
    printed = capsys.readouterr().out
    assert "terminal" in lab._said.get_text()
    assert "clipboard" not in lab._said.get_text()
    assert lab.card.lines == printed.splitlines()
    np.testing.assert_array_equal(trained(printed.splitlines()).optimiser.vector.values, theta(lab))
    hand.press("y")
    assert not lab.card.open
    monkeypatch.setattr(lab.figure.canvas, "get_tk_widget", Widget, raising=False)
    hand.button("python")
    assert "\n".join(copied) == printed.removesuffix("\n")
    assert "and on the clipboard" in lab._said.get_text()


def test_before_all_is_drawn_the_window_says_what_is_missing(lab, hand, capsys):
    lab.set(pair="drawn")
    hand.press("y")
    assert lab.card.lines == ["# still to be drawn: source, class 0; source, class 1; target"]


def test_a_canvas_in_memory_has_no_clipboard(lab):
    assert not to_clipboard(lab.figure.canvas, "text")
