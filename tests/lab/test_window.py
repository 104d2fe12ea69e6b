"""The lab's window, driven by mouse and keys as a user drives it."""

import re

import numpy as np
import pytest
from helpers.hands import make_lab, theta

from minidann.adapt import MOONS, Training
from minidann.adapt.parts import PARTS
from minidann.compare import FORMS, multiples
from minidann.data import moons_pair
from minidann.lab.controls import BRUSHES, SLIDERS, SPEEDS
from minidann.lab.experiment import PHASES, PROBED, Experiment
from minidann.lab.hand_drawing import ERASER
from minidann.lab.network_diagram import said
from minidann.lab.settings import ANEW, PAIRS, Settings

# the same run ---------------------------------------------------------------------------------------------------


def test_however_it_is_driven_its_steps_are_those_of_a_training(lab, hand):
    hand.button("toggle")
    for _ in range(3):
        lab.tick()
    hand.button("toggle")
    lab.tick()
    hand.button("step")
    hand.press("right")
    hand.press("enter")
    hand.button("phase")
    hand.slide("speed", 0)
    lab.run()
    for _ in range(5):
        lab.drive.phased = 0.0  # as if a second had gone by
        lab.tick()
    hand.press(" ")
    while lab.experiment.next != "forward":
        hand.button("phase")
    steps = lab.experiment.training.step_count
    assert steps == 3 * 5 + 1 + 1 + 2
    training = Training(moons_pair(), MOONS)
    for _ in range(steps):
        training.step()
    np.testing.assert_array_equal(theta(lab), training.optimiser.vector.values)
    assert lab.experiment.training.history == training.history


def test_each_phase_is_shown_and_lit(lab, hand):
    for phase in PHASES:
        hand.button("phase")
        lab.tick()
        assert lab.drive.done == phase
        lit = [name for name, lights in lab.view.diagram._lights.items() if lights[0].get_visible()]
        assert lit == [phase]
    assert lab.experiment.training.step_count == 1
    assert not lab.running


def test_a_step_that_is_finished_is_shown_as_finished(lab, hand):
    hand.button("phase")
    hand.button("step")
    lab.tick()
    assert lab.drive.done == "update"
    hand.button("phase")
    hand.slide("adapt_weight", 2.0)
    lab.tick()
    assert (lab.drive.done, lab.experiment.training.step_count) == ("update", 2)
    assert lab.view.diagram._lights["update"][0].get_visible()


def test_it_stands_still_until_it_is_told_to_run(lab, hand):
    for _ in range(3):
        lab.tick()
    assert lab.experiment.training.step_count == 0
    hand.press(" ")
    assert lab.running
    lab.tick()
    assert lab.buttons["toggle"].label.get_text() == "pause"
    assert lab.experiment.training.step_count == lab.controls.speed == 5
    hand.press("right")
    assert not lab.running
    lab.tick()
    assert lab.buttons["toggle"].label.get_text() == "run"


def test_what_is_done_is_painted():
    lab = make_lab()

    def pixels():
        return np.array(lab.figure.canvas.buffer_rgba())

    first = pixels()
    assert len(np.unique(first.reshape(-1, 4), axis=0)) > 50
    lab.tick()
    np.testing.assert_array_equal(pixels(), first)  # while nothing happens, nothing is painted
    lab.run()
    lab.tick()
    running = pixels()
    assert (running != first).any(axis=-1).mean() > 0.01
    lab.pause()
    lab.tick()
    lab.figure.canvas.draw()
    assert (pixels() != running).any(axis=-1).mean() < 0.02  # but for the button, what is painted is what is drawn


@pytest.mark.slow
def test_a_run_on_the_same_points_keeps_its_panels_and_looks_like_the_first():
    lab = make_lab()

    def pixels():
        lab.tick()
        lab.figure.canvas.draw()
        return np.array(lab.figure.canvas.buffer_rgba())

    first, panels = pixels(), lab.view.panels
    lab.step()
    lab.set(rate=0.3)
    lab.step()
    lab.set(rate=Settings().rate)
    panels.restart(8000)  # as a run that goes on beyond its last step
    assert (pixels() != first).any()
    lab.begin()
    lab.experiment.scores_before.clear()
    np.testing.assert_array_equal(pixels(), first)
    assert lab.view.panels is panels
    lab.set(rotation=50.0)
    assert lab.view.panels is not panels


# controls ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", SLIDERS)
def test_every_slider_is_a_setting(lab, hand, name):
    lab.step()
    spec = SLIDERS[name]
    value = spec.low + round(0.4 * (spec.high - spec.low) / spec.step) * spec.step
    hand.slide(name, value)
    assert getattr(lab.experiment.settings, name) == pytest.approx(value)
    assert getattr(lab.experiment.settings, name) == round(value, 6)  # 0.7, and not 0.7000000000000001
    assert (lab.experiment.training.step_count == 0) == (name in ANEW)
    shown = lab.controls.widgets[f"{name} typed"].text.get_text()
    assert float(shown) == pytest.approx(value, abs=0.005)
    if name in ANEW:
        fresh = Experiment(**{name: round(value, 6)})
        np.testing.assert_array_equal(theta(lab), np.array(fresh.training.optimiser.vector.values))


@pytest.mark.parametrize("i", range(len(FORMS)))
def test_every_form_can_be_chosen_and_the_diagram_follows(lab, hand, i):
    name = list(FORMS)[i]
    lab.step()
    hand.choose("form", i)
    lab.tick()
    assert lab.experiment.training.form == name
    assert lab.experiment.training.step_count == 1
    texts = [text.get_text() for text in lab.view.diagram.ax.texts]
    assert any(text.startswith(str(FORMS[name])) for text in texts)
    assert any(text.startswith("no node") for text in texts) == (FORMS[name].node == "nowhere")
    assert ("R" in texts) == (FORMS[name].node != "nowhere")
    assert any("wrong" in text for text in texts) != FORMS[name].right


@pytest.mark.parametrize("i", range(3))
def test_every_pair_can_be_chosen(lab, hand, i):
    hand.choose("pair", (i + 1) % 3)
    hand.choose("pair", i)
    lab.tick()
    assert lab.experiment.settings.pair == PAIRS[i]
    assert lab.view.panels.pair is lab.experiment.pair
    assert ("blobs" in lab.experiment.pair.name) == (PAIRS[i] == "blobs")


@pytest.mark.parametrize("i", range(len(SPEEDS)))
def test_speed_is_steps_in_a_frame(lab, hand, i):
    hand.slide("speed", i)
    assert lab.controls.widgets["speed typed"].text.get_text() == str(SPEEDS[i])
    lab.run()
    lab.tick()
    assert lab.experiment.training.step_count == SPEEDS[i]
    assert lab.drive.done == (None if SPEEDS[i] else "forward")


def test_boxes_are_ticked(lab, hand):
    ramp, averaged = range(2)
    lab.experiment.steps(100)
    hand.choose("ticks", ramp)
    assert lab.experiment.settings.ramp is False
    assert lab.experiment.training.adapt_weight == 0.7
    hand.choose("ticks", averaged)
    lab.tick()
    assert lab.controls.averaged
    numbers = lab.experiment.numbers(averaged=True)
    assert f"target, averaged weights {100 * numbers['target accuracy']:.1f} %" in lab.view._state.get_text()


def test_start_anew_and_defaults(lab, hand):
    start = theta(lab)
    hand.slide("adapt_weight", 2.0)
    hand.button("step")
    hand.button("begin")
    np.testing.assert_array_equal(theta(lab), start)
    assert lab.experiment.settings.adapt_weight == 2.0
    hand.press("d")
    assert lab.experiment.settings == Settings()
    assert lab.controls.widgets["adapt_weight"].val == 0.7
    hand.press("enter")
    hand.press("backspace")
    assert lab.experiment.training.step_count == 0


def test_defaults_are_those_of_speed_view_and_brush_too(lab, hand):
    hand.slide("speed", 1)
    hand.choose("ticks", 1)
    hand.choose("brush", 2)
    hand.press("d")
    assert (lab.controls.speed, lab.controls.averaged, lab.controls.brush) == (5, False, BRUSHES[0])


def test_a_setting_beyond_its_slider_widens_it(lab):
    lab.set(width=70, adapt_weight=7.5)
    lab.tick()
    for name, value in (("width", 70), ("adapt_weight", 7.5)):
        widget = lab.controls.widgets[name]
        assert widget.val == value
        assert widget.ax.get_xlim()[1] >= value


# drawing ----------------------------------------------------------------------------------------------------------


def test_points_are_drawn_by_hand(lab, hand):
    hand.choose("pair", 3)
    lab.tick()
    assert lab.experiment.training is None
    assert "source, class 0; source, class 1; target" in lab.view._state.get_text()
    hand.button("toggle")
    hand.button("phase")
    hand.button("step")
    lab.tick()
    assert not lab.running
    for i, (domain, label) in enumerate(BRUSHES[:4]):
        hand.choose("brush", i)
        hand.draw([(x, float(i) / 2) for x in (-1.0, -0.99, -0.8, -0.6)])  # the second is too near to the first
        lab.tick()
        new = lab.experiment.dabs[-3:]
        assert [(dab.domain, dab.label) for dab in new] == [(domain, label)] * 3
        np.testing.assert_allclose([dab[:2] for dab in new], [(x, i / 2) for x in (-1.0, -0.8, -0.6)], atol=0.02)
    assert lab.view._state.get_text().startswith("step")
    assert len(lab.experiment.pair.x_source) == 2 * 3 * 4
    hand.button("toggle")
    lab.tick()
    assert lab.experiment.training.step_count == 5
    hand.press("c")
    lab.tick()
    assert lab.experiment.dabs == []
    assert not lab.running


def draw_two_classes(lab, hand):
    hand.choose("pair", PAIRS.index("drawn"))
    for i in range(4):
        hand.choose("brush", i)
        hand.draw([(-1.0, i / 2), (-0.5, i / 2)])
    lab.tick()


def test_the_eraser_removes_the_dabs_under_the_mouse_of_any_domain(lab, hand):
    draw_two_classes(lab, hand)
    hand.choose("brush", BRUSHES.index(ERASER))
    before = list(lab.experiment.dabs)
    ax = lab.view.axes["label"]
    hand.mouse("button_press_event", ax.transData.transform((-1.0, 1.6)))
    hand.mouse("motion_notify_event", ax.transData.transform((-1.0, 0.4)))  # a fast mouse leaves out places
    left = {(x, y) for mark in lab.hand_drawing.moving for x, y in zip(*mark.get_data())}
    assert left == {(dab.x, dab.y) for dab in before if dab.x > -0.6 or dab.y < 0.3}  # seen at once
    assert lab.experiment.dabs == before  # and done at the end
    hand.mouse("button_release_event", ax.transData.transform((-1.0, 0.4)))
    assert lab.experiment.dabs == [dab for dab in before if dab.x > -0.6 or dab.y < 0.3]
    lab.tick()
    hand.draw([(1.0, -1.0)])  # where nothing is
    assert len(lab.experiment.dabs) == 5


@pytest.mark.parametrize("undo", ["ctrl+z", "button"])
def test_undo_has_another_key_and_a_button(lab, hand, undo):
    hand.choose("pair", PAIRS.index("drawn"))
    hand.draw([(-1.0, 0.0)])
    assert len(lab.experiment.dabs) == 1
    if undo == "button":
        hand.button("undo")
    else:
        hand.press(undo)
    assert lab.experiment.dabs == []


def test_undo_takes_back_strokes_erasing_and_clearing(lab, hand):
    draw_two_classes(lab, hand)
    drawn = list(lab.experiment.dabs)
    hand.choose("brush", BRUSHES.index(ERASER))
    hand.draw([(-1.0, 0.0)])
    hand.button("clear")
    assert lab.experiment.dabs == []
    found = []
    for _ in range(7):
        hand.press("u")
        found.append(list(lab.experiment.dabs))
    assert found == [drawn[1:], drawn, drawn[:6], drawn[:4], drawn[:2], [], []]
    lab.tick()
    assert lab.experiment.missing


def test_nothing_is_drawn_on_moons(lab, hand):
    hand.draw([(0.0, 0.0), (1.0, 0.0)])
    assert lab.experiment.dabs == []
    assert lab.experiment.settings.pair == "moons"


def test_a_stroke_is_seen_while_it_grows(lab, hand):
    hand.choose("pair", 3)
    lab.tick()
    ax = lab.view.axes["label"]
    hand.mouse("button_press_event", ax.transData.transform((0, 0)))
    hand.mouse("motion_notify_event", ax.transData.transform((0.5, 0)))
    (mark,) = [mark for mark in lab.hand_drawing.moving if len(mark.get_xdata())]
    np.testing.assert_allclose(mark.get_xdata(), [0, 0.5], atol=0.02)
    assert lab.experiment.dabs == []
    hand.mouse("button_release_event", ax.transData.transform((0.5, 0)))
    assert len(lab.experiment.dabs) == 2


@pytest.mark.parametrize("name", ["defaults", "clear"])
def test_what_happens_within_a_stroke_ends_it(lab, hand, name):
    hand.choose("pair", 3)
    lab.tick()
    ax = lab.view.axes["label"]
    hand.mouse("button_press_event", ax.transData.transform((0, 0)))
    getattr(lab, name)()
    hand.mouse("motion_notify_event", ax.transData.transform((0.5, 0)))
    hand.mouse("button_release_event", ax.transData.transform((0.5, 0)))
    assert lab.experiment.dabs == []


def test_without_a_run_no_numbers_are_left_over(lab, hand):
    lab.step()
    lab.tick()
    hand.choose("pair", 3)
    lab.tick()
    assert {text.get_text() for text in lab.view._probe.values()} == {"–"}
    texts = [text.get_text() for text in lab.view.diagram._texts.values()]
    assert not any(char.isdigit() for text in texts for char in text)


# what is shown ----------------------------------------------------------------------------------------------------


def test_every_number_on_the_screen_is_one_of_the_experiments(lab):
    lab.experiment.steps(120)
    lab.phase()
    lab.phase()
    lab.phase()
    lab.tick()
    numbers, view = lab.experiment.numbers(), lab.view
    state = [float(number) for number in re.findall(r"[\d.]+", view._state.get_text())]
    names = ("target accuracy", "averaged weights", "source accuracy", "domain accuracy")
    shares = [round(100 * numbers[name], 1) for name in names]
    assert state == [numbers["step"], float(said(numbers["adapt_weight"])), *shares]
    assert [text.get_text() for text in view._probe.values()] == [said(numbers[name]) for name in PROBED.values()]
    texts = {name: text.get_text() for name, text in view.diagram._texts.items()}
    assert texts["L_y"] == f"L_y\n{said(numbers['L_y'])}"
    assert texts["L_d"] == f"L_d\n{said(numbers['L_d'])}"
    assert texts["node"] == f"backward × −λ\n= {said(-numbers['adapt_weight'])}"
    assert texts["L_y at features"] == f"L_y ↓ {said(numbers['L_y at theta_f'])}"
    assert texts["L_d at features"] == f"L_d ↑ {said(numbers['L_d at theta_f'])}"
    assert texts["L_d at domain_head"] == f"L_d ↓ {said(numbers['L_d at theta_d'])}"
    assert {texts[f"moved {part}"] for part in PARTS} == {"moved –"}


@pytest.mark.parametrize("form", FORMS)
def test_before_and_after_the_node_are_shown_where_there_is_a_node(lab, form):
    lab.set(form=form, ramp=False)
    lab.step()
    lab.tick()
    heads = [" ".join(head.get_text().split()) for head in lab.view._heads.values() if head.get_text()]
    shown = [text.get_text() for text in lab.view._probe.values() if text.get_visible()]
    if FORMS[form].node == "nowhere":
        assert heads == ["|∂L_y|", "|∂L_d|", "cos(∂L_y, ∂L_d)"]
    else:
        assert heads == [name.replace("L_", "∂L_") for name in PROBED.values()]
    assert len(shown) == len(heads)
    assert "–" not in shown


@pytest.mark.parametrize("form", FORMS)
def test_the_push_that_is_drawn_is_the_one_that_arrives(lab, form):
    lab.set(form=form, ramp=False, adapt_weight=1.5)
    lab.step()
    lab.tick()
    pull, push = (np.stack([arrows.U, arrows.V]) for arrows in lab.view.panels._features._arrows)
    factor = multiples(lab.experiment.training, lab.experiment.training.next_batch())["L_d at theta_f"]
    np.testing.assert_allclose(push, factor * pull, rtol=1e-3, atol=1e-4 * np.abs(pull).max())
    said = lab.view.axes["features"].get_legend().get_texts()[-1].get_text()
    assert said == f"push: × {'−' if factor < 0 else '+'}λ{'²' * (form == 'two-nodes')}"


def test_a_run_that_goes_off_stops_and_says_so(lab, hand):
    lab.set(form="subtracted", rate=1e5, domain_rate=1e5, adapt_weight=1e5, ramp=False)
    lab.run()
    for _ in range(100):
        lab.tick()
        if not lab.running:
            break
    lab.tick()
    assert "gone off" in lab.view._state.get_text()
    for key in (" ", "right", "enter"):  # nothing more goes on, and nothing breaks
        hand.press(key)
        lab.tick()
    lab.defaults()
    lab.begin()
    lab.tick()
    assert lab.view._state.get_text().startswith("step")


def test_beyond_the_last_step_it_goes_on(lab):
    lab.experiment.training.step_count = 3999
    lab.run()
    lab.tick()
    assert lab.experiment.training.step_count == 4004
    assert lab.view.axes["curves"].get_xlim()[1] > 4004


def test_settings_to_begin_with():
    lab = make_lab(pair="blobs", rotation=120.0, form="both")
    assert lab.controls.widgets["rotation"].val == 120
    assert lab.controls.widgets["pair"].at == PAIRS.index("blobs")
    assert lab.experiment.training.form == "both"
    with pytest.raises(ValueError, match="form: got 'right'"):
        make_lab(form="right")


def test_the_view_without_controls_fills_the_window(lab, hand):
    wide = lab.view.diagram.ax.get_position().width
    hand.press("v")
    lab.tick()
    assert {ax.get_position().x1 <= 1 for ax in lab.figure.axes} == {True}
    assert lab.view.diagram.ax.get_position().width > 1.2 * wide
    hidden = [*lab.controls.widgets.values(), *lab.buttons.values()]
    assert not any(widget.ax.get_visible() for widget in hidden)
    assert not set(lab._seldom()) & {artist for widget in hidden for artist in widget.moving}
    for button in lab.buttons.values():  # nobody can hit what nobody sees
        hand.click(button.ax.transAxes.transform((0.5, 0.5)))
    hand.press("tab")
    assert not lab.running
    assert lab.controls.typed is None
    hand.press("enter")  # the keys go on
    assert lab.experiment.training.step_count == 1
    hand.press("v")
    lab.tick()
    assert lab.view.diagram.ax.get_position().width == pytest.approx(wide)
    assert all(button.ax.get_visible() for button in lab.buttons.values())
    hand.button("step")
    assert lab.experiment.training.step_count == 2
