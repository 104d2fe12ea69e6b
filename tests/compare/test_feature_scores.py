"""The numbers on the features of a trained network: the linear SVM of the paper's table, and the domains' distance."""

import numpy as np
import pytest
from helpers.hidden_labels import moons_without_any_target_label, moons_without_target_labels
from sklearn.svm import LinearSVC

from minidann.adapt import Recipe
from minidann.compare import compare, feature_scores, pair_recipes, proxy_a_distance
from minidann.compare.tasks import NETWORK_OF, NETWORKS, SMALL
from minidann.data import moons_pair

SHORT = Recipe(steps=60, batch_size=16, label_hidden=(5,))


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=80, n_test=60)


@pytest.fixture(scope="module")
def networks(pair):
    return compare(pair, SHORT, methods=("dann", "target-only")).networks


def test_the_last_hidden_layer_gives_the_logits_by_its_last_dense_layer(pair, networks):
    network = networks["dann"]
    hidden, last = network.last_hidden(pair.x_target), network.label_head.layers[-1]
    assert (hidden.shape, hidden.dtype) == ((80, 5), np.float32)
    expected = hidden @ last.weight.data + last.bias.data
    np.testing.assert_allclose(network.label_logits(pair.x_target), expected, rtol=1e-5, atol=1e-5)


def test_without_hidden_layers_in_the_head_these_are_the_features(pair):
    network = compare(pair, Recipe(steps=2, batch_size=8), methods=["dann"]).networks["dann"]
    np.testing.assert_array_equal(network.last_hidden(pair.x_target), network.transform(pair.x_target))


def test_the_svm_learns_from_the_labels_of_the_method(pair, networks):
    learnt = {"dann": (pair.x_source, pair.y_source), "target-only": (pair.x_target, pair.oracle)}
    for method, (x, y) in learnt.items():
        network = networks[method]
        svm = LinearSVC(dual=False).fit(network.last_hidden(x), y)
        expected = (svm.predict(network.last_hidden(pair.x_target_test)) == pair.y_target_test).mean()
        assert feature_scores(pair, network, method)["svm_accuracy"] == expected > 0.5


def test_the_distance_is_that_of_the_features_at_the_node(pair, networks):
    network = networks["dann"]
    source, target = network.transform(pair.x_source, "source"), network.transform(pair.x_target)
    tests = {"source_test": network.transform(pair.x_source_test), "target_test": network.transform(pair.x_target_test)}
    expected = proxy_a_distance(source, target, "linear", **tests)
    assert feature_scores(pair, network, "dann")["a_distance"] == pytest.approx(expected)


def test_only_target_only_reads_the_labels_of_the_target_for_training(pair, networks):
    hidden = moons_without_target_labels(80, 60)
    assert feature_scores(hidden, networks["dann"], "dann") == feature_scores(pair, networks["dann"], "dann")
    with pytest.raises(ValueError, match="^y_target: .* was made without the labels of its target"):
        feature_scores(hidden, networks["target-only"], "target-only")


def test_without_test_labels_there_is_no_accuracy(networks):
    scores = feature_scores(moons_without_any_target_label(40, 30), networks["dann"], "dann")
    assert scores["svm_accuracy"] is None
    assert -2 <= scores["a_distance"] <= 2


def test_each_pair_has_the_network_of_the_paper():
    for pair, network in NETWORK_OF.items():
        recipes = pair_recipes(pair)
        assert list(recipes) == ["paper", "best"]
        for recipe in recipes.values():
            assert {name: getattr(recipe, name) for name in NETWORKS[network]} == NETWORKS[network]
    assert pair_recipes("svhn-mnist")["paper"].schedule == "constant"
    assert [list(pair_recipes(pair)) for pair in SMALL] == [["digits"], ["printed"]]
    with pytest.raises(ValueError, match="^pair: got 'moons', expected one of mnist-mnistm, "):
        pair_recipes("moons")
