"""Networks by their widths, and the whole of DANN on the device."""

import numpy as np
import pytest

import minidann as md
from minidann import nn
from minidann.adapt.dann import DANN
from minidann.engine.backend import to_numpy


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
        optimiser.step(md.backprop(losses.label + losses.domain, of=parameters), rate=0.05)
        average.update()
        history.append((losses.label.item(), losses.domain.item()))
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
