"""Painting over pictures of what stands still gives the picture that drawing all of it gives."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minidann.plots.film.fast_redrawing import FastRedrawing


@pytest.fixture
def scene():
    figure = Figure((4, 3), dpi=60)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.7))
    ax.set(xlim=(0, 1), ylim=(0, 1), title="still")
    (moving,) = ax.plot([0.2, 0.5], [0.2, 0.5], "o-", zorder=3)
    seldom = ax.text(0.5, 0.5, "seldom", zorder=2)
    return figure, ax, moving, seldom, FastRedrawing(figure, lambda: [moving], lambda: [seldom])


def pixels(figure):
    return np.array(figure.canvas.buffer_rgba())


def drawn(figure):
    figure.canvas.draw()
    return pixels(figure)


def test_what_is_painted_is_what_is_drawn(scene):
    figure, ax, moving, seldom, painter = scene
    for i in range(3):
        moving.set_data([0.1 * i, 0.6], [0.9, 0.3])
        seldom.set_text(f"seldom {i}")
        painter.paint()
        painted = pixels(figure)
        np.testing.assert_array_equal(painted, drawn(figure))


def test_what_moves_seldom_stays_as_it_was_until_asked_for(scene):
    figure, ax, moving, seldom, painter = scene
    painter.paint()
    seldom.set_text("another")
    moving.set_data([0.9, 0.9], [0.1, 0.9])
    painter.paint(seldom=False)
    painted = pixels(figure)
    assert not np.array_equal(painted, drawn(figure))
    seldom.set_text("seldom")
    np.testing.assert_array_equal(painted, drawn(figure))


@pytest.mark.parametrize("change", ["limits", "size", "forgotten"])
def test_what_stands_still_is_drawn_anew_when_it_has_changed(scene, change):
    figure, ax, moving, seldom, painter = scene
    painter.paint()
    ax.set_title("moved")
    if change == "limits":
        ax.set_xlim(0, 2)
    elif change == "size":
        figure.set_dpi(50)
    else:
        painter.forget()
    painter.paint(seldom=False)
    painted = pixels(figure)
    np.testing.assert_array_equal(painted, drawn(figure))


def test_what_cannot_be_seen_stays_so(scene):
    figure, ax, moving, seldom, painter = scene
    seldom.set_visible(False)
    painter.paint()
    assert not seldom.get_visible()
    painted = pixels(figure)
    np.testing.assert_array_equal(painted, drawn(figure))


def test_only_what_may_have_changed_is_brought_to_a_window_and_a_page_is_sent_whole_now_and_then(scene):
    figure, ax, moving, seldom, painter = scene
    brought = []
    figure.canvas.blit = lambda bbox=None: brought.append(bbox.bounds)
    painter.paint()
    painter.paint(seldom=False)
    assert brought[0] == figure.bbox.bounds
    assert brought[1][2:] < brought[0][2:]
    figure.canvas.get_diff_image = None  # what a page's canvas has
    for expected in (False, True, False):  # whole, and then what differs, until a while has gone by
        painter.paint(seldom=False)
        assert brought[-1] == figure.bbox.bounds
        assert (pixels(figure)[..., 3] == 255).all() == expected
        if expected:
            painter._mended = 0.0
