"""The three-part network."""

from dataclasses import replace

import numpy as np
import pytest

import minidann as md
from minidann.adapt import DANN, MOONS, build_dann
from minidann.adapt.own_statistics import with_own_statistics
from minidann.adapt.recipes import BEST, DIGITS, PAPER
from minidann.engine.backend import to_numpy
from minidann.nn import BatchNormalisation, Convolution, Dense, Dropout, Flatten, Layer, Sequential

pytestmark = pytest.mark.usefixtures("backend")


@pytest.fixture
def network():
    return build_dann((2,), 3, MOONS, np.random.default_rng(0))


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    return rng.normal(size=(6, 2)).astype("f"), rng.integers(0, 3, 6), rng.normal(size=(4, 2)).astype("f")


def test_domain_labels_are_0_for_source_and_1_for_target(network, batch):
    losses = network.losses(*batch, 0.5)
    assert losses.domain_labels[:, 0].tolist() == [0] * 6 + [1] * 4
    assert losses.domain_loss.item() == pytest.approx(
        md.binary_cross_entropy_with_logits(losses.domain_logits, losses.domain_labels).item()
    )


def test_the_label_loss_is_over_the_source_alone(network, batch):
    x_source, y_source, x_target = batch
    losses = network.losses(*batch, 0.5)
    assert losses.label_loss.item() == pytest.approx(md.cross_entropy(network.label_logits(x_source), y_source).item())
    assert losses.label_loss.item() == network.losses(x_source, y_source, x_target + 5, 0.5).label_loss.item()


def test_before_and_after_the_node(network, batch):
    losses = network.losses(*batch, 0.7)
    g = md.backprop(losses.domain_loss)
    np.testing.assert_array_equal(losses.features.data, losses.reversed_features.data)
    np.testing.assert_array_equal(g[losses.features], np.float32(-0.7) * to_numpy(g[losses.reversed_features]))


def test_the_node_leaves_the_domain_head_alone(network, batch):
    heads = []
    for weight in (0.0, 0.5, 3.0):
        g = md.backprop(network.losses(*batch, weight).domain_loss)
        heads.append([g[p] for p in network.domain_head.parameters().values()])
    for other in heads[1:]:
        for one, two in zip(heads[0], other):
            np.testing.assert_array_equal(one, two)


def test_the_sweeps_of_the_two_losses_add_up(network, batch):
    losses = network.losses(*batch, 0.7)
    together = md.backprop(losses.label_loss + losses.domain_loss)
    label_sweep, domain_sweep = md.backprop(losses.label_loss), md.backprop(losses.domain_loss)
    for p in network.parameters().values():
        label, domain, both = (to_numpy(g[p]) for g in (label_sweep, domain_sweep, together))
        gap = np.linalg.norm(label + domain - both)
        assert gap <= 1e-6 * (np.linalg.norm(label) + np.linalg.norm(domain))


def test_predictions_never_drop_anything_out(batch):
    rng = np.random.default_rng(0)
    noisy = DANN(Sequential(Dense(2, 8, rng), Dropout(0.5)), Dense(8, 3, rng), Dense(8, 1, rng))
    x = batch[0]
    np.testing.assert_array_equal(noisy.label_logits(x), noisy.label_logits(x))
    noisy.losses(*batch, 0.5, rng=rng)
    np.testing.assert_array_equal(noisy.transform(x), noisy.features[0](x).data)
    one, two = (noisy.losses(*batch, 0.5, rng=np.random.default_rng(i)).features.data for i in (0, 1))
    assert (one != two).any()


@pytest.mark.parametrize("head", ["label_head", "domain_head"])
def test_dropout_in_a_head_drops_out_in_training_and_only_then(batch, head):
    rng = np.random.default_rng(0)
    heads = {"label_head": Dense(8, 3, rng), "domain_head": Dense(8, 1, rng)}
    heads[head] = Sequential(Dropout(0.5), heads[head])
    noisy = DANN(Sequential(Dense(2, 8, rng)), **heads)
    logits = head.replace("head", "logits")
    streams = np.random.default_rng(1), np.random.default_rng(2), None, None
    one, two, quiet, still = (
        to_numpy(getattr(noisy.losses(*batch, 0.5, rng=stream), logits).data) for stream in streams
    )
    assert (one != two).any()
    assert (one != quiet).any()
    np.testing.assert_array_equal(quiet, still)
    predict = getattr(noisy, logits)
    np.testing.assert_array_equal(predict(batch[0]), predict(batch[0]))


@pytest.mark.parametrize("part", ["features", "label_head"])
def test_a_pass_without_a_domain_loss_is_a_training_pass_too(batch, part):
    rng = np.random.default_rng(0)
    layers = {"features": [Dense(2, 8, rng)], "label_head": [Dense(8, 3, rng)]}
    layers[part].append(Dropout(0.5))
    noisy = DANN(*(Sequential(*inner) for inner in layers.values()), Dense(8, 1, rng))
    one, two = (
        noisy.losses(*batch, 0.5, with_domain_loss=False, rng=np.random.default_rng(i)).label_logits.data
        for i in (0, 1)
    )
    assert (one != two).any()


def test_a_copy_shares_no_weight(network, batch):
    copied = network.copy()
    network.features.parameters()["1.weight"].data[...] = 0
    assert (copied.features.parameters()["1.weight"].data != 0).any()


def test_parameters_are_named_by_part(network):
    assert set(network.parts()) == {"features", "label_head", "domain_head"}
    assert "features.1.weight" in network.parameters()


# from recipes, for images ------------------------------------------------------------------------------------------

SMALL_HEADS = replace(PAPER, label_hidden=(8,), domain_hidden=(8,))


@pytest.mark.parametrize("normalised", ["none", "joined", "own"])
@pytest.mark.parametrize(("trunk", "side"), [("mnist", 28), ("svhn", 32), ("gtsrb", 40)])
def test_each_network_of_the_paper_gives_every_parameter_a_gradient(trunk, side, normalised, rng):
    recipe = replace(SMALL_HEADS, trunk=trunk, batch_normalise=normalised)
    network = build_dann((side, side, 3), 10, recipe, rng, mean=np.full(3, 100.0))
    x_source, x_target = rng.integers(0, 256, (2, 2, side, side, 3), dtype=np.uint8)
    losses = network.losses(x_source, np.array([3, 7]), x_target, 0.5, rng=rng)
    gradients = md.backprop(losses.label_loss + losses.domain_loss)
    assert losses.label_logits.shape == (2, 10)
    for name, parameter in network.parameters().items():
        gradient = to_numpy(gradients[parameter])
        assert gradient.dtype == np.float32
        assert np.isfinite(gradient).all()
        assert gradient.any(), name
    assert (network.source_features is network.features) is (normalised != "own")
    assert bool(network.statistics()) is (normalised != "none")


def test_the_paper_s_recipe_is_the_paper_s_network(rng):
    network = build_dann((28, 28, 3), 10, PAPER, rng)
    assert [layer.weight.shape for layer in network.features[1] if isinstance(layer, Convolution)] == [
        (5, 5, 3, 32),
        (5, 5, 32, 48),
    ]
    assert repr(network.label_head) == ("Sequential(Dense(768, 100), Relu(), Dense(100, 100), Relu(), Dense(100, 10))")
    assert repr(network.domain_head) == "Sequential(Dense(768, 100), Relu(), Dense(100, 1))"
    best = build_dann((28, 28, 3), 10, BEST, rng)
    assert best.source_features is not best.features


def test_inputs_lose_their_mean_and_are_multiplied_by_the_scale_of_the_recipe(rng):
    network = build_dann((2,), 2, replace(MOONS, input_scale=5.0), rng, mean=np.array([1.0, 2.0]))
    first = network.features[0](np.array([[3.0, 1.0]], np.float32), None)
    np.testing.assert_allclose(first.data, [[10, -5]], rtol=1e-6)


def test_dense_features_follow_the_trunk(rng):
    network = build_dann((8, 8, 1), 10, DIGITS, rng)
    assert network.transform(np.zeros((3, 8, 8, 1), np.float32)).shape == (3, 64)
    assert isinstance(network.features[2], Dense)
    assert network.features[2].weight.shape == (128, 64)


def test_images_without_a_trunk_are_flattened(rng):
    network = build_dann(
        (4, 4, 3), 5, replace(DIGITS, trunk="none", batch_normalise="none"), rng, mean=np.array([1.0, 2.0, 3.0])
    )
    assert isinstance(network.features[1], Flatten)
    assert network.features[2].weight.shape == (48, 64)
    np.testing.assert_array_equal(network.features[0](np.ones((1, 4, 4, 3)))[0, 0, 0].data, [0, -1, -2])


def test_a_trunk_for_points_in_the_plane_is_refused(rng):
    with pytest.raises(ValueError, match=r"shape: got \(2,\), expected images \(height, width, channels\)"):
        build_dann((2,), 2, DIGITS, rng)


def test_images_too_small_for_the_trunk_are_named(rng):
    with pytest.raises(ValueError, match=r"shape: got images \(8, 8, 1\), too small for this trunk"):
        build_dann((8, 8, 1), 10, PAPER, rng)


def test_bytes_give_what_the_same_numbers_in_float32_give(rng):
    network = build_dann((8, 8, 1), 10, replace(DIGITS, input_scale=1 / 255), rng, mean=np.array([90.0]))
    x = rng.integers(0, 256, (6, 8, 8, 1), dtype=np.uint8)
    assert (x > 127).any()
    np.testing.assert_array_equal(network.label_logits(x), network.label_logits(x.astype(np.float32)))
    y = rng.integers(0, 10, 6)
    one, two = (network.losses(x[:3], y[:3], x[3:], 0.5) for x in (x, x.astype(np.float32)))
    assert one.label_loss.item() == two.label_loss.item()
    assert one.domain_loss.item() == two.domain_loss.item()


# two domains with statistics of their own --------------------------------------------------------------------------


def test_each_domain_is_predicted_through_its_own_features(batch):
    rng = np.random.default_rng(0)
    features = Sequential(Dense(2, 8, rng), BatchNormalisation(8))
    own = DANN(features, Dense(8, 3, rng), Dense(8, 1, rng), with_own_statistics(features))
    own.losses(*batch, 0.5, rng=rng)  # a training pass: each domain measures its own mean and variance
    x, y = batch[0], batch[1]
    for domain, layer in (("source", own.source_features), ("target", own.features)):
        expected = layer(x, None)
        np.testing.assert_array_equal(own.transform(x, domain), expected.data)
        np.testing.assert_array_equal(own.label_logits(x, domain), own.label_head(expected, None).data)
        np.testing.assert_array_equal(own.domain_logits(x, domain), own.domain_head(expected, None).data[:, 0])
        np.testing.assert_array_equal(own.predict(x, domain), to_numpy(own.label_head(expected, None).data).argmax(1))
        assert own.accuracy(x, y, domain) == (own.predict(x, domain) == y).mean()
    assert (own.transform(x, "source") != own.transform(x, "target")).any()
    np.testing.assert_array_equal(own.transform(x), own.transform(x, "target"))


# predicting in pieces ----------------------------------------------------------------------------------------------


def test_many_examples_are_predicted_in_pieces_to_the_same_numbers(network, rng):
    x = rng.standard_normal((2300, 2)).astype(np.float32)
    features = network.features(x)
    for got, expected in (
        (network.transform(x), features.data),
        (network.label_logits(x), network.label_head(features).data),
        (network.domain_logits(x), network.domain_head(features).data[:, 0]),
    ):
        assert got.shape == expected.shape
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5)


def test_a_piece_is_a_thousand_examples(rng):
    class Recorded(Layer):
        lengths = ()

        def __call__(self, x, rng=None):
            self.lengths += (len(x),)
            return x

    layer = Recorded()
    recorded = DANN(layer, Dense(2, 3, rng), Dense(2, 1, rng))
    for n, lengths in ((2300, (1000, 1000, 300)), (1000, (1000,)), (1, (1,))):
        layer.lengths = ()
        assert recorded.predict(np.zeros((n, 2), np.float32)).shape == (n,)
        assert layer.lengths == lengths


def test_of_no_examples_there_are_no_predictions(network, rng):
    assert network.predict(np.zeros((0, 2), np.float32)).shape == (0,)
    of_images = build_dann((8, 8, 1), 10, DIGITS, rng)
    assert of_images.label_logits(np.zeros((0, 8, 8, 1), np.float32)).shape == (0, 10)


# compared class by class (CDAN) --------------------------------------------------------------------------------------


@pytest.fixture
def conditioned():
    return build_dann((2,), 3, replace(MOONS, conditioned=True), np.random.default_rng(0))


def test_a_conditioned_domain_head_sees_the_features_once_for_each_class(conditioned, batch):
    losses = conditioned.losses(*batch, 0.5)
    x = np.concatenate([batch[0], batch[2]])
    logits = conditioned.label_logits(x).astype(np.float64)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    seen = np.concatenate([conditioned.transform(x) * probabilities[:, [k]] for k in range(3)], axis=1)
    expected = conditioned.domain_head(seen.astype(np.float32)).data
    np.testing.assert_allclose(losses.domain_logits.data, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(conditioned.domain_logits(x), expected[:, 0], rtol=1e-4, atol=1e-6)


def test_the_domain_loss_of_a_conditioned_head_does_not_move_the_label_head(conditioned, batch):
    g = md.backprop(conditioned.losses(*batch, 0.5).domain_loss)
    assert not any(np.any(to_numpy(g[p])) for p in conditioned.label_head.parameters().values())
    assert all(np.any(to_numpy(g[p])) for p in conditioned.features.parameters().values())


def test_the_reversal_of_a_conditioned_network_is_the_same_node(conditioned, batch):
    losses = conditioned.losses(*batch, 0.7)
    g = md.backprop(losses.domain_loss)
    np.testing.assert_array_equal(g[losses.features], np.float32(-0.7) * to_numpy(g[losses.reversed_features]))


def test_conditioning_leaves_the_label_loss_as_it_is(conditioned, network, batch):
    assert conditioned.losses(*batch, 0.5).label_loss.item() == pytest.approx(
        network.losses(*batch, 0.5).label_loss.item()
    )


def test_dropout_stands_before_both_heads_and_rests_in_predictions(rng):
    plain, dropped = (
        build_dann((8, 8, 1), 10, replace(DIGITS, head_dropout=rate), np.random.default_rng(0)) for rate in (0.0, 0.5)
    )
    x = rng.random((6, 8, 8, 1), dtype=np.float32)
    np.testing.assert_array_equal(plain.label_logits(x), dropped.label_logits(x))
    np.testing.assert_array_equal(plain.domain_logits(x), dropped.domain_logits(x))
    for part in ("label_head", "domain_head"):
        first = getattr(dropped, part)[0]
        assert isinstance(first, Dropout)
        assert first.rate == 0.5
    batch = x[:3], np.arange(3), x[3:]
    one, other = (dropped.losses(*batch, 0.5, rng=np.random.default_rng(seed)) for seed in (1, 2))
    np.testing.assert_array_equal(one.features.data, other.features.data)
    assert one.label_loss.item() != other.label_loss.item()
    assert one.domain_loss.item() != other.domain_loss.item()


def test_a_recipe_can_standardise_each_image(rng):
    network = build_dann((8, 8, 1), 10, replace(DIGITS, standardise_images=True), rng, mean=np.array([90.0]))
    x = rng.integers(0, 100, (4, 8, 8, 1), dtype=np.uint8)
    np.testing.assert_allclose(network.label_logits(x), network.label_logits(2 * x + 20), atol=1e-4)
