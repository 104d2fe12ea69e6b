"""The picture of the paper's table: a panel for each pair, ours and the published figures."""

import numpy as np
import pytest
from helpers.paper_rows import MANY, MISSING, row, rows
from matplotlib.figure import Figure

from minidann.plots import PaperTableDisplay, style


@pytest.fixture(scope="module")
def many():
    return PaperTableDisplay.from_rows(MANY, MISSING).plot(title="made up")


def marks(ax, marker, colour):
    """The accuracies at all marks of one kind, from the top to the bottom."""
    found = [line for line in ax.get_lines() if line.get_marker() == marker and line.get_color() == colour]
    return [x for line in found if line.get_markersize() > 3 for x in line.get_xdata()]


def test_a_panel_has_our_means_and_the_published_figures(many):
    first = many.axes_[0]
    assert marks(first, "o", style.OTHERS[0]) == pytest.approx([0.555, 0.58, 0.59, 0.815, 0.975])
    assert marks(first, "s", style.OTHERS[1]) == pytest.approx([0.555, 0.58, 0.59, 0.935, 0.975])
    assert marks(first, "D", style.LAMBDA) == [0.5749, 0.6078, 0.8149, 0.9891]
    assert marks(first, "^", style.LAMBDA) == [0.5225, 0.5690, 0.7666, 0.9596]
    dots = [line for line in first.get_lines() if line.get_markersize() < 3 and line.get_marker() == "o"]
    np.testing.assert_allclose(dots[0].get_xdata(), [0.545, 0.555, 0.565])
    bar = first.collections[0].get_segments()[0]
    np.testing.assert_allclose(bar[:, 0], [0.545, 0.565])
    names = [label.get_text() for label in first.get_yticklabels()]
    assert (names[0], names[-1]) == ("source only", "train on target")


def test_a_missing_pair_and_a_stand_in_show_only_what_they_have(many):
    missing, stand_in = many.axes_[1:3]
    assert missing.get_title() == "SYN NUMBERS → SVHN\n(not run: data are missing)"
    assert marks(missing, "s", style.OTHERS[1]) == []
    assert len(marks(missing, "D", style.LAMBDA)) == 4
    assert marks(stand_in, "D", style.LAMBDA) == []
    assert len(marks(stand_in, "s", style.OTHERS[1])) == 5


def test_there_is_one_legend_and_it_says_the_classifier(many):
    (legend,) = many.figure_.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        *("ours, recipe paper", "ours, recipe best", "published v1", "published JMLR"),
        *("± standard deviation", "one seed"),
    ]
    assert many.figure_.get_suptitle() == "made up\ntarget accuracy, linear SVM"


def check_words(figure):
    """Titles and names stay inside of ``figure``, and off its panels. The legend covers none."""
    figure.draw_without_rendering()
    boxes = [ax.get_window_extent() for ax in figure.axes]
    words = [ax.title for ax in figure.axes] + figure.axes[0].get_yticklabels()
    for box in (text.get_window_extent() for text in words):
        assert box.x0 >= -1
        assert box.x1 <= figure.bbox.x1 + 1
        assert not any(box.overlaps(other) for other in boxes)
    assert not any(figure.legends[0].get_window_extent().overlaps(other) for other in boxes)


def test_no_words_are_cut_or_covered(many):
    check_words(many.figure_)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 8])
def test_one_panel_and_eight_with_long_names_have_room(count):
    title = "drawn road signs → road signs in many photographs"
    made = [r | {"title": title} for i in range(count) for r in rows(f"p{i}")]
    check_words(PaperTableDisplay.from_rows(made).plot().figure_)


def test_the_own_head_has_no_lines_of_sa_and_unknown_values_are_left_out():
    unknown = row("dann", 3, 0.5, target_accuracy=None)
    axes = Figure().subplots(1, 1, squeeze=False)
    display = PaperTableDisplay.from_rows([*rows(), unknown], classifier="own head").plot(axes)
    (ax,) = display.axes_
    assert marks(ax, "o", style.OTHERS[0]) == pytest.approx([0.56, 0.82, 0.98])
    assert ax.get_legend() is not None


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="rows: got none"):
        PaperTableDisplay.from_rows([])
    with pytest.raises(ValueError, match="classifier: got 'svm'"):
        PaperTableDisplay.from_rows(MANY, classifier="svm")
    with pytest.raises(ValueError, match="axes: got 1 axes, expected 3"):
        PaperTableDisplay.from_rows(MANY).plot([Figure().subplots()])
