"""The window on scaled screens: its size holds, its letters grow with it, and the lab never resizes it."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from helpers.hands import make_lab
from matplotlib.backend_bases import ResizeEvent

from minidann.lab import figure_size
from minidann.lab.figure_size import SIZE

RATIOS = [1, 1.25, 1.5, 2, 3]


class Window:
    """A stand-in for the windows of Tk and of a page: a call that resizes the window causes a resize event."""

    def __init__(self, figure):
        self.figure, self.calls = figure, 0
        figure.canvas.manager = self

    def resize(self, width, height):
        self.calls += 1
        if self.calls < 20:  # a window that shrinks at each event would never come to rest
            self.event(width, height)

    def event(self, width, height):
        """The window has these physical pixels now."""
        self.figure.set_size_inches(width / self.figure.dpi, height / self.figure.dpi, forward=False)
        ResizeEvent("resize_event", self.figure.canvas)._process()


@pytest.fixture(scope="module")
def figure():
    return make_lab().figure


@pytest.fixture
def window(figure):
    window = Window(figure)
    figure.canvas._set_device_pixel_ratio(1)
    window.event(760, 450)
    yield window
    figure.canvas.manager = None


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_scaled_screen_leaves_the_size_as_it_is(window, ratio):
    figure = window.figure
    figure.canvas._set_device_pixel_ratio(ratio)
    pixels = figure.bbox.size.copy()
    np.testing.assert_allclose(pixels, [760 * ratio, 450 * ratio])
    for _ in range(5):
        window.event(*pixels)
        np.testing.assert_allclose(figure.bbox.size, pixels)
        np.testing.assert_allclose(figure.get_size_inches(), SIZE)
        assert figure.dpi == pytest.approx(50 * ratio)
    assert window.calls == 0


@pytest.mark.parametrize("ratio", RATIOS)
def test_letters_grow_with_the_window_and_come_to_rest(window, ratio):
    figure = window.figure
    figure.canvas._set_device_pixel_ratio(ratio)
    renderer = figure.canvas.get_renderer  # asked for each time, because matplotlib 3.8 measures with the last one
    before = {text: text.get_window_extent(renderer()).height for text in figure.texts if text.get_text()}
    for _ in range(5):
        window.event(2 * ratio * 760, 2 * ratio * 450)
        np.testing.assert_allclose(figure.bbox.size, [2 * ratio * 760, 2 * ratio * 450])
        np.testing.assert_allclose(figure.get_size_inches(), SIZE)
        assert figure.dpi == pytest.approx(100 * ratio)
    assert window.calls == 0
    for text, height in before.items():  # with room for matplotlib 3.8, which rounds letters to whole pixels
        assert text.get_window_extent(renderer()).height == pytest.approx(2 * height, rel=0.3)


def test_a_window_that_was_resized_keeps_its_size_on_another_screen(window):
    """Its size in logical pixels, which is the size that a user sees."""
    window.event(1140, 675)
    for ratio in (2, 1.25, 1, 3):
        window.figure.canvas._set_device_pixel_ratio(ratio)
        np.testing.assert_allclose(window.figure.bbox.size, [1140 * ratio, 675 * ratio])
        window.event(*window.figure.bbox.size)
        assert window.figure.canvas.get_width_height() == (1140, 675)
    assert window.calls == 0


def test_a_window_of_another_shape_is_filled(window):
    window.event(1520, 450)
    assert window.figure.dpi == pytest.approx(50)
    np.testing.assert_allclose(window.figure.get_size_inches(), [30.4, 9.0])


class TkWindow:
    """A screen as Tk tells of it: physical pixels, and those of an inch."""

    def __init__(self, width, height, ratio):
        self.width, self.height, self.ratio = width * ratio, height * ratio, ratio

    def winfo_screenwidth(self):
        return self.width

    def winfo_screenheight(self):
        return self.height

    def winfo_fpixels(self, length):
        return 96 * self.ratio


class QtWindow:
    """A screen as Qt tells of it: logical pixels."""

    def __init__(self, width, height, ratio):
        self.area = SimpleNamespace(width=lambda: width, height=lambda: height)

    def screen(self):
        return SimpleNamespace(availableGeometry=lambda: self.area)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("kind", [TkWindow, QtWindow])
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800), (1093, 614), (1024, 768)])
def test_a_new_window_fits_the_screen(monkeypatch, kind, ratio, size):
    monkeypatch.setattr(figure_size, "why_no_window", lambda: None)
    opened = plt.figure

    def figure(*arguments, **options):
        made = opened(*arguments, **options)
        made.canvas.manager.window = kind(*size, ratio)
        return made

    monkeypatch.setattr(plt, "figure", figure)
    made = figure_size.open_window()
    made.canvas._set_device_pixel_ratio(ratio)  # which a toolkit tells when the window is shown
    width, height = made.bbox.size / ratio
    plt.close(made)
    assert width <= 0.98 * size[0] + 0.01
    assert height <= 0.9 * size[1] + 0.01
    np.testing.assert_allclose(width / height, SIZE[0] / SIZE[1])
    if size[0] >= 1280:
        assert (width, height) == (1216, 720)
