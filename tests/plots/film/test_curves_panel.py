"""The curves: two axes that do not move, marks where a curve leaves them, a line at each event."""

import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from minidann.plots.film.curves_panel import TOP, WORDS, CurvesPanel, trailing_mean

LOSSES = (0.7, 0.9, 3.0, 4.0, 0.5)
HISTORY = [
    {"step": 10 * i, "label_loss": 0.3, "domain_loss": loss, "adapt_weight": 0.2 * i} for i, loss in enumerate(LOSSES)
]


def panel(**more):
    made = CurvesPanel(Figure().subplots(), 100, 1.0, **more)
    made._window = 1  # the values as they are
    return made


def lines_of(made):
    return {line.get_label(): line for line in made.ax.lines}


def words_of(made):
    return [text.get_text() for text in made.seldom]


def test_a_trailing_mean_does_not_redraw_its_past():
    history = [{"step": 10 * i, "a": float(i * i)} for i in range(5)] + [{"step": 50, "b": 1.0}]
    steps, values = trailing_mean(history, "a", 3)
    np.testing.assert_array_equal(steps, [0, 10, 20, 30, 40])
    np.testing.assert_allclose(values, [0, 1 / 2, 5 / 3, 14 / 3, 29 / 3])
    np.testing.assert_allclose(trailing_mean(history[:3], "a", 3)[1], values[:3])
    assert [len(column) for column in trailing_mean([], "a", 3)] == [0, 0]


def test_a_loss_that_leaves_the_axis_is_marked_and_the_axis_stays():
    made = panel()
    before = made.ax.get_ylim()
    made.draw(HISTORY, 40)
    assert made.ax.get_ylim() == before
    lines = lines_of(made)
    assert list(lines["▲ domain_loss"].get_xdata()) == [20]
    assert len(lines["▲ label_loss"].get_xdata()) == 0
    drawn = lines["domain loss"].get_ydata()
    np.testing.assert_allclose(drawn[[0, 1, 4]], [0.7, 0.9, 0.5])
    assert drawn.max() == drawn[2] == drawn[3] <= before[1]


def test_half_right_lies_at_ln_2():
    made = panel()
    made.draw(HISTORY, 40, {"target": [(0, 0.5), (40, 1.0)], "source": [(0, 0.25)], "before": [(0, 0.75)]})
    lines = lines_of(made)
    for name, share in (("target", 0.5), ("source", 0.25), ("before", 0.75)):
        height = lines[name].get_transform().transform((0, share))
        np.testing.assert_allclose(height, made.ax.transData.transform((0, share * TOP)))
    assert lines["a guess"].get_ydata()[0] == pytest.approx(math.log(2)) == TOP / 2


@pytest.mark.parametrize(("largest", "name", "scale"), [(0.7, "λ", 1), (2.0, "λ / 2", 2), (3.5, "λ / 4", 4)])
def test_a_large_weight_is_divided_and_says_so(largest, name, scale):
    made = panel(largest=largest)
    made.draw([{"step": 0, "adapt_weight": largest}], 1)
    assert name in [text.get_text() for text in made.ax.get_legend().get_texts()]
    assert lines_of(made)["λ"].get_ydata()[0] == largest / scale
    made.draw([{"step": 0, "adapt_weight": 2.0 * scale}], 1)
    assert list(lines_of(made)["▲ adapt_weight"].get_xdata()) == [0]


def test_an_event_is_a_line_with_words_above_the_curves():
    made = panel()
    made.draw(HISTORY, 40, events=[(15, "λ 0.7 → 2"), (30, "form: subtracted")])
    assert words_of(made) == ["λ 0.7 → 2", "form: subtracted"]
    assert [text.get_position()[0] for text in made.seldom] == [15, 30]
    assert min(text.get_position()[1] for text in made.seldom) > TOP
    assert set(lines_of(made)["events"].get_xdata()) == {15, 30}
    kept = made.seldom
    made.draw(HISTORY, 41, events=[(15, "λ 0.7 → 2"), (30, "form: subtracted")])
    assert made.seldom is kept  # letters are slow
    made.draw([], 0)
    assert words_of(made) == []
    assert not made.ax.texts


def test_of_many_events_the_last_ones_have_words():
    made = panel()
    made.draw(HISTORY, 40, events=[(i, f"change {i}") for i in range(10)])
    assert words_of(made) == [f"change {i}" for i in range(10 - WORDS, 10)]
    assert len(set(lines_of(made)["events"].get_xdata())) == 10
    made.ax.figure.draw_without_rendering()
    top = made.ax.bbox.y1
    assert all(text.get_window_extent().y1 < top + 3 for text in made.seldom)


def test_a_run_that_goes_on_has_room():
    made = panel()
    made.draw(HISTORY, 101)
    assert made.ax.get_xlim() == (0, 200)
