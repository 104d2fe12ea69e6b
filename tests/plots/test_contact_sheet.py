"""A contact sheet of one data set: each image in the row of its class."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from minidann.plots import ContactSheetDisplay


def test_an_image_lies_in_the_row_of_its_class_and_bytes_stay_bytes(rng):
    x, y = rng.integers(256, size=(8, 14, 14, 3), dtype=np.uint8), np.array([0, 2, 2, 0, 0, 2, 0, 2])
    display = ContactSheetDisplay.from_arrays(x, y, "made up", columns=3).plot()
    (sheet,) = display.sheets
    assert (sheet.shape, sheet.dtype) == ((2 * 14 + 1, 3 * 14 + 2, 3), np.uint8)
    np.testing.assert_array_equal(sheet[15:, 15:29], x[2])  # class 2 is the second row, and image 2 its second one
    np.testing.assert_array_equal(display.axes_[0].images[0].get_array(), sheet)
    assert [text.get_text() for text in display.axes_[0].get_yticklabels()] == ["0", "2"]
    assert display.axes_[0].get_title(loc="left") == "made up"


def test_43_classes_have_two_columns_and_every_class_its_row(rng):
    display = ContactSheetDisplay.from_arrays(rng.random((86, 6, 6, 1)), np.arange(86) % 43).plot()
    assert [len(classes) for classes in display.classes] == [22, 21]
    np.testing.assert_array_equal(np.concatenate(display.classes), np.arange(43))
    assert len(display.figure_.axes) == 2


def test_it_draws_on_a_given_figure_and_on_given_axes(rng):
    display = ContactSheetDisplay.from_arrays(rng.random((4, 6, 6, 1)), [0, 1, 0, 1])
    figure = Figure()
    assert display.plot(figure).figure_ is figure
    axes = Figure().subplots()
    assert display.plot([axes]).axes_[0] is axes


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.zeros((2, 6, 6)), [0, 1], "x: got .* expected images"),
        (np.zeros((2, 6, 6, 2)), [0, 1], r"x: got shape \(2, 6, 6, 2\), expected images"),
        (np.zeros((2, 6, 6, 1)), [0], r"y: got shape \(1,\), expected \(2,\)"),
    ],
)
def test_bad_arrays_are_named(x, y, message):
    with pytest.raises(ValueError, match=message):
        ContactSheetDisplay.from_arrays(x, y)
