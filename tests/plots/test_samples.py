"""A contact sheet shows test images, each at its place and as they are."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from helpers.image_pair import image_pair
from matplotlib.figure import Figure

from minidann.data.pairs import DomainPair
from minidann.plots import SamplesDisplay
from minidann.plots.samples import mosaic


@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_image_lies_at_its_place(rng, dtype, channels):
    pair = image_pair(rng, dtype, channels)
    display = SamplesDisplay.from_pair(pair, columns=4)
    for sheet, images in ((display.source, pair.x_source_test), (display.target, pair.x_target_test)):
        assert sheet.shape == (3 * 6 + 2, 4 * 6 + 3, channels)
        assert sheet.dtype == dtype
        # row 1 holds class 1, whose images are numbers 1, 4, 7, 10; the third of them is number 7
        np.testing.assert_array_equal(sheet[7:13, 14:20], images[7])
        assert (sheet[6] == (255 if dtype == np.uint8 else 1)).all()
    drawn = display.plot().axes_[1].images[0]
    assert drawn.get_array().shape == display.target.shape[: 2 if channels == 1 else 3]
    assert drawn.get_interpolation() == "nearest"
    if channels == 1:
        assert drawn.get_clim() == (0, 255 if dtype == np.uint8 else 1)


def test_a_class_with_too_few_images_leaves_white(rng):
    images = rng.random((3, 4, 5, 1), dtype=np.float32) / 2
    sheet = mosaic(images, np.array([0, 0, 2]), np.array([0, 1, 2]), 2)
    assert sheet.shape == (3 * 4 + 2, 2 * 5 + 1, 1)
    assert (sheet[5:9] == 1).all()
    np.testing.assert_array_equal(sheet[10:14, :5], images[2])
    assert (sheet[10:14, 6:] == 1).all()


def test_of_many_classes_the_first_the_last_and_some_between_are_shown(rng):
    display = SamplesDisplay.from_pair(image_pair(rng, classes=43, n=90), rows=5, columns=2).plot()
    assert display.classes[0] == 0
    assert display.classes[-1] == 42
    assert [text.get_text() for text in display.axes_[0].get_yticklabels()] == [str(c) for c in display.classes]
    assert len(display.classes) == 5


def test_the_labels_of_the_target_to_train_on_stay_unread(rng, monkeypatch):
    def peek(pair):
        raise AssertionError("the oracle was opened")

    monkeypatch.setattr(DomainPair, "oracle", property(peek))
    SamplesDisplay.from_pair(image_pair(rng)).plot()


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [
        ("clean → noisy", "\nclean", "\nnoisy"),
        ("clean → noisy, the best recipe", "\nclean", "\nnoisy"),
        ("something", "", ""),
    ],
)
def test_each_half_is_named_after_its_domain(rng, name, source, target):
    axes = SamplesDisplay.from_pair(image_pair(rng, name=name)).plot().axes_
    titles = [ax.get_title() for ax in axes]
    assert titles == [f"source test images{source}", f"target test images{target}"]


def test_it_is_drawn_on_a_figure_a_part_of_one_or_two_axes_and_leaves_pyplot_alone(rng):
    display = SamplesDisplay.from_pair(image_pair(rng))
    figure = Figure(layout="constrained")
    assert display.plot(figure).figure_ is figure
    part = figure.subfigures(1, 2)[1]
    assert display.plot(part).figure_ is part
    axes = Figure().subplots(1, 2)
    assert display.plot(axes).axes_[1] is axes[1]
    display.plot()
    assert plt.get_fignums() == []


@pytest.mark.parametrize("columns", [1, 2, 8])
def test_titles_lie_beside_one_another_and_within_the_sheet(rng, columns):
    pair = image_pair(rng, classes=10, n=80, name="digits → digits blended with photographs")
    display = SamplesDisplay.from_pair(pair, columns=columns).plot()
    display.figure_.draw_without_rendering()
    source, target = (ax.title.get_window_extent() for ax in display.axes_)
    assert not source.overlaps(target)
    page = display.figure_.bbox
    for box in (source, target):
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert page.y0 <= box.y0 < box.y1 <= page.y1


def test_points_of_the_plane_are_no_images(rng):
    from minidann.data import moons_pair

    with pytest.raises(ValueError, match=r"pair: got examples of shape \(2,\), expected images"):
        SamplesDisplay.from_pair(moons_pair(n=20, n_test=20))
    with pytest.raises(ValueError, match="columns: got 0"):
        SamplesDisplay.from_pair(image_pair(rng), columns=0)
