"""Scenarios on the screen: chosen from the menu, their lines, their answer."""

import pytest
from helpers.hands import make_lab

from minidann.lab import SCENARIOS, Experiment, Settings
from minidann.lab.area import BESIDE_CONTROLS
from minidann.lab.lesson import Lesson
from minidann.lab.window import LARGE


def lines(lab):
    return [text.get_text() for text in lab.lesson.artists()]


@pytest.mark.slow
def test_every_scenario_is_in_the_menu_and_begins(lab, hand):
    hand.button("scenarios")
    for i, (name, scenario) in enumerate(SCENARIOS.items()):
        if not lab.card.open:
            hand.press("m")
        assert lab.card.lines[i] == scenario.title
        hand.type(*["down"] * i, "enter")
        assert not lab.card.open
        assert lab.experiment.settings == Settings().changed(scenario.settings)
        assert (lab.pause_at, lab.controls.averaged) == (scenario.pause_at, scenario.averaged)
        assert lab.lesson.name == name
        assert lines(lab) == [f"{scenario.title}.  {scenario.look_for}", scenario.question]
    assert set(lab.lesson.artists()) <= set(lab.painter.seldom())


def test_the_answer_is_shown_by_a_key(lab, hand):
    lab.scenario("two-nodes")
    for shown in ("answer", "question"):
        hand.press("a")
        assert lines(lab)[1] == getattr(SCENARIOS["two-nodes"], shown)
    lab.scenario("lambda-0")
    assert lines(lab)[1] == SCENARIOS["lambda-0"].question


def test_a_scenario_stays_until_it_is_closed(lab, hand):
    lab.scenario("subtracted")
    lab.set(rotation=50.0)
    lab.begin()
    assert lines(lab)[1] == SCENARIOS["subtracted"].question
    hand.press("m")
    hand.type("up", "enter")  # the last line
    assert lines(lab) == ["", ""]
    hand.press("a")
    assert lines(lab) == ["", ""]
    assert lab.experiment.settings.rotation == 50


def test_a_scenario_pauses_where_the_class_answers(lab):
    lab.scenario("lambda-too-large")
    lab.controls.speed = 200
    lab.run()
    for _ in range(5):
        lab.tick()
    assert not lab.running
    assert lab.experiment.training.step_count == SCENARIOS["lambda-too-large"].pause_at == 500


def test_a_lab_can_begin_with_a_scenario():
    lab = make_lab(scenario="label-shift", seed=3)
    assert lab.experiment.settings == Experiment.from_scenario("label-shift", seed=3).settings
    assert lab.lesson.name == "label-shift"
    assert lab.pause_at == SCENARIOS["label-shift"].pause_at
    with pytest.raises(ValueError, match="scenario: got 'best', expected one of reversal"):
        make_lab(scenario="best")
    with pytest.raises(ValueError, match="name: got 'best', expected one of reversal"):
        lab.scenario("best")
    assert lab.lesson.name == "label-shift"


def test_the_lines_of_every_scenario_fit_beside_the_controls(lab):
    lesson = Lesson(lab.figure, LARGE)
    lesson.fill(BESIDE_CONTROLS)
    for name in SCENARIOS:
        lesson.choose(name)
        for _ in range(2):
            boxes = [text.get_window_extent() for text in lesson.artists()]
            assert max(box.x1 for box in boxes) < lab.figure.bbox.x1, name
            lesson.answer()
    for text in lesson.artists():
        text.remove()
