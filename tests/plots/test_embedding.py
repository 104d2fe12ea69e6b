"""t-SNE of the features: the same every time, of test examples, for any number of classes."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from helpers.image_pair import image_pair
from matplotlib.figure import Figure

from minidann.adapt import MOONS
from minidann.adapt.build import build_dann
from minidann.data.pairs import DomainPair
from minidann.plots import EmbeddingDisplay
from minidann.plots.embedding import embed
from minidann.plots.points_by_class import middle_of


@pytest.fixture
def pair(rng):
    return image_pair(rng)


@pytest.fixture
def network(pair, rng):
    return build_dann(pair.x_source.shape[1:], pair.n_classes, MOONS, rng)


def test_it_is_the_same_every_time_and_of_the_first_test_examples(pair, network, monkeypatch):
    def peek(pair):
        raise AssertionError("the oracle was opened")

    monkeypatch.setattr(DomainPair, "oracle", property(peek))
    first, second = (EmbeddingDisplay.from_networks({"DANN": network}, pair, points=9) for _ in range(2))
    assert first.embeddings["DANN"].shape == (18, 2)
    np.testing.assert_array_equal(first.embeddings["DANN"], second.embeddings["DANN"])
    np.testing.assert_array_equal(first.y_target, pair.y_target_test[:9])
    # each domain by itself, as the display has it: products of 18 rows may round otherwise than those of 9, and t-SNE
    # makes much of a last bit
    parts = network.transform(pair.x_source_test[:9], "source"), network.transform(pair.x_target_test[:9])
    np.testing.assert_array_equal(first.embeddings["DANN"], embed(np.concatenate(parts), 0))


def test_each_domain_is_embedded_through_its_own_features(pair, network, monkeypatch):
    asked, real = [], network.transform
    monkeypatch.setattr(network, "transform", lambda x, domain="target": asked.append((x, domain)) or real(x, domain))
    EmbeddingDisplay.from_networks({"DANN": network}, pair, points=9)
    assert [domain for _, domain in asked] == ["source", "target"]
    for (x, _), expected in zip(asked, (pair.x_source_test, pair.x_target_test)):
        np.testing.assert_array_equal(x, expected[:9])


def test_clusters_that_are_far_apart_stay_apart(rng):
    features = rng.normal(size=(40, 5)).astype(np.float32)
    features[20:] += 30
    embedded = embed(features, 0)
    middles = embedded[:20].mean(axis=0), embedded[20:].mean(axis=0)
    nearer = [np.linalg.norm(embedded - middle, axis=1) for middle in middles]
    np.testing.assert_array_equal(nearer[0] > nearer[1], np.arange(40) >= 20)


@pytest.mark.parametrize("features", [np.arange(4.0)[:, None], np.eye(2), np.ones((6, 3)), np.zeros((6, 1))], ids=str)
def test_few_examples_one_unit_or_features_all_alike_are_embedded_too(features):
    embedded = embed(features.astype(np.float32), 0)
    assert embedded.shape == (len(features), 2)
    assert np.isfinite(embedded).all()


def test_each_network_has_a_row_of_two_panels_and_each_class_its_label(pair, network):
    display = EmbeddingDisplay.from_networks({"before": network, "after": network}, pair, points=10).plot()
    assert display.axes_.shape == (2, 2)
    assert [ax.get_title() for ax in display.axes_[1]] == ["after, by domain", "after, by class"]
    assert {text.get_text() for text in display.axes_[0, 1].texts} == {"0", "1", "2"}
    for ax in display.axes_.flat:
        assert ax.has_data()
        assert "t-SNE" in ax.get_xlabel()
    for ax in display.axes_[1]:
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["source", "target"]
    display.figure_.draw_without_rendering()
    page = display.figure_.bbox
    for ax in display.axes_[1]:
        box, label = ax.get_legend().get_window_extent(), ax.xaxis.label.get_window_extent()
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert page.y0 <= box.y0 < box.y1 <= label.y0
    assert plt.get_fignums() == []


def test_more_classes_than_colours_are_drawn_on_axes_that_are_given(rng):
    pair = image_pair(rng, classes=23, n=46)
    network = build_dann((6, 6, 1), 23, MOONS, rng)
    axes = Figure().subplots(1, 2)
    display = EmbeddingDisplay.from_networks({"DANN": network}, pair, points=23).plot(axes)
    assert display.axes_[0, 1] is axes[1]
    assert len(axes[1].texts) == 23


def test_a_label_stands_on_a_point_of_its_class():
    two_clusters = np.array([[0.0, 0.0], [0.1, 0.0], [0.0, 0.1], [9.0, 9.0], [9.1, 9.0]])
    assert (middle_of(two_clusters) == two_clusters).all(axis=1).any()
