"""The panels for images: the answers of both heads are the network's, with a mark beside the colour."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.image_pair import image_pair
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from minidann.adapt import MOONS, Training
from minidann.plots import style
from minidann.plots.film.fast_redrawing import FastRedrawing
from minidann.plots.film.film import animate
from minidann.plots.film.image_panels import room, some_of_each
from minidann.plots.film.principal_plane import follow
from minidann.plots.film.recording import Recording
from minidann.plots.film.training_panels import TrainingPanels


@pytest.fixture(scope="module", params=["grey", "colour bytes"])
def pair(request):
    grey = request.param == "grey"
    return image_pair(np.random.default_rng(0), np.float32 if grey else np.uint8, 1 if grey else 3)


@pytest.fixture(scope="module")
def training(pair):
    scale = 1 / 255 if pair.x_source.dtype == np.uint8 else 1.0
    training = Training(pair, replace(MOONS, trunk="digits", features=(4,), steps=20, input_scale=scale))
    for _ in range(4):
        training.step()
    return training


def make(pair, training):
    figure = Figure((9, 7), dpi=60)
    FigureCanvasAgg(figure)
    panels = TrainingPanels(figure.subplots(2, 2).ravel(), pair, follow(training.network, pair), 20)
    panels.draw(training.network, 4, 0.1, training.history)
    return figure, panels


def test_the_answers_are_those_of_the_network(pair, training):
    figure, _ = make(pair, training)
    half, columns = room(figure.axes[0], 1.0)
    at, network = some_of_each(pair.y_target_test, 2 * half * columns), training.network
    said = [text.get_text() for text in figure.axes[0].texts]
    answers = network.predict(pair.x_target_test[at])
    logits = network.label_logits(pair.x_target_test[at]).astype(float)
    sure = np.exp(logits).max(1) / np.exp(logits).sum(1)
    right = answers == pair.y_target_test[at]
    assert len(set(right.tolist())) == 2  # both marks are seen
    assert said == [f"{'✓' if r else '✗'}{y} {int(100 * p)}%" for r, y, p in zip(right, answers, sure)]
    frames = figure.axes[0].collections[0].get_edgecolor()
    for shown, r in zip(frames, right):
        np.testing.assert_allclose(shown, to_rgba(style.RIGHT if r else style.WRONG))

    source = pair.x_source_test[some_of_each(pair.y_source_test, half * columns)]
    target = pair.x_target_test[some_of_each(pair.y_target_test, half * columns)]
    logits = np.concatenate([network.domain_logits(source, "source"), network.domain_logits(target)])
    said = [text.get_text() for text in figure.axes[1].texts]
    right = (logits > 0) == (np.arange(len(logits)) >= half * columns)
    share = 1 / (1 + np.exp(-logits.astype(float)))
    assert said == [f"{'✓' if r else '✗'} {p:.2f}" for r, p in zip(right, share)]


@pytest.mark.parametrize(
    ("size", "rows", "columns"),
    [((2.4, 6), 4, 2), ((3.2, 6), 4, 3), ((3.6, 6), 4, 4), ((5.2, 6), 4, 5), ((9, 4), 2, 5)],
)
def test_there_are_as_many_images_as_answers_have_room(pair, training, size, rows, columns):
    figure = Figure(size, dpi=60)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.05, 0.1, 0.9, 0.8))
    axes = [ax, *(figure.add_axes((0.1, 0.1, 0.1, 0.1)) for _ in range(3))]
    panels = TrainingPanels(axes, pair, follow(training.network, pair), 20)
    panels.draw(training.network, 4, 0.1, training.history)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) == rows * columns
    for one, other in zip(boxes, boxes[1:]):
        assert one.x1 < other.x0 or one.y0 > other.y1  # beside it, or in the row below


def test_what_is_painted_is_what_is_drawn(pair, training):
    figure, panels = make(pair, training)
    canvas, painter = figure.canvas, FastRedrawing(figure, panels.moving, panels.seldom)
    painter.paint()
    for network in (Training(pair, training.recipe, 3).network, training.network):
        panels.draw(network, 4, 0.1, training.history)
        painter.paint()
        painted = np.array(canvas.buffer_rgba()).astype(int)
        canvas.draw()
        drawn = np.array(canvas.buffer_rgba()).astype(int)
        assert (np.abs(painted - drawn).max(axis=-1) > 8).mean() < 0.0005


def test_the_class_of_a_feature_is_written_and_its_domain_is_a_colour(pair, training):
    figure, _ = make(pair, training)
    looks = {(line.get_marker(), line.get_color()) for line in figure.axes[2].lines}
    assert looks == {(f"${label}$", colour) for label in range(3) for colour in (style.SOURCE, style.TARGET)}
    assert sum(len(line.get_xdata()) for line in figure.axes[2].lines) == 60


def test_without_target_labels_there_are_answers_and_no_marks(training, pair):
    hidden = image_pair(np.random.default_rng(0), pair.x_source.dtype, pair.x_source.shape[-1])
    hidden.y_target_test = None
    figure, _ = make(hidden, training)
    for text in figure.axes[0].texts:
        assert text.get_text()[0].isdigit()
        assert text.get_color() == style.CHANCE


def test_images_come_class_after_class():
    labels = np.array([2, 2, 0, 1, 0, 2, 1])
    assert some_of_each(labels, 5).tolist() == [2, 3, 0, 4, 6]
    assert some_of_each(np.full(4, style.UNKNOWN), 9).tolist() == [0, 1, 2, 3]


def test_a_film_of_images():
    pair = image_pair(np.random.default_rng(1), classes=12, n=48)
    training = Training(pair, replace(MOONS, trunk="digits", features=(4,), steps=12, input_scale=1.0))
    recording = Recording(training, pair, 3)
    training.fit(on_step=recording)
    film = animate(recording, dpi=30)
    first, *_, last = (np.asarray(image.convert("RGB")) for image in film.images())
    answers = tuple(slice(*ends) for ends in ((40, 130), (10, 190)))  # of the label head, in pixels
    assert (first[answers] != last[answers]).any()
    film.show(0)
    said = [text.get_text() for text in film.figure_.axes[0].texts]
    film.show(len(recording) - 1)
    assert said != [text.get_text() for text in film.figure_.axes[0].texts]
