"""Two forms side by side: each run is that of its own, bit for bit, however both are driven."""

import numpy as np
import pytest

from minidann.adapt import MOONS
from minidann.compare import FORMS, FormTraining
from minidann.data import Dab, moons_pair
from minidann.lab import Experiment
from minidann.lab.saved import Saved

pytestmark = pytest.mark.slow  # the gate's own Python runs these: another Python changes little here

DABS = [Dab(-1, 0, "source", 0), Dab(1, 0, "source", 1), Dab(-1, 1, "target", 0), Dab(1, 1, "target", 1)]


def thetas(lab):
    return [experiment.training.optimiser.vector.values.copy() for experiment in lab.experiments]


def test_each_run_is_that_of_its_own_bit_for_bit(two, hand):
    assert [each.settings.form for each in two.experiments] == ["features", "no-reversal"]
    hand.button("toggle")
    for _ in range(3):
        two.tick()
    hand.button("toggle")
    two.tick()
    hand.press("enter")
    for _ in range(5):  # one step and one phase
        hand.button("phase")
        two.tick()
    hand.number("adapt_weight", "1.5")  # finishes the step under way
    hand.slide("speed", 0)
    two.run()
    for _ in range(8):
        two.drive.phased = 0.0  # as if a second had gone by
        two.tick()
    two.pause()
    steps = [experiment.training.step_count for experiment in two.experiments]
    assert steps == [3 * 5 + 1 + 1 + 1 + 2] * 2
    for experiment, form in zip(two.experiments, ("features", "no-reversal")):
        training = FormTraining(moons_pair(), MOONS, 0, form)
        for _ in range(18):
            training.step()
        training.change(adapt_weight=1.5)
        for _ in range(2):
            training.step()
        np.testing.assert_array_equal(experiment.training.optimiser.vector.values, training.optimiser.vector.values)
        np.testing.assert_array_equal(experiment.training.average.values, training.average.values)
        assert experiment.training.history == training.history


def test_both_start_anew_and_the_first_goes_on_alone(two, hand):
    hand.press("2")
    two.experiment.steps(3)
    hand.press("2")
    assert [experiment.training.step_count for experiment in two.experiments] == [0, 0]
    hand.press("enter")
    first = thetas(two)[0]
    hand.button("two_forms")
    two.tick()
    assert len(two.experiments) == 1
    np.testing.assert_array_equal(thetas(two)[0], first)
    hand.press("enter")
    assert two.experiment.training.step_count == 2
    assert two.view.diagram.ax.get_visible()


@pytest.mark.parametrize(
    "i", [pytest.param(i, marks=() if i in (0, 5) else pytest.mark.slow) for i in range(len(FORMS))]
)
def test_the_second_form_has_a_menu_of_its_own(two, hand, i):
    menu = two.controls.widgets["form"]
    hand.press("enter")
    hand.click(menu.ax.transData.transform((0.115, i)))
    two.tick()
    assert [each.settings.form for each in two.experiments] == ["features", list(FORMS)[i]]
    assert (menu.at, menu.second) == (0, i)
    hand.choose("form", 3)
    assert [each.settings.form for each in two.experiments] == [list(FORMS)[3], list(FORMS)[i]]
    assert [experiment.training.step_count for experiment in two.experiments] == [1, 1]
    two.tick()
    titles = [title.get_text() for title in two.view._titles]
    for title, experiment in zip(titles, two.experiments):
        form = FORMS[experiment.settings.form]
        assert str(form) in title
        assert ("wrong" in title) != form.right


def test_a_second_form_starts_anew_if_it_is_so_chosen(two, hand):
    hand.press("enter")
    hand.choose("anew", 1)
    hand.click(two.controls.widgets["form"].ax.transData.transform((0.115, 5)))
    assert [experiment.training.step_count for experiment in two.experiments] == [0, 0]
    assert two.experiments[1].settings.form == list(FORMS)[5]


def test_with_one_form_there_is_no_second_column(lab, hand):
    menu = lab.controls.widgets["form"]
    hand.click(menu.ax.transData.transform((0.115, 2)))
    assert (len(lab.experiments), menu.at, menu.second) == (1, 2, None)
    assert not any(artist.get_visible() for artist in menu._beside)


def test_all_settings_but_the_form_are_those_of_both(two):
    two.set(rotation=50.0, noise=0.1, seed=3)
    two.set(adapt_weight=0.3, momentum=0.5)
    first, second = (vars(experiment.settings) for experiment in two.experiments)
    assert {name for name in first if first[name] != second[name]} == {"form"}
    np.testing.assert_array_equal(two.experiments[0].pair.x_target, two.experiments[1].pair.x_target)
    with pytest.raises(ValueError, match="rate: got -1"):
        two.set(rate=-1)
    with pytest.raises(ValueError, match="second_form: got 'best'"):
        two.set(second_form="best")


def test_a_run_that_goes_off_does_not_stop_the_other(two, hand):
    two.set(second_form="subtracted")
    two.experiments[1].ran_off = "as if its losses were not finite"
    two.run()
    for _ in range(3):
        two.tick()
    assert two.running
    assert [experiment.training.step_count for experiment in two.experiments] == [15, 0]
    assert "gone off" in two.view._scores[1].get_text()
    assert two.view._scores[0].get_text().startswith("target")


def test_each_number_is_that_of_its_run(two):
    two.step()
    two.tick()
    for text, experiment in zip(two.view._scores, two.experiments):
        numbers = experiment.numbers()
        names = ("target accuracy", "source accuracy", "domain accuracy")
        parts = [f"{100 * numbers[name]:.1f} %" for name in names]
        assert text.get_text() == "target {}   source {}   domain head {}".format(*parts)
    assert two.view._state.get_text() == "step 1   λ 0   seed 0   done: update"


def test_points_are_drawn_for_both(two, hand):
    two.set(pair="drawn")
    two.tick()
    assert two.view.axes["label"].get_visible()
    assert not two.view.runs[1].axes["label"].get_visible()
    for i, dab in enumerate(DABS):
        hand.choose("brush", i)
        hand.draw([dab[:2]])
    two.tick()
    first, second = two.experiments
    assert len(first.dabs) == 4
    assert first.dabs == second.dabs
    assert first.dabs is not second.dabs
    hand.press("enter")
    alone = Experiment(pair="drawn", form="no-reversal")
    alone.draw(first.dabs)
    alone.steps(1)
    np.testing.assert_array_equal(thetas(two)[1], alone.training.optimiser.vector.values)
    hand.press("u")
    assert len(second.dabs) == 3


def test_the_pause_the_lines_and_the_file_are_those_of_both(two, hand, tmp_path, capsys):
    two.pause_at = 8
    two.run()
    for _ in range(4):
        two.tick()
    assert [experiment.training.step_count for experiment in two.experiments] == [8, 8]
    hand.press("y")
    names = {}
    first, second = capsys.readouterr().out.split("# no reversal: L_y + λ L_d\n")
    for part, theta in zip((first, second), thetas(two)):
        exec(part, names)
        np.testing.assert_array_equal(names["training"].optimiser.vector.values, theta)
    two.save(tmp_path / "two.json")
    assert Saved.read(tmp_path / "two.json").second_form == "no-reversal"
    two.two_forms()
    two.load(tmp_path / "two.json")
    assert [experiment.settings.form for experiment in two.experiments] == ["features", "no-reversal"]
    Saved().write(tmp_path / "one.json")
    two.load(tmp_path / "one.json")
    assert len(two.experiments) == 1


def test_nothing_is_left_of_the_other_view(lab):
    before = len(lab.figure.axes), len(lab.figure.texts)
    for _ in range(2):
        lab.two_forms()
        lab.two_forms()
    assert (len(lab.figure.axes), len(lab.figure.texts)) == before
