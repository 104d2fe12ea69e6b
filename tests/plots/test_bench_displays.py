"""The pictures of the bench."""

import numpy as np
import pytest

from minidann.plots import BenchDisplay, GrowthDisplay, style


def row(framework, ms, workload="moons", **more):
    return {
        **{"workload": workload, "framework": framework, "step_ms": ms, "fastest_ms": ms, "slowest_ms": ms},
        **{"floor_ms": 1.0, "by_floor": ms, "minidann_by_this": 4.0 / ms, "peak_mb": 30.0, "import_mb": 20.0},
    } | more


def test_a_bar_is_a_multiple_of_our_time_and_the_floor_is_a_line():
    rows = [row("minidann", 4.0), row("torch", 8.0), row("minidann", 4.0, "digits")]
    display = BenchDisplay.from_rows(rows).plot(title="a machine")
    left, right = display.axes_
    heights = [bar.get_height() for bar in left.patches]
    assert heights == [1.0, 2.0, 1.0]
    assert [text.get_text().strip() for text in left.texts] == ["4.00", "8.00", "4.00"]
    np.testing.assert_allclose([line.get_ydata() for line in left.get_lines()], 0.25)
    x = left.get_lines()[0].get_xdata()
    assert (x[0], x[1]) == pytest.approx(
        (left.patches[0].get_x(), left.patches[1].get_x() + left.patches[1].get_width())
    )
    assert [bar.get_height() for bar in right.patches] == [30.0, 20.0] * 3
    assert [label.get_text() for label in left.get_xticklabels()] == ["moons", "digits"]
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["minidann", "torch", "bare matrix products"]
    assert display.figure_.get_suptitle() == "a machine"


def test_a_bar_of_a_slow_framework_is_cut_and_says_so():
    left = BenchDisplay.from_rows([row("minidann", 4.0), row("mygrad", 40.0)]).plot().axes_[0]
    assert left.patches[1].get_height() == 4.0
    assert [text.get_text().strip() for text in left.texts] == ["4.00", "40.0 ↑"]


def test_a_framework_has_one_colour_also_where_another_one_is_missing():
    alone = BenchDisplay.from_rows([row("mygrad", 8.0)]).plot().axes_[0].patches[0].get_facecolor()
    beside = BenchDisplay.from_rows([row("minidann", 4.0), row("mygrad", 8.0)]).plot().axes_[0].patches[1]
    assert alone == beside.get_facecolor()


def test_growth_is_a_line_over_each_size():
    rows = [
        row(name, value * factor, varied=varied, value=value)
        for varied in ("batch", "side", "maps")
        for value in (1.0, 2.0)
        for name, factor in (("minidann", 1), ("torch", 2))
    ]
    display = GrowthDisplay.from_rows(rows).plot()
    above, below = display.axes_[1], display.axes_[4]
    lines = {line.get_label(): line for line in above.get_lines()}
    np.testing.assert_allclose(lines["torch"].get_xydata(), [[1, 2], [2, 4]])
    np.testing.assert_allclose(lines["bare matrix products"].get_ydata(), 1.0)
    assert lines["minidann"].get_color() == style.OTHERS[0]
    assert above.get_ylim()[0] == 0
    np.testing.assert_allclose(below.get_lines()[0].get_ydata(), 30.0)
    assert below.get_xlabel() == "side of an image (pixels)"


@pytest.mark.parametrize("display", [BenchDisplay, GrowthDisplay])
def test_other_rows_are_refused(display):
    with pytest.raises(ValueError, match="rows: got none"):
        display.from_rows([])
    with pytest.raises(TypeError, match="rows: got one without workload, framework"):
        display.from_rows([{"step_ms": 1.0}])


def test_rows_of_steps_are_no_rows_of_growth():
    with pytest.raises(ValueError, match="rows: got one without varied and value"):
        GrowthDisplay.from_rows([row("minidann", 4.0)])
