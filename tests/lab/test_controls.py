"""The column of controls: two tabs, numbers that are typed, a pause at a step, a new form from here or anew."""

import pytest
from helpers.hands import theta

from minidann.compare import FORMS
from minidann.lab.controls import SLIDERS, TABS
from minidann.lab.settings import ANEW, Settings
from minidann.lab.sliders import NumberBox
from minidann.plots import style

NUMBERS = [*SLIDERS, "speed"]


def shown(lab, name):
    return lab.controls.widgets[f"{name} typed"].text.get_text()


def foot(lab):
    return lab._said.get_text()


# tabs -------------------------------------------------------------------------------------------------------------


def test_one_tab_is_shown_and_the_other_does_not_take_the_mouse(lab, hand):
    for tab in reversed(TABS):
        hand.click(lab.controls.widgets[f"tab {tab}"].ax.transAxes.transform((0.5, 0.5)))
        for name, axes in lab.controls._tabs.items():
            assert {ax.get_visible() for ax in axes} == {name == tab}
    form = lab.controls.widgets["form"].labels[3].get_window_extent()
    hand.control("rotation")
    hand.click((form.x0 + 2, form.y0 + 2))
    assert lab.experiment.settings.form == "features"


def test_a_key_shows_the_other_tab(lab, hand):
    for tab in ("data", "training"):
        hand.press("t")
        assert lab.controls.tab == tab
    hand.press("v")
    hand.press("t")  # nothing is shown while the controls are hidden
    assert not any(widget.ax.get_visible() for widget in lab.controls.widgets.values())
    hand.press("v")
    assert lab.controls.widgets["rotation"].ax.get_visible()


def test_a_sentence_stays_until_the_next_key_or_click(lab, hand):
    hand.number("seed", "x")
    assert lab._said.get_color() == style.WRONG
    hand.press("escape")
    for act in (lambda: hand.press("right"), lambda: hand.button("phase"), lambda: hand.choose("form", 1)):
        lab.say("saved")
        assert lab._said.get_color() == "black"
        act()
        assert foot(lab) == ""


def test_all_of_the_data_begins_the_run_anew_and_nothing_of_the_training(lab):
    assert {name for name, spec in SLIDERS.items() if spec.tab == "data"} == set(ANEW) - {"pair"}


def test_no_control_lies_on_another_or_off_the_window(lab):
    for tab in TABS:
        lab.controls.open_tab(tab)
        boxes = {name: widget.ax.bbox for name, widget in lab.controls.widgets.items() if widget.ax.get_visible()}
        assert len(boxes) > 10
        names = list(boxes)
        for i, one in enumerate(names):
            assert boxes[one].y0 > 0
            for other in names[i + 1 :]:
                a, b = boxes[one], boxes[other]
                apart = a.x1 <= b.x0 + 1 or b.x1 <= a.x0 + 1 or a.y1 <= b.y0 + 1 or b.y1 <= a.y0 + 1
                assert apart, (one, other)


# numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SLIDERS)
def test_every_slider_has_a_number_that_can_be_typed(lab, hand, name):
    hand.number(name, "3" if SLIDERS[name].step >= 1 else "0.37")
    assert getattr(lab.experiment.settings, name) == (3 if SLIDERS[name].step >= 1 else 0.37)
    assert shown(lab, name) == ("3" if SLIDERS[name].step >= 1 else "0.37")  # and is not rounded to the slider's steps
    assert lab.controls.typed is None
    assert foot(lab) == ""


def test_a_value_beyond_a_slider_widens_it_only_for_a_while(lab):
    slider = lab.controls.widgets["adapt_weight"]
    lab.set(adapt_weight=20.0)
    assert slider.ax.get_xlim() == (0, 20)
    slider.drag(10.0, 0.5)  # the track stays as it is below the mouse
    assert slider.ax.get_xlim() == (0, 20)
    assert lab.experiment.settings.adapt_weight == 10
    lab.set(adapt_weight=0.7)
    assert slider.ax.get_xlim() == SLIDERS["adapt_weight"][1:3]
    assert slider.valmax < 10


def test_a_speed_is_typed(lab, hand):
    hand.number("speed", "37")
    lab.run()
    lab.tick()
    assert lab.experiment.training.step_count == 37
    hand.number("speed", "1001")
    assert "expected a whole number from 0 to 1000" in foot(lab)
    assert lab.controls.speed == 37


def test_zero_can_be_typed_and_hit(lab, hand):
    hand.number("adapt_weight", "0")
    assert lab.experiment.settings.adapt_weight == 0
    hand.number("adapt_weight", "2,5")  # with a comma, too
    assert lab.experiment.settings.adapt_weight == 2.5
    hand.slide("adapt_weight", -0.3)  # a bit beyond the left end
    assert lab.experiment.settings.adapt_weight == 0
    hand.number("rotation", "−90")
    assert lab.experiment.settings.rotation == -90


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("adapt_weight", "-1", "λ, full strength: got -1, expected a finite number of at least 0"),
        ("adapt_weight", "nan", "λ, full strength: got nan, expected a finite number of at least 0"),
        ("adapt_weight", "1e999", "λ, full strength: got inf"),
        ("rate", "fast", "learning rate: got 'fast', expected a number"),
        ("momentum", "1", "momentum: got 1"),
        ("domain_steps", "1.5", "domain head: steps: got 1.5, expected a whole number of at least 1"),
        ("domain_steps", "101", "domain head: steps: got 101, expected at most 100"),
        ("width", "100000", "hidden width: got 100000, expected at most 512"),
        ("seed", "-1", "seed: got -1"),
        ("target_share", "1.2", "class 1 in target: got 1.2, expected a share from 0 to 1"),
        ("speed", "-1", "speed: got '-1', expected a whole number"),
        ("pause_at", "soon", "pause at step: got 'soon', expected a whole number, or nothing"),
    ],
)
def test_a_wrong_number_is_one_line_and_changes_nothing(lab, hand, name, text, message):
    lab.step()
    before, settings, speed = theta(lab), lab.experiment.settings, lab.controls.speed
    hand.number(name, text)
    assert foot(lab).startswith(message)
    assert "\n" not in foot(lab)
    assert lab.controls.typed is not None  # it can be corrected
    assert (lab.experiment.settings, lab.controls.speed, lab.pause_at) == (settings, speed, None)
    assert (theta(lab) == before).all()
    hand.press("escape")
    assert lab.controls.typed is None
    assert foot(lab) == ""


def test_escape_leaves_a_number_as_it_was(lab, hand):
    hand.number("adapt_weight", "3", "escape")
    assert lab.experiment.settings == Settings()
    assert shown(lab, "adapt_weight") == "0.7"


def test_typing_edits_the_number(lab, hand):
    hand.number("adapt_weight", ["1", ".", "9", "backspace", "5"])
    assert lab.experiment.settings.adapt_weight == 1.5
    hand.number("adapt_weight", ["backspace", "2"])  # the old number goes away at once
    assert lab.experiment.settings.adapt_weight == 2
    hand.number("adapt_weight", "123456789012345", "escape")
    assert len(lab.controls.widgets["adapt_weight typed"]._typed) == 12


def test_while_a_number_is_typed_no_key_of_the_lab_acts(lab, hand):
    hand.number("adapt_weight", [" ", "h", "d", "right", "p"], "escape")
    assert not lab.running
    assert not lab.card.open
    assert lab.experiment.next == "forward"
    hand.press("right")
    assert lab.experiment.next != "forward"


def test_tab_goes_from_number_to_number_and_takes_each(lab, hand):
    hand.type("tab", "2", "tab", "0", ".", "1", "shift+tab", "3", "tab")
    assert (lab.experiment.settings.adapt_weight, lab.experiment.settings.rate) == (3, 0.1)
    boxes = [name for name, box in lab.controls.widgets.items() if isinstance(box, NumberBox) and box.ax.get_visible()]
    for i in range(1, 2 * len(boxes)):
        (typed,) = [name for name in boxes if lab.controls.widgets[name].typing]
        assert typed == boxes[i % len(boxes)]
        hand.press("tab")
    hand.press("escape")
    hand.press("shift+tab")
    assert lab.controls.widgets[boxes[-1]].typing


def test_a_click_elsewhere_leaves_a_number(lab, hand):
    hand.number("adapt_weight", "3", "backspace")
    hand.button("step")
    assert lab.controls.typed is None
    assert lab.experiment.settings.adapt_weight == 0.7


# pause, form --------------------------------------------------------------------------------------------------------


def test_it_pauses_exactly_at_a_step_and_goes_on_after_it(lab, hand):
    hand.number("pause_at", "12")
    lab.run()
    for _ in range(5):
        lab.tick()
    assert not lab.running
    assert lab.experiment.training.step_count == lab.pause_at == 12
    lab.run()
    lab.tick()
    assert lab.experiment.training.step_count == 17
    hand.number("pause_at", ["delete"])
    assert lab.pause_at is None
    hand.press("backspace")
    lab.run()
    for _ in range(4):
        lab.tick()
    assert lab.experiment.training.step_count == 20


def test_it_pauses_within_phases_and_after_an_unfinished_step(lab, hand):
    lab.pause_at = 2
    hand.press("right")
    hand.slide("speed", 0)
    lab.run()
    for _ in range(20):
        lab.drive.phased = 0.0  # as if a second had gone by
        lab.tick()
    assert (lab.experiment.training.step_count, lab.experiment.next, lab.running) == (2, "forward", False)
    assert lab.drive.done == "update"
    lab.run()
    lab.drive.phased = 0.0
    lab.tick()
    assert lab.running


@pytest.mark.parametrize("step", [0, -3, 1.5, "10", True])
def test_a_pause_is_at_a_whole_step(lab, step):
    with pytest.raises(ValueError, match="pause_at: got "):
        lab.pause_at = step


def test_a_new_form_starts_from_here_or_anew(lab, hand):
    forms = list(FORMS)
    lab.experiment.steps(7)
    hand.choose("form", 2)
    assert (lab.experiment.training.form, lab.experiment.training.step_count) == (forms[2], 7)
    hand.choose("anew", 1)
    hand.choose("form", 2)  # no new form
    assert lab.experiment.training.step_count == 7
    hand.choose("form", 3)
    assert (lab.experiment.training.form, lab.experiment.training.step_count) == (forms[3], 0)
    hand.choose("anew", 0)
    lab.experiment.steps(2)
    hand.choose("form", 0)
    assert lab.experiment.training.step_count == 2


def test_defaults_are_a_button_too(lab, hand):
    hand.number("adapt_weight", "3")
    hand.number("pause_at", "50")
    hand.choose("anew", 1)
    hand.button("defaults")
    assert lab.experiment.settings == Settings()
    assert (lab.pause_at, lab.controls.anew) == (None, False)
