"""The forms in one picture: the numbers are the comparison's, and no text lies on another."""

from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest

from minidann.adapt import MOONS
from minidann.adapt.parts import ARRIVALS
from minidann.compare import FORMS, FormsComparison, compare_forms
from minidann.data import moons_pair
from minidann.plots import FormsDisplay


@pytest.fixture(scope="module")
def comparison():
    return compare_forms(moons_pair(n=60, n_test=60), replace(MOONS, steps=30))


@pytest.fixture(scope="module")
def display(comparison):
    display = FormsDisplay.from_comparison(comparison).plot(title="a title")
    display.figure_.draw_without_rendering()
    return display


def test_each_bar_is_a_multiple_and_each_number_says_it(display, comparison):
    arriving, learnt = display.axes_
    values = [row[name] for name in ARRIVALS.values() for row in comparison.rows]
    drawn = [patch.get_width() for patch in arriving.patches]
    longest = max(map(abs, values))
    assert drawn == pytest.approx([0.42 * value / longest for value in values])
    hatched = [bool(patch.get_hatch()) for patch in arriving.patches]
    wrong = [value * sign < -1e-6 for value, sign in zip(values, np.repeat([1, 1, -1, 1], len(comparison.rows)))]
    assert hatched == wrong
    assert [patch.get_width() for patch in learnt.patches] == [row["target"] for row in comparison.rows]
    labels = [label.get_text() for label in arriving.get_yticklabels()]
    assert labels[1:] == [f"{form.title}\n{form.formula}" for form in FORMS.values()]


def test_no_text_lies_on_another_or_off_the_figure(display):
    figure = display.figure_
    boxes = {
        text: text.get_window_extent()
        for text in figure.findobj(mpl.text.Text)
        if text.get_text().strip() and text.get_visible()
    }
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        shared = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(shared) <= 1, (one.get_text(), other.get_text())
    for text, box in boxes.items():
        assert 0 <= box.x0 <= box.x1 <= figure.bbox.x1, text


def test_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match="comparison: got one of no forms"):
        FormsDisplay.from_comparison(FormsComparison([], {}, {}, 0.7))
