"""The three-part network."""

import numpy as np
import pytest

import minidann as md
from minidann.adapt import DANN, MOONS, dense_dann
from minidann.nn import Dense, Dropout, Sequential


@pytest.fixture
def network():
    return dense_dann(2, 3, MOONS, np.random.default_rng(0))


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    return rng.normal(size=(6, 2)).astype("f"), rng.integers(0, 3, 6), rng.normal(size=(4, 2)).astype("f")


def test_domain_labels_are_0_for_source_and_1_for_target(network, batch):
    losses = network.losses(*batch, 0.5)
    assert losses.domains[:, 0].tolist() == [0] * 6 + [1] * 4
    assert losses.domain.item() == pytest.approx(md.binary_cross_entropy(losses.domain_logits, losses.domains).item())


def test_the_label_loss_is_over_the_source_alone(network, batch):
    x_source, y_source, x_target = batch
    losses = network.losses(*batch, 0.5)
    assert losses.label.item() == pytest.approx(md.cross_entropy(network.label_logits(x_source), y_source).item())
    assert losses.label.item() == network.losses(x_source, y_source, x_target + 5, 0.5).label.item()


def test_before_and_after_the_node(network, batch):
    losses = network.losses(*batch, 0.7)
    g = md.backprop(losses.domain)
    np.testing.assert_array_equal(losses.features.data, losses.reversed_features.data)
    np.testing.assert_array_equal(g[losses.features], np.float32(-0.7) * g[losses.reversed_features])


def test_the_node_leaves_the_domain_head_alone(network, batch):
    heads = []
    for weight in (0.0, 0.5, 3.0):
        g = md.backprop(network.losses(*batch, weight).domain)
        heads.append([g[p] for p in network.domain_head.parameters().values()])
    for other in heads[1:]:
        for one, two in zip(heads[0], other):
            np.testing.assert_array_equal(one, two)


def test_the_sweeps_of_the_two_losses_add_up(network, batch):
    losses = network.losses(*batch, 0.7)
    together = md.backprop(losses.label + losses.domain)
    label, domain = md.backprop(losses.label), md.backprop(losses.domain)
    for p in network.parameters().values():
        gap = np.linalg.norm(label[p] + domain[p] - together[p])
        assert gap <= 1e-6 * (np.linalg.norm(label[p]) + np.linalg.norm(domain[p]))


def test_predictions_never_drop_anything_out(batch):
    rng = np.random.default_rng(0)
    noisy = DANN(Sequential(Dense(2, 8, rng), Dropout(0.5)), Dense(8, 3, rng), Dense(8, 1, rng))
    x = batch[0]
    np.testing.assert_array_equal(noisy.label_logits(x), noisy.label_logits(x))
    noisy.losses(*batch, 0.5, rng=rng)
    np.testing.assert_array_equal(noisy.transform(x), noisy.features[0](x).data)
    one, two = (noisy.losses(*batch, 0.5, rng=np.random.default_rng(i)).features.data for i in (0, 1))
    assert (one != two).any()


def test_a_copy_shares_no_weight(network, batch):
    copied = network.copy()
    network.features.parameters()["1.weight"].data[...] = 0
    assert (copied.features.parameters()["1.weight"].data != 0).any()


def test_parameters_are_named_by_part(network):
    assert set(network.parts()) == {"features", "label_head", "domain_head"}
    assert "features.1.weight" in network.parameters()
