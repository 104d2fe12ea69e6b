"""Pictures of a pair without any label of its target: drawn, with the classes of the target unknown."""

import matplotlib as mpl
import numpy as np
import pytest
from helpers.hidden_labels import moons_without_any_target_label
from helpers.image_pair import image_pair

mpl.use("Agg")

from matplotlib.figure import Figure

from minidann.adapt import MOONS, Recipe, Training, build_dann
from minidann.compare import compare, compare_forms
from minidann.compare.methods import Comparison
from minidann.plots import BoundaryDisplay, FeaturesDisplay, SamplesDisplay
from minidann.plots.embedding import EmbeddingDisplay
from minidann.plots.figures.digits import digits_figure
from minidann.plots.figures.moons import moons_figure
from minidann.plots.figures.own_data import own_data_figure
from minidann.plots.film.film import animate
from minidann.plots.film.recording import Recording

SHORT = Recipe(steps=12, batch_size=8)


@pytest.fixture(scope="module")
def pair():
    return moons_without_any_target_label(40, 30)


@pytest.fixture(scope="module")
def comparison(pair):
    return compare(pair, SHORT, methods=("source-only", "dann"))


def names_in(ax):
    return [text.get_text() for text in ax.get_legend_handles_labels()[0] and ax.legend().get_texts()]


@pytest.mark.parametrize("display", [BoundaryDisplay, FeaturesDisplay])
def test_target_points_are_drawn_without_a_class(pair, comparison, display):
    ax = Figure().subplots()
    display.from_network(comparison.networks["dann"], pair).plot(ax)
    names = names_in(ax)
    assert "target, class unknown" in names
    assert "source, class 1" in names
    assert "target, class 1" not in names
    drawn = sum(len(points.get_offsets()) for points in ax.collections if hasattr(points, "get_offsets"))
    assert drawn >= 60  # 30 of each domain


def test_the_figures_say_that_the_target_has_no_labels(pair, comparison):
    for figure in (moons_figure(pair, comparison), own_data_figure(pair, comparison)):
        titles = [ax.get_title() for ax in figure.axes]
        assert "DANN: target without labels" in titles


def test_images_without_a_class_stand_in_a_row_of_their_own(rng):
    unlabelled = image_pair(rng, np.uint8).without_target_labels()
    ax = SamplesDisplay.from_pair(unlabelled).plot(Figure()).axes_[1]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["?", "0", "1", "2"]


@pytest.mark.slow
def test_the_figure_of_digits_is_drawn(rng):
    unlabelled = image_pair(rng, np.uint8, 3).without_target_labels()
    names = ("source-only", "dann")
    row = {"step": 0, "adapt_weight": 0.1, "rate": 0.1, "label_loss": 1.0, "domain_loss": 0.7, "domain_accuracy": 0.5}
    made = Comparison(
        rows=[{"method": name, "seed": 5, "target_accuracy": None} for name in names],
        networks={name: build_dann((6, 6, 3), 3, MOONS, rng) for name in names},
        histories={name: [row | {"step": step} for step in range(0, 400, 10)] for name in names},
    )
    titles = [ax.get_title() for ax in digits_figure(unlabelled, made).axes]
    assert "DANN: target without labels" in titles


def test_a_film_is_recorded_and_drawn(pair, tmp_path):
    training = Training(pair, SHORT)
    recording = Recording(training, pair, 3)
    training.fit(recording)
    animate(recording).save_gif(tmp_path / "film.gif")
    assert (tmp_path / "film.gif").read_bytes().startswith(b"GIF")


def test_forms_are_compared_without_a_target_accuracy(pair):
    found = compare_forms(pair, SHORT, forms=("without",))
    assert np.isnan(found.rows[0]["target"])
    assert 0 <= found.rows[0]["source"] <= 1


def test_classes_are_named_as_they_came(pair):
    known = EmbeddingDisplay({"a": np.zeros((4, 2))}, np.array([0, 1]), np.array([-1, -1]), np.array(["no", "yes"]))
    texts = [text.get_text() for ax in known.plot().axes_.ravel() for text in ax.texts]
    assert set(texts) == {"no", "yes"}
