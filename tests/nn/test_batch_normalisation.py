"""The layer BatchNormalisation: trained by the batch, predicting by what it has seen, together or each domain alone."""

import copy
import pickle

import numpy as np
import pytest

import minidann as md
from minidann import nn
from minidann.adapt import DANN
from minidann.adapt.own_statistics import with_own_statistics
from minidann.engine.backend import to_numpy


@pytest.fixture
def batches(rng):
    """Six batches (5, 4, 3, 2), each of a mean and a spread of its own."""
    return [rng.normal(i, 1 + i, (5, 4, 3, 2)).astype(np.float32) for i in range(6)]


def test_in_training_it_is_the_function_of_the_batch(batches, rng):
    layer = nn.BatchNormalisation(2, epsilon=0.01)
    layer.scale.data[...], layer.shift.data[...] = [2, 3], [4, 5]
    expected = md.batch_normalise(batches[0], layer.scale.data, layer.shift.data, 0.01).data
    np.testing.assert_array_equal(layer(batches[0], rng).data, expected)


def test_it_predicts_by_what_it_has_seen_and_example_by_example(batches, rng):
    layer = nn.BatchNormalisation(2)
    for x in batches:
        layer(x, rng)
    kept = {name: array.copy() for name, array in layer.statistics().items()}
    x = batches[1]
    expected = (x - kept["mean"]) / np.sqrt(kept["variance"] + 1e-5)
    np.testing.assert_allclose(layer(x).data, expected, atol=1e-6)
    np.testing.assert_allclose(layer(x[:1]).data, layer(x).data[:1], atol=1e-7)
    for name, array in layer.statistics().items():
        np.testing.assert_array_equal(array, kept[name])  # predicting teaches it nothing


def test_a_constant_channel_is_predicted_by_its_shift_and_not_divided_by_zero(rng):
    layer = nn.BatchNormalisation(2, epsilon=0.5, dtype="float64")
    x = np.stack([np.full(6, 3.0), np.arange(6.0)], axis=1)
    layer(x, rng)
    layer.shift.data[...] = [7, 0]
    expected = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + 0.5) + [7, 0]
    np.testing.assert_allclose(layer(x, None).data, expected, rtol=1e-12)
    np.testing.assert_array_equal(layer(x, None).data[:, 0], 7)


def test_untrained_it_predicts_the_input_as_it_is(rng):
    x = rng.standard_normal((3, 2)).astype(np.float32)
    np.testing.assert_allclose(nn.BatchNormalisation(2, epsilon=0)(x).data, x)


def test_the_averages_are_plain_means_at_first_and_then_forget(rng):
    """As long as fewer than 1/(1 − decay) batches have come, each weighs the same."""
    layer = nn.BatchNormalisation(1, decay=0.75, dtype="float64")
    batches = [rng.normal(i, 1, (4, 1)) for i in range(6)]
    mean, variance = 0.0, 0.0
    for i, x in enumerate(batches):
        layer(x, rng)
        share = 1 / (i + 1) if i < 4 else 0.25
        mean += share * (x.mean() - mean)
        variance += share * (x.var(ddof=1) - variance)  # of the distribution, not of the batch: n/(n − 1)
        np.testing.assert_allclose((layer.mean[0], layer.variance[0], layer.batches), (mean, variance, i + 1))
        if i == 3:
            np.testing.assert_allclose(layer.mean[0], np.mean(batches[:4]))


@pytest.mark.parametrize("training", [True, False], ids=["training", "predicting"])
def test_it_agrees_with_torch_after_several_batches(batches, rng, training):
    torch = pytest.importorskip("torch")
    ours, theirs = nn.BatchNormalisation(2), torch.nn.BatchNorm2d(2, momentum=None)  # None: a plain mean of all
    for layer in (ours.scale, ours.shift):
        layer.data[...] = rng.uniform(0.5, 2, 2)
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(ours.scale.data))
        theirs.bias.copy_(torch.tensor(ours.shift.data))
    for x in batches:
        ours(x, rng)
        theirs(torch.tensor(x).movedim(-1, 1))
    np.testing.assert_allclose(ours.mean, theirs.running_mean.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours.variance, theirs.running_var.numpy(), rtol=1e-5)
    assert ours.batches == theirs.num_batches_tracked
    theirs.train(training)
    x = md.Tensor(batches[2], requires_grad=True)
    their_x = torch.tensor(batches[2], requires_grad=True)
    out, their_out = ours(x, rng if training else None), theirs(their_x.movedim(-1, 1)).movedim(1, -1)
    np.testing.assert_allclose(out.data, their_out.detach().numpy(), rtol=1e-5, atol=1e-5)
    seed = rng.standard_normal(x.shape).astype(np.float32)
    gradients = md.backprop(out, upstream=seed)
    their_out.backward(torch.tensor(seed))
    for tensor, other in ((x, their_x), (ours.scale, theirs.weight), (ours.shift, theirs.bias)):
        expected = other.grad.numpy()
        np.testing.assert_allclose(gradients[tensor], expected, rtol=1e-5, atol=1e-5 * abs(expected).max())


def test_everything_of_it_stays_float32(batches, rng):
    layer = nn.BatchNormalisation(2)
    out = layer(batches[0], rng)
    gradients = md.backprop(out, upstream=np.ones(out.shape))
    assert {array.dtype for array in (out.data, layer(batches[0]).data, layer.mean, layer.variance)} == {
        np.dtype("float32")
    }
    assert {gradients[p].dtype for p in layer.parameters().values()} == {np.dtype("float32")}
    assert nn.BatchNormalisation(2, dtype="float64")(np.ones((2, 2)), rng).dtype == np.float64


def test_on_the_device_it_is_the_same_to_the_bit(batches, rng, xp):
    def outputs(xp):
        layer = nn.BatchNormalisation(2)
        for name in ("mean", "variance"):
            setattr(layer, name, xp.asarray(getattr(layer, name)))
        for parameter in layer.parameters().values():
            parameter.data = xp.asarray(parameter.data)
        trained = [layer(xp.asarray(x), rng).data for x in batches]
        return [to_numpy(a) for a in (*trained, layer.mean, layer.variance, layer(xp.asarray(batches[0])).data)]

    for one, other in zip(outputs(xp), outputs(np)):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_a_copy_keeps_the_statistics_and_shares_none(batches, rng, copied):
    layer = nn.BatchNormalisation(2)
    layer(batches[3], rng)
    other = copied(layer)
    expected = layer(batches[0]).data
    np.testing.assert_array_equal(other(batches[0]).data, expected)
    other(batches[5], rng)
    assert (int(layer.batches), int(other.batches)) == (1, 2)
    np.testing.assert_array_equal(layer(batches[0]).data, expected)


def test_it_names_what_it_learns_and_what_it_keeps():
    layer = nn.BatchNormalisation(3)
    assert list(layer.parameters()) == ["scale", "shift"]
    assert list(layer.statistics()) == ["mean", "variance", "batches"]
    assert repr(layer) == "BatchNormalisation(3)"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": 0}, "n: got 0, expected a whole number of at least 1"),
        ({"decay": 1.0}, "decay: got 1.0, expected a finite number of at least 0 and below 1"),
        ({"epsilon": -1}, "epsilon: got -1, expected a finite number of at least 0"),
    ],
)
def test_settings_that_make_no_sense_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        nn.BatchNormalisation(**{"n": 2, **wrong})


# both domains, together or each by itself --------------------------------------------------------------------------


def dann(joined):
    rng = np.random.default_rng(0)
    features = nn.Sequential(nn.Dense(2, 4, rng), nn.BatchNormalisation(4), nn.Tanh())
    source_features = None if joined else with_own_statistics(features)
    return DANN(features, nn.Dense(4, 2, rng), nn.Dense(4, 1, rng), source_features)


@pytest.fixture
def domains(rng):
    return rng.normal(0, 1, (6, 2)).astype("f"), rng.integers(0, 2, 6), rng.normal(2, 3, (5, 2)).astype("f")


def test_joined_a_source_example_depends_on_the_target(domains, rng):
    x_source, y_source, x_target = domains
    network = dann(joined=True)
    one, other = (network.losses(x_source, y_source, x, 0.5, rng=rng) for x in (x_target, x_target + 1))
    assert (one.features.data[:6] != other.features.data[:6]).any()
    expected = network.features(np.concatenate([x_source, x_target]), rng)
    np.testing.assert_array_equal(one.features.data, expected.data)
    assert network.features[1].batches == 3  # one a forward pass


def test_each_by_itself_no_domain_feels_the_other(domains, rng):
    x_source, y_source, x_target = domains
    network = dann(joined=False)
    one, other = (network.losses(x_source, y_source, x, 0.5, rng=rng) for x in (x_target, x_target + 1))
    np.testing.assert_array_equal(one.features.data[:6], other.features.data[:6])
    assert one.label_loss.item() == other.label_loss.item()
    assert network.features[1].batches == network.source_features[1].batches == 2  # each domain keeps its own
    assert network.features[1].mean.tolist() != network.source_features[1].mean.tolist()
    np.testing.assert_array_equal(one.features.data[6:], network.features(x_target, rng).data)


def test_each_by_itself_a_shift_and_a_stretch_of_the_target_are_gone(domains, rng):
    """The caution in the docstring: first and second moments are matched without any learning."""
    x_source, y_source, x_target = domains
    network = dann(joined=False)
    one, other = (network.losses(x_source, y_source, x, 0.5, rng=rng) for x in (x_target, 3 * x_target + 1))
    np.testing.assert_allclose(one.features.data[6:], other.features.data[6:], atol=1e-4)


def test_without_normalisation_joined_or_not_is_the_same(domains, rng):
    networks = []
    for joined in (True, False):
        network = dann(joined)
        features = nn.Sequential(network.features[0], nn.Tanh())
        source_features = None if joined else with_own_statistics(features)
        networks.append(DANN(features, network.label_head, network.domain_head, source_features))
    joined, apart = (network.losses(*domains, 0.5, rng=rng) for network in networks)
    np.testing.assert_allclose(joined.features.data, apart.features.data, atol=1e-6)
    assert joined.domain_loss.item() == pytest.approx(apart.domain_loss.item(), rel=1e-5)


def test_each_domain_is_predicted_by_its_own_statistics(domains, rng):
    x_source, y_source, x_target = domains
    network = dann(joined=False)
    losses = network.losses(x_source, y_source, x_target, 0.5, rng=rng)
    for domain, x, seen in (
        ("source", x_source, losses.features.data[:6]),
        ("target", x_target, losses.features.data[6:]),
    ):
        again = network.transform(x, domain)
        n = len(x)  # predicting divides by the variance of n − 1, training by that of n
        assert abs(again - seen).max() < 1 / n
    assert not np.allclose(network.transform(x_source, "source"), network.transform(x_source, "target"))
    assert network.label_logits(x_source, "source").tolist() != network.label_logits(x_source).tolist()
    with pytest.raises(ValueError, match="domain: got 'both', expected one of source, target"):
        network.transform(x_source, "both")


def test_a_twin_shares_what_it_learns_and_not_what_it_has_seen():
    network = dann(joined=False)
    assert list(network.source_features.parameters().values()) == list(network.features.parameters().values())
    copied = network.copy()
    assert list(copied.source_features.parameters().values()) == list(copied.features.parameters().values())
    assert copied.source_features[1] is not copied.features[1]
    joined = dann(joined=True)
    assert joined.source_features is joined.features


def test_statistics_are_named_by_part_and_place(domains, rng):
    network = dann(joined=True)
    assert list(network.statistics()) == ["features.1.mean", "features.1.variance", "features.1.batches"]
    assert network.statistics()["features.1.mean"] is network.features[1].mean
    nested = nn.Sequential(nn.Relu(), nn.Sequential(nn.BatchNormalisation(2)))
    assert list(nested.statistics()) == ["1.0.mean", "1.0.variance", "1.0.batches"]
    assert nn.Sequential(nn.Relu()).statistics() == nn.Layer().statistics() == {}
    network.losses(*domains, 0.5, rng=rng)
    assert network.statistics()["features.1.batches"] == 1
    own = dann(joined=False)
    names = [f"{part}.1.{name}" for part in ("features", "source_features") for name in ("mean", "variance", "batches")]
    assert list(own.statistics()) == names
    assert own.statistics()["source_features.1.mean"] is own.source_features[1].mean


def test_a_copied_network_keeps_its_own_statistics(domains, rng):
    network = dann(joined=False)
    copied = network.copy()
    network.losses(*domains, 0.5, rng=rng)
    assert copied.statistics()["features.1.batches"] == 0
    assert not copied.statistics()["features.1.mean"].any()
    assert copied.source_features is not copied.features


class Residual(nn.Sequential):
    def __call__(self, x, rng=None):
        return x + super().__call__(x, rng)


def test_a_twin_of_ones_own_container_is_of_the_same_kind(rng):
    layer = Residual(nn.Dense(4, 4, rng), nn.BatchNormalisation(4))
    twin = with_own_statistics(layer)
    x = md.Tensor(rng.normal(size=(3, 4)).astype("f"))
    np.testing.assert_array_equal(layer(x, None).data, twin(x, None).data)
    assert twin[1] is not layer[1]
    assert twin[0] is layer[0]


def test_a_layer_with_statistics_and_no_copy_of_them_says_so():
    class Keeps(nn.Layer):
        def statistics(self):
            return {"mean": np.zeros(1)}

    with pytest.raises(TypeError, match="layer: got a Keeps, which keeps statistics, expected copy_statistics"):
        with_own_statistics(nn.Sequential(Keeps()))


def test_replaced_features_leave_no_old_layers_for_the_source(domains, rng):
    network = dann(joined=False)
    network.losses(*domains, 0.5, rng=rng)
    network.features = nn.Sequential(nn.Dense(2, 4, rng), nn.BatchNormalisation(4), nn.Tanh())
    with pytest.raises(ValueError, match="source_features: got layers that belong to other features"):
        network.losses(*domains, 0.5, rng=rng)
