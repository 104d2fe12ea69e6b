"""The picture of a grid: a panel for each rule, a star at its choice, an alarm in its title."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

from matplotlib.figure import Figure

from minidann.estimators.choices import Choices
from minidann.plots import ChoiceDisplay


def made(labels=True, seeds=2):
    rows = [
        {"pair": "a → b", "adapt_weight": weight, "seed": seed, "target_accuracy": weight / 4 if labels else None}
        | {"source_accuracy": 1 - weight / 8 + seed / 100, "reverse_validation": 0.5 + weight / 8}
        for weight in (0.0, 1.0, 2.0)
        for seed in range(seeds)
    ]
    return Choices(rows, ("adapt_weight",), ("source_accuracy", "reverse_validation"))


def star(ax):
    (line,) = [line for line in ax.lines if line.get_marker() == "*"]
    return line.get_xdata()[0], line.get_ydata()[0]


def test_each_panel_has_means_a_band_and_a_star_at_the_choice():
    display = ChoiceDisplay.from_choices(made()).plot()
    accuracy, source, reverse = display.axes_
    assert star(accuracy) == (2, 0.5)
    assert star(source) == (0, pytest.approx(1.005))
    assert star(reverse) == (2, 0.75)
    np.testing.assert_allclose(source.lines[0].get_ydata(), [1.005, 0.88, 0.755])
    assert len(source.collections) == 1  # the band
    assert [line.get_xdata()[0] for line in source.lines if line.get_linestyle() == "--"] == [2]  # the oracle's choice
    assert [text.get_text() for text in reverse.get_xticklabels()] == ["0", "1", "2"]
    assert reverse.get_xlabel() == "λ (adapt_weight)"
    assert "means over 2 seeds" in display.figure_._suptitle.get_text()


def test_titles_give_the_accuracy_at_the_choice_and_the_alarm():
    titles = [ax.get_title() for ax in ChoiceDisplay.from_choices(made()).plot().axes_]
    assert titles == [
        "target accuracy (labels)\nat best 0.500",
        "source_accuracy\n0.000 of target ▲",
        "reverse_validation\n0.500 of target",
    ]


def test_without_target_labels_the_first_panel_and_the_dashed_lines_are_left_out():
    display = ChoiceDisplay.from_choices(made(labels=False, seeds=1)).plot()
    source, reverse = display.axes_
    assert [ax.get_title() for ax in (source, reverse)] == ["source_accuracy ▲", "reverse_validation"]
    assert not [line for line in source.lines if line.get_linestyle() == "--"]
    assert len(source.collections) == 0  # one seed has no deviation
    assert "one seed" in display.figure_._suptitle.get_text()


def test_other_axes_are_drawn_on_and_must_be_as_many():
    axes = Figure().subplots(1, 3)
    assert ChoiceDisplay.from_choices(made()).plot(axes).figure_ is axes[0].figure
    with pytest.raises(ValueError, match="axes: got 2 axes, expected 3"):
        ChoiceDisplay.from_choices(made()).plot(axes[:2])
    with pytest.raises(TypeError, match="choices: got 3"):
        ChoiceDisplay.from_choices(3)
