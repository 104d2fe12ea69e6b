"""Networks by their widths, and the whole of DANN on the device."""

import numpy as np
import pytest

import minidann as md
from minidann import nn
from minidann.adapt.dann import DANN
from minidann.engine.backend import to_numpy
from minidann.nn.networks import output_width
from minidann.nn.trunks import TRUNKS, trunk


def test_mlp_has_an_activation_between_its_layers_and_none_at_the_end(rng):
    assert repr(nn.mlp((2, 5, 3), rng)) == "Sequential(Dense(2, 5), Relu(), Dense(5, 3))"


def test_mlp_for_features_ends_in_an_activation(rng):
    network = nn.mlp((2, 5, 3), rng, activation=nn.Tanh, activate_last=True)
    assert repr(network) == "Sequential(Dense(2, 5), Tanh(), Dense(5, 3), Tanh())"


def test_mlp_takes_its_initialiser(rng):
    network = nn.mlp((2, 3), rng, init=lambda rng, n_in, n_out: np.full((n_in, n_out), 7.0))
    np.testing.assert_array_equal(network[0].weight.data, np.full((2, 3), 7))


def test_mlp_of_one_width_is_the_identity(rng):
    x = md.Tensor([[1.0, 2.0]])
    assert nn.mlp((2,), rng)(x) is x


def _train(xp, optimiser, steps=5):
    """The weights and losses of a few DANN steps with dropout, all arrays in the library ``xp``."""
    rng = np.random.default_rng(0)
    features = nn.mlp((3, 8, 4), rng, nn.Tanh, activate_last=True)
    model = DANN(
        nn.Sequential(*features.layers, nn.Dropout(0.2)), nn.mlp((4, 2), rng), nn.mlp((4, 6, 1), rng, nn.Softplus)
    )
    parameters = list(model.parameters().values())
    for parameter in parameters:
        parameter.data = xp.asarray(parameter.data)
    optimiser = optimiser(parameters, factors={parameters[0]: 0.5})
    average = nn.WeightAverage(optimiser.vector, 0.9)
    history = []
    for _ in range(steps):
        x_source, x_target = (xp.asarray(rng.standard_normal((6, 3)).astype(np.float32)) for _ in range(2))
        y_source = xp.asarray(rng.integers(2, size=6))
        losses = model.losses(x_source, y_source, x_target, adapt_weight=0.5, rng=rng)
        optimiser.step(md.backprop(losses.label_loss + losses.domain_loss, of=parameters), rate=0.05)
        average.update()
        history.append((losses.label_loss.item(), losses.domain_loss.item()))
    return to_numpy(optimiser.vector.values), to_numpy(average.values), history, model.predict(x_target)


@pytest.mark.parametrize("optimiser", [nn.SGD, nn.Adam])
def test_dann_trains_on_the_device_as_on_the_host_to_the_bit(optimiser, xp):
    weights, average, history, predicted = _train(xp, optimiser)
    expected_weights, expected_average, expected_history, expected_predicted = _train(np, optimiser)
    assert weights.dtype == np.float32
    np.testing.assert_array_equal(weights, expected_weights)
    np.testing.assert_array_equal(average, expected_average)
    np.testing.assert_array_equal(predicted, expected_predicted)
    assert history == expected_history
    assert len(set(history)) == 5


def test_a_small_network_learns_exclusive_or():
    rng = np.random.default_rng(2)
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32), [0, 1, 1, 0]
    network = nn.mlp((2, 16, 2), rng, nn.Tanh)
    optimiser = nn.Adam(network.parameters().values())
    for _ in range(200):
        loss = md.cross_entropy(network(x), y)
        optimiser.step(md.backprop(loss), rate=0.05)
    assert loss.item() < 0.01
    assert network(x).data.argmax(axis=1).tolist() == y


# the convolutional trunks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shape", "width"),
    [
        ("digits", (8, 8, 1), 2 * 2 * 32),
        ("digits", (16, 16, 1), 4 * 4 * 32),
        ("mnist", (28, 28, 3), 4 * 4 * 48),  # 28 → 24 → 12 → 8 → 4; the paper's 768
        ("svhn", (32, 32, 3), 7 * 7 * 128),  # padded by 2 a convolution keeps the size: 32 → 15 → 7, pools of 3 by 2
        ("gtsrb", (40, 40, 3), 2 * 2 * 256),  # 40 → 36 → 18 → 16 → 8 → 4 → 2
    ],
)
def test_a_trunk_has_the_width_of_its_paper(name, shape, width, rng):
    network = trunk(TRUNKS[name], shape, rng)
    assert output_width(network, shape) == width
    assert network(np.zeros((2, *shape), np.float32), None).shape == (2, width)


def test_the_width_of_a_network_is_counted_without_a_graph_and_without_training_it(rng):
    network = nn.Sequential(nn.BatchNormalisation(3), nn.Flatten(), nn.Dense(12, 5, rng))
    assert output_width(network, (2, 2, 3)) == 5
    assert output_width(nn.Flatten(), (2, 2, 3)) == 12
    assert network[0].batches == 0


@pytest.mark.parametrize(
    ("name", "shape"), [("mnist", (12, 12, 3)), ("svhn", (6, 6, 3)), ("gtsrb", (28, 28, 3)), ("digits", (3, 8, 1))]
)
def test_images_too_small_for_a_trunk_are_refused_with_their_shape(name, shape, rng):
    with pytest.raises(ValueError) as caught:
        trunk(TRUNKS[name], shape, rng)
    assert str(caught.value).startswith(f"shape: got images {shape}, too small for this trunk (")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("shape", [(2,), (28, 28), (2, 28, 28, 3)])
def test_a_trunk_for_what_is_no_image_is_refused(shape, rng):
    with pytest.raises(ValueError) as caught:
        trunk(TRUNKS["mnist"], shape, rng)
    way = "; x[..., np.newaxis] makes one channel" if shape == (28, 28) else ""
    expected = "expected images (height, width, channels) for a convolutional trunk"
    assert str(caught.value) == f"shape: got {shape}, {expected}{way}"


def _kinds(network, *kinds):
    return [type(layer) for layer in network if isinstance(layer, kinds)]


@pytest.mark.parametrize("name", TRUNKS)
def test_batch_normalisation_stands_between_each_convolution_and_its_relu(name, rng):
    network = trunk(TRUNKS[name], (40, 40, 3), rng, batch_normalise=True)
    kinds = nn.Convolution, nn.BatchNormalisation, nn.Relu
    assert _kinds(network, *kinds) == [*kinds] * len(TRUNKS[name])
    widths = [len(layer.mean) for layer in network if isinstance(layer, nn.BatchNormalisation)]
    assert widths == [block.maps for block in TRUNKS[name]]
    plain = trunk(TRUNKS[name], (40, 40, 3), rng)
    assert _kinds(plain, *kinds) == [nn.Convolution, nn.Relu] * len(TRUNKS[name])


def test_dropout_stands_where_a_block_asks_for_it_and_is_off_when_predicting(rng):
    network = trunk(TRUNKS["svhn"], (8, 8, 3), rng)
    assert [layer.rate for layer in network if isinstance(layer, nn.Dropout)] == [0.5]
    assert isinstance(network[-2], nn.Dropout)
    x = rng.standard_normal((2, 8, 8, 3)).astype(np.float32)
    np.testing.assert_array_equal(network(x, None).data, network(x, None).data)
    assert (network(x, rng).data != network(x, None).data).any()


@pytest.mark.parametrize(("window", "stride"), [(2, 2), (3, 2)])
def test_relu_and_max_pool_may_change_places_to_the_bit(window, stride, rng):
    """Output and gradient: also where a whole window is below 0, and where numbers tie."""
    x = rng.integers(-3, 4, (3, 9, 8, 5)).astype(np.float32)
    x[0, :4, :4] = -1
    relu, pool = nn.Relu(), nn.MaxPool(window, stride)
    found = []
    for network in (nn.Sequential(relu, pool), nn.Sequential(pool, relu)):
        tensor = md.Tensor(x, requires_grad=True)
        out = network(tensor)
        seed = np.random.default_rng(1).standard_normal(out.shape).astype(np.float32)
        found.append((out.data, md.backprop(out, upstream=seed)[tensor]))
    (one, one_gradient), (other, other_gradient) = found
    assert one.any()
    assert one_gradient.any()
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(one_gradient, other_gradient)


def test_a_trunk_pools_before_its_relu(rng):
    kinds = nn.MaxPool, nn.Relu
    assert _kinds(trunk(TRUNKS["mnist"], (28, 28, 3), rng), *kinds) == [*kinds] * 2


def test_a_trunk_in_float64_stays_float64(rng):
    network = trunk(TRUNKS["digits"], (8, 8, 1), rng, batch_normalise=True, dtype="float64")
    assert network(np.zeros((2, 8, 8, 1)), rng).dtype == np.float64
    assert {str(array.dtype) for array in network.statistics().values()} == {"float64", "int64"}


def test_the_same_generator_gives_the_same_trunk_with_normalisation_or_without():
    """So that two recipes, one with and one without, begin with the same weights."""
    plain, normalised = (
        trunk(TRUNKS["digits"], (8, 8, 1), np.random.default_rng(0), batch_normalise=given) for given in (False, True)
    )
    weights = [
        [layer.weight.data for layer in network if isinstance(layer, nn.Convolution)] for network in (plain, normalised)
    ]
    for one, other in zip(*weights):
        np.testing.assert_array_equal(one, other)
